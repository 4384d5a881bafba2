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
    "act": "deletion",
    "engaged": "lawyer",
    "estimate": "yes",
    "yen_deletion": "330000",
    "other_aid": "no",
}
"""Answers with which Shibukawa's check goes to its end."""


def body(response: Response) -> str:
    """The page's text."""
    return squeezed(response)


def asked(response: Response) -> list[str]:
    """The questions that a screen asks, in their order; none for an ending and for the result."""
    _, found, form = body(response).partition("novalidate")
    names = re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', form.partition("</form>")[0])
    hidden = {name for name, _ in HIDDEN.findall(form)} if found else set()
    return [name for name in dict.fromkeys(names) if name not in (*hidden, "unknown")]


def carried(response: Response, number: int = 0) -> dict[str, list[str]]:
    """The hidden fields of one of a page's forms."""
    sent: dict[str, list[str]] = {}
    for name, word in HIDDEN.findall(FORM.findall(body(response))[number]):
        sent.setdefault(name, []).append(html.unescape(word))
    return sent


def answer(portal: Client, page: Response, *words: str, column: str = "", **also: str) -> Response:
    """Answer the questions of a screen in their order; `unknown` is chosen, or ticked."""
    typed: dict[str, str] = {}
    ticked: list[str] = []
    for name, word in zip(asked(page), words, strict=False):
        if word == "unknown" and f'name="unknown" value="{name}"' in body(page):
            ticked.append(name)
        else:
            typed[name] = word
    return portal.post(column + HERE, {**carried(page), **typed, "unknown": ticked, **also})


def walk(portal: Client, column: str = "", **changed: str) -> Response:
    """Answer screen after screen until a page asks nothing."""
    answers, page = FULL | changed, portal.get(column + HERE)
    for _ in range(10):
        names = asked(page)
        if not names:
            return page
        words = (answers.get(name, "unknown") for name in names)
        page = answer(portal, page, *words, column=column)
        assert page.status_code == 200, (names, body(page))
    raise AssertionError(f"no end: {names}")
