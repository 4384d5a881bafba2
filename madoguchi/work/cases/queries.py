"""What staff read of one case: it is opened, one line a reading."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.case import State, Verb, possible
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.drawer import Drawer
from madoguchi.work.cases import public
from madoguchi.work.cases.models import Case, Due

type Found = Case  # the row that an act is done to, for those who may not import models


@dataclass(frozen=True)
class CaseCard:
    """A case as a list shows it: nothing that needs opening."""

    id: UUID
    short_name: str
    state: str
    channel: str
    level: str
    urgent: bool
    contact_rule: str
    assignee_id: UUID | None
    opened_at: datetime
    touched_at: datetime
    next_on: date | None
    closed_at: datetime | None
    closing: str
    revision: int


@dataclass(frozen=True)
class DueCard:
    """A day by which something happens, with its reason opened."""

    id: UUID
    kind: str
    on: date
    how: str
    why: str


@dataclass(frozen=True)
class OpenedCase:
    """A case that was opened for this actor: card, drawers, what the person said."""

    card: CaseCard
    situation: str
    verbs: tuple[Verb, ...]
    shared: Drawer = field(repr=False)
    staff: Drawer = field(repr=False)
    about: Mapping[str, Any] = field(repr=False)
    wishes: public.Wishes
    dues: tuple[DueCard, ...]


FIELDS = tuple(CaseCard.__dataclass_fields__)


def _card(case: Case) -> CaseCard:
    return CaseCard(**{name: getattr(case, name) for name in FIELDS})


def find(actor: Actor, case_id: UUID) -> Found:
    """The row, for an act on it.

    Raises:
        Absent: not of this office or not there.
    """
    case = Case.of(actor.office_id).filter(pk=case_id).first()
    if case is None:
        raise Absent
    return case


def waits(case: Found, kind: str) -> bool:
    """Whether a day of this kind is open on the case; it is not opened for that."""
    rows = Due.of(case.office_id).filter(case_id=case.id, kind=kind)
    return rows.filter(done_at__isnull=True).exists()


def open_case(actor: Actor, case_id: UUID, *, now: datetime) -> OpenedCase:
    """The case, opened: one audit line, committed before anything is shown.

    Raises:
        Absent: not there, or not for this actor.
        Forgotten: its keys were destroyed.
    """
    case = find(actor, case_id)
    return _opened(actor, case, *_read(actor, case, now=now))


def print_case(actor: Actor, case_id: UUID, *, now: datetime) -> OpenedCase:
    """The case, opened for paper: its one audit line says so, with who prints.

    Raises:
        Absent, Forgotten: as with `open_case`.
    """
    case = find(actor, case_id)
    return _opened(actor, case, *_print(actor, case, now=now))


def _opened(actor: Actor, case: Case, shared: Drawer, staff: Drawer) -> OpenedCase:
    situation = case.situation(actor)
    return OpenedCase(
        card=_card(case),
        situation=situation,
        verbs=_verbs(actor, case, situation),
        shared=shared,
        staff=staff,
        about=public.about(shared),
        wishes=public.wishes(shared),
        dues=_dues(case, staff),
    )


@action("case.read")
def _read(actor: Actor, case: Case, *, now: datetime) -> tuple[Drawer, Drawer]:
    try:
        return unseal.drawers(case.office_id, case.id)
    except unseal.Forgotten:  # or never opened: adopting finds out which
        adopt(actor, case, now=now)
        return unseal.drawers(case.office_id, case.id)


@action("case.sheet")
def _print(_actor: Actor, case: Case, *, now: datetime) -> tuple[Drawer, Drawer]:  # noqa: ARG001 - the act's form
    return unseal.drawers(case.office_id, case.id)


@action("case.adopt")
def adopt(_actor: Actor, case: Case, *, now: datetime) -> None:  # noqa: ARG001 - the act's form
    """First opening: the case's keys move from the letterbox to the office."""
    unseal.adopt(case.office_id, case.id)


def _verbs(actor: Actor, case: Case, situation: str) -> tuple[Verb, ...]:
    names = {
        Verb.TAKE: "case.take",
        Verb.ANSWER: "case.answer",
        Verb.CLOSE: "case.close",
        Verb.REOPEN: "case.reopen",
    }
    return tuple(
        verb
        for verb in possible(State(case.state))
        if verb in names and rights.may(actor.role, names[verb], situation)
    )


def _dues(case: Case, staff: Drawer) -> tuple[DueCard, ...]:
    rows = Due.of(case.office_id).filter(case_id=case.id, done_at__isnull=True)
    return tuple(
        DueCard(
            row.id,
            row.kind,
            row.on,
            row.how,
            staff.open("due", row.id, row.why) if row.why else "",
        )
        for row in rows.order_by("on", "id")
    )
