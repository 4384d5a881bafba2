"""One person's errand: a request with words and three files, repeated where it is in doubt."""

import hashlib
import os
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

COOKIE = "madoguchi_visit"
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "madoguchi-errand"
FILE_BYTES = (300, 3_000, 9_000)
NUMBERS = re.compile(r'<dd class="number">([\d-]+)</dd>')
HELD = re.compile(r'name="remove"')


class Broken(Exception):
    """The connection died before the answer came."""


class Away(Exception):
    """Nobody takes calls, or there is no room now (503): nothing was done."""


class Wrong(Exception):
    """An answer that no person should be given."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, where to go on, the visit's cookie where one was set, the page."""

    status: int
    location: str
    cookie: str
    page: str


type Send = Callable[[str, str, bytes, dict[str, str]], Answer]


@dataclass
class Errand:
    """What one person sends, how far they have come, and the receipt they were shown."""

    text: str
    files: tuple[bytes, ...] = field(repr=False)
    impatient: bool = False
    cookie: str = ""
    done: int = 0
    in_doubt: bool = False
    doubts: int = 0
    numbers: tuple[str, ...] = ()
    sent_at_ns: int = 0
    shown_at_ns: int = 0

    def go_on(self, send: Send) -> None:
        """Do the steps that are left; a step whose answer never came is repeated.

        Raises:
            Away: nobody answers, or there is no room.
            Broken: the connection died; the errand is in doubt.
            Wrong: an answer that no person should be given.
        """
        while self.done < len(STEPS):
            try:
                STEPS[self.done](self, send)
            except Broken:
                self.in_doubt = True
                self.doubts += STEPS[self.done] in (Errand.submit, Errand.read)
                raise
            self.in_doubt = False
            self.done += 1

    def begin(self, send: Send) -> None:
        """Press the button of the page before the first question."""
        self.cookie = self._post(send, "/s/", "/s/c/danger/?begun").cookie

    def contact(self, send: Send) -> None:
        """The two steps that the desk needs."""
        self._post(send, "/s/c/danger/", "/s/c/story/", danger="no", who="self")
        self._post(send, "/s/c/contact/", "/s/c/about/", contact_rule="wait")

    def story(self, send: Send) -> None:
        """Words and files; when it is not known whether they came, the page is looked at first."""
        if self.in_doubt:
            held = len(HELD.findall(self._get(send, "/s/c/story/").page))
            if held not in (0, len(self.files)):
                raise Wrong(f"{held} of {len(self.files)} files are held")
            if held:
                return
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        self._expect(self._send(send, "POST", "/s/c/story/", self._form(), kind), "/s/c/contact/")

    def submit(self, send: Send) -> None:
        """Press the last button; who is impatient presses twice."""
        self.sent_at_ns = self.sent_at_ns or time.monotonic_ns()
        for _ in range(1 + self.impatient):
            self._post(send, "/s/c/check/", "/s/c/done/")

    def read(self, send: Send) -> None:
        """The receipt page: from now on it is acknowledged."""
        answer = self._get(send, "/s/c/done/")
        numbers = tuple(NUMBERS.findall(answer.page))
        if len(numbers) != 2:
            raise Wrong(f"no receipt: {answer.status} {answer.location}")
        self.numbers, self.shown_at_ns = numbers, time.monotonic_ns()

    def line(self) -> dict[str, Any]:
        """The errand as the journal keeps it."""
        hashes = sorted(hashlib.sha256(content).hexdigest() for content in self.files)
        return {"text": self.text, "files": hashes, "numbers": self.numbers, "doubts": self.doubts}

    def _form(self) -> bytes:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
        parts = [f'{head}text"\r\n\r\n{self.text}\r\n'.encode()]
        for place, content in enumerate(self.files):
            told = f'{head}files"; filename="{place}.png"\r\nContent-Type: image/png\r\n\r\n'
            parts.append(told.encode() + content + b"\r\n")
        return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()

    def _post(self, send: Send, path: str, onward: str, **typed: str) -> Answer:
        return self._expect(self._send(send, "POST", path, urlencode(typed).encode(), FORM), onward)

    def _get(self, send: Send, path: str) -> Answer:
        return self._send(send, "GET", path, b"", "")

    def _send(self, send: Send, method: str, path: str, body: bytes, kind: str) -> Answer:
        headers = {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        headers |= {"Content-Type": kind, "Sec-Fetch-Site": "same-origin"} if kind else {}
        answer = send(method, path, body, headers)
        if answer.status == 503:
            raise Away
        return answer

    def _expect(self, answer: Answer, onward: str) -> Answer:
        if (answer.status, answer.location) != (303, onward):
            raise Wrong(f"{answer.status} {answer.location}, not {onward}: {answer.page[:200]}")
        return answer


STEPS: tuple[Callable[[Errand, Send], None], ...] = (
    Errand.begin,
    Errand.contact,
    Errand.story,
    Errand.submit,
    Errand.read,
)


def new_errand(*, impatient: bool = False) -> Errand:
    """An errand that nobody else has."""
    return Errand(f"見本の相談 {uuid.uuid4()}", tuple(map(os.urandom, FILE_BYTES)), impatient)
