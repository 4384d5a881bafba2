"""The steps of an officer's day: a call, a mail, a walk-in; what is written down of each."""

from email.message import EmailMessage

from playwright.sync_api import Page

from tests.proof import officer

CALLER, WALK_IN, WRITER = "佐野 ゆり", "関口 まなみ", "原田 さとし"
SAID_IN_MAIL = "掲示板に勤め先の名前を書かれました。"


def go_on(page: Page, name: str) -> None:
    """Press the button of this value on the sheet."""
    page.click(f"button[name=do][value={name}]")
    page.wait_for_load_state()


def receipt(page: Page) -> str:
    """Read the receipt aloud; the last digits of its number, by which lists name the case."""
    digits = "".join(filter(str.isdigit, page.locator(".aloud").inner_text()))
    assert len(digits) == 13 + 16, digits
    page.click("button[name=handed][value=yes]")
    page.wait_for_load_state()
    assert not page.locator(".aloud").count(), "it is shown once"
    return digits[8:13]


def take_call(page: Page, desk: str) -> str:
    """Write a call down while the person speaks, and read the receipt aloud."""
    page.goto(desk + "/phone/")
    page.fill("input[name=phone]", "0279-00-0101")
    page.fill("input[name=name]", CALLER)
    page.fill("input[name=age]", "34")
    page.check("input[name=residence][value=inside]")
    page.check("input[name=contact_rule][value=no_voicemail]")
    page.check("input[name=kinds][value=personal]")
    page.fill("textarea[name=urls]", "https://board.example.jp/12")
    page.fill("textarea[name=text]", "昨日から、住所を書きこまれている。消したい。")
    page.check("input[name=outcome][value=call_back]")
    page.fill("input[name=minutes]", "20")
    go_on(page, "take")
    return receipt(page)


def receive_walk_in(page: Page, desk: str) -> str:
    """Write down who came to the counter without an appointment."""
    page.goto(desk + "/counter/")
    page.check("input[name=phone_note][value=withheld]")
    page.fill("input[name=name]", WALK_IN)
    page.check("input[name=contact_rule][value=wait]")
    page.check("input[name=kinds][value=insult]")
    page.fill("textarea[name=text]", "職場の人のことを話したくて来た。")
    page.check("input[name=support][value=companion]")
    page.check("input[name=outcome][value=visit_booked]")
    page.fill("input[name=next_on]", "12/8")
    go_on(page, "take")
    return receipt(page)


def letter() -> bytes:
    """The mail, as it was saved from the office's mailbox."""
    mail = EmailMessage()
    mail["From"] = "harada@example.jp"
    mail["To"] = "shiminsupport@city.shibukawa.gunma.jp"
    mail["Subject"] = "相談したいです"
    mail["Message-ID"] = "<day-1@example.jp>"
    mail.set_content(f"氏名：{WRITER}\n年齢：52歳\n電話：0279-00-0102\n{SAID_IN_MAIL}\n")
    mail.add_attachment(
        b"\x89PNG\r\n\x1a\n" + b"3" * 900, maintype="image", subtype="png", filename="画面.png"
    )
    return bytes(mail)


def take_mail(page: Page, desk: str) -> str:
    """Drop the mail, tick what it seems to say, make it a case; its name."""
    page.goto(desk + "/mail/")
    officer_file = {"name": "相談.eml", "mimeType": "message/rfc822", "buffer": letter()}
    page.locator("details:has(#mails) summary").first.click()
    page.set_input_files("#mails", officer_file)  # type: ignore[arg-type] # a plain dict does
    page.locator("form:has(#mails) button.button").click()
    page.wait_for_load_state()
    if not page.locator("article.letter").count():
        page.locator("ul.mails a").first.click()
        page.wait_for_load_state()
    assert SAID_IN_MAIL in page.inner_text("article.letter")
    assert not page.locator("input[name=use]:checked").count(), "nothing is ticked by itself"
    officer.unfold(page, "take")
    for code in ("name_0", "age_0", "phone_0"):
        page.check(f"input[name=use][value={code}]")
    page.check("input[name=contact_rule][value=phone]")
    page.check("input[name=notice][value=no]")
    page.fill("input[name=next_days]", "1")
    page.fill("input[name=why]", "画面の写真を確かめる")
    officer.act(page, "take")
    return receipt(page)


def log(page: Page, how: str, outcome: str, text: str, next_on: str = "") -> None:
    """Write a contact down on the case page that is open."""
    officer.unfold(page, "log")
    page.check(f"input[name=log_how][value={how}]")
    page.select_option("select[name=log_outcome]", outcome)
    page.fill("textarea[name=log_text]", text)
    if next_on:
        day = page.locator("input[name=log_next_on]")
        day.locator("xpath=ancestor::details[1]/summary").click()
        day.fill(next_on)
    officer.act(page, "log")


def answer(page: Page, text: str) -> None:
    """Answer the person of the case page that is open."""
    officer.unfold(page, "answer")
    page.fill("textarea[name=answer_text]", text)
    officer.act(page, "answer")


def agency_answered(page: Page, text: str) -> None:
    """The agency of the case's one referral has taken the matter on, and answered."""
    page.locator(".side a[href*='/refer/']").first.click()
    page.wait_for_load_state()
    for step in ("accept", "answer"):
        page.check(f"input[name=step][value={step}]")
        page.fill("textarea[name=text]", text)
        page.click("form:has(input[name=step]) button.button")
        page.wait_for_load_state()
        assert not page.title().startswith("エラー："), page.inner_text("main")


def hide_from(page: Page, staff: str) -> None:
    """Put a colleague on the deny list of the case that is open."""
    officer.unfold(page, "deny")
    page.select_option("select[name=deny_staff]", label=staff)
    officer.act(page, "deny")


def listed(page: Page, desk: str, tab: str) -> list[str]:
    """The names of the cases under a tab."""
    page.goto(f"{desk}/?tab={tab}")
    return [one.strip() for one in page.locator("table.cases tbody th a").all_inner_texts()]


def address(page: Page, desk: str, name: str) -> str:
    """Where the case of this name is; the colleague may know of it."""
    page.goto(f"{desk}/?tab=open")
    link = page.locator("table.cases tbody th a", has_text=name).first
    return f"{desk}{link.get_attribute('href')}"


def open_from_list(page: Page, desk: str, name: str) -> None:
    """Open the case of this name from the list."""
    page.goto(address(page, desk, name))
