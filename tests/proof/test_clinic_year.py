"""The clinic's year in a browser: published, read outside, a day moved, each person told."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.fixtures import serving
from tests.proof.house import House, prepared
from tests.proof.officer import sign_in
from tests.proof.second import confirm
from tests.proof.site import add_colleague

OFFICER, SECOND = "day", "second"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house of its own: its year is published here."""
    made = prepared(tmp_path_factory.mktemp("clinic-year") / "home")
    for who in (OFFICER, SECOND):
        add_colleague(made, who, "counsellor")
    return made


portal_at = serving("portal")
desk_at = serving("desk")


def press(page: Page, name: str) -> None:
    """Press a button by its words."""
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def publish(visitor: Visitor, second: Page, found: Findings, desk: str) -> None:
    """A lawyer on the roster, the year published after a mistake and a sample."""
    page = visitor.page
    page.goto(f"{desk}/clinic/")
    found.look_at(visitor, "draft")
    page.get_by_role("link", name="担当弁護士の名簿").first.click()
    press(page, "名簿に加える")
    found.look_at(visitor, "lawyer-refused")
    page.fill("input[name=lawyer_name]", "佐藤 一郎")
    page.fill("input[name=firm]", "第一法律事務所")
    press(page, "名簿に加える")
    found.look_at(visitor, "lawyers")
    page.goto(f"{desk}/clinic/")
    page.get_by_role("link", name="日程を公表する").first.click()
    found.look_at(visitor, "publish")
    page.fill("input[name=title]", "")
    press(page, "この日程を提案する")
    found.look_at(visitor, "publish-refused")
    page.fill("input[name=title]", "今年度の日程")
    page.locator("select[name^=lawyer-]").last.select_option(label="佐藤 一郎")
    press(page, "見本を見る")
    found.look_at(visitor, "sample")
    press(page, "もとの画面にもどる")
    assert page.input_value("input[name=title]") == "今年度の日程"
    press(page, "この日程を提案する")
    found.look_at(visitor, "proposed")
    confirm(second, desk)
    page.goto(f"{desk}/clinic/")
    assert "公表しています" in page.inner_text("main")
    found.look_at(visitor, "published")


def move(visitor: Visitor, second: Page, found: Findings, desk: str, ref: str) -> str:
    """Move the day after a look at whom it meets; the new date."""
    page, to = visitor.page, date.fromisoformat(ref) + timedelta(days=7)
    page.goto(f"{desk}/clinic/on/{ref}/move/")
    found.look_at(visitor, "move")
    page.fill("input[name=now_on]", "いつか")
    press(page, "知らせる人を見る")
    found.look_at(visitor, "move-refused")
    page.fill("input[name=now_on]", to.isoformat())
    press(page, "知らせる人を見る")
    found.look_at(visitor, "move-look")
    press(page, "連絡できる時間とメールも出す")
    found.look_at(visitor, "move-reach")
    press(page, "移すことを提案する")
    confirm(second, desk)
    assert second.url.endswith(f"/clinic/on/{ref}/told/"), second.inner_text("main")
    page.goto(second.url)
    found.look_at(visitor, "told")
    press(page, "連絡できる時間とメールも出す")
    found.look_at(visitor, "told-reach")
    return to.isoformat()


def tell(visitor: Visitor, found: Findings, desk: str, ref: str) -> None:
    """Write down a call after forgetting its result; the person keeps the place."""
    page = visitor.page
    page.goto(f"{desk}/clinic/on/{ref}/told/")
    page.locator("li.entry button", has_text="電話で知らせる").first.click()
    page.wait_for_load_state()
    found.look_at(visitor, "told-script")
    page.get_by_role("button", name="電話を記録する").first.click()
    page.wait_for_load_state()
    found.look_at(visitor, "told-refused")
    page.locator("form input[name=answer][value=keeps]").first.check()
    page.get_by_role("button", name="電話を記録する").first.click()
    page.wait_for_load_state()
    assert page.locator("li.entry h2", has_text="返事あり").count() == 1
    found.look_at(visitor, "told-one")
    page.locator("li.entry button", has_text="文で知らせる").first.click()
    page.wait_for_load_state()
    found.look_at(visitor, "told-message")
    page.locator("textarea[name=message_text]").fill("")
    press(page, "この文を送る")
    found.look_at(visitor, "message-refused")
    page.locator("textarea[name=message_text]").fill("日にちが変わりました。")
    press(page, "この文を送る")
    assert page.url.endswith("/told/"), page.inner_text("main")


@pytest.fixture(scope="module")
def found(
    house: House, portal_at: str, desk_at: str, chromium: Browser, pytestconfig: pytest.Config
) -> Findings:
    """Everything that was wrong on the way, which goes without a script."""
    findings = Findings("clinic-year", pictures=bool(pytestconfig.getoption("--long")))
    with (
        chromium.new_context(viewport={"width": 1366, "height": 768}) as context,
        chromium.new_context() as beside,
    ):
        visitor, second = Visitor(context.new_page(), desk_at), beside.new_page()
        sign_in(second, desk_at, SECOND)
        sign_in(visitor.page, desk_at, OFFICER)
        publish(visitor, second, findings, desk_at)
        ref = house.run("-m", "tests.proof.clinic_people").split()[-1]
        visitor.page.goto(f"{desk_at}/clinic/on/{ref}/lawyers/")
        findings.look_at(visitor, "seats")
        to = move(visitor, second, findings, desk_at, ref)
        tell(visitor, findings, desk_at, ref)
        visitor.page.goto(f"{desk_at}/clinic/on/{ref}/cancel/")
        findings.look_at(visitor, "cancel")
        visitor.page.goto(f"{desk_at}/clinic/add/")
        findings.look_at(visitor, "add")
        visitor.page.goto(f"{desk_at}/clinic/")
        assert "返事を待っています（2人）" in visitor.page.inner_text("main")
        findings.look_at(visitor, "year")
        visitor.page.goto(f"{desk_at}/settings/clinic/")
        findings.look_at(visitor, "settings")
        findings.faults += visitor.foreign
    with chromium.new_context() as context:
        visitor = Visitor(context.new_page(), portal_at)
        for column in ("", "/easy", "/en"):
            visitor.page.goto(f"{portal_at}{column}/clinic/")
            assert visitor.page.locator(f"time[datetime='{to}']").count()
            findings.look_at(visitor, "outside")
        findings.faults += visitor.foreign
    return findings


def test_every_page_is_well_formed(found: Findings) -> None:
    print(f"clinic's year: {len(found.pages)} pages in four schemes")
    assert len(found.pages) > 20
    found.sound()


@pytest.mark.usefixtures("found")
def test_a_day_is_cancelled_without_a_script(
    desk_at: str, portal_at: str, chromium: Browser
) -> None:
    with (
        chromium.new_context(java_script_enabled=False) as context,
        chromium.new_context(java_script_enabled=False) as beside,
    ):
        page, second = context.new_page(), beside.new_page()
        sign_in(page, desk_at, OFFICER)
        sign_in(second, desk_at, SECOND)
        page.goto(f"{desk_at}/clinic/")
        page.get_by_role("link", name="中止").last.click()
        press(page, "見本を見る")
        assert "中止になりました" in page.inner_text("body")
        press(page, "もとの画面にもどる")
        press(page, "中止を提案する")
        confirm(second, desk_at)
        page.goto(f"{desk_at}/clinic/")
        assert page.locator(".flag", has_text="中止").count() == 1
        page.goto(f"{portal_at}/clinic/")
        page.wait_for_timeout(2500)
        page.reload()
        assert "中止になりました" in page.inner_text("main")
