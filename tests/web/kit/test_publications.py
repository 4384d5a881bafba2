"""What the desk published: seen at the next page, and not read again while nothing changed."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import finished, publications
from madoguchi.work.notices import public as notices
from madoguchi.work.notices.models import Notice

PAGES = ("/", "/news/", "/news/rss.xml")


@pytest.fixture(autouse=True)
def as_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that knows nothing yet, and asks at every page whether something changed."""
    finished.forget()
    publications.forget()
    monkeypatch.setattr(publications, "CHECK_EVERY_S", -1.0)


def publish(
    office: OfficeCard, number: int = 1, kind: str = "news", change: dict[str, object] | None = None
) -> Notice:
    """The desk's notice of this number."""
    return Notice.objects.create(
        office_id=office.id,
        number=number,
        kind=kind,
        change=change or {},
        title=f"お知らせその{number}",
        on=date(2026, 11, 30),
        at=datetime(2026, 11, 30, 9, number, tzinfo=UTC),
    )


def told(portal: Client, title: str) -> list[bool]:
    """Which pages of `PAGES` tell a title."""
    return [title in portal.get(path).content.decode() for path in PAGES]


def queries(portal: Client, path: str) -> int:
    """How many queries a page costs that is made anew."""
    finished.forget()
    with CaptureQueriesContext(connection) as asked:
        assert portal.get(path).status_code == 200
    return len(asked)


def test_a_notice_is_shown_at_once_and_gone_at_once(portal: Client, office: OfficeCard) -> None:
    assert not any(told(portal, "お知らせその1"))
    row = publish(office)
    assert all(told(portal, "お知らせその1"))
    publish(office, 2)
    assert all(told(portal, "お知らせその1") + told(portal, "お知らせその2"))
    Notice.objects.filter(pk=row.pk).update(withdrawn_at=row.at)
    assert not any(told(portal, "お知らせその1"))
    assert all(told(portal, "お知らせその2"))


def test_control_without_a_version_that_changes_the_notice_is_missed(
    portal: Client, office: OfficeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "version", lambda _office: "always the same")
    assert not any(told(portal, "お知らせその1"))
    publish(office)
    finished.forget()
    assert not any(told(portal, "お知らせその1"))


def test_a_moved_day_is_shown_at_once(portal: Client, office: OfficeCard) -> None:
    publish(office, 1, "clinic_year", {"fiscal_year": 2026})
    before = portal.get("/clinic/dates.json").content.decode()
    publish(office, 2, "clinic_moved", {"was_on": "2026-12-19", "now_on": "2026-12-20"})
    after = portal.get("/clinic/dates.json").content.decode()
    assert ("2026-12-19" in before, "2026-12-20" in before) == (True, False)
    assert ('"on": "2026-12-19"' in after, "2026-12-20" in after) == (False, True)


def test_a_page_made_anew_asks_only_whether_something_changed(
    portal: Client, office: OfficeCard
) -> None:
    publish(office)
    assert queries(portal, "/") > 1
    assert queries(portal, "/desks/") == 1
    for path in ("/", "/clinic/"):  # and whether a place was taken or given back
        assert queries(portal, path) == 2
    publish(office, 2)
    assert queries(portal, "/") > 1


def test_a_page_that_is_not_kept_reads_for_itself(
    portal: Client, office: OfficeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "version", lambda _office: "always the same")
    portal.get("/")
    portal.post("/recent/", {"switch": "on", "back": "/"})
    publish(office)
    assert "お知らせその1" in portal.get("/").content.decode()
