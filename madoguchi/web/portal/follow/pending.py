"""What a page of the receipt sent (送られた内容): for which case, kept while it is closed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest

from madoguchi.rules.opening import opening
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.drawer import MARK_LENGTH
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.web.kit.form import Typed
from madoguchi.web.kit.standing import changes
from madoguchi.web.portal.follow import reply
from madoguchi.web.portal.safety.visitor import unkept
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.intake import public as intake


def keep(
    request: HttpRequest,
    who: visit.Holder,
    held: cases.Holding | None,
    typed: Typed,
    sent: Sequence[SealedUpload] = (),
) -> intake.Kept:
    """Save what was typed and sent beside the receipt, whether it is still open or not."""
    now = request.now  # type: ignore[attr-defined] # set on arrival
    case_mark = request.POST.get("case", "")[:MARK_LENGTH]

    def change(draft: dict[str, Any]) -> None:
        draft["case"] = case_mark
        draft["answers"].update(typed)

    reply.make_room(who, case_mark, now)
    before = [card.length for card in evidence.cards(held.drawer)] if held else None
    kept = intake.keep(who.beside, change, sent, network(request), now, before=before)
    return intake.Kept(kept.draft, (*kept.unkept, *unkept(request)))


def look_on(request: HttpRequest) -> date:
    """The day on which the desk next reads."""
    programme, now = request.programme, request.now  # type: ignore[attr-defined] # set on arrival
    return opening(programme.desk, "web", now, changes(request)).answer_by.date()


def meant(request: HttpRequest, held: cases.Holding | None) -> cases.Holding | None:
    """The open case if the form is of its page; another receipt may have been opened meanwhile."""
    same = held and request.POST.get("case") == held.drawer.mark
    return held if same else None
