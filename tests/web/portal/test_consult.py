"""Asking for help, from the first page to the receipt: one case, nothing typed lost."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import receipt, visit
from madoguchi.tools.vault.fairness import Busy
from madoguchi.web.kit import arrival
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.record import public as record
from tests.answers import Response
from tests.conftest import TOKYO
from tests.web.portal import browsing

SATURDAY = datetime(2026, 11, 28, 10, 0, tzinfo=TOKYO)


def words(response: Response) -> str:
    """The page as text without tags."""
    return re.sub(r"<[^>]+>", "", response.content.decode())


def story(office: OfficeCard, pair: tuple[str, str], now: datetime) -> dict[str, Any]:
    """What the request said."""
    (entry,) = record.read(cases.consultee(office.id), browsing.holding(office, pair), now=now)
    return entry.words


def test_a_request_becomes_a_case_with_all_its_answers(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    browsing.fill(portal, files=[browsing.file("a.jpg"), browsing.file("b.pdf")], when="先週の夜")
    check = portal.get("/s/c/check/").content.decode()
    shown = ("０２７９−００−００００", "a.jpg", "b.pdf", "掲示板", "先週の夜")
    assert all(told in check for told in shown)
    assert "書いていません" in check
    pair = browsing.send(portal)
    assert (len(pair[0]), len(pair[1])) == (15, 19)
    case = browsing.holding(office, pair)
    about = cases.about(case.drawer)
    assert (about["name"], about["age"], about["who"]) == ("𠮷田 花子", 32, "self")
    assert (about["phone"], about["phone_digits"]) == ("０２７９−００−００００", "0279000000")
    told = story(office, pair, now)
    assert told["text"] == browsing.STORY["text"]
    assert told["place"] == ["x", "board"]
    assert cases.wishes(case.drawer) == cases.Wishes("no_voicemail")


def test_danger_shows_lines_first_and_marks_the_case(begun: Client) -> None:
    to = browsing.answer(begun, 1, danger="yes", who="self")["Location"]
    assert to == "/s/c/1/lines/"
    page = begun.get(to).content.decode()
    assert all(number in page for number in ("tel:110", "tel:%239110", 'href="/s/c/2/"'))
    browsing.answer(begun, 2, contact_rule="wait", finish="1")
    assert "110番" in begun.get("/s/c/done/").content.decode()
    assert Case.objects.get().urgent


@pytest.mark.parametrize("who", ["child", "guardian"])
def test_a_child_sees_lines_for_children(begun: Client, who: str) -> None:
    to = browsing.answer(begun, 1, danger="no", who=who)["Location"]
    page = begun.get(to).content.decode()
    assert "tel:0120007110" in page
    assert "tel:0120078310" in page


@pytest.mark.parametrize("typed", [{"age": "17"}, {"age_band": "under_18"}])
def test_a_young_age_leads_to_lines_for_children(begun: Client, typed: dict[str, str]) -> None:
    assert browsing.answer(begun, 3, **typed)["Location"] == "/s/c/3/lines/"
    assert 'href="/s/c/4/"' in begun.get("/s/c/3/lines/").content.decode()


def test_what_has_been_written_so_far_can_be_sent(
    begun: Client, office: OfficeCard, now: datetime
) -> None:
    browsing.answer(begun, 1, **browsing.START)
    assert 'name="finish"' not in begun.get("/s/c/1/").content.decode()
    assert 'name="finish"' in begun.get("/s/c/2/").content.decode()
    browsing.answer(begun, 2, **browsing.CONTACT)
    response = browsing.answer(begun, 4, text="ここまで", finish="1")
    assert response["Location"] == "/s/c/done/"
    assert story(office, browsing.receipt(begun), now) == {"text": "ここまで"}


def test_sending_early_asks_only_how_contact_is_safe(begun: Client) -> None:
    browsing.answer(begun, 1, **browsing.START)
    response = browsing.answer(begun, 4, text="ここまで", finish="1")
    assert response.status_code == 422
    assert 'action="/s/c/2/"' in response.content.decode()
    assert "ここまで" in begun.get("/s/c/4/").content.decode()
    assert not Case.objects.exists()


def test_a_change_returns_to_the_check_page(filled: Client) -> None:
    page = filled.get("/s/c/check/").content.decode()
    assert 'href="/s/c/2/?back#f-phone"' in page
    form = filled.get("/s/c/2/?back").content.decode()
    assert 'name="back"' in form
    changed = browsing.CONTACT | {"phone": "0279-00-1111", "back": "1"}
    assert browsing.answer(filled, 2, **changed)["Location"] == "/s/c/check/"
    assert "0279-00-1111" in filled.get("/s/c/check/").content.decode()


@pytest.mark.parametrize(
    ("typed", "lacking"),
    [
        ({}, "f-contact_rule"),
        ({"contact_rule": "phone", "name_desk": "no"}, "f-phone"),
        ({"contact_rule": "phone", "phone": "0279-00-0000"}, "f-name_desk"),
        ({"contact_rule": "mail_only"}, "f-email"),
        ({"contact_rule": "wait", "mail": "yes"}, "f-email"),
        ({"contact_rule": "everything"}, "f-contact_rule"),
    ],
)
def test_a_chosen_way_needs_its_number_or_address(
    begun: Client, typed: dict[str, str], lacking: str
) -> None:
    response = browsing.answer(begun, 2, name="花子", **typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert f'href="#{lacking}"' in page
    assert "エラー：" in page
    assert 'value="花子"' in page
    assert 'value="花子"' in begun.get("/s/c/2/").content.decode()


@pytest.mark.parametrize(
    ("contact", "mails"),
    [
        ({"contact_rule": "mail_only", "email": "h@example.jp"}, 1),
        ({"contact_rule": "wait", "email": "h@example.jp", "mail": "yes"}, 1),
        ({"contact_rule": "wait", "email": "h@example.jp", "mail": "no"}, 0),
        ({"contact_rule": "wait", "email": "h@example.jp"}, 0),
    ],
)
def test_a_mail_goes_out_only_where_it_was_allowed(
    begun: Client, contact: dict[str, str], mails: int
) -> None:
    browsing.answer(begun, 1, **browsing.START)
    browsing.answer(begun, 2, **contact, finish="1")
    assert Outgoing.objects.count() == mails


def test_the_receipt_says_when_somebody_reads(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "now", lambda: SATURDAY)
    browsing.fill(portal)
    browsing.send(portal)
    page = words(portal.get("/s/c/done/"))
    assert "月曜日8時30分以降に、担当が読みます" in page
    assert "3開庁日" not in page
    assert "画面の写真は残ります。紙に書いてください" in page
    assert Due.objects.get().on.isoformat() == "2026-11-30"


def test_there_are_five_steps(begun: Client) -> None:
    assert begun.get("/s/c/0/").status_code == 404
    assert begun.get("/s/c/6/").status_code == 404


def test_a_full_lane_keeps_the_draft(filled: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:

        def full(_secret: str) -> None:
            raise Busy

        patched.setattr(receipt, "prepare", full)
        response = filled.post("/s/c/check/")
    assert response.status_code == 503
    assert "混み合って" in words(response)
    assert browsing.send(filled)


def test_the_receipt_page_is_gone_after_half_an_hour(
    portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now)
    browsing.fill(portal)
    browsing.send(portal)
    monkeypatch.setattr(arrival, "now", lambda: now + visit.LIVES["done"])
    assert portal.get("/s/c/done/")["Location"] == "/s/"


def test_a_new_request_can_follow_a_sent_one(portal: Client) -> None:
    browsing.fill(portal)
    first = browsing.send(portal)
    browsing.fill(portal)
    assert browsing.send(portal) != first
    assert Case.objects.count() == 2


NEUTRAL = re.compile("誹謗|中傷|被害|弁護士|加害|いじめ|脅")


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_titles_and_addresses_say_nothing(filled: Client, column: str) -> None:
    paths = [f"{column}/s/c/{step}/" for step in range(1, 6)]
    pages = [filled.get(path) for path in [*paths, f"{column}/s/c/check/", f"{column}/s/f/"]]
    titles = re.findall(r"<title>(.*?)</title>", " ".join(p.content.decode() for p in pages))
    assert len(titles) == len(set(titles)) == len(pages)
    assert not [title for title in titles if NEUTRAL.search(title)]
    assert all(page["Cache-Control"] == "no-store" for page in pages)


def test_autocomplete_knows_only_the_persons_own_contact(begun: Client) -> None:
    tokens = set()
    for number in range(1, 6):
        page = begun.get(f"/s/c/{number}/").content.decode()
        main = page.partition("<main")[2].partition("</main")[0]
        tokens |= set(re.findall(r'name="(\w+)"[^>]*autocomplete="([^"]+)"', main))
    assert {(name, token) for name, token in tokens if token != "off"} == {
        ("name", "name"),
        ("phone", "tel"),
        ("email", "email"),
    }


def test_beginning_anew_does_not_take_the_receipt_away(filled: Client) -> None:
    first = browsing.send(filled)
    browsing.begin(filled)
    assert browsing.receipt(filled) == first


def test_who_wants_no_mail_gets_none(begun: Client) -> None:
    browsing.answer(begun, 1, **browsing.START)
    contact = {"contact_rule": "mail_only", "email": "hana@example.jp", "mail": "no"}
    browsing.answer(begun, 2, **contact, finish="1")
    browsing.receipt(begun)
    assert not Outgoing.objects.exists()
