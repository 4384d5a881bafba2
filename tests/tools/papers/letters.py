"""A letter that shows every part of the library, for the tests of the engine."""

from dataclasses import dataclass
from pathlib import Path

from madoguchi.rules.programme.paper import Template, at
from madoguchi.rules.programme.read import read, read_toml

FOLDER = Path(__file__).parent / "letter"


@dataclass(frozen=True)
class Entry:
    """One line of the letter's table."""

    at: str
    how: str
    what: str


@dataclass(frozen=True)
class Letter:
    """What the letter prints."""

    number: str
    on: str
    name: str
    words: str
    story: str
    address: str
    act: str
    used_desk: bool
    entries: tuple[Entry, ...]


def template() -> Template:
    """The letter's folder, read."""
    return at(FOLDER)


def sample() -> Letter:
    """The facts of its sample."""
    return read(Letter, read_toml(FOLDER / "sample.toml", "sample.toml"), "sample.toml")
