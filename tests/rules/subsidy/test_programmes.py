"""Every programme with a subsidy: its examples hold, and no facts whatever break its rules."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.check import failure
from madoguchi.rules.decision import Held
from madoguchi.rules.examples import Example, Grant, examples
from madoguchi.rules.programme.load import programme, slugs
from madoguchi.rules.programme.subsidy import Subsidy
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import COLUMNS
from madoguchi.rules.subsidy.facts import Cost, Facts, Granted
from madoguchi.rules.subsidy.judge import Judgement, judge, quote, reason_words, working_words

GRANTING = tuple(city for city in slugs() if programme(city).subsidy)
WRITTEN = [(city, each) for city in slugs() for each in examples(city)]
GRANTS = [(city, each) for city, each in WRITTEN if isinstance(each, Grant)]
MOST_CAPS = 3  # an act of each kind, where a cap may hold for each

days = st.dates(date(2021, 1, 1), date(2028, 12, 31))
yen = st.one_of(st.integers(0, 1_000_000), st.sampled_from([0, 1, 299_999, 300_001, 9_999_999_999]))


def maybe[T](values: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """One of the values, or what is not known."""
    return st.one_of(st.none(), values)


def one_of(*values: str) -> st.SearchStrategy[str | None]:
    """One of these, or what is not known."""
    return maybe(st.sampled_from(values))


@st.composite
def costs(draw: st.DrawFn) -> Cost:
    """A line of an estimate; its tax is never more than there is money."""
    told = draw(maybe(yen))
    tax = None if told is None else draw(maybe(st.integers(0, told)))
    act, fee = draw(one_of("deletion", "disclosure", "other")), draw(one_of("retainer", "other"))
    return Cost(act, fee, told, tax)  # type: ignore[arg-type] # drawn from the choices


DRAWN = {
    "applied_on": maybe(days),
    "applied_by": one_of("counter", "post", "web"),
    "registered": maybe(st.booleans()),
    "used_desk": one_of("no", "phone", "face", "email", "web"),
    "contract": one_of("none", "signed"),
    "contract_on": maybe(days),
    "engaged": one_of("lawyer", "judicial_scrivener", "other"),
    "estimate": maybe(st.booleans()),
    "estimate_on": maybe(days),
    "screens_printed": maybe(st.booleans()),
    "in_words": maybe(st.booleans()),
    "costs": st.lists(costs(), max_size=4).map(tuple),
    "other_aid_yen": maybe(yen),
    "refunded_yen": maybe(yen),
    "recovered_yen": maybe(yen),
    "granted": maybe(st.lists(st.builds(Granted, days, yen, st.booleans()), max_size=3).map(tuple)),
    "tax_arrears": maybe(st.booleans()),
    "gang_ties": maybe(st.booleans()),
    "consulted": maybe(st.lists(st.sampled_from(["houterasu", "yamanashi_pref", "x"])).map(tuple)),
    "household": maybe(st.integers(1, 12)),
    "income_yen": maybe(yen),
    "paid_on": maybe(days),
    "legal_aid": one_of("none", "repaying", "suspended"),
    "moved_out_on": maybe(days),
}
facts = st.builds(Facts, **DRAWN)


def subsidy(city: str) -> Subsidy:
    """The subsidy of a programme that has one."""
    found = programme(city).subsidy
    assert found is not None
    return found


def judged(city: str, example: Grant, known: Facts) -> Judgement:
    """What the example's judge says of other facts."""
    terms = subsidy(city).terms_on(example.given.on)
    if example.given.by == "person":
        return quote(known, terms)
    return judge(replace(known, applied_on=known.applied_on or example.given.on), terms)


@pytest.mark.parametrize(("city", "example"), WRITTEN, ids=[f"{c}-{e.say}" for c, e in WRITTEN])
def test_every_example_of_every_programme_holds(city: str, example: Example) -> None:
    assert failure(programme(city), example) is None


def test_grants_are_among_them_in_every_programme_that_grants() -> None:
    for city in ("shibukawa", "yamanashi"):
        answers = {each.expect.answer for where, each in GRANTS if where == city}
        assert answers >= {"no", "ask"}, city


@pytest.mark.parametrize(("city", "example"), GRANTS, ids=[f"{c}-{e.say}" for c, e in GRANTS])
def test_forgetting_a_fact_never_refuses_and_never_narrows_the_amount(
    city: str, example: Grant
) -> None:
    """What an officer does not know may lead to a question; a no needs a fact."""
    known, nothing = example.given.facts, Facts()
    whole = judged(city, example, known)
    for field in fields(Facts):
        if getattr(known, field.name) == getattr(nothing, field.name):
            continue
        less = judged(city, example, replace(known, **{field.name: getattr(nothing, field.name)}))
        if whole.decision.answer != "no":
            assert less.decision.answer != "no", field.name
            assert (less.at_least_yen or 0) <= (whole.at_least_yen or 0), field.name
        unmet = {one.code for one in whole.decision.reasons if one.held is Held.UNMET}
        later = {one.code for one in less.decision.reasons if one.held is Held.UNMET}
        assert later <= unmet, field.name


@pytest.mark.parametrize("city", GRANTING)
@pytest.mark.parametrize("ask", [judge, quote])
@given(facts, days)
def test_no_facts_break_a_programme(city: str, ask: object, known: Facts, on: date) -> None:
    terms = subsidy(city).terms_on(on)
    found = judge(known, terms) if ask is judge else quote(known, terms)
    held = [one.held for one in found.decision.reasons]
    assert (found.decision.answer == "no") == (Held.UNMET in held)
    assert (found.decision.answer == "yes") == (set(held) == {Held.MET})
    least, most = found.at_least_yen, found.at_most_yen
    if found.amount_yen is not None:
        assert found.amount_yen == least == most
    if found.decision.answer == "yes":
        assert found.amount_yen
    if found.decision.answer == "no":
        assert (found.amount_yen, found.working) == (0, ())
    if terms.version:
        cap = terms.version.amount.cap.cap_yen
        assert 0 <= (least or 0) <= (MOST_CAPS * cap if most is None else most) <= MOST_CAPS * cap


@pytest.mark.parametrize("city", GRANTING)
@given(facts, days)
def test_whatever_is_found_has_words_in_every_column(city: str, known: Facts, on: date) -> None:
    words, terms = texts(city), subsidy(city).terms_on(on)
    for found in (judge(known, terms), quote(known, terms)):
        for column in COLUMNS:
            assert all(reason_words(one, words, column) for one in found.decision.reasons)
            assert all("{" not in line for line in working_words(found, words, column))


def test_a_new_fact_is_drawn_too() -> None:
    """The control: nothing that a programme may ask for is left out above."""
    assert set(DRAWN) == {field.name for field in fields(Facts)}, "add it to DRAWN"
