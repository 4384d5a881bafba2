"""A worker that tells its steps: run by the proofs as `python -m tests.proof.faults.telling`.

`asking` before the mail goes out, then whether it did. `unguarded` leaves the question out.
"""

import sys
import time
from datetime import timedelta

from madoguchi.ops.start import django

django("worker")

from madoguchi.tools.later import queue  # noqa: E402 - Django first
from madoguchi.tools.mail import outbox  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.record import jobs  # noqa: E402

LEASE_S = 2
PAUSE_S = 1.0


def main() -> None:
    """Do what is due, with a moment's pause before every mail."""
    queue.LEASE = queue.SKEW = timedelta(seconds=LEASE_S)
    ask, send = queue.require_ours, outbox.send

    def question() -> None:
        print("asking", flush=True)
        time.sleep(PAUSE_S)
        if "unguarded" not in sys.argv:
            ask()

    def sending(*told: object) -> None:
        send(*told)  # type: ignore[arg-type] # passed on as it came
        print("sent", flush=True)

    jobs.require_ours, jobs.outbox.send = question, sending  # type: ignore[attr-defined]
    while (job := queue.claim(now())) is not None:
        print("done" if queue.run(job, now()) else "lost", flush=True)


if __name__ == "__main__":
    main()
