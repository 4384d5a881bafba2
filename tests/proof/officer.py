"""The officer's half of the story: sign in, read, answer, refer, decide what happens next."""

from playwright.sync_api import Download, Page

from tests.proof.site import PASSWORD

ANSWER = "ご相談ありがとうございます。消す手順をお送りします。"
NOTE = "次回、URLの一覧を確かめる。"


def sign_in(page: Page, desk: str, username: str) -> None:
    """Sign in with a password, as the demo allows."""
    page.goto(desk + "/sign-in/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button.button").first.click()
    page.wait_for_load_state()
    assert "/sign-in/" not in page.url, page.inner_text("main")


def open_case(page: Page, short_name: str) -> str:
    """Open the case from the inbox, where urgent ones stand first; what its page says."""
    rows = page.locator("table.cases tbody tr").all()
    place = next(at for at, row in enumerate(rows) if short_name in row.inner_text())
    calm = [row.inner_text() for row in rows[: place + 1] if not row.locator(".flag").count()]
    assert not calm, "an urgent request stands behind one that can wait"
    rows[place].locator("a").first.click()
    page.wait_for_load_state()
    return page.inner_text("main")


def act(page: Page, name: str) -> None:
    """Press the button of a verb's form."""
    page.locator(f"form[action$='/{name}/'] button.button").last.click()
    page.wait_for_load_state()
    assert not page.title().startswith("エラー："), page.inner_text("main")


def unfold(page: Page, name: str) -> None:
    """Open the details that hold a verb's form."""
    details = page.locator(f"details:has(form[action$='/{name}/'])").first
    if details.get_attribute("open") is None:
        details.locator("summary").first.click()


def answer(page: Page) -> None:
    """Take the case and answer."""
    act(page, "take")
    unfold(page, "answer")
    page.fill("textarea[name=answer_text]", ANSWER)
    act(page, "answer")
    unfold(page, "note")
    page.fill("textarea[name=note_text]", NOTE)
    act(page, "note")


def refer(page: Page) -> None:
    """Choose an agency, write down what the person agrees to, hear the yes, pass it on."""
    case = page.url
    page.click("a[href^='/refer/']")
    page.select_option("select[name=need]", "delete")
    page.click(".find button")
    page.click(".agency:has(input[name=agency][value=ihaho]) form button")
    page.check("input[name=consent][value=person]")
    page.check("input[name=facts][value=contact_rule]")
    page.fill("textarea[name=told]", "書き込みが続き、消したいという希望")
    page.click(".work button.button")
    for step in ("approve_aloud", "give"):
        page.check(f"input[name=step][value={step}]")
        page.click("form:has(input[name=step]) button.button")
    page.goto(case)


def plan(page: Page) -> None:
    """Decide the next action in working days."""
    unfold(page, "plan")
    page.check("input[name=plan_kind][value=check]")
    page.fill("input[name=plan_days]", "3")
    page.fill("input[name=plan_why]", "削除されたかを確かめる")
    act(page, "plan")


def lift(page: Page) -> None:
    """Say what has changed since the person was in danger: no case closes over the flag."""
    unfold(page, "danger")
    page.check("input[name=danger_now][value=over]")
    page.fill("textarea[name=danger_text]", "家族の家に移った。相手に知られていない。")
    act(page, "danger")


def close(page: Page) -> None:
    """Close the case with a reason; what was promised was kept."""
    unfold(page, "close")
    for promise in page.locator("form[action$='/close/'] .promise").all():
        promise.locator("input[value=kept]").check()
    page.check("input[name=close_reason][value=solved]")
    act(page, "close")


def download(page: Page) -> Download:
    """Ask for the first file and download it."""
    link = page.locator("[href*='/files/'], form[action*='/files/'] button").first
    details = page.locator("details:has([href*='/files/']), details:has(form[action*='/files/'])")
    if details.count() and details.first.get_attribute("open") is None:
        details.first.locator("summary").first.click()
    with page.expect_download() as told:
        link.click()
    return told.value
