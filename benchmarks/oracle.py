"""Does the time of an answer tell whether a telephone number is known, or hidden from who asks?

A colleague asks on the intake sheet for a number that a case has, for one that none has, and for
one whose case is hidden from them; in turn, through Django's whole stack but the network. The
control stops looking at the first hit: it must be seen.
"""

import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.parts.command import arguments, finish
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import new_house

CASES, TRIES = 200, 500
BAR_MS = 5


def apart_ms(times: Mapping[str, Sequence[float]]) -> float:
    """By how much the medians of the answers differ at most.

    >>> apart_ms({"hit": [1, 2, 9], "miss": [2, 3, 4], "hidden": [2, 2, 2]})
    1
    """
    medians = [statistics.median(some) for some in times.values()]
    return max(medians) - min(medians)


def main() -> int:
    """Measure in a process of the desk, print."""
    short = arguments(__doc__).parse_args().short
    tries = TRIES // 10 if short else TRIES
    with new_house() as house:
        told: dict[str, Any] = json.loads(
            house.run("-m", "benchmarks.parts.oracle_tries", str(CASES), str(tries)).splitlines()[
                -1
            ]
        )
    found, control = apart_ms(told["ours"]), apart_ms(told["control"])
    medians = ", ".join(
        f"{name} {statistics.median(some):.1f}" for name, some in told["ours"].items()
    )
    lines = [
        Figure(
            f"a number asked for, {tries} times each, among {CASES} cases",
            f"medians differ by {found:.1f} ms ({medians} ms)",
            f"stopping at the first hit they differ by {control:.1f} ms",
            f"< {BAR_MS} ms, control beyond",
            found < BAR_MS < control,
        ),
        Figure(
            "bytes of the three answers, but for the word",
            "the same" if told["lengths"] == 1 else f"{told['lengths']} lengths",
            "",
            "the same",
            told["lengths"] == 1,
        ),
    ]
    return finish("A number asked for", lines, [], short=short)


if __name__ == "__main__":
    sys.exit(main())
