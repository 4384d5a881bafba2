"""A portal into whose every entrance somebody types canaries. Run as a program of a house.

Prints nothing; what it leaves behind is for the test to search.
"""

from __future__ import annotations

import sys

from madoguchi.ops.start import django

django("portal")

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402 - Django first
from django.test import Client  # noqa: E402

from madoguchi.ops import prepare  # noqa: E402
from tests.redteam.canaries import (  # noqa: E402
    FILE_NAME,
    MAIL,
    NAME,
    NOTE,
    PHONE,
    URL,
    picture,
)
from tests.web.portal import browsing  # noqa: E402


def photo() -> SimpleUploadedFile:
    """A picture that says where it was taken."""
    return SimpleUploadedFile(FILE_NAME, picture(), content_type="image/jpeg")


def contact() -> dict[str, str]:
    """How to reach the person."""
    more = {"email": MAIL, "phone": PHONE, "contact_rule": "mail_only", "mail": "yes"}
    return {**browsing.CONTACT, **more, "name": NAME, "kana": NAME}


def browser() -> Client:
    """Somebody new."""
    return Client(headers={"host": "127.0.0.1"}, raise_request_exception=False)


def ask() -> tuple[str, str]:
    """A whole request with a picture; its receipt."""
    citizen = browser()
    browsing.begin(citizen)
    browsing.answer(citizen, 1, **browsing.START)
    browsing.answer(citizen, 2, **contact())
    browsing.answer(citizen, 3, age="32", town=NOTE, residence=NOTE)
    story = {**browsing.STORY, "urls": URL, "text": NOTE, "when": NOTE, "files": [photo()]}
    browsing.answer(citizen, 4, **story)
    browsing.answer(citizen, 5, how="any", visit_when=NOTE)
    return browsing.send(citizen)


def follow(pair: tuple[str, str]) -> None:
    """Read, add, and mistype what one can."""
    citizen = browser()
    browsing.open_receipt(citizen, *pair)
    browsing.add(citizen, NOTE, photo())
    browsing.add(citizen, NOTE * 3000, photo())  # too long: kept for the next try
    citizen.post("/s/f/w/", {"contact_rule": NOTE, "email": MAIL})
    citizen.post("/s/f/", {"number": NAME, "secret": PHONE})


def stumble() -> None:
    """Drafts that are never sent, wrong fields, wrong places, a cut body."""
    citizen = browser()
    browsing.begin(citizen)
    for number in range(1, 6):
        browsing.answer(
            citizen,
            number,
            **{**contact(), "text": NOTE, "urls": URL, "age": NOTE, "place": NOTE},
            files=[photo()],
        )
    citizen.get("/search/", {"q": NOTE}, headers={"referer": URL, "user-agent": NOTE})
    citizen.get(f"/{FILE_NAME}", {"q": NAME})
    citizen.post("/s/c/9/", {"text": NOTE})
    citizen.post("/s/f/m/", {"text": NOTE, "files": [photo()]})
    citizen.post("/", {"text": NOTE})
    body = f'--b\r\nContent-Disposition: form-data; name="f"; filename="{FILE_NAME}"\r\n\r\n{NOTE}'
    citizen.generic(
        "POST", "/s/c/4/", body, "multipart/form-data; boundary=b", CONTENT_LENGTH=str(10**6)
    )


def main() -> int:
    """Go through every entrance."""
    prepare.static_files()
    follow(ask())
    stumble()
    return 0


if __name__ == "__main__":
    sys.exit(main())
