"""The portal behind a proxy that hides who sends: `python -m tests.proof.nameless PORT [BEFORE]`.

Two negative controls: `unmarked`, as before its forms carried a mark; `carried`, nothing is hidden
of who sends, and a refused post's words are carried on, to be sent by one press of a button.
"""

import sys
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join

from madoguchi.config.wsgi import application
from madoguchi.web.portal.safety import visitor

NAMES: tuple[str, ...] = ("HTTP_ORIGIN", "HTTP_REFERER", "HTTP_SEC_FETCH_SITE")


class Server(ThreadingMixIn, WSGIServer):
    """Several at once: Chromium keeps lines open."""

    daemon_threads = True


class Handler(WSGIRequestHandler):
    """Says nothing of who came."""

    def log_message(self, *_: Any) -> None:
        """Nothing is written down."""


def carried_on(request: HttpRequest) -> HttpResponse:
    """The page of before: what another site sent would be sent again, as from us."""
    words = format_html_join("", "<textarea hidden name={}>{}</textarea>", request.POST.items())
    page = '<main><form method="post">{}<button class="button">もう一度送る</button></form></main>'
    return HttpResponse(format_html(page, words), status=403)


def nameless(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    return application({k: v for k, v in environ.items() if k not in NAMES}, start)


if __name__ == "__main__":
    if "unmarked" in sys.argv:
        visitor.carries_mark = lambda *_: True
    if "carried" in sys.argv:
        visitor.not_taken, NAMES = carried_on, ()
    make_server("127.0.0.1", int(sys.argv[1]), nameless, Server, Handler).serve_forever()
