"""The words of the programmes as the tests read them: rows of texts and pages of prose."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.house.source import PACKAGE, files, name

PROGRAMMES = PACKAGE / "programmes"
COLUMNS = ("ja", "easy", "en")


@dataclass(frozen=True)
class Words:
    """What one key says in one column, and the file that says it."""

    key: str
    column: str
    words: str
    file: str


def rows(table: dict[str, Any], file: str, above: tuple[str, ...] = ()) -> list[Words]:
    """The table's leaves; a leaf is a table whose keys are columns."""
    if table and set(table) <= set(COLUMNS):
        return [Words(".".join(above), column, table[column], file) for column in table]
    return [
        row
        for key, inner in table.items()
        if isinstance(inner, dict)
        for row in rows(inner, file, (*above, key))
    ]


@cache
def keyed() -> tuple[Words, ...]:
    """Every row of every texts/*.toml, the nation's and the cities'."""
    return tuple(
        row
        for path in files(PROGRAMMES, "*.toml")
        if path.parent.name == "texts"
        for row in rows(tomllib.loads(path.read_text("utf-8-sig")), name(path))
    )


@cache
def pages() -> tuple[Words, ...]:
    """Every page of prose, as one piece of words with its markup."""
    return tuple(
        Words(path.parent.name, path.stem, path.read_text("utf-8-sig"), name(path))
        for path in files(PROGRAMMES, "*.md")
        if path.parent.parent.name == "pages"
    )
