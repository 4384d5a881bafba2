"""Of which year's budget a grant is, when its application and its decision are of two years."""

from dataclasses import replace
from datetime import date, datetime
from functools import partial

import pytest

from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.decision import Decide
from madoguchi.work.subsidy.acts.payment import Fix
from madoguchi.work.subsidy.budget import queries
from madoguchi.work.subsidy.budget.queries import Books
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.models import Budget
from madoguchi.work.subsidy.typing import actions as typing
from tests.work.subsidy.granting import YEN, Desk, filing, new_sum, opened_year, sent
from tests.work.subsidy.states import TRIES, WHY
from tests.work.subsidy.test_reviewing import refused

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
MARCH, APRIL = datetime(2027, 3, 20, 10, tzinfo=JAPAN), datetime(2027, 4, 10, 10, tzinfo=JAPAN)


@pytest.fixture
def desk(office: OfficeCard) -> Desk:
    """A draft of March, looked at again in April; the old year has a budget."""
    opened_year(office)
    return replace(sent(office, MARCH).until("drafted"), now=APRIL)


def books(year: int) -> tuple[int, int]:
    """What is reserved and what is spent, in yen."""
    row = Budget.objects.get(fiscal_year=year)
    return row.reserved_yen, row.spent_yen


def read(desk: Desk, year: int) -> Books:
    """The books of a year, which say the same as its steps."""
    found = queries.books(desk.officer, AtOffice(desk.office.id), year, now=desk.now)
    assert not found.differs
    return found


def decided_in_april(desk: Desk) -> Desk:
    """Both years have a budget, and the new one pays."""
    opened_year(desk.office, 2027)
    desk.decide()
    return desk


def reported_in_march(desk: Desk) -> Desk:
    """Decided in its own year, and all that the person does is done."""
    march = replace(desk, now=MARCH)
    for act in (march.decide, march.contract, march.report):
        act()
    return march


def test_nothing_is_reserved_from_a_year_that_is_over(desk: Desk) -> None:
    found = refused(desk.decide)
    assert (found["code"], found["year"]) == ("grant.year_ended", "令和9年度")
    assert (desk.state, books(2026)) == ("drafted", (0, 0))


def test_a_decision_of_april_is_paid_by_the_new_year(desk: Desk) -> None:
    decided_in_april(desk)
    assert (books(2026), books(2027)) == ((0, 0), (YEN, 0))
    for year, decided in ((2026, 0), (2027, YEN)):
        assert read(desk, year).sums.decided == decided
    assert desk.grant.fiscal_year == 2026  # its number stays what it is
    for act in (desk.contract, desk.report, desk.fix, desk.claim, desk.pay):
        act()
    assert (books(2026), books(2027)) == ((0, 0), (0, YEN))
    assert read(desk, 2027).sums.paid == YEN


def test_a_decision_of_march_that_is_written_down_in_april_is_of_the_old_year(desk: Desk) -> None:
    march = filing(MARCH)
    perform(desk.officer, desk.grant, Decide(filing=march), desk.life, desk.terms, now=desk.now)
    assert books(2026) == (YEN, 0)


@pytest.mark.parametrize("verb", [Verb.WITHDRAW, Verb.REVOKE])
def test_what_ends_goes_back_where_it_came_from(desk: Desk, verb: Verb) -> None:
    decided_in_april(desk)
    TRIES[verb](desk, desk.officer, desk.now)
    assert (books(2026), books(2027)) == ((0, 0), (0, 0))
    assert read(desk, 2027).sums.released == YEN


def test_its_clocks_are_those_of_the_year_that_pays(desk: Desk) -> None:
    decided_in_april(desk)
    found = refused(partial(TRIES[Verb.LAPSE], desk, desk.officer, desk.now))
    assert (found["code"], found["by"]) == ("grant.year_runs", "令和10年3月31日（金）")
    assert desk.opened.card.budget_year == 2027
    january = replace(desk, now=datetime(2028, 1, 10, 10, tzinfo=JAPAN))
    assert read(january, 2026).pressing == ()
    assert [one.clock.by for one in read(january, 2027).pressing] == [date(2028, 3, 31)]


def test_the_day_of_a_decision_is_not_moved_into_another_year(desk: Desk) -> None:
    decided_in_april(desk)
    number = next(step.number for step in desk.opened.steps if step.verb is Verb.DECIDE)

    def amend(day: str) -> None:
        told = granted.Correction(number, {"drafted_on": day, "decided_on": day}, WHY)
        granted.amend(desk.officer, desk.grant, told, now=desk.now)

    assert refused(lambda: amend("2027-03-31"))["code"] == "grant.amend_decided"
    amend("2027-04-01")


# -- fixed after the year -------------------------------------------------------------------


def test_after_march_a_sum_is_fixed_only_where_a_human_let_it_go_on(desk: Desk) -> None:
    march = reported_in_march(desk)
    april = replace(march, now=APRIL)
    found = refused(april.fix)
    assert (found["code"], found["by"]) == ("grant.fix_over", "令和9年3月31日（水）")
    granted.carry(april.officer, april.grant, WHY, april.life, now=april.now)
    april.fix()
    assert books(2026) == (YEN, 0)


def test_performance_after_march_stops_for_a_human(desk: Desk) -> None:
    """Decided in March, the retainer paid in April: no date of a fixing makes it the old year's."""
    march = replace(desk, now=MARCH)
    march.decide()
    march.contract()
    desk.report()

    def fix() -> None:
        told = Fix(amount_yen=YEN, filing=filing(MARCH))
        perform(desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)

    found = refused(fix)
    assert (found["code"], found["on"]) == ("grant.performed_late", "令和9年4月10日（土）")
    assert books(2026) == (YEN, 0)
    granted.carry(desk.officer, desk.grant, WHY, desk.life, now=desk.now)
    fix()
    assert (books(2026), read(desk, 2026).sums.decided) == ((YEN, 0), YEN)


@pytest.mark.parametrize(("day", "late"), [(31, ""), (1, "grant.performed_late")])
def test_the_last_day_of_march_is_of_its_year_also_where_nothing_is_fixed(
    desk: Desk, day: int, late: str
) -> None:
    """Where a city asks for no report, the contract tells: nothing is paid before it."""
    short = replace(desk, life=replace(desk.life, stages=("contract", "claim")))
    replace(short, now=MARCH).decide()
    on = date(2027, 4 if late else 3, day)
    told = typing.ContractReport(on, "法務 一郎", 300_000)
    typing.report_contract(short.officer, short.grant, told, short.life, now=short.now)
    short.claim()
    if late:
        assert refused(short.pay)["code"] == late
        granted.carry(short.officer, short.grant, WHY, short.life, now=short.now)
    short.pay()
    assert (books(2026), read(short, 2026).sums.paid) == ((0, YEN), YEN)


def test_a_fixing_of_march_is_written_down_in_april(desk: Desk) -> None:
    march = reported_in_march(desk)
    told = Fix(amount_yen=YEN, filing=filing(MARCH))
    perform(march.officer, march.grant, told, march.life, march.terms, now=APRIL)
    assert march.state == "fixed"


def test_no_more_is_taken_from_a_year_that_is_over(desk: Desk) -> None:
    replace(desk, now=MARCH).decide()

    def change(yen: int) -> None:
        told = new_sum(yen, WHY, filing(APRIL))
        perform(desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)

    change(YEN - 50_000)
    assert refused(lambda: change(YEN - 10_000))["code"] == "grant.year_over"
    assert books(2026) == (YEN - 50_000, 0)
