"""The whole story in a real browser: a person asks, the desk answers, the person reads."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.proof import officer, person


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts."""
    return bool(request.param)


@pytest.fixture
def phone(chromium: Browser, scripts: bool) -> Iterator[BrowserContext]:  # noqa: FBT001 - a fixture
    """The person's phone."""
    with chromium.new_context(
        viewport={"width": 375, "height": 740}, java_script_enabled=scripts
    ) as context:
        yield context


@pytest.fixture
def computer(chromium: Browser, scripts: bool) -> Iterator[BrowserContext]:  # noqa: FBT001 - the same
    """The officer's computer."""
    with chromium.new_context(
        viewport={"width": 1366, "height": 768},
        java_script_enabled=scripts,
        accept_downloads=True,
    ) as context:
        yield context


def test_ask_answer_read(
    phone: BrowserContext, computer: BrowserContext, portal_at: str, desk_at: str
) -> None:
    page = phone.new_page()
    receipt = person.ask(page, portal_at)

    office = computer.new_page()
    officer.sign_in(office, desk_at, "counsellor")
    told = officer.open_case(office, receipt.number[-5:])
    assert person.WORDS in told
    assert person.NAME in told
    officer.answer(office)
    assert officer.download(office).suggested_filename.startswith("画面")

    told = person.read(page, portal_at, receipt)
    assert officer.ANSWER in told
    assert officer.NOTE not in told
    assert "ありがとう、続きです" in person.write(page, "ありがとう、続きです")

    office.reload()
    assert "ありがとう、続きです" in office.inner_text("main")
    officer.refer(office)
    officer.plan(office)
    officer.lift(office)
    officer.close(office)
    assert "削除されたかを確かめる" not in office.inner_text(".glance"), "closing ends the due"


def test_after_leaving_back_shows_nothing(phone: BrowserContext, portal_at: str) -> None:
    page = phone.new_page()
    receipt = person.ask(page, portal_at)
    assert person.WORDS in person.read(page, portal_at, receipt)
    person.leave(page)
    assert not [c for c in phone.cookies() if "visit" in c["name"]]
    for _ in range(4):
        page.go_back()
        told = page.content()
        assert person.WORDS not in told
        assert receipt.secret not in told
        assert person.NAME not in told
