"""Somebody at the portal's door over HTTP, from an address of their choice (127.0.0.0/8)."""

import re
import socket
import ssl
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Self
from urllib.parse import urlencode

from tests.proof.earnest import Door
from tests.proof.nginx import PORTAL_NAME

PATIENCE_S = 20.0
UNVERIFIED = ssl._create_unverified_context()
UNVERIFIED.set_alpn_protocols(["http/1.1"])
AFTER_STORY = {
    "contact": {"name": "見本", "contact_rule": "wait"},
    "about": {"age": "32"},
    "wishes": {"how": "any"},
}
WORDS = "書き込みを消したい"
BOUNDARY = "proof-boundary"


def dial(door: Door, address: str) -> socket.socket:
    """An open line to the door from this address of loopback."""
    line = socket.create_connection(("127.0.0.1", door.port), PATIENCE_S, (address, 0))
    return UNVERIFIED.wrap_socket(line, server_hostname=PORTAL_NAME) if door.tls else line


def headers(door: Door, address: str, *more: str) -> bytes:
    """The headers that every caller sends; without a proxy they say the address themselves."""
    told = [f"Host: {PORTAL_NAME}", f"Origin: https://{PORTAL_NAME}", *more]
    if not door.tls:
        told += [f"X-Forwarded-For: {address}", "X-Forwarded-Proto: https"]
    return "\r\n".join([*told, "", ""]).encode()


def multipart(words: dict[str, str], file: bytes) -> bytes:
    """A form with words and one file, as a browser sends it."""
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
    text = "".join(f'{part}{name}"\r\n\r\n{word}\r\n' for name, word in words.items())
    head = f'{part}files"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return text.encode() + head.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()


class Refused(AssertionError):
    """The door said something else than a person needs."""


@dataclass
class Caller:
    """A browser: one line, one cookie."""

    door: Door
    address: str
    cookie: str = ""
    _line: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._line = HTTPConnection("127.0.0.1", self.door.port)

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str]:
        """The status and the text of an answer; a line that was closed is dialled again."""
        try:
            return self._ask(method, path, body, kind)
        except (HTTPException, OSError):
            self._line.close()
            return self._ask(method, path, body, kind)

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, str]:
        if self._line.sock is None:
            self._line.sock = dial(self.door, self.address)
        told = {"Host": PORTAL_NAME, "Origin": f"https://{PORTAL_NAME}"}
        if not self.door.tls:
            told |= {"X-Forwarded-For": self.address, "X-Forwarded-Proto": "https"}
        if self.cookie:
            told["Cookie"] = self.cookie
        if kind:
            told["Content-Type"] = kind
        self._line.request(method, path, body or None, told)
        answer = self._line.getresponse()
        return self._heard(answer)

    def _heard(self, answer: HTTPResponse) -> tuple[int, str]:
        text = answer.read().decode()
        given = answer.headers.get("Set-Cookie")
        if given:
            self.cookie = given.partition(";")[0]
        return answer.status, text

    def post(self, path: str, words: dict[str, str]) -> tuple[int, str]:
        """Send a form."""
        body = urlencode(words).encode()
        return self.ask("POST", path, body, "application/x-www-form-urlencoded")

    def announce(self, path: str, length: int) -> tuple[int, str]:
        """Say that a form of so many bytes comes, and send none of it."""
        self._line.sock = dial(self.door, self.address)
        self._line.putrequest("POST", path, skip_host=True)
        for name, told in (("Host", PORTAL_NAME), ("Content-Length", str(length))):
            self._line.putheader(name, told)
        self._line.endheaders()
        return self._heard(self._line.getresponse())

    def get(self, path: str) -> str:
        """A page.

        Raises:
            Refused: with the status.
        """
        status, text = self.ask("GET", path)
        return expect(200, status, path) or text

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()


def expect(wanted: int, status: int, where: str) -> str:
    """Nothing, when the door did what a person needs.

    Raises:
        Refused: it did not.
    """
    if status != wanted:
        raise Refused(f"{where}: {status} instead of {wanted}")
    return ""


@dataclass(frozen=True)
class Way:
    """A person's whole way: the receipt, and how long it took (seconds)."""

    number: str
    secret: str
    took_s: float


def whole_way(door: Door, address: str, file: bytes = b"\xff\xd8" * 2_000) -> Way:
    """Open the form, write, send one file, submit, read the receipt.

    Raises:
        Refused: at the first page that is not what a person needs.
    """
    began = time.monotonic()
    with Caller(door, address) as person:
        person.get("/s/")
        expect(303, person.post("/s/", {})[0], "/s/")
        danger = {"danger": "no", "who": "self"}
        expect(303, person.post("/s/c/danger/", danger)[0], "danger")
        sent = multipart({"text": WORDS}, file)
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        expect(303, person.ask("POST", "/s/c/story/", sent, kind)[0], "story")
        for step, words in AFTER_STORY.items():
            expect(303, person.post(f"/s/c/{step}/", words)[0], step)
        expect(303, person.post("/s/c/check/", {})[0], "check")
        receipt = person.get("/s/c/done/")
    number, secret = re.findall(r'<dd class="number">([\d-]+)</dd>', receipt)
    return Way(number, secret, time.monotonic() - began)


def read_answer(door: Door, address: str, way: Way) -> float:
    """Open the receipt and read the case's page; seconds it took.

    Raises:
        Refused: the page does not come.
    """
    began = time.monotonic()
    with Caller(door, address) as person:
        receipt = {"number": way.number, "secret": way.secret}
        expect(303, person.post("/s/f/", receipt)[0], "/s/f/")
        if WORDS not in person.get("/s/f/"):
            raise Refused("/s/f/: without the words")
    return time.monotonic() - began
