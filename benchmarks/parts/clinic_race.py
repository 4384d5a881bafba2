"""Five hundred people press for the four places of one clinic day, at one moment, over HTTP."""

import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import SEE_OTHER
from time import perf_counter
from typing import Protocol

from benchmarks.parts.crowd import address
from benchmarks.parts.serving import Server, served
from benchmarks.parts.visitor import Visitor
from tests.proof.house import House

PLACES, TOLD = 4, 422
PLACE = re.compile(r'name="place"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="place"')
STEPS = {
    3: {"contact_rule": "mail_only", "mail": "yes", "email": "hana@example.jp"},
    4: {"name": "見本 はな", "residence": "inside"},
    5: {"people": "1"},
}
ROWS = """
import json
from madoguchi.ops.start import django
django("desk")
from collections import Counter
from madoguchi.work.clinic.models import Booking
taken = Booking.objects.exclude(state__in=("cancelled", "lapsed"))
places = Counter(taken.values_list("day", "number", "seat"))
print(json.dumps({"states": Counter(taken.values_list("state", flat=True)),
                  "most": max(places.values(), default=0), "rows": sum(places.values())}))
"""
UNGUARD = """
from madoguchi.ops.start import django
django("desk")
from django.db import connection
connection.cursor().execute("DROP INDEX clinic_one_a_place")
"""


class Presser(Protocol):
    """Somebody whose finger is on the button."""

    def press(self) -> int:
        """Press; the status of the answer."""


@dataclass
class Outcome:
    """What the crowd was answered: how often which status, and after how many seconds."""

    statuses: Counter[int | str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    won: list[Presser] = field(default_factory=list)

    @property
    def slowest(self) -> float:
        """The longest that anybody waited."""
        return max(self.seconds)


class Contender:
    """One person who has the list of dates open and a time of its first day ticked."""

    def __init__(self, server: Server, number: int) -> None:
        self._line = Visitor(server.host, server.port, address(number))
        self._place = ""
        self._number = number

    def come(self) -> None:
        """Open the list of dates and tick one of the first day's times."""
        self._line.post("/s/l/", {})
        self._line.post("/s/l/1/", {"danger": "no"})
        page = self._line.get("/s/l/").body.decode()
        found = ["".join(one) for one in PLACE.findall(page)]
        assert found, page[:2000]
        first = [one for one in found if one.split("/")[0] == found[0].split("/")[0]]
        self._place = first[self._number % len(first)]

    def press(self) -> int:
        """Ask for the place."""
        return self._line.post("/s/l/", {"place": self._place}).status

    def book(self) -> int:
        """Answer the questions and send them; the status of the receipt's page."""
        for number, fields in STEPS.items():
            answer = self._line.post(f"/s/l/{number}/", fields)
            assert answer.status == SEE_OTHER, (number, answer.body.decode()[:3000])
        answer = self._line.post("/s/l/check/", {"place": self._place})
        assert answer.headers.get("Location", "").endswith("/s/l/done/"), answer.body.decode()
        return self._line.get("/s/l/done/").status

    def close(self) -> None:
        """Hang up."""
        self._line.close()


def at_once(people: Sequence[Presser]) -> Outcome:
    """All press at one moment."""
    outcome, gate, lock = Outcome(), threading.Barrier(len(people)), threading.Lock()

    def live(one: Presser) -> None:
        gate.wait()
        began = perf_counter()
        try:
            status: int | str = one.press()
        except OSError as error:
            status = type(error).__name__
        taken = perf_counter() - began
        with lock:
            outcome.statuses[status] += 1
            outcome.seconds.append(taken)
            if status == SEE_OTHER:
                outcome.won.append(one)

    crowd = [threading.Thread(target=live, args=(one,)) for one in people]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    return outcome


def servers(house: House, stack: ExitStack, application: str | None = None) -> list[Server]:
    """Two workers of the portal, each a process of its own on one database."""
    return [stack.enter_context(served(house, "portal", application)) for _ in range(2)]


def contenders(among: Sequence[Server], many: int) -> Iterator[Contender]:
    """So many people, spread over the workers, with the list of dates open."""
    for number in range(many):
        one = Contender(among[number % len(among)], number)
        one.come()
        yield one
