"""The closed panel: hit, miss and forbidden are the same page but for two words of one length."""

import re
from datetime import datetime

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Case
from tests.answers import Response, squeezed
from tests.offices import actor_of, make_staff
from tests.web.desk.colleagues import asked, colleague
from tests.web.desk.sheets import Shown, begin, press

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
KNOWN, HIDDEN, NOBODYS = "090-1234-5678", "090-8765-4321", "090-1111-2222"
ANSWER = re.compile("同じ番号の記録：(あり|なし)")


@pytest.fixture
def cases(office: OfficeCard, now: datetime) -> dict[str, Case]:
    """Two opened cases by their numbers."""
    supervisor = actor_of(make_staff(office, "supervisor", "佐藤", now))
    found = {}
    for number in (KNOWN, HIDDEN):
        about = {"name": "吉田", "phone": number, "phone_digits": number.replace("-", "")}
        found[number] = asked(office, now, about=about)
        queries.open_case(supervisor, found[number].id, now=now)
    return found


@pytest.fixture
def kimura(office: OfficeCard, now: datetime, cases: dict[str, Case]) -> Client:
    """The counsellor; one case is hers to read, the other is hidden from her."""
    staff, browser = colleague(office, "counsellor", now)
    supervisor = actor_of(make_staff(office, "supervisor", "西", now))
    hidden = queries.find(supervisor, cases[HIDDEN].id)
    actions.deny(supervisor, hidden, staff.id, now=now)
    return browser


def ask(browser: Client, number: str, do: str = "ask_number", **typed: str) -> Response:
    """Ask on a new sheet."""
    answer: Response = press(browser, begin(browser), do, phone=number, text="待って", **typed)
    return answer


def bare(answer: Response) -> str:
    """The page without what differs by chance (token, ids, moments) and without what was typed."""
    page = squeezed(answer)
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    page = re.sub(r"/intake/[0-9a-f-]{36}/", "/intake/0/", page)
    page = re.sub(r'<details class="unfinished">.*?</details>', "", page, flags=re.DOTALL)
    for number in (KNOWN, HIDDEN, NOBODYS):
        page = page.replace(number, "0" * len(number))
    return page


def test_hit_miss_and_forbidden_have_the_same_bytes_but_for_one_word(kimura: Client) -> None:
    hit, miss, forbidden = (ask(kimura, number) for number in (KNOWN, NOBODYS, HIDDEN))
    assert {answer.status_code for answer in (hit, miss, forbidden)} == {200}
    assert len({len(bare(answer).encode()) for answer in (hit, miss, forbidden)}) == 1
    assert bare(miss) == bare(forbidden)
    assert ANSWER.findall(bare(hit)) == ["あり"]
    assert ANSWER.findall(bare(miss)) == ["なし"]
    assert ANSWER.sub("", bare(hit)) == ANSWER.sub("", bare(miss))


def test_the_panel_opens_with_a_reason_and_links_nothing(
    kimura: Client, cases: dict[str, Case]
) -> None:
    case = cases[KNOWN]
    closed = squeezed(ask(kimura, KNOWN))
    assert str(case.id) not in closed
    refused = ask(kimura, KNOWN, "open_number")
    assert refused.status_code == 422
    assert str(case.id) not in squeezed(refused)
    opened = squeezed(ask(kimura, KNOWN, "open_number", number_why="続きの電話"))
    assert f"/cases/{case.id}/" in opened
    assert "待って" in opened
    forbidden = ask(kimura, HIDDEN, "open_number", number_why="続きの電話")
    miss = ask(kimura, NOBODYS, "open_number", number_why="続きの電話")
    assert bare(forbidden) == bare(miss)
    assert f"/cases/{cases[HIDDEN].id}/" not in squeezed(forbidden)


def test_what_is_said_to_a_caller_neither_confirms_nor_denies(kimura: Client) -> None:
    page = begin(kimura).page
    assert "あるともないとも、お答えしていません" in page


def test_without_a_number_nothing_is_asked(kimura: Client) -> None:
    page = squeezed(ask(kimura, ""))
    assert "電話番号を入れてから押してください" in page
    assert not ANSWER.search(page)
    assert Shown.of(page).revision == "1"  # what was typed is kept
