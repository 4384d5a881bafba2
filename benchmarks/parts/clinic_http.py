"""The clinic's race in figures: both databases, its floor, its control, and a ticket shop."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.parts import clinic_race as race
from benchmarks.parts import ticketing
from benchmarks.parts.crowd import address as neighbourhood
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import OUT, furnish, new_house
from tests.postgresql import address, started
from tests.proof.house import House, prepared

MANY, FEW = 500, 60
PEER_MANY, ACTS = 120, 1_000
BAR_S = 1.0
LOCKED = "database is locked"
STORM = """
import sys
from madoguchi.ops.start import django
django("desk")
from benchmarks.parts.clinic_storm import main
main(int(sys.argv[1]))
"""
EMPTY = "benchmarks.parts.clinic_empty:application"


def figures(*, short: bool) -> Iterator[Figure]:
    """The race on both databases, then without its guard, then at the peer's."""
    many, acts = (FEW, ACTS // 10) if short else (MANY, ACTS)
    with new_house() as house:
        yield from _raced("SQLite", house, many)
        yield _stormed("SQLite", house, acts)
    with on_postgresql() as house:
        yield from _raced("PostgreSQL", house, many)
        yield _stormed("PostgreSQL", house, acts)
    with new_house() as house:
        yield _unguarded(house, FEW)
    yield _peer(FEW // 2 if short else PEER_MANY)


def _raced(name: str, house: House, many: int) -> Iterator[Figure]:
    _publish(house)
    floor = _floor(house, many)
    with ExitStack() as stack:
        servers = race.servers(house, stack)
        people = list(race.contenders(servers, many))
        outcome = race.at_once(people)
        booked = [one.book() for one in outcome.won if isinstance(one, race.Contender)]
        for one in people:
            one.close()
        locked = LOCKED in house.log("portal").read_text("utf-8")
    rows = _rows(house)
    told = outcome.statuses[race.TOLD]
    right = (
        len(booked) == race.PLACES == rows["rows"]
        and rows["most"] == 1
        and told == many - race.PLACES
        and not locked
    )
    yield Figure(
        f"{name}: {many} people press at once for {race.PLACES} places, two workers",
        f"{len(booked)} booked, {told} told so, {many - len(outcome.won) - told} errors",
        f"rows in the table: {rows['states']}",
        f"{race.PLACES} booked, {many - race.PLACES} told, 0 errors, none locked",
        right,
    )
    beyond = outcome.slowest - floor.slowest
    yield Figure(
        f"{name}: the slowest answer",
        f"{outcome.slowest:.2f} s, {beyond:.2f} s beyond",
        f"the same requests against an empty view {floor.slowest:.2f} s",
        f"≤ {BAR_S:.0f} s beyond",
        beyond <= BAR_S,
    )


def _floor(house: House, many: int) -> race.Outcome:
    """The same people, presses and workers, and a view that does nothing."""
    with ExitStack() as stack:
        servers = race.servers(house, stack, EMPTY)
        people = [race.Contender(servers[at % 2], at) for at in range(many)]
        for one in people:
            one.press()
        outcome = race.at_once(people)
        for one in people:
            one.close()
    assert set(outcome.statuses) == {200}, outcome.statuses
    return outcome


def _stormed(name: str, house: House, acts: int) -> Figure:
    """After the race, on what it left: bookings, moves and cancellations at random."""
    told = json.loads(house.run("-c", STORM, str(acts)))
    came, faults = told["came"], told["faults"]
    errors = {what: times for what, times in came.items() if what.startswith("error")}
    done = ", ".join(f"{times} × {what}" for what, times in sorted(came.items()))
    return Figure(
        f"{name}: {acts:,} bookings, moves and cancellations at random, eight at once",
        f"{sum(faults.values())} faults, {sum(errors.values())} errors",
        f"{done}; looked for: {', '.join(faults)}",
        "no fault, no error",
        not any(faults.values()) and not errors,
    )


def _unguarded(house: House, many: int) -> Figure:
    _publish(house)
    house.run("-c", race.UNGUARD)
    with ExitStack() as stack:
        people = list(race.contenders(race.servers(house, stack), many))
        race.at_once(people)
        for one in people:
            one.close()
    rows = _rows(house)
    return Figure(
        f"control: the same with {many} people, the database's constraint taken away",
        f"{rows['rows']} places given, up to {rows['most']} times the same",
        "",
        f"more than {race.PLACES}",
        rows["rows"] > race.PLACES,
    )


def _peer(many: int) -> Figure:
    with ticketing.served() as shop:
        people = [shop.buyer(neighbourhood(at)) for at in range(many)]
        for one in people:
            one.look()
        outcome = race.at_once(people)
        placed = shop.placed()
        for one in people:
            one.close()
    errors = sum(times for status, times in outcome.statuses.items() if status != 302)
    return Figure(
        f"beside it: pretix, {many} people put one of {ticketing.PLACES} places into a cart",
        f"{placed} placed, {errors} errors, slowest answer {outcome.slowest:.1f} s",
        "SQLite, two workers; pages of a shop, no answer said apart",
    )


def _publish(house: House) -> None:
    """This fiscal year's days and the next one's: there is always one ahead."""
    house.run("-m", "tests.proof.clinic_days", "publish", window="portal")


def _rows(house: House) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(house.run("-c", race.ROWS))
    return told


@contextmanager
def on_postgresql() -> Iterator[House]:
    server = started(hasty=False)
    try:
        for name in ("cases", "staff"):
            server.psql(f"CREATE DATABASE {name}")
        with tempfile.TemporaryDirectory(dir=OUT, prefix="bench-") as folder:
            house = prepared(
                Path(folder) / "home",
                MADOGUCHI_DATABASE=address(server, "cases"),
                MADOGUCHI_STAFF_DATABASE=address(server, "staff"),
            )
            furnish(house)
            yield house
    finally:
        server.cleanup()
