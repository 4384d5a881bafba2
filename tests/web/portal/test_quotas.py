"""Quotas of a case, a network and a day at the form: every limit has a sentence, words are kept."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from madoguchi.rules import limits
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import Column
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.fairness import DAY, Shares
from madoguchi.tools.vault.models import HeldFile, Visit
from madoguchi.work.intake import public as intake
from tests.offices import PORTAL_HOST, browser_of
from tests.redteam.house import upload
from tests.web.portal import browsing

PHONE = "0279-25-8526"


@pytest.fixture(autouse=True)
def own_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day nobody has used yet."""
    monkeypatch.setattr(DAY, "_shared", Shares()._shared)


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks are told apart, as outside the demo."""
    monkeypatch.setattr(settings, "DEMO", False)


def test_a_case_holds_twenty_files_over_all_messages(portal: Client) -> None:
    browsing.fill(portal, files=[browsing.file(f"a{n}.jpg") for n in range(10)])
    browsing.open_receipt(portal, *browsing.send(portal))
    ten = [browsing.file(f"b{n}.jpg") for n in range(10)]
    assert browsing.add(portal, "続き", *ten).status_code == 303
    answer = browsing.add(portal, "さらに続き", browsing.file("c.jpg"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "前に送ったものとあわせて20個までです" in page
    assert "さらに続き" in page
    assert PHONE in page
    assert HeldFile.objects.count() == 20
    assert browsing.add(portal, "文章だけ").status_code == 303


def test_files_that_waited_for_the_receipt_count_too(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsing.fill(portal, files=[browsing.file("a.jpg")])
    pair = browsing.send(portal)
    browsing.open_receipt(portal, *pair)
    case = browsing.mark(portal)
    Visit.objects.filter(kind="opened").delete()  # fifteen minutes later
    waiting = {"text": "待つ", "case": case, "files": [browsing.file("b.jpg")]}
    portal.post("/s/f/m/", waiting)
    browsing.open_receipt(portal, *pair)
    monkeypatch.setattr(limits, "FILES_A_CASE", 1)
    assert browsing.add(portal, "待った").status_code == 422
    monkeypatch.setattr(limits, "FILES_A_CASE", 2)
    assert browsing.add(portal, "待った").status_code == 303


def test_a_case_holds_two_hundred_megabytes_over_all_messages(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BYTES_A_CASE", 1_000)
    browsing.fill(portal, files=[browsing.file("a.jpg", b"a" * 900)])
    browsing.open_receipt(portal, *browsing.send(portal))
    page = browsing.add(portal, "続き", browsing.file("b.jpg", b"b" * 101)).content.decode()
    assert "USBでお持ちいただくか、お電話ください" in page
    assert browsing.add(portal, "続き", browsing.file("b.jpg", b"b" * 100)).status_code == 303


@pytest.mark.race
@pytest.mark.usefixtures("apart")
def test_a_network_that_began_its_number_is_asked_to_ring(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DAY_DRAFTS", 2)
    hostile, person = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "198.51.100.1"}
    for _ in range(2):
        portal.cookies.clear()
        assert portal.post("/s/", headers=hostile).status_code == 303
    portal.cookies.clear()
    refused = portal.post("/s/", headers=hostile)
    assert refused.status_code == 429
    assert PHONE in refused.content.decode()
    assert not refused.cookies
    typed = {"text": "書いた文章<b>", "danger": "yes"}
    lost_cookie = portal.post("/s/c/story/", typed, headers=hostile)
    assert lost_cookie.status_code == 429
    assert "書いた文章&lt;b&gt;" in lost_cookie.content.decode()
    only_a_name = portal.post("/s/c/story/", {"text": "hanako_2000"}, headers=hostile)
    assert "hanako_2000" in only_a_name.content.decode()
    assert Visit.objects.count() == 2
    assert portal.post("/s/", headers=person).status_code == 303


@pytest.mark.usefixtures("apart")
def test_who_has_begun_goes_on(portal: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DAY_DRAFTS", 1)
    portal.post("/s/")
    assert browser_of(PORTAL_HOST).post("/s/").status_code == 429
    assert browsing.answer(portal, "danger", **browsing.START).status_code == 303
    assert browsing.answer(portal, "contact", **browsing.CONTACT, finish="1").status_code == 303
    assert browsing.receipt(portal)


@pytest.mark.usefixtures("apart")
def test_who_holds_a_receipt_writes_whatever_the_neighbours_do(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsing.fill(portal)
    browsing.open_receipt(portal, *browsing.send(portal))
    monkeypatch.setattr(limits, "DAY_DRAFTS", 0)
    assert browser_of(PORTAL_HOST).post("/s/").status_code == 429  # the control
    assert browsing.add(portal, "続き", browsing.file()).status_code == 303
    assert "続き" in portal.get("/s/f/").content.decode()


def test_a_page_can_name_its_case_only_briefly(portal: Client) -> None:
    portal.post("/s/f/m/", {"text": "a", "case": "x" * 1_000_000})
    (row,) = Visit.objects.all()
    assert len(row.blob) < 2_000


def test_a_draft_holds_no_more_than_a_draft_may(begun: Client) -> None:
    browsing.answer(begun, "story", text=["a" * 30_000] * 30, urls="b" * 500_000)
    (row,) = Visit.objects.all()
    assert len(row.blob) < limits.WORDS_A_DRAFT + 2_000


def test_x4_two_megabytes_of_words_are_refused_in_words(begun: Client) -> None:
    answer = browsing.answer(begun, "story", text="a" * (limits.BYTES_OF_WORDS + 1))
    page = answer.content.decode()
    assert answer.status_code == 413
    assert "20,000文字まで" in page
    assert PHONE in page


@pytest.mark.parametrize("spoken", ["ja", "easy", "en"])
def test_the_words_say_the_numbers_of_the_house(spoken: Column) -> None:
    words = texts("_national")
    assert f"{limits.WORDS_A_FIELD:,}" in words.get("kit.too_long_lead", spoken).words
    whole = f"{limits.BYTES_A_CASE // limits.MEGABYTE}MB"
    assert whole in words.get("kit.too_large_lead", spoken).words.replace(" MB", "MB")


WHY = {"full": 503, "full_files": 503, "too_large": 413}


@pytest.mark.parametrize(("why", "status"), WHY.items(), ids=WHY)
def test_what_was_not_read_is_answered_in_words(portal: Client, why: str, status: int) -> None:
    answer = portal.get("/s/c/story/", **{"madoguchi.refused": why})  # type: ignore[arg-type] # WSGI's
    assert answer.status_code == status
    assert PHONE in answer.content.decode()
    assert (answer.get("Retry-After") == "60") == (status == 503)


def test_b19_a_body_without_a_length_is_refused(begun: Client) -> None:
    answer = begun.post("/s/c/story/", {"text": "a"}, HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411


@pytest.mark.parametrize("length", ["-1", "abc", "１", "+5", "1 2"])
def test_b19_a_strange_length_breaks_nothing(begun: Client, length: str) -> None:
    answer = begun.generic("POST", "/s/c/story/", b"text=a", CONTENT_LENGTH=length)
    assert answer.status_code < 500


def at_once(office: OfficeCard, now: datetime, size: int, times: int) -> None:
    """Visitors of many networks who send a file of this size at the same moment."""

    def send(number: int) -> None:
        try:
            who, sent = visit.new_holder(office.id), upload(b"x" * size)
            intake.keep(who, lambda _draft: None, [sent], f"net {number}", now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(times)))


def stored() -> int:
    return sum(HeldFile.objects.values_list("stored_bytes", flat=True))


@pytest.mark.race
def test_visitors_at_once_do_not_pass_the_day(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DAY_BYTES", 100_000)
    at_once(office, now, 9_000, 24)
    assert 80_000 < stored() <= 100_000


@pytest.mark.race
def test_without_the_turn_visitors_at_once_pass_the_day(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: everybody sees what was stored before all of them came."""
    monkeypatch.setattr(limits, "DAY_BYTES", 100_000)
    monkeypatch.setattr("madoguchi.tools.vault.files.stored_since", lambda *_: 0)
    at_once(office, now, 9_000, 24)
    assert stored() > 100_000


def test_no_network_is_written_down(portal: Client) -> None:
    browsing.fill(portal, files=[browsing.file()])
    for table in (Visit, HeldFile):
        for row in table.objects.values():
            told = " ".join(str(value) for value in row.values())
            assert not re.search(r"127\.0\.0\.", told)
