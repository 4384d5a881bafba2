"""Fifty colleagues decide at one moment on one budget, in two processes, on both databases."""

import json
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from benchmarks.parts.clinic_http import on_postgresql
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import new_house
from tests.proof.house import House

PROGRAM = "benchmarks.parts.grant_budget_desk"
PROCESSES, TIMES = 2, 50
YEARS, FEW = (2024, 2025, 2026), (2026,)
CONTROL = 2023
NOTE = """Fifty decisions press at one moment, 25 threads in each of two processes, where the budget
reaches for some seventeen of them; each is the whole act: rights, the grant held and opened, the
sum reserved, the step sealed, the person's day, the line. Beside it the same fifty UPDATEs, each in
a transaction of its own, without the acts. The control believes what the page said before, without
the UPDATE's condition and without the table's constraint."""


def decisions(*, short: bool) -> Iterator[Figure]:
    """What came of it on each database, and what comes of it without the guards."""
    years = FEW if short else YEARS
    for name, made in (("SQLite", new_house()), ("PostgreSQL", on_postgresql())):
        with ExitStack() as stack:
            yield from _figures(stack.enter_context(made), name, years)


def _figures(house: House, name: str, years: Sequence[int]) -> Iterator[Figure]:
    house.run("-m", PROGRAM, "make", *map(str, (*years, CONTROL)))
    rounds = [_round(house, "decide", year) for year in years]
    floors = [_round(house, "floor", year) for year in years]
    last = rounds[-1]
    took, floor = (statistics.median(one["ms"] for one in some) for some in (rounds, floors))
    sound = all(one["sound"] and one["decided"] + one["refused"] == TIMES for one in rounds)
    yield Figure(
        f"{TIMES} decisions at once on {name}: {last['decided']} decided, {last['refused']} refused"
        f" for want of money, {last['left']:,} yen left",
        f"{took:.0f} ms until the last",
        f"the same UPDATEs without acts {floor:.0f} ms, ratio {took / floor:.0f}",
        "never overspent, never negative, books and steps agree",
        sound,
    )
    house.run("-m", PROGRAM, "unguard")
    wild = _round(house, "believe", CONTROL)
    yield Figure(
        f"the control on {name}, without its guards: {wild['decided']} decided",
        f"{-wild['left']:,} yen overspent",
        "",
        "overspent",
        wild["left"] < 0,
    )


def _round(house: House, what: str, year: int) -> dict[str, Any]:
    """All processes are ready, then all press; what stands afterwards."""
    programs = [
        house.start("-m", PROGRAM, what, str(year), str(number), str(PROCESSES), window="desk")
        for number in range(PROCESSES)
    ]
    for one in programs:
        assert one.stdout
        ready = one.stdout.readline()
        assert ready == "ready\n", ready + one.stdout.read()
    for one in programs:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [json.loads(one.communicate()[0].splitlines()[-1]) for one in programs]
    stands: dict[str, Any] = json.loads(house.run("-m", PROGRAM, "stands", str(year)))
    return {
        **stands,
        "ms": max(one["ms"] for one in told),
        "decided": sum(one["decided"] for one in told),
        "refused": sum(one["refused"] for one in told),
    }
