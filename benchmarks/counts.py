"""A month's and a fiscal year's sheet, counted from the drawers of 300 and of 5,000 cases.

Each case holds five contacts. Every page goes through a server's whole stack but the network.
"""

import json
import statistics
import sys
from typing import Any

from benchmarks.parts.command import arguments, finish
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import new_house

BARS_MS = {300: 500, 5000: 5000}


def main() -> int:
    """Make the houses, measure in a process of their desk, print."""
    short = arguments(__doc__).parse_args().short
    lines: list[Figure] = []
    for cases, bar_ms in BARS_MS.items():
        told = measured(cases // 10 if short else cases)
        for name, times in told["times"].items():
            taken = statistics.median(times)
            lines.append(
                Figure(
                    f"{name}: {told['contacts']:,} contacts of {told['persons']:,} persons",
                    f"{taken:.0f} ms",
                    f"{told['values']:,} values opened",
                    f"≤ {bar_ms} ms",
                    taken <= bar_ms,
                )
            )
    notes = ["Nothing countable is stored: every number is opened and counted each time."]
    return finish("Counts", lines, notes, short=short)


def measured(cases: int) -> dict[str, Any]:
    """What a process of a new desk measured."""
    with new_house() as house:
        said = house.run("-m", "benchmarks.parts.counts_cases", str(cases))
    told: dict[str, Any] = json.loads(said.splitlines()[-1])
    return told


if __name__ == "__main__":
    sys.exit(main())
