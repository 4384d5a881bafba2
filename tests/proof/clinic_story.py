"""The story of one place with the lawyer: what the desk and the person do, page by page."""

from playwright.sync_api import Page

from tests.proof.forms import main_form, send
from tests.proof.hands import Hands
from tests.proof.person import Receipt, go_on

NAMES = "form[action^='/clinic/sheet/'] button"
LAWYER = "佐藤 一郎"
NAME, PHONE, MAIL = "𠮷井 かなりあ", "0279-00-0421", "kanaria-yoyaku@example.jp"
SUBJECT, OTHER, NOTE = "金糸雀の店に書かれたうそ", "籠野 とりこ", "鳥かごを持って行きます"
HAPPENED, ADVICE = (
    "金糸雀の店の評価欄に、食べて具合が悪くなったとのうそ",
    "消すよう求める金糸雀の手順",
)
HEARD = "弁護士が金糸雀の件を引き受けられる"
MOVED = "お約束の日が、10月24日に変わりました。金糸雀のお席は、そのままです。"
CALLER, CALLER_PHONE = "関口 うぐいす", "0279-00-0422"
SECRETS = (
    NAME,
    MAIL,
    PHONE,
    SUBJECT,
    OTHER,
    NOTE,
    HAPPENED,
    ADVICE,
    HEARD,
    MOVED,
    CALLER,
    CALLER_PHONE,
)


def publish(hands: Hands, second: Hands, desk: str, on: str) -> None:
    """A lawyer on the roster, then the whole year; another confirms, and the public reads it."""
    page = hands.page
    hands.begin("a lawyer on the roster", f"{desk}/clinic/")
    hands.press("main a[href='/clinic/lawyers/']")
    hands.type("input[name=lawyer_name]", LAWYER)
    hands.press("main form:has(input[name=lawyer_name]) button.button")
    hands.begin("publish the year", f"{desk}/clinic/")
    hands.press("main a[href^='/clinic/publish/']")
    for one in page.locator("input[name^=look-][value=open]").all():
        hands.choose(f"#{one.get_attribute('id')}")
    hands.pick(f"select[name='lawyer-{on}']", LAWYER)
    hands.press("button[name=do][value=do]")
    assert "公表しています" not in page.inner_text("main"), page.inner_text("main")
    confirm_day(second, desk)
    page.reload()
    assert "公表しています" in page.inner_text("main"), page.inner_text("main")


def confirm_day(hands: Hands, desk: str) -> None:
    """The second looks at what waits, and confirms it."""
    hands.begin("confirm as the second", f"{desk}/signing/")
    hands.press("table.cases tbody a.button")
    hands.press("main form button.button:not(.second)")


def ask_for_place(page: Page, portal: str, on: str) -> Receipt:
    """From the clinic's page to the receipt: a place on that day, by mail only."""
    page.goto(f"{portal}/clinic/")
    page.locator("main a.button[href$='/s/l/']").first.click()
    page.locator("main form button, main a.button").first.click()
    page.check("input[name=danger][value=no]")
    send(page)
    if not page.locator(f"input[name=place][value^='{on}']").first.is_visible():
        page.locator("main details summary").first.click()
    page.locator(f"input[name=place][value^='{on}']").nth(1).check()
    send(page)
    page.check("input[name=contact_rule][value=mail_only]")
    page.fill("input[name=phone]", PHONE)
    page.fill("input[name=email]", MAIL)
    page.check("input[name=mail][value=yes]")
    page.locator("#step button.button").click()
    page.fill("input[name=name]", NAME)
    page.check("input[name=residence][value=inside]")
    page.locator("#step button.button").click()
    page.fill("textarea[name=subject]", SUBJECT)
    page.fill("input[name=other_party]", OTHER)
    page.check("input[name=names_ok][value=yes]")
    page.fill("input[name=people]", "2")
    page.fill("input[name=note]", NOTE)
    page.locator("#step button.button").click()
    page.wait_for_url("**/s/l/check/")
    send(page)
    page.wait_for_url("**/s/l/done/")
    assert main_form(page) is None
    number, secret = page.locator("dd.number").all_inner_texts()
    return Receipt(number, secret)


def own_page(page: Page, portal: str, receipt: Receipt) -> str:
    """What the page of the person's own booking says, opened with the receipt."""
    page.goto(f"{portal}/s/f/")
    if page.locator("input[name=number]").count():
        page.fill("input[name=number]", receipt.number)
        page.fill("input[name=secret]", receipt.secret)
        go_on(page)
    page.locator("main button[name=to][value=own-clinic]").first.click()
    page.wait_for_load_state()
    return page.inner_text("main")


def confirm(hands: Hands, desk: str, case: str) -> None:
    """From the list of what is to be done to the booking that is confirmed; the case is taken."""
    hands.begin("take and confirm what was asked for", f"{desk}/")
    hands.press(f"table.cases tbody th a:has-text('{case}')")
    hands.press("form[action$='/take/'] button")
    hands.press(".glance a[href*='/clinic/of/']")
    hands.press("form[action$='/confirm/'] button")
    assert "仮予約" not in hands.page.locator("ol.entries .tag").first.inner_text()


def book_a_call(hands: Hands, desk: str, on: str) -> str:
    """Somebody rings and wants the clinic; the name of their case."""
    page = hands.page
    hands.begin("book for who rings", f"{desk}/phone/")
    hands.type("input[name=phone]", CALLER_PHONE)
    hands.type("input[name=name]", CALLER)
    hands.choose("input[name=contact_rule][value=no_voicemail]")
    hands.choose("input[name=outcome][value=clinic_wanted]")
    hands.press("button[name=do][value=take]")
    digits = "".join(filter(str.isdigit, page.locator(".aloud").inner_text()))
    hands.press("button[name=handed][value=yes]")
    hands.choose(f"form.book input[name=at][value^='{on}'] >> nth=1")
    hands.press("form.book button.button")
    assert page.locator("ol.entries > li").count() == 1, page.inner_text("main")
    return digits[8:13]


def move(hands: Hands, second: Hands, desk: str, ref: str, to: str) -> str:
    """Move the day after a look at whom it meets; another confirms; what the page says of them."""
    hands.begin("move the day", f"{desk}/clinic/")
    hands.press(f"a[href='/clinic/on/{ref}/move/']")
    hands.type("input[name=now_on]", to)
    hands.press("button[name=do][value=look]")
    people = hands.page.inner_text("main")
    hands.press("button[name=do][value=do]")
    confirm_day(second, desk)
    assert second.page.url.endswith("/told/"), second.page.inner_text("main")
    hands.page.goto(second.page.url)
    return people


def tell_by_telephone(hands: Hands) -> None:
    """Who has no mail is rung, and keeps the place; on the page that the move leads to."""
    hands.errand = "write down that one keeps the place"
    hands.presses.setdefault(hands.errand, 0)
    hands.press("li.entry button[value=reach]:has-text('電話で知らせる')")
    hands.choose("input[name=answer][value=keeps]")
    hands.press("form:has(input[name=answer]) button.button")
    assert hands.page.locator("li.entry h2", has_text="返事あり").count() == 1


def tell_by_message(hands: Hands, desk: str, ref: str) -> None:
    """Who wants no call is written to, in the box that holds a draft."""
    page = hands.page
    hands.begin("write to who wants no call", f"{desk}/clinic/")
    hands.press(f"a[href='/clinic/on/{ref}/told/']")
    hands.press("li.entry button[value=reach]:has-text('文で知らせる')")
    hands.type("textarea[name=message_text]", MOVED)
    hands.press("form:has(textarea[name=message_text]) button.button")
    assert not page.title().startswith("エラー"), page.inner_text("main")


def ring(hands: Hands, desk: str, case: str) -> None:
    """Remind by telephone whoever has no mail."""
    hands.begin("remind by telephone", f"{desk}/clinic/calls/")
    hands.press(f"table.cases tbody th a:has-text('{case}')")
    hands.choose("input[name=outcome][value=answered]")
    hands.press("aside form button.button")
    assert hands.page.locator("table.cases").count() == 0, hands.page.inner_text("main")


def write_brief(hands: Hands, desk: str, case: str) -> None:
    """Write down what the lawyer is told, and that the person agreed."""
    hands.begin("write the brief", f"{desk}/")
    hands.press(f"table.cases tbody th a:has-text('{case}')")
    hands.press(".glance a[href*='/clinic/']")
    hands.press("a[href^='/clinic/brief/']")
    for name, value in (("agreed", "yes"), ("names", "yes"), ("how", "receipt")):
        hands.choose(f"input[name={name}][value={value}]")
    hands.type("textarea[name=happened]", HAPPENED)
    hands.press("form button.button")
    assert not hands.page.title().startswith("エラー"), hands.page.inner_text("main")


def say_who_came(hands: Hands, desk: str, ref: str) -> None:
    """On the day itself: the second slot's person came, the third's did not."""
    hands.begin("say who came", f"{desk}/clinic/on/{ref}/")
    hands.press("table.slots form[action$='/come/'] button")
    hands.press("table.slots form[action$='/miss/'] >> nth=-1 >> button")
    told = hands.page.inner_text("table.slots")
    assert "来所" in told, told
    assert "来なかった" in told, told


def type_outcome(hands: Hands, desk: str, case: str) -> str:
    """On Monday: what the lawyer's sheet says; what the case's page says afterwards."""
    hands.begin("type the outcome", f"{desk}/")
    hands.press(f"table.cases tbody th a:has-text('{case}')")
    hands.press(".glance a[href*='/clinic/']")
    hands.press("a[href^='/clinic/outcome/']")
    for name, value in (("came", "came"), ("result", "subsidy"), ("result", "may_take")):
        hands.choose(f"input[name={name}][value={value}]")
    hands.type("textarea[name=note]", HEARD)
    hands.type("textarea[name=told]", ADVICE)
    hands.press("form button.button")
    assert "/cases/" in hands.page.url, hands.page.inner_text("main")
    return hands.page.inner_text(".glance")
