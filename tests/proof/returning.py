"""Who asked comes back to the public window: `python -m tests.proof.returning NUMBER SECRET`."""

import sys

from madoguchi.ops.start import django

django("portal")

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402 - Django first
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from tests.proof.errands import ADDED  # noqa: E402
from tests.web.portal import browsing  # noqa: E402


def main(number: str, secret: str) -> None:
    """Open the receipt, see what was written before, send a message with a file."""
    setup_test_environment()
    person = Client(
        headers={
            "host": "portal.test",
            "x-forwarded-proto": "https",
            "sec-fetch-site": "same-origin",
        }
    )
    assert browsing.open_receipt(person, number, secret).status_code == 303
    assert ADDED in person.get("/s/f/").content.decode()
    more = SimpleUploadedFile("b.jpg", b"\xff\xd8 another", "image/jpeg")
    assert browsing.add(person, "もう一枚あります", more).status_code == 303


if __name__ == "__main__":
    main(*sys.argv[1:])
