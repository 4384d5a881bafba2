"""Which questions a programme's rules lead to, what answers tell them, and that all have words."""

from dataclasses import replace
from datetime import date

import pytest

from madoguchi.rules.programme import subsidy as rules
from madoguchi.rules.programme.city import Question
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import Condition, SubsidyVersion, Timing
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import COLUMNS, UNCONFIRMED, Words
from madoguchi.rules.subsidy.facts import Cost
from madoguchi.web.portal.check.questions import (
    FIELDS,
    GONE_PAST,
    QUESTIONS,
    SCREENS,
    UNKNOWN,
    Answers,
    asked_for,
    due,
)
from madoguchi.web.portal.check.result import INCOME, WORDED, end_of, facts, result

TODAY = date(2024, 6, 3)
SAID, SOURCE = Words("条件"), "https://example.jp/"
AFTER = rules.AfterPayment(SOURCE, or_legal_aid=True, or_legal_aid_source=SOURCE)


def version(*conditions: Condition, timing: Timing | None = None) -> SubsidyVersion:
    """Shibukawa's rules with other conditions, or another time to apply."""
    city = programme("shibukawa")
    assert city.subsidy
    found = city.subsidy.version[0]
    return replace(found, condition=conditions, timing=timing or found.timing)


def income(source: str) -> rules.IncomeWithin:
    """A table of incomes of one row."""
    return rules.IncomeWithin(SAID, SOURCE, "month", (rules.IncomeRow(1, 200_000, source),))


def answers(found: SubsidyVersion, **typed: str) -> Answers:
    """What somebody answered."""
    return Answers(found, {name: [words] for name, words in typed.items()})


def test_nobody_is_asked_what_the_desk_alone_looks_at() -> None:
    kinds = (rules.NoTaxArrears, rules.NoGangTies, rules.NotRefunded, rules.NotRecovered)
    for kind in (*kinds, rules.PrintedScreens):
        assert asked_for(kind(SAID, SOURCE)) == ()
    assert asked_for(rules.NotGrantedBefore(SAID, SOURCE, "person")) == ()


def test_income_is_asked_only_where_an_answer_could_help() -> None:
    assert "household" not in due(version(income(UNCONFIRMED)), {})
    confirmed = version(income(SOURCE))
    assert due(confirmed, {})[-2:] == ("household", "income_month")
    told = facts(answers(confirmed, household="1人", income_month="15万円"), TODAY)
    assert (told.household, told.income_yen) == (1, 150_000)
    told = facts(answers(confirmed, household="1", income_month="0"), TODAY)
    assert told.income_yen == 0
    told = facts(answers(confirmed, household="1", income_month=UNKNOWN), TODAY)
    assert (told.household, told.income_yen) == (1, None)


def test_nobody_is_asked_by_a_rule_that_nobody_confirmed() -> None:
    city = programme("shibukawa").subsidy
    assert city
    found = city.version[0]
    rules_of = (*found.condition, found.timing, AFTER, income(SOURCE))
    for rule in rules_of:
        assert asked_for(replace(rule, source=UNCONFIRMED)) == ()
    assert sum(1 for rule in rules_of if asked_for(rule)) > 1


def test_a_time_to_apply_that_nobody_confirmed_is_to_be_asked_about() -> None:
    city = programme("shibukawa").subsidy
    assert city
    for timing in (AFTER, city.version[0].timing):
        found = version(timing=replace(timing, source=UNCONFIRMED))
        told = result(answers(found, act=UNKNOWN), replace(city.terms_on(TODAY), version=found))
        assert told.order == tuple(
            (f"check.order_open_{n}", f"check.order_open_{n}_text") for n in (1, 2)
        )
        assert told.notes == ("check.note_open", "check.note_no_application")
    words = texts("_national")
    for key in (*(key for step in told.order for key in step), *told.notes):
        assert [words.raw(key, column).column for column in COLUMNS] == list(COLUMNS)


@pytest.mark.parametrize("source", [SOURCE, UNCONFIRMED])
def test_what_the_city_has_yet_to_decide_is_asked_of_the_desk(source: str) -> None:
    city = programme("shibukawa").subsidy
    assert city
    found = replace(version(), question=(Question("police", "警察は？", source),))
    told = result(answers(found, act=UNKNOWN), replace(city.terms_on(TODAY), version=found))
    assert told.more == (source == UNCONFIRMED)
    assert "警察は？" not in str(told)


@pytest.mark.parametrize(
    ("paid", "says"),
    [
        ("yes", ("signed", TODAY, None)),
        ("no", ("none", None, None)),
        ("repaying", (None, None, "repaying")),
        ("suspended", (None, None, "suspended")),
        (UNKNOWN, (None, None, None)),
    ],
)
def test_a_payment_is_reported_without_its_day(paid: str, says: tuple[object, ...]) -> None:
    told = facts(answers(version(timing=AFTER), paid=paid), TODAY)
    assert (told.contract, told.paid_on, told.legal_aid) == says


@pytest.mark.parametrize(
    ("contract", "says"),
    [
        ("none", ("none", None)),
        ("today", ("signed", TODAY)),
        ("earlier", ("signed", None)),
        (UNKNOWN, (None, None)),
    ],
)
def test_a_contract_is_reported_without_its_day(contract: str, says: tuple[object, ...]) -> None:
    told = facts(answers(version(), contract=contract, another="no"), TODAY)
    assert (told.contract, told.contract_on, told.applied_on) == (*says, None)


@pytest.mark.parametrize(
    ("act", "lines"),
    [
        ("deletion", (Cost("deletion", "retainer", 1),)),
        ("both", (Cost("deletion", "retainer", 1), Cost("disclosure", "retainer", None))),
        ("other", (Cost("other", "retainer"),)),
        (UNKNOWN, (Cost(None, "retainer", 3),)),
        ("perhaps", ()),
    ],
)
def test_each_act_is_a_line_of_cost(act: str, lines: tuple[Cost, ...]) -> None:
    typed = {"yen_deletion": "1", "yen_disclosure": UNKNOWN, "yen_either": "3"}
    assert facts(answers(version(), act=act, **typed), TODAY).costs == lines


def test_a_cost_that_does_not_count_is_not_asked_for() -> None:
    found = version()
    one = replace(found, cost=tuple(cost for cost in found.cost if cost.act == "disclosure"))
    assert "yen_deletion" in due(found, {"act": ["both"]})
    assert "yen_deletion" not in due(one, {"act": ["both"]})


def test_a_suspended_repayment_ends_and_one_not_begun_goes_on() -> None:
    city = programme("shibukawa").subsidy
    assert city
    terms = replace(city.terms_on(TODAY), version=version(timing=AFTER))
    end = end_of(answers(version(timing=AFTER), paid="suspended"), terms)
    assert end
    assert (end.name, end.question) == ("after_payment", "paid")
    assert end_of(answers(version(timing=AFTER), paid="no"), terms) is None


def test_an_ending_without_words_of_its_own_has_words() -> None:
    city = programme("shibukawa").subsidy
    assert city
    above = version(income(SOURCE))
    end = end_of(
        answers(above, household="1", income_month="300000"),
        replace(city.terms_on(TODAY), version=above),
    )
    assert end
    assert (end.name, end.past) == ("other", "")
    assert texts("_national").get(end.heading).words


def test_a_version_says_the_way_of_its_own_time_to_apply() -> None:
    city = programme("shibukawa").subsidy
    assert city
    terms = replace(city.terms_on(TODAY), version=version(timing=AFTER))
    told = result(answers(version(timing=AFTER), paid="yes", act=UNKNOWN), terms)
    assert told.order[-1][0] == "check.order_after_4"
    assert told.notes == ("check.note_no_application",)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_question_answer_and_ending_has_words(column: str) -> None:
    words = texts("_national")
    keys = {f"check.{field.name}.{part}" for field in FIELDS for part in ("heading", "label")}
    keys |= {f"check.{field.name}.hint" for field in FIELDS if field.hint}
    keys |= {f"check.{one.name}.{to}" for one in FIELDS for to in getattr(one, "options", ())}
    keys |= {f"check.end_{end}.{part}" for end in (*WORDED, INCOME) for part in ("heading", "lead")}
    keys |= {f"check.screen.{screen}" for screen in SCREENS}
    for key in keys:
        assert words.raw(key, column).column == column, key  # type: ignore[arg-type]


def test_an_answer_that_only_an_ending_gives_is_one_of_its_question() -> None:
    options = {field.name: getattr(field, "options", ()) for field in FIELDS}
    assert all(answer in options[name] for name, answer in GONE_PAST.items())


def test_every_question_stands_on_one_screen_in_its_order() -> None:
    assert [name for names in SCREENS.values() for name in names] == list(QUESTIONS)
