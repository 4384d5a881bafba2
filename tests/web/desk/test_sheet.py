"""The record sheet: made by a button, logged with who prints, boxes from the programme."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from madoguchi.rules.programme.load import programme
from madoguchi.tools.audit.models import Line
from tests.web.desk.colleagues import asked, colleague, do

if TYPE_CHECKING:
    from datetime import datetime

    from django.test import Client

    from madoguchi.tools.office.public import OfficeCard
    from madoguchi.work.cases.models import Case


@pytest.fixture
def kept(office: OfficeCard, now: datetime) -> tuple[Case, Client]:
    """A case with a call and an internal note."""
    case = asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    do(browser, case, "take")
    typed = {"log_how": "call_out", "log_text": "話した内容", "log_outcome": "answered"}
    assert do(browser, case, "log", **typed, log_minutes="9").status_code == 303
    assert do(browser, case, "note", note_text="内々の話").status_code == 303
    return case, browser


def made(browser: Client, case: Case, **typed: str) -> str:
    page = browser.post(f"/sheets/{case.pk}/", typed)
    assert page.status_code == 200
    return page.content.decode()


def test_the_sheet_holds_the_record_oldest_first(kept: tuple[Case, Client]) -> None:
    case, browser = kept
    page = made(browser, case)
    assert re.search(r"相談記録票.*?書き込みを消したい.*?話した内容", page, re.DOTALL)
    assert "𠮷田 花子" in page
    assert "未聴取" in page
    assert "かかった時間 計9分" in page
    assert "取扱注意" in page


def test_internal_notes_are_on_it_only_where_that_was_ticked(kept: tuple[Case, Client]) -> None:
    case, browser = kept
    assert "内々の話" not in made(browser, case)
    assert "内部の記録1件は、入っていません。" in made(browser, case)
    assert "内々の話" in made(browser, case, notes="1")


def test_the_boxes_are_the_programmes(kept: tuple[Case, Client], office: OfficeCard) -> None:
    case, browser = kept
    circulated = programme(office.slug).desk.circulated
    assert circulated
    titles = re.search(r'class="circulated">.*?</tr>', made(browser, case), re.DOTALL)
    assert titles
    assert tuple(re.findall(r'<th scope="col">(.*?)</th>', titles[0])) == circulated.titles


def test_every_sheet_is_one_line_with_who_printed(kept: tuple[Case, Client]) -> None:
    case, browser = kept
    read = Line.objects.filter(verb="case.read").count()
    page = made(browser, case)
    made(browser, case)
    lines = Line.objects.filter(verb="case.sheet", case_id=case.pk)
    assert [str(one.staff_id) for one in lines] == [browser.session["_auth_user_id"]] * 2
    assert Line.objects.filter(verb="case.read").count() == read
    assert "印刷：counsellorの人" in page


def test_asked_for_otherwise_it_is_not_made(kept: tuple[Case, Client]) -> None:
    case, browser = kept
    assert browser.get(f"/sheets/{case.pk}/").status_code == 302
    assert not Line.objects.filter(verb="case.sheet").exists()


@pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
def test_who_may_not_print_gets_no_button_and_no_sheet(
    kept: tuple[Case, Client], office: OfficeCard, now: datetime
) -> None:
    case, _ = kept
    _, other = colleague(office, "counsellor", now)
    assert f"/sheets/{case.pk}/" not in other.get(f"/cases/{case.pk}/").content.decode()
    assert other.post(f"/sheets/{case.pk}/").status_code == 404
    _, supervisor = colleague(office, "supervisor", now)
    assert f"/sheets/{case.pk}/" in supervisor.get(f"/cases/{case.pk}/").content.decode()
    made(supervisor, case)
