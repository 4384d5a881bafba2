"""The process of `mail`: fetches by hand and as the worker does, opens what was kept, as JSON."""

import hashlib
import imaplib
import json
from pathlib import Path
from statistics import median
from time import perf_counter

from madoguchi.ops.start import django
from madoguchi.tools.mail.mailbox import MailboxSettings

django("worker")

from madoguchi.ops import fetching  # noqa: E402 - Django first
from madoguchi.tools.sandbox.run import run_sandboxed  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from tests.proof.killing.mailing import kept  # noqa: E402

CHILDREN = 11
ECHO = "tests.tools.sandbox.strange"  # a parser that only answers


def by_hand(place: MailboxSettings) -> float:
    """Seconds to fetch and hash every mail of the mailbox."""
    password = Path(place.password_file).read_text("utf-8")
    began = perf_counter()
    with imaplib.IMAP4(place.host, place.port) as line:
        line.login(place.user, password)
        line.select(place.folder, readonly=True)
        for uid in line.uid("SEARCH", "ALL")[1][0].split():
            hashlib.sha256(line.uid("FETCH", uid.decode(), "(BODY.PEEK[])")[1][0][1]).digest()
    return perf_counter() - began


def child() -> float:
    """Seconds that a child takes which reads nothing."""
    times = []
    for _ in range(CHILDREN):
        began = perf_counter()
        run_sandboxed(ECHO, b"echo")
        times.append(perf_counter() - began)
    return median(times)


def main() -> None:
    """Measure, look, print."""
    place = fetching.where()
    assert place is not None
    floor = by_hand(place)
    began = perf_counter()
    assert fetching.fetch(place, fetching.office_id(), now)
    ours = perf_counter() - began
    hashes, proposed = kept()
    told = {"floor": floor, "ours": ours, "child": child(), "kept": len(hashes)}
    print(json.dumps({**told, "hashes": hashes, "proposed": proposed}))


if __name__ == "__main__":
    main()
