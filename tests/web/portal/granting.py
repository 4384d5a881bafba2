"""A person who follows their own grant in a browser, for the tests of its pages."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from madoguchi.work.cases import jobs
from tests.web.portal import browsing
from tests.work.subsidy.owning import Owner, own_of

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from madoguchi.tools.office.public import OfficeCard
    from tests.web.portal.saturdays import Clock

ADDRESS = "/s/h/grant/"
HIDDEN = re.compile(r'name="(token|case|grant|revision|was)" value="([\w-]*)"')


def come(portal: Client, office: OfficeCard, clock: Clock, state: str = "sent") -> Owner:
    """A person whose receipt is open, and whose grant has come to a state."""
    browsing.fill(portal)
    pair = browsing.send(portal)
    browsing.open_receipt(portal, *pair)
    held = browsing.holding(office, pair)
    jobs.adopt(held.case_id, now=clock.now)
    return own_of(held, clock.now, pair, state)


def page(portal: Client, what: str = "") -> str:
    """The page of the grant, or one of those on which something is done."""
    answer = portal.get(ADDRESS + what)
    assert answer.status_code == 200, (what, answer.status_code)
    return unescape(answer.content.decode())


def hidden(shown: str) -> dict[str, str]:
    """What the page's form names."""
    return dict(HIDDEN.findall(shown))


def send(portal: Client, what: str, shown: str = "", **typed: Any) -> Response:
    """Press the button of a page as it was drawn, now or before."""
    return portal.post(ADDRESS + what, {**hidden(shown or page(portal, what)), **typed})
