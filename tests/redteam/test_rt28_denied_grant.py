"""28. For whom a case is denied, the grants are those among which its grant never was.

Two things cannot be so: the year's totals are of all grants, and a number that lacks is lacking.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from difflib import ndiff
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from openpyxl import load_workbook

from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.models import Receipt
from madoguchi.web.desk import alarms
from madoguchi.web.desk.door import SIGNED_IN_AT
from madoguchi.web.desk.grants.acts import ACTS, TYPED
from madoguchi.web.kit import arrival
from madoguchi.work.cases.models import Case
from madoguchi.work.issued import actions as issued
from madoguchi.work.subsidy.models import Sample
from tests.answers import Response, squeezed
from tests.offices import actor_of
from tests.web.desk.colleagues import colleague
from tests.work.subsidy.drawn import attach, corrected
from tests.work.subsidy.filed import deny, level
from tests.work.subsidy.granting import APPLIED, CANARY, YEAR, opened_year, sent

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
CHANCE = re.compile(r'name="(?:csrfmiddlewaretoken|token)" value="[^"]*"')
TABS = ("sent", "review", "returned", "drafted", "running", "soon", "over")
INBOX = ("today", "mine", "unassigned", "waiting", "open", "closed")
LETTER = issued.MadePaper("grant_decision", "交付決定通知書", b"%PDF-1.7 letter", 1, (), "第12号")
PAPERS = ("draft", "decision", "envelope")
BOOKS = f"/grants/budget/{YEAR}/"
ENDING = re.compile(r'<tr><th scope="row"><a href="/grants/[^"]+/".*?</tr>', re.DOTALL)
LEDGER = f"/grants/ledger/{YEAR}.xlsx"
TOTAL, UNSHOWN = "合計（表示中の行）", "開けない交付の計"  # the budget says their sum to all


@pytest.fixture(autouse=True)
def a_moment(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """It is this moment for every browser, and no machine asks for anything."""
    monkeypatch.setattr(arrival, "now", lambda: now)
    monkeypatch.setattr(alarms, "alarms", lambda _now: ())


class Town:
    """Three grants of one year, all with the same telephone: the newest is going to be denied.

    As that it leaves no gap in the year's numbers where it never was. It has all that a grant can
    have: a verdict on every condition, a file, a letter, a draw.
    """

    def __init__(self, office: OfficeCard, now: datetime) -> None:
        """Bring each of them somewhere else."""
        opened_year(office)
        self.first, self.last, self.gone = (sent(office, now) for _ in range(3))
        self.first.receive()
        self.last.receive()
        self.last.until("claimed")
        self.gone.receive()
        self.file = attach(self.gone.grant, "画面.jpg", b"\xff\xd8 screen", now)
        corrected(self.gone, replace(APPLIED, screen_files=(self.file,)))
        self.gone.until("fixed")
        self.letter = issued.issue(self.gone.officer, self.gone.grant, LETTER, now=now)
        self.case_id = self.gone.grant.case_id
        self.receipt = Receipt.objects.get(case_id=self.case_id).number


def seated(office: OfficeCard, role: str, now: datetime) -> tuple[Any, Client]:
    """A colleague of the role, inside since this moment."""
    staff, browser = colleague(office, role, now)
    session = browser.session
    session[SIGNED_IN_AT] = now.isoformat()
    session.save()
    return staff, browser


def seen(browser: Client, town: Town) -> dict[str, str]:
    """All that the desk shows or answers of grants, without what differs by chance."""
    alarms.forget()
    return {name: CHANCE.sub("", page) for name, page in pages(browser, town)}


def pages(browser: Client, town: Town) -> Iterator[tuple[str, str]]:
    gone, case, one = f"/grants/{town.gone.id}/", town.case_id, f"/grants/{town.first.id}/"
    audit = f"/grants/audit/{town.gone.id}/"
    paths = [
        *(f"/?tab={tab}" for tab in INBOX),
        "/grants/",
        *(f"/grants/?tab={tab}" for tab in TABS),
        one,
        f"/grants/{town.last.id}/",
        *(f"{gone}{page}" for page in ("", "receive/", "?do=pay", "bundle/", "check/")),
        *(f"{gone}type/{name}/" for name in TYPED),
        f"{gone}files/{town.file}/",
        f"{gone}issued/{town.letter}/",
        *(f"/grants/audit/{page}" for page in ("", f"{YEAR}/", f"{YEAR}/?from=2")),
        *(f"/{door}/{case}/" for door in ("cases", "receipts")),
        "/reports/2026-11/",
        f"/reports/{YEAR}/",
    ]
    for path in paths:
        yield path, said(browser.get(path))
    posts: list[tuple[str, dict[str, str]]] = [
        *((f"{gone}do/{act}/", {"revision": "1", "why": "x"}) for act in ACTS),
        *((f"{gone}type/{name}/", {"revision": "1"}) for name in TYPED),
        *((f"{gone}paper/{name}/", {"revision": "1"}) for name in PAPERS),
        (f"{gone}receive/", {"received_on": "11/30", "revision": "0"}),
        (f"{gone}check/", {"revision": "1"}),
        (f"{gone}bundle/", {}),
        (f"{gone}files/{town.file}/", {}),
        (f"{gone}issued/{town.letter}/", {}),
        (f"{one}files/{town.file}/", {}),
        (f"{one}issued/{town.letter}/", {}),
        (audit, {}),
        (f"{audit}papers/{town.letter}/", {}),
        (f"{audit}files/{town.file}/", {}),
        (f"/grants/audit/{YEAR}/", {"number": "2"}),
        ("/grants/new/", {"number": town.receipt}),
        ("/grants/new/", {"number": town.receipt, "received_on": "11/30", "name": "x"}),
        *(("/search/", {"words": words, "purpose": "same"}) for words in (CANARY, "0279-00-0000")),
    ]
    for at, (path, typed) in enumerate(posts):
        yield f"{at} {path}", said(browser.post(path, typed))


def said(answer: Response) -> str:
    """What is answered, and where it leads."""
    pieces = answer if answer.streaming else [answer.content]
    words = b"".join(pieces).decode("utf-8", "replace")
    return f"{answer.status_code} {answer.headers.get('Location')} {words}"


def unlike(one: str, other: str) -> list[str]:
    """The lines in which two pages differ."""
    return [line for line in ndiff(one.splitlines(), other.splitlines()) if line[0] in "+-"]


def never_was(town: Town) -> None:
    """Take the case out of every table, with its grant."""
    Sample.objects.filter(grant_id=town.gone.id).delete()
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields()}
        if "case_id" in names and model is not Line:
            model._default_manager.filter(case_id=town.case_id).delete()
    Case.objects.filter(pk=town.case_id).delete()


def hide(how: str, colleague_of: Any, grant: Any, now: datetime) -> None:
    """The case is denied to the colleague, or nobody but its own people may know of it."""
    if how == "secret":
        level(grant, "secret")
    else:
        deny(actor_of(colleague_of), grant, now)


@pytest.mark.parametrize(
    ("role", "how"),
    [
        ("subsidy_officer", "denied"),
        ("subsidy_officer", "secret"),
        ("supervisor", "denied"),
        ("counsellor", "denied"),
        ("auditor", "denied"),
    ],
)
def test_nothing_tells_that_the_grant_is_there(
    office: OfficeCard, now: datetime, role: str, how: str
) -> None:
    relative, browser = seated(office, role, now)
    town = Town(office, now)
    if role == "auditor":
        Sample.objects.create(
            office_id=office.id, grant_id=town.gone.id, staff_id=relative.pk, at=now
        )
    before = seen(browser, town)
    hide(how, relative, town.gone.grant, now)
    denied = seen(browser, town)
    never_was(town)
    without = seen(browser, town)
    differs = [name for name, page in without.items() if page != denied[name]]
    assert {name: unlike(denied[name], without[name]) for name in differs} == {}
    told = {name for name, page in before.items() if page != denied[name]}
    assert TELLS[role] <= {name.rpartition(" ")[2].replace(str(town.gone.id), "…") for name in told}


TELLS = {
    "subsidy_officer": {"/grants/", "/grants/…/", "/grants/…/bundle/", "/grants/new/"},
    "supervisor": {"/grants/", "/grants/…/", "/?tab=open", "/reports/2026-11/", "/search/"},
    "counsellor": {"/?tab=open", "/grants/new/", "/reports/2026-11/", "/search/"},
    "auditor": {f"/grants/audit/{YEAR}/", "/grants/audit/…/", "/grants/…/bundle/"},
}
"""What did tell of it before: the control."""


# -- books that have to add up --------------------------------------------------------------


@pytest.mark.parametrize("role", ["subsidy_officer", "supervisor", "auditor"])
def test_the_ledger_says_a_number_and_no_more(office: OfficeCard, now: datetime, role: str) -> None:
    relative, browser = seated(office, role, now)
    town = Town(office, now)
    before = sheets(browser)
    deny(actor_of(relative), town.gone.grant, now)
    denied = sheets(browser)
    (whole, *others), (hidden, *others_denied) = before, denied
    (third,) = (row for row in hidden if row[0] == 3)
    assert [cell for cell in third[1:-1] if cell is not None] == []
    shown = [row for row in hidden if row is not third and row[1] != UNSHOWN]
    assert shown[3:] == [row for row in whole if row[0] != 3][3:]
    for at_all, at_rest in zip(others, others_denied, strict=True):  # against the budget, to all
        assert [row[4:] for row in at_rest] == [row[4:] for row in at_all]


def sheets(browser: Client) -> list[list[tuple[Any, ...]]]:
    """The rows of each sheet; the total's remark counts as none."""
    answer = browser.get(LEDGER)
    book = load_workbook(io.BytesIO(answer.content))
    rows = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    return [[row[:-1] if row[1] == TOTAL else row for row in of] for of in rows]


@pytest.mark.parametrize("role", ["subsidy_officer", "supervisor", "auditor"])
def test_the_budget_says_the_same_to_everybody_and_names_no_grant(
    office: OfficeCard, now: datetime, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its totals are of all grants; of those at which the year's end presses one lacks."""
    march = now.replace(year=YEAR + 1, month=3, day=20)
    monkeypatch.setattr(arrival, "now", lambda: march)
    relative, browser = seated(office, role, march)
    town = Town(office, now)
    before = pressing(browser)
    deny(actor_of(relative), town.gone.grant, now)
    figures, ends = pressing(browser)
    assert figures == before[0]
    assert ends == [line for line in before[1] if str(town.gone.id) not in line]
    assert len(before[1]) - len(ends) == (role != "auditor")


def pressing(browser: Client) -> tuple[str, list[str]]:
    """The page of the year without, and only, the lines of grants at which its end presses."""
    page = CHANCE.sub("", squeezed(browser.get(BOOKS)))
    return ENDING.sub("", page), ENDING.findall(page)
