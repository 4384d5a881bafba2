"""Another city's application is another folder: Yamanashi asks after the payment."""

import html
from typing import Any

import pytest
from django.test import Client as Browser

from madoguchi.ops import prepare
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.applying import public as applying
from tests import pdf
from tests.offices import browser_of
from tests.web.portal import applying as page
from tests.web.portal import browsing
from tests.web.portal.saturdays import Clock

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
HOST = "portal.yamanashi.test"
PERSON = {**page.PERSON, "household": "3", "income_yen": "24万円"}
LAWYER: dict[str, Any] = {
    "acts": ["disclosure"],
    "engaged": "lawyer",
    "lawyer": "例示 太郎",
    "yen_disclosure": "330,000",
    "contract_on": ["2026", "10", "20"],
    "paid_on": ["令和8", "11", "2"],
    "legal_aid": "none",
    "other_aid": "no",
}
TASKS: dict[int, dict[str, Any]] = {
    1: PERSON,
    2: {"consulted": "yes"},
    3: LAWYER,
    4: {},
    5: {"delivery": "counter", "sender": "city"},
}


@pytest.fixture
def there(portal: Browser, clock: Clock) -> tuple[Browser, OfficeCard]:
    """A citizen's browser at the portal of Yamanashi Prefecture."""
    office = prepare.office("yamanashi", HOST, "desk.yamanashi.test")
    return browser_of(HOST), office


def test_it_asks_what_its_own_rules_need_under_the_same_numbers(
    there: tuple[Browser, OfficeCard],
) -> None:
    browser, office = there
    pair = page.come(browser)
    for number, typed in TASKS.items():
        assert page.answer(browser, number, **typed).status_code == 303
    asked = {number: shown(browser, f"/s/h/{number}/") for number in TASKS}
    assert "⑯" in asked[1]
    assert "⑮" in asked[2]
    assert "⑰" in asked[3]
    assert 'name="contract"' not in asked[3]
    assert 'name="estimate_brought"' not in asked[4]
    paper = {"case": page.hidden(browser, 6)["case"], "others": "no"}
    words = pdf.text(browser.post("/s/h/paper/", paper).content)
    for each in ("⑮使った相談", "240,000円", "⑰法テラスの立替え", "令和8年11月2日"):
        assert each in words
    promise = {"register_consent": "consent", "promises": ["true"]}
    assert page.answer(browser, 6, **promise)["Location"] == "/s/h/sent/"
    told = applying.running_application(browsing.holding(office, pair))
    assert told is not None
    assert (told.household, told.income_yen, told.paid_on) == (3, 240_000, "2026-11-02")
    assert (told.consulted, told.legal_aid) == (("yamanashi_pref",), "none")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"legal_aid": "suspended"}, "返済"),
        ({"paid_on": ["2026", "12", "24"]}, "払"),
    ],
)
def test_what_stands_in_the_way_is_said_and_a_human_decides(
    there: tuple[Browser, OfficeCard], changed: dict[str, Any], sentence: str
) -> None:
    browser, _ = there
    page.come(browser)
    found = page.answer(browser, 3, **{**LAWYER, **changed})
    assert found["Location"] == "/s/h/time/"
    said = shown(browser, "/s/h/time/")
    assert sentence in said
    assert "ここで断られることはありません" in said


def test_the_day_of_the_payment_is_asked_for(there: tuple[Browser, OfficeCard]) -> None:
    browser, _ = there
    page.come(browser)
    found = page.answer(browser, 3, **{**LAWYER, "paid_on": ["", "", ""]})
    assert found.status_code == 422
    repaying = {**LAWYER, "paid_on": ["", "", ""], "legal_aid": "repaying"}
    assert page.answer(browser, 3, **repaying).status_code == 303


def shown(browser: Browser, path: str) -> str:
    return html.unescape(browser.get(path).content.decode())
