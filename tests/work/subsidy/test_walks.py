"""Whatever the desk does with grants in whatever order, the year's books are those of the steps."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps.grant import RESERVING, State, Verb, possible
from madoguchi.tools.audit import chain
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.subsidy import jobs
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.payment import Fix, Pay
from madoguchi.work.subsidy.desk import drawers
from madoguchi.work.subsidy.fiscal_year import performed_late, year_of
from madoguchi.work.subsidy.history import history
from madoguchi.work.subsidy.models import Budget, Check, Grant, Step
from madoguchi.work.subsidy.money import money
from tests import looking
from tests.work.subsidy.granting import (
    Desk,
    filing,
    new_sum,
    opened_year,
    repayment,
    revocation,
    sent,
)
from tests.work.subsidy.states import TRIES

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
BUDGET_YEN = 400_000  # two of three grants, and a little
GRANTS, MOST_STEPS = 3, 40
SUMS = (1, 60_000, 149_999, 150_000, 150_001, 240_000, 400_001)
OWN = (Verb.CHANGE, Verb.FIX, Verb.PAY, Verb.REVOKE, Verb.REPAY)  # of a sum that is chosen here
MOVES = st.tuples(
    st.integers(0, GRANTS - 1),
    st.integers(0, 50),
    st.sampled_from(SUMS),
    st.sampled_from((0, 0, 0, 0, 0, 1, 40)),
)


def do(desk: Desk, verb: Verb, yen: int) -> None:
    """Do a verb, with a sum where it takes one; mostly the one that is right."""
    grant, now, life = desk.grant, desk.now, desk.life
    right = desk.opened.granted_yen if yen == SUMS[0] else yen
    match verb:
        case Verb.CHANGE:
            told = new_sum(yen, "理由", filing(now))
            perform(desk.officer, grant, told, life, desk.terms, now=now)
        case Verb.FIX:
            fixed = Fix(amount_yen=right, filing=filing(now))
            perform(desk.officer, grant, fixed, life, desk.terms, now=now)
        case Verb.PAY:
            perform(
                desk.other,
                grant,
                Pay(paid_on=now.date(), amount_yen=right),
                life,
                desk.terms,
                now=now,
            )
        case Verb.REVOKE:
            repay = min(yen, desk.opened.money.paid_yen)
            told_of = revocation("理由", filing(now), repay)
            perform(desk.officer, grant, told_of, life, desk.terms, now=now)
        case Verb.REPAY:
            owed = desk.opened.money.owed_yen
            perform(
                desk.officer, grant, repayment(now.date(), owed), desk.life, desk.terms, now=now
            )
        case _:
            TRIES[verb](desk, desk.officer, now)


@looking.inside()
def reckoned(desks: list[Desk]) -> tuple[int, int]:
    """What is reserved and spent by the sealed steps alone."""
    reserved = spent = 0
    for desk in desks:
        grant = desk.grant
        steps = history(grant, *drawers(grant, desk.now))
        if grant.state in RESERVING:
            reserved += money(steps).granted_yen
        spent += money(steps).executed_yen
        if money(steps).paid_yen:  # what was performed after its year is paid by no old budget
            assert performed_late(steps, year_of(grant, steps)) is None
    return reserved, spent


def holds(desks: list[Desk]) -> None:
    """The books are those of the steps, nothing is negative, nothing is overspent."""
    year = Budget.objects.get()
    assert (year.reserved_yen, year.spent_yen) == reckoned(desks)
    assert year.reserved_yen >= 0
    assert year.spent_yen >= 0
    assert year.reserved_yen + year.spent_yen <= year.budget_yen
    received = Grant.objects.filter(fiscal_year=2026).order_by("number")
    numbers = list(received.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


ONWARD = (
    *(Verb.DRAFT, Verb.DECIDE, Verb.CONTRACT, Verb.REPORT, Verb.FIX, Verb.CLAIM),
    *(Verb.PAY, Verb.REPAY, Verb.RECEIVE, Verb.COMPLETE),
)


def next_verb(desk: Desk, chosen: int) -> Verb:
    """Mostly one that leads on, sometimes another that is possible, now and then any."""
    ways = [verb for verb in possible(State(desk.state)) if verb in TRIES]
    onward = [verb for verb in ways if verb in ONWARD]
    pool = onward if chosen % 5 < 3 else ways if chosen % 5 < 4 else list(TRIES)
    pool = pool or ways
    return pool[chosen % len(pool)]


def test_the_books_are_those_of_the_steps(office: OfficeCard, now: datetime) -> None:
    """Random ways of several grants; and they came far, else that would say little."""
    seen: set[str] = set()

    @settings(
        max_examples=6,
        phases=(Phase.explicit, Phase.generate),  # a walk is not made shorter: each step costs
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(moves=st.lists(MOVES, min_size=20, max_size=MOST_STEPS))
    def walk(moves: list[tuple[int, int, int, int]]) -> None:
        for table in (Step, Check, Grant, Budget, Due, Case):
            table._default_manager.all().delete()
        opened_year(office, yen=BUDGET_YEN)
        desks = [sent(office, now).until("drafted") for _ in range(GRANTS)]
        moment = now
        for which, chosen, yen, days in moves:
            moment += timedelta(days=days)
            desks = [replace(desk, now=moment) for desk in desks]
            desk = desks[which]
            with suppress(Refused):
                do(desk, next_verb(desk, chosen), yen)
            seen.add(desk.state)
            holds(desks)
        jobs.sweep(moment)
        assert chain.faults(office.id) == []

    walk()
    assert {"decided", "contracted", "reported", "fixed", "claimed", "paid", "revoked"} <= seen
