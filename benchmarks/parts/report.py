"""Tables of figures in `docs/`, each section written by the run that measured it."""

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

DOCS = Path(__file__).resolve().parents[2] / "docs"
PERFORMANCE = DOCS / "performance.md"
RELIABILITY = DOCS / "reliability.md"
HEAD = "| what | measured | beside it, from the same run | bar | |\n|---|---|---|---|---|"
MET = {True: "met", False: "**missed**", None: "–"}


@dataclass(frozen=True)
class Figure:
    """One line of a table: every figure stands beside its floor or its negative control.

    `bar` is what the project promised itself and `met` whether it was reached; both stay empty
    for a figure that is only told.
    """

    what: str
    measured: str
    beside: str = ""
    bar: str = ""
    met: bool | None = None

    def row(self) -> str:
        """The line as it stands in the table and on the screen."""
        return f"| {self.what} | {self.measured} | {self.beside} | {self.bar} | {MET[self.met]} |"


def section(title: str, figures: Sequence[Figure], notes: Sequence[str] = ()) -> str:
    """The table under its title, with where and when it was measured."""
    now = datetime.now(ZoneInfo("Asia/Tokyo"))
    where = (
        f"{os.cpu_count()} shared cores, {platform.system()}, Python {platform.python_version()}"
    )
    lines = [f"## {title}", "", f"Measured on {now:%Y-%m-%d}: {where}.", "", HEAD]
    lines += [figure.row() for figure in figures]
    for note in notes:
        lines += ["", note]
    return "\n".join(lines) + "\n"


def write(page: Path, title: str, figures: Sequence[Figure], notes: Sequence[str] = ()) -> None:
    """Print the table and put it into the page in place of the section of that title."""
    text = section(title, figures, notes)
    print(text)
    page.write_text(replaced(page.read_text("utf-8"), title, text), "utf-8")


def replaced(page: str, title: str, text: str) -> str:
    """The page with this section's text; a new section goes to the end."""
    old = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if old.search(page):
        return old.sub(lambda _match: text + "\n", page).rstrip() + "\n"
    return f"{page.rstrip()}\n\n{text}"
