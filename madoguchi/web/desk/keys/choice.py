"""Whether a browser's colleague wants keys to lead through the desk (ショートカットの切り替え)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

COOKIE = "keys"
OFF = "off"


def wanted(request: HttpRequest) -> bool:
    """Yes, until they are turned off."""
    return request.COOKIES.get(COOKIE) != OFF
