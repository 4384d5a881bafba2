"""The form as it was filled in: the same numbers, all that was told, nothing protected."""

from dataclasses import replace
from datetime import date

import pytest

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.subsidy.fields import fields
from madoguchi.tools.papers.engine import render
from madoguchi.work.subsidy import public
from madoguchi.work.subsidy.application import Applied, CostLine, Delivery
from madoguchi.work.subsidy.applying.papers import filled_in
from madoguchi.work.subsidy.papers import Application, CostRow
from tests.tools.papers.looking import joined
from tests.work.subsidy.test_application import WHOLE, asking_birth

TODAY = date(2026, 11, 30)
HOSTILE = '#panic() $x$ *b* _i_ `r` @y <z> // \\ "q" \u202eabc'
PAID = replace(
    WHOLE,
    contract="",
    paid_on="2026-11-02",
    consulted=("houterasu",),
    household=3,
    income_yen=240_000,
    legal_aid="repaying",
)
TOLD = {"shibukawa": WHOLE, "yamanashi": PAID}


def form(slug: str, told: Applied | None = None, **given: int | str) -> Application:
    of = public.published(programme(slug), texts(slug), TODAY)
    assert of is not None
    empty = public.application(of, confirmed=True)
    return filled_in(empty, of.version, of.say, told, **given)  # type: ignore[arg-type] # its own


@pytest.mark.parametrize("slug", ["shibukawa", "yamanashi"])
@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
def test_every_field_of_the_rules_stands_on_the_paper_with_its_number(
    slug: str, *, filled: bool
) -> None:
    subsidy = programme(slug).subsidy
    assert subsidy is not None
    made = render(find(slug, "subsidy_application"), form(slug, TOLD[slug] if filled else None))
    words = joined(made.content)
    marks = [field.mark for field in fields(subsidy.version[-1])]
    assert [mark for mark in marks if words.count(mark) != 1] == []
    assert made.pages == (1 if slug == "shibukawa" else 2)
    assert made.missing == ()


def test_nothing_answered_leaves_the_form_as_it_is() -> None:
    assert form("shibukawa") == form("shibukawa", None, receipt="1")


def test_what_was_answered_is_on_it() -> None:
    made = form(
        "shibukawa", replace(WHOLE, former_name="旧姓"), grant_yen=150_000, receipt="末尾1234"
    )
    assert (made.person, made.kana, made.former_name) == ("見本　花子", "ミホン　ハナコ", "旧姓")
    assert made.costs == (CostRow("削除", "330,000円", "30,000円"), CostRow("特定"))
    assert made.grant == "150,000円"
    assert [tick.ticked for tick in made.engaged] == [True, False, False]
    assert [tick.ticked for tick in made.contract] == [True, False]
    assert (made.day, made.other_aid, made.receipt) == ("令和6年7月1日", "なし", "末尾1234")
    assert [tick.ticked for tick in made.acts] == [True, False]
    assert [tick.ticked for tick in made.attachments] == [True, True]
    assert [tick.ticked for tick in made.promises] == [True, False, True]
    delivery, who = made.more
    assert [tick.ticked for tick in delivery.ticks] == [False, True, False]
    assert [tick.ticked for tick in who.ticks] == [True, False, False]


@pytest.mark.parametrize(
    ("source", "born_on", "said"),
    [
        ("様式第1号", "1988-04-01", "昭和63年4月1日"),
        ("様式第1号", "", "年月日"),
        ("要確認", "1988-04-01", ""),
    ],
)
def test_the_day_of_birth_stands_on_it_only_where_the_city_asks(
    source: str, born_on: str, said: str
) -> None:
    of = public.published(programme("shibukawa"), texts("shibukawa"), TODAY)
    assert of
    of = replace(of, version=asking_birth(of.version, source))
    empty = public.application(of, confirmed=True)
    made = filled_in(empty, of.version, of.say, replace(WHOLE, born_on=born_on))
    for slug in ("_national", "shibukawa"):
        words = joined(render(find(slug, "subsidy_application"), made).content)
        assert ("生年月日" in words) == bool(said)
        assert said in words
        assert ("昭和63年" in words) == said.startswith("昭和")


def test_after_the_payment_it_says_the_day_of_the_payment_and_what_else_is_asked() -> None:
    made = form("yamanashi", PAID)
    assert made.day == "令和8年11月2日"
    _, _, consulted, income, aid = made.more
    assert [tick.ticked for tick in consulted.ticks] == [True]
    assert income.words == "3人　所得 240,000円"
    assert [tick.ticked for tick in aid.ticks] == [False, True, False]


@pytest.mark.parametrize(
    ("adult", "by", "at"), [("yes", "self", 0), ("no", "self", 1), ("", "representative", 2)]
)
def test_who_applies_is_ticked(adult: str, by: str, at: int) -> None:
    told = replace(WHOLE, adult=adult, by=by)  # type: ignore[arg-type] # its own words
    ticks = form("shibukawa", told).more[1].ticks
    assert [place for place, tick in enumerate(ticks) if tick.ticked] == [at]


def test_a_protected_address_is_not_on_it() -> None:
    made = form("shibukawa", replace(WHOLE, protected=True))
    words = joined(render(find("shibukawa", "subsidy_application"), made).content)
    assert "石原80番地" not in words
    assert "377-8501" not in words
    assert "支援措置のため記載しません" in words


def test_each_act_has_its_sum_and_a_tax_that_was_not_said_stays_a_blank() -> None:
    more = (*WHOLE.costs, CostLine("disclosure", "retainer", 220_000))
    made = form("shibukawa", replace(WHOLE, costs=more))
    assert [(each.yen, each.tax) for each in made.costs] == [
        ("330,000円", "30,000円"),
        ("220,000円", ""),
    ]


def test_who_has_signed_is_not_asked_to_promise_the_contrary() -> None:
    signed = replace(WHOLE, contract="signed", promises=("true",))
    made = form("shibukawa", signed)
    assert [tick.ticked for tick in made.contract] == [False, True]
    assert len(made.promises) == len(form("shibukawa", WHOLE).promises) - 1
    assert not any("まだ契約していません" in tick.words for tick in made.promises)


def test_a_sum_of_nothing_is_not_applied_for() -> None:
    assert form("shibukawa", WHOLE, grant_yen=0).grant == ""


def test_who_is_protected_is_ticked() -> None:
    assert form("shibukawa", replace(WHOLE, protected=True)).protected.ticked
    assert not form("shibukawa", WHOLE).protected.ticked


@pytest.mark.parametrize("words", [HOSTILE, "𠮷田　花子", "髙﨑　渡邉󠄁", "ｶﾞｷﾞ"])
def test_whatever_is_typed_is_printed_as_it_is_typed(words: str) -> None:
    told = replace(
        WHOLE,
        name=words,
        address=words,
        lawyer=words,
        representative=words,
        delivery=Delivery("address", words, "own", words),
    )
    made = render(find("shibukawa", "subsidy_application"), form("shibukawa", told))
    assert made.pages <= 2


def test_nobody_is_named_in_a_trace() -> None:
    assert "花子" not in repr(form("shibukawa", WHOLE))
