"""A walk past the desk's pages of the lawyer's clinic, and past the lawyer's window."""

import re
from datetime import date, timedelta

from playwright.sync_api import Page

from tests.proof.album import Album
from tests.proof.desk_day import go_on, receipt
from tests.proof.opened_paper import made
from tests.proof.second import confirm
from tests.proof.test_clinic_desk import press
from tests.proof.tour import sign_in

HAPPENED = "地域の掲示板に、店が客をだましたと書かれた。先月から3回。"
LAWYER, OTHER = "見本 一郎", "見本 太郎"
MOVES_BY = timedelta(days=7)
BOOKED = re.compile("[1-9]／")
TOP = "scrollTo(0, 0)"


def year(page: Page, desk: str, passwords: dict[str, str], album: Album) -> None:
    """The next year is published with a lawyer of the roster; this one has been public for long."""
    sign_in(page, desk, "kogure", passwords)
    page.goto(desk + "/clinic/lawyers/")
    page.fill("input[name=lawyer_name]", LAWYER)
    press(page, "main form:has(input[name=lawyer_name]) button.button")
    page.goto(desk + "/clinic/")
    press(page, "p.pages a[rel=next]")
    press(page, "a[href^='/clinic/publish/']")
    for opens in page.locator("input[type=radio][value=open]").all():
        opens.check()
    for chosen in page.locator("select[name^=lawyer-]").all():
        chosen.select_option(label=LAWYER)
    album.take(page, "clinic_publish")
    press(page, "button[name=do][value=do]")
    assert "/publish/" not in page.url, page.inner_text("main")
    sign_in(page, desk, "kano", passwords)
    confirm(page, desk)


def booking(page: Page, desk: str, passwords: dict[str, str], album: Album) -> None:
    """Two callers are booked whom the same person troubles; one more waits for a full day."""
    sign_in(page, desk, "kogure", passwords)
    _call(page, desk, "見本 はる", "0279-00-0171")
    page.fill("input[name=other_party]", OTHER)
    page.check("input[name=names_ok]")
    page.evaluate(TOP)
    album.take(page, "clinic_case")
    _book(page, 0)
    _brief(page, album)
    _call(page, desk, "見本 なつ", "0279-00-0172")
    page.fill("input[name=other_party]", OTHER)
    _book(page, 1)
    page.evaluate(TOP)
    album.take(page, "clinic_apart")
    page.fill("input[name=reason]", "待合を分け、時刻を離して案内する。")
    press(page, "form.book button.button")
    _call(page, desk, "見本 ふゆ", "0279-00-0173")
    press(page, "form[action$='/wait/'] button.button")
    ref = _full_day(page, desk)
    page.goto(f"{desk}/clinic/on/{ref}/")
    album.take(page, "clinic_day")
    _papers(page, desk, ref, album)


def _book(page: Page, place: int) -> None:
    """Choose one of the free places of the second day to come: the first is the town's."""
    day = page.locator("form.book .place-day").nth(1)
    day.locator("input[name=at]").nth(place).check()
    press(page, "form.book button.button")


def _call(page: Page, desk: str, name: str, phone: str) -> None:
    """Somebody rings who wants the clinic; the page is that of their bookings."""
    page.goto(desk + "/phone/")
    page.fill("input[name=phone]", phone)
    page.fill("input[name=name]", name)
    page.check("input[name=contact_rule][value=no_voicemail]")
    page.fill("textarea[name=text]", "地域の掲示板に、店のうそを書かれた。消したい。")
    page.check("input[name=outcome][value=clinic_wanted]")
    go_on(page, "take")
    receipt(page)
    assert "/clinic/of/" in page.url


def _brief(page: Page, album: Album) -> None:
    """The person agreed; the desk writes what the lawyer needs."""
    press(page, "a[href^='/clinic/brief/']")
    for name, value in (("agreed", "yes"), ("names", "yes"), ("how", "phone")):
        page.check(f"input[name={name}][value={value}]")
    page.fill("textarea[name=happened]", HAPPENED)
    page.fill("textarea[name=asks]", "消せるか。書いた人を知ることができるか。")
    page.evaluate(TOP)
    album.take(page, "clinic_brief")
    press(page, "form[action^='/clinic/brief/'] button.button")


def _papers(page: Page, desk: str, ref: str, album: Album) -> None:
    """What lies ready before the day, and the list of names."""
    page.goto(f"{desk}/clinic/pack/{ref}/")
    album.take(page, "clinic_packs")
    album.take_paper(
        made(page, "form[action^='/clinic/sheet/'] button"), "clinic_day", "clinic_sheet"
    )


def moving(page: Page, desk: str, passwords: dict[str, str], album: Album) -> None:
    """The day moves: who is told, and who is rung."""
    sign_in(page, desk, "kogure", passwords)
    ref = _full_day(page, desk)
    page.goto(f"{desk}/clinic/on/{ref}/move/")
    page.fill("input[name=now_on]", (date.fromisoformat(ref) + MOVES_BY).isoformat())
    _say(page, "知らせる人を見る")
    _say(page, "移すことを提案する")
    sign_in(page, desk, "kano", passwords)
    confirm(page, desk)
    assert page.url.endswith("/told/"), page.inner_text("main")
    page.locator("li.entry button", has_text="電話で知らせる").first.click()
    album.take(page, "clinic_told")
    page.goto(desk + "/clinic/")
    page.locator("table.clinic-days tbody tr").last.scroll_into_view_if_needed()
    album.take(page, "clinic_year")
    page.goto(desk + "/clinic/calls/")
    album.take(page, "clinic_calls")
    asked = "tr:has-text('変わった日時の返事'):has-text('留守電に残さない')"
    press(page, f"table.cases tbody {asked} th a")
    album.take(page, "clinic_call")


def outcome(page: Page, desk: str, passwords: dict[str, str], album: Album) -> None:
    """What came of it is typed in once the day has begun."""
    sign_in(page, desk, "kogure", passwords)
    page.goto(f"{desk}/clinic/pack/{_day(page, desk, 'tr.over:has-text("から移しました")')}/")
    press(page, "a[href^='/clinic/outcome/']")
    page.check("input[name=came][value=came]")
    for result in ("deletion", "subsidy"):
        page.check(f"input[name=result][value={result}]")
    album.take(page, "clinic_outcome")


def _say(page: Page, words: str) -> None:
    """Press the button of these words."""
    page.get_by_role("button", name=words, exact=True).click()
    page.wait_for_load_state()


def _full_day(page: Page, desk: str) -> str:
    """The name of the next day on which somebody is booked."""
    return _day(page, desk, "tr:has(a[href$='/move/'])")


def _day(page: Page, desk: str, row: str) -> str:
    """The name of the first day with a row of this kind and a booking."""
    page.goto(desk + "/clinic/")
    found = page.locator(f"table.clinic-days tbody {row}", has_text=BOOKED).first
    return str(found.locator("th a").get_attribute("href")).rstrip("/").rsplit("/", 1)[1]


def lawyer(page: Page, desk: str, passwords: dict[str, str], album: Album) -> None:
    """The lawyer's morning: the day, whether they may, what the desk wrote."""
    sign_in(page, desk, "maebashi", passwords)
    album.take(page, "lawyer_day")
    press(page, "ol.slots a")
    album.take(page, "lawyer_names")
    press(page, "form[action$='/clear/'] button")
    album.take(page, "lawyer_slot")
