"""Many people at once, who come when they come: nobody waits for another's answer."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count

from benchmarks.parts.serving import Server
from benchmarks.parts.visitor import Visitor

READERS, ASKERS = 32, 24
PAGES = (
    *(
        "/",
        "/",
        "/",
        "/desks/",
        "/clinic/",
        "/subsidy/",
        "/news/",
        "/easy/",
        "/en/",
        "/easy/desks/",
    ),
    *("/guide/delete/", "/guide/identify/", "/guide/danger/", "/privacy/", "/s/f/", "/ordinance/"),
)


@dataclass
class Told:
    """What a crowd lived through: seconds from when each came, and what went wrong."""

    reads: list[float] = field(default_factory=list)
    presses: list[float] = field(default_factory=list)
    receipts: list[tuple[str, str, str]] = field(default_factory=list, repr=False)
    failures: list[str] = field(default_factory=list)


def address(number: int) -> str:
    """An address of loopback for the n-th person, each in a neighbourhood of their own."""
    return f"127.{1 + number // 250 % 250}.{number % 250}.9"


def arriving(rate: float, seconds: float, people: int, do: Callable[[int, float], None]) -> None:
    """Have `do` told the number and the due moment of each arrival, spread evenly over the time."""
    began, numbers, lock = time.perf_counter(), count(), threading.Lock()

    def next_one() -> Iterator[tuple[int, float]]:
        while True:
            with lock:
                number = next(numbers)
            due = began + number / rate
            if due - began >= seconds:
                return
            time.sleep(max(0.0, due - time.perf_counter()))
            yield number, due

    def live(_person: int) -> None:
        for number, due in next_one():
            do(number, due)

    with ThreadPoolExecutor(people) as crowd:
        list(crowd.map(live, range(people)))


def reading(server: Server, rate: float, seconds: float, told: Told) -> None:
    """People who read public pages; each person's line stays open."""
    own = threading.local()
    chance = random.Random(20261125)
    order = [chance.choice(PAGES) for _ in range(997)]

    def read(number: int, due: float) -> None:
        if not hasattr(own, "visitor"):
            own.visitor = Visitor(server.host, server.port, address(threading.get_ident() // 64))
        path = order[number % len(order)]
        try:
            status = own.visitor.get(path).status
        except (OSError, HTTPException) as lost:
            own.visitor.close()
            told.failures.append(f"{path}: {type(lost).__name__}")
            return
        told.reads.append(time.perf_counter() - due)
        if status != 200:
            told.failures.append(f"{path}: {status}")

    arriving(rate, seconds, READERS, read)


def asking(server: Server, rate: float, seconds: float, told: Told) -> None:
    """People who ask for help from the first step to the receipt, each on a line of their own."""

    def ask(number: int, _due: float) -> None:
        words = f"見本の相談 {number:06} です。" * 20
        visitor = Visitor(server.host, server.port, address(number))
        try:
            visitor.fill(words)
            began = time.perf_counter()
            status = visitor.send().status
            told.presses.append(time.perf_counter() - began)
            told.receipts.append((*visitor.receipt(), words))
        except (OSError, HTTPException, AssertionError, ValueError) as lost:
            told.failures.append(f"request for help: {type(lost).__name__} {lost}")
            return
        finally:
            visitor.close()
        if status != 303:
            told.failures.append(f"last press: {status}")

    arriving(rate, seconds, ASKERS, ask)


def wrong_receipts(server: Server, told: Told) -> int:
    """How many receipts do not open a case with the very words of whoever was shown them."""

    def opens(numbered: tuple[int, tuple[str, str, str]]) -> bool:
        number, (receipt, secret, words) = numbered
        visitor = Visitor(server.host, server.port, address(number))
        try:
            answer = visitor.post("/s/f/", {"number": receipt, "secret": secret})
            page = visitor.get(answer.headers.get("Location", "/"))
            return words[:20] in page.body.decode()
        finally:
            visitor.close()

    with ThreadPoolExecutor(4) as readers:
        right = sum(readers.map(opens, enumerate(told.receipts)))
    twice = len(told.receipts) - len({receipt for receipt, _, _ in told.receipts})
    return len(told.receipts) - right + twice
