"""The books of a year agree with what its grants' sealed steps say, or say that they do not."""

from datetime import date, datetime, timedelta

import pytest

from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.payment import Pay
from madoguchi.work.subsidy.budget import queries, steps
from madoguchi.work.subsidy.budget.moving import reserve
from madoguchi.work.subsidy.budget.queries import Books
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.models import Budget, Grant, Step
from tests.work.subsidy import budgets
from tests.work.subsidy.budgets import YEAR, officer
from tests.work.subsidy.filed import deny, filed, level
from tests.work.subsidy.granting import (
    YEN,
    filing,
    new_sum,
    opened_year,
    repayment,
    revocation,
    sent,
)


def read(office: OfficeCard, now: datetime, actor: Actor | None = None) -> Books:
    who = actor or officer(office, now)
    return queries.books(who, AtOffice(office.id), YEAR, now=now)


def totals(books: Books) -> tuple[int, int]:
    assert books.year
    assert not books.differs
    assert (books.sums.reserved_yen, books.sums.spent_yen) == (
        books.year.reserved_yen,
        books.year.spent_yen,
    )
    return books.year.reserved_yen, books.year.spent_yen


def test_they_agree_after_every_step(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desk = sent(office, now)
    way = (desk.receive, desk.propose, desk.decide, desk.contract, desk.report, desk.fix)
    said = []
    for act in (*way, desk.claim, desk.pay):
        act()
        said.append(totals(read(office, now)))
    assert said == [(0, 0)] * 2 + [(YEN, 0)] * 5 + [(0, YEN)]


@pytest.mark.parametrize("state", ["decided", "contracted", "reported", "fixed", "claimed"])
def test_they_agree_when_a_grant_ends_early(office: OfficeCard, now: datetime, state: str) -> None:
    opened_year(office)
    desk = sent(office, now).until(state)
    granted.withdraw(desk.officer, desk.grant, "契約をやめた", now=now)
    books = read(office, now)
    assert totals(books) == (0, 0)
    assert (books.sums.decided, books.sums.released) == (YEN, YEN)


def test_they_agree_after_a_change_and_a_smaller_sum(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desk = sent(office, now).until("decided")
    changed = new_sum(120_000, "見積りが変わった", filing(now))
    perform(desk.officer, desk.grant, changed, desk.life, desk.terms, now=now)
    desk.contract()
    desk.report()
    desk.fix(100_000, less="budget")
    desk.claim()
    desk.pay(100_000)
    books = read(office, now)
    assert totals(books) == (0, 100_000)
    assert (books.sums.decided, books.sums.changed, books.sums.paid) == (YEN, -50_000, 100_000)


@pytest.mark.parametrize(("days", "left"), [(0, 0), (400, YEN)])
def test_a_refund_comes_into_the_year_only_while_its_books_are_open(
    office: OfficeCard, now: datetime, days: int, left: int
) -> None:
    opened_year(office)
    desk = sent(office, now).until("paid")
    revoked = revocation("契約が解除された", filing(now), YEN)
    perform(desk.officer, desk.grant, revoked, desk.life, desk.terms, now=now)
    later = now + timedelta(days=days)
    perform(
        desk.officer, desk.grant, repayment(later.date(), YEN), desk.life, desk.terms, now=later
    )
    books = read(office, later)
    assert totals(books) == (0, left)


def test_each_movement_stands_in_its_month(office: OfficeCard, now: datetime) -> None:
    """The day of the payment counts, as it was amended, not the day on which it was typed."""
    opened_year(office)
    desk = sent(office, now).until("claimed")
    later = now.replace(year=2027, month=5, day=20)
    paid = Pay(
        paid_on=date(2027, 5, 19), amount_yen=YEN, order_number="支命第5号", creditor_number="債12"
    )
    perform(desk.other, desk.grant, paid, desk.life, desk.terms, now=later)
    step = next(step for step in desk.opened.steps if step.verb is Verb.PAY)
    amended = granted.Correction(step.number, {"paid_on": "2027-04-30"}, "書き誤り")
    granted.amend(desk.officer, desk.grant, amended, now=later)
    months = read(office, later).months
    assert months[date(2026, 11, 1)].decided == YEN
    assert {month for month, sums in months.items() if sums.paid} == {date(2027, 4, 1)}


def test_what_was_carried_over_is_paid_in_june(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desk = sent(office, now).until("claimed")
    desk.now = now.replace(year=2027, month=6, day=20)
    granted.carry(desk.officer, desk.grant, "契約が続く", desk.life, now=desk.now)
    desk.pay()
    books = read(office, desk.now)
    assert totals(books) == (0, YEN)
    assert [month for month, sums in books.months.items() if sums.paid] == [date(2027, 6, 1)]


def test_a_total_that_differs_is_reported(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    sent(office, now).until("decided")
    reserve(office.id, YEAR, 1)  # of no grant
    books = read(office, now)
    assert books.differs
    line = Line.objects.filter(verb="subsidy.books").get()
    assert line.told == {"fiscal_year": YEAR, "damaged": 0, "differs": 1}


def test_what_does_not_open_is_counted_and_nothing_compared(
    office: OfficeCard, now: datetime
) -> None:
    opened_year(office)
    desk, other = sent(office, now).until("decided"), sent(office, now).until("decided")
    Step.objects.filter(grant_id=desk.id, verb="decide").update(told=b"changed")
    DrawerKey.objects.filter(case_id=other.grant.case_id).delete()
    books = read(office, now)
    assert (books.unread, books.differs, books.sums.decided) == (2, False, 0)


def test_decisions_meanwhile_are_no_difference(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was reckoned while somebody decided is reckoned again, and not for ever."""
    opened_year(office)
    reckon, times = steps.movements, []

    def while_others_decide(*told: object) -> object:
        times.append(1)
        if len(times) == 1 or endless:
            reserve(office.id, YEAR, 1)
        return reckon(*told)  # type: ignore[arg-type] # as it was asked

    endless = False
    monkeypatch.setattr(queries, "movements", while_others_decide)
    assert (read(office, now).moving, len(times)) == (False, 2)
    endless = True
    books = read(office, now)
    assert (books.moving, books.differs) == (True, False)
    assert len(times) == 2 + queries.TRIES


def test_many_grants_are_read_with_a_few_questions(
    office: OfficeCard, now: datetime, django_assert_max_num_queries: object
) -> None:
    actor = officer(office, now)
    budgets.opened(office, actor, now, budget_yen=100_000_000)
    rows = filed(office, 60, now)
    with django_assert_max_num_queries(16):  # type: ignore[operator] # pytest-django's
        books = read(office, now, actor)
    kept = Budget.of(office.id)
    kept.update(reserved_yen=books.sums.reserved_yen, spent_yen=books.sums.spent_yen)
    assert not read(office, now, actor).differs
    assert books.sums.paid > 0
    assert len(rows) == 60


def test_the_end_of_the_year_is_in_sight_from_the_last_quarter_on(
    office: OfficeCard, now: datetime
) -> None:
    opened_year(office)
    desk, paying = sent(office, now).until("contracted"), sent(office, now).until("fixed")
    assert read(office, now, desk.officer).pressing == ()
    seen = {}
    for day in (date(2027, 1, 10), date(2027, 3, 31), date(2027, 4, 1), date(2027, 6, 1)):
        then = now.replace(year=day.year, month=day.month, day=day.day)
        seen[day] = [(one.id, one.clock.code) for one in read(office, then, desk.officer).pressing]
    first, second = desk.id, paying.id
    assert seen == {
        date(2027, 1, 10): [(first, "fix_soon")],
        date(2027, 3, 31): [(first, "fix_soon"), (second, "pay_soon")],
        date(2027, 4, 1): [(first, "fix_over"), (second, "pay_soon")],
        date(2027, 6, 1): [(first, "fix_over"), (second, "pay_over")],
    }


@pytest.mark.parametrize("hidden", ["denied", "secret", "the auditor's"])
def test_a_grant_that_one_may_not_open_is_in_no_list(
    office: OfficeCard, now: datetime, hidden: str
) -> None:
    opened_year(office)
    desk = sent(office, now).until("contracted")
    actor = officer(office, now, "auditor") if hidden == "the auditor's" else desk.officer
    if hidden == "denied":
        deny(actor, desk.grant, now)
    if hidden == "secret":
        level(desk.grant, "secret")
    then = now.replace(year=2027, month=3, day=30)
    books = read(office, then, actor)
    assert books.pressing == ()
    assert totals(books) == (YEN, 0)
    assert Grant.objects.count() == 1


@pytest.mark.race
@pytest.mark.parametrize("role", ["counsellor", "administrator", "lawyer"])
def test_who_may_not_read_them(office: OfficeCard, now: datetime, role: str) -> None:
    with pytest.raises(Absent):
        read(office, now, officer(office, now, role))
    assert Line.objects.get(verb="subsidy.books").outcome == "absent"


def test_a_year_that_nobody_opened_has_no_totals(office: OfficeCard, now: datetime) -> None:
    books = read(office, now)
    assert (books.year, books.changes, books.differs) == (None, (), False)
    assert queries.years(officer(office, now), AtOffice(office.id)) == ()


def test_the_changes_stand_in_their_order(office: OfficeCard, now: datetime) -> None:
    actor = officer(office, now)
    budgets.opened(office, actor, now)
    budgets.opened(office, actor, now, fiscal_year=YEAR - 1)
    books = read(office, now, actor)
    assert [(one.number, one.kind, one.yen) for one in books.changes] == [(1, "opening", 1_000_000)]
    assert queries.years(actor, AtOffice(office.id)) == (YEAR, YEAR - 1)
