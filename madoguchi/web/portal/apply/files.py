"""Files of an application (添える書類): filed with the case at once, then ticked in the draft."""

from uuid import UUID

from django.http import HttpRequest

from madoguchi.rules import limits
from madoguchi.rules.subsidy.fields import Task
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.web.kit.application import TICKED
from madoguchi.web.kit.column import speaking
from madoguchi.web.kit.form import Typed
from madoguchi.web.kit.reading import words_for
from madoguchi.web.portal.apply.begun import Begun
from madoguchi.web.portal.follow.pending import look_on
from madoguchi.web.portal.safety.visitor import unkept, uploads
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.intake import public as intake

MOST = {"files_many": limits.FILES_A_REQUEST, "files_case": limits.FILES_A_CASE}


def all_sent(request: HttpRequest) -> list[SealedUpload]:
    """The files that a page sent, under whichever of its fields."""
    return [one for name in TICKED.values() for one in uploads(request, name)]


def taken(at: Begun, task: Task, typed: Typed) -> tuple[Typed, dict[str, str]]:
    """What was typed, with the files that came filed and ticked; and why others were not kept.

    They belong to the case from now on, whether the application is ever sent or not.
    """
    if task != "papers":
        return typed, {}
    told, lost = dict(typed), dict[str, str]()
    for ticked, name in TICKED.items():
        sent = uploads(at.request, name)
        if sent:
            ids, codes = _filed(at, sent)
            told[ticked] = list(dict.fromkeys([*told.get(ticked, []), *map(str, ids)]))
            if codes:
                lost[name] = codes[0]
    for code in unkept(at.request):
        lost["others"] = code
    return told, lost


def _filed(at: Begun, sent: list[SealedUpload]) -> tuple[list[UUID], tuple[str, ...]]:
    """Those for which there is room, filed as a message of the person's; why there was none.

    A page that is sent again brings files that the case has: they are ticked, not filed again.
    """
    tray, cards = at.who.apart(at.held.case_id), evidence.cards(at.held.drawer)
    here = {(card.name, card.sha256): card.id for card in cards if not card.locked}
    had = [here[mark] for one in sent if (mark := (one.about.name, one.about.sha256)) in here]
    new = [one for one in sent if (one.about.name, one.about.sha256) not in here]
    before = [card.length for card in cards]
    kept = intake.keep(tray, _nothing, new, network(at.request), at.now, before=before)
    ids = [file_id for file_id, _ in visit.held_files(tray)]
    if not ids:
        visit.leave(tray)
        return had, kept.unkept
    with speaking("ja"):
        words = {"text": words_for(at.request).get("apply.files_entry", "ja").words}
    actor = cases.consultee(at.who.office_id)
    intake.add(actor, at.held, words, tray, look_on(at.request), now=at.now)
    return [*had, *ids], kept.unkept


def _nothing(_draft: dict[str, object]) -> None:
    """The tray holds no words."""
