"""When a page cannot be shown, it says what to do and whom to ring, and shows nothing of itself."""

import pytest
from django.test import Client

from madoguchi.rules.programme.texts import texts


def test_a_page_that_is_not_there(portal: Client) -> None:
    answer = portal.get("/no-such-page/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "0279-25-8526" in page
    assert "お探しのページは見つかりません" in page
    assert answer["Cache-Control"] == "no-store"


def test_in_the_column_of_the_visitor(portal: Client) -> None:
    assert "Page not found" in portal.get("/en/no-such-page/").content.decode()


def test_other_languages_lead_to_the_first_page(portal: Client) -> None:
    page = portal.get("/easy/nothing-here/").content.decode()
    assert 'href="/en/"' in page
    assert '/nothing-here/" lang=' not in page


def test_the_way_to_leave_is_there_and_the_head_is_neutral(portal: Client) -> None:
    page = portal.get("/no-such-page/").content.decode()
    assert texts("shibukawa").raw("kit.exit").words in page
    assert "被害" not in page


def test_at_the_desk_there_is_the_desks_head_and_no_telephone(desk: Client) -> None:
    answer = desk.get("/no-such-page/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "画面を隠す" in page
    assert "相談窓口 職員用" in page
    assert "0279-25-8526" not in page


def test_what_was_not_read_is_said_in_the_column_of_the_visitor(portal: Client) -> None:
    answer = portal.get("/en/s/c/story/", **{"madoguchi.refused": "full"})  # type: ignore[arg-type] # WSGI's
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "reload this page" in page
    assert "Leave this page" in page
    assert "hreflang" not in page, "another language would leave what was sent behind"


def test_a_strange_host_learns_nothing(portal: Client) -> None:
    answer = portal.get("/", headers={"host": "other.example"})
    assert answer.status_code == 400
    assert "渋川" not in answer.content.decode()


def test_a_page_that_breaks(portal: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    portal.raise_request_exception = False
    monkeypatch.setattr("madoguchi.web.portal.page.visits.count", None)
    answer = portal.get("/")
    assert answer.status_code == 500
    assert "0279-25-8526" in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
