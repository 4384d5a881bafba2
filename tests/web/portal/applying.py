"""A citizen applies, for the tests of the application: each task as its page sends it."""

import re
from typing import Any

from django.test import Client

from tests.answers import Response, squeezed
from tests.built import built
from tests.web.portal import browsing

PERSON = {
    "kana": "ヨシダ ハナコ",
    "postal_code": "３７７８５０１",
    "address": "渋川市石原80番地",
    "by": "self",
}
LAWYER = {
    "acts": ["deletion"],
    "engaged": "lawyer",
    "lawyer": "例示 太郎",
    "law_office": "例示法律事務所",
    "yen_deletion": "３３万円",
    "tax_deletion": "30,000",
    "contract": "none",
    "contract_on": ["令和8", "12", "21"],
    "other_aid": "no",
}
PAPERS = {"estimate_brought": "yes", "estimate_on": ["2026", "11", "20"], "screens_brought": "yes"}
DELIVERY = {"delivery": "post", "sender": "none"}
PROMISE = {"register_consent": "consent", "promises": ["before_contract", "true"]}
ALSO = ("protected",)  # asked of who is, with the person
TASKS: dict[int, dict[str, Any]] = {1: PERSON, 2: {}, 3: LAWYER, 4: PAPERS, 5: DELIVERY, 6: PROMISE}


@built
def come(portal: Client, **story: Any) -> tuple[str, str]:
    """Ask for help and open the receipt: its two numbers."""
    browsing.fill(portal, **story)
    pair = browsing.send(portal)
    browsing.open_receipt(portal, *pair)
    return pair


def hidden(portal: Client, number: int) -> dict[str, str]:
    """What the page of a task sends beside what is typed."""
    page = squeezed(portal.get(f"/s/h/{number}/"))
    return dict(re.findall(r'name="(asks|case|revision|token)" value="([\w-]*)"', page))


def answer(portal: Client, number: int, **typed: Any) -> Response:
    """Send one task."""
    return portal.post(f"/s/h/{number}/", {**hidden(portal, number), **typed})


@built
def write(portal: Client, **changed: Any) -> None:
    """Answer all tasks but the last, each rightly but for what is changed."""
    for number in range(1, 6):
        told = TASKS[number]
        known = {*told, *(ALSO if number == 1 else ())}
        response = answer(portal, number, **told | {n: changed[n] for n in changed if n in known})
        assert response.status_code == 303, (number, squeezed(response))


def send(portal: Client) -> Response:
    """The last task, and with it all."""
    return answer(portal, 6, **PROMISE)


def statuses(portal: Client) -> list[str]:
    """How far each task is, as the list says it."""
    page = squeezed(portal.get("/s/h/"))
    return re.findall(r'<span class="tag [\w-]+">([^<]+)</span>', page)
