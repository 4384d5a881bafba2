"""Templates are given frozen cards and plain values, never a row, a query or a manager.

Allauth's own pages under `/me/` list its factors as rows; of these only the password page is ours.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db.models import Manager, Model, QuerySet
from django.template import engines
from django.test import Client
from django.test.signals import template_rendered

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.agency import NEEDS
from madoguchi.rules.programme.changes import ClinicYearPublished
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.web.kit import finished
from madoguchi.web.portal.consult.steps import ORDER
from madoguchi.web.portal.pages import PAGES
from madoguchi.work.cases.models import Case
from madoguchi.work.intake.enquiry.models import Enquiry
from madoguchi.work.intake.enquiry.public import Question, ask
from tests.web.desk.colleagues import asked, colleague, do
from tests.web.desk.test_refer import make
from tests.web.portal import browsing, checking
from tests.web.portal.saturdays import book, decide
from tests.work.subsidy.granting import opened_year, sent

ROWS = (Model, QuerySet, Manager)
GIVEN_BY_DJANGO = frozenset({"request", "user", "csrf_token", "perms"})
DEEPEST = 4
SETTINGS = (
    "/settings/",
    *(
        f"/settings/{name}/"
        for name in ("hours", "days", "agencies", "clinic", "owner", "texts", "year")
    ),
    "/settings/agencies/ihaho/",
    "/settings/texts/words/kit/",
    "/settings/texts/pages/privacy/",
    "/settings/change/contact/",
)


def inside(value: object) -> Iterator[tuple[str, object]]:
    """What a value holds, with the name by which a template reaches it."""
    if isinstance(value, Mapping):
        yield from ((str(key), one) for key, one in value.items())
    elif isinstance(value, list | tuple | set | frozenset):
        yield from ((str(at), one) for at, one in enumerate(value))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from ((field.name, getattr(value, field.name)) for field in fields(value))


def rows(name: str, value: object, depth: int = 0) -> Iterator[str]:
    """Where rows, queries or managers stand in a value, as dotted paths."""
    if isinstance(value, ROWS):
        yield f"{name}: {type(value).__name__}"
    elif depth < DEEPEST:
        for within, one in inside(value):
            yield from rows(f"{name}.{within}", one, depth + 1)


class Watch:
    """Which templates were rendered, and the rows they were given."""

    def __init__(self) -> None:
        self.templates: set[str] = set()
        self.found: set[str] = set()

    def __call__(self, template: Any, context: Any, **_: object) -> None:
        """Look through a template's context as the signal shows it."""
        self.templates.add(str(template.name))
        for name, value in context.flatten().items():
            if name not in GIVEN_BY_DJANGO:
                self.found.update(f"{template.name}: {row}" for row in rows(name, value))


@contextmanager
def watching() -> Iterator[Watch]:
    """A watch over everything rendered in the block."""
    watch = Watch()
    template_rendered.connect(watch)
    try:
        yield watch
    finally:
        template_rendered.disconnect(watch)


def visit(browser: Client, paths: Iterable[str]) -> None:
    """GET each page; every one must be there."""
    for path in paths:
        assert browser.get(path).status_code == 200, path


def test_information_pages_get_cards(portal: Client) -> None:
    finished.forget()
    with watching() as watch:
        visit(portal, ("/" if page == "landing" else f"/{page}/" for page in PAGES))
        visit(portal, (f"/desks/{need}/" for need in NEEDS))
        assert portal.post("/search/", {"words": "削除"}).status_code == 200
    assert {"portal/landing/page.html", "portal/desks/page.html"} <= watch.templates
    assert not watch.found


def test_procedure_pages_get_cards(portal: Client, office: OfficeCard, now: datetime) -> None:
    with watching() as watch:
        visit(portal, ("/s/", "/s/f/", "/enquiry/ask/", "/enquiry/sent/", "/s/h/check/"))
        checking.walk(portal)
        browsing.fill(portal)
        visit(portal, (f"/s/c/{step}/" for step in ORDER))
        pair = browsing.send(portal)
        browsing.open_receipt(portal, *pair)
        browsing.add(portal, "追加", browsing.file())
        visit(portal, ("/s/c/done/", "/s/f/", "/s/f/w/", "/s/f/v/"))
        decide(office, ClinicYearPublished(fiscal_year(now.date())), now)
        book(office, pair, now)
        visit(portal, ("/s/f/", "/s/f/l/", "/s/l/"))
    own = {f"portal/own_clinic/{part}.html" for part in ("page", "mine", "card")}
    own |= {f"portal/check/{part}.html" for part in ("question", "result")}
    assert {"portal/consult/done.html", "portal/follow/case.html", *own} <= watch.templates
    assert not watch.found


def referred(browser: Client, case: Case) -> tuple[str, ...]:
    """The pages of a referral that was made just now."""
    made = make(browser, case, agency="step_gunma")["Location"]
    return (f"/refer/{case.pk}/", made, f"{made}show/")


def wondered(office: OfficeCard, now: datetime) -> tuple[str, ...]:
    """The pages of a question that somebody asked just now."""
    ask(office, Question("法律相談の日はいつですか"), "token", "net", now=now)
    return ("/enquiries/", f"/enquiries/{Enquiry.objects.get().pk}/")


def test_desk_pages_get_cards(office: OfficeCard, now: datetime) -> None:
    _, counsellor = colleague(office, "counsellor", now)
    _, administrator = colleague(office, "administrator", now)
    _, auditor = colleague(office, "auditor", now)
    case = asked(office, now)
    with watching() as watch:
        assert do(counsellor, case, "take").status_code == 303
        assert do(counsellor, case, "note", note_text="記録").status_code == 303
        visit(counsellor, ("/", "/?tab=open", f"/cases/{case.pk}/", "/notices/", "/me/password/"))
        visit(counsellor, ("/interviews/", f"/interviews/on/{now.date()}/"))
        visit(counsellor, (f"/interviews/of/{case.pk}/", f"/shown/{case.pk}/"))
        visit(counsellor, SETTINGS)
        for made in (referred(counsellor, case), wondered(office, now)):
            visit(counsellor, made)
        visit(administrator, ("/staff/",))
        visit(auditor, ("/audit/",))
    assert {f"desk/refer/{page}.html" for page in ("form", "referral", "show")} <= watch.templates
    assert "desk/enquiry/list.html" in watch.templates
    ours = {"refer", "enquiry", "inbox", "case", "notices", "interviews", "shown", "staff", "audit"}
    assert {f"desk/{errand}/page.html" for errand in ours} <= watch.templates
    assert "desk/signin/password.html" in watch.templates
    assert not watch.found


def test_pages_of_grants_get_cards(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    _, browser = colleague(office, "subsidy_officer", now)
    grants = [sent(office, now).until(state).id for state in ("received", "decided", "paid")]
    with watching() as watch:
        visit(browser, ("/grants/", "/grants/new/", *(f"/grants/{one}/" for one in grants)))
        visit(browser, (f"/grants/{grants[1]}/?do=amend", f"/grants/{grants[1]}/type/contract/"))
    parts = ("list", "page", "checks", "act", "papers", "steps", "typing", "number")
    assert {f"desk/grants/{part}.html" for part in parts} <= watch.templates
    assert not watch.found


@dataclass(frozen=True)
class Planted:
    """A card that is none."""

    by: object


@pytest.mark.parametrize("planted", [Staff(username="x"), Staff.objects.none(), Staff.objects])
def test_a_planted_row_is_found(planted: object) -> None:
    page = engines["django"].from_string("{{ cards }}")
    for value in (planted, [planted], {"a": (planted,)}, Planted([{"b": planted}])):
        with watching() as watch:
            page.render({"cards": value, "request_id": 1})
        assert len(watch.found) == 1
