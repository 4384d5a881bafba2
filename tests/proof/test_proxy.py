"""The proxy of docs/running: nginx takes its configuration, and a forged address goes nowhere."""

from __future__ import annotations

import http.client
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

from tests.proof.nginx import DESK_NAME, PORTAL_NAME, SITE, Ports, complaints, configured, in_front
from tests.proof.site import free_port

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X_Forwarded_For": "203.0.113.9",
    "X-Forwarded-Proto": "http",
}


class Window(BaseHTTPRequestHandler):
    """Stands behind the proxy and keeps what it was told."""

    told: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        """Answer nothing, keep the headers."""
        self.told.append(dict(self.headers.items()))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def get(port: int, name: str, headers: dict[str, str]) -> int:
    """The status that the proxy gives for the first page of a name."""
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
    line.close()
    return answer.status


def told(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """What portal and desk are told of a request that lies about where it comes from."""
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Window)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    port: int = behind.server_address[1]
    ports = Ports(free_port(), free_port(), portal=port, desk=port)
    Window.told.clear()
    try:
        with in_front(configured(folder, ports)):
            assert [get(ports.https, name, FORGED) for name in (PORTAL_NAME, DESK_NAME)] == [
                204,
                204,
            ]
    finally:
        behind.shutdown()
        behind.server_close()
    portal, desk = Window.told
    return portal, desk


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
