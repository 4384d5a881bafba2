"""Counts without cookie or address: totals, what was read next, the list a visitor switches on."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from django.db import OperationalError
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import finished
from madoguchi.web.portal import visits
from madoguchi.work.notices import public as notices

OWN = {"origin": "http://portal.test", "host": "portal.test"}


@pytest.fixture(autouse=True)
def _anew(monkeypatch: pytest.MonkeyPatch) -> None:
    visits.forget()
    finished.forget()
    monkeypatch.setattr("madoguchi.web.portal.visits.connections.close_all", lambda: None)


def come(portal: Client, path: str, before: str, times: int) -> None:
    """Read a page several times, coming from another address."""
    for _ in range(times):
        portal.get(path, headers={"host": "portal.test", "referer": before})


def test_totals_reach_the_table(portal: Client, office: OfficeCard) -> None:
    come(portal, "/clinic/", "", 12)
    visits.flush()
    come(portal, "/clinic/", "", 13)
    visits.flush()
    assert notices.counts(office.id)["clinic"] == 25
    finished.forget()
    assert "アクセス数 およそ20回" in portal.get("/clinic/").content.decode()


def test_after_a_restart_the_totals_are_there_at_once(portal: Client, office: OfficeCard) -> None:
    come(portal, "/clinic/", "", 20)
    visits.flush()
    visits.forget()
    finished.forget()
    assert "アクセス数 およそ20回" in portal.get("/clinic/").content.decode()


def test_what_the_table_refused_is_written_the_next_time(
    portal: Client,
    office: OfficeCard,
    other_office: OfficeCard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(office_id: UUID, pages: Mapping[str, int]) -> None:
        if office_id == office.id:
            raise OperationalError("database is locked")
        written(office_id, pages)

    written = notices.count
    visits.count(other_office.id, "clinic", None)
    come(portal, "/clinic/", "", 3)
    with monkeypatch.context() as broken:
        broken.setattr("madoguchi.web.portal.visits.notices.count", refuse)
        with pytest.raises(OperationalError):
            visits.flush()
    come(portal, "/clinic/", "", 2)
    visits.flush()
    assert notices.counts(office.id) == {"clinic": 5}
    assert notices.counts(other_office.id) == {"clinic": 1}


def test_offices_are_counted_apart(
    portal: Client, office: OfficeCard, other_office: OfficeCard
) -> None:
    come(portal, "/clinic/", "", 3)
    visits.flush()
    assert notices.counts(other_office.id) == {}
    assert notices.counts(office.id) == {"clinic": 3}


def test_what_was_read_next_appears_from_ten_on(portal: Client) -> None:
    words = "こんなページも見ています"
    come(portal, "/privacy/", "http://portal.test/enquiry/", 9)
    finished.forget()
    assert words not in portal.get("/enquiry/").content.decode()
    come(portal, "/privacy/", "http://portal.test/en/enquiry/", 1)
    finished.forget()
    assert words in portal.get("/enquiry/").content.decode()


@pytest.mark.parametrize(
    "before",
    [
        "https://evil.example/enquiry/",
        "http://portal.test/s/",
        "http://portal.test/x/",
        "%",
        "http://[",
    ],
)
def test_other_ways_do_not_count(portal: Client, office: OfficeCard, before: str) -> None:
    come(portal, "/privacy/", before, 12)
    assert visits.read_next(office.id, "enquiry") == ()


def test_the_list_of_pages_is_off_until_switched_on(portal: Client) -> None:
    portal.get("/desks/")
    assert "recent" not in portal.cookies
    answer = portal.post("/recent/", {"switch": "on", "back": "/desks/"}, headers=OWN)
    assert (answer.status_code, answer["Location"]) == (303, "/desks/")
    portal.get("/guide/delete/")
    page = portal.get("/clinic/").content.decode()
    assert portal.cookies["recent"].value == "on~clinic~guide/delete"
    assert portal.cookies["recent"]["max-age"] == ""
    listed = page.split('id="recent"')[1].split("</section>")[0]
    assert "/guide/delete/" in listed


def test_switching_off_erases_the_list(portal: Client) -> None:
    portal.cookies["recent"] = "on~clinic"
    answer = portal.post("/recent/", {"switch": "off", "back": "/"}, headers=OWN)
    assert answer.cookies["recent"]["max-age"] == 0


def test_the_list_takes_only_names_of_pages(portal: Client) -> None:
    portal.cookies["recent"] = "on~<script>~../../x~clinic"
    assert "<script>~" not in portal.get("/desks/").content.decode()
    assert portal.cookies["recent"].value == "on~desks~clinic"
