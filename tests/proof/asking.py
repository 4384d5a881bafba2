"""A portal that never stops: asks for help with a file, again and again, prints each receipt.

Run by the kill rounds as `python -m tests.proof.asking`; it is killed, it does not end.
"""

import hashlib
import os
from datetime import datetime
from zoneinfo import ZoneInfo

from madoguchi.ops.start import django

django("portal")

from madoguchi.tools.office.public import OfficeCard, by_host  # noqa: E402 - Django first
from madoguchi.tools.vault import visit  # noqa: E402
from madoguchi.tools.vault.upload import SealedUpload, SealingHandler  # noqa: E402
from madoguchi.work.cases.public import Wishes  # noqa: E402
from madoguchi.work.intake.enquiry import public as enquiry  # noqa: E402
from madoguchi.work.intake.public import Request, ask  # noqa: E402

FILE_BYTES = 300_000


def upload(content: bytes) -> SealedUpload:
    """The content as it arrives with a form."""
    handler = SealingHandler()
    handler.new_file("file", "a.png", "image/png", len(content), None, {})
    handler.receive_data_chunk(content, 0)
    return handler.settled(len(content))


def ask_once(office: OfficeCard) -> str:
    """Ask for help with one file; number, secret and the file's hash, once they are promised."""
    now = datetime.now(ZoneInfo("Asia/Tokyo")).replace(microsecond=0)
    content = os.urandom(FILE_BYTES)
    who = visit.new_holder(office.id)
    visit.hold(who, lambda draft: draft["answers"].update(text="x"), now, [upload(content)])
    request = Request(
        urgent=False,
        about={"name": "見本"},
        wishes=Wishes("mail_only", mail=False),
        story={"text": "見本の相談です。", "urls": "https://example.com/1"},
        first_due_on=now.date(),
    )
    assert ask(who, office, request, "net", now=now)
    done = visit.recall(who, "done", now)
    assert done is not None
    return f"{done['number']} {done['secret']} {hashlib.sha256(content).hexdigest()}"


def wonder(office: OfficeCard) -> None:
    """Ask about a page, which is no request."""
    now = datetime.now(ZoneInfo("Asia/Tokyo")).replace(microsecond=0)
    enquiry.ask(
        office, enquiry.Question("見本の問い合わせです。", "toi@example.jp"), "a", "net", now=now
    )


def main() -> None:
    """Ask until killed."""
    office = by_host("127.0.0.1", "portal")
    assert office is not None
    wonder(office)
    while True:
        print(ask_once(office), flush=True)


if __name__ == "__main__":
    main()
