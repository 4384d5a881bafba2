"""Filing a request for help: what a person waits for when pressing the last button.

Argon2id, which makes a receipt costly to guess, is told apart: once with its cost taken away,
beside the same press in django-helpdesk (one ticket, SQLite with the same durability, no mail),
once as in production, one at a time and eight people at once. Then with a worker beside it whose
mail server takes every mail, and in turn with one whose mail server says nothing.
"""

import statistics
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import perf_counter

from benchmarks.parts import helpdesk
from benchmarks.parts.command import arguments, finish
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import Server, interleaved, new_house, ratio, seconds, served
from benchmarks.parts.visitor import Visitor
from madoguchi.tools.vault import cipher
from tests.proof.house import kill
from tests.tools.mail import postman

WAIT_BAR_S, MAIL_BAR = 3.0, 0.90
ROUNDS, PEOPLE = 40, 8
WORDS = "書き込みを消したいです。どうすればよいですか。" * 8


def filed(server: Server) -> float:
    """One person asks for help; the seconds of the last press alone."""
    visitor = Visitor(server.host, server.port)
    visitor.fill(WORDS)
    began = perf_counter()
    answer = visitor.send()
    taken = perf_counter() - began
    assert answer.headers["Location"].endswith("/s/c/done/"), answer
    visitor.receipt()
    visitor.close()
    return taken


def ticket(server: Server) -> float:
    """One person sends a ticket to the peer; the seconds of the press alone."""
    visitor = Visitor(server.host, server.port)
    fields = helpdesk.filled(visitor, WORDS)
    began = perf_counter()
    answer = visitor.post(helpdesk.FORM, fields)
    taken = perf_counter() - began
    assert answer.status == 302, answer
    visitor.close()
    return taken


def stretched() -> float:
    """Seconds of Argon2id at the cost of production, alone."""
    return seconds(lambda: cipher.stretch("0" * 16, bytes(16), cipher.PRODUCTION))


def ms(taken: Sequence[float]) -> str:
    """The median, in milliseconds."""
    return f"{statistics.median(taken) * 1000:.0f} ms"


def without_cost(rounds: int) -> Figure:
    """The press without Argon2id's cost, beside the peer's."""
    with new_house() as house, served(house, "portal") as ours, helpdesk.served(32) as peer:
        theirs, own = interleaved(rounds, lambda: ticket(peer), lambda: filed(ours))
    measured = f"{ms(own)} = {ratio(theirs, own):.2f} of its speed"
    beside = f"django-helpdesk's ticket {ms(theirs)}: nothing sealed, no receipt, one row"
    return Figure("one press, Argon2id's cost taken away", measured, beside)


def as_in_production(rounds: int) -> list[Figure]:
    """The press with its full cost: alone, and eight people at once."""
    with (
        new_house(MADOGUCHI_RECEIPT_COST="production") as house,
        served(house, "portal") as server,
        ThreadPoolExecutor(PEOPLE) as crowd,
    ):
        argon, alone = interleaved(rounds, stretched, lambda: filed(server))
        began = perf_counter()
        waits = list(crowd.map(lambda _: filed(server), range(PEOPLE * rounds // 4)))
        each = len(waits) / (perf_counter() - began)
    slowest = sorted(waits)[int(len(waits) * 0.95)]
    return [
        Figure("Argon2id alone (64 MiB, three passes)", ms(argon)),
        Figure("one press, as in production", ms(alone), f"Argon2id alone {ms(argon)}"),
        Figure(
            f"{PEOPLE} people pressing again and again, p95",
            f"{slowest:.2f} s, {each:.1f} requests for help a second",
            f"two places in the lane: {2 / statistics.median(argon):.1f}/s at most",
            f"≤ {WAIT_BAR_S:.0f} s",
            slowest <= WAIT_BAR_S,
        ),
    ]


@contextmanager
def with_mail(mood: str) -> Iterator[Server]:
    """A portal with its worker, whose mail server is in that mood."""
    with (
        postman.postman() as mailer,
        new_house(MADOGUCHI_SMTP=f"127.0.0.1:{mailer.port}") as house,
        served(house, "portal") as server,
    ):
        mailer.mood = mood
        worker = house.start("-m", "madoguchi", "worker", window="worker", to_log=True)
        try:
            yield server
        finally:
            kill(worker)
        assert bool(mailer.taken) == (mood == postman.GOOD), mailer


def whatever_mail_does(rounds: int) -> Figure:
    """The press while mails go out, and while they cannot."""
    with with_mail(postman.GOOD) as usual, with_mail(postman.DEAF) as deaf:
        going, waiting = interleaved(rounds, lambda: filed(usual), lambda: filed(deaf))
    quotient = ratio(going, waiting)
    return Figure(
        "one press while the mail server says nothing",
        f"{ms(waiting)} = {quotient:.2f} of the speed",
        f"while it takes every mail: {ms(going)}",
        f"≥ {MAIL_BAR:.2f}",
        quotient >= MAIL_BAR,
    )


def main() -> int:
    """Measure in houses of its own; 1 when a bar is missed."""
    short = arguments(__doc__).parse_args().short
    rounds = 8 if short else ROUNDS
    figures = [without_cost(rounds), whatever_mail_does(rounds), *as_in_production(rounds)]
    notes = ["Every press ends on disk: database and receipt are written before the answer."]
    return finish("Filing a request", figures, notes, short=short)


if __name__ == "__main__":
    sys.exit(main())
