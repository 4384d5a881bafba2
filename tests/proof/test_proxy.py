"""The proxy of docs/running: nginx takes its configuration, and a forged address goes nowhere."""

import http.client
import os
import re
import signal
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from django.http import HttpResponse

from madoguchi.rules import limits
from madoguchi.web.portal.safety.visitor import of_even_length
from tests.proof import attackers, caller
from tests.proof.earnest import Door, answering
from tests.proof.nginx import (
    AROUND,
    DESK_NAME,
    PORTAL_NAME,
    SITE,
    Ports,
    complaints,
    configured,
    in_front,
)
from tests.proof.site import free_port

SHARED = "127.9.9.9"
FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X_Forwarded_For": "203.0.113.9",
    "X-Forwarded-Proto": "http",
}


class Window(BaseHTTPRequestHandler):
    """Stands behind the proxy and keeps what it was told."""

    told: ClassVar[list[dict[str, str]]] = []

    page: ClassVar[HttpResponse | None] = None

    def do_GET(self) -> None:
        """Answer with the page, or nothing; keep the headers."""
        self.told.append(dict(self.headers.items()))
        self.send_response(200 if self.page else 204)
        for name, value in self.page.items() if self.page else ():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.page.content if self.page else b"")

    def do_POST(self) -> None:
        """The same for a form."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def get(port: int, name: str, headers: dict[str, str]) -> tuple[int, int]:
    """Status and length of what the proxy gives for the first page of a name."""
    context = ssl._create_unverified_context()
    line = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
    for _attempt in range(100):
        try:
            line.connect()
            break
        except ConnectionRefusedError:
            threading.Event().wait(0.05)
    line.request("GET", "/", headers={"Host": name, **headers})
    answer = line.getresponse()
    length = len(answer.read())
    line.close()
    return answer.status, length


@contextmanager
def window(folder: Path) -> Iterator[Door]:
    """The proxy in front of a window that keeps what it is told."""
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Window)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    port: int = behind.server_address[1]
    ports = Ports(free_port(), free_port(), portal=port, files=port, desk=port)
    Window.told.clear()
    whole = configured(folder, ports)
    (folder / "closed" / "closed.html").write_text("closed")
    try:
        with in_front(whole):
            yield Door(ports.https, tls=True, pid=0)
    finally:
        behind.shutdown()
        behind.server_close()


def told(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """What portal and desk are told of a request that lies about where it comes from."""
    with window(folder) as door:
        for name in (PORTAL_NAME, DESK_NAME):
            assert get(door.port, name, FORGED)[0] == 204
    portal, desk = Window.told
    return portal, desk


def beside_drips(folder: Path) -> str:
    """What comes of a short post while its own address has eight others under way."""
    with window(folder) as door:
        answering(door.port)
        drips = attackers.dripping_posts(door, [SHARED] * 8)
        with attackers.at_work(drips):
            time.sleep(1)
            form = attackers.request(door, SHARED, "/s/f/m/", b"text=a")
            return attackers.say(door, SHARED, form, wait_s=10)


def crawls_on_after_a_reload(folder: Path) -> bool:
    """Whether a body that comes byte by byte is still taken five seconds after a reload."""
    with window(folder) as door:
        answering(door.port)
        told = caller.headers(door, SHARED, f"Content-Length: {limits.LARGE}")
        with caller.dial(door, SHARED) as line:
            line.sendall(b"POST /s/f/m/ HTTP/1.1\r\n" + told)
            line.settimeout(0.2)
            os.kill(int((folder / "nginx.pid").read_text()), signal.SIGHUP)
            until = time.monotonic() + 5
            with suppress(OSError):
                while time.monotonic() < until:
                    line.sendall(b"a")
                    with suppress(TimeoutError):
                        line.recv(1)
                        return False
                return True
    return False


def test_nginx_takes_the_configuration(tmp_path: Path) -> None:
    assert complaints(configured(tmp_path, Ports(free_port(), free_port()))) == ""


def test_control_nginx_refuses_a_wrong_word(tmp_path: Path) -> None:
    whole = configured(tmp_path, Ports(free_port(), free_port()))
    site = tmp_path / "site.conf"
    site.write_text(site.read_text("utf-8").replace("limit_conn ", "limit_con ", 1), "utf-8")
    assert "limit_con" in complaints(whole)


def test_nobody_chooses_the_address_they_come_from(tmp_path: Path) -> None:
    for headers in told(tmp_path):
        assert headers["X-Forwarded-For"] == "127.0.0.1"
        assert headers["X-Forwarded-Proto"] == "https"
        assert "203.0.113.9" not in "".join(headers.values())


def test_control_an_appended_address_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = SITE.read_text("utf-8").replace(
        "X-Forwarded-For $remote_addr", "X-Forwarded-For $proxy_add_x_forwarded_for"
    )
    loose = tmp_path / "loose.conf"
    loose.write_text(text, "utf-8")
    monkeypatch.setattr("tests.proof.nginx.SITE", loose)
    assert all("203.0.113.9" in headers["X-Forwarded-For"] for headers in told(tmp_path))


@pytest.mark.parametrize("filled", [True, False], ids=["of even length", "the control"])
def test_the_proxy_makes_no_page_of_a_procedure_as_long_as_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, filled: bool
) -> None:
    """The proxy compresses pages where its own configuration says so, as Debian's does."""
    lengths = set()
    for words in ("届いています", "お返事しています"):
        page = HttpResponse(f"<!DOCTYPE html><p>{words * 100}</p></html>")
        monkeypatch.setattr(Window, "page", of_even_length(page) if filled else page)
        with window(tmp_path) as door:
            status, length = get(door.port, PORTAL_NAME, {"Accept-Encoding": "gzip"})
        assert status == 200
        lengths.add(length)
    assert (lengths == {8 * 1024}) is filled
    assert (len(lengths) == 1) is filled


def test_slow_words_of_a_neighbour_stop_no_words(tmp_path: Path) -> None:
    """They wait in the proxy and take nobody's place: a household may share the address."""
    assert beside_drips(tmp_path) == "204"


def test_control_a_limit_of_all_bodies_stops_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = SITE.read_text("utf-8").replace(
        "limit_conn_zone $uploader zone", "limit_conn_zone $sender zone"
    )
    narrow = tmp_path / "narrow.conf"
    narrow.write_text(text, "utf-8")
    monkeypatch.setattr("tests.proof.nginx.SITE", narrow)
    assert beside_drips(tmp_path) == "429"


@pytest.mark.parametrize(("under_way", "status"), [(5, "204"), (6, "429")])
def test_an_address_sends_six_long_bodies_at_once(
    tmp_path: Path, under_way: int, status: str
) -> None:
    with window(tmp_path) as door:
        answering(door.port)
        with attackers.at_work(attackers.slow_uploaders(door, [SHARED] * under_way)):
            time.sleep(1)
            form = attackers.request(door, SHARED, "/s/f/m/", b"a" * limits.LARGE)
            assert attackers.say(door, SHARED, form, wait_s=10) == status


def test_a_reload_ends_what_crawls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.proof.nginx.AROUND", "worker_shutdown_timeout 1s;" + AROUND)
    assert not crawls_on_after_a_reload(tmp_path)


def test_control_without_a_timeout_it_crawls_on(tmp_path: Path) -> None:
    assert crawls_on_after_a_reload(tmp_path)


def test_nginx_refuses_the_timeout_inside_http(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = AROUND.replace("http {{", "http {{ worker_shutdown_timeout 60m;")
    monkeypatch.setattr("tests.proof.nginx.AROUND", inside)
    whole = configured(tmp_path, Ports(free_port(), free_port()))
    assert "worker_shutdown_timeout" in complaints(whole)


class TakenOver(Window):
    """A portal in hostile hands: to each first page it names a place to the proxy, or a file."""

    place: ClassVar[str] = ""
    asked: ClassVar[list[str]] = []
    again: ClassVar[bool] = False

    def do_GET(self) -> None:
        """Have the proxy look elsewhere; where it comes back, say so."""
        self.asked.append(self.path)
        self.send_response(200)
        if self.path == "/" and (self.again or len(self.asked) == 1):
            for name in ("X-Accel-Redirect", "X-Sendfile", "X-LIGHTTPD-send-file"):
                self.send_header(name, self.place)
        self.send_header("Content-Length", "15")
        self.end_headers()
        self.wfile.write(b"from the portal")


def led_to(folder: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[str]]:
    """What a visitor is given when the portal names this place, and what the desk was asked."""
    desk, portal = (
        ThreadingHTTPServer(("127.0.0.1", 0), handler) for handler in (Window, TakenOver)
    )
    for server in (desk, portal):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(TakenOver, "place", place)
    TakenOver.asked.clear()
    Window.told.clear()
    ports = Ports(
        *(free_port(), free_port(), portal.server_address[1], portal.server_address[1]),
        desk=desk.server_address[1],
    )
    whole = configured(folder, ports)
    (folder / "closed" / "closed.html").write_text("the closed page")
    (folder / "closed" / "beside.html").write_text("a file beside it")
    try:
        with in_front(whole):
            answering(ports.https)
            with caller.Caller(Door(ports.https, tls=True, pid=0), SHARED) as stranger:
                _, text = stranger.ask("GET", "/")
    finally:
        for server in (desk, portal):
            server.shutdown()
            server.server_close()
    return text, [str(headers) for headers in Window.told]


PLACES = (
    *("{folder}/site.key", "/etc/passwd", "/../site.key", "/site.key", "/closed/beside.html"),
    *("/closed.html/../beside.html", "/closed.html/../../site.key", "/closed.html%2f..%2fsite.key"),
    *("/closed.html%00beside.html", "/beside.html", "//etc/passwd", "file:///etc/passwd"),
    *("@stopped", "@madoguchi_desk", "http://madoguchi_desk/", f"https://{DESK_NAME}/"),
    "http://unix:/run/madoguchi/desk/http:/",
)


@pytest.mark.parametrize("place", PLACES)
def test_a_portal_in_hostile_hands_leads_the_proxy_to_no_file_and_no_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Nginx does as `X-Accel-Redirect` says, within the portal's own server: no files are there."""
    text, desk = led_to(tmp_path, place.format(folder=tmp_path), monkeypatch)
    assert desk == []
    assert text == "from the portal" or re.search("<title>(404|500) ", text), text


def test_the_one_file_that_it_may_name_is_the_closed_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The header is heard: the portal itself has its page for a refused body fetched so."""
    assert led_to(tmp_path, "/closed.html", monkeypatch) == ("the closed page", [])


def test_control_a_place_with_files_would_give_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    within = "    location = /closed.html {"
    kept = f"    location /kept/ {{ internal; alias {tmp_path}/; }}\n{within}"
    loose = tmp_path / "loose.conf"
    loose.write_text(SITE.read_text("utf-8").replace(within, kept), "utf-8")
    monkeypatch.setattr("tests.proof.nginx.SITE", loose)
    assert "PRIVATE KEY" in led_to(tmp_path, "/kept/site.key", monkeypatch)[0]


@pytest.mark.parametrize("place", ["/", "@full", "@passed_on"])
def test_a_portal_that_sends_the_proxy_round_and_round_is_asked_a_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(TakenOver, "again", True)
    text, desk = led_to(tmp_path, place, monkeypatch)
    assert ("<title>500 " in text, desk) == (True, [])
    assert len(TakenOver.asked) < 20
