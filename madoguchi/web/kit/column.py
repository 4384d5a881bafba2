"""Which column of the texts a page speaks (ことばの列): `ja`, `easy` or `en`, by its address.

`/easy/desks/` is `/desks/` in easy Japanese: the middleware takes the prefix off the path and puts
it on the script prefix, so that `reverse` stays in the column.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import get_script_prefix, set_script_prefix

from madoguchi.rules.programme.words import Column

_column: ContextVar[Column] = ContextVar("column", default="ja")


def column() -> Column:
    """The column of the page being made."""
    return _column.get()


def language() -> str:
    """The language of the page being made, as `lang` says it: easy Japanese is Japanese."""
    return "en" if column() == "en" else "ja"


def speak(name: Column) -> None:
    """Make the following words come from this column; a job does it for itself."""
    _column.set(name)


@contextmanager
def speaking(name: Column) -> Iterator[None]:
    """Words come from this column inside, whatever the page speaks: papers are Japanese."""
    token = _column.set(name)
    try:
        yield
    finally:
        _column.reset(token)


def split_path(path: str) -> tuple[Column, str]:
    """The column a path names, and the path without it.

    >>> split_path("/easy/desks/"), split_path("/desks/"), split_path("/english/")
    (('easy', '/desks/'), ('ja', '/desks/'), ('ja', '/english/'))
    """
    if path.startswith("/easy/"):
        return "easy", path[5:]
    if path.startswith("/en/"):
        return "en", path[3:]
    return "ja", path


def in_column(name: Column, path: str) -> str:
    """The same page's path in another column.

    >>> in_column("en", "/easy/desks/"), in_column("ja", "/en/")
    ('/en/desks/', '/')
    """
    bare = split_path(path)[1]
    return bare if name == "ja" else f"/{name}{bare}"


class ColumnMiddleware:
    """Sets the column for the time of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response made in the column of the path."""
        if request.path_info in ("/easy", "/en"):
            return HttpResponsePermanentRedirect(f"{request.path}/")
        name, rest = split_path(request.path_info)
        token, prefix = _column.set(name), get_script_prefix()
        if name != "ja":
            request.path_info = rest
            set_script_prefix(f"{prefix}{name}/")
        try:
            return self.get_response(request)
        finally:
            _column.reset(token)
            set_script_prefix(prefix)
