"""A grant whose steps were changed in the database: a calm page that says what to do."""

import logging
from html import unescape
from typing import Any

import pytest
from django.test import Client

from madoguchi.config.logs import CodesOnly
from madoguchi.work.subsidy.models import Grant, Step
from tests.web.portal.granting import Comes
from tests.web.portal.own_page import ADDRESS, page, send

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
PHONE = "0279-25-8526"
WORDS = {"": "この記録を表示できません", "/easy": "見せられません", "/en": "cannot be shown"}
TYPED: dict[str, Any] = {
    "signed_on": ["令和8", "11", "30"],
    "contract_lawyer": "書いたばかりの名前",
    "contract_yen": "30万円",
    "contract_words": "書いたばかりのことば",
}


@pytest.fixture(autouse=True)
def changed(comes: Comes, portal: Client) -> str:
    """A decided grant, somebody at the database, and the page that the person had open before."""
    portal.raise_request_exception = False
    comes("decided")
    before = page(portal, "c/")
    Step.objects.filter(verb="decide").update(on="2026-04-01")
    return before


@pytest.mark.parametrize("column", WORDS)
def test_the_page_says_so_and_whom_to_ring(portal: Client, column: str) -> None:
    answer = portal.get(f"{column}{ADDRESS}")
    shown = unescape(answer.content.decode())
    assert answer.status_code == 410
    assert WORDS[column] in shown
    assert PHONE in shown
    assert "150,000" not in shown
    assert answer["Cache-Control"] == "no-store"


def test_what_was_typed_is_shown_and_nothing_is_written(portal: Client, changed: str) -> None:
    count = Step.objects.count()
    answer = send(portal, "c/", changed, **TYPED)
    shown = unescape(answer.content.decode())
    assert answer.status_code == 410
    assert WORDS[""] in shown
    assert TYPED["contract_lawyer"] in shown
    assert TYPED["contract_words"] in shown
    assert Step.objects.count() == count
    assert Grant.objects.get().state == "decided"


def test_the_log_names_the_kind_of_error_alone(
    portal: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(CodesOnly())
    with caplog.at_level(logging.WARNING):
        portal.get(ADDRESS)
    said = [record.getMessage() for record in caplog.records]
    assert any(words.startswith("Tampered at ") for words in said)
    assert not any("/s/h/" in words or "2026" in words for words in said)
