"""Pages lately read (最近チェックしたページ): only when switched on, in a cookie of its own."""

from django.http import HttpRequest, HttpResponse

from madoguchi.web.portal.pages import PAGES

COOKIE = "recent"
ON = "on"
KEPT = 5


def seen(request: HttpRequest) -> tuple[str, ...] | None:
    """The pages of this visit, newest first; None while it is off."""
    cookie = request.COOKIES.get(COOKIE)
    if not cookie:
        return None
    return tuple(page for page in cookie.split("~") if page in PAGES)[:KEPT]


def add(request: HttpRequest, page: str, response: HttpResponse) -> HttpResponse:
    """The response, remembering one more page."""
    before = [name for name in seen(request) or () if name != page]
    keep(request, response, (page, *before)[:KEPT])
    response["Cache-Control"] = "no-store"
    return response


def keep(request: HttpRequest, response: HttpResponse, names: tuple[str, ...] = ()) -> None:
    """Put the trail into a cookie that ends with the visit."""
    value = "~".join((ON, *names))
    response.set_cookie(COOKIE, value, secure=request.is_secure(), httponly=True, samesite="Lax")
