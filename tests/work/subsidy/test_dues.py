"""The day of a case on which somebody looks at its grant: kept by acts, seen to by the worker."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from madoguchi.ops import worker
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.programme.subsidy import Life
from madoguchi.rules.steps.grant import OVER, State, Verb
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import jobs as case_jobs
from madoguchi.work.cases import public, queries
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.record import actions as record_actions
from madoguchi.work.subsidy import desk as subsidy_desk
from madoguchi.work.subsidy import jobs
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.files import queries as grants
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.terms import life
from tests.work.cases.awaiting import answered
from tests.work.subsidy.granting import YEN, Desk, filing, opened_year, repayment, revocation, sent
from tests.work.subsidy.states import PART, TRIES, in_state, returned
from tests.work.subsidy.test_reviewing import refused
from tests.work.subsidy.turning import RECEIVED, SENT_AT, turn

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back


def days(*kinds: str) -> list[date]:
    """The open days of these kinds."""
    rows = Due.objects.filter(kind__in=kinds or ("grant",), done_at__isnull=True)
    return list(rows.order_by("on").values_list("on", flat=True))


def at(desk: Desk, *day: int) -> Desk:
    """The same desk on another day."""
    return replace(desk, now=datetime(*day, 10, tzinfo=JAPAN))  # type: ignore[arg-type, misc]


@pytest.mark.parametrize("state", State)
def test_a_grant_that_runs_has_one_day_and_one_that_is_over_has_none(
    office: OfficeCard, now: datetime, state: State
) -> None:
    opened_year(office)
    desk = in_state(office, now, state)
    jobs.sweep(now)
    assert len(days("grant", "grant_sent")) == (0 if state in OVER else 1)
    case = Case.objects.get(pk=desk.grant.case_id)
    assert case.next_on is not None


def test_a_correction_is_looked_at_on_the_day_it_was_asked_for(desk: Desk) -> None:
    returned(desk)
    assert days() == [desk.now.date()]


def test_money_that_is_to_come_back_is_looked_at_until_it_came(desk: Desk) -> None:
    desk.until("paid")
    by = desk.now.date() + timedelta(40)
    told = revocation("契約が解除された", filing(desk.now), YEN, by)
    perform(desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)
    assert days() == [by]
    number = len(desk.opened.steps)
    amended = granted.Correction(number, {"document_number": "渋安第31号"}, "写しまちがい")
    granted.amend(desk.officer, desk.grant, amended, now=desk.now)
    jobs.sweep(desk.now + timedelta(50))
    assert days() == [by]  # overdue, and in sight as that
    assert listed_under(desk, "running") == [(desk.id, by)]
    later = replace(desk, now=desk.now + timedelta(50))
    TRIES[Verb.REPAY](later, later.officer, later.now)
    assert days() == [later.now.date() + timedelta(7)]  # a part came; the rest is looked for again
    rest = repayment(later.now.date(), YEN - PART)
    perform(later.officer, later.grant, rest, later.life, later.terms, now=later.now)
    assert days() == []
    assert listed_under(desk, "over") == [(desk.id, None)]


def listed_under(desk: Desk, tab: str) -> list[tuple[UUID, date | None]]:
    """The grants under a tab of the list, each with its next day."""
    return [(one.id, one.next_on) for one in grants.listed(desk.officer, tab, desk.now.date())]


@pytest.mark.parametrize(
    ("state", "today", "next_day"),
    [
        ("decided", date(2026, 11, 30), date(2027, 3, 1)),  # a month before the year's end
        ("decided", date(2027, 3, 2), date(2027, 3, 31)),
        ("decided", date(2027, 4, 1), date(2027, 4, 1)),  # now a human chooses
        ("decided", date(2027, 4, 20), date(2027, 4, 27)),
        ("claimed", date(2026, 11, 30), date(2026, 12, 7)),  # it is the desk's turn
        ("fixed", date(2027, 4, 20), date(2027, 4, 30)),  # 1 May is a Saturday
        ("fixed", date(2027, 5, 31), date(2027, 5, 31)),
        ("sent", date(2026, 11, 30), date(2026, 12, 7)),
        ("claimed", date(2026, 11, 28), date(2026, 12, 7)),  # a week later is a Saturday
        ("claimed", date(2026, 12, 25), date(2027, 1, 4)),  # a holiday, and the weekend after it
    ],
)
def test_the_clocks_of_the_year_set_the_day(state: str, today: date, next_day: date) -> None:
    year = None if state == "sent" else 2026
    grant = Grant(state=state, fiscal_year=year)
    assert subsidy_desk.next_look(grant, year, today) == next_day


def test_a_grant_goes_by_the_rules_of_its_application_not_of_its_receipt(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn(monkeypatch)
    old = sent(desk.office, SENT_AT)
    replace(old, now=RECEIVED).receive(online_counts=True)
    assert life(old.grant, RECEIVED.date()).stages == ("claim",)
    new = sent(desk.office, RECEIVED)
    new.receive()
    assert life(new.grant, RECEIVED.date()) == Life()


def test_planning_something_else_leaves_the_day(desk: Desk) -> None:
    desk.until("received")
    counsellor = Actor(desk.office.id, "counsellor", uuid4())
    queries.open_case(counsellor, desk.grant.case_id, now=desk.now)
    cases.take(counsellor, Case.objects.get(), now=desk.now)
    tomorrow = desk.now.date() + timedelta(1)
    cases.plan(counsellor, Case.objects.get(), "call", tomorrow, "電話", "chosen", now=desk.now)
    assert days() == [desk.now.date() + timedelta(7)]
    assert Case.objects.get().next_on == desk.now.date()  # what was owed before is still owed


def test_a_case_with_a_grant_that_runs_is_not_closed(desk: Desk) -> None:
    desk.until("received")
    counsellor = Actor(desk.office.id, "counsellor", uuid4())
    queries.open_case(counsellor, desk.grant.case_id, now=desk.now)
    cases.take(counsellor, Case.objects.get(), now=desk.now)

    def close() -> object:
        case = Case.objects.get()
        return record_actions.close(counsellor, case, "solved", answered(case), now=desk.now)

    assert refused(close)["code"] == "grant.open"
    TRIES[Verb.WITHDRAW](desk, desk.officer, desk.now)
    close()
    assert Case.objects.get().state == "closed"


def test_once_it_is_over_an_open_case_is_looked_at_today(desk: Desk) -> None:
    desk.until("claimed")
    Due.objects.exclude(kind="grant").update(done_at=desk.now)
    desk.pay()
    assert days("grant") == []
    assert days("grant_over") == [desk.now.date()]


def test_the_person_makes_it_the_desks_turn_and_the_desk_ends_that(desk: Desk) -> None:
    desk.until("decided")
    drawer_of = queries.open_case(desk.supervisor, desk.grant.case_id, now=desk.now).shared
    _touch(public.consultee(desk.office.id), public.Holding(drawer_of), now=desk.now)
    assert days() == [desk.now.date(), date(2027, 3, 1)]
    desk.contract()
    assert days() == [date(2027, 3, 1)]


def _touch(_actor: Actor, held: public.Holding, *, now: datetime) -> None:
    with transaction():
        public.desks_turn(held, now.date(), "grant", now)


# -- the worker -----------------------------------------------------------------------------


def test_the_worker_leaves_alone_what_is_right(desk: Desk) -> None:
    desk.until("decided")
    jobs.sweep(desk.now)
    before = Line.objects.count(), list(Due.objects.order_by("pk").values())
    jobs.sweep(desk.now + timedelta(minutes=10))
    assert (Line.objects.count(), list(Due.objects.order_by("pk").values())) == before


def test_a_grant_that_lost_its_day_has_one_again(desk: Desk) -> None:
    desk.until("decided")
    Due.objects.update(done_at=desk.now)
    worker.sweep(desk.now)
    assert days() == [date(2027, 3, 1)]
    lines = Line.objects.order_by("-seq")[:2]
    assert [(line.verb, line.role) for line in lines] == [
        ("grant.mark", "worker"),  # of a grant that has no marks yet
        ("grant.watch", "worker"),
    ]


def test_a_day_that_is_too_late_moves_nearer(desk: Desk) -> None:
    desk.until("decided")
    Due.objects.filter(kind="grant").update(on=date(2027, 6, 30))
    jobs.sweep(at(desk, 2027, 3, 31).now)
    assert days() == [date(2027, 3, 31)]


def test_a_day_that_is_past_stays_until_somebody_looks(desk: Desk) -> None:
    desk.until("decided")
    jobs.sweep(at(desk, 2027, 4, 10).now)
    assert days() == [date(2027, 3, 1)]


def test_what_the_person_ended_themselves_is_seen_to(desk: Desk) -> None:
    Grant.objects.update(state="withdrawn")
    Due.objects.filter(kind="first_answer").update(done_at=desk.now)
    case = Case.objects.get()
    Due.objects.create(
        office_id=case.office_id, case_id=case.pk, kind="grant", on=desk.now.date(), how="grant"
    )
    jobs.sweep(desk.now)
    assert days("grant") == []
    assert days("grant_over") == [desk.now.date()]


def test_of_a_forgotten_case_nothing_is_watched(desk: Desk) -> None:
    desk.until("decided")
    Due.objects.update(done_at=desk.now)
    case_jobs.forget(desk.grant.case_id, now=desk.now)
    jobs.sweep(desk.now)
    assert days() == []
