"""Another city's grant is another folder: its own stages; times are said once confirmed."""

from dataclasses import replace

import pytest
from django.test import Client

from madoguchi.ops import prepare
from madoguchi.rules.programme.subsidy import Life
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.portal.own_grant import cards
from tests.offices import browser_of
from tests.web.portal.granting import Comes, come
from tests.web.portal.own_page import ADDRESS, page, send
from tests.web.portal.saturdays import Clock
from tests.web.portal.test_own_grant import places
from tests.web.portal.test_own_grant_claim import BANK
from tests.work.subsidy.owning import Owner

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
HOST = "portal.yamanashi.test"
KNOWN = "交付要領第10条"


@pytest.fixture
def yamanashi(portal: Client) -> Client:
    """A citizen's browser at the portal of Yamanashi Prefecture."""
    return browser_of(HOST)


@pytest.fixture
def there(yamanashi: Client, clock: Clock) -> Owner:
    """A person there whose grant is decided."""
    office = prepare.office("yamanashi", HOST, "desk.yamanashi.test")
    return come(yamanashi, office, clock, "decided")


def test_what_a_city_leaves_out_is_not_on_the_way(yamanashi: Client, there: Owner) -> None:
    shown = page(yamanashi)
    assert places(shown) == ["past"] * 4 + ["now", "ahead"]
    for words in ("契約して、届ける", "報告する", "額を確定する"):
        assert words not in shown
    assert "振込先の口座を知らせて、請求してください" in shown
    answer = yamanashi.get(f"{ADDRESS}c/", follow=True)
    assert "その手続きは、いまの段階ではありません" in answer.content.decode()
    send(yamanashi, "q/", **BANK)
    send(yamanashi, "q/check/")
    assert there.own.state is State.CLAIMED
    assert there.own.last(Verb.CONTRACT) is None


def test_a_confirmed_time_is_said_with_its_day(
    comes: Comes, portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    comes("contracted")
    life = Life(report_within_days=30, report_within_days_source=KNOWN, stages_source=KNOWN)
    monkeypatch.setattr(cards, "life_of", lambda _: life)
    shown = page(portal)
    said = "報告の期限は、令和8年（2026年）12月30日（水）です"
    assert said in shown, "the contract is of 30 November"
    assert "いつまでかは、窓口にお確かめください" not in shown
    assert "決まりは、窓口にお確かめください" not in shown
    monkeypatch.setattr(
        cards, "life_of", lambda _: replace(life, report_within_days_source="要確認")
    )
    shown = page(portal)
    assert "12月30日" not in shown
    assert "いつまでかは、窓口にお確かめください" in shown


def test_where_the_form_counts_it_is_no_draft(
    portal: Client, office: OfficeCard, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    come(portal, office, clock)
    monkeypatch.setattr(cards, "counts_online", lambda _: True)
    shown = page(portal)
    assert "申請が届きました" in shown
    assert "下書き" not in shown
