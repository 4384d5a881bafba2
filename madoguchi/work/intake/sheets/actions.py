"""Save a sheet while it is written, throw it away, or take in whom it is about."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.tools.act.action import earlier_result
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import lock, transaction
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.intake import public
from madoguchi.work.intake.desk.actions import TakenIn, prepare, take_in
from madoguchi.work.intake.public import Answers
from madoguchi.work.intake.sheets import queries
from madoguchi.work.intake.sheets.queries import Sheet


@dataclass(frozen=True)
class Saved:
    """A sheet after saving; `apart`: it is another one now, because the first had gone on.

    `whole`: all that was typed lies there, not only as much as a draft may hold; `unkept`: why
    files that came with it were not kept, as codes of `intake.public.keep`.
    """

    sheet: Sheet
    whole: bool
    apart: bool = False
    unkept: tuple[str, ...] = ()


def save(
    actor: Actor,
    sheet: Sheet,
    typed: Answers,
    uploads: Sequence[SealedUpload] = (),
    *,
    now: datetime,
) -> Saved:
    """Keep what was typed, for a day.

    A sheet that another screen saved meanwhile, or that is filed already, stays as it is: what was
    typed here becomes a sheet of its own, so that neither is lost.
    """
    who = queries.owner(actor)
    held = public.fitted(typed)
    whole = held == typed
    with transaction():
        lock(who.lookup)
        known = queries.sheet(actor, sheet.id, now)
        filed = queries.filed_as(actor, sheet.id, now) is not None
        if known and known.answers == held and not uploads:
            return Saved(known.sheet, whole)
        apart = filed or (known is not None and known.sheet.revision != sheet.revision)
        if apart:
            sheet = replace(sheet, id=uuid.uuid4(), revision=0)
        following = replace(sheet, revision=sheet.revision + 1)
        unkept = _write(actor, who, following, typed, uploads, now)
    return Saved(following, whole, apart, unkept)


def _write(
    actor: Actor,
    who: visit.Holder,
    sheet: Sheet,
    typed: Answers,
    uploads: Sequence[SealedUpload],
    now: datetime,
) -> tuple[str, ...]:
    """The sheet's own draft, and its place in the colleague's list."""

    def change(draft: dict[str, Any]) -> None:
        draft.update(answers=typed, door=sheet.door, revision=sheet.revision)
        draft.setdefault("began_at", now.isoformat())

    kept = public.keep(who.apart(sheet.id), change, uploads, str(actor.staff_id), now, before=())
    _note(who, sheet, {}, now)
    return kept.unkept


def _note(who: visit.Holder, sheet: Sheet, more: dict[str, str], now: datetime) -> None:
    def change(draft: dict[str, Any]) -> None:
        sheets = draft.setdefault("sheets", {})
        began_at = sheets.get(str(sheet.id), {}).get("began_at", now.isoformat())
        over = (now - visit.LIVES["draft"]).isoformat()
        draft["sheets"] = {
            one: about for one, about in sheets.items() if about["began_at"] > over
        } | {str(sheet.id): {"door": sheet.door, "began_at": began_at, **more}}

    visit.hold(who, change, now)


def file(
    actor: Actor, office: OfficeCard, sheet: Sheet, typed: Answers, new: TakenIn, *, now: datetime
) -> UUID:
    """Take in whom the sheet is about, once; the sheet itself is gone then. The case's id.

    Raises:
        Busy: the lane stayed full; the sheet stays.
    """
    who = queries.owner(actor)
    idempotency_key = _idempotency_key(who, sheet, typed)
    earlier = filed(actor, sheet, typed)
    if earlier is not None:
        return earlier
    own, prepared = who.apart(sheet.id), prepare(actor)
    with transaction():
        new = replace(new, held=visit.held_files(own))
        at = AtOffice(office.id)
        case_id = take_in(
            actor, at, office, new, now=now, idempotency_key=idempotency_key, prepared=prepared
        )
        lock(who.lookup)
        visit.drop(own, "draft")
        _note(who, sheet, {"case": str(case_id)}, now)
    return case_id


def filed(actor: Actor, sheet: Sheet, typed: Answers) -> UUID | None:
    """The case that this sheet with these words became already; None where it did not."""
    return earlier_result(
        actor, "intake.take_in", _idempotency_key(queries.owner(actor), sheet, typed)
    )


def _idempotency_key(who: visit.Holder, sheet: Sheet, typed: Answers) -> str:
    """The key of filing the sheet with these words: whatever repeats it finds the same case."""
    told = {name: words for name, words in typed.items() if any(words)}
    return who.bind(f"sheet/{sheet.id}/{json.dumps(told, sort_keys=True)}")


def drop(actor: Actor, sheet: Sheet) -> None:
    """Throw the sheet away, files and all: nobody was taken in."""
    visit.leave(queries.owner(actor).apart(sheet.id))


def remove_file(actor: Actor, sheet: Sheet, file_id: UUID) -> None:
    """Take one file out of the sheet."""
    visit.remove_file(queries.owner(actor).apart(sheet.id), file_id)
