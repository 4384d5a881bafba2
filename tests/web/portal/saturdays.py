"""A town's clinic days and a person's bookings, for the tests of the pages about them."""

import re
from datetime import datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from django.test import Client

from madoguchi.rules.programme.changes import Change, encode, kind_of
from madoguchi.rules.programme.load import programme
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.web.kit import arrival
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as bookings
from madoguchi.work.clinic.models import Booking
from madoguchi.work.notices import public as notices
from madoguchi.work.notices.models import Notice
from tests.answers import Response, squeezed
from tests.web.portal import browsing

DECEMBER, JANUARY = "2026-12-19", "2027-01-16"
ADDRESS = "/s/f/l/"


class Clock:
    """The moment at which the portal is visited."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """That moment."""
        return self.now


@pytest.fixture
def clock(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Monday, 30 November, ten o'clock, until somebody turns it."""
    clock = Clock(now)
    monkeypatch.setattr(arrival, "now", clock)
    return clock


def decide(office: OfficeCard, change: Change, now: datetime) -> None:
    """As if the desk had published this decision."""
    rows = Notice.objects.filter(office_id=office.id)
    Notice.objects.create(
        office_id=office.id,
        number=rows.count() + 1,
        kind=kind_of(change),
        change={name: one for name, one in encode(change).items() if one != ""},
        title="",
        on=now.date(),
        at=now,
    )


def book(
    office: OfficeCard,
    pair: tuple[str, str],
    now: datetime,
    day: str = DECEMBER,
    number: int = 2,
    state: str = "booked",
    until: datetime | None = None,
) -> UUID:
    """A place for the case of a receipt; `until`: how long it is held or offered."""
    town, standing = programme(office.slug), notices.changes(office.id)
    assert town.clinic is not None
    who, actor = visit.new_holder(office.id), cases.consultee(office.id)
    place, by = bookings.Place(day, number), (town.clinic, town.desk, standing)
    bookings.hold(who, cases.AtOffice(office.id), *by, place, now=now)
    held, look_on = browsing.holding(office, pair), now.date() + timedelta(days=1)
    wanted = bookings.Wanted("消したい", "渡辺", 2)
    made = bookings.ask(actor, held, who, *by, wanted, look_on, now=now)
    Booking.objects.filter(pk=made).update(state=state, until_at=until)
    return made


def offer(
    office: OfficeCard, pair: tuple[str, str], now: datetime, until: datetime, number: int = 3
) -> UUID:
    """A place that is offered to the case of a receipt, until a moment."""
    return book(office, pair, now, number=number, state="offered", until=until)


def page(browser: Client, column: str = "") -> str:
    """The page of the person's own booking."""
    return squeezed(browser.get(column + ADDRESS))


def press(browser: Client, what: str, shown: str | None = None, **changed: object) -> Response:
    """Press the button of a form of that page, which may have been opened a while ago."""
    return browser.post(f"{ADDRESS}{what}/", fields(shown or page(browser), what) | changed)


def fields(shown: str, what: str) -> dict[str, object]:
    """The hidden fields of the first form of a page that does this."""
    form = re.search(rf'<form[^>]*action="[^"]*{ADDRESS}{what}/".*?</form>', shown, re.DOTALL)
    assert form, f"no button for {what}"
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0])
    return {name: unescape(value) for name, value in hidden}


def free(shown: str) -> list[str]:
    """The places that the page offers in exchange."""
    return [unescape(one) for one in re.findall(r'<option value="([^"]+/[^"]+)"', shown)]
