"""Every condition, formula, cap, timing, reason and word of the grant is tripped by a case here."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import product
from typing import TypeAliasType, get_args

import pytest

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import (
    AfterPayment,
    BeforeContract,
    Condition,
    IncomeRow,
    IncomeWithin,
    InWords,
    Subsidy,
    SubsidyVersion,
    Timing,
    UsedAnyOf,
)
from madoguchi.rules.programme.subsidy_amount import (
    AidMode,
    Cap,
    EachAct,
    Formula,
    Less,
    Overall,
    Rounding,
    RoundingOrder,
    Share,
)
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import COLUMNS, UNCONFIRMED, Words
from madoguchi.rules.subsidy.facts import Cost, Facts, Granted
from madoguchi.rules.subsidy.judge import Judgement, grantable, judge, quote, words_of
from tests.rules.subsidy.applications import DAY, FULL
from tests.rules.subsidy.written import keys_of

WORDS = texts("shibukawa").words
NEXT_YEAR = date(2025, 6, 3)
EARLIER = Granted(date(2024, 5, 1), 50_000, same_matter=True)
UNMET: tuple[dict[str, object], ...] = (
    {"registered": False},
    {"moved_out_on": date(2024, 6, 20)},
    {"used_desk": "no"},
    {"consulted": ("x",)},
    {"household": 1, "income_yen": 2},
    {"engaged": "other"},
    {"estimate": False},
    {"screens_printed": False},
    {"granted": (EARLIER,)},
    {"tax_arrears": True},
    {"gang_ties": True},
    {"refunded_yen": 1},
    {"recovered_yen": 1},
    {"in_words": False},
    {"contract": "signed", "contract_on": date(2024, 6, 2)},
    {"paid_on": date(2024, 6, 4)},
    {"legal_aid": "suspended"},
    {"costs": (Cost("deletion", "other", 1),)},
    {"costs": (Cost("deletion", "retainer", 0),)},
)
OTHER: tuple[dict[str, object], ...] = (
    {"used_desk": "web"},
    {"household": 9},
    {"estimate_on": None},
    {"estimate_on": date(2024, 3, 1)},
    {"estimate_on": date(2024, 6, 4)},
    {"contract": "signed", "contract_on": DAY},
    {"contract": "signed", "contract_on": date(2024, 6, 4)},
    {"contract": "signed", "contract_on": date(2024, 6, 4), "applied_by": "web"},
    {"contract": "signed", "contract_on": date(2024, 6, 4), "applied_by": None},
    {"applied_by": "web"},
    {"legal_aid": "repaying"},
    {"costs": (Cost("deletion", "retainer", 299_999),)},
    {"costs": (Cost("deletion", "retainer", 299_999),), "other_aid_yen": 50_000},
    {"costs": (Cost("deletion", "retainer", 999_999), Cost("disclosure", "retainer", 999_999))},
    {"costs": (Cost("deletion", "retainer", 100_000), Cost("other", "retainer", 20_000))},
    {"costs": (Cost("deletion", "retainer"),)},
    {"costs": ()},
    {"other_aid_yen": None},
)
CAPS: tuple[Cap, ...] = (
    Overall(150_500, "x", "x"),
    EachAct(150_500, "x", "x"),
)
FORMULAS: tuple[Formula, ...] = (Share(Fraction(1, 2), "x"),)
OURS = keys_of("subsidy_grounds") | keys_of("subsidy_working")
"""What a judgement says; why a grant cannot go on stands in files of its own."""
TO_ADD = "add the condition to `more` in `version`, what it refuses to UNMET, the rest to OTHER"
ALL = replace(
    FULL,
    consulted=("a",),
    household=1,
    income_yen=1,
    paid_on=date(2024, 6, 1),
    legal_aid="none",
    in_words=True,
)
CASES = (
    ALL,
    Facts(),
    *(replace(ALL, **change) for change in (*UNMET, *OTHER)),  # type: ignore[arg-type]
)


def kinds(alias: TypeAliasType) -> tuple[type, ...]:
    """The members of a union, also of a union of one."""
    return get_args(alias.__value__) or (alias.__value__,)


def confirmed(rule: Condition) -> Condition:
    """The condition with nothing open in it."""
    told = {
        "source": "x",
        "who_source": "x",
        "desk_used_means_source": "x",
        "as_of": "decision",
        "as_of_source": "x",
    }
    changed = {name: told[name] for name in told if hasattr(rule, name)}
    return replace(rule, **changed)  # type: ignore[arg-type]


def shibukawa_versions() -> tuple[SubsidyVersion, ...]:
    """Shibukawa's rules as they stand in its folder."""
    subsidy = programme("shibukawa").subsidy
    assert subsidy is not None
    return subsidy.version


def version(timing: Timing, *, sure: bool) -> SubsidyVersion:
    """Shibukawa's rules with every condition there is; confirmed or not."""
    (shibukawa,) = shibukawa_versions()
    more = (
        UsedAnyOf(Words("x"), "x", ("a",)),
        IncomeWithin(Words("x"), "x", "year", (IncomeRow(1, 1, "x"),)),
        InWords(Words("x"), "x"),
    )
    conditions = tuple(confirmed(one) if sure else one for one in (*shibukawa.condition, *more))
    other = replace(shibukawa.cost[0], act="other")
    return replace(shibukawa, condition=conditions, cost=(*shibukawa.cost, other), timing=timing)


def timings(*, sure: bool) -> tuple[Timing, ...]:
    source = "x" if sure else UNCONFIRMED
    before = BeforeContract(
        "x",
        same_day=True,
        same_day_source=source,
        contract_after="application",
        contract_after_source="x",
        online_counts_as_application=False,
        online_counts_as_application_source=source,
    )
    waiting = replace(before, contract_after_source=source)
    return before, waiting, AfterPayment("x", or_legal_aid=True, or_legal_aid_source=source)


def amounts() -> Iterator[SubsidyVersion]:
    """Every decided amount: each formula, cap, aid and rounding before and after the cap."""
    base = version(timings(sure=True)[0], sure=True)
    aids: tuple[AidMode, ...] = ("from_cost", "from_grant", "not_at_all")
    orders: tuple[RoundingOrder, ...] = ("before_cap", "after_cap")
    for formula, cap, aid, order in product(FORMULAS, CAPS, aids, orders):
        rounding = Rounding(1000, "down", order, "x")
        yield replace(
            base,
            amount=replace(
                base.amount,
                formula=formula,
                cap=cap,
                less=Less(aid, "x"),
                rounding=rounding,
                consumption_tax="does_not_count",
                consumption_tax_source="x",
            ),
        )


def nobody_asked() -> Iterator[SubsidyVersion]:
    """Rules that hold open all that they say: conditions, times to apply, costs, the whole."""
    base = version(timings(sure=True)[0], sure=True)
    conditions = tuple(replace(one, source=UNCONFIRMED) for one in base.condition)
    for timing in timings(sure=True):
        yield replace(base, condition=conditions, timing=replace(timing, source=UNCONFIRMED))
    (shibukawa,) = shibukawa_versions()
    yield replace(base, cost=tuple(replace(one, source=UNCONFIRMED) for one in shibukawa.cost))
    yield replace(base, source=UNCONFIRMED)


def half_known() -> Iterator[SubsidyVersion]:
    """Rules of which nobody has confirmed the share, the cap, or that a cost counts."""
    base = version(timings(sure=True)[0], sure=True)
    amount, first, *others = base.amount, *base.cost
    share, cap = replace(amount.formula, source=UNCONFIRMED), Overall(1000, UNCONFIRMED, "x")
    yield replace(base, amount=replace(amount, formula=share))
    yield replace(base, amount=replace(amount, cap=cap))
    yield replace(base, cost=(replace(first, source=UNCONFIRMED), *others))


@cache
def judgements() -> tuple[Judgement, ...]:
    """Every case under every kind of rules, judged and quoted, in their year and after it."""
    every = (
        *(version(timing, sure=sure) for sure in (True, False) for timing in timings(sure=sure)),
        *amounts(),
        *half_known(),
        *nobody_asked(),
    )
    found: list[Judgement] = []
    for rules in every:
        subsidy = Subsidy(Words("x"), (rules,))
        closed = replace(subsidy, ended_on=date(2024, 4, 2))
        terms = [subsidy.terms_on(day) for day in (DAY, NEXT_YEAR, date(2023, 1, 1))]
        for facts, term in product(CASES, (*terms, closed.terms_on(DAY))):
            found += [judge(facts, term), quote(facts, term)]
            found.append(quote(replace(facts, applied_on=None), term))
    two = Cost("deletion", "retainer", 1_000_000), Cost("disclosure", "retainer", 300_000)
    for rules in amounts():
        terms_on = Subsidy(Words("x"), (rules,)).terms_on(DAY)
        found.append(grantable(Facts(costs=two), terms_on, {}, 500_000))
    return tuple(found)


def compared(told: set[str], group: str) -> tuple[list[str], list[str]]:
    """Keys without words, and words that no case says."""
    written = {key for key in OURS if key.startswith(group)}
    return sorted(told - written), sorted(written - told)


def test_every_reason_is_tripped_and_has_words() -> None:
    told = {words_of(one) for found in judgements() for one in found.decision.reasons}
    wordless, unsaid = compared(told, "ground.subsidy.")
    assert not wordless, "write their words into texts/subsidy_grounds.toml"
    assert not unsaid, f"no case says them: {TO_ADD}"


def test_every_line_is_tripped_and_has_words() -> None:
    told = {line.key for found in judgements() for line in found.working}
    wordless, unsaid = compared(told, "working.")
    assert not wordless, "write their words into texts/subsidy_working.toml"
    assert not unsaid, "no case says them: add the rule to CAPS or FORMULAS, or facts to OTHER"


@pytest.mark.parametrize("kind", [*kinds(Condition), *kinds(Timing)])
def test_every_condition_is_met_unmet_and_unknown_somewhere(kind: type) -> None:
    code = "subsidy." + "".join(f"_{c.lower()}" if c.isupper() else c for c in kind.__name__)[1:]
    held = {
        one.held.value
        for found in judgements()
        for one in found.decision.reasons
        if one.code == code
    }
    assert held == {"met", "unmet", "unknown"}, TO_ADD


def test_every_formula_and_cap_is_reckoned_with() -> None:
    assert {type(rule) for rule in FORMULAS} == set(kinds(Formula)), "add one to FORMULAS"
    assert {type(rule) for rule in CAPS} == set(kinds(Cap)), "add one to CAPS"


def test_words_take_the_values_of_their_line_in_every_column() -> None:
    lines = {
        (line.key, tuple(line.values.items())) for found in judgements() for line in found.working
    }
    for key, values in lines:
        for column in COLUMNS:
            told = texts("shibukawa").get(key, column, **dict(values))
            assert told.column == column


def test_a_reason_has_all_columns() -> None:
    for key in OURS:
        assert WORDS[key].easy
        assert WORDS[key].en


def test_a_decision_holds_together() -> None:
    """No is nothing; a known amount is its own bounds; yes is only said with a known amount."""
    for found in judgements():
        if found.decision.answer == "no":
            assert (found.amount_yen, found.working) == (0, ())
        if found.decision.answer == "yes":
            assert found.amount_yen
        if found.amount_yen is not None:
            assert found.at_least_yen == found.amount_yen == found.at_most_yen
        if found.at_least_yen is not None and found.at_most_yen is not None:
            assert 0 <= found.at_least_yen <= found.at_most_yen


def test_a_share_or_a_cap_that_nobody_confirmed_is_never_said() -> None:
    for rules in half_known():
        if rules.amount.rate_is_open:
            found = judge(ALL, Subsidy(Words("x"), (rules,)).terms_on(DAY))
            assert found.decision.answer == "ask"
            assert (found.amount_yen, found.at_least_yen, found.at_most_yen) == (None, None, None)
            assert [line.code for line in found.working] == ["rate_open"]


def test_a_cost_that_nobody_confirmed_counts_at_most() -> None:
    (*_, rules) = half_known()
    terms = Subsidy(Words("x"), (rules,)).terms_on(DAY)
    deletion = Cost("deletion", "retainer", 200_000, 0)
    found = judge(replace(ALL, costs=(deletion,)), terms)
    assert (found.decision.answer, found.at_least_yen, found.at_most_yen) == ("ask", 0, 100_000)
    assert "ground.subsidy.eligible_cost.unconfirmed" in map(words_of, found.decision.reasons)
    assert [line.code for line in found.working] == ["share", "cap_within", "cost_open", "at_most"]
    sure = Cost("disclosure", "retainer", 400_000, 0)
    found = judge(replace(ALL, costs=(sure, deletion)), terms)
    assert found.at_least_yen == 150_000
    (cost,) = (one for one in found.decision.reasons if one.code == "subsidy.eligible_cost")
    assert words_of(cost) == "ground.subsidy.eligible_cost.met"
    assert cost.source != UNCONFIRMED


def test_what_is_open_never_refuses() -> None:
    for found in judgements():
        for one in found.decision.reasons:
            assert one.source != UNCONFIRMED or one.held.value != "unmet"


def test_nobody_is_refused_where_nothing_is_confirmed() -> None:
    """Whatever is known of somebody; nor is anybody told yes while the time or the costs are."""
    everything, paid, waiting, costs, whole = nobody_asked()
    open_costs = replace(everything, cost=costs.cost)
    rules = (open_costs, replace(paid, cost=costs.cost), replace(waiting, cost=costs.cost))
    for facts, one in product(CASES, rules):
        found = judge(facts, Subsidy(Words("x"), (one,)).terms_on(DAY))
        unmet = {each.code for each in found.decision.reasons if each.held.value == "unmet"}
        assert unmet <= {"subsidy.amount"}, unmet
    for one in (everything, paid, waiting, costs, whole):
        assert judge(ALL, Subsidy(Words("x"), (one,)).terms_on(DAY)).decision.answer == "ask"


def test_what_no_list_names_is_refused_only_by_a_list_that_is_closed() -> None:
    """One open line leaves the list open; then nothing can be said of the amount either."""
    (shibukawa,) = shibukawa_versions()
    first, second = shibukawa.cost
    other = replace(FULL, costs=(Cost("other", "retainer", 330_000, 30_000),))
    half = replace(shibukawa, cost=(first, replace(second, source=UNCONFIRMED)))
    for rules, answer in ((shibukawa, "no"), (half, "ask")):
        found = judge(other, Subsidy(Words("x"), (rules,)).terms_on(DAY))
        assert found.decision.answer == answer
        assert "subsidy.amount" not in {one.code for one in found.decision.reasons}
    assert (found.amount_yen, found.at_least_yen, found.at_most_yen) == (None, None, None)
    assert [line.code for line in found.working] == ["cost_open"]
    costless = judge(replace(FULL, costs=()), Subsidy(Words("x"), (half,)).terms_on(DAY))
    assert [line.code for line in costless.working] == ["cost_unknown"]


def test_a_reason_names_its_source() -> None:
    """The amount stands open only where a place of it is; a missing fact is no open rule."""
    base = next(amounts())
    parts = replace(
        base.amount,
        formula=Share(Fraction(1, 2), "formula"),
        less=Less("from_cost", "less"),
        rounding=Rounding(1000, "down", "after_cap", "rounding"),
        consumption_tax_source="tax",
    )
    open_rest = replace(parts, rounding=replace(parts.rounding, source=UNCONFIRMED))
    open_rate = replace(parts, formula=Share(Fraction(1, 2), UNCONFIRMED))
    open_cap = replace(parts, cap=Overall(150_000, UNCONFIRMED, "x"))
    no_aid = replace(parts, less=Less("not_at_all", "less"))
    lone = (Cost("deletion", "retainer", 299_999),)
    for rule, change, told in (
        (parts, {}, ("met", "", "formula")),
        (parts, {"costs": (Cost("deletion", "retainer", 0),)}, ("unmet", "", "formula")),
        (parts, {"costs": (Cost("deletion", "retainer"),)}, ("unknown", "cost", "formula")),
        (parts, {"costs": lone}, ("unknown", "", "tax")),
        (parts, {"other_aid_yen": None}, ("unknown", "other_aid", "less")),
        (open_rest, {"costs": lone}, ("unknown", "", UNCONFIRMED)),
        (no_aid, {"costs": lone, "other_aid_yen": None}, ("unknown", "", "tax")),
        (open_rate, {}, ("unknown", "", UNCONFIRMED)),
        (open_cap, {}, ("unknown", "", UNCONFIRMED)),
    ):
        terms = Subsidy(Words("x"), (replace(base, amount=rule),)).terms_on(DAY)
        reasons = judge(replace(ALL, **change), terms).decision.reasons
        (amount,) = (one for one in reasons if one.code == "subsidy.amount")
        assert (amount.held.value, amount.values.get("why", ""), amount.source) == told
        (cost,) = (one for one in reasons if one.code == "subsidy.eligible_cost")
        assert cost.source == base.cost[0].source
    for found in judgements():
        for one in found.decision.reasons:
            assert one.source or one.code == "subsidy.terms"
