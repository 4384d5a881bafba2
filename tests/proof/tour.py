"""A walk through the desk of the invented town, past every page that the manual shows."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.proof.album import Album

ACCOUNT = re.compile(r"^  (?P<name>\w+) +(?P<password>\S+) +\w+ +\S", re.MULTILINE)


def accounts(told: str) -> dict[str, str]:
    """The passwords by user name, as the demo tells them."""
    return {one["name"]: one["password"] for one in ACCOUNT.finditer(told)}


def sign_in(page: Page, desk: str, name: str, passwords: dict[str, str]) -> None:
    """Sign in with a password, as the demo allows; whoever sat here before is signed out."""
    page.context.clear_cookies()
    page.goto(desk + "/sign-in/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", passwords[name])
    page.locator("main form button.button").first.click()
    page.wait_for_load_state()
    assert "/sign-in/" not in page.url, page.inner_text("main")


def officer(page: Page, desk: str, passwords: dict[str, str], album: Album) -> None:
    """A counsellor's day."""
    page.goto(desk + "/sign-in/")
    album.take(page, "sign_in")
    sign_in(page, desk, "kogure", passwords)
    album.take(page, "inbox")
    _call(page, desk, album)
    page.goto(desk + "/mail/")
    page.locator("ul.mails a").first.click()
    page.wait_for_load_state()
    album.take(page, "mail")
    page.goto(desk + "/enquiries/")
    album.take(page, "enquiries")
    _case(page, desk, album)
    for name in ("search", "interviews", "keys", "hidden"):
        page.goto(f"{desk}/{name}/")
        album.take(page, name)


def _call(page: Page, desk: str, album: Album) -> None:
    """A call is written down and its receipt read aloud."""
    page.goto(desk + "/phone/")
    page.fill("input[name=phone]", "0279-00-0199")
    page.fill("input[name=name]", "見本 あき")
    page.check("input[name=residence][value=inside]")
    page.check("input[name=contact_rule][value=no_voicemail]")
    page.check("input[name=kinds][value=lie]")
    page.fill("textarea[name=text]", "勤め先の口コミに、うそを書かれた。消したい。")
    page.check("input[name=outcome][value=call_back]")
    album.take(page, "phone")
    page.click("button[name=do][value=take]")
    page.wait_for_load_state()
    album.take(page, "receipt")
    page.click("button[name=handed][value=yes]")
    page.wait_for_load_state()


def _case(page: Page, desk: str, album: Album) -> None:
    """A case, its record and the ways on from it."""
    page.goto(desk + "/?tab=mine")
    page.locator("table.cases tbody tr a").first.click()
    page.wait_for_load_state()
    album.take(page, "case")
    case = page.url
    page.locator("section.record").scroll_into_view_if_needed()
    album.take(page, "record", "section.record")
    page.locator("form[action$='/subsidy/form/'] button").click()
    page.goto(case)
    page.locator("ul.issued form").last.scroll_into_view_if_needed()
    album.take(page, "issued")
    for name, link in (("refer", "/refer/"), ("booking", "/interviews/of/"), ("shown", "/shown/")):
        page.goto(case)
        page.locator(f"main a[href*='{link}']").first.click()
        page.wait_for_load_state()
        album.take(page, name)


def supervisor(page: Page, desk: str, passwords: dict[str, str], album: Album) -> None:
    """What a supervisor does besides."""
    sign_in(page, desk, "kano", passwords)
    page.goto(desk + "/?tab=unassigned")
    album.take(page, "unassigned")
    for name in ("reports", "settings"):
        page.goto(f"{desk}/{name}/")
        album.take(page, name)
    page.goto(desk + "/settings/agencies/")
    album.take(page, "agencies")
    page.goto(desk + "/settings/year/")
    album.take(page, "year")


def administrator(page: Page, desk: str, passwords: dict[str, str], album: Album) -> None:
    """Who works here, and nobody's case."""
    sign_in(page, desk, "tomaru", passwords)
    page.goto(desk + "/staff/")
    album.take(page, "staff")


def auditor(page: Page, desk: str, passwords: dict[str, str], album: Album) -> None:
    """Who saw what."""
    sign_in(page, desk, "motegi", passwords)
    page.goto(desk + "/audit/")
    album.take(page, "audit")


type Walk = Callable[[Page, str, dict[str, str], Album], None]
WALKS: tuple[Walk, ...] = (officer, supervisor, administrator, auditor)
