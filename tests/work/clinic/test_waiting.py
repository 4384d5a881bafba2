"""Who waits is offered what falls free, in turn; an offer is answered once, or its time is over."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from madoguchi.ops.soundness import findings
from madoguchi.rules.decision import Absent, Refused
from madoguchi.tools.audit import chain
from madoguchi.tools.later.models import Job
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.models import Due
from madoguchi.work.cases.public import Wishes
from madoguchi.work.clinic import public
from madoguchi.work.clinic.bookings import actions as bookings
from madoguchi.work.clinic.bookings import jobs
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.models import Booking, Waiting
from madoguchi.work.clinic.public import Place, Wanted
from madoguchi.work.clinic.waiting import actions
from tests.looking import drawers
from tests.offices import actor_of, make_staff
from tests.web.desk.colleagues import inside
from tests.work.clinic.coming import (
    DECEMBER,
    JANUARY,
    PUBLISHED,
    Coming,
    at,
    clinic,
    coming,
    decide,
    desk,
    seen,
    work_through,
)

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
FULL = clinic(slots_per_day=1)
ONLY = Place(DECEMBER, 1)


@pytest.fixture
def first(office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Coming:
    """Somebody who has the one place of a day; the worker knows the same clinic."""
    small_town(monkeypatch)
    decide(office, "clinic_year", PUBLISHED[0], now)
    one = coming(office, now)
    one.books(ONLY, FULL, Wanted())
    return one


def small_town(monkeypatch: pytest.MonkeyPatch) -> None:
    """One place a day, for the worker too."""
    from madoguchi.work.clinic.bookings import public as bookings

    real = bookings.in_force

    def small(office_id: UUID, on: date) -> bookings.Rules | None:
        found = real(office_id, on)
        return found and bookings.Rules(FULL, found.desk, found.changes)

    monkeypatch.setattr(bookings, "in_force", small)


def waits(one: Coming, day: str = DECEMBER, now: datetime | None = None) -> UUID:
    told = (one.person, one.held, day, FULL, desk(), PUBLISHED)
    return public.wait(*told, now=now or one.now)


def gives_back(one: Coming, now: datetime | None = None) -> None:
    booking = Booking.objects.get(case_id=one.case.id, state="booked")
    bookings.cancel(one.staff, one.case, seen(booking.id), now=now or one.now)


def offered(one: Coming) -> public.Own:
    (found,) = [own for own in public.own(one.held) if own.state == "offered"]
    return found


def accept(one: Coming, seen_as: public.BookingRevision, now: datetime | None = None) -> None:
    told = (one.person, one.held, seen_as, FULL, PUBLISHED)
    public.accept(*told, now=now or one.now)


def test_what_falls_free_is_offered_to_who_waited_first(
    first: Coming, office: OfficeCard, now: datetime
) -> None:
    second, third = coming(office, now), coming(office, now)
    waits(second)
    waits(third, now=now + timedelta(minutes=1))
    work_through(now)
    assert not Booking.objects.filter(state="offered").exists()
    gives_back(first)
    work_through(now)
    own = offered(second)
    assert own.place == ONLY
    assert own.until == at("2026-12-01 17:15")  # the end of the next working day
    assert [own.state for own in public.own(third.held)] == []
    assert "clinic_offer" not in second.kinds()  # a mail went out
    assert Outgoing.objects.filter(case_id=second.case.id, template="answered").count() == 1
    with pytest.raises(Refused, match=r"clinic\.full"):
        third.holds(ONLY, FULL)
    accept(second, own.seen)
    work_through(now)
    assert [one.state for one in public.own(second.held)] == ["booked"]
    assert ("clinic_day", date(2026, 12, 19)) in second.days()
    assert second.steps() == ["offered", "accepted"]
    assert chain.faults(office.id) == []


@pytest.mark.parametrize("rule", ["phone", "wait"])
def test_where_no_mail_may_come_the_desk_sees_to_it(
    first: Coming, office: OfficeCard, now: datetime, rule: str
) -> None:
    """Nobody's place runs out unseen: it is the desk's to tell it by the way that is safe."""
    second = coming(office, now, wishes=Wishes(rule))
    waits(second)
    gives_back(first)
    work_through(now)
    assert ("clinic_offer", now.date()) in second.days()
    told = (second.staff, second.case, offered(second).seen)
    actions.accept(*told, FULL, PUBLISHED, now=now)
    assert "clinic_offer" not in second.kinds()
    assert "clinic_day" in second.kinds()


def test_declined_it_goes_to_the_next(first: Coming, office: OfficeCard, now: datetime) -> None:
    second, third = coming(office, now), coming(office, now)
    waits(second)
    waits(third, now=now + timedelta(minutes=1))
    gives_back(first)
    work_through(now)
    own = offered(second)
    public.decline(second.person, second.held, own.seen, now=now)
    work_through(now)
    assert offered(third).place == ONLY
    for answer in (accept, lambda one, told: public.decline(one.person, one.held, told, now=now)):
        with pytest.raises(Refused, match=r"clinic\.answered"):
            answer(second, own.seen)
    assert public.waiting(second.held) == ()


def test_an_offer_that_nobody_answered_goes_to_the_next(
    first: Coming, office: OfficeCard, now: datetime
) -> None:
    second, third = coming(office, now, wishes=Wishes("phone")), coming(office, now)
    waits(second)
    waits(third, now=now + timedelta(minutes=1))
    gives_back(first)
    work_through(now)
    own, after = offered(second), at("2026-12-01 17:15")
    with pytest.raises(Refused, match=r"clinic\.no_offer"):
        accept(second, own.seen, after)
    jobs.sweep(after)
    work_through(after)
    assert offered(third).place == ONLY
    assert "clinic_offer" not in second.kinds()
    with pytest.raises(Refused, match=r"clinic\.no_offer"):
        accept(second, own.seen, after)


def test_an_offer_ends_when_the_consultation_begins(
    first: Coming, office: OfficeCard, now: datetime
) -> None:
    second, friday = coming(office, now), at("2026-12-18 16:00")
    waits(second)
    gives_back(first, friday)
    work_through(friday)
    assert offered(second).until == at("2026-12-19 09:00")


def test_who_has_a_place_by_now_is_passed_over(
    first: Coming, office: OfficeCard, now: datetime
) -> None:
    second, third = coming(office, now), coming(office, now)
    waits(second)
    waits(third, now=now + timedelta(minutes=1))
    second.books(Place(JANUARY, 1), FULL, Wanted())
    gives_back(first)
    work_through(now)
    assert offered(third)


def test_who_leaves_the_list_is_offered_nothing(
    first: Coming, office: OfficeCard, now: datetime
) -> None:
    second = coming(office, now)
    waiting = waits(second)
    assert waits(second) == waiting  # asked for twice it is one row
    public.stop_waiting(second.person, second.held, waiting, now=now)
    gives_back(first)
    work_through(now)
    assert public.own(second.held) == ()
    with pytest.raises(Absent):
        public.stop_waiting(first.person, first.held, waiting, now=now)


def test_who_has_a_place_does_not_wait(first: Coming) -> None:
    with pytest.raises(Refused, match=r"clinic\.one"):
        waits(first)


@pytest.mark.parametrize("day", ["2026-12-12", "2026-11-21", "nonsense"])
def test_nobody_waits_for_a_day_that_does_not_come(
    office: OfficeCard, now: datetime, day: str
) -> None:
    with pytest.raises(Refused, match=r"clinic\.no_day"):
        waits(coming(office, now), day)


def test_where_the_desk_keeps_no_list_nobody_waits(office: OfficeCard, now: datetime) -> None:
    one, of = coming(office, now), clinic(waiting=False)
    with pytest.raises(Refused, match=r"clinic\.no_list"):
        public.wait(one.person, one.held, DECEMBER, of, desk(), PUBLISHED, now=now)


@pytest.mark.opens("clinic.decline")
def test_the_desk_offers_out_of_turn_and_never_a_place_twice(
    first: Coming, office: OfficeCard, now: datetime
) -> None:
    second, third = coming(office, now), coming(office, now)
    waits(second)
    row = waits(third)
    told = (third.staff, third.case, row, Rules(FULL, desk(), PUBLISHED))
    with pytest.raises(Refused, match=r"clinic\.full"):
        actions.offer(*told, ONLY, now=now)
    gives_back(first)
    actions.offer(third.staff, third.case, *told[2:], ONLY, now=now)
    work_through(now)
    assert Booking.objects.filter(state="offered").count() == 1
    actions.decline(third.staff, third.case, offered(third).seen, now=now)
    work_through(now)
    assert offered(second).place == ONLY


def beside_somebody(
    first: Coming, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> tuple[Coming, Coming, Coming]:
    """Somebody on a day of two places; the other party waits for the second one, then a third."""
    two = clinic(slots_per_day=2)
    monkeypatch.setattr(f"{__name__}.FULL", two)
    there = coming(office, now)
    there.books(Place(DECEMBER, 2), two, Wanted(other_party="佐藤一郎"))
    second, third = coming(office, now, "佐藤　一郎"), coming(office, now)
    waits(second)
    waits(third, now=now + timedelta(minutes=1))
    return there, second, third


def test_who_would_meet_somebody_is_offered_it_in_turn_and_the_desk_is_asked_to_look(
    first: Coming, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When it is offered, and again when it is taken: the desk may have looked before that."""
    there, second, third = beside_somebody(first, office, now, monkeypatch)
    gives_back(first)
    work_through(now)
    assert public.own(third.held) == ()
    for each in (there, second):
        assert "clinic_apart" in each.kinds()
    Due.objects.filter(kind="clinic_apart").update(done_at=now)
    accept(second, offered(second).seen)
    work_through(now)
    for each in (there, second):
        assert "clinic_apart" in each.kinds()


def test_whom_a_hidden_case_meets_is_not_looked_at_but_that_case_is(
    first: Coming, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, second, _ = beside_somebody(first, office, now, monkeypatch)
    relative = actor_of(make_staff(office, "counsellor", "佐藤", now))
    cases.deny(there.staff, there.case, relative.colleague, now=now)
    gives_back(first)
    work_through(now)
    assert offered(second).place == ONLY
    assert "clinic_apart" in there.kinds()
    assert "clinic_apart" not in second.kinds()


def test_doing_it_again_offers_nothing_more(
    first: Coming, office: OfficeCard, now: datetime
) -> None:
    second, third = coming(office, now), coming(office, now)
    waits(second)
    waits(third)
    gives_back(first)
    for _ in range(3):
        jobs.sweep(now)
        work_through(now)
    assert Booking.objects.filter(state="offered").count() == 1
    assert Waiting.objects.filter(state="waiting").count() == 1
    assert not Job.objects.filter(done_at=None, name__startswith="clinic.").exists()


def test_a_booking_of_a_day_that_is_none_stops_no_offer(
    first: Coming, office: OfficeCard, now: datetime
) -> None:
    second = coming(office, now)
    Booking.objects.create(
        office_id=office.id,
        case_id=second.case.pk,
        day="9999-99-99",
        number=1,
        state="booked",
        channel="web",
        agreed_at=now,
        at=now,
    )
    Waiting.objects.create(office_id=office.id, case_id=second.case.pk, day="0000-00-00_x", at=now)
    waits(second)
    gives_back(first)
    work_through(now)
    assert offered(second).place == ONLY
    days = [each for each in findings(Office.objects.get(pk=office.id)) if each.kind == "day"]
    assert [each.what.partition(" ")[0] for each in days] == ["booking", "waiting"]


def test_who_waits_for_any_day_is_offered_the_first_that_is_free(
    first: Coming, office: OfficeCard, now: datetime
) -> None:
    second = coming(office, now)
    waits(second, "")
    work_through(now)
    assert offered(second).place == Place(JANUARY, 1)


def test_an_offer_by_itself_knows_against_whom_the_person_comes_and_says_who_made_it(
    first: Coming, office: OfficeCard, now: datetime
) -> None:
    second = coming(office, now)
    said = Wanted(other_party="佐藤一郎", names_ok=True)
    given = second.books(Place(JANUARY, 1), FULL, said)
    bookings.cancel(second.staff, second.case, seen(given), now=now)
    waits(second)
    gives_back(first)
    work_through(now)
    row = Booking.objects.get(pk=offered(second).seen.id)
    shared, _ = drawers(office.id, second.case.id)
    assert Wanted.read(shared, row) == replace(said, names_ok=False)  # that is asked anew
    browser = inside(make_staff(office, "supervisor", "係長", now))
    page = browser.get(f"/cases/{second.case.id}/").content.decode()
    assert page.count("・自動") == 1
