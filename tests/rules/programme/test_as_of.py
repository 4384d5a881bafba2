"""What the desk decided holds from its day on, everywhere, and not a day before."""

from datetime import date, datetime
from typing import get_args

import pytest

from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.opening import opening, working_days
from madoguchi.rules.programme.as_of import as_of, dated, reworded
from madoguchi.rules.programme.changes import (
    KINDS,
    AgencyChecked,
    AgencyHidden,
    AgencyShown,
    Change,
    ContactFrom,
    Dated,
    DeskClosedSpan,
    DeskHours,
    DivisionFrom,
    HoursFrom,
    LineHours,
    NumberHidden,
    NumberReplaced,
    ParagraphFrom,
    WordsFrom,
    decode,
    encode,
    kind_of,
)
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.read import ProgrammeError, plain
from madoguchi.rules.programme.texts import paragraphs, texts
from madoguchi.rules.programme.words import Words

CITY = programme("shibukawa")
WORDS = texts("shibukawa")
YORISOI = Phone("0120-279-338")
EVE, DAY, NEXT = date(2027, 3, 31), date(2027, 4, 1), date(2027, 4, 2)
DESK = Phone("0279-25-8526")
OTHER = Phone("0279-00-0000")
LAST = paragraphs(WORDS.page("privacy").words)[-1]
SHORT = Week.from_text("mon-fri 9:00-16:00")

DATED: tuple[Dated, ...] = (
    HoursFrom("desk", SHORT, DAY),
    NumberHidden(DESK, DAY),
    NumberReplaced(DESK, OTHER, DAY),
    LineHours(Phone("#9110"), Week.from_text("24h"), DAY),
    AgencyHidden("ihaho", DAY),
    AgencyShown("ihaho", DAY),
    AgencyChecked("ihaho", DAY),
    DivisionFrom(("総務部", "広報課"), DAY),
    ContactFrom("377-0000", "渋川市1番地", OTHER, OTHER, DAY),
    WordsFrom("kit.home", Words("入口", "入口（いりぐち）", "Home"), DAY),
    ParagraphFrom("privacy", "ja", LAST, "新しい段落", DAY),
)


def seen(changes: tuple[Change, ...], day: date) -> object:
    """All that anybody may read on a day."""
    whole = as_of(CITY, changes, day)
    words = reworded(WORDS, changes, day)
    shown = [agency.id for agency in whole.directory]
    division = whole.city.division_on(day).names
    read = plain((whole.city, whole.desk, whole.clinic, whole.agencies))
    return read, shown, division, words.get("kit.home").words, words.page("privacy").words


def rings(changes: tuple[Change, ...], day: date) -> Phone | None:
    """The desk's number on a day, where it is shown."""
    channel = as_of(CITY, changes, day).desk.phone
    return channel.number if channel else None


def test_what_was_hidden_is_not_shown_again_by_what_was_decided_before() -> None:
    """A new number is found wrong before its day: it was hidden, and its day comes."""
    wrong = (NumberReplaced(DESK, OTHER, DAY), NumberHidden(OTHER, EVE))
    assert [rings(wrong, day) for day in (EVE, DAY, NEXT)] == [DESK, None, None]
    agency = (AgencyHidden("ihaho", EVE), AgencyShown("ihaho", DAY), AgencyHidden("ihaho", EVE))
    shown = {each.id for each in as_of(CITY, agency, NEXT).directory}
    assert "ihaho" not in shown


def test_what_two_decide_after_the_hiding_is_shown() -> None:
    right = (NumberHidden(DESK, EVE), NumberReplaced(DESK, OTHER, DAY))
    assert rings(right, DAY) == OTHER
    again = (AgencyHidden("ihaho", EVE), AgencyShown("ihaho", DAY))
    assert "ihaho" in {each.id for each in as_of(CITY, again, DAY).directory}


def test_every_kind_is_tried_here() -> None:
    assert {type(change) for change in DATED} == set(get_args(Dated.__value__))
    assert set(get_args(Dated.__value__)) < set(KINDS.values())


@pytest.mark.parametrize("change", DATED, ids=kind_of)
def test_a_decision_holds_from_its_day_on_and_old_days_keep_the_old(change: Dated) -> None:
    before = (AgencyHidden("ihaho", EVE),) if isinstance(change, AgencyShown) else ()
    held = (*before, change)
    assert seen(held, EVE) == seen(before, EVE)
    assert seen(held, DAY) != seen(before, DAY)
    assert seen(held, NEXT) == seen(held, NEXT)
    assert seen(held, NEXT) != seen(before, NEXT)


@pytest.mark.parametrize("change", DATED, ids=kind_of)
def test_a_decision_is_written_and_read_back(change: Dated) -> None:
    assert decode(kind_of(change), encode(change)) == change


def test_nothing_decided_changes_nothing() -> None:
    assert as_of(CITY, (), DAY) is CITY
    assert as_of(CITY, (DeskHours(DAY, "9:00-12:00"),), DAY) is CITY
    assert reworded(WORDS, (), DAY) is WORDS
    assert reworded(WORDS, DATED, DAY) is reworded(WORDS, DATED, DAY)


def test_the_later_beginning_holds_and_of_one_day_the_later_decision() -> None:
    new, late, hidden = (
        NumberReplaced(DESK, OTHER, DAY),
        NumberReplaced(DESK, Phone("0279-11-1111"), NEXT),
        NumberHidden(DESK, DAY),
    )
    for decided in ((late, new), (new, late)):
        assert as_of(CITY, decided, NEXT).desk.phone.number == Phone("0279-11-1111")  # type: ignore[union-attr]
    assert as_of(CITY, (new, hidden), DAY).desk.phone.number == OTHER  # type: ignore[union-attr]
    assert as_of(CITY, (new, NumberHidden(OTHER, DAY)), DAY).desk.phone.number is None  # type: ignore[union-attr]
    assert as_of(CITY, (hidden, new), DAY).desk.phone.number == OTHER  # type: ignore[union-attr]
    assert dated((late, new, hidden)) == (new, hidden, late)


def test_a_number_is_followed_wherever_it_stands() -> None:
    whole = as_of(CITY, (NumberReplaced(DESK, OTHER, DAY),), DAY)
    assert whole.desk.phone is not None
    assert whole.clinic is not None
    assert whole.desk.phone.number == whole.clinic.booking.phone == OTHER
    gone = as_of(CITY, (NumberHidden(DESK, DAY),), DAY)
    assert str(DESK) not in str(plain((gone.city, gone.desk, gone.clinic, gone.directory)))


def test_a_page_that_was_read_again_is_no_old_copy_any_more() -> None:
    for agency, how in (("moj_web", ("copy", 2024)), ("yorisoi", ("record", 2026))):
        old = CITY.agency(agency)
        assert (old.read_from, old.as_of) == how
        read = as_of(CITY, (AgencyChecked(agency, DAY),), DAY).agency(agency)
        assert (read.checked_on, read.read_from, read.as_of) == (DAY, "page", None)


def test_a_hidden_agency_is_in_no_list_and_the_strip_stands_without_it() -> None:
    whole = as_of(CITY, (AgencyHidden("yorisoi", DAY),), DAY)
    shown = {agency.id for agency in (*whole.directory, *whole.emergency, *whole.always_open)}
    assert "yorisoi" not in shown
    assert [each.id for each in whole.calls] == ["police_110", "fire_119", "inochi_sos"]
    assert {agency.id for agency in whole.emergency} < {agency.id for agency in CITY.emergency}
    assert whole.agency("yorisoi").id == "yorisoi"


@pytest.mark.parametrize(
    "change",
    [NumberHidden(YORISOI, DAY), LineHours(YORISOI, Week.from_text("mon-fri 9:00-17:00"), DAY)],
    ids=["hidden", "by day only"],
)
def test_what_stands_large_is_a_line_of_everybody_that_never_closes(change: Change) -> None:
    """Its page's second line is one for telephones of another kind."""
    whole = as_of(CITY, (change,), DAY)
    assert [str(each.phone[0].number) for each in whole.calls] == ["110", "119", "0120-061-338"]
    assert "yorisoi" in {agency.id for agency in whole.emergency}


def test_words_tell_no_number_that_is_for_some_telephones_or_matters() -> None:
    """With 189 hidden, what is left is the line for worries other than harm at home."""
    assert dict(CITY.numbers)["child_189"] == "189"
    gone = as_of(CITY, (NumberHidden(Phone("189"), DAY),), DAY)
    assert [str(each.number) for each in gone.agency("child_189").phone] == ["0120-189-783"]
    assert "child_189" not in dict(gone.numbers)


def test_a_channel_keeps_the_desks_hours_until_it_has_its_own() -> None:
    desk = HoursFrom("desk", SHORT, date(2027, 3, 1))
    phone = HoursFrom("phone", Week.from_text("mon-fri 10:00-15:00"), DAY)
    week = as_of(CITY, (phone, desk), EVE).desk.hours_of("phone")
    assert week is not None
    assert [week.on(day).text for day in (EVE, DAY)] == [
        "mon-fri 9:00-16:00",
        "mon-fri 10:00-15:00",
    ]
    face = as_of(CITY, (phone, desk), DAY).desk.hours_of("face")
    assert face is not None
    assert face.on(DAY).text == "mon-fri 9:00-16:00"


def test_the_next_opening_knows_hours_that_begin_later() -> None:
    evening = datetime(2027, 3, 31, 18, 0, tzinfo=JAPAN)
    desk = as_of(CITY, (HoursFrom("desk", SHORT, DAY),), EVE).desk
    assert opening(desk, "phone", evening).next_opening.isoformat() == "2027-04-01T09:00:00+09:00"
    assert opening(CITY.desk, "phone", evening).next_opening.hour == 8


def test_closed_spans_are_no_working_days() -> None:
    span = DeskClosedSpan(EVE, NEXT)
    assert next(working_days(CITY.desk, EVE, (span,))) == date(2027, 4, 5)
    open_again = DeskHours(DAY, "9:00-12:00")
    assert next(working_days(CITY.desk, EVE, (span, open_again))) == DAY
    for first, last in ((NEXT, EVE), (DAY, date(2027, 5, 2))):
        with pytest.raises(ValueError, match="31 日まで"):
            DeskClosedSpan(first, last)


@pytest.mark.parametrize(
    ("kind", "told", "said"),
    [
        ("nothing", {}, "という決定はありません"),
        (
            "number_hidden",
            {"number": "電話", "from_on": "2027-04-01"},
            "電話番号「電話」は読めません",
        ),
        ("hours", {"channel": "desk", "hours": "朝から", "from_on": "2027-04-01"}, "読めません"),
        ("hours", {"channel": "moon", "hours": "24h", "from_on": "2027-04-01"}, "選べません"),
        ("agency_hidden", {"agency": "ihaho", "from_on": "2027-02-30"}, "使えません"),
        ("agency_hidden", {"agency": "ihaho"}, "この項目がありません"),
        ("desk_hours", {"on": "2027-04-01", "hours": "朝"}, "読めません"),
        ("division", {"names": [], "from_on": "2027-04-01"}, "担当課の名前"),
    ],
)
def test_what_cannot_be_read_is_said_as_for_a_programme_file(
    kind: str, told: dict[str, object], said: str
) -> None:
    with pytest.raises(ProgrammeError, match=said):
        decode(kind, told)


def test_a_paragraph_that_was_written_anew_is_not_replaced() -> None:
    lost = ParagraphFrom("privacy", "ja", "もうない段落", "新しい段落", DAY)
    assert "新しい段落" not in reworded(WORDS, (lost,), DAY).page("privacy").words
    foreign = ParagraphFrom("privacy", "ja", LAST, "電話 {secret}", DAY)
    assert "{secret}" not in reworded(WORDS, (foreign,), DAY).page("privacy").words
    unknown = WordsFrom("no.such.key", Words("x"), DAY)
    assert "no.such.key" not in reworded(WORDS, (unknown,), DAY).words


def test_words_that_name_what_a_later_version_lacks_are_not_said() -> None:
    """A page would break on them; the words of the file stand instead."""
    for words in (Words("{gone}の入口"), Words("入口", en="{gone}")):
        lost = WordsFrom("kit.home", words, DAY)
        assert reworded(WORDS, (lost,), DAY).get("kit.home") == WORDS.get("kit.home")
