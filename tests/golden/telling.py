"""A walk through the house as a text that is the same every time, and differs when a byte does.

What is chance – ids, tokens, numbers of receipts – is named in the order in which it appears. The
order of the keys of what is sealed is chance of nobody: it is kept as it is.
"""

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.golden import reading

HERE = Path(__file__).parent
DIFFERS = "sealed, audited or stored otherwise than in tests/golden:"
DASHED = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
CHANCE = re.compile(
    rf"{DASHED}|\b(?:desk)?[0-9a-f]{{16,}}\b|(?<!\d)\d{{4}}-?\d{{4}}-?\d{{5}}(?!\d)"
)


@dataclass
class Names:
    """A name for each thing of chance."""

    known: dict[str, str] = field(default_factory=dict)

    def give(self, told: object, name: str) -> None:
        """Call this one so."""
        self.known[_key(str(told))] = f"<{name}>"

    def of(self, text: str) -> str:
        """The text with every thing of chance by its name."""
        return CHANCE.sub(lambda hit: self._one(hit[0]), text)

    def seen(self, text: str) -> str:
        """The same, without naming what has no name yet."""
        return CHANCE.sub(lambda hit: self.known.get(_key(hit[0]), "<…>"), text)

    def turn(self, told: str) -> str:
        """By what things are put in the order in which they appeared."""
        known = list(self.known)
        return f"{known.index(_key(told)) if _key(told) in known else len(known):9}"

    def _one(self, told: str) -> str:
        key = _key(told)
        if key not in self.known:
            kind = "id" if re.fullmatch(DASHED, told) or len(key) == 32 else "chance"
            self.known[key] = f"<{kind} {len(self.known) + 1}>"
        return self.known[key]


def _key(told: str) -> str:
    return told.replace("-", "")


@dataclass
class Walk:
    """What happened, press by press, each with its audit lines and what it sealed."""

    office_id: UUID
    sealed: list[reading.Sealed]
    names: Names = field(default_factory=Names)
    told: list[str] = field(default_factory=list)
    seq: int = 0
    stood: dict[str, dict[str, Any]] = field(default_factory=dict)

    def say(self, what: str) -> None:
        """A heading."""
        self.told.append(f"\n# {what}\n")

    def note(self, what: str, *, always: bool = True) -> None:
        """Write down what was done, with the lines and mails that came of it.

        Not `always`: only where any came.
        """
        lines, mails = reading.lines(self.office_id, self.seq), reading.mails()
        if not (always or lines or mails):
            return
        self.told.append(self.names.of(what))
        for line in lines:
            self.seq = line.number
            self._line(line)
        self.told += [self.names.of(f"  mail: {one!r}") for one in mails]
        if lines:
            stands, before = reading.standing(self.office_id), self.stood
            changed = [name for name in stands if stands[name] != before.get(name)]
            self.told += [self.names.of(f"  = {name}: {_row(stands[name])}") for name in changed]
            self.stood = stands

    def _line(self, line: reading.AuditLine) -> None:
        said = [
            *(str(line.number), f"{_local(line.at)}", line.role, str(line.staff_id)),
            *(line.verb, line.outcome, f"case {line.case_id}"),
        ]
        said += [f"{name}={line.told[name]}" for name in sorted(line.told)]
        self.told.append(self.names.of(f"  {' '.join(said)}"))
        newest = {one.place: one for one in self.sealed if one.place in line.seals}
        for one in newest.values():
            beside = f" beside {one.beside}" if one.beside else ""
            self.told.append(
                self.names.of(f"    {one.drawer}/{one.label} of {one.row_id}{beside}\n      ")
                + self.names.of(one.text)
            )
        keys = sorted(place.partition("/")[2] for place in line.seals - newest.keys())
        self.told += [f"    {key}" for key in keys]

    def text(self) -> str:
        """All of it, with every row of the house at the end.

        What lies in the rows opens, and is what was sealed.
        """
        now = reading.opened(self.sealed)
        newest = {one.place: one.text for one in self.sealed}
        assert {place: newest[place] for place in now} == now
        assert not reading.faults(self.office_id)
        apart = {one.label: one for one in self.sealed if one.drawer not in reading.DRAWERS}
        visits = [
            self.names.of(f"{one.drawer}/{one.label}\n  {one.text}") for one in apart.values()
        ]
        rows = [(table, _row(columns)) for table, columns in reading.rows()]
        rows.sort(key=lambda row: (row[0], self.names.seen(row[1])))
        shown = "\n".join(self.names.of(f"{table}: {columns}") for table, columns in rows)
        told = (*self.told, "\n# beside the cases, the newest of each kind\n", *visits)
        return "\n".join((*told, "\n# rows\n", shown)).strip() + "\n"


def _row(columns: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={_value(columns[name])}" for name in sorted(columns))


def _value(value: Any) -> str:
    match value:
        case bytes() | memoryview():
            return "sealed" if bytes(value) else "nothing"
        case datetime():
            return _local(value)
        case dict():
            return "{" + ", ".join(f"{name}: {_value(value[name])}" for name in sorted(value)) + "}"
    return str(value)


def _local(moment: datetime) -> str:
    from tests.conftest import TOKYO

    return moment.astimezone(TOKYO).isoformat()


def compare(name: str, text: str) -> None:
    """Hold the text against the file of that name; `RECORD_GOLDEN=1` writes the file anew."""
    file = HERE / f"{name}.txt"
    if os.environ.get("RECORD_GOLDEN"):
        file.write_text(text, "utf-8")
    require_same(file.read_text("utf-8"), text)


def require_same(kept: str, text: str) -> None:
    """Nothing, where the texts are the same; else an AssertionError that shows where not."""
    if text != kept:
        was, now = (told.replace(", ", ",\n      ").split("\n") for told in (kept, text))
        changed = difflib.unified_diff(was, now, "kept", "now", n=3, lineterm="")
        raise AssertionError("\n".join([DIFFERS, *changed]))
