"""A mail that came in, as plain words and bytes (受信メール); nothing in it is verified."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from madoguchi.tools.mail import outbox
from madoguchi.tools.mail.parsing import wire
from madoguchi.tools.sandbox.run import Failed, run_sandboxed

MESSAGE, OUTLOOK = "madoguchi.tools.mail.parsing.message", "madoguchi.tools.mail.parsing.outlook"
CONTAINER = b"\xd0\xcf\x11\xe0"  # how a .msg begins
UNKNOWN = "unknown"  # no verdict of our own mail server
VERDICTS = frozenset(
    {"pass", "fail", "softfail", "neutral", "none", "policy", "temperror", "permerror"}
)
FLAGS = (
    "unreadable",  # it could not be taken apart: nothing but the raw mail is there
    "empty",  # neither words nor files
    "mojibake",  # some characters could not be read and stand as �
    "charset_guessed",  # no character set was declared, or a wrong one: the reading is a guess
    "html_only",  # the words were made from a page: pictures left out, nothing fetched
    "text_cut",  # some of its words, or all, stand only in the raw mail
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
    """The content of a mail. No field proves who sent it.

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


@dataclass(frozen=True)
class Trust:
    """The city's own mail servers, as its settings name them.

    `server`: the name by which ours signs its verdicts (`authserv-id`); empty: none is believed.
    `gateway`: marks of one that changes mails, header lines or file names
    (see `changed_by_gateway`).
    """

    server: str = ""
    gateway: tuple[str, ...] = ()


def read(raw: bytes, trust: Trust | None = None) -> Incoming:
    """What the mail says; read in a child, so that no mail reaches key, files or network.

    A mail that cannot be parsed comes back `unreadable` and otherwise empty: the caller has
    the raw one. `trust`: from the settings unless given.
    """
    trust = trust or Trust(settings.MAIL_SERVER, settings.MAIL_GATEWAY)
    parser = OUTLOOK if raw.startswith(CONTAINER) else MESSAGE
    config = json.dumps({"server": trust.server, "gateway": trust.gateway})
    try:
        mail, files = wire.unpacked(run_sandboxed(parser, raw, config))
    except (Failed, ValueError):
        mail, files = wire.ParsedMail(flags=["unreadable" if raw else "empty"]), []
    verdicts = {"spf": mail.spf, "dkim": mail.dkim, "dmarc": mail.dmarc}
    return Incoming(
        from_address=mail.from_address,
        from_name=mail.from_name,
        to=tuple(mail.to),
        to_count=mail.to_count,
        subject=mail.subject,
        at=datetime.fromisoformat(mail.at) if mail.at else None,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        text=mail.text,
        attachments=tuple(Attachment(f.name, f.kind, f.content, _known(f.flags)) for f in files),
        automatic=mail.automatic or outbox.ours(mail.message_id),
        flags=_known(mail.flags),
        **{name: word if word in VERDICTS else UNKNOWN for name, word in verdicts.items()},
    )


def _known(flags: list[str]) -> tuple[str, ...]:
    return tuple(flag for flag in FLAGS if flag in flags)
