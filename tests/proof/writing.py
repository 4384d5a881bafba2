"""A house at work: asks for help with a file, opens cases, forgets some, and never stops.

Run as `python -m tests.proof.writing`; prints `asked CASE` and `forgot CASE` once they hold.
"""

import os
import time
from contextlib import suppress
from itertools import count

from madoguchi.ops.start import django

django("desk")

from madoguchi.tools.office.public import by_host  # noqa: E402 - Django first
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.cases import jobs  # noqa: E402
from tests.redteam.house import asked_with_file  # noqa: E402

REST_S = 0.02
OPENED, FORGOTTEN = 2, 7  # every so manieth case


def main() -> None:
    """Work until killed."""
    office = by_host("localhost", "desk")
    assert office is not None
    for number in count(1):
        asked = asked_with_file(office, now(), os.urandom(50).hex())
        print("asked", asked.case_id, flush=True)
        if number % OPENED == 0:
            jobs.adopt(asked.case_id, now=now())
        if number % FORGOTTEN == 0:
            with suppress(jobs.Lingering):  # a backup reads: the log is truncated later
                jobs.forget(asked.case_id, now=now())
            print("forgot", asked.case_id, flush=True)
        time.sleep(REST_S)


if __name__ == "__main__":
    main()
