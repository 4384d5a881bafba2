"""Who is in need finds somebody who answers now: above the fold, in two presses, at any hour."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.proof.clock import TOKYO
from tests.proof.house import House, prepared
from tests.proof.judge import SCHEMES
from tests.proof.needs import FAKETIME
from tests.proof.site import opened

COLUMNS = ("", "/easy", "/en")
SCREENS = ((375, 667), (320, 568))
HIGHEST = {"/": 5_840, "/desks/": 9_000}  # as long as it was, at 375 px
NIGHT = datetime(2026, 11, 28, 2, 30, tzinfo=TOKYO)  # a Saturday
NOON = datetime(2026, 11, 30, 12, 0, tzinfo=TOKYO)
WAY, ENGLISH = "main .help a.button", "main .help a[lang=en]"
FIRST = {
    "dying": ("tel:0120061338", "tel:0120279338", "https://talkme.jp/"),
    "child": ("tel:0120078310", "tel:189", "https://talkme.jp/"),
    "pictures": ("tel:%238103", "tel:0570003110", "https://talkme.jp/"),
    "threatened": ("tel:110", "tel:%239110"),
    "foreign": ("tel:0570090911", "tel:0570078377"),
    "sued": ("tel:0570078374",),
    "silent": ("https://talkme.jp/",),
}
"""The first lines to press for each of the seven, whatever the hour."""
BY_NIGHT = {
    "pictures": ("tel:%238103", "https://talkme.jp/"),
    "threatened": ("tel:110", "tel:0120279338"),
    "sued": ("tel:0120279338", "tel:0570078374"),  # somebody to talk to until it opens
}
NOBODY_BY_NIGHT = {"foreign"}
CONTRAST = """elements => elements.map(e => {
  const of = (name, one) => {
    while (one) {
      const colour = getComputedStyle(one)[name]
      if (colour !== 'rgba(0, 0, 0, 0)') return colour.match(/[\\d.]+/g).map(Number)
      one = one.parentElement
    }
    return [255, 255, 255]
  }
  const light = rgb => {
    const [r, g, b] = rgb.map(x => {
      x /= 255
      return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4
    })
    return .2126 * r + .7152 * g + .0722 * b
  }
  const one = light(of('color', e)), other = light(of('backgroundColor', e))
  return (Math.max(one, other) + .05) / (Math.min(one, other) + .05)
})"""
FOLD = """elements => elements.map(e => {
  const box = e.getBoundingClientRect()
  return [Math.round(box.top), Math.round(box.bottom), Math.round(box.right)]
})"""


@contextmanager
def at(home: Path, moment: datetime) -> Iterator[str]:
    """The portal of a house that began at this moment."""
    ahead = (moment - datetime.now(UTC)).total_seconds()
    clock = {"LD_PRELOAD": FAKETIME, "FAKETIME": f"{ahead:+.0f}"}
    with opened(House(home, {**clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}), "portal") as address:
        yield address


@pytest.fixture(scope="module")
def portals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[datetime, str]]:
    """The portal by night and at noon."""
    homes = [tmp_path_factory.mktemp("now") / "home" for _ in (NIGHT, NOON)]
    for home in homes:
        prepared(home)
    with at(homes[0], NIGHT) as night, at(homes[1], NOON) as morning:
        yield {NIGHT: night, NOON: morning}


@pytest.fixture
def portal(portals: dict[datetime, str]) -> str:
    """The portal by night."""
    return portals[NIGHT]


@pytest.fixture
def phone(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a telephone without scripts; the screen may be given."""
    width, height = getattr(request, "param", SCREENS[0])
    with chromium.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=False
    ) as context:
        yield context.new_page()


def ways(section: Locator) -> list[str]:
    """What can be pressed in a section, as it is seen without opening anything."""
    links = [link for link in section.locator(".way a").all() if link.is_visible()]
    return [str(link.get_attribute("href")) for link in links]


@pytest.mark.parametrize("hour", [NIGHT, NOON], ids=["night", "noon"])
@pytest.mark.parametrize("name", FIRST)
def test_two_presses_from_the_first_page_reach_who_answers(
    portals: dict[datetime, str], phone: Page, name: str, hour: datetime
) -> None:
    """The first opens the page of lines, the second rings; nothing else is pressed."""
    phone.goto(portals[hour])
    phone.click(ENGLISH if name == "foreign" else WAY)
    section = phone.locator(f"#{name}")
    first = {**FIRST, **(BY_NIGHT if hour == NIGHT else {})}[name]
    assert tuple(ways(section)[: len(first)]) == first
    open_now = {"foreign": "Open now"}.get(name, "いま開いています")
    answers = open_now in section.locator(".lines > li").first.inner_text()
    assert answers is (hour == NOON or name not in NOBODY_BY_NIGHT)
    box = section.locator(".way a").first.bounding_box()
    assert box is not None
    assert box["height"] >= 44


def test_where_nobody_answers_the_page_says_what_opens_next(portal: str, phone: Page) -> None:
    phone.goto(f"{portal}/en/guide/danger/")
    foreign, sued = (phone.locator(f"#{name}").inner_text() for name in ("foreign", "sued"))
    assert "Next: Foreign-language Human Rights Line" in foreign
    assert "English, please" in foreign
    assert "Next: Houterasu multilingual information, Monday" in sued
    assert "Next:" not in phone.locator("#dying").inner_text()


def test_who_reads_english_is_told_in_which_language_a_line_answers(
    portals: dict[datetime, str], phone: Page
) -> None:
    phone.goto(f"{portals[NOON]}/en/guide/danger/")
    said = {
        name: phone.locator(f"#{name} .lines > li").first.inner_text()
        for name in ("dying", "foreign", "threatened")
    }
    assert "Japanese" in said["dying"]
    assert "English" not in said["dying"]
    assert "English, Chinese, Korean" in said["foreign"]
    assert "Japanese, English" in said["threatened"]


def test_a_form_is_never_called_open(portal: str, phone: Page) -> None:
    phone.goto(f"{portal}/desks/")
    row = phone.locator("#a-moj_web")
    assert "いつでも送れます（返事は後日）" in row.inner_text()
    assert "開いています" not in row.inner_text()
    look = phone.locator("#a-tell")
    assert "番号・時間は公式ページでご確認ください" in look.inner_text()
    assert look.locator("a[href^='tel:']").count() == 0


def test_the_directory_begins_with_what_is_open(portals: dict[datetime, str], phone: Page) -> None:
    for address in portals.values():
        phone.goto(f"{address}/desks/")
        said = phone.locator(".row[id] .state").all_inner_texts()
        is_open = ["いま開いています" in one for one in said]
        assert any(is_open)
        assert is_open == sorted(is_open, reverse=True)


def test_a_child_is_shown_the_line_of_day_and_night_first(portal: str, phone: Page) -> None:
    phone.goto(f"{portal}/desks/")
    assert "群馬県教育委員会" in (phone.locator("#a-kodomo_sos").text_content() or "")
    phone.goto(f"{portal}/s/")
    phone.locator("main a.button, main button.button").first.click()
    phone.check("input[name=danger][value=no]")
    phone.check("input[name=who][value=child]")
    phone.locator("main form button.button").last.click()
    phone.locator(".calls").wait_for()
    shown = [str(a.get_attribute("href")) for a in phone.locator(".calls a").all()]
    assert shown[:3] == ["tel:0120078310", "tel:189", "https://talkme.jp/"]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("phone", SCREENS, indirect=True, ids=["375", "320"])
def test_the_first_fold(portal: str, phone: Page, column: str) -> None:
    """The way to the numbers is the first thing on the first page, and the numbers on the next."""
    size = phone.viewport_size
    assert size is not None
    for path, wanted, count in (("/", WAY, 1), ("/guide/danger/", "main .numbers a", 3)):
        phone.goto(f"{portal}{column}{path}")
        for scheme in SCHEMES:
            phone.evaluate("scheme => { document.documentElement.dataset.scheme = scheme }", scheme)
            seen = phone.locator(wanted).evaluate_all(FOLD)
            assert len(seen) == count, path
            for top, bottom, right in seen:
                assert top >= 0, (path, scheme)
                assert bottom <= size["height"], (path, scheme)
                assert right <= size["width"], (path, scheme)
            weak = phone.locator(wanted).evaluate_all(CONTRAST)
            assert min(weak) >= 4.5, (path, scheme)
    numbers = phone.locator("a[href^='tel:']").evaluate_all("all => all.map(a => a.href)")
    assert numbers[:3] == ["tel:110", "tel:119", "tel:0120279338"]
    after_heading = phone.locator("main h1 + *").first
    assert after_heading.get_attribute("class") == "numbers"
    phone.goto(f"{portal}{column}/")
    assert phone.locator("main h1 + *").first.get_attribute("class") == "help"


@pytest.mark.parametrize("column", COLUMNS)
def test_the_strip_begins_with_the_same_three(portal: str, phone: Page, column: str) -> None:
    for path in ("/", "/desks/", "/clinic/"):
        phone.goto(f"{portal}{column}{path}")
        strip = phone.locator(".strip a[href^='tel:']").evaluate_all("all => all.map(a => a.href)")
        assert strip[:3] == ["tel:110", "tel:119", "tel:0120279338"]
        small = [
            box["height"]
            for a in phone.locator(".strip .numbers a").all()
            if (box := a.bounding_box()) and box["height"] < 48
        ]
        assert small == []


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("path", HIGHEST)
def test_no_page_is_longer_than_it_was(portal: str, phone: Page, path: str, column: str) -> None:
    phone.goto(portal + column + path)
    height = phone.evaluate("document.documentElement.scrollHeight")
    print(f"{column}{path} is {height} px high at 375 px")
    assert height <= HIGHEST[path]
