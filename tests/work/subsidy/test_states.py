"""Every state, verb and role over the real acts: what the tables say is what happens.

The tables themselves are held by people (`rights_expected.txt`, `grant_expected.txt`); here each
act is tried, and a table that says otherwise is found by what the act then does.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps import grant as life
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.subsidy.models import Budget, Check, Grant, Sample, Step
from tests.rules.steps.test_grant import agreed as agreed_steps
from tests.rules.test_rights import agreed as agreed_rights
from tests.work.subsidy.granting import Desk, opened_year, sent
from tests.work.subsidy.states import TRIES, in_state, to_refuse

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
TABLES = (Grant, Step, Check, Budget, Due)
STANDINGS = {
    "counsellor": ("unit", "assigned", "care", "secret", "denied"),
    "supervisor": ("unit", "assigned", "care", "secret", "denied"),
    "subsidy_officer": ("applied", "secret", "denied"),
    "auditor": ("office", "sampled", "denied"),
    "administrator": ("unit", "assigned"),
    "lawyer": ("unit",),
    "worker": ("office",),
}
LEVELS = {"care": "care", "secret": "secret"}
LATE = {Verb.LAPSE: timedelta(days=185)}  # 3 June: the year is over, its books are closed
TAKEN_BACK = {  # where each grant of `in_state` was before; what came last to the others stays
    State.DECIDED: State.DRAFTED,
    State.REFUSED: State.DRAFTED,
    State.FIXED: State.REPORTED,
    State.PAID: State.CLAIMED,
    State.WITHDRAWN: State.RECEIVED,
    State.REVOKED: State.DECIDED,
    State.RECLAIMED: State.PAID,
    State.LAPSED: State.REPORTED,
    State.REPAID: State.RECLAIMED,
}
RIGHTS, STEPS = agreed_rights(), agreed_steps()


def stands(desk: Desk, role: str, standing: str) -> Actor:
    """Somebody of a role who stands so to the grant's case."""
    case = Case.objects.get(pk=desk.grant.case_id)
    Case.objects.filter(pk=case.pk).update(level=LEVELS.get(standing, "normal"))
    who = Actor(desk.office.id, role, None if role == "worker" else uuid4())
    kinds = {"assigned": "assigned", "denied": "deny"}
    if standing in kinds:
        Access.objects.create(
            office_id=case.office_id,
            case_id=case.pk,
            staff_id=who.colleague,
            kind=kinds[standing],
            at=desk.now,
        )
    drawn = Sample.objects.filter(grant_id=desk.id)
    drawn.delete()
    if standing == "sampled":
        Sample.objects.create(
            office_id=case.office_id, grant_id=desk.id, staff_id=who.colleague, at=desk.now
        )
    assert desk.grant.situation(who) == standing
    return who


def everything() -> list[object]:
    """Every row of a grant, as the database tells it: it is asked some thousand times."""
    told: list[object] = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table._meta.db_table} ORDER BY id")
            told += cursor.fetchall()
    return told


def tried(desk: Desk, verb: Verb, who: Actor, *, done: bool) -> str:
    """The state that a verb led to; else the reason that it was refused for, or `absent`.

    `done`: whether it should be, and then is taken back again.
    """
    now = desk.now + LATE.get(verb, timedelta())
    before = everything()
    try:
        if done:
            with transaction.atomic():
                TRIES[verb](desk, who, now)
                reached = desk.state
                transaction.set_rollback(True)
            return reached
        TRIES[verb](desk, who, now)
    except Refused as refused:
        assert everything() == before
        return refused.reasons[0].code
    except Absent:
        assert everything() == before
        return "absent"
    return desk.state


def expected(state: State, verb: Verb, role: str, standing: str) -> str:
    """What the tables that people agreed on say of a try."""
    if (role, f"grant.{verb}", standing) not in RIGHTS:
        return "absent"
    reached = TAKEN_BACK.get(state) if verb is Verb.UNDO else STEPS.get((state, verb))
    return str(reached) if reached else f"grant.{verb}"


@pytest.mark.parametrize("state", State)
def test_each_verb_by_each_role_in_a_state_and_a_step_that_is_flipped(
    office: OfficeCard, now: datetime, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_year(office)
    desk = in_state(office, now, state)
    for role, standings in STANDINGS.items():
        who = stands(desk, role, standings[0])
        for verb in TRIES:
            if (state, verb) == (State.DRAFTED, Verb.REFUSE):
                continue  # a draft to grant is not refused; see below
            wanted = expected(state, verb, role, standings[0])
            got = tried(desk, verb, who, done=wanted in tuple(State))
            assert got == wanted, (state, verb, role)
    _a_flipped_step_is_found(desk, monkeypatch)
    assert chain.faults(office.id) == []


def test_what_is_drafted_to_be_refused_is_refused(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desk = to_refuse(sent(office, now))
    for role, standings in STANDINGS.items():
        who = stands(desk, role, standings[0])
        wanted = expected(State.DRAFTED, Verb.REFUSE, role, standings[0])
        assert tried(desk, Verb.REFUSE, who, done=wanted in tuple(State)) == wanted, role
        wanted = "absent" if wanted == "absent" else "grant.outcome"
        assert tried(desk, Verb.DECIDE, who, done=False) == wanted, role


@pytest.mark.parametrize("verb", TRIES)
def test_a_verb_however_one_stands_to_the_case_and_a_right_that_is_flipped(
    office: OfficeCard, now: datetime, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_year(office)
    desk = possible_for(office, now, verb)
    for role, standings in STANDINGS.items():
        for standing in standings:
            who = stands(desk, role, standing)
            wanted = expected(State(desk.state), verb, role, standing)
            got = tried(desk, verb, who, done=wanted in tuple(State))
            assert got == wanted, (role, standing)
            if standing == "denied" or role == "worker":
                continue  # no table can allow the one; the other is nobody's colleague
            with monkeypatch.context() as patch:
                patch.setattr(rights, "table", flipped_table(f"grant.{verb}", role, standing))
                assert tried(desk, verb, who, done=wanted == "absent") != wanted


def flipped_table(name: str, role: str, standing: str) -> Callable[[], object]:
    """The rights, but that a role may do a verb where it may not, or the other way round."""
    row = rights.table()[name]
    flipped = {**row, role: row.get(role, frozenset()) ^ {standing}}
    table = {**rights.table(), name: flipped}
    return lambda: table


def possible_for(office: OfficeCard, now: datetime, verb: Verb) -> Desk:
    """A grant to which a verb is possible."""
    if verb is Verb.REFUSE:
        return to_refuse(sent(office, now))
    state = next(at for at, possible in STEPS if possible is verb)
    if verb is Verb.UNDO:
        state = next(iter(TAKEN_BACK))
    return in_state(office, now, state)


def _a_flipped_step_is_found(desk: Desk, patching: pytest.MonkeyPatch) -> None:
    state, who = State(desk.state), stands(desk, "supervisor", "unit")
    for verb in TRIES:
        wanted = expected(state, verb, "supervisor", "unit")
        if verb is Verb.UNDO and state not in TAKEN_BACK:
            continue  # refused by what came last, whatever the table says
        with patching.context() as patch:
            end = None if wanted in tuple(State) else State.LAPSED
            patch.setattr(life, "follows", _flipped((state, verb), end))
            assert _whatever(desk, verb, who) != wanted, verb


def _flipped(cell: tuple[State, Verb], end: State | None) -> Callable[..., State | None]:
    real = life.follows
    return lambda at, verb, *more: end if (at, verb) == cell else real(at, verb, *more)


def _whatever(desk: Desk, verb: Verb, who: Actor) -> str:
    """What came of a try of which the tables do not know what it will be."""
    try:
        return tried(desk, verb, who, done=True)
    except (KeyError, StopIteration, AssertionError):  # a step that never was is asked about
        return "lost"
