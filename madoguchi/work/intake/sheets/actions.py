"""Save an intake sheet while it is written, throw it away, or open a case from it."""

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
from madoguchi.work.intake.desk.actions import Intake, prepare, take_in
from madoguchi.work.intake.public import Answers
from madoguchi.work.intake.sheets import queries
from madoguchi.work.intake.sheets.queries import Sheet


@dataclass(frozen=True)
class Saved:
    """A sheet after saving; `apart`: it is a new one, because the first was changed elsewhere.

    `whole`: nothing was cut because a draft is limited; `unkept`: why files that came with it were
    not kept, as codes of `intake.public.keep`.
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

    Where another screen saved the sheet meanwhile, or it is filed already, it stays as it is and
    the text becomes a sheet of its own, so that neither is lost.
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

        def change(draft: dict[str, Any]) -> None:
            draft.update(answers=typed, door=following.door, revision=following.revision)
            draft.setdefault("began_at", now.isoformat())

        own, network = who.apart(following.id), str(actor.staff_id)
        kept = public.keep(own, change, uploads, network, now, before=())
        _index(who, following, {}, now)
    return Saved(following, whole, apart, kept.unkept)


def _index(who: visit.Holder, sheet: Sheet, more: dict[str, str], now: datetime) -> None:
    """Write the sheet into the colleague's list of sheets, and drop those older than a draft."""

    def change(draft: dict[str, Any]) -> None:
        sheets = draft.setdefault("sheets", {})
        began_at = sheets.get(str(sheet.id), {}).get("began_at", now.isoformat())
        over = (now - visit.LIVES["draft"]).isoformat()
        draft["sheets"] = {
            sheet_id: about for sheet_id, about in sheets.items() if about["began_at"] > over
        } | {str(sheet.id): {"door": sheet.door, "began_at": began_at, **more}}

    visit.hold(who, change, now)


def file(
    actor: Actor, office: OfficeCard, sheet: Sheet, typed: Answers, new: Intake, *, now: datetime
) -> UUID:
    """Open a case from the sheet, once, and delete the sheet; returns the case's id.

    Raises:
        Busy: too many receipts are being made; the sheet stays.
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
        _index(who, sheet, {"case": str(case_id)}, now)
    return case_id


def filed(actor: Actor, sheet: Sheet, typed: Answers) -> UUID | None:
    """The case that was opened from this sheet with these answers already; None if none was."""
    return earlier_result(
        actor, "intake.take_in", _idempotency_key(queries.owner(actor), sheet, typed)
    )


def _idempotency_key(who: visit.Holder, sheet: Sheet, typed: Answers) -> str:
    answers = {name: words for name, words in typed.items() if any(words)}
    return who.bind(f"sheet/{sheet.id}/{json.dumps(answers, sort_keys=True)}")


def drop(actor: Actor, sheet: Sheet) -> None:
    """Delete the sheet and its files; no case is opened."""
    visit.leave(queries.owner(actor).apart(sheet.id))


def remove_file(actor: Actor, sheet: Sheet, file_id: UUID) -> None:
    """Take one file out of the sheet."""
    visit.remove_file(queries.owner(actor).apart(sheet.id), file_id)
