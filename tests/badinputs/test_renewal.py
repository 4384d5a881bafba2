"""B3, B4: pages that grew old, cookies that are off or strange: what was typed stays."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.models import Visit
from madoguchi.work.cases.models import Case
from tests.answers import squeezed
from tests.badinputs.ends import ELSEWHERE, open_desk, taken
from tests.offices import DESK_HOST, OTHER_PORTAL_HOST, PORTAL_HOST, browser_of
from tests.web.desk.colleagues import asked, colleague, do, hidden, inside
from tests.web.portal import browsing
from tests.work.cases.awaiting import ticked


def test_b04_without_cookies_the_page_names_the_telephone(portal: Client) -> None:
    portal.post("/s/")
    portal.cookies.clear()
    page = squeezed(portal.get("/s/c/danger/?begun"))
    assert "0279-25-8526" in page
    assert "クッキー" in page


FOREIGN = [
    ELSEWHERE,
    {"Referer": "https://elsewhere.example/page"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "null"},
    {"Origin": "http://[elsewhere"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_no_word_of_another_site_is_shown_or_carried_on(
    begun: Client, headers: dict[str, str]
) -> None:
    """One press would else replace how somebody can safely be reached, under our own name."""
    browsing.answer(begun, "story", text="わたしの文章")
    typed = {"contact_rule": "phone", "phone": "09011112222", "mail": "attacker@example.jp"}
    response = begun.post("/s/c/contact/", typed, headers=headers)
    page = squeezed(response)
    assert response.status_code == 403
    assert "09011112222" not in page
    assert "attacker" not in page
    assert "<textarea" not in page
    assert 'href="/s/c/contact/"' in page
    assert "わたしの文章" in squeezed(begun.get("/s/c/story/"))  # nothing of the draft has changed


def test_b04_a_post_whose_sender_is_hidden_keeps_what_was_typed_in_the_open(begun: Client) -> None:
    """No visit could be changed by it: none came with it."""
    typed = {"text": "大切な<b>文章</b>\n二行目", "phone": "0279000000"}
    response = Client(headers={"host": PORTAL_HOST, "Origin": "null"}).post("/s/c/story/", typed)
    page = squeezed(response)
    assert response.status_code == 403
    assert not response.cookies
    assert "大切な&lt;b&gt;文章&lt;/b&gt;" in page
    assert "二行目" in page
    assert '<span class="as-typed">0279000000</span>' in page
    assert 'href="/s/c/story/"' in page
    assert "大切な" not in squeezed(begun.get("/s/c/story/"))


def test_b04_a_post_from_elsewhere_begins_nothing(portal: Client) -> None:
    response = portal.post("/s/", headers=ELSEWHERE)
    assert response.status_code == 403
    assert not response.cookies
    assert not Visit.objects.exists()


@pytest.mark.usefixtures("other_office")
def test_b03_a_cookie_of_another_municipality_is_nobodys(begun: Client) -> None:
    browsing.answer(begun, "story", text="こちらの市だけの文章")
    other = browser_of(OTHER_PORTAL_HOST)
    other.cookies = begun.cookies
    assert other.get("/s/c/story/")["Location"] == "/s/"
    assert "こちらの市だけの文章" in squeezed(begun.get("/s/c/story/"))


def test_b03_a_page_of_the_day_before_is_renewed_with_its_words(begun: Client) -> None:
    Visit.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert browsing.answer(begun, "story", text="きのうの文章").status_code == 303
    assert "きのうの文章" in squeezed(begun.get("/s/c/story/"))
    again = begun.post("/s/c/check/")
    assert again.status_code == 422
    assert not Case.objects.exists()


@pytest.mark.usefixtures("other_office")
def test_b03_a_form_sent_with_another_municipalitys_cookie_keeps_its_words(begun: Client) -> None:
    other = browser_of(OTHER_PORTAL_HOST)
    other.cookies = begun.cookies
    assert browsing.answer(other, "story", text="隣の市で書いた文章").status_code == 303
    assert "隣の市で書いた文章" in squeezed(other.get("/s/c/story/"))


def at_the_desk(office: OfficeCard, now: datetime) -> tuple[Client, str]:
    """A colleague's browser that checks tokens, and the address of a verb."""
    case = asked(office, now)
    staff, _ = colleague(office, "counsellor", now)
    browser = inside(staff)
    browser.handler.enforce_csrf_checks = True
    return browser, f"/cases/{case.pk}/note/"


@pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
def test_b04_a_stale_token_at_the_desk_keeps_the_words_and_is_renewed(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings
) -> None:
    open_desk(settings)
    browser, address = at_the_desk(office, now)
    own = {"Origin": f"http://{DESK_HOST}"}
    typed = {"note_text": "長い<b>記録</b>", "token": "t1", "csrfmiddlewaretoken": "old"}
    refused = browser.post(address, typed, headers=own)
    page = squeezed(refused)
    assert refused.status_code == 403
    assert refused["Cache-Control"] == "no-store"
    assert "長い&lt;b&gt;記録&lt;/b&gt;" in page
    assert 'name="token" hidden>\nt1</textarea>' in page
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    again = browser.post(address, {**typed, "csrfmiddlewaretoken": found[1]}, headers=own)
    assert again.status_code == 409  # the colleague is not the case's counsellor
    assert "長い&lt;b&gt;記録" in squeezed(again)


def test_b04_words_of_another_site_and_passwords_are_not_shown(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings
) -> None:
    open_desk(settings)
    browser, address = at_the_desk(office, now)
    strange = browser.post(address, {"note_text": "よその文章"}, headers=ELSEWHERE)
    assert strange.status_code == 403
    assert "よその文章" not in squeezed(strange)
    own = {"Origin": f"http://{DESK_HOST}"}
    password = browser.post("/me/password/", {"password1": "a-long-secret"}, headers=own)
    assert password.status_code == 403
    assert "a-long-secret" not in squeezed(password)


def test_b04_words_for_a_case_that_was_closed_meanwhile_are_shown(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings, pair: tuple[str, str]
) -> None:
    browser, case = taken(settings, office, now)
    form = hidden(squeezed(browser.get(f"/cases/{case.pk}/")))
    assert do(browser, case, "close", close_reason="solved", **ticked(case)).status_code == 303
    typed = {**form, "answer_text": "<b>書きかけの返事</b>", "answer_days": "5"}
    late = browser.post(f"/cases/{case.pk}/answer/", typed)
    assert late.status_code == 409
    assert "<pre>&lt;b&gt;書きかけの返事&lt;/b&gt;</pre>" in squeezed(late)
