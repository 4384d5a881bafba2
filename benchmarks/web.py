"""The landing page: finished, against its bytes ready-made; made anew, against a plain Django page.

In one process and one thread, through the same middlewares. The plain page has one query of 40
rows, templates that extend and include, and labels through `translate` (the landing page looks
up twice as many words), and is padded to the landing page's size. A search in words, against the
same page that is told what to show. Then over HTTP on one connection, beside the public form of
django-helpdesk.
"""

import io
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any
from unittest import mock
from urllib.parse import urlencode

from benchmarks.parts import helpdesk
from benchmarks.parts.command import arguments, finish
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import OUT, interleaved, new_house, ratio, seconds, served
from benchmarks.parts.visitor import Visitor
from tests.proof.house import prepared

CACHED_BAR, ANEW_BAR, SEARCH_BAR = 0.80, 0.60, 1.2
PAIRS, REQUESTS = 15, 300
ANEW = 40  # requests of a pair that makes its page anew
SEARCHES = 20
WORDS = "三月から掲示板に店のうそを書かれて、消したいけれど、だれに言うのか分かりません"
ROWS = 40
PLAIN = {
    "base.html": "{% load i18n %}<!DOCTYPE html><title>{% block title %}{% endblock %}</title>"
    '<a href="{% url "landing" %}">{% translate "top" %}</a>{% block main %}{% endblock %}'
    "<footer>{{ foot }}</footer>",
    "row.html": '{% load i18n %}<tr><th scope="row">{{ row.path }}</th><td>{{ row.total }}'
    ' {% translate "visits" %}</td></tr>',
    "page.html": '{% extends "base.html" %}{% block title %}{{ title }}{% endblock %}'
    "{% block main %}<h1>{{ title }}</h1><table>{% for row in rows %}"
    '{% include "row.html" %}{% endfor %}</table><p>{{ pad }}</p>{% endblock %}',
}


def ask(application: Callable[..., Any], path: str, words: str = "") -> tuple[str, bytes]:
    """Status and body of one GET; of a POST, where words are searched for."""
    heard: list[str] = []
    form = urlencode({"words": words}).encode() if words else b""
    environ = {
        "REQUEST_METHOD": "POST" if words else "GET",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(form)),
        "PATH_INFO": path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "127.0.0.1:8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(form),
        "wsgi.errors": sys.stderr,
    }
    answer = application(environ, lambda status, _headers: heard.append(status))
    try:
        return heard[0], b"".join(answer)
    finally:
        answer.close()


def add_floors(body: bytes) -> None:
    """Add to the portal a view that returns the bytes as they are, and a plain page of their size.

    Each is told apart from the landing page by nothing but its address.
    """
    from django.http import HttpRequest, HttpResponse
    from django.template import Context, Engine
    from django.urls import clear_url_caches, path

    from madoguchi.config.urls import portal
    from madoguchi.work.notices.models import PageCount

    loaders = [("django.template.loaders.locmem.Loader", PLAIN)]
    engine = Engine(
        libraries={"i18n": "django.templatetags.i18n"},
        loaders=[("django.template.loaders.cached.Loader", loaders)],
    )

    def plain(request: HttpRequest, pad: str = "") -> HttpResponse:
        rows = PageCount.objects.order_by("path")[:ROWS]
        told = {"title": "Plain", "rows": rows, "foot": request.path, "pad": pad}
        return HttpResponse(engine.get_template("page.html").render(Context(told)))

    def ready(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(body)

    bare = len(plain(HttpRequest()).content)
    pad = {"pad": "x" * (len(body) - bare)}
    portal.urlpatterns += [path("ready-made/", ready), path("plain/", plain, pad)]
    clear_url_caches()


def in_process(house_at: Path, rounds: int) -> list[Figure]:
    """Both comparisons inside this process."""
    os.environ.update({"MADOGUCHI_HOME": str(house_at), "MADOGUCHI_WINDOW": "portal"})
    from madoguchi.ops import start

    start.django("portal")
    from madoguchi.ops import prepare

    prepare.static_files()
    from madoguchi.config.wsgi import application
    from madoguchi.tools.office.models import Office
    from madoguchi.web.kit import finished
    from madoguchi.work.notices import public as notices

    def many(path: str, times: int, *, anew: bool = False) -> float:
        began = process_time()
        for _ in range(times):
            if anew:
                finished.forget()  # page and version: each page has one query, as the plain one
            ask(application.django, path)
        return process_time() - began

    status, body = ask(application.django, "/")
    assert status == "200 OK", status
    (office_id,) = Office.objects.values_list("id", flat=True)
    notices.count(office_id, {f"page-{number:02}": number for number in range(ROWS)})
    add_floors(body)
    assert ask(application.django, "/ready-made/") == (status, body)
    size = len(ask(application.django, "/plain/")[1])
    assert abs(size - len(body)) < 10, (size, len(body))
    cached = interleaved(
        rounds, lambda: many("/ready-made/", REQUESTS), lambda: many("/", REQUESTS)
    )
    made = interleaved(
        rounds, lambda: many("/plain/", ANEW, anew=True), lambda: many("/", ANEW, anew=True)
    )
    return [
        searched(application.django, rounds),
        compared("landing page, finished", "ready-made bytes", CACHED_BAR, REQUESTS, *cached),
        compared("landing page, made anew", "a plain Django page", ANEW_BAR, ANEW, *made),
    ]


def searched(application: Callable[..., Any], rounds: int) -> Figure:
    """A search in words, beside the same page that is told what they mean and where they lead."""
    from madoguchi.web.portal.page import heard
    from madoguchi.web.portal.search import views

    told: list[object] = []

    def keep[**Asked, Told](do: Callable[Asked, Told]) -> Callable[Asked, Told]:
        def kept(*asked: Asked.args, **by_name: Asked.kwargs) -> Told:
            told.append(answer := do(*asked, **by_name))
            return answer

        return kept

    with mock.patch.multiple(views, heard=keep(heard), look_up=keep(views.look_up)):
        page = ask(application, "/search/", WORDS)
    meant, found = told
    bare = mock.patch.multiple(views, heard=lambda *_: meant, look_up=lambda *_: found)

    def many() -> float:
        began = process_time()
        for _ in range(SEARCHES):
            assert ask(application, "/search/", WORDS) == page
        return process_time() - began

    def without() -> float:
        with bare:
            return many()

    assert page[0] == "200 OK", page[0]
    floor, ours = interleaved(rounds, without, many)
    times = 1 / ratio(floor, ours)
    ours_ms, floor_ms = (statistics.median(each) / SEARCHES * 1000 for each in (ours, floor))
    return Figure(
        f"search in {len(WORDS)} characters",
        f"{ours_ms:.1f} ms = {times:.2f} of it",
        f"the same page, told what to show {floor_ms:.1f} ms",
        f"≤ {SEARCH_BAR:.2f}",
        times <= SEARCH_BAR,
    )


def compared(
    what: str, beside: str, bar: float, times: int, floor: list[float], ours: list[float]
) -> Figure:
    """The line of one comparison, in requests a second of processor time."""
    near, ours_s, floor_s = ratio(floor, ours), statistics.median(ours), statistics.median(floor)
    measured = f"{times / ours_s:,.0f}/s = {near:.2f} of it"
    return Figure(what, measured, f"{beside} {times / floor_s:,.0f}/s", f"≥ {bar:.2f}", near >= bar)


def over_http(rounds: int) -> Figure:
    """The landing page and the peer's public form, each on one connection."""
    with new_house() as house, served(house, "portal") as ours, helpdesk.served(32) as peer:
        here, there = Visitor(ours.host, ours.port), Visitor(peer.host, peer.port)
        theirs, own = interleaved(
            rounds * 20,
            lambda: seconds(lambda: there.get(helpdesk.FORM)),
            lambda: seconds(lambda: here.get("/")),
        )
        here.close()
        there.close()
    fast, slow = statistics.median(own) * 1000, statistics.median(theirs) * 1000
    beside = f"django-helpdesk's public form {slow:.1f} ms"
    return Figure("landing page over HTTP", f"{fast:.1f} ms", beside)


def main() -> int:
    """Measure in houses of its own; 1 when a bar is missed."""
    short = arguments(__doc__).parse_args().short
    rounds = 5 if short else PAIRS
    figures = [over_http(rounds)]
    with tempfile.TemporaryDirectory(dir=OUT, prefix="bench-") as folder:
        house = prepared(OUT / folder / "home")
        figures = [*in_process(house.home, rounds), *figures]
    notes = [
        (
            "Floors: same process, same middlewares, same size; the plain page has one query. "
            "Rates are per second of processor time, so that other programs do not count."
        ),
        (
            "A page is made anew when the desk opens or closes, when something is published, and "
            "after ten minutes. It looks up 84 words and asks once whether something was "
            "published. Tried: a tag of its own for words (an eighth less drawing, more code), "
            "fewer objects for a word (nothing)."
        ),
        (
            "A search reads the whole list of words once; while the lines and the list each read "
            "it, it took 1.38 times as long as the page."
        ),
        (
            "Over HTTP a line of loopback answers in 0.4 ms or in 44 ms, all along and whichever "
            "the commit: a small second write waits until the first is acknowledged. In production "
            "the proxy speaks over a socket of Unix, which waits for nothing."
        ),
    ]
    return finish("Public pages", figures, notes, short=short)


if __name__ == "__main__":
    sys.exit(main())
