"""A citizen's clicks, for the tests of the procedures."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import receipt as vault_receipt
from madoguchi.web.portal.consult.steps import ORDER
from madoguchi.work.cases import public as cases
from tests.answers import Response, squeezed
from tests.built import built

type Pair = tuple[str, str]

START = {"danger": "no", "who": "self"}
CONTACT = {
    "name": "𠮷田 花子",
    "contact_rule": "no_voicemail",
    "phone": "０２７９−００−００００",
    "name_desk": "no",
}
STORY = {
    "place": ["x", "board"],
    "urls": "https://example.com/1",
    "text": "消したい書き込みがあります",
}


def begin(portal: Client) -> None:
    """Press the button of the page before the first question."""
    response = portal.post("/s/")
    assert (response.status_code, response["Location"]) == (303, "/s/c/danger/?begun")
    assert portal.get("/s/c/danger/?begun")["Location"] == "/s/c/danger/"


def answer(portal: Client, step: str, /, **typed: Any) -> Response:
    """Send one step."""
    return portal.post(f"/s/c/{step}/", typed)


@built
def fill(portal: Client, **story: Any) -> None:
    """Answer all five steps."""
    begin(portal)
    typed = {
        "danger": START,
        "story": STORY | story,
        "contact": CONTACT,
        "about": {"age": "３２"},
        "wishes": {"how": "any"},
    }
    for step in ORDER:
        response = answer(portal, step, **typed[step])
        assert response.status_code == 303, (step, squeezed(response))
    assert response["Location"] == "/s/c/check/"


@built
def send(portal: Client) -> Pair:
    """Press the last button; the numbers on the receipt page."""
    response = portal.post("/s/c/check/")
    assert (response.status_code, response["Location"]) == (303, "/s/c/done/")
    return receipt(portal)


def receipt(portal: Client) -> Pair:
    """The two numbers of the receipt page."""
    page = squeezed(portal.get("/s/c/done/"))
    number, secret = re.findall(r'<dd class="number">([\d-]+)</dd>', page)
    return number, secret


def open_receipt(portal: Client, number: str, secret: str) -> Response:
    """Enter the two numbers."""
    return portal.post("/s/f/", {"number": number, "secret": secret})


def add(portal: Client, text: str, *files: SimpleUploadedFile) -> Response:
    """Send a message from the page of the opened receipt."""
    page = squeezed(portal.get("/s/f/"))
    found = re.search(r'name="token" value="(\w+)"', page)
    assert found
    typed = {"text": text, "token": found[1], "case": mark(portal), "files": list(files)}
    return portal.post("/s/f/m/", typed)


def free(portal: Client) -> list[str]:
    """The times of interviews that the person may choose from."""
    return re.findall(r'<option value="(\d[^"]+)"', squeezed(portal.get("/s/f/v/")))


def book(portal: Client, at: str, **typed: object) -> Response:
    """Book an interview for a time from the page of the opened receipt."""
    found = re.search(r'name="token" value="(\w+)"', squeezed(portal.get("/s/f/v/")))
    sent = {"token": found[1] if found else "", "case": mark(portal), "at": at, **typed}
    return portal.post("/s/f/v/", sent)


def give_back(portal: Client, **changed: object) -> Response:
    """Cancel the interview that the person has."""
    page = squeezed(portal.get("/s/f/v/"))
    sent = dict(re.findall(r'name="(interview|revision|case)" value="([\w-]+)"', page))
    return portal.post("/s/f/v/x/", {**sent, **changed})


def mark(portal: Client) -> str:
    """By what the forms of the opened case name it."""
    found = re.search(r'name="case" value="(\w+)"', squeezed(portal.get("/s/f/")))
    assert found
    return found[1]


def file(name: str = "photo.jpg", data: bytes = b"\xff\xd8bytes") -> SimpleUploadedFile:
    """A small file of any kind."""
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


def holding(office: OfficeCard, pair: Pair) -> cases.Holding:
    """The case of a receipt, opened."""
    drawer = vault_receipt.present(office.id, *pair, "net")
    assert drawer is not None
    return cases.Holding(drawer)


@pytest.fixture
def begun(portal: Client) -> Client:
    """A browser before the first question."""
    begin(portal)
    return portal


@pytest.fixture
def filled(portal: Client) -> Client:
    """A browser in which all five steps are answered."""
    fill(portal)
    return portal
