"""The parser of mails (.eml, and as they lie in a mailbox), run in a child that is shut in."""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from mmap import mmap

from madoguchi.tools.mail.parsing.heading import (
    Heading,
    automatic,
    changed_by_gateway,
    moment,
    verdicts,
)
from madoguchi.tools.mail.parsing.letter import Letter, letter
from madoguchi.tools.mail.parsing.wire import MOST_NAME, ParsedMail, packed

MOST_RECIPIENTS = 100


def parse(raw: mmap | bytes, config: str) -> Iterator[bytes]:
    """The mail, packed; `config` is `{"server": …, "gateway": […]}`."""
    outermost, found = letter(raw)
    trusted = json.loads(config)
    yield from packed_mail(outermost.heading, found, trusted["server"], trusted["gateway"])


def packed_mail(head: Heading, found: Letter, our_server: str, marks: list[str]) -> Iterator[bytes]:
    """Heading, words and files, packed; `marks` are those of a gateway (see `Trust`)."""
    senders = head.addresses("From")
    name, address = senders[0] if senders else ("", "")
    recipients = [address for _, address in head.addresses("To", "Cc")]
    changed = changed_by_gateway(head, marks)
    for file in found.files:
        if changed or any("*" in mark and fnmatchcase(file.name, mark) for mark in marks):
            file.flags.append("not_original")
            found.flags.add("not_original")
    if changed:
        found.flags.add("not_original")
    at = moment(head.first("Date"))
    mail = ParsedMail(
        from_address=address[:MOST_NAME],
        from_name=name[:MOST_NAME],
        to=[recipient[:MOST_NAME] for recipient in recipients[:MOST_RECIPIENTS]],
        to_count=len(recipients),
        subject=head.words("Subject")[:MOST_NAME],
        at=at.isoformat() if at else "",
        message_id=head.words("Message-ID")[:MOST_NAME],
        in_reply_to=head.words("In-Reply-To")[:MOST_NAME],
        text=found.text,
        automatic=automatic(head, address),
    )
    mail.spf, mail.dkim, mail.dmarc = verdicts(head, our_server)
    found.flags |= head.flags
    if len(recipients) > MOST_RECIPIENTS:
        found.flags.add("many_recipients")
    if len(senders) > 1 or len(head.all("From")) > 1:
        found.flags.add("several_senders")
    if not found.text.strip() and not found.files:
        nothing = "empty" if head.lines.keys() else "unreadable"
        found.flags |= set() if "text_cut" in found.flags else {nothing}
    mail.flags = sorted(found.flags)
    yield from packed(mail, found.files)


SAMPLE = b"""Subject: =?utf-8?B?44GC?=\nFrom: a <a@example.jp>
Date: Thu, 01 Jan 1970 00:00:00 +0900
Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset*=utf-8'en'utf-8
Content-Transfer-Encoding: quoted-printable\n\n<p>=E3=81=82\n--b\nContent-Disposition: attachment;
 filename*=utf-8''%E3%81%82\nContent-Transfer-Encoding: base64\n\nAA==\n--b--\n"""
WARM = list(parse(SAMPLE, '{"server": "a", "gateway": []}'))  # what Python loads late is loaded now
