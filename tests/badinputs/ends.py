"""Both ends of an input: what work received of it, and what the desk shows."""

import re
from datetime import datetime
from typing import Any

from django.test import Client
from pytest_django import Settings

from madoguchi.config.windows import DESK
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.record import public as record
from tests.answers import Response, squeezed
from tests.web.desk.colleagues import colleague, do
from tests.web.portal import browsing

ELSEWHERE = {"Origin": "https://elsewhere.example"}


def words(response: Response) -> str:
    """The page as text without tags."""
    return re.sub(r"<[^>]+>", "", squeezed(response))


def story(office: OfficeCard, pair: tuple[str, str], now: datetime) -> dict[str, Any]:
    """What work received of the request behind a receipt."""
    (entry,) = record.read(cases.consultee(office.id), browsing.holding(office, pair), now=now).rows
    return entry.words


def open_desk(settings: Settings) -> None:
    """From here on this process answers as the desk."""
    settings.ROOT_URLCONF, settings.MIDDLEWARE = DESK.urls, list(DESK.middleware)
    settings.WINDOW = DESK


def taken(settings: Settings, office: OfficeCard, now: datetime) -> tuple[Client, Case]:
    """A colleague's browser, and the one case there is, which they took."""
    open_desk(settings)
    case = Case.objects.get()
    _, browser = colleague(office, "counsellor", now)
    assert do(browser, case, "take").status_code == 303
    return browser, case


def case_page(settings: Settings, office: OfficeCard, now: datetime) -> str:
    """The page of the one case there is, as the colleague reads it who took it."""
    browser, case = taken(settings, office, now)
    return squeezed(browser.get(f"/cases/{case.pk}/"))
