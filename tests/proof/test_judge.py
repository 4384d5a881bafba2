"""The judge of pages finds what it is there for: weak colours in every scheme, structure, width."""

from playwright.sync_api import Browser

from tests.proof.judge import SCHEMES, bring, judge

PAGE = """<!doctype html><html lang="ja"><title>頁</title><style>
  :root {{ --text: #000 }} {paints}
  body {{ background: #fff; color: var(--text) }} h2 {{ font-size: 30px }}
</style><main><h1>見出し</h1><h2>大きな文字</h2><p>ふつうの文字</p>{more}</main>"""


def judged(chromium: Browser, more: str = "", **colours: str) -> list[str]:
    """What is found on a page with these letters on white, by scheme."""
    paints = "".join(f"[data-scheme={one}] {{ --text: {to} }}" for one, to in colours.items())
    with chromium.new_context() as context:
        page = context.new_page()
        bring(page)
        page.set_content(PAGE.format(paints=paints, more=more))
        return [fault.partition(": ")[2] for fault in judge(page)]


def weak(found: list[str]) -> dict[str, list[str]]:
    """Which elements were too weak, by scheme."""
    at = "color-contrast-enhanced"
    parts = [fault.split(": ") for fault in found if f": {at}: " in fault]
    return {one: [html[1:3] for it, _, html in parts if it == one] for one in SCHEMES}


def test_a_page_that_is_right_is_left_alone(chromium: Browser) -> None:
    assert judged(chromium) == []


def test_weak_letters_are_found_in_every_scheme(chromium: Browser) -> None:
    found = judged(chromium, standard="#666", blue="#888", yellow="#bbb", black="#555")
    assert weak(found) == {
        "standard": ["p>"],  # 5.7:1 is enough for large letters only
        "blue": ["h1", "h2", "p>"],  # 3.5:1 and 1.9:1 were the weaker rule's
        "yellow": ["h1", "h2", "p>"],
        "black": [],
    }
    assert len(found) == 7


LOOKS = {
    "as it was right": ("", []),
    "paler": ("p { color: #666 }", ["p>"]),
    "smaller": ("h2 { color: #666; font-size: 12px }", ["h2"]),
    "on another ground": ("main { background: #346 }", ["h1", "h2", "p>"]),
    "on a ground that is seen through": ("main { background: #346c }", ["h1", "h2", "p>"]),
    "hidden": ("p { color: #666; display: none }", []),
    "shown again": ("p { color: #666 }", ["p>"]),
}


def test_a_look_that_was_right_is_not_judged_again_but_every_other_is(chromium: Browser) -> None:
    for name, (changed, found) in LOOKS.items():
        style = f"<style>[data-scheme=blue] {changed or 'p {}'}</style>"
        assert weak(judged(chromium, style))["blue"] == found, name


def test_structure_and_width_are_found_once(chromium: Browser) -> None:
    found = judged(chromium, '<img src="data:,"><div style="width: 400px">幅</div>')
    assert [fault.split(": ")[:2] for fault in found[:-1]] == [["standard", "image-alt"]]
    assert "wide on a phone of 320" in found[-1]
