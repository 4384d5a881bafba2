"""What the machine and the clinic need from people (知らせ), without names or hidden cases.

Looked up once in half a minute for all pages of the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.tools.audit import chain, looked_into
from madoguchi.tools.later.queue import watch
from madoguchi.tools.mail import ledger
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import files, store, unseal
from madoguchi.tools.vault.masterkey import verified_long_ago
from madoguchi.work.clinic.packs.queries import may_know_of_one, unprinted
from madoguchi.work.notices.proposals import proposers

LOOK_EVERY_S = 30.0
TELL = "record.tell"
FULL, NEARLY_FULL = 90, 80
_seen: tuple[float, tuple[Alarm, ...]] | None = None
_seen_of: dict[UUID, tuple[float, frozenset[UUID]]] = {}
_proposed: dict[UUID, tuple[float, tuple[tuple[UUID, str], ...]]] = {}
_lines: dict[UUID, chain.Seen] = {}


@dataclass(frozen=True)
class Alarm:
    """Something that somebody has to look at; its words are `desk.alarm.<code>`."""

    code: str

    @property
    def key(self) -> str:
        """The text key of its words."""
        return f"desk.alarm.{self.code}"


def recent(now: datetime) -> tuple[Alarm, ...]:
    """The alarms as they were at most half a minute ago."""
    global _seen  # noqa: PLW0603 - one state for the process
    if _seen is None or monotonic() - _seen[0] > LOOK_EVERY_S:
        _seen = (monotonic(), alarms(now))
    return _seen[1]


def of_clinic(actor: Actor, now: datetime) -> tuple[Alarm, ...]:
    """The alarms of the clinic for this colleague, as they were at most half a minute ago.

    Cases that they may not know of raise none.
    """
    seen = _seen_of.get(actor.office_id)
    if seen is None or monotonic() - seen[0] > LOOK_EVERY_S:
        seen = _seen_of[actor.office_id] = (monotonic(), unprinted(actor.office_id, now))
    return (Alarm("packs"),) if may_know_of_one(actor, seen[1]) else ()


def alarms(now: datetime) -> tuple[Alarm, ...]:
    return tuple(Alarm(code) for code in _codes(now))


def _codes(now: datetime) -> Iterator[str]:
    work = watch(now)
    if not work.alive:
        yield "worker"
    if TELL in work.failing:
        yield "mail"
    if (work.failing - {TELL}) or (work.alive and work.waiting):
        yield "jobs"
    if work.unblocked:
        yield "unblocked"
    if work.flooded:
        yield "flooded"
    if unseal.flooded():
        yield "made_up"
    yield from sorted(f"mailbox_{kind}" for kind in ledger.lasting_trouble(now))
    if store.shut():
        yield "inbox"
    if store.laid_aside():
        yield "lost"
    fullness = files.fullness()
    if fullness >= NEARLY_FULL:
        yield f"disk_{FULL if fullness >= FULL else NEARLY_FULL}"
    _lines.update(chain.newest_lines(_lines))
    if any(
        seen.faulty - looked_into.of(office_id).keys()
        for office_id, seen in _lines.items()
        if seen.faulty
    ):
        yield "forged"
    if chain.clock_wrong(now):
        yield "clock"
    if verified_long_ago(now):
        yield "key"


def proposed(actor: Actor) -> int:
    """How many acts of others wait for this colleague as their second."""
    seen = _proposed.get(actor.office_id)
    if seen is None or monotonic() - seen[0] > LOOK_EVERY_S:
        seen = _proposed[actor.office_id] = (monotonic(), proposers(actor.office_id))
    return sum(
        staff_id != actor.staff_id and rights.may(actor.role, signs, "office")
        for staff_id, signs in seen[1]
    )


def forget_proposed(office_id: UUID) -> None:
    """Count the proposals again at the next page: one was made, or has ended."""
    _proposed.pop(office_id, None)


def forget() -> None:
    """Look again at the next page."""
    global _seen  # noqa: PLW0603 - as above
    _seen = None
    _seen_of.clear()
    _proposed.clear()
    _lines.clear()
