"""The clinic at the desk in a browser: booked, lost, moved, offered, rung; without a script too."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.proof.crawl import Visitor
from tests.proof.desk_day import go_on, receipt
from tests.proof.findings import Findings
from tests.proof.fixtures import serving
from tests.proof.house import House, prepared
from tests.proof.officer import sign_in
from tests.proof.site import add_colleague
from tests.proof.standing import Say, standing

BOX = re.compile(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]")
OFFICER = "saturday"
WIDE: ViewportSize = {"width": 1366, "height": 768}
BANNERS = "document.querySelectorAll('.banner').forEach(one => one.remove())"
FITS = "document.documentElement.scrollHeight <= innerHeight"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A town with an officer."""
    made = prepared(tmp_path_factory.mktemp("saturday") / "home")
    add_colleague(made, OFFICER, "counsellor")
    return made


desk_at = serving("desk")


@pytest.fixture(scope="module")
def say(house: House) -> Iterator[Say]:
    """Something happens meanwhile, in a town that published its clinic days."""
    with standing(house, "tests.proof.clinic_days") as tell:
        tell("publish")
        yield tell


def call(page: Page, desk: str, name: str, phone: str) -> str:
    """Somebody rings and wants the clinic; their case's name. The page is that of its bookings."""
    page.goto(desk + "/phone/")
    page.fill("input[name=phone]", phone)
    page.fill("input[name=name]", name)
    page.check("input[name=contact_rule][value=no_voicemail]")
    page.check("input[name=outcome][value=clinic_wanted]")
    go_on(page, "take")
    number = receipt(page)
    assert "/clinic/of/" in page.url
    return number


def press(page: Page, selector: str) -> None:
    """Press a button, its fold opened."""
    button = page.locator(selector).first
    for fold in button.locator("xpath=ancestor::details").all():
        if fold.get_attribute("open") is None:
            fold.locator("xpath=./summary").click()
    button.click()
    page.wait_for_load_state()


def book(page: Page, place: int) -> None:
    """Choose one of the places and press."""
    page.locator("form.book input[name=at]").nth(place).check()
    press(page, "form.book button.button")


def to_first_booking(visitor: Visitor, found: Findings, desk: str) -> str:
    """A caller is led to the bookings of their case: refused, then booked; the day's address."""
    page = visitor.page
    call(page, desk, "佐野 ゆり", "0279-00-0101")
    found.look_at(visitor, "of")
    press(page, "form.book button.button")
    found.look_at(visitor, "of-refused")
    page.fill("input[name=other_party]", "山田 太郎")
    book(page, 1)
    found.look_at(visitor, "of-booked")
    press(page, "ol.entries h3 a")
    found.look_at(visitor, "day")
    return page.url


def lose_and_explain(visitor: Visitor, found: Findings, desk: str, day: str) -> str:
    """Another caller is put into a free slot, loses it, and would meet the first one."""
    page = visitor.page
    name = call(page, desk, "関口 まなみ", "0279-00-0202")
    page.goto(day)
    press(page, ".slots a.tool")
    found.look_at(visitor, "find")
    page.fill("input[name=number]", name)
    press(page, "main form button.button")
    found.look_at(visitor, "found")
    press(page, "#found a")
    other = page.context.new_page()
    other.goto(day)
    press(other, "form[action$='/keep/'] button")
    other.close()
    page.fill("textarea[name=subject]", "会社の口コミ")
    press(page, "form.book button.button")
    found.look_at(visitor, "of-lost")
    assert page.input_value("textarea[name=subject]") == "会社の口コミ"
    assert page.locator("form.book input[name=at]:checked").count() == 1
    page.fill("input[name=other_party]", "山田太郎")
    book(page, 1)
    found.look_at(visitor, "of-apart")
    page.fill("input[name=reason]", "待合を分ける")
    press(page, "form.book button.button")
    assert page.locator("ol.entries > li").count() == 1
    return name


def wait_and_offer(visitor: Visitor, found: Findings, desk: str, day: str) -> None:
    """A third one waits, is offered what is free, and takes it."""
    page = visitor.page
    call(page, desk, "戸田 みほ", "0279-00-0303")
    own = page.url
    press(page, "form[action$='/wait/'] button.button")
    found.look_at(visitor, "of-waiting")
    page.goto(day)
    found.look_at(visitor, "day-waiting")
    press(page, "form[action$='/offer/'] button")
    found.look_at(visitor, "day-offered")
    page.goto(own)
    found.look_at(visitor, "of-offered")
    press(page, "form[action$='/accept/'] button")
    assert page.locator("form[action$='/accept/']").count() == 0


def ring(say: Say, visitor: Visitor, found: Findings, name: str) -> None:
    """The day moves; one of them is rung, and keeps the place by one press."""
    page = visitor.page
    say("due", name, "clinic_call")
    say("due", name, "clinic_moved")
    page.goto(visitor.base + "/clinic/calls/")
    found.look_at(visitor, "calls")
    press(page, "table.cases tbody th a")
    found.look_at(visitor, "call")
    press(page, "aside form button.button")
    found.look_at(visitor, "call-refused")
    page.check("input[name=outcome][value=answered]")
    press(page, "aside form button.button")
    assert page.locator("table.cases tbody tr").count() == 1, "whether they keep it is open yet"
    press(page, "table.cases tbody th a")
    press(page, "button[name=answer][value^=agree]")
    assert page.url.endswith("/clinic/calls/")
    assert page.locator("table.cases").count() == 0
    found.look_at(visitor, "no-calls")


@pytest.fixture(scope="module")
def found(say: Say, desk_at: str, chromium: Browser, pytestconfig: pytest.Config) -> Findings:
    """Everything that was wrong on the way."""
    findings = Findings("clinic_desk", pictures=bool(pytestconfig.getoption("--long")))
    with chromium.new_context(viewport=WIDE) as context:
        visitor = Visitor(context.new_page(), desk_at)
        sign_in(visitor.page, desk_at, OFFICER)
        day = to_first_booking(visitor, findings, desk_at)
        name = lose_and_explain(visitor, findings, desk_at, day)
        wait_and_offer(visitor, findings, desk_at, day)
        say("move")
        ring(say, visitor, findings, name)
        say("today")
        visitor.page.goto(day)
        findings.look_at(visitor, "day-today")
        findings.faults += visitor.foreign
    return findings


def test_every_page_is_well_formed(found: Findings) -> None:
    assert len(found.pages) == 17
    found.sound()


def test_every_title_is_its_own(found: Findings) -> None:
    assert not found.doubled_titles()


def days(page: Page, desk: str) -> str:
    """The address of the clinic's day that is today."""
    page.goto(desk + "/clinic/")
    page.locator("table.clinic-days tbody th a", has_text="月").first.wait_for()
    links = page.locator("table.clinic-days tbody th a")
    hrefs = [str(one.get_attribute("href")) for one in links.all()]
    for href in hrefs:
        page.goto(desk + href)
        if page.locator("form[action$='/come/']").count():
            return page.url
    raise AssertionError(hrefs)


@pytest.mark.usefixtures("found")
def test_the_day_fits_the_office_screen_and_prints_on_one_sheet_across(
    desk_at: str, chromium: Browser
) -> None:
    with chromium.new_context(viewport=WIDE) as context:
        page = context.new_page()
        sign_in(page, desk_at, OFFICER)
        days(page, desk_at)
        page.evaluate(BANNERS)
        assert page.evaluate(FITS)
        ((width, height),) = BOX.findall(page.pdf(prefer_css_page_size=True))
        assert float(width) > float(height)


@pytest.mark.usefixtures("found")
def test_without_a_script_it_is_booked_moved_cancelled_and_said_who_came(
    desk_at: str, chromium: Browser
) -> None:
    with chromium.new_context(java_script_enabled=False, viewport=WIDE) as context:
        page = context.new_page()
        sign_in(page, desk_at, OFFICER)
        call(page, desk_at, "大島 あや", "0279-00-0404")
        own = page.url
        book(page, 2)
        assert page.locator("ol.entries > li").count() == 1
        fold = page.locator("details:has(form[action$='/move/'])")
        fold.locator("summary").click()
        fold.locator("select[name=at]").select_option(index=4)
        press(page, "form[action$='/move/'] button.button")
        fold = page.locator("details:has(form[action$='/cancel/'])")
        fold.locator("summary").click()
        fold.locator("input[name=cancelled_by][value=lawyer]").check()
        fold.locator("[name=cancelled_why]").fill("弁護士が裁判所に呼ばれたため")
        press(page, "form[action$='/cancel/'] button")
        assert page.locator("ol.entries > li", has_text="取り消し").count() == 1
        day = days(page, desk_at)
        press(page, "form[action$='/come/'] button")
        assert page.url == day
        assert page.locator(".slots tr", has_text="来所").count() >= 1
        page.goto(own)
        press(page, "form[action$='/wait/'] button.button")
        press(page, "form[action$='/stop/'] button")
        assert page.locator("form[action$='/stop/']").count() == 0
