"""The worker's round: holds that are over, reminders, briefs, outcomes, days that follow."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError

from madoguchi.rules.decision import Refused
from madoguchi.rules.programme.changes import ClinicDayCancelled, ClinicDayMoved
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.tools.audit.models import Line
from madoguchi.tools.later.models import Job
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import jobs as forgetting
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import Wishes
from madoguchi.work.clinic import public
from madoguchi.work.clinic.bookings import actions, jobs
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.models import Booking, Waiting
from madoguchi.work.clinic.public import Wanted
from madoguchi.work.intake import public as clinic_public
from tests.offices import actor_of, make_staff
from tests.redteam.unbound import unbound
from tests.work.clinic.coming import (
    LAST,
    LATER,
    NINE,
    PUBLISHED,
    WANTED,
    Coming,
    at,
    clinic,
    coming,
    decide,
    desk,
    seen,
    work_through,
)
from tests.work.intake.test_ask import request

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
THE_DAY, MOVED_TO = date(2026, 12, 19), date(2026, 12, 26)
MOVED = ClinicDayMoved(THE_DAY, MOVED_TO)
REMINDED_ON = at("2026-12-17 08:40")  # two working days before a Saturday


@pytest.fixture
def one(office: OfficeCard, now: datetime) -> Coming:
    decide(office, "clinic_year", PUBLISHED[0], now)
    return coming(office, now)


def round_at(moment: datetime) -> None:
    """The worker's round and all it asks for."""
    jobs.sweep(moment)
    work_through(moment)


def mails(one: Coming) -> int:
    return Outgoing.objects.filter(case_id=one.case.id, template="answered").count()


def test_what_is_over_is_ended_and_forgotten_after_a_day(one: Coming) -> None:
    one.holds()
    round_at(one.now + timedelta(minutes=14))
    assert Booking.objects.get().state == "held"
    round_at(one.now + timedelta(minutes=15))
    assert Booking.objects.get().state == "lapsed"
    round_at(one.now + timedelta(days=1, minutes=1))
    assert not Booking.objects.exists()


@pytest.mark.parametrize("state", ["held", "offered"])
def test_no_place_is_kept_without_an_end(one: Coming, state: str) -> None:
    """The table takes none such; one of before is over."""
    one.holds()
    if state == "offered":
        Booking.objects.update(state=state, case_id=one.case.pk, holder="")
    with pytest.raises(IntegrityError, match="clinic_booking_until"):
        Booking.objects.update(until_at=None)
    with unbound("clinic_booking", "until"):
        Booking.objects.update(until_at=None)
    assert not bookings.taken(one.held.office_id, [NINE.day], one.now)
    round_at(one.now)
    assert Booking.objects.get().state == "lapsed"


@pytest.mark.opens("clinic.remind")
def test_a_reminder_two_working_days_before_once(one: Coming) -> None:
    one.books()
    round_at(REMINDED_ON - timedelta(days=1))
    assert mails(one) == 0
    for _ in range(3):
        round_at(REMINDED_ON)
    assert mails(one) == 1


def test_who_has_no_mail_is_rung_up(office: OfficeCard, one: Coming, now: datetime) -> None:
    other = coming(office, now, wishes=Wishes("no_voicemail"))
    other.books(LATER, wanted=Wanted())
    round_at(REMINDED_ON)
    assert ("clinic_call", REMINDED_ON.date()) in other.days()
    assert mails(other) == 0


def test_who_wants_neither_is_left_alone(office: OfficeCard, one: Coming, now: datetime) -> None:
    other = coming(office, now, wishes=Wishes("wait"))
    other.books(LATER, wanted=Wanted())
    round_at(REMINDED_ON)
    assert "clinic_call" not in other.kinds()
    assert Booking.objects.get().reminded_at == REMINDED_ON


def test_who_booked_just_now_needs_no_reminder(one: Coming) -> None:
    one.books(now=REMINDED_ON)
    round_at(REMINDED_ON + timedelta(hours=3))
    assert mails(one) == 0


def test_a_day_that_moves_takes_its_reminder_along(one: Coming, office: OfficeCard) -> None:
    booked = one.books()
    round_at(REMINDED_ON)
    decide(office, "clinic_moved", MOVED, REMINDED_ON)
    round_at(REMINDED_ON)
    assert mails(one) == 1  # who has not answered is asked, not reminded
    assert {("clinic_moved", REMINDED_ON.date()), ("clinic_day", MOVED_TO)} <= one.days()
    actions.agree(one.staff, one.case, seen(booked), now=REMINDED_ON)
    round_at(at("2026-12-23 09:00"))
    assert mails(one) == 1
    round_at(at("2026-12-24 09:00"))
    assert mails(one) == 2


def test_the_brief_is_asked_for_in_time_and_once(one: Coming) -> None:
    one.books()
    round_at(at("2026-12-14 09:00"))
    assert "clinic_brief" not in one.kinds()
    round_at(at("2026-12-15 09:00"))
    assert ("clinic_brief", date(2026, 12, 15)) in one.days()
    later = date(2026, 12, 18)
    cases.plan(one.staff, one.case, "check", later, "", "chosen", now=at("2026-12-15 10:00"))
    round_at(at("2026-12-16 09:00"))
    briefs = [on for kind, on in one.days() if kind == "clinic_brief"]
    assert briefs == [date(2026, 12, 15)]  # asked once, and whatever is planned does not end it


def test_the_outcome_is_asked_for_on_the_first_working_day_after(one: Coming) -> None:
    one.books()
    round_at(at("2026-12-20 12:00"))
    assert "clinic_outcome" not in one.kinds()
    round_at(at("2026-12-21 08:40"))
    assert ("clinic_outcome", date(2026, 12, 21)) in one.days()
    round_at(at("2026-12-21 09:40"))
    assert Due.objects.filter(kind="clinic_outcome").count() == 1


@pytest.mark.opens("clinic.attend")
def test_who_is_marked_as_having_come_is_asked_about_once(one: Coming) -> None:
    booked = one.books()
    actions.attend(one.staff, one.case, seen(booked), "came", now=at("2026-12-19 09:05"))
    round_at(at("2026-12-21 08:40"))
    assert [kind for kind in one.kinds() if kind == "clinic_outcome"] == ["clinic_outcome"]
    assert Due.objects.filter(kind="clinic_outcome").count() == 1


def test_a_day_that_was_put_off_without_the_clinics_own_act_is_found(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    one.books()
    decide(office, "clinic_cancelled", ClinicDayCancelled(THE_DAY), now)
    round_at(now)
    assert "clinic_off" in one.kinds()


def test_a_round_with_nothing_to_do_writes_nothing(one: Coming, now: datetime) -> None:
    one.books()
    round_at(now)
    lines, dues = Line.objects.count(), Due.objects.count()
    for hours in range(1, 4):
        round_at(now + timedelta(hours=hours))
    assert (Line.objects.count(), Due.objects.count()) == (lines, dues)


def test_who_would_meet_is_looked_at_and_neither_learns_of_the_other(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    other = coming(office, now, "山田 太郎")
    other.books(LATER, wanted=Wanted())
    one.holds(NINE)
    one.asks(WANTED)
    work_through(now)
    for each in (one, other):
        assert ("clinic_apart", now.date()) in each.days()
    assert not bytes(Due.objects.filter(kind="clinic_apart")[0].why)
    round_at(now)
    assert Due.objects.filter(kind="clinic_apart").count() == 2


@pytest.mark.parametrize("hidden", ["denied", "secret"])
def test_who_may_not_know_of_a_case_does_not_learn_of_it_by_whom_they_would_meet(
    one: Coming, office: OfficeCard, now: datetime, hidden: str
) -> None:
    other = coming(office, now, "山田 太郎")
    other.books(LATER, wanted=Wanted())
    if hidden == "denied":
        relative = actor_of(make_staff(office, "counsellor", "山田", now))
        cases.deny(other.staff, other.case, relative.colleague, now=now)
    else:
        Case.objects.filter(pk=other.case.pk).update(level="secret")
    one.holds(NINE)
    one.asks(WANTED)
    work_through(now)
    found = [each for each in (one, other) if "clinic_apart" in each.kinds()]
    assert found == [other]


def test_of_two_who_are_hidden_from_each_other_s_people_one_is_looked_at(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    other = coming(office, now, "山田 太郎")
    other.books(LATER, wanted=Wanted())
    for each in (one, other):
        somebody = actor_of(make_staff(office, "counsellor", "山田", now))
        cases.deny(each.staff, each.case, somebody.colleague, now=now)
    one.holds(NINE)
    one.asks(WANTED)
    work_through(now)
    assert Due.objects.filter(kind="clinic_apart").count() == 1


def test_whom_the_desk_let_come_with_a_reason_is_not_looked_at_again(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    other = coming(office, now, "山田 太郎")
    other.books(NINE, wanted=Wanted())
    one.books(LAST, reason="別の入口から入ってもらう")
    work_through(now)
    assert not Due.objects.filter(kind="clinic_apart").exists()


def test_nobody_is_looked_at_where_nobody_meets(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    coming(office, now, "佐藤 次郎").books(LATER, wanted=Wanted())
    one.books(NINE)
    work_through(now)
    assert not Due.objects.filter(kind="clinic_apart").exists()


def test_one_offices_broken_programme_stops_nobody_else(
    one: Coming, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = bookings.in_force
    one.books()

    def broken(office_id: UUID, on: date) -> bookings.Rules | None:
        if office_id != office.id:
            raise ProgrammeError("clinic.toml")
        return real(office_id, on)

    monkeypatch.setattr(bookings, "in_force", broken)
    other = UUID(int=0)
    Waiting.objects.create(office_id=other, case_id=other, at=now)
    jobs.sweep(REMINDED_ON)
    Job.objects.filter(subject_id=other).delete()
    work_through(REMINDED_ON)
    assert mails(one) == 1


def test_a_place_of_a_case_that_was_forgotten_is_free_again(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    booked = one.books(NINE)
    other = coming(office, now)
    other.books(LATER, wanted=Wanted())
    forgetting.forget(one.case.pk, now=now)
    round_at(now)
    assert Booking.objects.get(pk=booked).state == "cancelled"
    assert not Due.objects.filter(
        case_id=one.held.case_id, kind="clinic_day", done_at=None
    ).exists()
    assert Booking.objects.get(case_id=other.case.pk).state == "booked"
    lines = Line.objects.count()
    round_at(now)
    assert Line.objects.count() == lines


def test_who_nobody_has_opened_yet_is_compared_too(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    """A request of this minute: its keys still lie in the letterbox."""
    new = visit.new_holder(office.id)
    visit.hold(new, lambda draft: draft["answers"].update(text="x"), now)
    public.hold(new, one.at_office, clinic(), desk(), PUBLISHED, NINE, now=now)
    asked = replace(request(now), about={"name": "山田 太郎"})
    told = (asked, Wanted(), clinic(), desk(), PUBLISHED, "net")
    assert clinic_public.ask_with_booking(new, office, *told, now=now)
    with pytest.raises(Refused, match=r"clinic\.apart"):
        one.books(LAST)
