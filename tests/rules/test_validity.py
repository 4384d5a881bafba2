"""B22: a decision that is not fit is refused with its reasons; the old version stays."""

from dataclasses import replace
from datetime import date

import pytest

from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.changes import (
    AgencyChecked,
    AgencyHidden,
    Change,
    ClinicDayAdded,
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
    DeskClosed,
    DeskClosedSpan,
    DivisionFrom,
    HoursFrom,
    LineHours,
    NumberHidden,
    NumberReplaced,
    ParagraphFrom,
    WordsFrom,
)
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.texts import is_desk, paragraphs, texts
from madoguchi.rules.programme.words import Words
from madoguchi.rules.validity import InForce, objections

TODAY = date(2026, 11, 30)
YESTERDAY = date(2026, 11, 29)
TEXTS = texts("shibukawa")
HERE = InForce(programme("shibukawa"), TEXTS, (), TODAY)
DESK, OTHER = Phone("0279-25-8526"), Phone("0279-00-0000")
FIRST = paragraphs(TEXTS.page("privacy").words)[0]
WEEK = Week.from_text("mon-fri 9:00-17:00")


def codes(change: Change, here: InForce = HERE) -> list[str]:
    """Why a change is not fit, without the common beginning."""
    return [reason.code.removeprefix("setting.") for reason in objections(here, change)]


@pytest.mark.parametrize(
    "change",
    [
        HoursFrom("desk", WEEK, TODAY),
        HoursFrom("email", Week.from_text("24h"), TODAY),
        NumberHidden(DESK, TODAY),
        NumberReplaced(DESK, OTHER, TODAY),
        LineHours(Phone("#9110"), WEEK, TODAY),
        LineHours(Phone("110"), WEEK, TODAY),
        AgencyHidden("ihaho", TODAY),
        AgencyChecked("ihaho", TODAY),
        ClinicYearPublished(2026),
        ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 20)),
        ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 19), "10:00-12:15"),
        ClinicDayCancelled(date(2026, 12, 19)),
        ClinicDayAdded(date(2026, 12, 23)),
        ClinicDayAdded(date(2026, 12, 23), "9:00-9:45"),
        ClinicYearPublished(2026, (date(2026, 12, 19), date(2027, 1, 23))),
        DeskClosed(TODAY),
        DivisionFrom(("総務部",), TODAY),
        WordsFrom("kit.home", Words("入口", "入口（いりぐち）", "Home"), TODAY),
        WordsFrom("mail.subject", Words("{city}からのお知らせ"), TODAY),
        WordsFrom("kit.home", Words("110番、119番、[police_9110：☎|110]、1890円"), TODAY),
        WordsFrom("landing.lead", Words("弁護士にも相談できます。"), TODAY),
        WordsFrom("say.opening", Words("{day}の{clock}から"), TODAY),
        ParagraphFrom("privacy", "ja", FIRST, "市は、うかがったことを大切に扱います。", TODAY),
    ],
)
def test_what_is_fit(change: Change) -> None:
    assert codes(change) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (DeskClosed(YESTERDAY), ["past"]),
        (DeskClosedSpan(date(2026, 11, 1), YESTERDAY), ["past"]),
        (ClinicYearPublished(2025), ["past"]),
        (HoursFrom("desk", WEEK, YESTERDAY), ["past"]),
        (NumberHidden(OTHER, TODAY), ["no_number"]),
        (NumberReplaced(OTHER, DESK, TODAY), ["no_number"]),
        (NumberHidden(Phone("110"), TODAY), ["last_resort"]),
        (NumberReplaced(Phone("119"), OTHER, TODAY), ["last_resort"]),
        (AgencyHidden("police_110", TODAY), ["last_resort"]),
        (AgencyHidden("nobody", TODAY), ["no_agency"]),
        (ClinicDayCancelled(date(2026, 12, 20)), ["no_clinic_day"]),
        (ClinicDayMoved(date(2026, 12, 19), date(2027, 1, 16)), ["clinic_twice"]),
        (ClinicDayMoved(date(2026, 12, 19), YESTERDAY), ["past"]),
        (ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 19)), ["clinic_same"]),
        (ClinicDayMoved(date(2026, 12, 19), TODAY, "9:00-9:30"), ["clinic_short"]),
        (ClinicDayAdded(date(2026, 12, 23), "9:00-9:30"), ["clinic_short"]),
        (ClinicDayAdded(date(2026, 12, 19)), ["clinic_twice"]),
        (ClinicDayAdded(YESTERDAY), ["past"]),
        (ClinicDayAdded(date(2026, 12, 23), venue="kita"), ["no_venue"]),
        (ClinicYearPublished(2026, (date(2027, 4, 18),)), ["clinic_dates"]),
        (ClinicYearPublished(2028), ["clinic_far"]),
        (ClinicDayMoved(date(2026, 12, 19), date(2062, 12, 20)), ["clinic_far"]),
        (ClinicDayMoved(date(2026, 12, 19), date.max), ["clinic_far"]),
        (ClinicDayAdded(date.max), ["clinic_far"]),
        (ClinicDayCancelled(date.min), ["past", "no_clinic_day"]),
        (ClinicDayCancelled(date.max), ["no_clinic_day"]),
        (ClinicDayMoved(date.max, date(2026, 12, 20)), ["no_clinic_day"]),
        (ClinicYearPublished(9999), ["clinic_far"]),
        (ClinicYearPublished(2026, (date(2026, 12, 19),) * 2), ["clinic_dates"]),
        (WordsFrom("no.key", Words("x"), TODAY), ["no_text"]),
        (WordsFrom("desk.menu.inbox", Words("x"), TODAY), ["no_text"]),
        (WordsFrom("kit.home", Words("頑張って"), TODAY), ["words_banned"]),
        (WordsFrom("kit.home", Words("入口", easy="入口でございます"), TODAY), ["words_not_easy"]),
        (WordsFrom("mail.subject", Words("お知らせ\nBcc: x"), TODAY), ["words_one_line"]),
        (WordsFrom("mail.subject", Words("弁護士の相談について"), TODAY), ["words_telling"]),
        (WordsFrom("kit.home", Words("あ" * 81), TODAY), ["words_long"]),
        (WordsFrom("kit.home", Words("入口", easy="あ" * 41), TODAY), ["words_long"]),
        (WordsFrom("kit.home", Words("{secret}"), TODAY), ["words_variable"]),
        (WordsFrom("kit.home", Words("{secret"), TODAY), ["words_braces"]),
        (WordsFrom("say.opening", Words("{day.__class__}"), TODAY), ["words_braces"]),
        (WordsFrom("kit.home", Words("[police_9999：☎]"), TODAY), ["words_no_number"]),
        (WordsFrom("kit.home", Words("[police_9110: ☎]"), TODAY), ["words_no_number"]),
        (WordsFrom("kit.home", Words("警察は☎です"), TODAY), ["words_no_number"]),
        (WordsFrom("kit.home", Words("警察は＃９１１０です"), TODAY), ["words_number"]),
        (WordsFrom("kit.home", Words("189か0120-189-783に"), TODAY), ["words_number"] * 2),
        (ParagraphFrom("privacy", "ja", FIRST, "189に電話します。", TODAY), ["words_number"]),
        (ParagraphFrom("privacy", "ja", "ない", "はい", TODAY), ["no_paragraph"]),
        (
            ParagraphFrom("privacy", "ja", FIRST, "頑張って{x}", TODAY),
            ["words_banned", "words_variable"],
        ),
    ],
)
def test_what_is_not_fit(change: Change, said: list[str]) -> None:
    assert codes(change) == said


SATURDAY = date(2026, 12, 19)
MOVED = ClinicDayMoved(SATURDAY, date(2026, 12, 20))
OFF = ClinicDayCancelled(SATURDAY)


@pytest.mark.parametrize(
    ("decided", "change", "said"),
    [
        ([MOVED], ClinicDayAdded(SATURDAY), ["clinic_moved_away"]),
        ([MOVED], ClinicDayAdded(date(2026, 12, 20)), ["clinic_twice"]),
        ([MOVED], ClinicDayMoved(date(2026, 12, 20), SATURDAY), []),
        ([MOVED], ClinicDayMoved(SATURDAY, date(2026, 12, 21)), ["no_clinic_day"]),
        ([OFF], ClinicDayAdded(SATURDAY), []),
        ([OFF], ClinicDayMoved(SATURDAY, date(2026, 12, 20)), ["clinic_cancelled"]),
        ([OFF], OFF, ["clinic_cancelled"]),
        ([OFF], ClinicDayMoved(date(2027, 1, 16), SATURDAY), ["clinic_twice"]),
        ([ClinicYearPublished(2026)], ClinicYearPublished(2026), ["clinic_published"]),
        (
            [ClinicDayMoved(date(2027, 3, 20), date(2027, 4, 10))],
            ClinicDayMoved(date(2027, 4, 17), date(2027, 4, 10)),
            ["clinic_twice"],
        ),
        (
            [ClinicDayMoved(date(2027, 3, 20), date(2027, 4, 10))],
            ClinicYearPublished(2027, (date(2027, 4, 10),)),
            ["clinic_twice"],
        ),
        (
            [ClinicDayMoved(date(2026, 12, 19), date(2027, 4, 10))],
            ClinicDayAdded(date(2027, 4, 10)),
            ["clinic_twice"],
        ),
    ],
)
def test_a_day_of_the_clinic_as_it_stands_by_now(
    decided: list[Change], change: Change, said: list[str]
) -> None:
    assert codes(change, replace(HERE, changes=tuple(decided))) == said


def test_words_as_they_stand_are_fit_in_every_key() -> None:
    for key, words in TEXTS.words.items():
        if not is_desk(key):
            assert codes(WordsFrom(key, words, TODAY)) == [], key
    for page in TEXTS.prose():
        for column in ("ja", "easy", "en"):
            text = TEXTS.page(page, column)
            for each in paragraphs(text.words) if text.column == column else ():
                assert codes(ParagraphFrom(page, column, each, each, TODAY)) == [], page


def test_a_city_without_clinic_or_channel() -> None:
    here = InForce(programme("gunma_pref"), texts("gunma_pref"), (), TODAY)
    assert here.programme.clinic is None
    assert codes(ClinicYearPublished(2026), here) == ["no_clinic"]
    desk = replace(HERE.programme.desk, face=None)
    faceless = replace(HERE, programme=replace(HERE.programme, desk=desk))
    assert codes(HoursFrom("face", WEEK, TODAY), faceless) == ["no_channel"]
    assert codes(HoursFrom("face", WEEK, TODAY)) == []


def test_a_replaced_number_is_known_by_both_names() -> None:
    here = InForce(HERE.programme, TEXTS, (NumberReplaced(DESK, OTHER, TODAY),), TODAY)
    assert codes(NumberHidden(OTHER, TODAY), here) == []
    assert codes(NumberHidden(DESK, TODAY), here) == []


def test_neither_the_old_nor_the_new_number_of_an_agency_is_typed_into_words() -> None:
    here = replace(HERE, changes=(NumberReplaced(Phone("#9110"), OTHER, TODAY),))
    for number in ("#9110", str(OTHER)):
        said = objections(here, WordsFrom("kit.home", Words(f"警察は{number}です"), TODAY))
        assert [each.values["mark"] for each in said] == ["[police_9110：☎]"], number
