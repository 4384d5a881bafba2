"""Odd words on paper: exact where the fonts have them, 〓 and a list where not, never a command."""

from dataclasses import fields, replace
from time import process_time
from typing import Any

import pytest

from madoguchi.tools.papers.engine import render
from madoguchi.tools.papers.wrong import TooLong
from tests.tools.papers import letters, looking

SIGNS = "👨\u200d👩\u200d👧\u200d👦🇯🇵👍🏽"
NAMES = ("葛󠄀城 葛󠄁飾", "辻󠄀", "𠮷田", "髙﨑", "神\ufa19社")
COMMANDS = (
    "#panic()",
    '#read("/etc/passwd")',
    "$ x^2 $",
    "*b* _i_ `c`",
    "@x <y>",
    "// /* */",
    "\\ \\u{41}",
    "= H\n- l\n+ n",
    "<script>alert(1)</script>",
    "{{7*7}} {% load x %} ${jndi:ldap://x} %s%n",
    "'; DROP TABLE x; --",
    "![x](https://e.jp/b.png)",
    "#[x] #{x} #let x = 1",
)


def test_x5_signs_of_several_are_printed_as_geta_and_listed_once() -> None:
    made = render(letters.template(), replace(letters.sample(), name=f"見本{SIGNS}{SIGNS}"))
    assert "見本〓" in looking.joined(made.content)
    assert set(made.missing) == set(SIGNS.replace("\u200d", ""))
    assert len(made.missing) == len(set(made.missing))


def test_x6_rare_characters_of_names_are_exact_on_paper() -> None:
    for name in NAMES:
        made = render(letters.template(), replace(letters.sample(), name=name))
        assert name in looking.text(made.content)
        assert made.missing == ()


def _all(words: list[str], command: str) -> dict[str, Any]:
    return dict.fromkeys(words, command)


def test_x11_commands_in_every_field_are_words_on_paper() -> None:
    words = [each.name for each in fields(letters.Letter) if each.type == "str"]
    for command in COMMANDS:
        facts = replace(letters.sample(), **_all(words, command))
        made = render(letters.template(), facts)
        printed = "".join(command.split())
        # number, date, name twice, words, story, place: all but the choice, which is no text
        assert looking.joined(made.content).count(printed) >= len(words) - 1


HEAPS = {
    "text": "長い文です。" * 3333,
    "no place to break": "。" * 20_000,
    "latin": "a" * 20_000,
    "empty lines": "\n" * 20_000,
    "marks on one letter": "e" + "\u0301" * 20_000,
    "selectors": "葛" + "\U000e0100" * 20_000,
    "not in the fonts": "😀" * 20_000,
    "spaces": " \t\u3000" * 6_666,
}


@pytest.mark.parametrize("heap", HEAPS)
def test_x4_twenty_thousand_characters_in_a_name_are_printed_in_seconds(heap: str) -> None:
    """On one line they took 48 s to measure; 20,000 empty lines filled 1,200 pages."""
    begun = process_time()
    made = render(letters.template(), replace(letters.sample(), name=HEAPS[heap]))
    assert process_time() - begun < 12
    assert made.pages < 60


def test_x4_a_million_characters_are_no_paper_and_empty_lines_a_short_one() -> None:
    with pytest.raises(TooLong):
        render(letters.template(), replace(letters.sample(), story="あ" * 1_000_000))
    for empty in ("\n", "\r\n", "\u2029", " \n", "\t\u3000\n"):
        story = f"前{empty * (100_000 // len(empty))}後"
        made = render(letters.template(), replace(letters.sample(), story=story))
        assert made.pages < 4
        assert "前後" in looking.joined(made.content)


def test_marks_of_a_script_stay_on_their_letter() -> None:
    name = "か\u3099 e\u0301"
    made = render(letters.template(), replace(letters.sample(), name=name))
    assert "か\u3099" in looking.text(made.content)
    assert made.missing == ()
