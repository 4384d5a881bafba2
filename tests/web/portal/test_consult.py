"""Asking for help, from the first page to the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.work.cases.models import Case
from tests.web.portal import browsing

if TYPE_CHECKING:
    from django.test import Client


def test_a_request_from_the_first_page_to_the_answer(portal: Client) -> None:
    browsing.fill(portal, files=[browsing.file("a.jpg"), browsing.file("b.pdf")])
    check = portal.get("/s/c/check/").content.decode()
    assert "０２７９−００−００００" in check
    assert "a.jpg" in check
    assert "b.pdf" in check
    number, secret = browsing.send(portal)
    assert (len(number), len(secret)) == (15, 19)
    assert Case.objects.count() == 1
    assert browsing.open_receipt(portal, number, secret)["Location"] == "/s/f/"
    page = portal.get("/s/f/").content.decode()
    assert "消したい書き込みがあります" in page
    assert "b.pdf" in page
