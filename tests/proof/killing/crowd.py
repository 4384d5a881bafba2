"""Thirty-two people at once, each with a journal: what they sent, what they were shown."""

import http.client
import itertools
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.proof.killing.errand import Answer, Away, Broken, Errand, Wrong, new_errand

PEOPLE = 32
IMPATIENT = 0.2
PATIENCE_S, INSISTENCE_S = 15, 300
AGAIN_S = (0.1, 0.4)
_homes = itertools.count()


def fresh_address() -> str:
    """An address of loopback in a network (/24) of its own: every person has another router."""
    number = next(_homes)
    return f"127.{1 + number // 250 % 250}.{number % 250}.1"


class Line:
    """A person's connection to the portal, made again after it broke."""

    def __init__(self, port: int) -> None:
        self._port, self._home = port, fresh_address()
        self._connection: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """What the portal answers.

        Raises:
            Away: nobody takes the call.
            Broken: the connection died after the call was taken.
        """
        try:
            return self._ask(self._connected(), method, path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            self.hang_up()
            raise Broken from error

    def hang_up(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            new = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=PATIENCE_S, source_address=(self._home, 0)
            )
            try:
                new.connect()
            except OSError as error:
                raise Away from error
            self._connection = new
        return self._connection

    def _ask(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: bytes,
        headers: dict[str, str],
    ) -> Answer:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        cookie = (answer.getheader("Set-Cookie") or "").partition("=")[2].partition(";")[0]
        page = answer.read().decode()
        return Answer(answer.status, answer.getheader("Location") or "", cookie, page)


class Crowd:
    """People who ask for help again and again until `drain`; `journal` holds every errand."""

    def __init__(self, port: int, people: int = PEOPLE) -> None:
        self.journal: list[Errand] = []
        self.wrong: list[str] = []
        self._port = port
        self._open = self._insistent = True
        self._people = [threading.Thread(target=self._live) for _ in range(people)]

    def __len__(self) -> int:
        """How many were shown a receipt."""
        return sum(bool(errand.numbers) for errand in list(self.journal))

    def start(self) -> None:
        """Let them come."""
        for person in self._people:
            person.start()

    def drain(self) -> None:
        """Let nobody begin anew; return when everybody has been answered."""
        self._open = False
        for person in self._people:
            person.join()

    def give_up(self) -> None:
        """Let everybody go, answered or not."""
        self._insistent = False
        self.drain()

    def _live(self) -> None:
        while self._open:
            errand = new_errand(impatient=random.random() < IMPATIENT)
            self.journal.append(errand)
            try:
                self._insist(errand)
            except Wrong as problem:
                self.wrong.append(str(problem))
                return

    def _insist(self, errand: Errand) -> None:
        line = Line(self._port)
        until = time.monotonic() + INSISTENCE_S
        while time.monotonic() < until:
            if not self._insistent:
                return
            try:
                errand.go_on(line.send)
            except (Away, Broken):
                time.sleep(random.uniform(*AGAIN_S))
            else:
                line.hang_up()
                return
        raise Wrong(f"step {errand.done} was not answered for {INSISTENCE_S} s")


@contextmanager
def crowded(port: int) -> Iterator[Crowd]:
    """People at the portal for as long as the block lasts; all are answered at its end."""
    crowd = Crowd(port)
    crowd.start()
    try:
        yield crowd
    finally:
        crowd.drain()
