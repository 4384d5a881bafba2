"""Booking around midnight, at the end of a window, and on a host in another part of the world."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.work.clinic.bookings import jobs
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.public import own
from tests.work.clinic.coming import (
    DECEMBER,
    NINE,
    PUBLISHED,
    Coming,
    at,
    begins,
    clinic,
    coming,
    decide,
    work_through,
)

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
WINDOW = clinic(closes_working_days=2, window_source="試験のため")  # until Thursday, 17 December


@pytest.fixture
def one(office: OfficeCard, now: datetime) -> Coming:
    decide(office, "clinic_year", PUBLISHED[0], now)
    return coming(office, now)


@pytest.fixture(params=["America/New_York", "UTC", "Pacific/Auckland"])
def abroad(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A host computer elsewhere."""
    with monkeypatch.context() as patch:
        patch.setitem(os.environ, "TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("abroad")
def test_b12_asked_for_at_half_past_midnight_in_japan(one: Coming) -> None:
    """In New York it is still yesterday; the day, the hour and what comes due are Japan's."""
    midnight = at("2026-12-01 00:30")
    one.holds(now=midnight)
    one.asks(now=midnight)
    work_through(midnight)
    row = Booking.objects.get()
    assert row.agreed_at == begins(NINE)
    assert row.agreed_at.astimezone(UTC).isoformat() == "2026-12-19T00:00:00+00:00"
    assert {("clinic_asked", date(2026, 12, 1)), ("clinic_day", date(2026, 12, 19))} <= one.days()
    Booking.objects.update(state="booked")
    jobs.sweep(at("2026-12-16 23:59"))
    work_through(at("2026-12-16 23:59"))
    assert Booking.objects.get().reminded_at is None
    jobs.sweep(at("2026-12-17 00:10"))
    work_through(at("2026-12-17 00:10"))
    assert Booking.objects.get().reminded_at == at("2026-12-17 00:10")


def test_b10_who_took_the_place_in_time_may_send_after_midnight(one: Coming) -> None:
    before, after = at("2026-12-17 23:55"), at("2026-12-18 00:05")
    one.holds(NINE, WINDOW, before)
    with pytest.raises(Refused, match=r"clinic\.late"):
        coming_late(one).holds(NINE, WINDOW, after)
    one.asks(of=WINDOW, now=after)
    assert [card.state for card in own(one.held)] == ["asked"]


def coming_late(one: Coming) -> Coming:
    """The same person in another browser."""
    return Coming(one.held, visit.new_holder(one.held.office_id), one.staff, one.now)


def test_whose_time_is_over_comes_when_they_send(one: Coming) -> None:
    one.holds(NINE, WINDOW, at("2026-12-17 23:40"))
    with pytest.raises(Refused, match=r"clinic\.late"):
        one.asks(of=WINDOW, now=at("2026-12-18 00:05"))


def test_a_place_that_has_begun_is_nobodys_though_it_is_held(one: Coming) -> None:
    just_before = begins(NINE) - timedelta(minutes=5)
    one.holds(now=just_before)
    with pytest.raises(Refused, match=r"clinic\.past"):
        one.asks(now=begins(NINE))
    assert Booking.objects.get().day == DECEMBER
