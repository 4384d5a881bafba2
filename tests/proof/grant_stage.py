"""Where the story of a grant plays: its clock and windows, and what is read there at each step."""

import io
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, ViewportSize

from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from tests.proof import grant_story as story
from tests.proof import officer
from tests.proof.clock import TOKYO, Clock
from tests.proof.hands import Hands
from tests.proof.house import House
from tests.proof.person import Receipt
from tests.proof.test_clinic import SAID, WORK, told

PHONE: ViewportSize = {"width": 320, "height": 640}
SCREEN: ViewportSize = {"width": 1366, "height": 768}
OFFICER, PAYER, HEAD_OF_DESK = "koufu", "shiharai", "kakaricho"
HEAD = 4  # the row of the ledger's heads
BUDGET_WORDS = {
    "nearly_spent": ("残りが少なくなっています", "Little is left of this fiscal year"),
    "not_open": ("今年度の補助は、まだ準備中です", "still being prepared"),
    "spent": ("いまのところ残っていません", "At present nothing is left"),
}


@dataclass
class Clerk(Hands):
    """Hands of which also the fields are kept that they wrote into."""

    typed: dict[str, list[str]] = field(default_factory=dict)

    def begin(self, errand: str, address: str) -> None:
        """Another errand begins on this page, with nothing typed."""
        super().begin(errand, address)
        self.typed.setdefault(errand, [])

    def type(self, selector: str, words: str) -> None:
        """Write into a field."""
        super().type(selector, words)
        name = self.page.locator(selector).first.get_attribute("name") or ""
        self.typed[self.errand].append(name)


@dataclass
class Stage:
    """The house at its hour, the person's telephone, what the desk pressed, what the ledger has."""

    house: House
    begin: Clock
    portal: str
    desk: str
    browser: Browser
    open_ones: ExitStack
    city: str
    budget_yen: int
    presses: dict[str, int] = field(default_factory=dict)
    typed: dict[str, list[str]] = field(default_factory=dict)
    row: dict[str, Any] = field(default_factory=dict)
    letters: dict[str, bytes] = field(default_factory=dict, repr=False)
    mailed: int = 0
    receipt: Receipt | None = None

    def strike(self, on: date, hour: int) -> None:
        """It is this hour of this day."""
        there = datetime(on.year, on.month, on.day, tzinfo=TOKYO)
        replace(self.begin, day=there).strike(hour)

    def fresh(self, size: ViewportSize, *, scripts: bool) -> Page:
        """A page of a browser of its own."""
        context = self.browser.new_context(viewport=size, java_script_enabled=scripts)
        page = self.open_ones.enter_context(context).new_page()
        page.set_default_timeout(60_000)
        return page

    @cached_property
    def phone(self) -> Page:
        """The person's telephone, which runs no script."""
        return self.fresh(PHONE, scripts=False)

    def at_desk(self, username: str = OFFICER, *, scripts: bool = True) -> Clerk:
        """Somebody sits down at the desk and signs in."""
        page = self.fresh(SCREEN, scripts=scripts)
        officer.sign_in(page, self.desk, username)
        return Clerk(page, self.presses, typed=self.typed)

    def at_home(self, on: date) -> Page:
        """The person opens the page of their own application in the evening of a day."""
        self.strike(on, 20)
        story.own_page(self.phone, self.portal, self.whose)
        return self.phone

    @property
    def whose(self) -> Receipt:
        """The receipt of the person."""
        assert self.receipt
        return self.receipt

    def stands(
        self,
        hands: Hands,
        year: int,
        *,
        own: str,
        now: str,
        row: Mapping[str, Any],
        reserved: int = 0,
        spent: int = 0,
        public: str = "",
        mails: int = 0,
    ) -> None:
        """The year's figures, the ledger's row, the words to everybody and to the person are right.

        `own`: the person's state; `now`: the stage that is now; `row`: what is new in the ledger;
        `public`: the word on the budget; `mails`: how many go out, of which none says anything.
        """
        left = self.budget_yen - reserved - spent
        same(self.figures(hands, year), [self.budget_yen, reserved, spent, left])
        self.row |= row
        same(self.ledger(hands, year), self.row | money(year, reserved, spent))
        same(self.public(), public)
        self.is_told(own, now)
        same(self.mails(), mails)

    def figures(self, hands: Hands, year: int) -> list[int]:
        """What the desk's page of the budget says: voted, reserved, spent, left."""
        hands.page.goto(f"{self.desk}/grants/budget/{year}/")
        sums = hands.page.locator("dl.sums dd").all_inner_texts()
        return [int("".join(filter(str.isdigit, one))) for one in sums]

    def ledger(self, hands: Hands, year: int) -> dict[str, Any]:
        """The only row of the year's ledger, as a reader of the workbook finds it."""
        hands.page.goto(f"{self.desk}/grants/ledger/")
        button = hands.page.locator(f"button[formaction='/grants/ledger/{year}.xlsx']")
        if not button.count():
            return {}
        hands.page.check("input[name=all]")
        with hands.page.expect_download() as saved:
            button.click()
        sheet = load_workbook(io.BytesIO(saved.value.path().read_bytes())).worksheets[1]
        rows = list(sheet.iter_rows(min_row=HEAD + 1, values_only=True))
        heads, found, totals = rows
        assert totals[1] == "合計（表示中の行）"
        cells = {str(head): cell for head, cell in zip(heads, found, strict=True)}
        return {head: as_day(cell) for head, cell in cells.items() if cell is not None}

    def public(self) -> str:
        """The word on the year's budget that everybody reads, the same in every column."""
        words = {self._said(column, at) for column, at in (("", 0), ("/en", 1))}
        assert len(words) == 1, words
        return words.pop()

    def _said(self, column: str, at: int) -> str:
        with urllib.request.urlopen(f"{self.portal}{column}/subsidy/") as answer:
            page = answer.read().decode()
        said = [word for word, columns in BUDGET_WORDS.items() if columns[at] in page]
        return said[0] if said else ""

    def is_told(self, own: str, now: str) -> None:
        """The person's page says where the application is, and which stage is now."""
        words = story.own_page(self.phone, self.portal, self.whose)
        assert self.phone.locator("main p.state").inner_text() == own, words
        here = self.phone.locator("main ol.order li[aria-current] h3")
        assert "".join(here.all_inner_texts()).removesuffix(" いま") == now, words
        assert not [one for one in story.TELLING if one in self.phone.title()]
        assert self.phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    def mails(self) -> int:
        """Let the worker work; how many mails went out, of which none says anything."""
        self.house.run("-c", WORK, window="worker")
        written = ((path.stat(), path) for path in (self.house.home / "mail").glob("*"))
        every = sorted((at.st_mtime_ns, path) for at, path in written if at.st_size)
        new, self.mailed = every[self.mailed :], len(every)
        for _, path in new:  # a line opened for a mail that waits leaves an empty file
            subject, words = told(path.read_bytes())
            assert subject == f"【{self.city}】お知らせ", (subject, words)
            assert words.strip("-\n") in SAID
        return len(new)


def same(found: object, right: object) -> None:
    """The first is the second; where not, both are shown."""
    assert found == right, f"{found}\n  instead of\n{right}"


NOTHING_BACK = ("返還を求める額", "返還額", "戻入額", "過年度返還", "未収")


def money(year: int, reserved: int, spent: int) -> dict[str, Any]:
    """What the ledger says of the only grant's money, from the decision on; nothing came back."""
    if not reserved and not spent:
        return {}
    sums = {"現在の交付決定額": reserved or spent, "引当額": reserved, "執行額": spent}
    paid = {"支払額": spent, "支払年度": wareki_fiscal_year(year)}
    return {**dict.fromkeys(NOTHING_BACK, 0), **sums, **paid}


def as_day(cell: object) -> object:
    """A cell of the ledger; a day without its hour."""
    return cell.date() if isinstance(cell, datetime) else cell
