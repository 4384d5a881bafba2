"""Under what sealed values are opened (開封): an act, or a listed reason where nobody acts.

A drawer remembers it. It opens while the act or the run goes on, and afterwards only where its line
was written: what is opened later, such as a download that is still being sent, has its line, too.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.chain import NoLine
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.transaction import transaction


class Reason(StrEnum):
    """Why something is opened where nobody acts: verbs of `rights.toml` that only the worker has.

    A run writes one line before its first opening, and one with its counts when it ends.
    """

    VERIFY = "unattended.verify"  # `madoguchi verify`: does every key and every file open?
    BUDGET = "unattended.budget"  # `madoguchi subsidy budget --check`: do the steps add up?


for _reason in Reason:
    rights.require_listed(_reason)

LINELESS = {
    "own": "a person opens what is theirs, with a key that the office does not have",
    "unwritable": "a house that was just restored, or cannot be written, is checked as it is",
}


@dataclass(eq=False)
class Opening:
    """One act, or one run without anybody, under which drawers are opened.

    `around`: the one inside which it goes on. `awaits`: the act under this verb takes it over.
    """

    verb: str
    around: "Opening | None" = None
    awaits: bool = False
    begin: Callable[[], UUID] | None = None
    case_id: UUID | None = None
    line: UUID | None = None
    used: bool = False
    failed: bool = False
    cases: set[UUID] = field(default_factory=set)

    def require(self) -> None:
        """Raise NoLine unless it goes on, or ended with its line.

        Raises:
            NoLine: it failed, or what it was part of: its line was rolled back.
        """
        one: Opening | None = self
        while one is not None:
            if one.failed:
                raise NoLine
            one = one.around


OWN = Opening("own")
_now: ContextVar[Opening | None] = ContextVar("opening", default=None)


def running() -> Opening | None:
    """What goes on at this moment; None where nothing does."""
    return _now.get()


def current(case_ids: Collection[UUID]) -> Opening:
    """What these cases are opened under; a run without anybody writes its line now.

    Raises:
        NoLine: outside an act, and for no listed reason.
    """
    own = _now.get()
    if own is None:
        raise NoLine
    if own.begin is not None:
        own.line = own.line or own.begin()
        own.cases.update(case_ids)
    own.used = True
    return own


@contextmanager
def recorded(
    actor: Actor,
    verb: str,
    case_id: UUID | None = None,
    *,
    now: datetime,
    outcome: str = "done",
) -> Iterator[Opening]:
    """Open, seal and tell inside; the act's line is written at the end of the block.

    It takes over what was opened ahead of it. Call it inside the act's transaction.
    """
    around = _now.get()
    own = around if around and awaited(verb) else Opening(verb, around)
    own.case_id = case_id
    with _going_on(own), chain.seals() as sealed, chain.telling() as details:
        yield own
        line = chain.append(
            actor, verb, own.case_id, outcome=outcome, now=now, sealed=sealed, told=details
        )
        own.line = line.id


@contextmanager
def ahead(verb: str) -> Iterator[Opening]:
    """Open inside what the act under this verb is told, where opening takes too long for it.

    The act has to follow inside the block.

    Raises:
        NoLine: something was opened, and no such act wrote its line.
    """
    with _going_on(Opening(verb, _now.get(), awaits=True)) as own:
        yield own


def awaited(verb: str) -> bool:
    """Whether something was opened ahead of an act under this verb that has not come yet."""
    own = _now.get()
    return own is not None and own.awaits and own.verb == verb and own.line is None


@contextmanager
def unattended(
    office_id: UUID, reason: Reason, *, now: datetime, **scope: str | int
) -> Iterator[Opening]:
    """Open inside without anybody who acts; where nothing is opened, nothing is written.

    The first opening is outside any transaction, since its line must be committed before it.
    """
    worker = Actor(office_id, "worker")

    def write(outcome: str, **counts: int) -> UUID:
        with transaction(durable=True):
            details = {**scope, **counts}
            line = chain.append(worker, reason, None, outcome=outcome, now=now, told=details)
        return line.id

    with _going_on(Opening(reason, begin=lambda: write("begun"))) as own:
        yield own
    if own.used:
        write("done", cases=len(own.cases))


@contextmanager
def lineless(why: str) -> Iterator[Opening]:
    """Open inside without a line, for one of the few reasons that need none.

    Raises:
        NoLine: it is none of them.
    """
    if why not in LINELESS:
        raise NoLine
    own = Opening(why)
    token = _now.set(own)
    try:
        yield own
    finally:
        _now.reset(token)


@contextmanager
def _going_on(own: Opening) -> Iterator[Opening]:
    token = _now.set(own)
    try:
        yield own
    except BaseException:
        own.failed = True
        raise
    else:
        if own.used and own.line is None:
            own.failed = True
            raise NoLine
    finally:
        _now.reset(token)
