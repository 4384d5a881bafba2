"""How many queries each page costs: recorded in `query_counts.json`, and kept.

A page that costs more fails. One that costs less fails too, so that the record stays true:
run once with `RECORD_QUERY_COUNTS=1`, look at what changed, and commit the file.
"""

import json
import math
import os
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.changes import ClinicYearPublished
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk import alarms
from madoguchi.web.kit import finished, publications
from madoguchi.web.portal.consult.steps import ORDER
from madoguchi.web.portal.pages import PAGES
from madoguchi.work.intake.mail import jobs as mails
from madoguchi.work.record.models import Entry
from madoguchi.work.subsidy import doubles
from tests.web.desk.colleagues import asked, colleague, do
from tests.web.desk.sheets import begin, keep, press
from tests.web.desk.test_refer import step
from tests.web.portal import applying, booking, browsing
from tests.web.portal.proposing import propose
from tests.web.portal.saturdays import book, decide
from tests.web.test_cards import referred, wondered
from tests.work.intake.mail.writing import mail
from tests.work.subsidy.granting import opened_year, sent
from tests.work.subsidy.test_doubles import STRANGER

RECORD = Path(__file__).with_name("query_counts.json")


def cost(browser: Client, path: str, *, pressed: bool = False) -> int:
    """The queries of a GET, or of a button without a field, on both databases.

    PostgreSQL's turns (`tools/transaction.py`) are left out.
    """
    with (
        CaptureQueriesContext(connections["default"]) as cases,
        CaptureQueriesContext(connections["staff"]) as staff,
    ):
        answer = browser.post(path) if pressed else browser.get(path)
    assert answer.status_code == 200, path
    queries = [*cases.captured_queries, *staff.captured_queries]
    return sum("act_lock" not in query["sql"] for query in queries)


def compare(window: str, counts: dict[str, int]) -> None:
    """Hold the counts against the record; write it where the run was asked to."""
    record = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    if os.environ.get("RECORD_QUERY_COUNTS"):
        record[window] = counts
        RECORD.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", "utf-8")
    assert counts == record[window]


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process looks every two seconds whether something was published, whatever the page."""
    monkeypatch.setattr(publications, "CHECK_EVERY_S", math.inf)


def test_information_pages(portal: Client) -> None:
    counts = {}
    for page in PAGES:
        path = "/" if page == "landing" else f"/{page}/"
        portal.get("/accessibility/")  # the office and the notices' version are known
        finished.forget()
        counts[f"{page} made"] = cost(portal, path)
        counts[f"{page} kept"] = cost(portal, path)
    assert not any(count for page, count in counts.items() if page.endswith("kept"))
    compare("portal", counts)


def test_procedure_pages(portal: Client, office: OfficeCard, now: datetime) -> None:
    portal.get("/accessibility/")  # the office and the notices' version are known
    counts = {"safety": cost(portal, "/s/"), "receipt": cost(portal, "/s/f/")}
    counts["question"] = cost(portal, "/enquiry/ask/")
    counts["check of the subsidy"] = cost(portal, "/s/h/check/")
    browsing.fill(portal)
    counts |= {f"step {step}": cost(portal, f"/s/c/{step}/") for step in ORDER}
    counts["check"] = cost(portal, "/s/c/check/")
    pair = browsing.send(portal)
    counts["done"] = cost(portal, "/s/c/done/")
    browsing.open_receipt(portal, *pair)
    counts["case"] = cost(portal, "/s/f/")
    counts["wishes"] = cost(portal, "/s/f/w/")
    counts["visit"] = cost(portal, "/s/f/v/")
    counts["application"] = cost(portal, "/s/h/")
    applying.write(portal)
    counts["application, a task"] = cost(portal, "/s/h/3/")
    counts["application, all of it"] = cost(portal, "/s/h/6/")
    applying.send(portal)
    counts["application, sent"] = cost(portal, "/s/h/sent/")
    decide(office, ClinicYearPublished(fiscal_year(now.date())), now)
    counts["dates"] = cost(portal, "/s/l/")
    booking.choose(portal, booking.values(portal)[-1])
    counts["dates, one held"] = cost(portal, "/s/l/")
    counts["matter"] = cost(portal, "/s/l/5/")
    counts["matter checked"] = cost(portal, "/s/l/check/")
    book(office, pair, now)
    counts["own booking"] = cost(portal, "/s/f/l/")
    propose(office, now)
    counts["agreement"] = cost(portal, "/s/f/r/")
    compare("procedure", counts)


@pytest.mark.usefixtures("stopped")
def test_desk_pages(office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "LOOK_EVERY_S", math.inf)
    alarms.recent(now)  # asked twice a minute in a process, whatever the page
    _, browser = colleague(office, "counsellor", now)
    case = asked(office, now)
    assert do(browser, case, "take").status_code == 303
    for _ in range(4):
        assert do(browser, case, "note", note_text="記録").status_code == 303
    counts = {"case": cost(browser, f"/cases/{case.pk}/"), "notices": cost(browser, "/notices/")}
    counts["told later"] = cost(browser, f"/heard/{case.pk}/")
    note = Entry.objects.filter(kind="note").order_by("number")[0]
    counts["entry written anew"] = cost(browser, f"/cases/{case.pk}/entries/{note.pk}/")
    counts["interviews"] = cost(browser, "/interviews/")
    counts["interviews of a day"] = cost(browser, f"/interviews/on/{now.date()}/")
    counts["interviews of a case"] = cost(browser, f"/interviews/of/{case.pk}/")
    counts["shown"] = cost(browser, f"/shown/{case.pk}/")
    counts["sheet"] = cost(browser, "/phone/")
    counts["sheet kept"] = cost(browser, keep(browser, begin(browser), text="話").to)
    filed = press(browser, begin(browser), "take", contact_rule="wait", outcome="advised")
    counts["receipt"] = cost(browser, filed.headers["Location"])
    letter = mails.receive(office.id, mail(), now=now)
    for number in range(9):
        mails.receive(office.id, mail(f"{number}"), now=now)
    counts["mails"] = cost(browser, "/mail/")
    counts["one mail"] = cost(browser, f"/mail/{letter}/")
    month = f"{now:%Y-%m}"
    counts["report of one"] = cost(browser, f"/reports/{month}/")
    counts["people behind a number"] = cost(browser, f"/reports/{month}/way/web/")
    counts["inbox of one"] = cost(browser, "/?tab=open")
    for _ in range(9):
        asked(office, now)
    counts["inbox of ten"] = cost(browser, "/?tab=open")
    counts["report of ten"] = cost(browser, f"/reports/{month}/")
    for page in ("settings", "settings/hours", "settings/agencies", "settings/year"):
        counts[page] = cost(browser, f"/{page}/")
    choose, referral, show = referred(browser, case)
    counts |= {"refer": cost(browser, choose), "referral": cost(browser, referral)}
    counts["referral shown"] = cost(browser, show)
    counts["referral printed"] = cost(browser, f"{referral}draft/", pressed=True)
    assert step(browser, referral, "approve_paper").status_code == 303
    counts["referral issued"] = cost(browser, f"{referral}issue/", pressed=True)
    questions, question = wondered(office, now)
    browser.get(question)  # its key has moved out of the letterbox
    counts |= {"enquiries": cost(browser, questions), "enquiry": cost(browser, question)}
    _, administrator = colleague(office, "administrator", now)
    counts["staff"] = cost(administrator, "/staff/")
    _, auditor = colleague(office, "auditor", now)
    counts["audit"] = cost(auditor, "/audit/")
    compare("desk", counts)


def test_pages_of_grants(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    _, browser = colleague(office, "subsidy_officer", now)
    received = f"/grants/{sent(office, now).until('received').id}/"
    decided = f"/grants/{sent(office, now, STRANGER).until('decided').id}/"
    doubles.sweep(now)  # as the worker does
    cost(browser, "/grants/")  # the session's first page costs more
    counts = {
        "list": cost(browser, "/grants/?tab=review"),
        "received": cost(browser, received),
        "decided": cost(browser, decided),
        "number": cost(browser, "/grants/new/"),
    }
    sent(office, now).until("received")
    assert cost(browser, "/grants/?tab=review") == counts["list"], "not a query a grant"
    counts["of one double"] = cost(browser, received)
    compare("grants", counts)
