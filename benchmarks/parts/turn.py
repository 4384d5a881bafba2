"""One side of `benchmarks.turns`, run by its path in the folder of the program that it measures.

It makes what the acts need, then reads the name of an act from its standard input, does it as often
as one turn asks and answers with the seconds of processor time that this took.
"""

import os
import sys
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))  # the program of this folder, not the one this file belongs to

from madoguchi.ops.start import django

WINDOW = os.environ["MADOGUCHI_WINDOW"]
django(WINDOW)

from django.test import Client  # noqa: E402 - Django first
from django.test.utils import setup_test_environment  # noqa: E402

from madoguchi.tools.office.public import by_host  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402

CASES, ENOUGH_YEN = 40, 900_000_000
TIMES = {"open": 10, "list": 10, "submit": 3, "decide": 1}


def portal() -> dict[str, Callable[[], float]]:
    """What a person does."""
    from madoguchi.web.portal import visits
    from tests.web.portal import browsing

    def submit() -> float:
        person = Client(headers={"host": "portal.test", "origin": "http://portal.test"})
        browsing.fill(person)
        spent = processor(lambda: browsing.send(person))
        visits.forget()
        return spent

    return {"submit": submit}


def desk() -> dict[str, Callable[[], float]]:
    """What a counsellor and the officers of the grant do."""
    from madoguchi.rules.koyomi.dates import fiscal_year
    from tests.web.desk.colleagues import asked, colleague
    from tests.work.subsidy import granting

    office = by_host("portal.test", "portal")
    assert office is not None
    _, browser = colleague(office, "counsellor", now())
    cases = cycle([asked(office, now()) for _ in range(CASES)])
    granting.opened_year(office, fiscal_year(now().date()), ENOUGH_YEN)

    def page(path: str) -> float:
        answer = None

        def read() -> None:
            nonlocal answer
            answer = browser.get(path)

        spent = processor(read)
        assert answer is not None
        assert answer.status_code == 200, (path, answer.status_code)
        return spent

    def decide() -> float:
        grant = granting.sent(office, now()).until("drafted")
        return processor(grant.decide)

    return {
        "open": lambda: page(f"/cases/{next(cases).pk}/"),
        "list": lambda: page("/?tab=open"),
        "decide": decide,
    }


def processor(do: Callable[[], object]) -> float:
    """Seconds of processor time of this process, all its threads together."""
    began = time.process_time()
    do()
    return time.process_time() - began


def main() -> None:
    """Do what is asked until nothing is."""
    setup_test_environment()
    acts = {"portal": portal, "desk": desk}[WINDOW]()
    print("ready", flush=True)
    for line in sys.stdin:
        act = line.strip()
        print(sum(acts[act]() for _ in range(TIMES[act])) / TIMES[act], flush=True)


if __name__ == "__main__":
    main()
