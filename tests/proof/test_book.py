"""Asking for a place in a browser: reachable for all, with and without a script, to be undone."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from madoguchi.rules.programme.load import folder
from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.fixtures import serving
from tests.proof.forms import fill, main_form, send
from tests.proof.house import House, prepared
from tests.proof.person import ask, go_on
from tests.proof.site import opened

COLUMNS = ("/", "/easy/", "/en/")
MOST_STEPS = 10
PUBLISH = """
from madoguchi.ops.start import django
django("desk")
from datetime import datetime
from zoneinfo import ZoneInfo
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.changes import ClinicYearPublished
from madoguchi.rules.programme.changes import encode
from madoguchi.tools.office.models import Office
from madoguchi.work.notices.models import Notice
now = datetime.now(ZoneInfo("Asia/Tokyo")).replace(microsecond=0)
for number, year in enumerate((fiscal_year(now.date()), fiscal_year(now.date()) + 1), 1):
    Notice.objects.create(office_id=Office.objects.get().id, number=number, kind="clinic_year",
                          change=encode(ClinicYearPublished(year)), on=now.date(), at=now)
"""
WITHDRAW = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.work.notices.models import Notice
Notice.objects.all().delete()
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Shibukawa, with the dates of two years published, and its programme to be changed."""
    here = tmp_path_factory.mktemp("book")
    shutil.copytree(folder("shibukawa"), here / "programmes" / "shibukawa")
    made = prepared(here / "home", MADOGUCHI_PROGRAMMES=str(here / "programmes"))
    made.run("-c", PUBLISH)
    return made


def ruled(house: House, *lines: str) -> None:
    """Change how the clinic is booked; a portal that opens afterwards reads it."""
    file = Path(house.also["MADOGUCHI_PROGRAMMES"]) / "shibukawa" / "clinic.toml"
    words = re.sub(r"(?m)^online = .*\n", "", file.read_text("utf-8"))
    file.write_text(words.replace("[booking]\n", "\n".join(("[booking]", *lines, "")), 1), "utf-8")


portal_at = serving("portal")


def walk(visitor: Visitor, found: Findings, column: str, *, hasty: bool) -> None:
    """From the safety page to the done page; a hasty visitor sends each page empty first."""
    page = visitor.page
    page.goto(f"{visitor.base}{column}s/l/")
    for at in range(MOST_STEPS):
        found.look(visitor, visitor.see(f"at{at}"))
        if page.url.endswith("/done/"):
            return
        if main_form(page) is None:
            go_on_by_link(page)
            continue
        before = page.url
        if hasty and not page.url.endswith("/check/"):
            send(page)
            if page.url != before:  # all of it may be left out
                continue
            found.look(visitor, visitor.see(f"at{at}-unanswered"))
        answer_if_asked(page)
    raise AssertionError(f"no end: {page.url}")


def answer_if_asked(page: Page) -> None:
    """Fill the page's form and send it, unless the page was left already."""
    form = main_form(page)
    if form is None or page.url.endswith("/done/"):
        return
    fill(form)
    send(page)


def go_on_by_link(page: Page) -> None:
    """Press the page's last button that is a link."""
    page.locator("main a.button").last.click()
    page.wait_for_load_state()


def with_receipt(visitor: Visitor, found: Findings) -> None:
    """Book with an opened receipt: two pages, the check page, done; then the list says so."""
    page, portal = visitor.page, visitor.base
    receipt = ask(page, portal)
    page.goto(portal + "/s/f/")
    page.fill("input[name=number]", receipt.number)
    page.fill("input[name=secret]", receipt.secret)
    go_on(page)
    page.goto(portal + "/s/l/")
    for state in ("dates", "matter", "check"):
        found.look(visitor, visitor.see(f"known-{state}"))
        answer_if_asked(page)
    assert page.url.endswith("/s/l/done/"), page.url
    found.look(visitor, visitor.see("known-done"))
    page.goto(portal + "/s/l/")
    found.look(visitor, visitor.see("known-booked"))


def left_in_another_tab(visitor: Visitor, _found: Findings) -> None:
    """What stands in this tab is neither kept nor shown; it begins with the first page."""
    page = visitor.page
    receipt = ask(page, visitor.base)
    page.goto(visitor.base + "/s/f/")
    page.fill("input[name=number]", receipt.number)
    page.fill("input[name=secret]", receipt.secret)
    go_on(page)
    page.goto(visitor.base + "/s/l/")
    page.context.clear_cookies()
    answer_if_asked(page)
    assert page.url == visitor.base + "/s/"


@pytest.fixture(scope="module")
def found(portal_at: str, chromium: Browser, pytestconfig: pytest.Config) -> Findings:
    """Everything that was wrong on the way."""
    findings = Findings("book", pictures=bool(pytestconfig.getoption("--long")))
    for column in COLUMNS:
        with chromium.new_context() as context:
            visitor = Visitor(context.new_page(), portal_at)
            walk(visitor, findings, column, hasty=column == "/")
            findings.faults += visitor.foreign
    for way in (with_receipt, left_in_another_tab):
        with chromium.new_context() as context:
            visitor = Visitor(context.new_page(), portal_at)
            way(visitor, findings)
            findings.faults += visitor.foreign
    return findings


def test_every_page_is_well_formed(found: Findings) -> None:
    assert len(found.pages) > 25
    found.sound()


def test_every_title_is_its_own(found: Findings) -> None:
    assert not found.doubled_titles()


def test_without_a_script_a_place_is_asked_for_and_freed_by_leaving(
    portal_at: str, chromium: Browser
) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(portal_at + "/s/l/")
        for _ in range(MOST_STEPS):
            if page.url.endswith("/check/"):
                break
            if main_form(page) is None:
                go_on_by_link(page)
            else:
                answer_if_asked(page)
        place = page.locator("input[name=place]").input_value()
        assert page.locator("#held").count() == 1
        page.goto(portal_at + "/s/l/?back")
        assert page.locator("input[name=place]:checked").input_value() == place
        page.goto(portal_at + "/s/l/check/")
        send(page)
        assert page.url.endswith("/s/l/done/")
        assert page.locator("dd.number").count() == 2
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(portal_at + "/s/l/")
        answer_if_asked(page)
        answer_if_asked(page)
        go_on_by_link(page)
        assert page.locator(f"input[value='{place}']").count() == 0, "it is somebody else's now"


@pytest.mark.parametrize(
    "lines",
    [('online = "no"',), ('online = "ask"', "only_if_needed = true"), ('online = "ask"',)],
    ids=["desk alone", "if needed", "nothing free"],
)
def test_pages_without_a_choice_can_be_read_by_all(
    house: House, chromium: Browser, lines: tuple[str, ...]
) -> None:
    ruled(house, *lines)
    findings = Findings("book-closed", pictures=False)
    if lines == ('online = "ask"',):
        house.run("-c", WITHDRAW)
    with opened(house, "portal") as address, chromium.new_context() as context:
        visitor = Visitor(context.new_page(), address)
        visitor.page.goto(address + "/s/l/")
        for _ in range(2):
            if main_form(visitor.page) and visitor.page.locator("#f-danger").count():
                visitor.page.check("input[name=danger][value=no]")
            if main_form(visitor.page):
                send(visitor.page)
        assert visitor.page.locator("input[name=place]").count() == 0
        findings.look(visitor, visitor.see("closed"))
    assert not findings.faults, "\n".join(findings.faults)
    assert not findings.invalid()
