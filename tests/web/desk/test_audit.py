"""The audit's page: every act in words, and of a grant its number and nothing more."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

import madoguchi
from madoguchi.rules import rights
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from tests.web.desk.colleagues import colleague
from tests.work.subsidy.granting import CANARY, opened_year, sent
from tests.work.subsidy.states import TRIES

WRITTEN = re.compile(r'(?:@action\(|chain\.append\(\s*\w+,|_line\([^"]*?,)\s*"([a-z_]+\.[a-z_]+)"')
CODE = re.compile(r"[a-z_]{1,20}")


def test_every_verb_that_a_line_can_hold_has_words() -> None:
    sources = (path.read_text() for path in Path(madoguchi.__path__[0]).rglob("*.py"))
    written = {verb for source in sources for verb in WRITTEN.findall(source)}
    assert {"grant.read", "paper.issue", "staff.signed_in", "case.adopt"} <= written
    words = texts("shibukawa").words
    assert [
        one for one in sorted({*rights.table(), *written}) if f"desk.verb.{one}" not in words
    ] == []


def test_a_line_says_which_grant_it_was_and_nothing_of_a_person(
    office: OfficeCard, now: datetime
) -> None:
    opened_year(office)
    desk = sent(office, now).until("paid")
    for verb in (Verb.REVOKE, Verb.REPAY):
        TRIES[verb](desk, desk.officer, now)
    _ = desk.opened
    lines = Line.objects.filter(verb__startswith="grant.").exclude(told={})
    assert {"grant.read", "grant.pay", "grant.revoke", "grant.repay"} <= {one.verb for one in lines}
    for line in lines:
        assert all(isinstance(said, int) or CODE.fullmatch(said) for said in line.told.values())
        assert (line.told["grant_year"], line.told["grant_number"]) == (2026, 1)
    page = colleague(office, "auditor", now)[1].get("/audit/").content.decode()
    for words in ("補助金の申請を開いた", "補助金の返還を記録した", "令和8年度 第1号"):
        assert words in page
    assert "grant." not in page
    assert CANARY not in page


@pytest.mark.parametrize("number", [("x", "1"), (2026, None), (None, 1), ([2026], 1), (10**9, 1)])
def test_what_is_no_number_of_a_grant_is_shown_as_damaged(
    office: OfficeCard, now: datetime, number: tuple[object, object]
) -> None:
    told: Any = {"grant_year": number[0], "grant_number": number[1]}
    with transaction.atomic():
        person = Actor(office.id, "consultee")
        chain.append(person, "grant.apply", None, outcome="done", now=now, told=told)
    page = colleague(office, "auditor", now)[1].get("/audit/")
    assert (page.status_code, "壊れた値" in page.content.decode()) == (200, True)
