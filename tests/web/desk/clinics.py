"""A desk whose clinic is public: days decided, a case that somebody took, the forms pressed."""

import re
from datetime import date, timedelta
from itertools import count

import pytest
from django.test import Client

from madoguchi.rules import slots
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.changes import (
    KINDS,
    Change,
    ClinicDayAdded,
    ClinicDayMoved,
    ClinicYearPublished,
    encode,
)
from madoguchi.rules.programme.load import programme
from madoguchi.rules.slots import ClinicDay
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.models import Booking
from madoguchi.work.notices.models import Notice
from madoguchi.work.notices.public import changes
from tests.answers import Response, squeezed
from tests.web.desk.colleagues import asked, colleague, do

type Days = tuple[ClinicDay, ...]

CLINIC = programme("shibukawa").clinic
PEOPLE = count()
ASKED = {"cancelled_by": "person", "cancelled_why": "用事ができた"}
ALL_NIGHT = "0:00-3:00"  # four slots, of which the first has begun at any time of the day


def decide(office: OfficeCard, change: Change) -> None:
    """The desk decided it; without the page on which it does."""
    kind = next(name for name, made in KINDS.items() if isinstance(change, made))
    told = encode(change)
    number = Notice.objects.count() + 1
    day = moment().date()
    Notice.objects.create(
        office_id=office.id, number=number, kind=kind, change=told, on=day, at=moment()
    )


def publish(office: OfficeCard) -> None:
    """The days of this fiscal year and the next are public."""
    year = fiscal_year(moment().date())
    for one in (year, year + 1):
        decide(office, ClinicYearPublished(one))


def coming(office: OfficeCard) -> tuple[ClinicDay, ...]:
    """The public days to come, today's not among them."""
    assert CLINIC
    tomorrow = moment().date() + timedelta(days=1)
    return slots.coming(CLINIC, tomorrow, changes(office.id))


def bring_to_today(office: OfficeCard, ref: str, hours: str = ALL_NIGHT) -> None:
    """The day of that name takes place today."""
    decide(office, ClinicDayMoved(date.fromisoformat(ref), moment().date(), hours))


def add_today(office: OfficeCard, hours: str = "0:00-23:45") -> str:
    """One more day, today, with places that are not over; its name."""
    decide(office, ClinicDayAdded(moment().date(), hours))
    return moment().date().isoformat()


def add_past(office: OfficeCard) -> str:
    """One more day, two days ago; its name."""
    on = moment().date() - timedelta(days=2)
    decide(office, ClinicDayAdded(on, "9:00-12:00"))
    return on.isoformat()


def taken_case(office: OfficeCard, browser: Client, **story: object) -> Case:
    """A case of somebody new that the browser's colleague took."""
    story.setdefault("about", {"name": f"相談者{next(PEOPLE)}"})
    case = asked(office, moment(), **story)
    assert do(browser, case, "take").status_code == 303
    return case


def token(page: str) -> str:
    """The key of the page's forms."""
    found = re.search(r'name="token" value="(\w+)"', page)
    assert found, page
    return found[1]


def at(ref: str, number: int = 1) -> str:
    """A place as a form sends it."""
    return f"{ref}/{number}"


def book(browser: Client, case: Case, place: str, **typed: object) -> Response:
    """Fill and press the form of a new booking."""
    page = squeezed(browser.get(f"/clinic/of/{case.pk}/"))
    sent = {"token": token(page), "at": place, "people": "1", **typed}
    return browser.post(f"/clinic/of/{case.pk}/", sent)


def press(browser: Client, case: Case, verb: str, **typed: object) -> Response:
    """Press a verb of the case's newest booking."""
    row = Booking.objects.filter(case_id=case.pk).latest("at")
    sent = {"token": "t", "revision": row.revision, **typed}
    return browser.post(f"/clinic/of/{case.pk}/{row.pk}/{verb}/", sent)


def offered(page: str) -> list[str]:
    """The places that a page's form of a new booking offers."""
    return re.findall(r'type="radio" id="f-at[^"]*" name="at" value="([^"@]+)@', page)


def marked(page: str) -> list[str]:
    """The place that is chosen on a page."""
    return re.findall(r'name="at" value="([^"@]+)@[^"]*" checked', page)


def draft() -> str:
    """The name of a day that nobody has made public."""
    assert CLINIC
    return slots.days(CLINIC, fiscal_year(moment().date()))[-1].ref


@pytest.fixture
def staff(office: OfficeCard) -> tuple[Staff, Client]:
    """A colleague of a desk whose clinic is public."""
    publish(office)
    return colleague(office, "counsellor", moment())


@pytest.fixture
def clerk(staff: tuple[Staff, Client]) -> Client:
    """The colleague's browser."""
    return staff[1]


@pytest.fixture
def case(office: OfficeCard, clerk: Client) -> Case:
    """A case that the colleague took."""
    return taken_case(office, clerk)


@pytest.fixture
def days(office: OfficeCard, clerk: Client) -> Days:
    """The public days to come."""
    return coming(office)


@pytest.fixture
def ref(days: Days) -> str:
    """The first of them."""
    return days[0].ref
