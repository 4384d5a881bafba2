"""The list of cases of one office with 100,000 of them, on both databases.

A page of the list from its query to its cards, at any depth, beside the same rows by hand: the
five columns that a list cannot do without, from some row on, through a bare cursor. Beside each
stands a house with a tenth of the cases, asked in turn with it.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.parts.command import arguments, finish
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import OUT
from tests.house.source import ROOT
from tests.postgresql import address, started
from tests.proof.house import House

FEW, MANY = 10_000, 100_000
LIST_BAR_MS, GROWTH_BAR, QUERIES_BAR = 3.0, 1.5, 10


def measured(home: Path, few: int, many: int, **databases: str) -> dict[str, Any]:
    """What a process with this database says of its lists."""
    home.mkdir()
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.parts.desk_lists", str(few), str(many)],
        cwd=ROOT,
        env=House(home).surroundings(MADOGUCHI_WINDOW="desk", **databases),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return dict(json.loads(told.splitlines()[-1]))


def figures(name: str, told: Mapping[str, Any], many: int) -> Iterator[Figure]:
    """The lines of one database."""
    for list_name, one in told["lists"].items():
        few, grown = one["few_ms"], one["ms"] / one["few_ms"]
        floor = f"by hand {one['floor_ms']:.2f} ms; " if one["floor_ms"] else ""
        yield Figure(
            f"{name}: {list_name}, of {many:,} cases",
            f"{one['ms']:.2f} ms (19 of 20 within {one['p95_ms']:.2f})",
            f"{floor}a tenth of the cases {few:.2f} ms, growth {grown:.2f}",
            f"≤ {LIST_BAR_MS:.0f} ms, growth ≤ {GROWTH_BAR}",
            one["ms"] <= LIST_BAR_MS and grown <= GROWTH_BAR,
        )
    yield Figure(
        f"{name}: the numbers on the tabs, each to a thousand", f"{told['counts_ms']:.2f} ms"
    )
    yield Figure(
        f"{name}: whole page in the middle, through Django's client",
        f"{told['page_ms']:.1f} ms, {told['queries']} queries",
        f"its list {told['lists']['all open, middle']['ms']:.2f} ms",
        f"≤ {QUERIES_BAR} queries",
        told["queries"] <= QUERIES_BAR,
    )
    yield Figure(
        f"{name}: plans at this size",
        "no list sorts or reads the whole table" if not told["plans"] else "; ".join(told["plans"]),
        "PostgreSQL's own choice, after ANALYZE" if name == "PostgreSQL" else "",
        "none",
        not told["plans"],
    )


def main() -> int:
    """Measure both databases, one after the other."""
    short = arguments(__doc__).parse_args().short
    few, many = (FEW // 10, MANY // 10) if short else (FEW, MANY)
    OUT.mkdir(exist_ok=True)
    lines: list[Figure] = []
    with tempfile.TemporaryDirectory(dir=OUT, prefix="bench-") as folder:
        lines += figures("SQLite", measured(Path(folder) / "sqlite", few, many), many)
        server = started(hasty=False)
        try:
            for name in ("few", "many", "staff"):
                server.psql(f'CREATE DATABASE "{name}"')
            databases = {
                "MADOGUCHI_DATABASE": address(server, "many"),
                "MADOGUCHI_STAFF_DATABASE": address(server, "staff"),
            }
            told = measured(Path(folder) / "postgresql", few, many, **databases)
            lines += figures("PostgreSQL", told, many)
        finally:
            server.cleanup()
    notes = ["The time of a list is from the call to its cards, rights and deny list included."]
    return finish(f"List of cases ({many:,} in one office)", lines, notes, short=short)


if __name__ == "__main__":
    sys.exit(main())
