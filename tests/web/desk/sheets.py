"""A colleague at the sheet, as a browser without a script sends it."""

import re
from dataclasses import dataclass
from typing import Any, Self

from django.test import Client

from tests.answers import Response, squeezed

CALL = {
    "phone": "０９０−1234ー5678",
    "name": "髙橋",
    "text": "掲示板に書かれた",
    "contact_rule": "no_voicemail",
    "outcome": "call_back",
}


@dataclass
class Shown:
    """A sheet as the browser has it: where its form goes and what lies hidden in it."""

    to: str
    door: str
    revision: str
    page: str

    @classmethod
    def of(cls, page: str) -> Self:
        """The sheet on a page."""
        to = re.search(r'<form method="post" action="(/intake/[^"]+)" id="sheet"', page)
        hidden = dict(re.findall(r'name="(door|revision)" value="([^"]*)"', page))
        assert to
        return cls(to[1], hidden["door"], hidden["revision"], page)


def begin(browser: Client, door: str = "phone") -> Shown:
    """An empty sheet."""
    answer = browser.get(f"/{door}/")
    assert answer.status_code == 200
    return Shown.of(squeezed(answer))


def press(browser: Client, sheet: Shown, do: str, **typed: Any) -> Response:
    """Press a button of the sheet with what was typed."""
    hidden = {"door": sheet.door, "revision": sheet.revision, "do": do}
    return browser.post(sheet.to, {**hidden, **typed})


def keep(browser: Client, sheet: Shown, **typed: Any) -> Shown:
    """Keep what was typed, and follow to the kept sheet."""
    answer = press(browser, sheet, "keep", **typed)
    assert answer.status_code == 303, squeezed(answer)
    return Shown.of(squeezed(browser.get(answer.headers["Location"])))


def digits(page: str) -> list[str]:
    """The digits of a shown receipt: number and secret, group by group."""
    return re.findall(r'class="digits">(\d+)<', page)
