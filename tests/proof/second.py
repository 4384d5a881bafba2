"""The second of an act of two, at the desk: what waits is looked at and confirmed."""

from playwright.sync_api import Page


def confirm(page: Page, desk: str) -> None:
    """Whoever is signed in on this page confirms the newest of what waits."""
    page.goto(f"{desk}/signing/")
    page.get_by_role("link", name="中身を見て署名する").first.click()
    page.get_by_role("button", name="確かめた。公開する", exact=True).click()
    page.wait_for_load_state()
    assert not page.locator("#slips").count(), page.inner_text("main")
