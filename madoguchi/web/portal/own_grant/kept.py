"""What was typed on a page of the grant, until it is done (書きかけ): for one case only."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from madoguchi.rules import limits
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.drawer import MARK_LENGTH
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.web.kit.form import Typed
from madoguchi.web.portal.safety.visitor import unkept
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.intake import public as intake

MOST = {"files_many": limits.FILES_A_REQUEST, "files_case": limits.FILES_A_CASE}


def written(who: visit.Holder, mark: str, now: datetime) -> Typed:
    """What is written for this case and not done yet."""
    draft = visit.recall(who.papers, "draft", now)
    return draft["answers"] if draft and draft.get("case") == mark else {}


def keep(
    request: HttpRequest,
    who: visit.Holder,
    held: cases.Holding | None,
    typed: Typed,
    sent: Sequence[SealedUpload] = (),
) -> tuple[str, ...]:
    """Save what was typed and sent, whether the receipt is open or not; why files were not kept."""
    now = request.now  # type: ignore[attr-defined] # set on arrival
    mark = request.POST.get("case", "")[:MARK_LENGTH]

    def change(draft: dict[str, Any]) -> None:
        draft["case"] = mark
        draft["answers"].update(typed)

    _make_room(who, mark, now)
    before = [card.length for card in evidence.cards(held.drawer)] if held else None
    kept = intake.keep(who.papers, change, _new(who, sent), network(request), now, before=before)
    return (*kept.unkept, *unkept(request))


def done(who: visit.Holder, mark: str, names: Iterable[str], now: datetime) -> None:
    """Forget what these fields held: it was done."""
    gone = set(names)

    def change(draft: dict[str, Any]) -> None:
        left = {name: told for name, told in draft["answers"].items() if name not in gone}
        draft["answers"] = left

    if written(who, mark, now):
        visit.hold(who.papers, change, now)


def forget_files(who: visit.Holder, filed: Collection[tuple[str, str]]) -> None:
    """Forget the files (name and hash) that the case has by now: a page was sent twice."""
    for file_id, about in visit.held_files(who.papers):
        if (about.name, about.sha256) in filed:
            visit.remove_file(who.papers, file_id)


def _make_room(who: visit.Holder, mark: str, now: datetime) -> None:
    """Forget words and files for another case."""
    draft = visit.recall(who.papers, "draft", now)
    if draft and draft.get("case") != mark:
        visit.leave(who.papers)


def _new(who: visit.Holder, sent: Iterable[SealedUpload]) -> list[SealedUpload]:
    """The files that are not held yet: a page that is reloaded sends them again."""
    held = {(about.name, about.sha256) for _, about in visit.held_files(who.papers)}
    return [one for one in sent if (one.about.name, one.about.sha256) not in held]
