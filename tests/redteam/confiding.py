"""A portal in which a person confides canaries at every entrance, and things go wrong.

Run as `python -m tests.redteam.confiding FOLDER`: copies the home into FOLDER while a draft is
open and again after sending, and writes there what the process keeps in memory for later.
"""

import logging
import shutil
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

from madoguchi.ops.start import django

django("portal")

from django.conf import settings  # noqa: E402 - Django first
from django.core.cache import cache  # noqa: E402
from django.test import Client  # noqa: E402

from madoguchi.rules.programme.desk import Interviews  # noqa: E402
from madoguchi.tools.vault import receipt  # noqa: E402
from madoguchi.web.kit import finished  # noqa: E402
from tests.answers import squeezed  # noqa: E402
from tests.redteam.canaries import CANARIES, JPEG, MAIL  # noqa: E402
from tests.web.portal import applying, browsing  # noqa: E402

STEPS = {
    "danger": {"danger": "no", "who": "self"},
    "story": {"urls": CANARIES["url"], "when": CANARIES["when"], "text": CANARIES["note"]},
    "contact": {
        "name": CANARIES["name"],
        "kana": CANARIES["kana"],
        "contact_rule": "phone",
        "phone": CANARIES["phone"],
        "email": MAIL,
        "name_desk": "no",
        "mail": "yes",
    },
    "about": {"age": "32", "town": CANARIES["town"], "language": CANARIES["language"]},
    "wishes": {"how": "any", "visit_when": CANARIES["visit"]},
}


def confide(portal: Client) -> None:
    """Answer all steps, with a picture; the request is not sent yet."""
    browsing.begin(portal)
    for step, typed in STEPS.items():
        picture = browsing.file(f"{CANARIES['file name']}.jpg", JPEG)
        more = {"files": [picture]} if "text" in typed else {}
        answer = portal.post(f"/s/c/{step}/", {**typed, **more})
        assert answer.status_code == 303, (step, squeezed(answer))


def wonder(portal: Client) -> None:
    """A question about a page, which is no consultation: sent twice, and once with a slip."""
    asked = {"text": CANARIES["question"], "wants": "mail", "email": MAIL, "token": "a"}
    portal.post("/enquiry/ask/", {**asked, "email": CANARIES["error"]})
    for _ in range(2):
        assert portal.post("/enquiry/ask/", asked)["Location"] == "/enquiry/sent/"


def apply(portal: Client) -> None:
    """An application: every task wrong at first, then right, seen as a paper, sent."""
    told: dict[int, dict[str, Any]] = {
        1: {**applying.PERSON, "address": CANARIES["address"], "kana": CANARIES["kana"]},
        3: {**applying.LAWYER, "law_office": CANARIES["lawyer"]},
        4: applying.PAPERS,
        5: {"delivery": "address", "delivery_address": CANARIES["sent to"], "sender": "none"},
    }
    for number, typed in told.items():
        wrong = dict.fromkeys(typed, CANARIES["note"])
        assert applying.answer(portal, number, **wrong).status_code == 422
        more = {"estimate": [browsing.file(f"{CANARIES['estimate']}.jpg", JPEG)]}
        sent = applying.answer(portal, number, **typed, **(more if number == 4 else {}))
        assert sent.status_code == 303, squeezed(sent)
    hidden = applying.hidden(portal, 6)
    paper = portal.post("/s/h/paper/", {"case": hidden["case"], "others": "no"})
    assert paper["Content-Type"] == "application/pdf"
    assert applying.send(portal)["Location"] == "/s/h/sent/"


def go_wrong(portal: Client, number: str) -> None:
    """Wrong receipts, unknown pages, strange hosts, a search, and a program that breaks."""
    portal.post("/s/f/", {"number": number, "secret": CANARIES["wrong secret"]})
    portal.get(f"/{CANARIES['path']}/?q={CANARIES['path']}")
    portal.post("/search/", {"words": CANARIES["search"]})
    portal.get("/", headers={"host": f"{CANARIES['path']}.example"})
    portal.get("/", headers={"referer": f"https://x.example/{CANARIES['header']}"})
    wrong = {"name": CANARIES["error"], "email": CANARIES["error"], "contact_rule": "?"}
    portal.post("/s/c/contact/", wrong)
    with patch.object(receipt, "present", side_effect=ValueError(CANARIES["error"])):
        broken = portal.post("/s/f/", {"number": number, "secret": CANARIES["wrong secret"]})
    assert broken.status_code == 500


def stumble(portal: Client) -> None:
    """A draft that is never sent: wrong fields, too many words, a body that ends in the middle."""
    browsing.begin(portal)
    note, name = CANARIES["note"], f"{CANARIES['file name']}.jpg"
    for step, typed in STEPS.items():
        wrong = dict.fromkeys((*typed, "age", "place", "contact_rule"), note)
        portal.post(f"/s/c/{step}/", {**wrong, "files": [browsing.file(name, JPEG)]})
    portal.post("/s/c/story/", {"text": note * 3000, "files": [browsing.file(name, JPEG)]})
    portal.post("/s/f/m/", {"text": note, "case": note, "files": [browsing.file(name, JPEG)]})
    portal.post("/s/f/w/", {"contact_rule": note, "email": MAIL, "case": note})
    portal.post("/s/f/v/", {"at": note, "note": note, "language": note, "case": note})
    matter = ("subject", "other_party", "note", "people", "names_ok", "name", "town", "place")
    for path in ("/s/l/", "/s/l/4/", "/s/l/5/", "/s/l/check/"):
        portal.post(path, {"case": "", **dict.fromkeys(matter, note)})
    portal.post("/", {"text": note})
    body = f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n{note}'
    kind = "multipart/form-data; boundary=b"
    portal.generic("POST", "/s/c/story/", body, kind, CONTENT_LENGTH=str(10**6))


def in_memory() -> str:
    """What outlives a request in this process."""
    return repr(vars(cache)) + repr(getattr(cache, "_cache", "")) + repr(finished._pages)


def main() -> None:
    """Confide, send, go wrong, write again with the receipt."""
    logging.disable(logging.NOTSET)
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    folder = Path(sys.argv[1])
    headers = {
        "host": "127.0.0.1",
        "user-agent": CANARIES["header"],
        "sec-fetch-site": "same-origin",
    }
    portal = Client(headers=headers, raise_request_exception=False)
    confide(portal)
    shutil.copytree(settings.HOME, folder / "draft")
    numbers = browsing.send(portal)
    portal.get("/s/leave/")
    wonder(Client(headers=headers, raise_request_exception=False))
    go_wrong(Client(headers=headers, raise_request_exception=False), numbers[0])
    stumble(Client(headers=headers, raise_request_exception=False))
    assert browsing.open_receipt(portal, *numbers)["Location"] == "/s/f/"
    second = browsing.file(f"{CANARIES['second file']}.jpg", JPEG)
    assert browsing.add(portal, CANARIES["message"], second).status_code == 303
    assert CANARIES["message"] in squeezed(portal.get("/s/f/"))
    apply(portal)
    with patch.object(Interviews, "by_citizens", new=True):
        for at in ("", browsing.free(portal)[0]):
            browsing.book(portal, at, note=CANARIES["needs"], language=CANARIES["language"])
    assert browsing.free(portal) == []
    (folder / "memory.txt").write_text(in_memory(), "utf-8")
    shutil.copytree(settings.HOME, folder / "sent")


if __name__ == "__main__":
    main()
