"""An opened receipt (開いた受付): held by the visit, fifteen minutes idle, renewed by each page.

What its pages send is kept beside it while it is closed. A page that was sent may be sent again,
after Back with other words: what the case does not have yet stays a draft, and is never taken for
what was received.

Two people may open their receipts in one browser, one after the other. What the first wrote is
neither shown to the second nor filed with their case: draft and form name their case by the mark of
its drawer.
"""

import os
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.opening import opening
from madoguchi.tools.forms.fields import Files, Line, Story
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import receipt, visit
from madoguchi.tools.vault.receipt import NUMBER, SECRET, plain_digits
from madoguchi.tools.vault.seal import MARK_LENGTH, Drawer
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.consult.steps import CONTACT_RULE, HOURS, MAIL, NAME_DESK
from madoguchi.web.portal.safety.visitor import unkept
from madoguchi.work.cases.public import Holding, Wishes
from madoguchi.work.evidence import public as evidence
from madoguchi.work.intake import public as intake
from madoguchi.work.record import public as record

RECEIPT = Form(
    "follow",
    (
        Line("number", required=True, hint=True, limit=100, width="middle"),
        Line("secret", required=True, hint=True, limit=100, width="middle"),
    ),
)
MESSAGE = Form(
    "follow",
    (
        Story("text", must_if=True, hint=True, rows=6, guarded=True, or_file=True),
        Files("files", hint=True),
    ),
)
WISHES = Form("consult", (CONTACT_RULE, HOURS, NAME_DESK, MAIL))


def remember(who: visit.Holder, drawer: Drawer, now: datetime) -> None:
    """Hold the drawer's key for this visit."""
    opened = {"case": str(drawer.case_id), "key": drawer.key.hex(), "token": os.urandom(16).hex()}
    visit.remember(who, "opened", opened, now)


def recall(who: visit.Holder | None, now: datetime) -> Holding | None:
    """The case whose receipt is open, for another fifteen minutes; None when it is not."""
    opened = visit.recall(who, "opened", now) if who else None
    if who is None or opened is None:
        return None
    case_id, key = UUID(opened["case"]), bytes.fromhex(opened["key"])
    drawer = receipt.reopen(who.office_id, case_id, key)
    if drawer is None:
        visit.drop(who, "opened")
        return None
    visit.remember(who, "opened", opened, now)
    return Holding(drawer)


def note(who: visit.Holder, code: str, now: datetime) -> None:
    """Leave a note that the next page shows once."""
    opened = visit.recall(who, "opened", now)
    if opened:
        visit.remember(who, "opened", {**opened, "note": code}, now)


def take_note(who: visit.Holder, now: datetime) -> str:
    """The note that was left for this page, which is gone then; empty for none."""
    opened: dict[str, Any] = visit.recall(who, "opened", now) or {}
    code = opened.pop("note", "")
    if code:
        visit.remember(who, "opened", opened, now)
    return str(code)


def idempotency_key(who: visit.Holder, act: str, now: datetime) -> str:
    """A key for something that is done at most once while the receipt is open."""
    opened: dict[str, Any] = visit.recall(who, "opened", now) or {}
    return who.bind(f"{act}/{opened.get('token', '')}")


def check_receipt(typed: Typed) -> Filled:
    """The receipt form with errors for a number of digits that no receipt has.

    No page repeats the secret: where the number has to be mended, it is asked for again.
    """
    filled = RECEIPT.check(typed)
    for name, length in (("number", NUMBER), ("secret", SECRET)):
        if filled.words(name).strip() and len(plain_digits(filled.words(name))) != length:
            filled = filled.refuse(name, "digits", length=length)
    return filled if filled.ok or filled.card["secret"].error else filled.refuse("secret", "again")


def as_typed(wishes: Wishes) -> Typed:
    """The wishes as the form holds them."""
    return {
        "contact_rule": [wishes.contact_rule],
        "hours": list(wishes.hours),
        "name_desk": [] if wishes.name_desk is None else ["yes" if wishes.name_desk else "no"],
        "mail": [] if wishes.mail is None else ["yes" if wishes.mail else "no"],
    }


def written(place: visit.Holder, case_mark: str, now: datetime) -> dict[str, Any] | None:
    """The draft for this case; None when there is none, or one for another case.

    `place`: where in the visit it lies: beside the receipt (`beside`), or with the grant's pages
    (`papers`).
    """
    draft = visit.recall(place, "draft", now)
    return draft if draft and draft.get("case") == case_mark else None


def make_room(place: visit.Holder, case_mark: str, now: datetime) -> None:
    """Forget the draft and the files for another case."""
    draft = visit.recall(place, "draft", now)
    if draft and draft.get("case") != case_mark:
        visit.leave(place)


def take_back(place: visit.Holder, case_mark: str, names: Collection[str], now: datetime) -> None:
    """Forget of the draft what these fields held: it was done."""

    def change(draft: dict[str, Any]) -> None:
        answers = draft["answers"]
        draft["answers"] = {name: value for name, value in answers.items() if name not in names}

    if written(place, case_mark, now):
        visit.hold(place, change, now)


def not_yet_filed(
    drawer: Drawer, entry_id: UUID, typed: Typed, files: Iterable[SealedUpload]
) -> tuple[Typed, list[SealedUpload]]:
    """Of a page that was sent before: words and files that its entry does not have."""
    same = MESSAGE.check(typed).value("text") == record.words(drawer, entry_id)["text"]
    filed = _files(drawer, entry_id)
    new = [file for file in files if (file.about.name, file.about.sha256) not in filed]
    return {name: values for name, values in typed.items() if name != "text" or not same}, new


def unheld(place: visit.Holder, files: Iterable[SealedUpload]) -> list[SealedUpload]:
    """The files that the draft does not hold yet: a page that is reloaded sends them again."""
    held = {(about.name, about.sha256) for _, about in visit.held_files(place)}
    return [file for file in files if (file.about.name, file.about.sha256) not in held]


def forget(who: visit.Holder, drawer: Drawer, entry_id: UUID, typed: Typed, now: datetime) -> bool:
    """Forget of the draft what the entry has; whether that was all of it.

    Another press at the same moment may have filed the entry without words or files of this one.
    """
    filed = _files(drawer, entry_id)
    for file_id, about in visit.held_files(who.beside):
        if (about.name, about.sha256) in filed:
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


def keep(
    request: OfficeRequest,
    place: visit.Holder,
    held: Holding | None,
    typed: Typed,
    files: Sequence[SealedUpload] = (),
) -> intake.Kept:
    """Save what was typed and sent, whether the receipt is still open or not."""
    now = request.now
    case_mark = request.POST.get("case", "")[:MARK_LENGTH]

    def change(draft: dict[str, Any]) -> None:
        draft["case"] = case_mark
        draft["answers"].update(typed)

    make_room(place, case_mark, now)
    before = [card.length for card in evidence.cards(held.drawer)] if held else None
    kept = intake.keep(place, change, files, network(request), now, before=before)
    return intake.Kept(kept.draft, (*kept.unkept, *unkept(request)))


def look_on(request: OfficeRequest) -> date:
    """The day on which the desk next reads."""
    programme, now = request.programme, request.now
    return opening(programme.desk, "web", now, changes(request)).answer_by.date()


def meant(request: OfficeRequest, held: Holding | None) -> Holding | None:
    """The open case if the form is of its page: another receipt may have been opened meanwhile."""
    return held if held and request.POST.get("case") == held.drawer.mark else None
