"""What a person told since, by field: kept beside what was known, nobody's answer taken back."""

import html
import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Case, Consultee
from madoguchi.work.record.models import Entry
from tests.answers import squeezed
from tests.web.desk.colleagues import asked, colleague, do


@pytest.fixture
def case(office: OfficeCard, now: datetime) -> Case:
    return asked(office, now, kinds=["lie"])


@pytest.fixture
def browser(office: OfficeCard, now: datetime) -> Client:
    """A colleague who is nobody's counsellor yet."""
    return colleague(office, "counsellor", now)[1]


def form(browser: Client, case: Case) -> dict[str, Any]:
    """The page's fields as a browser would send them untouched."""
    page = squeezed(browser.get(f"/heard/{case.pk}/"))
    fields: dict[str, Any] = {
        name: html.unescape(value)
        for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page)
        if name in ("token", "was", "name", "kana", "phone", "email", "age", "town", "when")
    }
    chosen = re.findall(r'name="(\w+)" value="(\w+)" checked', page)
    return fields | {name: [value for n, value in chosen if n == name] for name, _ in chosen}


def told(browser: Client, case: Case) -> dict[str, str]:
    """The facts of the case page, label → answer."""
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    side = page[page.index("told-title") :]
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", side, re.DOTALL)
    return {label: re.sub(r"<.*?>", "", answer).strip() for label, answer in found}


def test_what_was_not_asked_is_filled_in_later(case: Case, browser: Client) -> None:
    assert told(browser, case)["年齢"] == "未聴取"
    assert told(browser, case)["これまでにしたこと"] == "未聴取"
    sent = form(browser, case) | {
        "age": "３４",
        "effects": "眠れない",
        "wished": ["delete", "listen"],
    }
    assert browser.post(f"/heard/{case.pk}/", sent).status_code == 303
    now_told = told(browser, case)
    assert now_told["年齢"] == "34"
    assert now_told["体・学校・仕事などへの影響"] == "眠れない"
    assert now_told["望むこと"] == "消したい、話を聞いてほしい"
    assert now_told["お名前"] == "𠮷田 花子"
    assert now_told["内容"] == "うその話"
    entry = Entry.objects.get(kind="heard")
    assert entry.drawer == "staff"
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    shown = page[page.index('class="entry heard') : page.index('class="entry received')]
    assert "眠れない" in shown
    assert "花子" not in shown, "only what changed"


def test_what_is_of_the_person_is_a_new_row_with_the_number_to_dial(
    case: Case, browser: Client
) -> None:
    sent = form(browser, case) | {"phone": "０２７９-１１-２２２２"}
    assert browser.post(f"/heard/{case.pk}/", sent).status_code == 303
    assert Consultee.objects.filter(case_id=case.pk).count() == 2
    assert told(browser, case)["電話番号"].startswith("０２７９-１１-２２２２")


def test_a_danger_that_is_written_marks_the_case(case: Case, browser: Client) -> None:
    sent = form(browser, case) | {"danger": "yes"}
    assert browser.post(f"/heard/{case.pk}/", sent).status_code == 303
    case.refresh_from_db()
    assert case.urgent


def test_nothing_changed_leaves_nothing(case: Case, browser: Client) -> None:
    assert browser.post(f"/heard/{case.pk}/", form(browser, case)).status_code == 303
    emptied = form(browser, case) | {"name": ""}
    assert browser.post(f"/heard/{case.pk}/", emptied).status_code == 303
    assert not Entry.objects.filter(kind="heard").exists()
    assert told(browser, case)["お名前"] == "𠮷田 花子"


def test_several_lines_that_nobody_touched_are_no_change(
    office: OfficeCard, now: datetime, browser: Client
) -> None:
    """Addresses are kept as several answers and typed as lines of one field."""
    urls = ["https://example.com/1", "https://example.com/2"]
    case = asked(office, now, kinds=["lie"], urls=urls)
    page = squeezed(browser.get(f"/heard/{case.pk}/"))
    typed = re.search(r'<textarea[^>]*name="urls"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert typed
    lines = html.unescape(typed[1]).strip()
    assert lines.split() == urls
    sent = form(browser, case) | {"urls": lines.replace("\n", "\r\n")}
    assert browser.post(f"/heard/{case.pk}/", sent).status_code == 303
    assert not Entry.objects.filter(kind="heard").exists()
    more = sent | {"urls": f"{lines}\r\nhttps://example.com/3", **form(browser, case)}
    more["urls"] = f"{lines}\r\nhttps://example.com/3"
    assert browser.post(f"/heard/{case.pk}/", more).status_code == 303
    assert Entry.objects.filter(kind="heard").count() == 1  # the control


def test_pressing_twice_writes_once(case: Case, browser: Client) -> None:
    sent = form(browser, case) | {"town": "石原"}
    for _ in range(3):
        assert browser.post(f"/heard/{case.pk}/", sent).status_code == 303
    assert Entry.objects.filter(kind="heard").count() == 1
    assert Line.objects.filter(verb="case.hear", outcome="done").count() == 1


def test_p23_two_officers_take_back_none_of_each_others_answers(
    case: Case, browser: Client, office: OfficeCard, now: datetime
) -> None:
    _, other = colleague(office, "supervisor", now)
    first, second = form(browser, case), form(other, case)
    browser.post(f"/heard/{case.pk}/", first | {"town": "石原", "name": "よしだ"})
    other.post(f"/heard/{case.pk}/", second | {"age": "20"})
    now_told = told(browser, case)
    assert (now_told["町名など"], now_told["お名前"], now_told["年齢"]) == ("石原", "よしだ", "20")


def test_control_without_what_the_page_showed_an_answer_is_taken_back(
    case: Case, browser: Client, office: OfficeCard, now: datetime
) -> None:
    _, other = colleague(office, "supervisor", now)
    first, second = form(browser, case), form(other, case)
    browser.post(f"/heard/{case.pk}/", first | {"name": "よしだ"})
    other.post(f"/heard/{case.pk}/", second | {"age": "20", "was": ""})
    assert told(browser, case)["お名前"] == "𠮷田 花子"


def test_a_bad_answer_keeps_the_words(case: Case, browser: Client) -> None:
    sent = form(browser, case) | {"age": "たぶん", "effects": "残る言葉", "town": "石原"}
    page = browser.post(f"/heard/{case.pk}/", sent)
    words = squeezed(page)
    assert page.status_code == 422
    assert "数字で" in words
    assert "残る言葉" in words
    again = sent | {
        "age": "30",
        "was": html.unescape(re.findall(r'name="was" value="(.*?)"', words)[0]),
    }
    assert browser.post(f"/heard/{case.pk}/", again).status_code == 303
    assert told(browser, case)["町名など"] == "石原"


@pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
def test_for_a_denied_colleague_there_is_nothing(
    case: Case, browser: Client, office: OfficeCard, now: datetime
) -> None:
    denied, theirs = colleague(office, "counsellor", now)
    sent = form(theirs, case) | {"town": "石原"}
    assert do(browser, case, "take").status_code == 303
    assert do(browser, case, "deny", deny_staff=str(denied.pk)).status_code == 303
    assert theirs.get(f"/heard/{case.pk}/").status_code == 404
    assert theirs.post(f"/heard/{case.pk}/", sent).status_code == 404
    assert not Entry.objects.filter(kind="heard").exists()
