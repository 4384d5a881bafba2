"""A call by keyboard alone: few presses, one screen, nothing lost; keys are deaf in fields."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from madoguchi.rules.programme.texts import texts
from tests.proof.officer import sign_in
from tests.proof.opened_paper import is_shown

MOST_PRESSES = 25
SCREEN: ViewportSize = {"width": 1366, "height": 768}
DOORS = ("phone", "counter", "letter")
BEYOND_THE_SCREEN = "() => document.documentElement.scrollHeight - innerHeight"
ONLY = """kept => document.querySelectorAll(".banner").forEach(
  (one) => one.matches(kept) || one.remove())"""
SAY = "(alarm, words) => { alarm.textContent = words }"
OVER_ANOTHER = """() => {
  const shown = [...document.querySelectorAll(
    "#sheet :is(legend, label, h2, h3, p, li, summary, input:not([type=hidden]), textarea, button)"
  )].filter((one) => one.checkVisibility() && one.getClientRects().length)
  const beyond = shown.filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  const over = (one, other) => {
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()]
    return Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4
  }
  const pairs = shown.flatMap((one, at) => shown.slice(at + 1).filter((other) =>
    !one.contains(other) && !other.contains(one) && over(one, other)
    && !(one.closest(".option") && one.closest(".option") === other.closest(".option"))
  ).map((other) => `${one.innerText || one.name} / ${other.innerText || other.name}`))
  return [...beyond.map((one) => one.innerText || one.name), ...pairs]
}"""
COMPOSING = """([selector, init]) => {
  const at = selector ? document.querySelector(selector) : document.body
  at.focus()
  const press = { bubbles: true, cancelable: true, ...init }
  return at.dispatchEvent(new KeyboardEvent("keydown", press))
}"""
AT = "() => document.activeElement.name || document.activeElement.tagName"


@dataclass
class Keyboard:
    """Hands on a keyboard; presses that are no text are counted."""

    page: Page
    presses: int = 0

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def write(self, words: str) -> None:
        """Write words, which count nothing."""
        self.page.keyboard.type(words)


@pytest.fixture(params=[True, False], ids=["with script", "without"])
def either(request: pytest.FixtureRequest, chromium: Browser, desk_at: str) -> Iterator[Page]:
    """The counsellor's page, with and without JavaScript."""
    with chromium.new_context(viewport=SCREEN, java_script_enabled=request.param) as context:
        page = context.new_page()
        sign_in(page, desk_at, "counsellor")
        yield page


@pytest.fixture
def page(chromium: Browser, desk_at: str) -> Iterator[Page]:
    """The counsellor's page."""
    with chromium.new_context(viewport=SCREEN) as context:
        page = context.new_page()
        sign_in(page, desk_at, "counsellor")
        yield page


def test_a_whole_call_takes_few_presses(page: Page, desk_at: str) -> None:
    page.goto(desk_at + "/")
    hands = Keyboard(page)
    hands.press("g", "n")
    page.wait_for_url("**/phone/")
    hands.write("090-1234-5678")
    hands.press("Tab", "Tab")  # past the marks of the number
    hands.write("高橋 花子")
    hands.press("Tab")
    hands.write("タカハシ ハナコ")
    hands.press("Tab")
    hands.write("34")
    hands.press("Tab", "Space", "Tab", "ArrowRight")  # 市内; 留守電は残さない
    hands.press("Tab", "Tab", "Space", "ArrowRight", "Space")  # 窓口名は聞かない; 悪口とうそ
    hands.press("Tab")
    hands.write("example.com/thread/1")
    hands.press("Tab")
    hands.write("掲示板に名前と悪口を書かれた。仕事の後に見つけた。")
    hands.press("Tab", "Space", "ArrowRight")  # 折り返し
    assert page.input_value("input[name=minutes]") == "1", "they count from the first key"
    hands.press("Control+Enter")
    page.wait_for_url("**/receipts/*/")
    print(f"keys: {hands.presses} presses beyond the text, from g n to the receipt")
    assert hands.presses <= MOST_PRESSES
    page.locator("main form button.button:not(.second)").press("Enter")
    page.wait_for_url("**/cases/*/")
    told = page.inner_text("main")
    for words in ("高橋 花子", "34", "市内", "留守番電話には残さない", "悪口", "掲示板に名前"):
        assert words in told, words


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("banner", [".banner[role=note]", ".alarms"], ids=["trial", "alarm"])
def test_nothing_scrolls_on_an_office_screen(
    page: Page, desk_at: str, door: str, banner: str
) -> None:
    page.goto(f"{desk_at}/{door}/")
    page.fill("input[name=name]", "書きかけの人")
    page.click("button[name=do][value=keep]")
    page.goto(f"{desk_at}/{door}/")
    assert page.locator(".unfinished").count() == 1
    page.evaluate(ONLY, banner)
    assert page.locator(".banner").count() == 1
    for alarm in page.locator(".alarms p").all():
        alarm.evaluate(SAY, texts("shibukawa").get("desk.alarm.mailbox_away").words)
    assert page.evaluate(BEYOND_THE_SCREEN) <= 0
    page.set_viewport_size({**SCREEN, "height": 650})
    assert page.evaluate(BEYOND_THE_SCREEN) > 0, "the control: a smaller screen is noticed"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("width", [SCREEN["width"], 1024, 320])
def test_nothing_of_a_sheet_lies_over_another(
    page: Page, desk_at: str, door: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": SCREEN["height"]})
    page.goto(f"{desk_at}/{door}/")
    for button in (None, "take"):
        if button:
            page.click(f"button[name=do][value={button}]")
            page.wait_for_load_state()
        assert page.evaluate(OVER_ANOTHER) == []
    page.evaluate("document.querySelector('.spoken .field').style.marginBottom = '-2rem'")
    assert page.evaluate(OVER_ANOTHER), "the control: what is pulled over its neighbour is noticed"


def test_a_call_is_taken_in_with_and_without_script(either: Page, desk_at: str) -> None:
    either.goto(desk_at + "/phone/")
    assert either.locator("input[name=phone]:focus").count(), "the cursor stands in the number"
    either.fill("input[name=phone]", "0279-00-1111")
    either.fill("textarea[name=text]", "途中まで")
    either.click("button[value=keep]")
    either.wait_for_url("**/intake/*/")
    assert either.input_value("textarea[name=text]") == "途中まで"
    either.click("button[value=ask_number]")
    either.wait_for_load_state()
    assert "同じ番号の記録：" in either.inner_text("#number")
    either.click("button[value=take]")
    either.wait_for_load_state()
    assert either.title().startswith("エラー：")
    assert either.input_value("textarea[name=text]") == "途中まで"
    either.click("label[for=f-contact_rule]")
    either.click("label[for=f-outcome]")
    either.click("button[value=take]")
    either.wait_for_url("**/receipts/*/")
    assert len(either.inner_text(".digits >> nth=0")) == 4
    either.emulate_media(media="print")
    assert either.locator(".unprinted").is_visible()
    assert not either.locator(".digits, .lead").first.is_visible(), "only the card is printed"
    either.emulate_media(media="screen")
    assert is_shown(either, "form[action$='/card/'] button")


def test_a_call_outlives_the_browser_and_the_session(
    chromium: Browser, page: Page, desk_at: str
) -> None:
    page.goto(desk_at + "/phone/")
    page.locator("textarea[name=text]").press_sequentially("切れる前の言葉")
    page.locator("#saved", has_text="保存しました").wait_for()
    page.context.clear_cookies()
    page.locator("textarea[name=text]").press_sequentially("、切れた後の言葉")
    page.locator("#saved", has_text="保存できていません").wait_for()
    assert page.input_value("textarea[name=text]") == "切れる前の言葉、切れた後の言葉"
    page.close()
    with chromium.new_context(viewport=SCREEN) as context:
        again = context.new_page()
        sign_in(again, desk_at, "counsellor")
        again.goto(desk_at + "/phone/")
        again.click(".unfinished summary")
        again.click(".unfinished a >> nth=0")
        again.wait_for_url("**/intake/*/")
        assert again.input_value("textarea[name=text]") == "切れる前の言葉"
    with chromium.new_context(viewport=SCREEN) as context:
        other = context.new_page()
        sign_in(other, desk_at, "supervisor")
        other.goto(desk_at + "/phone/")
        assert not other.locator(".unfinished").count()


def test_the_longest_memo_is_saved_by_itself(page: Page, desk_at: str) -> None:
    page.goto(desk_at + "/phone/")
    page.fill("textarea[name=text]", "長" * 20_000)
    page.locator("#saved", has_text="保存しました").wait_for()
    page.goto(desk_at + "/phone/")
    page.click(".unfinished summary")
    page.click(".unfinished a >> nth=0")
    assert len(page.input_value("textarea[name=text]")) == 20_000


def test_keys_are_deaf_inside_fields_and_while_kana_are_converted(page: Page, desk_at: str) -> None:
    page.goto(desk_at + "/phone/")
    page.locator("textarea[name=text]").press_sequentially("gw?/jk")
    assert page.url.endswith("/phone/")
    assert page.input_value("textarea[name=text]") == "gw?/jk"
    for init in ({"isComposing": True}, {"keyCode": 229}):
        enter = {"key": "Enter", "ctrlKey": True, **init}
        assert page.evaluate(COMPOSING, ["textarea[name=text]", enter]), "the key was taken"
        assert page.evaluate(COMPOSING, ["", {"key": "?", **init}])
    assert page.url.endswith("/phone/")
    control = {"key": "Enter", "ctrlKey": True}
    assert not page.evaluate(COMPOSING, ["textarea[name=text]", control])  # the control: it is
    page.wait_for_url("**/intake/*/")


def test_enter_in_a_line_neither_files_nor_leaves(page: Page, desk_at: str) -> None:
    page.goto(desk_at + "/phone/")
    page.locator("input[name=name]").press_sequentially("高橋")
    page.keyboard.press("Enter")
    page.locator("#saved", has_text="保存しました").wait_for()
    assert page.url.endswith("/phone/")


def test_leading_away_by_keys_saves_first(page: Page, desk_at: str) -> None:
    page.goto(desk_at + "/phone/")
    page.locator("input[name=name]").press_sequentially("すぐ一覧へ")
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url(desk_at + "/")
    page.goto(desk_at + "/phone/")
    page.click(".unfinished summary")
    page.click(".unfinished a >> nth=0")
    assert page.input_value("input[name=name]") == "すぐ一覧へ"


def test_keys_can_be_turned_off_and_are_listed(page: Page, desk_at: str) -> None:
    page.goto(desk_at + "/")
    page.keyboard.press("?")
    page.wait_for_url("**/keys/")
    assert "g n" in page.inner_text("table")
    page.click("main form button")
    page.wait_for_load_state()
    assert "使わない設定" in page.inner_text("main")
    page.goto(desk_at + "/")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.keyboard.press("?")
    page.wait_for_timeout(500)
    assert page.url == desk_at + "/"
    page.goto(desk_at + "/keys/")
    page.click("main form button")
    page.wait_for_load_state()
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/phone/")  # the control: turned on again, they lead


def test_a_row_of_marks_is_one_stop_and_its_arrows_go_round(page: Page, desk_at: str) -> None:
    page.goto(desk_at + "/phone/")
    page.focus("#f-kinds")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("() => document.activeElement.value") == "unknown"
    page.keyboard.press("Tab")
    assert page.evaluate(AT) == "urls"


def test_keys_on_a_case_write_and_save_from_inside_the_field(page: Page, desk_at: str) -> None:
    page.goto(desk_at + "/phone/")
    page.click("label[for=f-contact_rule-wait]")
    page.click("label[for=f-outcome-call_back]")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipts/*/")
    page.click("main form button")
    page.wait_for_url("**/cases/*/")
    page.keyboard.press(".")
    assert page.evaluate(AT) == "plan_kind"
    page.locator("h1").click()
    page.keyboard.press("e")
    assert page.evaluate("() => document.activeElement.closest('form').action").endswith("/log/")
    page.click("summary:has-text('内部の記録')")
    note = page.locator("textarea[name=note_text]")
    note.press_sequentially("変換中は送らない")
    enter = {"key": "Enter", "ctrlKey": True}
    for composing in ({"isComposing": True}, {"keyCode": 229}):
        assert page.evaluate(COMPOSING, ["textarea[name=note_text]", {**enter, **composing}])
    note.press("Control+Enter")
    page.wait_for_load_state()
    page.locator(".entries", has_text="変換中は送らない").wait_for()
