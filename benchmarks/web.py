"""Landing page against a view that returns the same bytes ready-made, through the same middlewares.

Prints both rates and their ratio; ends with 1 when the ratio is below the bar.
"""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import tempfile
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

BAR = 0.80
PAIRS, REQUESTS = 15, 300
PREPARE = """
from madoguchi.ops.start import django
django("desk")
from django.conf import settings
from madoguchi.ops import prepare
prepare.databases()
prepare.demo_key(settings.MASTER_KEY_FILE)
prepare.office("shibukawa", "127.0.0.1", "localhost")
"""


def ask(application: Callable[..., Any], path: str) -> tuple[str, bytes]:
    """Status and body of one GET."""
    heard: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "127.0.0.1:8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    answer = application(environ, lambda status, _headers: heard.append(status))
    try:
        return heard[0], b"".join(answer)
    finally:
        answer.close()


def rate(application: Callable[..., Any], path: str) -> float:
    """Requests a second."""
    began = perf_counter()
    for _ in range(REQUESTS):
        ask(application, path)
    return REQUESTS / (perf_counter() - began)


def ready_made(body: bytes) -> None:
    """Add a view to the portal that returns the bytes as they are."""
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from madoguchi.config.urls import portal

    def same(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(body)

    portal.urlpatterns.append(path("ready-made/", same))


def measure() -> float:
    """The median of paired ratios, landing to ready-made."""
    from madoguchi.ops import start

    start.django("portal")
    from madoguchi.ops import prepare

    prepare.static_files()
    from madoguchi.config.wsgi import application

    status, body = ask(application.django, "/")
    assert status == "200 OK", status
    ready_made(body)
    from django.urls import clear_url_caches

    clear_url_caches()
    assert ask(application.django, "/ready-made/") == (status, body)
    pairs = [
        (rate(application.django, "/"), rate(application.django, "/ready-made/"))
        for _ in range(PAIRS)
    ]
    landing, ready = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"landing {landing:,.0f}/s, ready-made {ready:,.0f}/s, {len(body):,} bytes")
    print(f"ratio {ratio:.2f} (bar {BAR:.2f}, {PAIRS} pairs of {REQUESTS} requests, one thread)")
    return ratio


def main() -> int:
    """Prepare a house of its own, measure, compare with the bar."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["MADOGUCHI_HOME"] = home
        subprocess.run([sys.executable, "-c", PREPARE], check=True)
        os.environ["MADOGUCHI_WINDOW"] = "portal"
        return 0 if measure() >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
