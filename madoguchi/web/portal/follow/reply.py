"""A reply that is not sent yet (返信の下書き): it lies beside the receipt, for one case only.

A page that was sent may be sent again, after Back with other words: what the case does not have yet
stays a draft, and is never taken for what was received.

Two people may open their receipts in one browser, one after the other. What the first wrote is
neither shown to the second nor filed with their case: draft and form name their case by the mark of
its drawer.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.tools.vault import visit
from madoguchi.tools.vault.drawer import Drawer
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.web.kit.form import Typed
from madoguchi.web.portal.follow import forms
from madoguchi.work.evidence import public as evidence
from madoguchi.work.record import public as record


def written(who: visit.Holder, case_mark: str, now: datetime) -> dict[str, Any] | None:
    """The draft of a reply for this case; None when there is none, or one for another case."""
    draft = visit.recall(who.beside, "draft", now)
    return draft if draft and draft.get("case") == case_mark else None


def make_room(who: visit.Holder, case_mark: str, now: datetime) -> None:
    """Forget the draft and the files of a reply for another case."""
    draft = visit.recall(who.beside, "draft", now)
    if draft and draft.get("case") != case_mark:
        visit.leave(who.beside)


def take_back(who: visit.Holder, case_mark: str, typed: Typed, now: datetime) -> None:
    """Forget of the draft what these fields held: it was done."""
    if written(who, case_mark, now):
        visit.hold(who.beside, lambda draft: _without(draft, typed), now)


def _without(draft: dict[str, Any], typed: Typed) -> None:
    draft["answers"] = {name: told for name, told in draft["answers"].items() if name not in typed}


def unsaid(
    drawer: Drawer, entry_id: UUID, typed: Typed, sent: Iterable[SealedUpload]
) -> tuple[Typed, list[SealedUpload]]:
    """Of a page that was sent before: words and files that its entry does not have."""
    same = forms.MESSAGE.check(typed).value("text") == record.said(drawer, entry_id)["text"]
    had = _files(drawer, entry_id)
    new = [one for one in sent if (one.about.name, one.about.sha256) not in had]
    return {name: told for name, told in typed.items() if name != "text" or not same}, new


def unheld(who: visit.Holder, sent: Iterable[SealedUpload]) -> list[SealedUpload]:
    """The files that the draft does not hold yet: a page that is reloaded sends them again."""
    held = {(about.name, about.sha256) for _, about in visit.held_files(who.beside)}
    return [one for one in sent if (one.about.name, one.about.sha256) not in held]


def forget(who: visit.Holder, drawer: Drawer, entry_id: UUID, typed: Typed, now: datetime) -> bool:
    """Forget of the draft what the entry has; whether that was all of it.

    Another press at the same moment may have filed the entry without words or files of this one.
    """
    had = _files(drawer, entry_id)
    for file_id, about in visit.held_files(who.beside):
        if (about.name, about.sha256) in had:
            visit.remove_file(who.beside, file_id)
    draft, files = visit.recall(who.beside, "draft", now), visit.held_files(who.beside)
    if draft and draft["answers"].get("text") == typed["text"]:
        if not files:
            visit.leave(who.beside)
            return True
        visit.hold(who.beside, lambda draft: draft["answers"].update(text=[]), now)
    return not (draft or files)


def _files(drawer: Drawer, entry_id: UUID) -> set[tuple[str, str]]:
    cards = (card for card in evidence.cards(drawer) if card.entry_id == entry_id)
    return {(card.name, card.sha256) for card in cards}
