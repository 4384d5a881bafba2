"""A search over 10,000 sealed notes in 2,000 cases, beside opening the same values by hand.

By hand: one bare cursor over the rows, the key of each value derived and its bytes opened, nothing
checked, loosened or looked for. The search opens the same values, holds each against its audit
line, and looks for the words. Both run in one process, in turn; then the page, through a server's
whole stack but the network.
"""

import json
import statistics
import sys
from typing import Any

from benchmarks.parts.command import arguments, finish
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import new_house

CASES, NOTES = 2000, 5
BAR_MS = 300


def main() -> int:
    """Make the house, measure in a process of its desk, print."""
    short = arguments(__doc__).parse_args().short
    cases = CASES // 10 if short else CASES
    with new_house() as house:
        told: dict[str, Any] = json.loads(
            house.run("-m", "benchmarks.parts.search_cases", str(cases), str(NOTES)).splitlines()[
                -1
            ]
        )
    floor = statistics.median(told["floor"])
    beside = f"{told['values']:,} values opened by hand {floor:.0f} ms"
    size = f"{cases * NOTES:,} notes in {cases:,} cases"
    lines = [
        Figure(
            f"search, {name}: {size}",
            f"{statistics.median(times):.0f} ms",
            f"{beside}, ratio {statistics.median(times) / floor:.2f}",
            f"≤ {BAR_MS} ms",
            statistics.median(times) <= BAR_MS,
        )
        for name, times in told["searches"].items()
    ]
    cpu = statistics.median(told["cpu"])
    notes = [
        f"One search takes {cpu:.0f} ms of the processor's time; the rest is other work.",
        "Words that are in no case take longest: then everything is opened.",
    ]
    return finish("Search", lines, notes, short=short)


if __name__ == "__main__":
    sys.exit(main())
