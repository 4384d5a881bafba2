"""A press on a grant among 2,000 others of its office, by turns with the same press among 20.

Two houses, a process of the desk in each, asked one after the other.
"""

import json
import statistics
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

from benchmarks.parts.command import arguments, busy, finish
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import new_house
from tests.proof.house import kill

FEW, MANY = 20, 2000
ROUNDS, SHORT_ROUNDS = 40, 8
BAR = 1.1
WHAT = {  # and the bar of its ratio
    "press": ("a verdict is pressed on a grant", BAR),
    "page": ("its page, which looks for what is alike", None),
}
NOTE = """A press is a verdict (判定), from the button to the redirect, through the desk's whole
stack but the network; the page is what the officer sees next. Times are processor time. All others
have their marks, and none shares one with the grant. The page also asks which grants have none of
their newest application yet: that looks through all of the office."""


def main() -> int:
    """Make both houses, press in turn, print."""
    short = arguments(__doc__).parse_args().short
    many = MANY // 10 if short else MANY
    with ExitStack() as stack:
        desks = [_desk(stack, count) for count in (FEW, many)]
        figures = [_figure(what, desks, many, SHORT_ROUNDS if short else ROUNDS) for what in WHAT]
    return finish("A press on a grant", figures, [" ".join(NOTE.split()), busy()], short=short)


def _desk(stack: ExitStack, count: int) -> "subprocess.Popen[str]":
    """The desk of a new house with so many grants, ready to be asked."""
    house = stack.enter_context(new_house())
    program = house.start("-m", "benchmarks.parts.grant_press_desk", str(count), window="desk")
    stack.callback(kill, program)
    assert program.stdout
    ready = program.stdout.readline()
    assert ready == "ready\n", ready + program.stdout.read()
    return program


def _figure(what: str, desks: "list[subprocess.Popen[str]]", many: int, rounds: int) -> Figure:
    """One of `WHAT`, in both houses in turn; the first time warms up."""
    pairs = [[_asked(desk, what) for desk in desks] for _ in range(rounds + 1)][1:]
    few_ms, many_ms = (statistics.median(pair[at]["ms"] for pair in pairs) for at in (0, 1))
    ratio = statistics.median(pair[1]["ms"] / pair[0]["ms"] for pair in pairs)
    few_queries, many_queries = ({pair[at]["queries"] for pair in pairs} for at in (0, 1))
    same = few_queries == many_queries
    name, bar = WHAT[what]
    queries = " to ".join(str(one) for one in sorted({min(many_queries), max(many_queries)}))
    return Figure(
        f"{name}, among {many:,} others",
        f"{many_ms:.1f} ms, {queries} queries",
        f"among {FEW}: {few_ms:.1f} ms, ratio {ratio:.2f}, queries {'equal' if same else 'differ'}",
        ", ".join([*([f"ratio ≤ {bar}"] if bar else []), "queries equal"]),
        same and (not bar or ratio <= bar),
    )


def _asked(desk: "subprocess.Popen[str]", what: str) -> dict[str, Any]:
    assert desk.stdin
    assert desk.stdout
    desk.stdin.write(f"{what}\n")
    desk.stdin.flush()
    told = desk.stdout.readline()
    assert told.startswith("{"), told + desk.stdout.read()
    return dict(json.loads(told))


if __name__ == "__main__":
    sys.exit(main())
