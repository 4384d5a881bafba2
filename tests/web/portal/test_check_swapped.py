"""The check of another municipality is another folder: Yamanashi pays after the payment."""

from datetime import datetime

import pytest
from django.test import Client

from madoguchi.ops import prepare
from madoguchi.web.kit import arrival
from tests.answers import Response
from tests.offices import browser_of
from tests.web.portal.checking import HERE, answer, asked, body, walk

HOST = "portal.yamanashi.test"
FULL = {
    "registered": "yes",
    "consulted": "yes",
    "paid": "yes",
    "act": "disclosure",
    "yen_disclosure": "330000",
    "other_aid": "no",
}


@pytest.fixture
def yamanashi(portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Client:
    """A citizen's browser at the portal of Yamanashi Prefecture."""
    monkeypatch.setattr(arrival, "now", lambda: now)
    prepare.office("yamanashi", HOST, "desk.yamanashi.test")
    return browser_of(HOST)


def there(yamanashi: Client, column: str = "", **changed: str) -> Response:
    """The page at the end of the way."""
    return walk(yamanashi, column, **(FULL | changed))


def test_its_own_questions_are_asked_and_income_is_left_to_the_desk(yamanashi: Client) -> None:
    page, seen = yamanashi.get(HERE), []
    while names := asked(page):
        seen.append(names)
        page = answer(yamanashi, page, *(FULL[name] for name in names))
    assert seen == [["registered", "consulted"], *([name] for name in [*FULL][2:])]


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_its_own_amount_and_order_are_said(yamanashi: Client, column: str) -> None:
    words = body(there(yamanashi, column))
    assert "110,000" in words
    assert "2022" in words
    assert "渋川" not in words
    assert "150,000" not in words


def test_it_is_paid_first_and_applied_for_afterwards(yamanashi: Client) -> None:
    words = body(there(yamanashi))
    assert words.index("<h3>支払い</h3>") < words.index("<h3>申請</h3>")
    assert "契約の前に" not in words


def test_who_has_not_paid_yet_hears_when_to_apply(yamanashi: Client) -> None:
    assert "着手金を支払った後に申請します。" in body(there(yamanashi, paid="no"))


@pytest.mark.parametrize(
    ("name", "word", "said"),
    [
        ("registered", "no", "住民登録のある方が対象の補助です"),
        ("consulted", "no", "先に、決められた相談が必要です"),
        ("paid", "suspended", "いまは補助の対象になりません"),
    ],
)
def test_its_own_endings(yamanashi: Client, name: str, word: str, said: str) -> None:
    page = there(yamanashi, **{name: word})
    assert said in body(page)
    assert name in asked(answer(yamanashi, page, to=name))


@pytest.mark.parametrize(
    "told",
    [{"act": "deletion", "yen_deletion": "220000"}, {"act": "other"}, {"act": "income"}],
)
def test_a_cost_that_may_count_is_no_ending(yamanashi: Client, told: dict[str, str]) -> None:
    """The page says 開示請求等: whether more counts is open, and that is all that is said."""
    words = body(there(yamanashi, **told))
    assert "この費用が対象に入るかどうかは、まだ確認できていません" in words
    assert "お尋ねください" in words
    assert "次の費用への補助です" not in words


def test_what_to_have_used_is_said_in_the_words_of_its_rules(yamanashi: Client) -> None:
    page = yamanashi.get(HERE)
    assert "県または法テラスの無料法律相談を利用したこと" in body(page)


def test_who_has_not_had_the_consultation_may_see_the_amount_first(yamanashi: Client) -> None:
    page = answer(yamanashi, there(yamanashi, consulted="no"), consulted="later")
    for name in ("paid", "act", "yen_disclosure", "other_aid"):
        assert asked(page) == [name]
        page = answer(yamanashi, page, FULL[name])
    assert "条件になっている相談を利用したかどうか" in body(page) or "無料法律相談を利用" in body(
        page
    )
    assert "これから使う" in body(page)


def test_nothing_need_be_known(yamanashi: Client) -> None:
    every = dict.fromkeys((*FULL, "yen_either"), "unknown")
    words = body(there(yamanashi, **every))
    assert "対象になるかもしれません" in words
    assert "110,000" in words
