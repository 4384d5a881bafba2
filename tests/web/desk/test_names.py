"""The list of names of a lawyer's day: what a line says, and how the paper goes on."""

import uuid
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import cycle, islice

import pytest

from madoguchi.rules.clinic_year import Slot as Time
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.texts import texts
from madoguchi.tools.papers.engine import render
from madoguchi.web.desk.clinic_papers.day import NameListWriter, surname_of
from madoguchi.work.cases.public import Wishes
from madoguchi.work.clinic.bookings.public import Place as At
from madoguchi.work.clinic.bookings.queries import Card
from madoguchi.work.clinic.packs.actions import Listed
from madoguchi.work.clinic.packs.papers import NameList, PlaceLine
from madoguchi.work.clinic.packs.queries import Paper, Seat, Slot
from tests.tools.papers.looking import joined, opened, text

AT = datetime(2026, 12, 19, 9, 0, tzinfo=JAPAN)
CARD = Card(
    id=uuid.uuid4(),
    case_id=uuid.uuid4(),
    short_name="青い鳥",
    assignee_id=None,
    contact="phone",
    place=At("2026-12-19", 3),
    state="booked",
    channel="phone",
    starts=AT,
    agreed_at=AT,
    until_at=None,
    asked_at=AT,
    revision=0,
    case_revision=0,
)
LISTED = Listed("𠮷田 花子", "0270-00-0001", Wishes("no_voicemail", name_desk=False), 2)
ROW = PlaceLine("1", "9:00", "𠮷田 花子", taken=True, people="1人", contact="電話できます")
HEAD = ("令和8年12月19日（土）", "9:00–12:00", "市役所", "0270-00-0000")
HOSTILE = ('#text("x") $x$ *太* `c` @ref <label> // [', "\u202eabc")


def filled(
    card: Card = CARD,
    listed: Listed | None = LISTED,
    *,
    several: bool = False,
    surname: bool = False,
) -> PlaceLine:
    """The line of one taken place."""
    paper = Paper(card, 1, "", 0, None, None)
    slot = Slot(Time(3, time(10, 30), time(11, 15)), (Seat(paper),))
    known = {card.id: listed} if listed else {}
    (place,) = NameListWriter(texts("shibukawa"), known, several=several, surname=surname).places(
        (slot,)
    )
    return place


def printed(*places: PlaceLine, head: str = "") -> bytes:
    """The paper with these places; `head`: what stands above and below them."""
    on, hours, place, phone = (head,) * 4 if head else HEAD
    facts = NameList(on, hours, place, ("見本 一郎",), places, phone)
    return render(find("shibukawa", "clinic_day"), facts).content


def test_a_line_says_who_comes_and_how_contact_is_safe() -> None:
    assert filled() == PlaceLine(
        "3",
        "10:30",
        "𠮷田 花子",
        taken=True,
        people="2人",
        contact="留守電に残さない",
        phone="0270-00-0001",
        naming="窓口と名乗らない",
    )
    named = replace(LISTED, wishes=Wishes("phone", name_desk=True))
    assert filled(listed=named).naming == "窓口と名乗ってよい"
    assert filled(listed=replace(LISTED, wishes=Wishes("phone"))).naming == "窓口名は未聴取"
    assert filled(listed=replace(LISTED, phone="")).naming == "", "nobody is called"


def test_what_is_not_settled_stands_beside_the_name() -> None:
    assert filled(replace(CARD, state="asked")).marks == ("仮予約のまま",)
    assert filled(replace(CARD, state="offered")).marks == ("空きを案内中",)
    moved = replace(CARD, state="asked", agreed_at=AT - timedelta(days=7))
    assert filled(moved).marks == ("仮予約のまま", "変更の返事待ち")
    assert filled().marks == ()


def test_without_the_right_to_print_it_only_the_cases_name_is_there() -> None:
    assert filled(listed=None) == PlaceLine("3", "10:30", "青い鳥", taken=True)


def test_two_lawyers_have_seats() -> None:
    assert filled(several=True).number == "3–1"


@pytest.mark.parametrize(
    ("name", "surname"), [("𠮷田 花子", "𠮷田"), ("渋川　太郎", "渋川"), ("山田花子", ""), ("", "")]
)
def test_the_surname_is_what_stands_apart(name: str, surname: str) -> None:
    assert surname_of(name) == surname
    assert filled(listed=replace(LISTED, name=name), surname=True).who == (surname or "青い鳥")


def test_free_places_and_those_of_others_say_nothing_of_anybody() -> None:
    slot = Slot(Time(1, time(9), time(9, 45)), (Seat(), Seat(shut=True)))
    found = tuple(
        NameListWriter(texts("shibukawa"), {}, several=False, surname=False).places((slot,))
    )
    assert found == (PlaceLine("1", "9:00", "空き"), PlaceLine("1", "9:00", "使えません"))


def test_a_long_day_goes_on_with_its_headings() -> None:
    assert len(opened(printed(*[ROW] * 4)).pages) == 1
    content = printed(*[ROW] * 12)
    first, second = text(content).split("\f")[:2]
    for page in (first, second):
        assert "連絡の安全" in page
        assert "𠮷田 花子" in page
    assert joined(content).count("𠮷田花子") == 12
    assert "システムが使えないときも" in second


def test_it_lies_across() -> None:
    pdf = opened(printed(ROW))
    *_, width, height = pdf.pages[0].mediabox
    assert (round(float(width)), round(float(height))) == (842, 595)


@pytest.mark.parametrize("words", HOSTILE, ids=["markup", "right to left"])
def test_words_of_any_kind_stay_words(words: str) -> None:
    hostile = PlaceLine("1", "9:00", words, bool(words), (words,), words, words, words, words)
    said = joined(printed(hostile, head=words))
    plain = "".join(sign for sign in words if sign != "\u202e" and not sign.isspace())
    assert said.count(plain) == 11  # the day stands in the table's head, too


def test_a_name_of_a_hundred_signs_is_not_cut() -> None:
    assert joined(printed(replace(ROW, who="長" * 100))).count("長") == 100


def test_every_line_can_be_written_on() -> None:
    said = joined(printed(*islice(cycle([ROW]), 3)))
    assert said.count("☐来なかった") == 3
