"""A browser that draws nothing: cookies, forms, and every answer as it came."""

import re
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html import unescape
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

from tests.proof.caller import BOUNDARY, multipart

TYPED = "application/x-www-form-urlencoded"
NOT_TAKEN = "受け付けできていません"
STORY = "消したい書き込みがあります。"
STEPS = {
    "danger": {"danger": "no", "who": "self"},
    "story": {"place": "x", "text": STORY},
    "contact": {"name": "見本", "contact_rule": "wait"},
    "about": {"age": "32"},
    "wishes": {"how": "any"},
}


def log_tells_no_story(log: Path) -> bool:
    """Whether a server's log names its trouble and none of the words that people sent."""
    said = log.read_text("utf-8")
    return "OperationalError" in said and not any(
        words in said for words in (STORY, repr(STORY.encode())[2:-1], urllib.parse.quote(STORY))
    )


@dataclass(frozen=True)
class Answer:
    """One answer and how long it was waited for."""

    status: int
    page: str
    to: str
    after_s: float

    @property
    def repeated(self) -> dict[str, str]:
        """What the page's button sends again."""
        shape = r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>'
        found = re.findall(shape, self.page, re.DOTALL)
        return {name: unescape(words) for name, words in found}

    @property
    def receipt(self) -> bool:
        """Whether the page shows the numbers of a receipt."""
        return 'class="number"' in self.page


class AsItCame(urllib.request.HTTPErrorProcessor):
    """Follows nothing and raises nothing."""

    def http_response(self, _request: Any, response: HTTPResponse) -> HTTPResponse:
        return response


class Browser:
    """One visitor of a portal."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(), AsItCame)

    def get(self, path: str) -> Answer:
        """A page."""
        return self._ask(path, None)

    def post(self, path: str, **typed: str) -> Answer:
        """A form that was sent."""
        return self._ask(path, urllib.parse.urlencode(typed or {"x": ""}).encode())

    def attach(self, path: str, file: bytes, **typed: str) -> Answer:
        """A form that was sent with a file."""
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return self._ask(path, multipart(typed, file), kind)

    def _ask(self, path: str, body: bytes | None, kind: str = TYPED) -> Answer:
        began = time.monotonic()
        request = urllib.request.Request(
            self._address + path, body, {"Content-Type": kind, "Sec-Fetch-Site": "same-origin"}
        )
        with self._opener.open(request, timeout=90) as response:
            page = response.read().decode()
            to = response.headers.get("Location", "")
            return Answer(response.status, page, to, time.monotonic() - began)

    def fill(self, *steps: str) -> None:
        """Begin, and answer these steps, or all."""
        assert self.post("/s/").status == 303
        for step in steps or STEPS:
            answer = self.post(f"/s/c/{step}/", **STEPS[step])
            assert answer.status == 303, answer

    def send(self) -> Answer:
        """Press the last button; the page behind it."""
        answer = self.post("/s/c/check/")
        return self.get("/s/c/done/") if answer.to.endswith("/s/c/done/") else answer
