"""A process that dies at every labelled point, so many times, and another that goes on from there.

Run in a house as `python -m tests.proof.killing.dying WINDOW TIMES JOURNAL`: the portal writes the
journal, the worker dies over the jobs that the portal's cases have left. Each life is a fork.
"""

import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from madoguchi.ops.start import django

django(os.environ.get("MADOGUCHI_WINDOW", "portal"))

from django.db import connections  # noqa: E402 - Django first
from django.test import Client  # noqa: E402

from madoguchi.tools.later.models import Job  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from tests.proof.killing import weakened  # noqa: E402
from tests.proof.killing.errand import STEPS, Answer, Errand, new_errand  # noqa: E402
from tests.proof.killing.points import POINTS, Point  # noqa: E402

HOST = "127.0.0.1"


def work() -> bool:
    """Do the next job; whether there was one. Only the worker's process can import what does it."""
    from madoguchi.ops.worker import do_next

    return do_next(now())


lives = multiprocessing.get_context("fork")


def lived[R](life: Callable[[], R]) -> R:
    """What a process of its own makes of it; it must come to its end."""
    here, there = lives.Pipe()
    process = lives.Process(target=lambda: there.send(life()))
    process.start()
    there.close()
    result: R = here.recv()
    process.join()
    return result


def died(life: Callable[[], object]) -> None:
    """Begin a life that is killed; one that comes to its end has not passed the point."""
    process = lives.Process(target=life)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL, f"it lived: {process.exitcode}"


def send(method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
    """The portal's answer, from this process."""
    kind = headers.get("Content-Type", "")
    told = {name: value for name, value in headers.items() if name != "Content-Type"}
    told["Host"] = HOST
    answer = Client().generic(method, path, body, content_type=kind, headers=told)
    morsel = answer.cookies.get("madoguchi_visit")
    location = answer.headers.get("Location", "")
    page = answer.content.decode()
    answer.close()
    return Answer(answer.status_code, location, morsel.value if morsel else "", page)


def came_to(errand: Errand, step: int) -> Errand:
    """The errand with every step before this one done."""
    while errand.done < step:
        STEPS[errand.done](errand, send)
        errand.done += 1
    return errand


def outlived(point: Point, passing: int) -> Errand:
    """An errand whose process died at the point; the person repeats the step they were at."""
    assert point.step is not None
    step = point.step
    errand = lived(lambda: came_to(new_errand(), step))

    def fatal() -> None:
        point.arm(passing)
        STEPS[step](errand, send)

    died(fatal)
    errand.in_doubt, errand.doubts = True, 1
    return lived(lambda: came_to(errand, len(STEPS)))


def taken_over(point: Point) -> None:
    """A job whose worker died at the point; another worker does it after the lease."""

    def fatal() -> None:
        point.arm(0)
        work()

    def next_worker() -> bool:
        Job.objects.filter(done_at=None).update(lease_until=None)
        return work()

    died(fatal)
    assert lived(next_worker)


def main() -> None:
    """Die and go on; the points may be narrowed to one by its label."""
    window, times, journal, *labels = sys.argv[1:]
    if weakness := os.environ.get("WEAKENED"):
        weakened.WAYS[weakness]()
    if window == "portal":
        send("GET", "/", b"", {})
        connections.close_all()
    lines = []
    for point in (one for one in POINTS if not labels or one.label in labels):
        for time in range(int(times)):
            if point.step is not None and window == "portal":
                lines.append(outlived(point, time % point.times).line())
            elif point.step is None and window == "worker":
                taken_over(point)
    if window == "portal":
        Path(journal).write_text(json.dumps(lines), "utf-8")


if __name__ == "__main__":
    main()
