"""Staff book, confirm, move, cancel, say who came, keep places free; days and record follow."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.programme.changes import ClinicDayCancelled, ClinicDayMoved
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.models import Due
from madoguchi.work.cases.public import Wishes
from madoguchi.work.clinic import public
from madoguchi.work.clinic.bookings import actions, dues
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.public import Place, Wanted
from madoguchi.work.clinic.sittings import actions as kept_actions
from madoguchi.work.record import actions as record
from madoguchi.work.record import public as record_public
from madoguchi.work.record.promises import Ending
from tests.offices import actor_of, make_staff
from tests.work.cases.awaiting import answered
from tests.work.clinic.coming import (
    DECEMBER,
    LATER,
    NEXT,
    NINE,
    PUBLISHED,
    WANTED,
    Coming,
    at,
    begins,
    clinic,
    coming,
    decide,
    desk,
    seen,
    work_through,
)

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
THE_DAY = date(2026, 12, 19)
OFFER = Rules(clinic(), desk(), PUBLISHED)
MOVED = ClinicDayMoved(THE_DAY, date(2026, 12, 26))


def asked_for(one: Coming) -> UUID:
    one.holds()
    return one.asks()


def wish(one: Coming, wishes: Wishes) -> None:
    record_public.change_wishes(one.person, one.held, wishes, now=one.now)


def move(one: Coming, booking_id: UUID, place: Place, now: datetime | None = None) -> UUID:
    told = (OFFER, place, "続けて来る")
    return actions.move(one.staff, one.case, seen(booking_id), *told, now=now or one.now)


def test_a_booking_is_a_day_an_entry_and_what_is_wanted_is_sealed(one: Coming) -> None:
    one.books()
    row = Booking.objects.get()
    assert (row.day, row.number, row.seat, row.state) == (DECEMBER, 1, 1, "booked")
    assert "山田".encode() not in bytes(row.wanted)
    assert ("clinic_day", THE_DAY) in one.days()
    assert one.case.next_on == min(on for _, on in one.days())
    assert one.steps() == ["booked"]


def test_a_booking_does_what_somebody_wanted(one: Coming) -> None:
    contact = record.Contact("call", "phone", "in", Outcome.CLINIC_WANTED)
    record.log(one.staff, one.case, contact, now=one.now)
    assert "clinic" in one.kinds()
    booked = one.books()
    assert one.kinds() == {"clinic", "clinic_day"}, "the page asks: it ends by its name"
    actions.cancel(one.staff, one.case, seen(booked), now=one.now)
    wanted = Due.objects.get(kind="clinic", done_at=None)
    one.books(said={wanted.pk: Ending("kept")})
    assert one.kinds() == {"clinic_day"}


def test_several_lawyers_have_several_places(office: OfficeCard, now: datetime) -> None:
    of = clinic(lawyers=2)
    for _ in range(2):
        coming(office, now).books(of=of, wanted=Wanted())
    with pytest.raises(Refused, match=r"clinic\.full"):
        coming(office, now).books(of=of, wanted=Wanted())
    assert sorted(Booking.objects.values_list("seat", flat=True)) == [1, 2]


def test_confirmed_it_is_booked_and_the_person_gets_a_mail(one: Coming) -> None:
    booked = asked_for(one)
    work_through(one.now)
    sent = Outgoing.objects.count()
    actions.confirm(one.staff, one.case, seen(booked), now=one.now)
    assert Booking.objects.get().state == "booked"
    assert "clinic_asked" not in one.kinds()
    assert Outgoing.objects.count() == sent + 1
    assert one.steps() == ["asked", "confirmed"]
    with pytest.raises(Refused, match=r"clinic\.confirm"):
        actions.confirm(one.staff, one.case, seen(booked), now=one.now)


@pytest.mark.parametrize(("rule", "call"), [("no_voicemail", True), ("wait", False)])
def test_where_no_mail_may_come_the_desk_calls_or_waits(
    one: Coming, rule: str, *, call: bool
) -> None:
    wish(one, Wishes(rule))
    booked, sent = asked_for(one), Outgoing.objects.count()
    actions.confirm(one.staff, one.case, seen(booked), now=one.now)
    assert ("clinic_call" in one.kinds()) == call
    assert Outgoing.objects.count() == sent


def test_moved_it_frees_its_place_and_the_day_moves_with_it(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    booked = one.books()
    move(one, booked, NEXT)
    assert ("clinic_day", date(2027, 1, 16)) in one.days()
    assert ("clinic_day", THE_DAY) not in one.days()
    assert one.steps() == ["booked", "moved"]
    coming(office, now).books()


def test_cancelled_its_place_is_free_and_the_desk_looks_today(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    booked = one.books()
    actions.cancel(one.staff, one.case, seen(booked), now=now)
    assert ("clinic_cancelled", now.date()) in one.days()
    coming(office, now).books()
    with pytest.raises(Refused, match=r"clinic\.cancel"):
        actions.cancel(one.staff, one.case, seen(booked), now=now)


@pytest.mark.parametrize("how", ["came", "late", "absent"])
def test_who_came_and_who_did_not_has_a_next_action(one: Coming, how: actions.How) -> None:
    booked, then = one.books(), begins(NINE) + timedelta(minutes=20)
    actions.attend(one.staff, one.case, seen(booked), how, now=then)
    assert Booking.objects.get().state == how
    kind = "clinic_missed" if how == "absent" else "clinic_outcome"
    assert (kind, THE_DAY) in one.days()
    assert "clinic_day" not in one.kinds()
    other: actions.How = "absent" if how == "came" else "came"
    actions.attend(one.staff, one.case, seen(booked), other, now=then)  # a wrong press
    assert len([kind for kind in one.kinds() if kind.startswith("clinic")]) == 1


def test_nobody_came_before_it_began(one: Coming) -> None:
    booked = one.books()
    early: list[tuple[actions.How, datetime]] = [
        ("came", one.now),
        ("absent", begins(NINE) - timedelta(minutes=1)),
    ]
    for how, moment in early:
        with pytest.raises(Refused, match=r"clinic\.not_begun"):
            actions.attend(one.staff, one.case, seen(booked), how, now=moment)
    actions.attend(one.staff, one.case, seen(booked), "came", now=begins(NINE))


def test_who_comes_without_a_booking_takes_a_free_place(one: Coming) -> None:
    told = (OFFER, LATER, WANTED)
    with pytest.raises(Refused, match=r"clinic\.not_today"):
        actions.walk_in(one.staff, one.case, *told, now=one.now)
    actions.walk_in(one.staff, one.case, *told, now=at("2026-12-19 09:50"))
    row = Booking.objects.get()
    assert (row.state, row.channel, row.number) == ("came", "walk_in", 2)
    assert ("clinic_outcome", THE_DAY) in one.days()


def test_who_came_on_paper_is_written_down_on_monday(one: Coming) -> None:
    told = (OFFER, LATER, WANTED)
    with pytest.raises(Refused, match=r"clinic\.not_today"):
        actions.walk_in(one.staff, one.case, *told, now=at("2027-01-03 09:00"))
    actions.walk_in(one.staff, one.case, *told, now=at("2026-12-21 09:00"))
    row = Booking.objects.get()
    assert (row.state, row.number, row.agreed_at) == ("came", 2, begins(LATER))
    assert "clinic_outcome" in one.kinds()


def test_a_booked_day_stays_whatever_is_planned_beside_it(one: Coming) -> None:
    one.books()
    later = THE_DAY + timedelta(days=20)
    cases.plan(one.staff, one.case, "check", later, "様子", "chosen", now=one.now)
    assert one.days() >= {("clinic_day", THE_DAY), ("check", later)}


def test_a_case_does_not_end_while_a_place_is_booked(one: Coming) -> None:
    booked = one.books()
    with pytest.raises(Refused, match=r"clinic\.booked"):
        record.close(one.staff, one.case, "solved", now=one.now)
    actions.cancel(one.staff, one.case, seen(booked), now=one.now)
    record.close(one.staff, one.case, "solved", answered(one.case), now=one.now)
    with pytest.raises(Refused, match=r"clinic\.case_closed"):
        one.books()


@pytest.mark.opens("clinic.agree")
def test_a_day_that_moves_makes_a_day_until_it_is_answered(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    booked = one.books()
    decide(office, "clinic_moved", MOVED, now)
    with transaction():
        assert dues.call_everybody(office.id, DECEMBER, dues.MOVED, now) == (one.case.id,)
    assert ("clinic_moved", now.date()) in one.days()
    work_through(now)
    assert ("clinic_day", date(2026, 12, 26)) in one.days()
    cases.plan(one.staff, one.case, "check", now.date(), "様子", "chosen", now=now)
    assert "clinic_moved" in one.kinds()  # a call that nobody took answers nothing
    actions.agree(one.staff, one.case, seen(booked), now=now)
    assert "clinic_moved" not in one.kinds()
    row = Booking.objects.get()
    assert row.agreed_at == begins(NINE, (*PUBLISHED, MOVED))


@pytest.mark.opens("clinic.take_back")
def test_an_answer_that_nobody_gave_is_taken_back_for_the_desk_and_the_person(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    booked = one.books()
    was = Booking.objects.get().agreed_at
    decide(office, "clinic_moved", MOVED, now)
    actions.agree(one.staff, one.case, seen(booked), now=now)
    (own,) = public.own(one.held)
    assert own.agreed_at == begins(NINE, (*PUBLISHED, MOVED))
    actions.take_back(one.staff, one.case, seen(booked), now=now)
    (own,) = public.own(one.held)
    assert own.agreed_at == was, "their page says again that the day moved"
    assert ("clinic_moved", now.date()) in one.days()
    assert one.steps() == ["booked", "agreed", "taken_back"]
    with pytest.raises(Refused, match=r"clinic\.take_back"):
        actions.take_back(one.staff, one.case, seen(booked), now=now)


def test_a_day_that_is_off_makes_a_day_until_there_is_another(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    booked = one.books()
    decide(office, "clinic_cancelled", ClinicDayCancelled(THE_DAY), now)
    with transaction():
        dues.call_everybody(office.id, DECEMBER, dues.OFF, now)
    work_through(now)
    assert ("clinic_off", now.date()) in one.days()
    assert "clinic_day" not in one.kinds()
    with pytest.raises(Refused, match=r"clinic\.booked"):
        record.close(one.staff, one.case, "solved", now=now)  # they must be told first
    with pytest.raises(Refused, match=r"clinic\.cancelled"):
        actions.agree(one.staff, one.case, seen(booked), now=now)
    changes = (*PUBLISHED, ClinicDayCancelled(THE_DAY))
    told = (Rules(clinic(), desk(), changes), NEXT)
    actions.move(one.staff, one.case, seen(booked), *told, now=now)
    assert one.kinds() == {"clinic_day", "first_answer"}


def test_what_was_asked_for_is_not_confirmed_on_a_day_that_is_off(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    booked = one.books()
    Booking.objects.update(state="asked")
    Due.objects.create(
        office_id=office.id, case_id=one.case.id, kind="clinic_call", on=now.date(), how="today"
    )
    decide(office, "clinic_cancelled", ClinicDayCancelled(THE_DAY), now)
    with transaction():
        dues.call_everybody(office.id, DECEMBER, dues.OFF, now)
    work_through(now)
    assert one.kinds() >= {"clinic_off"}
    assert not one.kinds() & {"clinic_asked", "clinic_call"}
    with pytest.raises(Refused, match=r"clinic\.cancelled"):
        actions.confirm(one.staff, one.case, seen(booked), now=now)
    assert Booking.objects.get().state == "asked"


def test_a_place_kept_free_is_given_back_by_who_kept_it(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    kept = kept_actions.keep(one.staff, one.at_office, OFFER, NINE, now=now)
    with pytest.raises(Refused, match=r"clinic\.full"):
        one.books()
    other = actor_of(make_staff(office, "counsellor", "佐藤", now))
    for actor, kept_id in ((other, kept), (one.staff, uuid4())):
        with pytest.raises(Absent):
            kept_actions.release(actor, one.at_office, kept_id, now=now)
    kept_actions.release(one.staff, one.at_office, kept, now=now)
    one.books()


def test_what_moved_on_meanwhile_is_not_done(one: Coming) -> None:
    booked = one.books()
    before = seen(booked)
    move(one, booked, NEXT)
    with pytest.raises(Refused, match=r"clinic\.stale"):
        actions.cancel(one.staff, one.case, before, now=one.now)
    assert Booking.objects.get().state == "booked"


def test_another_cases_booking_is_none(one: Coming, office: OfficeCard, now: datetime) -> None:
    booked = coming(office, now).books()
    with pytest.raises(Absent):
        actions.cancel(one.staff, one.case, seen(booked), now=now)
    with pytest.raises(Absent):
        actions.confirm(one.staff, one.case, seen(booked), now=now)
    with pytest.raises(Absent):
        actions.attend(one.staff, one.case, seen(booked), "came", now=begins(NINE))
    with pytest.raises(Absent):
        move(one, booked, NEXT)
    assert Booking.objects.get().state == "booked"


def test_a_colleague_on_the_deny_list_books_nothing(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    relative = actor_of(make_staff(office, "counsellor", "山田", now))
    cases.deny(one.staff, one.case, relative.colleague, now=now)
    told = (OFFER, NINE, WANTED)
    with pytest.raises(Absent):
        actions.book(relative, one.case, *told, now=now)
    assert not Booking.objects.exists()
