"""The city's mailbox (受信箱), by IMAP: what waits in it, its raw mails, where they go afterwards.

Nothing is parsed here: a mail is bytes until a child reads it.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

PATIENCE_S = 20.0
TLS, STARTTLS, LOOPBACK = "tls", "starttls", "loopback"
NUMBER = re.compile(rb"\bUID (\d+)")
LENGTH = re.compile(rb"\bRFC822\.SIZE (\d+)")
DELETED = "\\Deleted"
TROUBLE = (OSError, imaplib.IMAP4.error, ImapToolsError, ValueError)


class Away(Exception):
    """The mailbox could not be used: gone, refusing, slow, or it said what nobody understands."""


class Unmoved(Exception):
    """The server did not put this mail away; it stays where it was."""


@dataclass(frozen=True)
class Where:
    """Which mailbox, and the folder for what was taken; `secure`: tls, starttls or loopback."""

    host: str
    port: int
    user: str
    folder: str
    done: str
    password_file: str
    secure: str


@dataclass(frozen=True)
class Waiting:
    """A mail that lies in the mailbox: its number there, its length in bytes."""

    uid: int
    length: int


class Opened:
    """A mailbox as long as the line to it stands. Every method raises `Away` when it breaks."""

    def __init__(self, box: BaseMailBox, where: Where) -> None:
        self._box, self._where = box, where
        with _understood():
            box.client.capabilities = _after_login(box.client)
            self.validity = int(box.client.response("UIDVALIDITY")[1][0])
            if not box.folder.exists(where.done):
                box.folder.create(where.done)

    def waiting(self) -> list[Waiting]:
        """The mails of the folder, oldest number first, but for those marked as deleted."""
        with _understood():
            numbers = sorted(int(uid) for uid in self._box.uids("UNDELETED"))
            if not numbers:
                return []
            span = f"{numbers[0]}:{numbers[-1]}"
            told = self._box.client.uid("FETCH", span, "(UID RFC822.SIZE)")[1]
            lengths = dict(_length(line) for line in told if isinstance(line, bytes))
            return [Waiting(uid, lengths[uid]) for uid in numbers if uid in lengths]

    def raw(self, uid: int) -> bytes | None:
        """The mail, byte for byte, without a mark that anybody read it; None if it is gone."""
        with _understood():
            told = self._box.client.uid("FETCH", str(uid), "(BODY.PEEK[])")[1]
        found = (one[1] for one in told if isinstance(one, tuple) and b"BODY[]" in one[0])
        return next(found, None)

    def put_away(self, uid: int) -> None:
        """Move the mail into the folder of those that were taken.

        A server that cannot move gets a copy and a mark; nothing is expunged, because that would
        remove what people marked, too.

        Raises:
            Unmoved: the server said no, as when that folder is full.
        """
        with _understood():
            try:
                if "MOVE" in self._box.client.capabilities:
                    self._box.move(str(uid), self._where.done)
                else:
                    self._box.copy(str(uid), self._where.done)
                    self._box.client.uid("STORE", str(uid), "+FLAGS.SILENT", f"({DELETED})")
            except ImapToolsError:
                raise Unmoved from None


def _length(line: bytes) -> tuple[int, int]:
    number, length = NUMBER.search(line), LENGTH.search(line)
    return (int(number[1]), int(length[1])) if number and length else (0, 0)


def _after_login(client: imaplib.IMAP4) -> tuple[str, ...]:
    """What the server can do; before a login most tell less."""
    told = client.capability()[1][0] or b""
    return tuple(told.decode("ascii", "replace").upper().split())


@contextmanager
def _understood() -> Iterator[None]:
    """Whatever goes wrong on the line is one word: servers quote names and addresses."""
    try:
        yield
    except TROUBLE:
        raise Away from None


@contextmanager
def opened(where: Where) -> Iterator[Opened]:
    """The mailbox, signed in, for as long as the block lasts.

    Raises:
        Away: it cannot be reached or does not let us in.
    """
    with _understood():
        box = _line(where)
    try:
        with _understood():
            box.login(
                where.user, Path(where.password_file).read_text("utf-8").strip(), where.folder
            )
        yield Opened(box, where)
    finally:
        with suppress(*TROUBLE):
            box.logout()


def _line(where: Where) -> BaseMailBox:
    if where.secure == LOOPBACK:
        return MailBoxUnencrypted(where.host, where.port, PATIENCE_S)
    trusted = ssl.create_default_context()
    kind = MailBox if where.secure == TLS else MailBoxStartTls
    return kind(where.host, where.port, timeout=PATIENCE_S, ssl_context=trusted)
