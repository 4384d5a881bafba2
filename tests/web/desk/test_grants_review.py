"""What an officer presses once while reviewing a grant, and what the history says of the person."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from madoguchi.rules.decision import Decision, Held, Reason
from madoguchi.rules.programme.city import Question
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.rules.subsidy.facts import Facts
from madoguchi.rules.subsidy.fields import fields
from madoguchi.rules.subsidy.judge import TERMS, Judgement, judge
from madoguchi.web.desk.grants import checks
from madoguchi.web.desk.grants.contents import listed, rows
from madoguchi.web.desk.grants.page import _reckoned
from madoguchi.web.desk.grants.rows import VERBS
from madoguchi.web.desk.grants_ledger.reading import Reader
from madoguchi.work.subsidy.history import StepCard
from madoguchi.work.subsidy.models import Check
from madoguchi.work.subsidy.reviewing.findings import Finding, Findings
from tests.house.source import ROOT
from tests.web.desk.granted import Sit
from tests.work.subsidy.granting import APPLIED

NOW = datetime(2026, 11, 30, 1, tzinfo=UTC)


@pytest.mark.parametrize(("chosen", "as_found"), [("resident", 0), ("engaged_lawyer", 1)])
def test_one_press_writes_what_was_chosen_and_what_the_machine_found(
    sit: Sit, chosen: str, as_found: int
) -> None:
    here = sit()
    here.done("receive")
    found = here.page().count('class="condition met"')
    why = {f"note-subsidy.{chosen}": "電話で聞いた"}
    answer = here.check("unmet", only=chosen, do="as_found", **why)
    assert answer.status_code == 303
    assert Check.objects.count() == found + 1 - as_found, "an own verdict goes before the machine's"
    page = here.page()
    assert "電話で聞いた" in page
    assert page.count("× 合わない</strong>") == 1
    assert 'value="as_found"' not in page, "nothing that the machine found is left"


def test_the_conditions_fold_once_nothing_can_be_judged(sit: Sit) -> None:
    here = sit()
    here.done("receive")
    assert _open_rows(here.page()) == ["application", "review"]
    assert here.check().status_code == 303
    assert _open_rows(here.page()) == ["decision"], "its turn has come"
    assert "decision" not in _open_rows(here.page("?do=return")), "asked for, a correction is"
    here.done("draft", outcome="grant")
    assert _open_rows(here.page()) == ["decision"]


def test_every_act_stands_in_one_row() -> None:
    placed = [verb for verbs in VERBS.values() for verb in verbs]
    assert sorted(placed) == sorted(set(Verb) - {Verb.SEND_BACK, Verb.AMEND, Verb.UNDO})


def _open_rows(page: str) -> list[str]:
    return re.findall(r'id="(\w+)"[^>]*><details open><summary><h2>', page)


def test_enter_in_a_note_confirms_nothing_that_was_not_chosen(sit: Sit) -> None:
    """The first button of a form is the one that a browser presses for the Enter key."""
    here = sit()
    here.done("receive")
    form = here.page().split('class="conditions"')[1].split("</form>")[0]
    first = form.split("<button")[1].split(">")[0]
    assert "as_found" not in first


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (150_000, 150_000, "150,000円"),
        (136_000, 150_000, "136,000円から150,000円まで"),
        (0, None, "まだ計算できません"),
        (None, None, "まだ計算できません"),
    ],
)
def test_a_sum_that_is_not_sure_has_two_ends_where_they_differ(
    least: int | None, most: int | None, said: str
) -> None:
    judged = Judgement(Decision.of(Reason("subsidy.amount", Held.UNKNOWN)), None, least, most, ())
    page = SimpleNamespace(words=texts("shibukawa"))
    assert _reckoned(page, judged) == said  # type: ignore[arg-type] # it reads the words alone


@pytest.mark.parametrize(
    ("verb", "told", "said"),
    [
        (
            Verb.COMPLETE,
            {
                "answers": [
                    {"field": 11, "how": "file", "words": "遅くなりました"},
                    {"field": 2, "how": "change", "words": "遅くなりました"},
                ]
            },
            ["⑪ ファイルが届きました。", "② 書き直しました。", "遅くなりました"],
        ),
        (
            Verb.CONTRACT,
            {"before": "application", "words": "急ぎでした"},
            ["申請より前の契約です。日付だけでは決めず、事情を確かめます。", "急ぎでした"],
        ),
        (Verb.CONTRACT, {"before": "", "words": ""}, []),
        (Verb.REPORT, {"bring": True, "files": ["x"]}, ["窓口に持ってくるとのことです。"]),
        (Verb.REPORT, {"bring": False}, []),
        (Verb.REVOKE, {"repay_yen": 0}, ["0円"]),
    ],
)
def test_the_history_says_what_a_person_answered_in_words(
    verb: Verb, told: dict[str, Any], said: list[str]
) -> None:
    card = StepCard(
        id=uuid4(),
        number=4,
        verb=verb,
        state=State.RECEIVED,
        on=NOW.date(),
        staff_id=None,
        at=NOW,
        details=told,
        public_details={},
    )
    view = SimpleNamespace(
        words=texts("shibukawa"),
        applied=APPLIED,
        steps=(card,),
        past=(card,),
        verbs=(),
        card=card,
    )
    (step,) = listed(view, view.steps, {})  # type: ignore[arg-type] # it reads nothing else
    assert [part.words for line in step.lines for part in line.texts] == said
    assert not [line.label for line in step.lines if line.label.endswith(".other")]


def test_the_officer_reads_what_the_city_has_yet_to_decide() -> None:
    subsidy = programme("shibukawa").subsidy
    version = subsidy.version_on(date(2024, 6, 3)) if subsidy else None
    assert version
    asking = replace(version, question=(Question("police", "警察は条件ですか。", "要確認"),))
    judged = judge(Facts(), Terms(asking, date(2024, 6, 3), "known"))
    terms = next(each for each in judged.decision.reasons if each.code == TERMS)
    found = Findings((Finding(terms, None, terms.held),), judged)
    (row,) = checks.rows(found, asking, texts("shibukawa"), {}, {})
    assert row.words.endswith("警察は条件ですか。")
    assert row.unconfirmed


def test_who_applied_after_paying_is_read_without_codes_and_without_a_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(ROOT / "tests" / "programmes"))
    subsidy = programme("yamanashi").subsidy
    version = subsidy.version_on(date(2023, 2, 1)) if subsidy else None
    assert version
    told = replace(
        APPLIED,
        consulted=("yamanashi_pref",),
        contract="",
        contract_on="2023-01-10",
        paid_on="2023-01-12",
    )
    words = texts("shibukawa")
    found = rows(fields(version), told, "12345", words)
    said = [line.words for row in found for line in row.lines]
    assert "契約した日 2023年1月10日（火）" in said
    assert "利用した（どの相談かは聞いていません）" in said
    assert not [one for one in said if "yamanashi_pref" in one]
    audited = Reader(words, {}, Terms(version, date(2023, 2, 1), "known"))
    assert [line.words for line in audited._application(told) if line.mark == "⑮"] == ["はい"]
