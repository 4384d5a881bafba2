"""A cookie that somebody else planted or copied is worth nothing once a receipt is opened."""

import base64
from datetime import datetime

from django.conf import settings
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import forget, visit
from madoguchi.tools.vault.models import Visit
from madoguchi.web.kit.arrival import TOKYO
from madoguchi.work.cases.models import Case
from tests.offices import PORTAL_HOST, browser_of
from tests.web.portal import browsing

PLANTED = base64.urlsafe_b64encode(b"A" * 32).decode().rstrip("=")


def planted() -> Client:
    """A browser with the cookie that both know."""
    browser = browser_of(PORTAL_HOST)
    browser.cookies[settings.VISIT_COOKIE] = PLANTED
    return browser


def test_a_planted_cookie_does_not_open_the_victims_case(filled: Client) -> None:
    pair = browsing.send(filled)
    victim, abuser = planted(), planted()
    browsing.open_receipt(victim, *pair)
    assert "いまのようす" in victim.get("/s/f/").content.decode()
    assert victim.cookies[settings.VISIT_COOKIE].value != PLANTED
    assert "いまのようす" not in abuser.get("/s/f/").content.decode()


def test_a_draft_and_its_files_move_to_the_new_cookie(filled: Client) -> None:
    pair = browsing.send(filled)
    browsing.begin(filled)
    browsing.answer(filled, "story", text="書きかけ", files=[browsing.file("draft.png")])
    before = filled.cookies[settings.VISIT_COOKIE].value
    browsing.open_receipt(filled, *pair)
    assert filled.cookies[settings.VISIT_COOKIE].value != before
    page = filled.get("/s/c/story/").content.decode()
    assert "書きかけ" in page
    assert "draft.png" in page


def test_an_open_receipt_reads_nothing_of_a_forgotten_case(filled: Client) -> None:
    browsing.open_receipt(filled, *browsing.send(filled))
    assert "いまのようす" in filled.get("/s/f/").content.decode()
    forget.destroy_keys(Case.objects.get().pk)
    assert "いまのようす" not in filled.get("/s/f/").content.decode()


def test_a_second_procedure_moves_as_well_and_ends_with_the_visit(office: OfficeCard) -> None:
    now = datetime.now(TOKYO)
    old = visit.new_holder(office.id)
    visit.hold(old.second, lambda draft: draft["answers"].update(subject=["書きかけ"]), now)
    assert visit.recall(old, "draft", now) is None
    new = visit.renew(old, now)
    assert visit.recall(old.second, "draft", now) is None
    moved = visit.recall(new.second, "draft", now)
    assert moved
    assert moved["answers"] == {"subject": ["書きかけ"]}
    visit.leave(new)
    assert not Visit.objects.exists()
