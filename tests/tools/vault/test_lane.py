"""The lane: two at a time, networks in turn; a thousand tries of one network starve nobody."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest

from madoguchi.tools.vault.fairness import Busy, Lane

TRIES = 1000
IN_FLIGHT = 64


def wait_until(reached: Callable[[], bool]) -> None:
    """Give up after five seconds."""
    end = time.monotonic() + 5
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.002)


def served_before_the_person(place: Callable[[str], AbstractContextManager[object]]) -> int:
    """How many of an attacker's waiting tries are served before the one that comes last."""
    came: list[str] = []
    served: list[str] = []
    gate = threading.Event()
    entered = threading.Barrier(3)

    def block() -> None:
        with place("attacker"):
            entered.wait(5)
            gate.wait(5)

    def work(network: str) -> None:
        came.append(network)
        with place(network):
            served.append(network)
            time.sleep(0.005)  # a place is kept for a while, so that being woken is being served

    blockers = [threading.Thread(target=block) for _ in range(2)]
    for thread in blockers:
        thread.start()
    entered.wait(5)
    waiting = [threading.Thread(target=work, args=("attacker",)) for _ in range(IN_FLIGHT)]
    for thread in waiting:
        thread.start()
    wait_until(lambda: len(came) == IN_FLIGHT)
    waiting.append(threading.Thread(target=work, args=("person",)))
    waiting[-1].start()
    wait_until(lambda: came[-1] == "person")
    time.sleep(0.1)  # from there each is one step from waiting
    gate.set()
    for thread in (*blockers, *waiting):
        thread.join(10)
    assert len(served) == IN_FLIGHT + 1
    return served.index("person")


def test_the_person_is_served_in_turn() -> None:
    assert served_before_the_person(Lane(places=2, patience_s=10).place) <= 3


def test_control_a_plain_semaphore_lets_the_person_wait_for_all() -> None:
    plain = threading.Semaphore(2)
    assert served_before_the_person(lambda _network: plain) > IN_FLIGHT // 2


def test_a_thousand_bad_tries_leave_the_person_a_bounded_wait() -> None:
    lane = Lane(places=2, patience_s=20)
    hold_s, waits = 0.002, []
    stop = threading.Event()

    def attack(_number: int) -> None:
        with lane.place("attacker"):
            time.sleep(hold_s)

    def person() -> None:
        while not stop.is_set():
            began = time.monotonic()
            with lane.place("person"):
                waits.append(time.monotonic() - began)
            time.sleep(0.01)

    holder = threading.Thread(target=person)
    holder.start()
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        list(pool.map(attack, range(TRIES)))
    stop.set()
    holder.join(10)
    assert len(waits) > 10
    assert sorted(waits)[len(waits) // 2] < 20 * hold_s


def test_never_more_than_two_at_once() -> None:
    lane = Lane(places=2, patience_s=10)
    inside, most, lock = 0, 0, threading.Lock()

    def work(number: int) -> None:
        nonlocal inside, most
        with lane.place(f"net-{number % 5}"):
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.001)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(work, range(200)))
    assert most == 2
    assert (lane._free, len(lane._waiting)) == (2, 0)


def test_patience_ends_and_takes_no_place_with_it() -> None:
    lane = Lane(places=1, patience_s=0.05)
    with lane.place("a"), pytest.raises(Busy), lane.place("b"):
        pass
    assert (lane._free, len(lane._waiting)) == (1, 0)
    with lane.place("b"):
        assert lane._free == 0


def test_a_failure_inside_frees_the_place() -> None:
    lane = Lane(places=1, patience_s=1)
    with pytest.raises(ZeroDivisionError), lane.place("a"):
        raise ZeroDivisionError
    assert lane._free == 1
