"""`@action`: may this actor? → one transaction → do → audit line (行為).

Acts under one key and acts on one case go one after another, on either database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import Any, Protocol, cast
from uuid import UUID

from django.db import connection

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.tools.act.models import Once
from madoguchi.tools.audit import chain, opening
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.transaction import lock, transaction

_depth: ContextVar[int] = ContextVar("depth", default=0)


class Subject(Protocol):
    """What an act is done to."""

    @property
    def office_id(self) -> UUID:
        """The office it belongs to."""

    @property
    def case_id(self) -> UUID | None:
        """The case it belongs to, if any."""

    def situation(self, actor: Actor) -> str:
        """One of `rights.SITUATIONS`: this actor's relation to the subject."""


def action[R](verb: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Make a function an act under a verb of `rights.toml`.

    The function takes (actor, subject, …, *, now). `idempotency_key` is looked up inside
    the transaction; a repeated key gives back the earlier result (an id) without a second line.

    Raises (when called):
        Absent: rights fail; rolled back, one security line after the outermost rollback.
        Refused: a rule says no; neither row nor line stays.
    """
    rights.require_listed(verb)

    def decorate(do: Callable[..., R]) -> Callable[..., R]:
        @wraps(do)
        def act(
            actor: Actor,
            subject: Subject,
            *args: Any,
            now: datetime,
            idempotency_key: str | None = None,
            **kwargs: Any,
        ) -> R:
            with together(actor, verb, subject, now=now):
                return _inside(verb, do, actor, subject, args, kwargs, now, idempotency_key)

        return act

    return decorate


@contextmanager
def together(actor: Actor, verb: str, subject: Subject, *, now: datetime) -> Iterator[None]:
    """Run the acts of the block in one transaction: all of them are done, or none.

    Where one is Absent, one security line under this verb stays after the outermost rollback. A
    mere `transaction` around acts cannot leave it: it is not rolled back yet when the act ends.
    """
    depth = _depth.set(_depth.get() + 1)
    try:
        with transaction():
            yield
    except Absent:
        if _depth.get() == 1:
            with transaction():
                own = subject.office_id == actor.office_id
                chain.append(
                    actor, verb, subject.case_id if own else None, outcome="absent", now=now
                )
        raise
    finally:
        _depth.reset(depth)


def done_before(actor: Actor, verb: str, idempotency_key: str) -> bool:
    """Whether the act was done under this key already."""
    return earlier_result(actor, verb, idempotency_key) is not None


def earlier_result(actor: Actor, verb: str, idempotency_key: str) -> UUID | None:
    """What came of the act when it was done under this key (an id); None when it was not."""
    if connection.vendor == "postgresql":  # the portal's role may not read the table
        with connection.cursor() as cursor:
            office_id = actor.office_id
            cursor.execute("SELECT act_earlier(%s, %s, %s)", [office_id, verb, idempotency_key])
            return cast("tuple[UUID | None]", cursor.fetchone())[0]
    done = Once.objects.filter(office_id=actor.office_id, verb=verb, key=idempotency_key)
    return done.values_list("result_id", flat=True).first()


def allowed(actor: Actor, verb: str, subject: Subject) -> bool:
    """Whether the actor may do the verb to the subject, office included."""
    if subject.office_id != actor.office_id:
        return False
    return rights.may(actor.role, verb, subject.situation(actor))


def _inside[R](
    verb: str,
    do: Callable[..., R],
    actor: Actor,
    subject: Subject,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    now: datetime,
    idempotency_key: str | None,
) -> R:
    if idempotency_key is not None:
        lock(f"{actor.office_id}/{verb}/{idempotency_key}")
    if subject.case_id is not None:
        lock(str(subject.case_id))
    if not allowed(actor, verb, subject):
        raise Absent
    if idempotency_key is not None:
        earlier = earlier_result(actor, verb, idempotency_key)
        if earlier is not None:
            if opening.awaited(verb):  # what was opened ahead of it has its line nevertheless
                again = opening.recorded(actor, verb, subject.case_id, now=now, outcome="again")
                with again:
                    pass
            return earlier  # type: ignore[return-value] # the same
    with opening.recorded(actor, verb, now=now) as act:
        result = do(actor, subject, *args, now=now, **kwargs)
        chain.tell(**getattr(subject, "called", {}))  # a number of its own, besides the case's
        act.case_id = subject.case_id or getattr(result, "case_id", None)
    if idempotency_key is not None:
        Once.objects.create(
            office_id=actor.office_id,
            verb=verb,
            key=idempotency_key,
            result_id=result,  # type: ignore[misc] # an act that is done once returns an id
            at=now,
        )
    return result
