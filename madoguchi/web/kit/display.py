"""Colours and text size (色合い・文字サイズ), kept in a cookie without identity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from madoguchi.web.kit.refusals import own_pages_only

SCHEMES = ("standard", "blue", "yellow", "black")
SIZES = ("standard", "large", "small")
COOKIE = "disp"


@dataclass(frozen=True)
class Display:
    """One visitor's choice; `chosen` is false until there was one, and the system's is followed."""

    scheme: str = "standard"
    size: str = "standard"
    chosen: bool = False

    @classmethod
    def read(cls, cookie: str) -> Display:
        """The choice that a cookie holds; an unknown value counts as standard.

        >>> Display.read("blue.large"), Display.read("<b>.x").chosen
        (Display(scheme='blue', size='large', chosen=True), False)
        """
        scheme, _, size = cookie.partition(".")
        if scheme not in SCHEMES or size not in SIZES:
            return cls()
        return cls(scheme, size, chosen=True)

    def change(self, scheme: str | None, size: str | None) -> Display:
        """The choice with one button pressed."""
        return Display(
            scheme if scheme in SCHEMES else self.scheme,
            size if size in SIZES else self.size,
            chosen=True,
        )

    @property
    def cookie(self) -> str:
        """The choice as the cookie holds it."""
        return f"{self.scheme}.{self.size}"

    @property
    def schemes(self) -> tuple[Button, ...]:
        """The four buttons of colour."""
        return tuple(Button(name, f"kit.scheme_{name}", name == self.scheme) for name in SCHEMES)

    @property
    def sizes(self) -> tuple[Button, ...]:
        """The three buttons of size."""
        return tuple(Button(name, f"kit.size_{name}", name == self.size) for name in SIZES)


@dataclass(frozen=True)
class Button:
    """One button of the display tools."""

    value: str
    key: str
    pressed: bool

    @property
    def aria(self) -> Literal["true", "false"]:
        """Its state as `aria-pressed` says it."""
        return "true" if self.pressed else "false"


def display(request: HttpRequest) -> Display:
    """This visitor's choice."""
    return Display.read(request.COOKIES.get(COOKIE, ""))


class DisplayMiddleware:
    """Puts `request.display` on every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, made with the visitor's choice at hand."""
        request.display = display(request)  # type: ignore[attr-defined] # ours, read by kit/base.html
        return self.get_response(request)


def back(request: HttpRequest) -> str:
    """The path of our own page that sent the form, or the first page."""
    path = request.POST.get("back", "")
    own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if own else "/"


class SeeOther(HttpResponseRedirect):
    """A redirect after a post: the browser fetches the page anew with GET."""

    status_code = 303


def pressed(request: HttpRequest) -> Display:
    """The choice with the button that a form was sent with."""
    return display(request).change(request.POST.get("scheme"), request.POST.get("size"))


def remember(response: HttpResponse, chosen: Display) -> HttpResponse:
    """The response with the choice in a cookie for this session."""
    response.set_cookie(
        COOKIE, chosen.cookie, secure=not settings.DEMO, httponly=True, samesite="Lax"
    )
    return response


def stays(request: HttpRequest) -> bool:
    """Whether a form was sent by a tool of its page, so that the same page is shown again."""
    return not {"stay", "scheme", "size"}.isdisjoint(request.POST)


def as_pressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response to a form, with the colours or the size that it was sent by, if any."""
    if {"scheme", "size"}.isdisjoint(request.POST):
        return response
    return remember(response, pressed(request))


@own_pages_only
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remembers the pressed button for this session and goes back to the page."""
    return remember(SeeOther(back(request)), pressed(request))
