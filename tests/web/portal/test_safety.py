"""The page before the first question: shown once, without a cookie until its button."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from madoguchi.tools.vault.models import HeldFile, Visit
from madoguchi.web.kit import arrival
from tests.web.portal import browsing

ELSEWHERE = {"Origin": "https://elsewhere.example"}


def test_reading_it_leaves_nothing(portal: Client) -> None:
    response = portal.get("/s/")
    assert response.status_code == 200
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"
    assert not Visit.objects.exists()


def test_its_button_gives_one_cookie_of_this_session(portal: Client) -> None:
    response = portal.post("/s/")
    assert list(response.cookies) == [settings.VISIT_COOKIE]
    cookie = response.cookies[settings.VISIT_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert (cookie["max-age"], cookie["expires"], cookie["path"]) == ("", "", "/")
    assert response.status_code == 303


def test_the_cookie_is_secure_outside_the_demo(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    cookie = portal.post("/s/").cookies[settings.VISIT_COOKIE]
    assert cookie["secure"]


def test_it_is_not_shown_again_while_the_visit_lives(portal: Client) -> None:
    browsing.begin(portal)
    assert portal.get("/s/")["Location"] == "/s/c/danger/"
    browsing.answer(portal, "danger", **browsing.START)
    assert portal.post("/s/")["Location"] == "/s/c/story/"
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_who_comes_next_in_the_browser_is_asked_and_sees_no_word_of_it(
    portal: Client, column: str
) -> None:
    browsing.begin(portal)
    browsing.answer(portal, "danger", **browsing.START)
    browsing.answer(portal, "story", **browsing.STORY)
    browsing.answer(portal, "contact", **browsing.CONTACT)
    asked = portal.get(f"{column}/s/")
    page = asked.content.decode()
    assert asked.status_code == 200
    assert f'href="{column}/s/c/about/"' in page
    assert not any(told in page for told in ("花子", "０２７９", "消したい"))


def test_what_was_left_is_deleted_with_its_files_and_begun_anew(portal: Client) -> None:
    browsing.fill(portal, files=[browsing.file()])
    assert HeldFile.objects.filter(case_id=None).exclude(lookup="").count() == 1
    assert portal.post("/s/", {"anew": "1"})["Location"] == "/s/c/danger/?begun"
    assert not HeldFile.objects.exists()
    browsing.answer(portal, "danger", **browsing.START)
    assert "花子" not in portal.get("/s/c/contact/").content.decode()


def test_what_was_sent_before_stays_when_a_draft_is_deleted(portal: Client) -> None:
    browsing.fill(portal)
    numbers = browsing.send(portal)
    browsing.begin(portal)
    browsing.answer(portal, "danger", **browsing.START)
    portal.post("/s/", {"anew": "1"})
    assert browsing.receipt(portal) == numbers


def test_a_new_draft_gets_a_new_cookie(portal: Client) -> None:
    browsing.fill(portal)
    browsing.send(portal)
    first = portal.cookies[settings.VISIT_COOKIE].value
    browsing.begin(portal)
    assert portal.cookies[settings.VISIT_COOKIE].value != first
    assert sorted(Visit.objects.values_list("kind", flat=True)) == ["done", "draft"]
    assert len(set(Visit.objects.values_list("lookup", flat=True))) == 1


def test_after_a_day_it_is_shown_again(
    portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now)
    browsing.begin(portal)
    monkeypatch.setattr(arrival, "now", lambda: now + timedelta(hours=24, seconds=1))
    assert portal.get("/s/c/danger/")["Location"] == "/s/"
    assert portal.get("/s/").status_code == 200


def test_lines_browser_is_asked_to_open_another(portal: Client) -> None:
    inside = portal.get("/s/", headers={"User-Agent": "Mozilla/5.0 Line/14.1.0/IAB"})
    assert "ブラウザーで開く" in inside.content.decode()
    assert "ブラウザーで開く" not in portal.get("/s/").content.decode()


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_each_column_keeps_its_own_addresses(portal: Client, column: str) -> None:
    page = portal.get(f"{column}/s/").content.decode()
    assert f'action="{column}/s/"' in page
    begun = portal.post(f"{column}/s/", follow=True)
    assert begun.redirect_chain[-1][0] == f"{column}/s/c/danger/"
