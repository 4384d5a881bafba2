"""Forms: what is typed stays, what is wrong is said at the field, what is hostile is inert."""

from datetime import date

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.html import escape

from madoguchi.tools.forms.fields import Choice, Choices, Day, Email, Line, Name, Story, Tel, Whole
from madoguchi.tools.forms.form import Form, HeldFile
from madoguchi.tools.office.public import OfficeCard
from tests.answers import squeezed

FORM = Form(
    "search",
    (
        Name("name", required=True),
        Line("line", limit=5),
        Tel("phone"),
        Email("mail"),
        Whole("age", least=0, most=120),
        Story("story", limit=10),
        Choice("how", required=True, options=("a", "b")),
        Choices("what", options=("x", "y", "z")),
        Day("on"),
    ),
)
GOOD = {"name": ["山田"], "how": ["a"]}


def check(**typed: list[str]) -> dict[str, str]:
    """The codes of the slips by field."""
    return {slip.name: slip.code for slip in FORM.check({**GOOD, **typed}).errors}


def test_everything_optional_may_stay_empty() -> None:
    assert check() == {}


def test_what_is_missing_is_named() -> None:
    assert check(name=[" "], how=["c"]) == {"name": "required", "how": "choose"}


@pytest.mark.parametrize("name", ["name", "line", "story", "phone", "mail", "age"])
@pytest.mark.parametrize("hostile", ["a\x00b", "a\ud800b", "\x1b[31m"])
def test_what_cannot_be_stored_is_refused_everywhere(name: str, hostile: str) -> None:
    assert check(**{name: [hostile]}) == {name: "unreadable"}


@pytest.mark.parametrize("name", ["name", "line", "phone", "mail"])
def test_a_single_line_takes_no_line_break(name: str) -> None:
    assert check(**{name: ["a\r\nBcc: x@example.jp"]})[name] in ("newline", "too_long")


def test_too_long_says_how_long_it_is() -> None:
    filled = FORM.check({**GOOD, "story": ["あ" * 11]})
    assert filled.errors[0].values == {"limit": 10, "length": 11}


def test_a_line_break_counts_once_whatever_browser_sent_it() -> None:
    assert check(story=["12345\r\n789"]) == {}


@pytest.mark.parametrize(
    "typed",
    ["０２７９−２５−８５２６", "0279−25-8526", "(0279) 25 8526", "0279ー25ー8526", "0279258526"],
)
def test_a_telephone_number_may_be_written_in_any_way(typed: str) -> None:
    filled = FORM.check({**GOOD, "phone": [typed]})
    assert filled.value("phone") == "0279258526"
    assert filled.words("phone") == typed


@pytest.mark.parametrize("typed", ["090ー1234ー5678", "+81 90 1234 5678", "0120-007-110 内線 3"])
def test_other_numbers_are_taken(typed: str) -> None:
    assert check(phone=[typed]) == {}


@pytest.mark.parametrize(
    "typed",
    ["a..b@docomo.ne.jp", ".a.@ezweb.ne.jp", '"a b"@x.jp', "ｔａｒｏ@日本語.jp", "a+b@x.jp"],
)
def test_unusual_addresses_are_taken(typed: str) -> None:
    assert check(mail=[typed]) == {}


@pytest.mark.parametrize("typed", ["taro", "taro@", "@x.jp", "a b@x.jp", "a@x.jp, b@x.jp"])
def test_what_is_no_address_is_said(typed: str) -> None:
    assert check(mail=[typed]) == {"mail": "email"}


@pytest.mark.parametrize("typed", ["𠮷田", "髙橋", "葛󠄁飾", "Maria dela Cruz", "李", "神", "🧑‍🤝‍🧑"])
def test_a_name_is_kept_to_the_byte(typed: str) -> None:
    assert FORM.check({**GOOD, "name": [typed]}).value("name") == typed


def test_numbers_have_a_range() -> None:
    assert check(age=["４２歳"]) == {}
    assert check(age=["121"]) == {"age": "range"}
    assert check(age=["若い"]) == {"age": "whole"}


@pytest.mark.parametrize(
    ("boxes", "value"),
    [
        (["令和6", "4", "20"], date(2024, 4, 20)),
        (["２０２４", "４", "２０"], date(2024, 4, 20)),
        (["平成31", "4", "30"], date(2019, 4, 30)),
        (["令和元", "5", "1"], date(2019, 5, 1)),
        (["令和6", "2", "29"], date(2024, 2, 29)),
        (["", "", ""], None),
    ],
)
def test_b7_a_day_is_read_in_era_and_western_years(boxes: list[str], value: date | None) -> None:
    filled = FORM.check({**GOOD, "on": boxes})
    assert (filled.value("on"), filled.ok) == (value, True)


@pytest.mark.parametrize(
    ("boxes", "code"),
    [
        (["2024", "2", "30"], "no_such_day"),
        (["令和7", "2", "29"], "no_such_day"),
        (["2100", "2", "29"], "no_such_day"),
        (["2024", "13", "1"], "no_such_day"),
        (["2024", "", "1"], "date"),
        (["x", "1", "1"], "date"),
    ],
)
def test_b8_a_day_that_is_none_is_said(boxes: list[str], code: str) -> None:
    assert check(on=boxes) == {"on": code}


def test_only_the_forms_own_fields_are_taken() -> None:
    post = QueryDict("name=A&name=B&what=x&what=z&other=1")
    assert FORM.take(post)["name"] == ["A", "B"]
    assert "other" not in FORM.take(post)
    assert FORM.check(FORM.take(post)).value("what") == ("x", "z")


def test_an_errand_may_refuse_too() -> None:
    filled = FORM.check(dict(GOOD)).refuse("phone", "required")
    assert (filled.ok, filled.status) == (False, 422)
    assert filled.card["phone"].described_by == "f-phone-error"


PAGE = Form("search", (Line("words", required=True),))


def draw(filled: object, template: str) -> str:
    """The template with a form's first field."""
    request = RequestFactory().get("/")
    request.office = OfficeCard(None, "_national", "")  # type: ignore[arg-type, attr-defined]
    card = filled.cards[0]  # type: ignore[attr-defined]
    return render_to_string(template, {"field": card, "form": filled}, request)


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the form of these tests a label."""
    monkeypatch.setattr("madoguchi.tools.forms.form.FieldCard.label", "search.label")


@pytest.mark.usefixtures("words")
def test_the_page_ties_error_and_field_together() -> None:
    filled = PAGE.check({"words": [""]})
    field, summary = draw(filled, "kit/field.html"), draw(filled, "kit/errors.html")
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="f-words-error"' in field
    assert 'id="f-words-error"' in field
    assert 'href="#f-words"' in summary
    assert "目的からさがすを入れてください。" in field
    assert "目的からさがすを入れてください。" in summary


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", '"><b>', "{{7*7}}", "{% load x %}", "%s%n", "'; DROP"]
)
def test_what_was_typed_comes_back_as_text(typed: str) -> None:
    page = draw(PAGE.show({"words": [typed]}), "kit/field.html")
    assert "<script>" not in page
    assert "<b>" not in page
    assert escape(typed) in page


def test_held_files_are_listed_with_a_way_to_remove_them() -> None:
    held = HeldFile("r1", "画面<1>.png", 124_000)
    filled = PAGE.show().holding("words", [held])
    page = squeezed(draw(filled, "kit/field_held.html"))
    assert "画面&lt;1&gt;.png" in page
    assert "124 KB" in page
    assert 'name="remove" value="r1"' in page
