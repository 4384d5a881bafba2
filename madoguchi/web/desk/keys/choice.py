"""Whether a browser's colleague wants keys to lead through the desk (ショートカットの切り替え)."""

from django.http import HttpRequest

COOKIE = "keys"
OFF = "off"


def wanted(request: HttpRequest) -> bool:
    """Yes, until they are turned off."""
    return request.COOKIES.get(COOKIE) != OFF
