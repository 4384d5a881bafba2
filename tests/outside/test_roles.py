"""Every role that a colleague can have: appointed, signed in with two factors, ended, shut out."""

import base64
import hashlib
import hmac
import http.client
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from madoguchi.ops.start import now
from madoguchi.rules import rights
from tests import hour
from tests.outside.command import CITY, House, command, furnished, password_in
from tests.outside.test_commands import ROLES

OWN = "ことばをならべた長い合言葉 7"
EMPTY = "/day/"  # of a lawyer who stands on no roster yet, answers that nothing is there
UP_WITHIN_S = 300


class Browser:
    """Keeps cookies, follows to the next page, sends what stands hidden in a form."""

    def __init__(self, port: int) -> None:
        self._port, self._host = port, f"localhost:{port}"
        self._cookies: dict[str, str] = {}
        self.path = self.page = ""

    def get(self, path: str) -> str:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> str:
        page = self.page if self.path == path else self.get(path)
        hidden = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        token = hidden[1] if hidden else ""
        return self._ask("POST", path, urlencode({**fields, "csrfmiddlewaretoken": token}))

    def _ask(self, method: str, path: str, body: str = "") -> str:
        headers = {"Host": self._host, "Origin": f"http://{self._host}"}
        headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in self._cookies.items())
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=300)) as line:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            content = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            for key, told in SimpleCookie(cookie).items():
                self._cookies[key] = told.value
        assert answer.status < 400 or path == EMPTY, (path, answer.status, content)
        if 300 <= answer.status < 400:
            return self.get(answer.headers["Location"])
        self.path, self.page = path, unescape(content)
        return self.page


def code(secret: str, ahead: int = 0) -> str:
    """What an authenticator application shows (RFC 6238)."""
    moment = int(hour.elsewhere()) // 30 + ahead
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, moment.to_bytes(8, "big"), hashlib.sha1)
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


@contextmanager
def opened(house: House) -> Iterator[int]:
    """The desk of the house at a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    words = command(("serve", "desk", "--port", str(port)))
    with subprocess.Popen(words, env=house.surroundings(), cwd=house.beside) as desk:
        try:
            until = time.monotonic() + UP_WITHIN_S
            while True:
                assert desk.poll() is None
                assert time.monotonic() < until
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.1)
            yield port
        finally:
            desk.terminate()


def sign_in(port: int, username: str, password: str) -> Browser:
    browser = Browser(port)
    browser.post("/sign-in/", login=username, password=password)
    return browser


def test_every_role_is_appointed_signs_in_with_two_factors_and_is_ended(tmp_path: Path) -> None:
    house = furnished(tmp_path)
    assert len(ROLES) == len(rights.STAFF) == 7
    with opened(house) as port:
        for step in ROLES:
            role = step.line.split()[-1]
            added = house.run(step.line, house.signed(*step.signs))
            assert added.code == 0, added
            temporary = password_in(added)
            first = sign_in(port, role, temporary)
            assert first.path == "/me/password/", (role, first.page)  # nothing else opens before
            first.post("/me/password/", oldpassword=temporary, password1=OWN, password2=OWN)
            assert not first.path.startswith("/me/"), (
                role,
                first.page,
            )  # each to a page of its own
            first.get("/me/application/")
            assert first.path.startswith("/me/again/"), (role, first.path)
            first.post(first.path, password=OWN, next="/me/application/")
            secret = re.search(r"<code>(\w+)</code>", first.page)
            assert secret, (role, first.path, first.page)
            first.post("/me/application/", code=code(secret[1]))
            assert "エラー" not in first.page, (role, first.page)
            again = sign_in(port, role, OWN)
            assert again.path == "/sign-in/code/", (role, again.page)
            again.post("/sign-in/code/", code=code(secret[1], ahead=1))
            again.get("/")
            assert not again.path.startswith(("/sign-in/", "/me/")), (role, again.path)
            ended = house.run(f"staff end {CITY} {role} --on {now().date()}")
            assert ended.code == 0, ended
            again.get("/")
            assert again.path == "/sign-in/", role
            assert sign_in(port, role, OWN).path.startswith("/sign-in/"), role
