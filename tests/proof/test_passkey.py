"""A colleague adds a passkey and comes in with it alone; Chromium plays the authenticator."""

from playwright.sync_api import Browser, Page

from tests.proof.house import House
from tests.proof.officer import sign_in
from tests.proof.site import PASSWORD, add_colleague

USERNAME = "passkey"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_authenticator(page: Page) -> None:
    """Let the page's browser have an authenticator that knows its person."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def test_in_with_a_passkey_alone(house: House, desk_at: str, chromium: Browser) -> None:
    add_colleague(house, USERNAME, "counsellor")
    with chromium.new_context() as context:
        page = context.new_page()
        give_authenticator(page)
        sign_in(page, desk_at, USERNAME)
        page.goto(desk_at + "/me/passkeys/add/")
        page.fill("input[name=password]", PASSWORD)
        page.locator("main form button.button").first.click()
        page.fill("input[name=name]", "見本のパスキー")
        page.locator("[data-passkey=add]").click()
        page.wait_for_url(lambda url: "/passkeys/add/" not in url)
        page.goto(desk_at + "/me/passkeys/")
        assert "見本のパスキー" in page.inner_text("main")

        context.clear_cookies()
        page.goto(desk_at + "/")
        assert "/sign-in/" in page.url, "without cookies the door is shut"
        page.get_by_role("button", name="パスキーで入る").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        page.goto(desk_at + "/notices/")
        assert page.url == desk_at + "/notices/"
        assert f"見本 {USERNAME}" in page.inner_text("header")
