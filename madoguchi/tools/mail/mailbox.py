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
    """The mailbox could not be used: gone, refusing, slow, or its answer is not understood."""


class Unmoved(Exception):
    """The server did not put this mail away; it stays where it was."""


@dataclass(frozen=True)
class MailboxSettings:
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
    """A mailbox while it is connected. Every method raises `Away` when the connection breaks."""

    def __init__(self, box: BaseMailBox, where: MailboxSettings) -> None:
        self._box, self._where = box, where
        with _away_on_failure():
            capabilities = box.client.capability()[1][0] or b""  # before a login most name fewer
            box.client.capabilities = tuple(capabilities.decode("ascii", "replace").upper().split())
            self.validity = int(box.client.response("UIDVALIDITY")[1][0])
            if not box.folder.exists(where.done):
                box.folder.create(where.done)

    def waiting(self) -> list[Waiting]:
        """The mails of the folder, oldest number first, but for those marked as deleted."""
        with _away_on_failure():
            numbers = sorted(int(uid) for uid in self._box.uids("UNDELETED"))
            if not numbers:
                return []
            span = f"{numbers[0]}:{numbers[-1]}"
            lengths: dict[int, int] = {}
            for line in self._box.client.uid("FETCH", span, "(UID RFC822.SIZE)")[1]:
                if not isinstance(line, bytes):
                    continue
                number, length = NUMBER.search(line), LENGTH.search(line)
                if number and length:
                    lengths[int(number[1])] = int(length[1])
            return [Waiting(uid, lengths[uid]) for uid in numbers if uid in lengths]

    def raw(self, uid: int) -> bytes | None:
        """The mail, byte for byte, without a mark that anybody read it; None if it is gone."""
        with _away_on_failure():
            answer = self._box.client.uid("FETCH", str(uid), "(BODY.PEEK[])")[1]
        found = (line[1] for line in answer if isinstance(line, tuple) and b"BODY[]" in line[0])
        return next(found, None)

    def put_away(self, uid: int) -> None:
        """Move the mail into the folder of those that were taken.

        A server that cannot move gets a copy and a mark; nothing is expunged, because that would
        remove what people marked, too.

        Raises:
            Unmoved: the server said no, as when that folder is full.
        """
        with _away_on_failure():
            try:
                if "MOVE" in self._box.client.capabilities:
                    self._box.move(str(uid), self._where.done)
                else:
                    self._box.copy(str(uid), self._where.done)
                    self._box.client.uid("STORE", str(uid), "+FLAGS.SILENT", f"({DELETED})")
            except ImapToolsError:
                raise Unmoved from None


@contextmanager
def _away_on_failure() -> Iterator[None]:
    """Raise `Away` for any failure of the connection: servers quote names and addresses."""
    try:
        yield
    except TROUBLE:
        raise Away from None


@contextmanager
def opened(where: MailboxSettings) -> Iterator[Opened]:
    """The mailbox, signed in, for as long as the block lasts.

    Raises:
        Away: it cannot be reached or does not let us in.
    """
    with _away_on_failure():
        if where.secure == LOOPBACK:
            box: BaseMailBox = MailBoxUnencrypted(where.host, where.port, PATIENCE_S)
        else:
            kind = MailBox if where.secure == TLS else MailBoxStartTls
            trusted = ssl.create_default_context()
            box = kind(where.host, where.port, timeout=PATIENCE_S, ssl_context=trusted)
    try:
        with _away_on_failure():
            box.login(
                where.user, Path(where.password_file).read_text("utf-8").strip(), where.folder
            )
        yield Opened(box, where)
    finally:
        with suppress(*TROUBLE):
            box.logout()
