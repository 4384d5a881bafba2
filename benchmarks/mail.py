"""1,000 mails from a real mailbox into sealed rows, beside fetching and hashing the same mails.

By hand: one line to the server, each mail fetched and its SHA-256 taken. Ours fetches the same
mails, knows each by its bytes, reads it in a child of its own, seals it, commits, and has it moved
away. Then proposals are made from every mail.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.parts.command import arguments, finish
from benchmarks.parts.report import Figure
from tests.dovecot import DOVECOT, LACKING, PASSWORD, dovecot
from tests.proof.house import prepared
from tests.tools.mail.making import many, telephone

MAILS = 1000


def main() -> int:
    """Fill a mailbox, measure in a process of the worker, print; 1 when one is lost or doubled."""
    short = arguments(__doc__).parse_args().short
    if not Path(DOVECOT).exists():
        raise SystemExit(f"bench: {LACKING}")
    count = MAILS // 10 if short else MAILS
    with tempfile.TemporaryDirectory() as folder, dovecot() as server:
        password = Path(folder) / "password"
        password.write_text(PASSWORD)
        told = {"MADOGUCHI_MAILBOX": server.address()}
        house = prepared(
            Path(folder) / "home", MADOGUCHI_MAILBOX_PASSWORD_FILE=str(password), **told
        )
        sent = many(count)
        server.put(sent)
        found: dict[str, Any] = json.loads(
            house.run("-m", "benchmarks.parts.mail_round", window="worker")
        )
    named = {telephone(number) for number in range(count)}
    whole = found["kept"] == len(set(found["hashes"])) == count and set(found["proposed"]) == named
    floor, ours = (1000 * found[key] / count for key in ("floor", "ours"))
    size = sum(map(len, sent)) / count / 1024
    figures = [
        Figure(
            f"fetch, read in a child, seal, commit, move: {count:,} mails of {size:.0f} KiB",
            f"{ours:.0f} ms a mail, {found['ours']:.0f} s",
            f"fetch and hash: {floor:.1f} ms a mail; a child that does nothing: "
            f"{1000 * found['child']:.0f} ms",
        ),
        Figure("lost, doubled, without its proposal", "0" if whole else "some", "", "0", met=whole),
    ]
    notes = ["Most of the time is the child: a Python of its own for every mail."]
    return finish("Mails (`./run bench mail`)", figures, notes, short=short)


if __name__ == "__main__":
    sys.exit(main())
