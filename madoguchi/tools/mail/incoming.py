"""A mail that came in, as plain words and bytes (受信メール): what it says, not what is true."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

UNKNOWN = "unknown"  # no verdict of our own mail server
FLAGS = (
    "unreadable",  # it could not be taken apart: nothing but the raw mail is there
    "empty",  # neither words nor files
    "mojibake",  # some characters could not be read and stand as �
    "charset_guessed",  # no character set was declared, or a wrong one: the reading is a guess
    "html_only",  # the words were made from a page: pictures left out, nothing fetched
    "text_cut",  # the words are long: the rest stands only in the raw mail
    "many_recipients",  # more than are listed in `to`
    "several_senders",  # more than one From: a sign of forgery
    "too_many_parts",  # the rest of its parts stands only in the raw mail
    "too_deep",  # parts within parts beyond the limit are kept as one file
    "headers_cut",  # more or longer header lines than are read
    "encrypted",  # S/MIME or OpenPGP: the words are in a file
    "calendar",  # an attachment is an invitation
    "nested",  # an attachment is a mail
    "winmail",  # an attachment is a winmail.dat: Outlook's own wrapping, not opened
    "not_original",  # a gateway changed it or its attachments (原本ではない)
)


@dataclass(frozen=True)
class Attachment:
    """A file in a mail, byte for byte; name and kind are the sender's words.

    `flags`: those of `FLAGS` that are about this file: calendar, nested, winmail, too_deep,
    not_original.
    """

    name: str = field(repr=False)
    kind: str
    content: bytes = field(repr=False)
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Incoming:
    """What a mail says of itself. No field proves who sent it.

    `to`: addresses of To and Cc, at most a hundred of `to_count`. `at`: None where it names no
    time with a zone. `spf`, `dkim`, `dmarc`: `pass`, `fail`, …, as our own mail server wrote them,
    else `unknown`. `automatic`: made by a machine (reply, list, bounce, our own mail come back):
    nothing is answered.
    """

    from_address: str = field(repr=False)
    from_name: str = field(repr=False)
    to: tuple[str, ...] = field(repr=False)
    to_count: int
    subject: str = field(repr=False)
    at: datetime | None
    message_id: str = field(repr=False)
    in_reply_to: str = field(repr=False)
    text: str = field(repr=False)
    attachments: tuple[Attachment, ...]
    spf: str
    dkim: str
    dmarc: str
    automatic: bool
    flags: tuple[str, ...]
