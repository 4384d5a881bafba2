"""The parser of mails (.eml, and as they lie in a mailbox), run in a child that is shut in."""

import json
from collections.abc import Iterator
from mmap import mmap

from madoguchi.tools.mail.parsing import heading
from madoguchi.tools.mail.parsing.heading import Heading, automatic, moment, verdicts
from madoguchi.tools.mail.parsing.letter import Letter, letter
from madoguchi.tools.mail.parsing.wire import MOST_NAME, File, Told, packed

MOST_RECIPIENTS = 100


def parse(raw: mmap | bytes, told: str) -> Iterator[bytes]:
    """What the mail says, packed; `told` is `{"server": …, "gateway": […]}`."""
    outermost, found = letter(raw)
    marks = json.loads(told)
    yield from told_of(outermost.heading, found, marks["server"], marks["gateway"])


def told_of(head: Heading, found: Letter, our_server: str, marks: list[str]) -> Iterator[bytes]:
    """What head, words and files say, packed."""
    senders = head.addresses("From")
    name, address = senders[0] if senders else ("", "")
    recipients = [address for _, address in head.addresses("To", "Cc")]
    warn_of_gateway(head, found.files, marks, found.flags)
    at = moment(head.first("Date"))
    told = Told(
        from_address=address[:MOST_NAME],
        from_name=name[:MOST_NAME],
        to=[one[:MOST_NAME] for one in recipients[:MOST_RECIPIENTS]],
        to_count=len(recipients),
        subject=head.words("Subject")[:MOST_NAME],
        at=at.isoformat() if at else "",
        message_id=head.words("Message-ID")[:MOST_NAME],
        in_reply_to=head.words("In-Reply-To")[:MOST_NAME],
        text=found.text,
        automatic=automatic(head, address),
    )
    told.spf, told.dkim, told.dmarc = verdicts(head, our_server)
    found.flags |= head.flags
    if len(recipients) > MOST_RECIPIENTS:
        found.flags.add("many_recipients")
    if len(senders) > 1 or len(head.all("From")) > 1:
        found.flags.add("several_senders")
    if not found.text.strip() and not found.files:
        nothing = "empty" if head.lines.keys() else "unreadable"
        found.flags |= set() if "text_cut" in found.flags else {nothing}
    told.flags = sorted(found.flags)
    yield from packed(told, found.files)


def warn_of_gateway(head: Heading, files: list[File], marks: list[str], flags: set[str]) -> None:
    """Flag the files that a gateway changed, and the mail."""
    whole = heading.changed_by_gateway(head, marks)
    for file in files:
        if whole or heading.named_by_gateway(file.name, marks):
            file.flags.append("not_original")
            flags.add("not_original")
    if whole:
        flags.add("not_original")


SAMPLE = b"""Subject: =?utf-8?B?44GC?=\nFrom: a <a@example.jp>
Date: Thu, 01 Jan 1970 00:00:00 +0900
Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset*=utf-8'en'utf-8
Content-Transfer-Encoding: quoted-printable\n\n<p>=E3=81=82\n--b\nContent-Disposition: attachment;
 filename*=utf-8''%E3%81%82\nContent-Transfer-Encoding: base64\n\nAA==\n--b--\n"""
WARM = list(parse(SAMPLE, '{"server": "a", "gateway": []}'))  # what Python loads late is loaded now
