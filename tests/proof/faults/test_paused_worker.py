"""A worker is stopped before it sends, another takes over, the first wakes: one mail.

One that is killed before, after or between leaves one mail too, or the same one twice.
"""

import os
import re
import signal
import time
from pathlib import Path

import pytest

from benchmarks.parts.report import Figure
from tests.proof.faults.telling import LEASE_S
from tests.proof.house import House, kill, prepared
from tests.proof.killing.searched import LEASES_RUN_OUT

ROUNDS, LONG_ROUNDS = 1, 10
ASK = """
from madoguchi.ops.start import django
django("portal")
from madoguchi.tools.office.public import by_host
from madoguchi.tools.vault import visit
from madoguchi.web.kit.arrival import now
from madoguchi.work.cases.public import Wishes
from madoguchi.work.intake.public import Request, ask
at, office = now(), by_host("127.0.0.1", "portal")
who = visit.new_holder(office.id)
visit.hold(who, lambda draft: draft["answers"].update(text=["x"]), at)
about = {"name": "見本", "email": "mihon@example.jp"}
request = Request(urgent=False, about=about, wishes=Wishes("mail_only", mail=True),
                  story={"text": "見本"}, first_due_on=at.date())
assert ask(who, office, request, "net", now=at)
"""
UNDONE = """
from madoguchi.ops.start import django
django("worker")
from madoguchi.tools.later.models import Job
print(Job.objects.filter(done_at=None).count())
"""

DIE = """
import sys
from madoguchi.ops.start import django
django("worker")
from madoguchi.ops.worker import empty
from tests.proof.killing.points import Point
where, name, after = sys.argv[1:]
Point("", None, where, name, after == "after").arm(0)
empty()
"""
SEND, TELL = ("madoguchi.tools.mail.outbox", "send"), ("madoguchi.work.record.jobs", "tell")


def ids(house: House) -> list[str]:
    """The message id of every mail that went out."""
    sent = (path.read_text("utf-8") for path in (house.home / "mail").glob("*"))
    return [
        found for mail in sent for found in re.findall("^Message-ID: (.+)$", mail, re.MULTILINE)
    ]


def mails(house: House) -> int:
    """How many mails went out."""
    return len(ids(house))


def one_round(house: House, *words: str) -> tuple[int, str]:
    """How many mails one request led to, and the last word of the worker that was paused."""
    before = mails(house)
    house.run("-c", ASK, window="portal")
    paused = house.start("-m", "tests.proof.faults.telling", *words, window="worker")
    assert paused.stdout is not None
    while paused.stdout.readline() != "asking\n":
        assert paused.poll() is None
    os.kill(paused.pid, signal.SIGSTOP)
    time.sleep(LEASE_S + 1)
    second = house.run("-m", "tests.proof.faults.telling", *words, window="worker")
    assert second.split()[-1] == "done"
    os.kill(paused.pid, signal.SIGCONT)
    said, _ = paused.communicate(timeout=30)
    kill(paused)
    assert house.run("-c", UNDONE, window="worker").strip() == "0"
    return mails(house) - before, said.split()[-1]


def test_a_paused_worker_sends_nothing(
    tmp_path: Path,
    told: list[Figure],
    long: bool,  # noqa: FBT001 - a fixture
) -> None:
    house = prepared(tmp_path / "home")
    rounds = LONG_ROUNDS if long else ROUNDS
    sent = [one_round(house) for _ in range(rounds)]
    assert sent == [(1, "lost")] * rounds
    doubled = one_round(house, "unguarded")
    assert doubled == (2, "lost")  # the control: without the question the mail goes out twice
    told.append(
        Figure(
            "worker stopped (SIGSTOP) before a mail, another takes over, the first wakes",
            f"{rounds} rounds: {rounds} mails, every late worker refused",
            "without asking whether the job is still ours: 2 mails",
            "1 mail each",
            met=True,
        )
    )


@pytest.mark.parametrize(
    ("where", "when", "sent"),
    [(SEND, "before", 1), (SEND, "after", 2), (TELL, "after", 1)],
    ids=["not sent", "sent, not marked", "marked, job not done"],
)
def test_a_killed_workers_mail(
    tmp_path: Path, where: tuple[str, str], when: str, sent: int
) -> None:
    """Killed between the server and its own mark, it is sent once more, under the same id."""
    house = prepared(tmp_path / "home")
    house.run("-c", ASK, window="portal")
    killed = house.start("-c", DIE, *where, when, window="worker")
    said, _ = killed.communicate(timeout=30)
    assert killed.returncode == -signal.SIGKILL, said
    house.run("-m", "madoguchi", "worker", "--once", window="worker")
    assert house.run("-c", UNDONE, window="worker").strip() == "1"  # the lease holds
    house.run("-c", LEASES_RUN_OUT)
    house.run("-m", "madoguchi", "worker", "--once", window="worker")
    assert house.run("-c", UNDONE, window="worker").strip() == "0"
    assert (mails(house), len(set(ids(house)))) == (sent, 1)
