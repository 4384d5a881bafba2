"""B3, B4: pages that grew old, cookies that are off or strange: what was typed stays."""

from __future__ import annotations

import pytest
from django.test import Client

from madoguchi.tools.vault.models import Visit
from tests.badinputs.ends import ELSEWHERE
from tests.offices import OTHER_PORTAL_HOST
from tests.web.portal import browsing


def test_b4_without_cookies_the_page_names_the_telephone(portal: Client) -> None:
    portal.post("/s/")
    portal.cookies.clear()
    page = portal.get("/s/c/1/?begun").content.decode()
    assert "0279-25-8526" in page
    assert "クッキー" in page


def test_b4_a_post_that_is_not_ours_keeps_what_was_typed(portal: Client) -> None:
    browsing.begin(portal)
    typed = {"text": "大切な<b>文章</b>\n二行目"}
    response = portal.post("/s/c/4/", typed, headers=ELSEWHERE)
    page = response.content.decode()
    assert response.status_code == 403
    assert "大切な&lt;b&gt;文章&lt;/b&gt;\n二行目" in page
    assert 'action="/s/c/4/"' in page
    assert "大切な" not in portal.get("/s/c/4/").content.decode()


def test_b4_a_post_from_elsewhere_begins_nothing(portal: Client) -> None:
    response = portal.post("/s/", headers=ELSEWHERE)
    assert response.status_code == 403
    assert not response.cookies
    assert not Visit.objects.exists()


@pytest.mark.usefixtures("other_office")
def test_b3_a_cookie_of_another_municipality_is_nobodys(portal: Client) -> None:
    browsing.begin(portal)
    browsing.answer(portal, 4, text="こちらの市だけの文章")
    other = Client(headers={"host": OTHER_PORTAL_HOST})
    other.cookies = portal.cookies
    assert other.get("/s/c/4/")["Location"] == "/s/"
    assert "こちらの市だけの文章" in portal.get("/s/c/4/").content.decode()
