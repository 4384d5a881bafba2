"""The pages of one's own grant, opened and sent as a browser does it."""

import re
from html import unescape
from typing import Any

from django.test import Client

from tests.answers import Response, squeezed

ADDRESS = "/s/h/grant/"
HIDDEN = re.compile(r'name="(token|case|grant|revision|was)" value="([\w-]*)"')


def page(portal: Client, what: str = "") -> str:
    """The page of the grant, or one of those on which something is done."""
    answer = portal.get(ADDRESS + what)
    assert answer.status_code == 200, (what, answer.status_code)
    return unescape(squeezed(answer))


def hidden(shown: str) -> dict[str, str]:
    """What the page's form names."""
    return dict(HIDDEN.findall(shown))


def send(portal: Client, what: str, shown: str = "", **typed: Any) -> Response:
    """Press the button of a page as it was drawn, now or before."""
    return portal.post(ADDRESS + what, {**hidden(shown or page(portal, what)), **typed})
