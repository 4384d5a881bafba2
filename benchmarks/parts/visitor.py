"""A visitor for measurements: one line, one address, one cookie, the steps of a request."""

import http.client
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "madoguchi-measured"
DIGITS = re.compile(r'class="number[^"]*"[^>]*>\s*([0-9-]+)')
REACHED = {"name": "見本 はな", "contact_rule": "mail_only", "mail": "yes"}
STEPS: Mapping[str, Mapping[str, str]] = {
    "danger": {"danger": "no", "who": "self"},
    "story": {"place": "board", "kinds": "insult"},
    "contact": {**REACHED, "email": "hana@example.jp"},
    "about": {"age_band": "30_39", "residence": "inside"},
    "wishes": {"how": "mail"},
}
PIECE = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Visitor:
    """One person at one window of a server, from an address of loopback."""

    def __init__(
        self, at: str, port: int, address: str = "127.0.0.1", host: str | None = None
    ) -> None:
        self._line = http.client.HTTPConnection(at, port, 120, source_address=(address, 0))
        self._always = {"Host": host or f"{at}:{port}", "Sec-Fetch-Site": "same-origin"}
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """What stands at the path."""
        return self._ask("GET", path, {}, ())

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """The answer to a form."""
        sent = urlencode(fields).encode()
        return self._ask(
            "POST", path, {"Content-Type": FORM, "Content-Length": str(len(sent))}, [sent]
        )

    def upload(self, path: str, content: bytes, bytes_a_second: float = 0) -> Answer:
        """The answer to a form with one file, sent over a line of that speed (0: loopback's)."""
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n'
            "Content-Type: image/png\r\n\r\n"
        ).encode()
        foot = f"\r\n--{BOUNDARY}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(len(head) + len(content) + len(foot)),
        }
        middle = _paced(content, bytes_a_second) if bytes_a_second else [content]
        return self._ask("POST", path, headers, chain([head], middle, [foot]))

    def fill(self, text: str) -> None:
        """All steps of a request, up to the page that shows it whole."""
        for step, fields in STEPS.items():
            told = {**fields, "text": text} if step == "story" else fields
            answer = self.post(f"/s/c/{step}/", told)
            assert answer.status == http.client.SEE_OTHER, (step, answer.status)

    def send(self) -> Answer:
        """Press the button that files the request."""
        return self.post("/s/c/check/", {})

    def receipt(self) -> tuple[str, str]:
        """Number and secret, as the page shows them."""
        page = self.get("/s/c/done/").body.decode()
        number, secret = DIGITS.findall(page)
        return number, secret

    def leave(self) -> None:
        """Leave: what was not filed is deleted."""
        self.post("/s/leave/", {})
        self._cookies.clear()

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str], pieces: Iterable[bytes]
    ) -> Answer:
        self._line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in (self._always | dict(headers)).items():
            self._line.putheader(name, value)
        if self._cookies:
            kept = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
            self._line.putheader("Cookie", kept)
        self._line.endheaders()
        for piece in pieces:
            self._line.send(piece)
        response = self._line.getresponse()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return Answer(response.status, response.headers, response.read())


def _paced(content: bytes, bytes_a_second: float) -> Iterator[bytes]:
    """The content piece by piece, each when such a line would bring it."""
    began = time.perf_counter()
    for at in range(0, len(content), PIECE):
        time.sleep(max(0.0, began + at / bytes_a_second - time.perf_counter()))
        yield content[at : at + PIECE]
