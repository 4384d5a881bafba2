"""Leaving: rows, files and cookies are gone; nobody else can cause it."""

import pytest
from django.conf import settings
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.models import HeldFile, Visit
from madoguchi.web.kit.display import COOKIE as DISPLAY
from tests import lying
from tests.web.portal import browsing

NAMES = {settings.VISIT_COOKIE, "recent"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_leaving_deletes_the_draft_with_its_files(begun: Client, method: str) -> None:
    browsing.answer(begun, "story", text="まだ送らない", files=[browsing.file()])
    assert len(lying.on_disk()) == 1
    response = getattr(begun, method)("/s/leave/")
    assert response.status_code == 303
    assert response["Location"].startswith("https://www.city.shibukawa")
    assert response["Clear-Site-Data"] == '"storage"'
    assert response["Cache-Control"] == "no-store"
    assert {name for name, cookie in response.cookies.items() if cookie["max-age"] == 0} >= NAMES
    assert DISPLAY not in response.cookies
    assert not Visit.objects.exists()
    assert not HeldFile.objects.exists()
    assert not lying.on_disk()


def test_a_copied_cookie_opens_nothing_after_leaving(begun: Client) -> None:
    browsing.answer(begun, "story", text="まだ送らない")
    copied = begun.cookies[settings.VISIT_COOKIE].value
    begun.get("/s/leave/")
    begun.cookies[settings.VISIT_COOKIE] = copied
    for path in ("/s/c/story/", "/s/c/check/", "/s/c/done/"):
        assert begun.get(path)["Location"] == "/s/"
    assert begun.post("/s/c/check/")["Location"] == "/s/"
    assert "受付番号" in begun.get("/s/f/").content.decode()


def test_leaving_takes_the_receipt_and_what_lies_beside_it(portal: Client) -> None:
    browsing.fill(portal)
    pair = browsing.send(portal)
    browsing.open_receipt(portal, *pair)
    portal.post("/s/f/m/", {"text": "", "case": browsing.mark(portal), "files": [browsing.file()]})
    portal.get("/s/leave/")
    assert not Visit.objects.exists()
    assert not HeldFile.objects.filter(case_id__isnull=True).exists()


def test_what_was_sent_stays_sent(portal: Client) -> None:
    browsing.fill(portal, files=[browsing.file()])
    pair = browsing.send(portal)
    portal.get("/s/leave/")
    assert len(lying.on_disk()) == 1
    assert browsing.open_receipt(portal, *pair).status_code == 303


def test_another_sites_link_does_not_delete_a_draft(begun: Client) -> None:
    response = begun.get("/s/leave/", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 303
    assert begun.get("/s/c/danger/").status_code == 200


def test_leaving_without_a_visit_is_leaving(portal: Client, office: OfficeCard) -> None:
    assert office.slug == "shibukawa"
    assert portal.get("/s/leave/").status_code == 303
