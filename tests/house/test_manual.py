"""The manual: every picture is used and there, every page of the desk's menu has its section."""

import re
from pathlib import Path

import pytest

from madoguchi.rules.programme.words import BANNED
from madoguchi.web.desk.frame import MENU
from tests.house.source import ROOT

MANUAL = ROOT / "docs" / "manual"
BOOKS = ("officer.md", "supervisor.md", "subsidy.md", "lawyer.md", "administrator.md")
PICTURE = re.compile(r"!\[(?P<says>[^\]]*)\]\(pictures/(?P<name>[\w-]+\.png)\)")
SECTION = re.compile(r"<!-- page: (?P<page>[\w-]+) -->")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?P<to>[^)#]*)(?:#(?P<part>[^)]*))?\)")
HEADING = re.compile(r"^#{1,4} (?P<words>.+)$", re.MULTILINE)
LARGEST = 250_000


def told(book: str) -> str:
    """The words of one book of the manual."""
    return (MANUAL / book).read_text("utf-8")


def everything() -> str:
    """The words of the whole manual."""
    return "".join(map(told, ("README.md", *BOOKS)))


def test_every_picture_is_there_and_used() -> None:
    used = {one["name"] for one in PICTURE.finditer(everything())}
    there = {path.name for path in (MANUAL / "pictures").glob("*.png")}
    assert used == there


def test_every_picture_says_what_it_shows() -> None:
    assert all(len(one["says"]) > 5 for one in PICTURE.finditer(everything()))


def test_pictures_are_small() -> None:
    assert not [p.name for p in (MANUAL / "pictures").glob("*.png") if p.stat().st_size > LARGEST]


@pytest.mark.parametrize("page", [page for page, _ in MENU])
def test_every_page_of_the_menu_has_its_section(page: str) -> None:
    assert page in {one["page"] for one in SECTION.finditer(everything())}


@pytest.mark.parametrize("book", ["README.md", *BOOKS])
def test_links_lead_somewhere(book: str) -> None:
    for link in LINK.finditer(told(book)):
        there = MANUAL / (link["to"] or book)
        assert there.exists(), link[0]
        if link["part"]:
            parts = {_anchor(one["words"]) for one in HEADING.finditer(there.read_text("utf-8"))}
            assert link["part"] in parts, link[0]


def _anchor(heading: str) -> str:
    """The anchor that a reader of Markdown gives to a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.strip().replace(" ", "-")


@pytest.mark.parametrize("pattern", BANNED)
def test_nothing_blames_cheers_or_scolds(pattern: str) -> None:
    assert not re.search(pattern, everything())


def test_no_command_of_ours_is_invented() -> None:
    verbs = {Path(path).stem for path in (ROOT / "madoguchi/ops/commands").glob("[a-z]*.py")}
    named = set(re.findall(r"`madoguchi (\w+)", everything()))
    assert named <= verbs
