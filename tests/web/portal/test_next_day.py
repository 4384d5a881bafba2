"""The first page says of the clinic's next day whether it is free or full, and nothing more."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from madoguchi.rules.programme.changes import ClinicDayCancelled, ClinicYearPublished
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import finished, publications
from madoguchi.work.clinic.models import Booking
from tests.web.portal.saturdays import DECEMBER, Clock, decide

NINE = datetime(2026, 12, 19, 9, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture(autouse=True)
def _looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publications, "CHECK_EVERY_S", -1.0)
    finished.forget()


def said(portal: Client) -> str:
    """What the first page says of the next day, without its signs."""
    page = portal.get("/").content.decode()
    panel = re.search(r'<section[^>]*aria-labelledby="clinic">.*?</section>', page, re.DOTALL)
    assert panel
    return re.sub(r"<[^>]+>", "", panel[0])


def test_free_full_and_free_again(portal: Client, office: OfficeCard, clock: Clock) -> None:
    assert "次の日程は、お電話で" in said(portal)
    decide(office, ClinicYearPublished(2026), clock.now)
    assert "2026年12月19日（土）" in said(portal)
    assert "空きあり" in said(portal)
    rows = [
        Booking(
            office_id=office.id,
            day=DECEMBER,
            number=number,
            state="kept",
            channel="desk",
            agreed_at=NINE,
            at=clock.now,
        )
        for number in range(1, 5)
    ]
    Booking.objects.bulk_create(rows)
    assert "満席" in said(portal)
    Booking.objects.filter(number=2).update(state="lapsed", revision=1)
    assert "空きあり" in said(portal)
    decide(office, ClinicDayCancelled(date(2026, 12, 19)), clock.now)
    assert "2027年1月16日（土）" in said(portal)
