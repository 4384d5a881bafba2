"""A worker that is killed while it fetches mails: none is lost, none comes twice."""

import hashlib
import json
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.parts.report import RELIABILITY, Figure, write
from tests.dovecot import DONE, PASSWORD, Dovecot, dovecot
from tests.proof.house import House, prepared
from tests.proof.killing.mailing_points import LABELS
from tests.proof.killing.programs import Worker, running
from tests.tools.mail.making import many, telephone

MAILS, LONG_MAILS = 120, 1000
AT_WORK_S, LONG_AT_WORK_S = (1.0, 4.0), (3.0, 15.0)
SEED = 20261125


@dataclass
class Post:
    """A house, its mailbox, and what was sent there."""

    house: House
    server: Dovecot
    sent: list[bytes]
    proposed: int = 0

    def die(self, label: str) -> None:
        """A round of fetching that is killed at the point."""
        program = self.house.start("-m", "tests.proof.killing.mailing", label, window="worker")
        told = program.communicate()[0]
        assert program.returncode == -signal.SIGKILL, told

    def at_peace(self) -> None:
        """A worker that nobody kills does what is left."""
        self.house.run("-m", "madoguchi", "worker", "--once", window="worker")

    def looked(self) -> tuple[list[str], list[str]]:
        """Which mails are lost and which are there more than once."""
        look = ("-m", "tests.proof.killing.mailing", "look")
        told = json.loads(self.house.run(*look, window="worker"))
        assert (told["noted"], told["trouble"]) == (0, 0)
        named = {telephone(number) for number in range(len(self.sent))}
        assert set(told["proposed"]) <= named
        self.proposed = len(set(told["proposed"]))
        kept, sent = Counter(told["kept"]), {hashlib.sha256(raw).hexdigest() for raw in self.sent}
        assert kept.keys() <= sent
        return sorted(sent - kept.keys()), [one for one, times in kept.items() if times > 1]


@contextmanager
def post(folder: Path, count: int) -> Iterator[Post]:
    """A house with so many mails in its mailbox."""
    password = folder / "password"
    password.write_text(PASSWORD)
    with dovecot() as server:
        told = {"MADOGUCHI_MAILBOX": server.address()}
        told["MADOGUCHI_MAILBOX_PASSWORD_FILE"] = str(password)
        one = Post(prepared(folder / "home", **told), server, many(count))
        server.put(one.sent)
        yield one


def test_no_mail_is_lost_or_doubled(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    long = pytestconfig.getoption("--long")
    count, chance, kills = LONG_MAILS if long else MAILS, random.Random(SEED), 0
    with post(tmp_path, count) as one:
        worker, begun = Worker(one.house), time.monotonic()
        left, patience = count, 1.0
        with running(worker):
            while left:
                time.sleep(patience * chance.uniform(*(LONG_AT_WORK_S if long else AT_WORK_S)))
                worker.kill()
                kills += 1
                before, left = left, len(one.server.mails())
                patience = 1.0 if left < before else 1.5 * patience  # a slow machine comes on, too
        took = time.monotonic() - begun
        one.at_peace()
        lost, doubled = one.looked()
        assert (lost, doubled, one.proposed) == ([], [], count)
        assert sorted(one.server.mails(DONE)) == sorted(one.sent)
        assert "すべて合っています" in one.house.run("-m", "madoguchi", "verify")
        assert kills >= 3
    print(f"{count} mails, {kills} kills, {took:.0f} s")
    if long:
        tell(count, kills, took)


def tell(count: int, kills: int, took: float) -> None:
    """Write the table."""
    figures = [
        Figure("fetched, sealed, proposed", f"{count:,}", f"{kills} kills", "1,000", met=True),
        Figure("lost", "0", "moved away before the commit: some (control)", "0", met=True),
        Figure("doubled", "0", "not known by their bytes: some (control)", "0", met=True),
        Figure("from the first to the last", f"{took:.0f} s"),
    ]
    note = (
        "Mails in five encodings, every third with a file, from a real Dovecot; the worker is "
        "killed every few seconds. Besides, it dies once at each of seven labelled points."
    )
    write(RELIABILITY, "Mails fetched by a worker that is killed", figures, [note])


@pytest.mark.parametrize("label", LABELS)
def test_killed_at_each_point(tmp_path: Path, label: str) -> None:
    with post(tmp_path, 2) as one:
        one.die(label)
        one.at_peace()
        assert one.looked() == ([], [])
        assert (one.server.mails(), len(one.server.mails(DONE))) == ([], 2)


def test_a_mail_that_is_moved_before_it_is_ours_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    with post(tmp_path, 2) as one:
        with monkeypatch.context() as weak:
            weak.setenv("WEAKENED", "order")
            one.die("fetched, nothing kept")
        one.at_peace()
        lost, doubled = one.looked()
    assert (len(lost), doubled) == (1, [])


def test_a_mail_that_is_not_known_by_its_bytes_is_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    with post(tmp_path, 2) as one:
        with monkeypatch.context() as weak:
            weak.setenv("WEAKENED", "mark")
            one.die("kept, not noted")
        one.at_peace()
        lost, doubled = one.looked()
    assert (lost, len(doubled)) == ([], 1)
