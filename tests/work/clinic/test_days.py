"""Days are published once, moved, cancelled, added; whoever has booked is woken in the same act."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections

from madoguchi.rules import clinic_year
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.changes import (
    ClinicDayAdded,
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
)
from madoguchi.rules.programme.clinic import Venue
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.words import Words
from madoguchi.rules.slots import begins, days
from madoguchi.rules.slots import day as day_of
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Due
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import actions, decisions, public, queries
from madoguchi.work.clinic.actions import Announcement
from madoguchi.work.clinic.bookings import dues, jobs
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.decisions import Year
from madoguchi.work.clinic.decisions import flagged as flagged_day
from madoguchi.work.clinic.models import Booking, Sitting, Waiting
from madoguchi.work.clinic.public import Place, Wanted
from madoguchi.work.clinic.waiting import actions as waiting
from madoguchi.work.notices import public as notices
from madoguchi.work.notices.models import Notice, Proposal
from madoguchi.work.record import actions as record
from tests.offices import actor_of, make_staff
from tests.two import signed
from tests.work.clinic.coming import (
    DECEMBER,
    JANUARY,
    LAST,
    NINE,
    PUBLISHED,
    at,
    clinic,
    coming,
    desk,
    work_through,
)

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
ALONE = Wanted("なりすまし")
SAID = Announcement("日程が変わります", "くわしくはページで")
THIRD, NEXT_DAY = date(2026, 12, 19), date(2026, 12, 26)
HOLIDAY, YEAR_END = date(2026, 8, 11), date(2026, 12, 29)


def dates(year: int = 2026) -> tuple[date, ...]:
    """The days that the rule gives."""
    clinic = programme("shibukawa").clinic
    assert clinic
    return tuple(day.on for day in days(clinic, year))


def whole(year: int = 2026, **other: object) -> Year:
    """The year as the rule gives it, every day looked at."""
    return Year(year, dates(year), looked=dates(year), **other)  # type: ignore[arg-type]


@pytest.fixture
def where(office: OfficeCard) -> AtOffice:
    """The office as a subject."""
    return AtOffice(office.id)


@pytest.fixture
def published(who: Actor, where: AtOffice, now: datetime) -> UUID:
    """The year is public."""
    return signed(actions.publish, who, where, whole(), Announcement("日程を決めました"), now=now)


def test_a_year_is_published_with_its_dates_and_who_sits(
    who: Actor, where: AtOffice, now: datetime
) -> None:
    lawyer = actions.name_lawyer(who, where, " 佐藤 一郎 ", "第一法律事務所", now=now)
    signed(actions.publish, who, where, whole(lawyers={THIRD: lawyer}), SAID, now=now)
    (change,) = notices.changes(where.office_id)
    assert change == ClinicYearPublished(2026, dates())
    (card,) = queries.sitting(who, where, [DECEMBER])[DECEMBER].values()
    assert (card.name, card.firm) == ("佐藤 一郎", "第一法律事務所")
    assert [each.title for each in notices.news(where.office_id)] == [SAID.title]
    verbs = list(Line.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs[-2:] == ["clinic.publish", "clinic.confirm_day"]
    assert "notice.publish" not in verbs
    for verb in verbs[-2:]:
        assert Line.objects.get(verb=verb).told == {"decided": "clinic_year"}
    assert chain.faults(where.office_id) == []


def test_what_was_published_stays_though_the_rule_changes(
    who: Actor, where: AtOffice, now: datetime
) -> None:
    without = {dates()[-1]}
    kept = tuple(on for on in dates() if on not in without)
    plan = Year(2026, kept, looked=kept, without=without)
    signed(actions.publish, who, where, plan, SAID, now=now)
    clinic = programme("shibukawa").clinic
    assert clinic
    found = days(clinic, 2026, notices.changes(where.office_id))
    assert tuple(day.on for day in found) == kept
    assert all(day.published for day in found)


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (Year(2026, (THIRD,)), "clinic_day.other_dates"),
        (Year(2026, ()), "clinic_day.other_dates"),
        (Year(2026, (*dates(), date(2027, 3, 31)), looked=dates()), "clinic_day.other_dates"),
        (Year(2026, (), without=dates()), "clinic_day.other_dates"),
        (Year(2020, dates(2020), looked=dates(2020)), "setting.past"),
        (Year(2026, dates(), "nowhere"), "clinic_day.other_dates"),
    ],
)
def test_what_is_not_the_year_is_not_published(
    who: Actor, where: AtOffice, now: datetime, plan: Year, code: str
) -> None:
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        signed(actions.publish, who, where, plan, SAID, now=now)
    assert not Notice.objects.exists()
    assert not Line.objects.filter(verb="clinic.publish").exists()


def test_a_day_on_a_holiday_is_published_only_after_a_look(
    who: Actor, where: AtOffice, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clinic_year, "holiday_name", lambda on: "祝いの日" if on == THIRD else None)
    assert flagged(2026) == {THIRD}
    with pytest.raises(Refused, match=r"clinic_day\.look"):
        signed(actions.publish, who, where, Year(2026, dates()), SAID, now=now)
    signed(actions.publish, who, where, Year(2026, dates(), looked={THIRD}), SAID, now=now)


def flagged(year: int) -> frozenset[date]:
    """The days of a year that somebody must look at."""
    clinic = programme("shibukawa").clinic
    assert clinic
    return frozenset(day.on for day in days(clinic, year) if flagged_day(day))


def test_a_year_is_published_once(
    who: Actor, where: AtOffice, now: datetime, published: UUID
) -> None:
    with pytest.raises(Refused, match=r"clinic_day\.published"):
        signed(actions.publish, who, where, whole(), SAID, now=now)
    assert Notice.objects.get().pk == published


def test_two_at_once_publish_once(who: Actor, where: AtOffice, now: datetime) -> None:
    def publish(_: int) -> str:
        try:
            signed(actions.publish, who, where, whole(), SAID, now=now)
        except Refused as refused:
            return refused.reasons[0].code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(8) as threads:
        found = sorted(threads.map(publish, range(8)))
    assert found.count("done") == 1
    known = {"done", "proposal.asked", "clinic_day.published", "setting.clinic_published"}
    assert set(found) <= known
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("kind", ["publish", "move", "cancel", "add"])
def test_a_page_that_is_stale_decides_nothing(
    who: Actor, where: AtOffice, now: datetime, kind: str
) -> None:
    seen = notices.version(where.office_id)
    if kind != "publish":
        signed(actions.publish, who, where, whole(), Announcement("日程"), now=now)
    else:
        signed(actions.add_day, who, where, ClinicDayAdded(NEXT_DAY), Announcement("追加"), now=now)
    before, late, added = (
        Notice.objects.count(),
        Announcement("遅れて", seen=seen),
        ClinicDayAdded(date(2027, 1, 9)),
    )
    acts = {
        "publish": lambda: signed(actions.publish, who, where, whole(), late, now=now),
        "move": lambda: signed(actions.move, who, where, DECEMBER, NEXT_DAY, "", late, now=now),
        "cancel": lambda: signed(actions.cancel_day, who, where, DECEMBER, late, now=now),
        "add": lambda: signed(actions.add_day, who, where, added, late, now=now),
    }
    with pytest.raises(Refused, match=r"clinic_day\.stale"):
        acts[kind]()
    assert Notice.objects.count() == before


@pytest.mark.usefixtures("published")
def test_a_move_wakes_everybody_and_touches_no_booking(
    who: Actor, where: AtOffice, office: OfficeCard, now: datetime
) -> None:
    people = [coming(office, now), coming(office, now)]
    for one, place in zip(people, (NINE, LAST), strict=True):
        one.books(place, wanted=ALONE)
    work_through(now)
    before = list(Booking.objects.order_by("id").values())
    signed(actions.move, who, where, DECEMBER, NEXT_DAY, "", SAID, now=now)
    assert list(Booking.objects.order_by("id").values()) == before
    for one in people:
        assert ("clinic_moved", now.date()) in one.days()
        assert one.case.next_on == now.date()
    work_through(now)
    for one in people:
        assert ("clinic_day", NEXT_DAY) in one.days()
        assert ("clinic_moved", now.date()) in one.days()
    assert ClinicDayMoved(THIRD, NEXT_DAY) in notices.changes(office.id)


@pytest.mark.usefixtures("published")
def test_a_day_is_moved_again_and_back(
    who: Actor, where: AtOffice, office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now)
    one.books()
    work_through(now)
    for to in (NEXT_DAY, date(2027, 1, 9), THIRD):
        signed(actions.move, who, where, DECEMBER, to, "", SAID, now=now)
        work_through(now)
        assert ("clinic_day", to) in one.days()
    assert "clinic_moved" not in one.kinds()  # where it was agreed to, nothing is asked


@pytest.mark.usefixtures("published")
def test_a_cancelled_day_wakes_everybody_and_may_be_held_again(
    who: Actor, where: AtOffice, office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now)
    one.books()
    work_through(now)
    signed(actions.cancel_day, who, where, DECEMBER, SAID, now=now)
    work_through(now)
    assert "clinic_off" in one.kinds()
    signed(actions.add_day, who, where, ClinicDayAdded(THIRD), SAID, now=now)
    work_through(now)
    assert "clinic_off" not in one.kinds()
    assert ("clinic_day", THIRD) in one.days()
    clinic = programme("shibukawa").clinic
    assert clinic
    (day,) = [
        each for each in days(clinic, 2026, notices.changes(office.id)) if each.ref == DECEMBER
    ]
    assert not day.cancelled


@pytest.mark.usefixtures("published")
def test_who_waits_for_a_cancelled_day_is_told_until_they_wait_elsewhere_or_no_more(
    who: Actor, where: AtOffice, office: OfficeCard, now: datetime
) -> None:
    one, offered, any_day = coming(office, now), coming(office, now), coming(office, now)
    rules = Rules(clinic(), desk(), PUBLISHED)
    waits = waiting.wait(one.staff, one.case, DECEMBER, rules, now=now)
    again = waiting.wait(offered.staff, offered.case, DECEMBER, rules, now=now)
    waiting.offer(offered.staff, offered.case, again, rules, LAST, now=now)
    Waiting.objects.create(office_id=office.id, case_id=any_day.case.id, at=now)
    signed(actions.cancel_day, who, where, DECEMBER, SAID, now=now)
    work_through(now)
    assert "clinic_off" in one.kinds()
    assert "clinic_off" in offered.kinds()
    assert "clinic_offer" not in offered.kinds()
    assert "clinic_off" not in any_day.kinds()
    assert one.case.next_on == now.date()
    with pytest.raises(Refused, match=r"clinic\.booked"):
        record.close(one.staff, one.case, "solved", now=now)  # they must be told first
    later = now + timedelta(days=14)  # the offer lapsed, and nobody told them
    jobs.sweep(later)
    work_through(later)
    assert "clinic_off" in offered.kinds()
    off = Rules(clinic(), desk(), notices.changes(office.id))
    waiting.wait(offered.staff, offered.case, JANUARY, off, now=now)
    assert "clinic_off" not in offered.kinds()
    assert [each.day for each in public.waiting(offered.held)] == [JANUARY]
    waiting.stop_waiting(one.staff, one.case, waits, now=now)
    assert "clinic_off" not in one.kinds()


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("ref", "to", "hours", "code"),
    [
        ("2026-12-18", NEXT_DAY, "", "setting.no_clinic_day"),
        ("nonsense", NEXT_DAY, "", "setting.no_clinic_day"),
        ("2027-04-17", NEXT_DAY, "", "clinic_day.draft"),
        (DECEMBER, date(2027, 1, 16), "", "setting.clinic_twice"),
        (DECEMBER, date(2026, 11, 29), "", "setting.past"),
        (DECEMBER, THIRD, "", "setting.clinic_same"),
        (DECEMBER, THIRD, "9:00-12:00", "clinic_day.same"),
        (DECEMBER, NEXT_DAY, "9:00-9:30", "setting.clinic_short"),
        ("2026-11-21", NEXT_DAY, "", "clinic_day.begun"),
    ],
)
def test_what_cannot_be_moved_stays(
    who: Actor, where: AtOffice, now: datetime, ref: str, to: date, hours: str, code: str
) -> None:
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        signed(actions.move, who, where, ref, to, hours, SAID, now=now)
    assert Notice.objects.count() == 1


@pytest.mark.usefixtures("published")
def test_a_move_that_would_leave_a_booked_slot_behind_is_refused(
    who: Actor, where: AtOffice, office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now)
    one.books(LAST)
    work_through(now)
    kinds = one.kinds()
    with pytest.raises(Refused, match=r"clinic\.too_short"):
        signed(actions.move, who, where, DECEMBER, NEXT_DAY, "9:00-11:00", SAID, now=now)
    assert one.kinds() == kinds
    signed(actions.move, who, where, DECEMBER, NEXT_DAY, "13:00-16:00", SAID, now=now)


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The host's clock is a day behind while the desk opens."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("published", "in_new_york")
def test_a_day_that_has_begun_is_not_moved_though_the_hosts_clock_says_another_day(
    who: Actor, where: AtOffice
) -> None:
    before, begun = at("2026-12-19 08:59"), at("2026-12-19 09:00")
    with pytest.raises(Refused, match=r"clinic_day\.begun"):
        signed(actions.move, who, where, DECEMBER, NEXT_DAY, "", SAID, now=begun)
    with pytest.raises(Refused, match=r"clinic_day\.begun"):
        signed(actions.cancel_day, who, where, DECEMBER, SAID, now=begun)
    with pytest.raises(Refused, match=r"setting\.past"):
        signed(actions.move, who, where, DECEMBER, THIRD, "8:00-11:00", SAID, now=before)
    signed(actions.move, who, where, DECEMBER, THIRD, "10:00-13:00", SAID, now=before)


@pytest.mark.usefixtures("published")
def test_a_draft_and_a_cancelled_day_are_not_cancelled(
    who: Actor, where: AtOffice, now: datetime
) -> None:
    signed(actions.cancel_day, who, where, DECEMBER, SAID, now=now)
    assert ClinicDayCancelled(THIRD) in notices.changes(where.office_id)
    for ref, code in ((DECEMBER, "cancelled"), ("2027-04-17", "draft")):
        with pytest.raises(Refused, match=rf"clinic_day\.{code}"):
            signed(actions.cancel_day, who, where, ref, SAID, now=now)


@pytest.mark.usefixtures("published")
def test_a_decision_needs_words(who: Actor, where: AtOffice, now: datetime) -> None:
    with pytest.raises(Refused, match=r"notice\.title"):
        signed(actions.cancel_day, who, where, DECEMBER, Announcement(" "), now=now)
    assert Notice.objects.count() == 1


@pytest.mark.usefixtures("published")
def test_one_press_sent_twice_moves_once(who: Actor, where: AtOffice, now: datetime) -> None:
    for _ in range(2):
        actions.move(who, where, DECEMBER, NEXT_DAY, "", SAID, now=now, idempotency_key="x")
    assert Proposal.objects.filter(kind="clinic_moved").count() == 1


def test_the_roster_ends_and_takes_its_seats_along(
    who: Actor, where: AtOffice, now: datetime, published: UUID
) -> None:
    lawyer = actions.name_lawyer(who, where, "佐藤 一郎", now=now)
    for ref in (DECEMBER, "2027-01-16"):
        actions.seat_lawyer(who, where, ref, {1: lawyer}, now=now)
    actions.end_lawyer(who, where, lawyer, date(2026, 12, 31), now=now)
    assert set(Sitting.objects.values_list("day", flat=True)) == {DECEMBER}
    with pytest.raises(Refused, match=r"clinic_day\.lawyer_ended"):
        actions.seat_lawyer(who, where, "2027-01-16", {1: lawyer}, now=now)
    with pytest.raises(Absent):
        actions.seat_lawyer(who, where, DECEMBER, {1: uuid4()}, now=now)
    with pytest.raises(Refused, match=r"setting\.past"):
        actions.end_lawyer(who, where, lawyer, now.date() - timedelta(1), now=now)
    actions.seat_lawyer(who, where, DECEMBER, {}, now=now)
    assert not Sitting.objects.exists()


def test_a_lawyer_has_a_name_once_and_one_seat_a_day(
    who: Actor, where: AtOffice, now: datetime, published: UUID
) -> None:
    lawyer = actions.name_lawyer(who, where, "佐藤 一郎", "第一", now=now)
    for name, firm, code in ((" ", "", "lawyer_name"), ("佐藤 一郎", "第一 ", "lawyer_twice")):
        with pytest.raises(Refused, match=code):
            actions.name_lawyer(who, where, name, firm, now=now)
    with pytest.raises(Refused, match=r"clinic_day\.lawyer_two_seats"):
        actions.seat_lawyer(who, where, DECEMBER, {1: lawyer, 2: lawyer}, now=now)


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_who_may_not_finds_nothing(
    office: OfficeCard, where: AtOffice, now: datetime, role: str
) -> None:
    other = actor_of(make_staff(office, role, "別の人", now))
    for act in (
        lambda: actions.publish(other, where, whole(), SAID, now=now),
        lambda: actions.move(other, where, DECEMBER, NEXT_DAY, "", SAID, now=now),
        lambda: actions.cancel_day(other, where, DECEMBER, SAID, now=now),
        lambda: actions.add_day(other, where, ClinicDayAdded(NEXT_DAY), SAID, now=now),
        lambda: actions.name_lawyer(other, where, "佐藤", now=now),
        lambda: queries.roster(other, where, now.date()),
    ):
        with pytest.raises(Absent):
            act()
    assert not Notice.objects.exists()


def forgotten(where: AtOffice) -> int:
    """How many booked a day that begins otherwise by now, and nobody is to ask them."""
    clinic = programme("shibukawa").clinic
    assert clinic
    standing = notices.changes(where.office_id)
    there = day_of(clinic, DECEMBER, standing)
    assert there
    rows = Booking.objects.filter(day=DECEMBER, state="booked")
    unasked = [row for row in rows if row.agreed_at != begins(there, row.number)]
    woken = Due.objects.filter(kind="clinic_moved", done_at__isnull=True)
    asked = set(woken.values_list("case_id", flat=True))
    return sum(row.case_id not in asked for row in unasked)


def move_while_people_book(who: Actor, where: AtOffice, office: OfficeCard, now: datetime) -> int:
    """Four people book while a colleague moves the day; how many hold a place afterwards."""
    people = [coming(office, now) for _ in range(4)]

    def book(number: int) -> None:
        try:
            people[number - 1].books(Place(DECEMBER, number), wanted=ALONE)
        finally:
            connections.close_all()

    def move(_: int) -> None:
        try:
            signed(actions.move, who, where, DECEMBER, NEXT_DAY, "", SAID, now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as threads:
        done = [threads.submit(book, 1), threads.submit(book, 2), threads.submit(move, 0)]
        done += [threads.submit(book, 3), threads.submit(book, 4)]
    for one in done:
        one.result()
    return Booking.objects.filter(day=DECEMBER, state="booked").count()


@pytest.mark.usefixtures("published")
def test_nobody_who_books_while_the_day_moves_is_forgotten(
    who: Actor, where: AtOffice, office: OfficeCard, now: datetime
) -> None:
    assert move_while_people_book(who, where, office, now) == 4
    work_through(now)
    assert forgotten(where) == 0


@pytest.mark.usefixtures("published")
def test_control_without_waking_them_they_are(
    who: Actor, where: AtOffice, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dues, "call_everybody", lambda *_: ())
    for number in range(1, 5):
        coming(office, now).books(Place(DECEMBER, number), wanted=ALONE)
    signed(actions.move, who, where, DECEMBER, NEXT_DAY, "", SAID, now=now)
    assert forgotten(where) == 4


def test_a_second_venue_has_days_of_its_own(
    who: Actor, where: AtOffice, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_city = programme("shibukawa")
    assert whole_city.clinic
    hall = Venue(
        "kita", Words("北会館"), Words("北会館 2階"), Week.from_text("4th sat 13:00-16:00")
    )
    two = replace(whole_city, clinic=replace(whole_city.clinic, venue=(hall,)))
    monkeypatch.setattr(decisions, "programme", lambda _slug: two)
    clinic = two.clinic
    assert clinic
    north = tuple(day.on for day in days(clinic, 2026) if day.venue == "kita")
    signed(actions.publish, who, where, whole(), SAID, now=now)
    found = days(clinic, 2026, notices.changes(where.office_id))
    assert {day.venue for day in found if day.published} == {""}
    with pytest.raises(Refused, match=r"clinic_day\.other_dates"):
        signed(
            actions.publish, who, where, Year(2026, dates(), "kita", looked=dates()), SAID, now=now
        )
    signed(actions.publish, who, where, Year(2026, north, "kita", looked=north), SAID, now=now)
    ref = "2026-12-26_kita"
    signed(actions.move, who, where, ref, THIRD, "", SAID, now=now)  # beside the main one
    on_it = [
        day.ref
        for day in days(clinic, 2026, notices.changes(where.office_id))
        if day.on == THIRD and not day.cancelled
    ]
    assert sorted(on_it) == [DECEMBER, ref]
    signed(actions.cancel_day, who, where, ref, SAID, now=now)
    kept = day_of(clinic, DECEMBER, notices.changes(where.office_id))
    assert kept
    assert not kept.cancelled
