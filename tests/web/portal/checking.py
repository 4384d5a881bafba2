"""A citizen's way through the check of the subsidy, for its tests."""

import html
import re

from django.test import Client

from tests.answers import Response, squeezed

HERE = "/s/h/check/"
FORM = re.compile(r'<form method="post" action="[^"]*/s/h/check/"[^>]*>(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
FULL = {
    "registered": "yes",
    "used_desk": "phone",
    "contract": "none",
    "engaged": "lawyer",
    "act": "deletion",
    "estimate": "yes",
    "estimate_on": ("令和8", "11", "20"),
    "yen_deletion": "330000",
    "other_aid": "no",
}
"""Answers with which Shibukawa's check goes to its end; the day is one of the fiscal year."""


def body(response: Response) -> str:
    """The page's text."""
    return squeezed(response)


def asked(response: Response) -> str:
    """The question that a page asks; empty for an ending and for the result."""
    page = body(response)
    if "novalidate" not in page:
        return ""
    found = re.search(r'name="at" value="(\w+)"', page)
    assert found
    return found[1]


def carried(response: Response, number: int = 0) -> dict[str, list[str]]:
    """The hidden fields of one of a page's forms."""
    sent: dict[str, list[str]] = {}
    for name, word in HIDDEN.findall(FORM.findall(body(response))[number]):
        sent.setdefault(name, []).append(html.unescape(word))
    return sent


def answer(portal: Client, page: Response, *words: str, column: str = "", **also: str) -> Response:
    """Answer the question that a page asks."""
    typed = {asked(page): list(words)} if words else {}
    return portal.post(column + HERE, {**carried(page), **typed, **also})


def walk(portal: Client, column: str = "", **changed: str | tuple[str, ...]) -> Response:
    """Answer question after question until a page asks none; `unknown` is pressed or chosen."""
    answers, page = FULL | changed, portal.get(column + HERE)
    for _ in range(20):
        name = asked(page)
        if not name:
            return page
        words = answers.get(name, "unknown")
        if words == "unknown" and f'name="unknown" value="{name}"' in body(page):
            page = answer(portal, page, column=column, unknown=name)
        else:
            given = (words,) if isinstance(words, str) else words
            page = answer(portal, page, *given, column=column)
        assert page.status_code == 200, (name, body(page))
    raise AssertionError(f"no end: {name}")
