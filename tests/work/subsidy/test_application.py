"""An application as it was told: kept whole, read again, made into facts for the rules."""

from dataclasses import fields as parts_of
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import OwnForm, SubsidyVersion, Terms
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.rules.subsidy.fields import fields
from madoguchi.rules.subsidy.judge import judge, quote
from madoguchi.work.subsidy.application import Applied, CostLine, Delivery, facts
from madoguchi.work.subsidy.history import StepCard, current, is_protected
from tests.conftest import TOKYO

DAY = date(2024, 6, 3)
FILE, OTHER = UUID(int=1), UUID(int=2)
WHOLE = Applied(
    name="見本　花子",
    kana="ミホン　ハナコ",
    postal_code="377-8501",
    address="渋川市石原80番地",
    phone="0279-22-2111",
    adult="yes",
    acts=("deletion",),
    costs=(CostLine("deletion", "retainer", 330_000, 30_000),),
    engaged="lawyer",
    lawyer="例示　太郎",
    law_office="例示法律事務所",
    contract="none",
    contract_on="2024-07-01",
    estimate_on="2024-05-20",
    estimate_files=(FILE,),
    screen_files=(FILE, OTHER),
    other_aid="no",
    register_consent="consent",
    delivery=Delivery("post", sender="none"),
    promises=("true", "no_gang_ties", "not_refunded", "not_recovered"),
)


def asking_birth(version: SubsidyVersion, source: str = "様式第1号") -> SubsidyVersion:
    """The same rules in a city whose form has a place for the day of birth."""
    return replace(version, form=OwnForm(asks_birth=True, asks_birth_source=source))


def terms() -> Terms:
    subsidy = programme("shibukawa").subsidy
    assert subsidy is not None
    return subsidy.terms_on(DAY)


def step(number: int, verb: Verb, told: dict[str, Any]) -> StepCard:
    at = datetime(2024, 6, 3, 10, tzinfo=TOKYO)
    return StepCard(UUID(int=number), number, verb, State.RECEIVED, DAY, at, None, told, {})


def test_every_part_of_an_application_is_asked_in_some_city() -> None:
    subsidies = [programme(city).subsidy for city in ("shibukawa", "yamanashi")]
    versions = [subsidy.version[-1] for subsidy in subsidies if subsidy]
    versions.append(asking_birth(versions[0]))
    asked = {name for version in versions for field in fields(version) for name in field.asks}
    assert asked == {part.name for part in parts_of(Applied)}


def test_it_comes_back_as_it_was() -> None:
    assert Applied.from_json(WHOLE.to_json()) == WHOLE


def test_nothing_answered_is_an_application_too() -> None:
    assert Applied.from_json({}) == Applied()


def test_it_names_each_file_once() -> None:
    assert WHOLE.files == (FILE, OTHER)


def test_it_shows_nobody_in_a_trace() -> None:
    assert "花子" not in repr(WHOLE)
    assert "石原" not in repr(WHOLE)


def test_the_newest_telling_counts() -> None:
    completed = replace(WHOLE, phone="0279-00-0000").to_json()
    steps = (
        step(1, Verb.APPLY, {"application": WHOLE.to_json()}),
        step(2, Verb.RECEIVE, {"received_number": "1"}),
        step(3, Verb.COMPLETE, {"application": completed}),
        step(4, Verb.DRAFT, {"outcome": "grant"}),
    )
    assert current(steps) == replace(WHOLE, phone="0279-00-0000")


def test_what_was_amended_counts_until_it_is_answered_again() -> None:
    steps = (
        step(1, Verb.TYPE_IN, {"application": WHOLE.to_json()}),
        step(2, Verb.AMEND, {"step": 1, "fields": {"kana": "ミホン　ハナ"}, "why": "誤記"}),
        step(3, Verb.AMEND, {"step": 2, "fields": {"kana": "他"}, "why": "別の記録"}),
    )
    assert current(steps).kana == "ミホン　ハナ"
    again = (*steps, step(4, Verb.COMPLETE, {"application": WHOLE.to_json()}))
    assert current(again) == WHOLE


def test_a_whole_application_is_granted_once_the_officer_has_looked() -> None:
    known = facts(
        WHOLE,
        received_on=DAY,
        channel="web",
        used_desk="phone",
        checks={"resident": "met", "no_tax_arrears": "met"},
        granted=(),
    )
    found = judge(known, terms())
    assert (found.decision.answer, found.amount_yen) == ("yes", 150_000)


@pytest.mark.parametrize(
    ("code", "verdict"),
    [("resident", "unmet"), ("subsidy.resident", "unmet"), ("estimate", "unmet")],
)
def test_the_officers_verdict_goes_before_the_answers(code: str, verdict: str) -> None:
    known = facts(WHOLE, received_on=DAY, channel="web", used_desk="phone", checks={code: verdict})
    assert judge(known, terms()).decision.answer == "no"


def test_what_will_be_brought_is_nothing_yet_and_refuses_nobody() -> None:
    bringing = replace(WHOLE, screen_files=(), screens_brought=True)
    known = facts(bringing, received_on=DAY, channel="web", used_desk="phone")
    assert known.screens_printed is None
    missing = facts(
        replace(bringing, screens_brought=False), received_on=DAY, channel="web", used_desk="phone"
    )
    assert missing.screens_printed is False


def test_on_the_web_it_is_no_application_until_the_desk_has_it() -> None:
    sent = facts(WHOLE, received_on=None, channel="web", used_desk=None)
    received = facts(WHOLE, received_on=DAY, channel="web", used_desk=None)
    assert (sent.applied_by, received.applied_by) == ("web", "counter")
    assert quote(sent, terms()).decision.answer == "ask"


def test_nobody_is_taken_to_have_promised_what_they_did_not() -> None:
    known = facts(replace(WHOLE, promises=()), received_on=DAY, channel="web", used_desk=None)
    assert (known.gang_ties, known.refunded_yen, known.tax_arrears) == (None, None, None)


def test_what_lies_with_the_receipt_puts_nothing_right_at_the_desk() -> None:
    """Who holds the portal's role and a receipt can seal what the person reads of a step."""
    told = {"step": 1, "fields": {"name": "正しい　花子", "protected": "on"}, "why": "誤記"}
    forged = {"step": 1, "fields": {"name": "別の　人", "protected": "off"}}
    begun = step(1, Verb.APPLY, {"application": WHOLE.to_json()})
    right = replace(step(2, Verb.AMEND, told), public_details=forged)
    assert current((begun, right)).name == "正しい　花子"
    assert is_protected((begun, right))
    without = replace(right, details={})  # as it is read without the staff drawer
    assert current((begun, without)).name == "別の　人"
