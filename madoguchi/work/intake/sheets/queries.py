"""A colleague's own unfinished sheets (書きかけの受付票), as they were saved last.

They lie where a visitor's draft does: sealed under a key that only the desk can make and only for
this colleague, gone a day after the last word. Nobody else sees them, whatever their role.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.tools.act.action import allowed
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal, visit
from madoguchi.tools.vault.files import About
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.intake.public import Answers

DOORS = ("phone", "counter", "letter")


@dataclass(frozen=True)
class Sheet:
    """A sheet by its id, its channel (one of `DOORS`) and how often it was saved."""

    id: UUID
    door: str
    revision: int = 0


@dataclass(frozen=True)
class Unfinished:
    """A saved sheet: since when, what was typed, the files that came with it."""

    sheet: Sheet
    began_at: datetime
    answers: Answers = field(repr=False)
    held: tuple[tuple[UUID, About], ...] = field(default=(), repr=False)


def owner(actor: Actor) -> visit.Holder:
    """Where this colleague's sheets lie.

    Raises:
        Absent: the actor takes nobody in.
    """
    if not allowed(actor, "intake.take_in", AtOffice(actor.office_id)):
        raise Absent
    return unseal.desk_holder(actor.office_id, actor.colleague)


def index(who: visit.Holder, now: datetime) -> dict[str, dict[str, Any]]:
    """The colleague's sheets of the last day by id: `door`, `began_at`, and `case` where filed."""
    found: dict[str, dict[str, Any]] = (visit.recall(who, "draft", now) or {}).get("sheets", {})
    return found


def unfinished(actor: Actor, now: datetime) -> tuple[Unfinished, ...]:
    """The colleague's saved sheets, newest first."""
    who = owner(actor)
    ids = [UUID(sheet_id) for sheet_id, about in index(who, now).items() if "case" not in about]
    sheets = [sheet for sheet_id in ids if (sheet := _recall(who, sheet_id, now))]
    return tuple(sorted(sheets, key=lambda sheet: sheet.began_at, reverse=True))


def sheet(actor: Actor, sheet_id: UUID, now: datetime) -> Unfinished | None:
    """The saved sheet; None where there is none, or another colleague's."""
    return _recall(owner(actor), sheet_id, now)


def filed_as(actor: Actor, sheet_id: UUID, now: datetime) -> UUID | None:
    """The case that was opened from the sheet, remembered for a day; None if none was."""
    case = index(owner(actor), now).get(str(sheet_id), {}).get("case")
    return UUID(case) if case else None


def _recall(who: visit.Holder, sheet_id: UUID, now: datetime) -> Unfinished | None:
    own = who.apart(sheet_id)
    draft = visit.recall(own, "draft", now)
    if draft is None:
        return None
    return Unfinished(
        Sheet(sheet_id, draft["door"], draft["revision"]),
        datetime.fromisoformat(draft["began_at"]),
        draft["answers"],
        visit.held_files(own),
    )
