"""One place with the lawyer, from the year's publication to what the desk does on Monday."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests import calendars, pdf
from tests.proof import clinic_story as story
from tests.proof import officer
from tests.proof.clock import TOKYO, Clock, clock
from tests.proof.hands import Hands
from tests.proof.house import House
from tests.proof.opened_paper import made
from tests.proof.paper import paper
from tests.proof.person import Receipt
from tests.proof.site import add_colleague, opened, staffed
from tests.redteam.canaries import writings

type Fresh = Callable[[ViewportSize], Page]

PHONE: ViewportSize = {"width": 320, "height": 640}
SCREEN: ViewportSize = {"width": 1366, "height": 768}
WAS, NOW = date(2026, 10, 17), date(2026, 10, 24)
SAID = ("手続きを受け付けました。", "手続きについて、お知らせがあります。")  # and nothing else
BYSTANDER = "bystander"  # a colleague who has nothing to do with it
WORK = """
from madoguchi.ops.start import django
django("worker")
from madoguchi.ops import checkpoints, worker
from madoguchi.web.kit.arrival import now
worker.sweep(now())
worker.empty()
checkpoints.write(now())
"""
LINES = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.models import Office
assert not chain.faults(Office.objects.get().id)
for line in Line.objects.order_by("seq"):
    print(line.role, line.verb, line.outcome)
"""
ACTS = (
    *(
        "supervisor clinic.lawyer",
        "supervisor clinic.publish",
        "counsellor clinic.confirm_day",
        "consultee clinic.hold",
    ),
    *("consultee clinic.ask", "counsellor clinic.confirm", "counsellor clinic.book"),
    *("supervisor clinic.move_day", "supervisor clinic.agree", "consultee clinic.agree"),
    *("worker clinic.follow", "worker clinic.remind", "counsellor clinic.brief"),
    *("counsellor clinic.pack", "counsellor clinic.sheet", "counsellor clinic.attend"),
    "counsellor clinic.outcome",
)
MOST_PRESSES = {
    "a lawyer on the roster": 2,
    "publish the year": 3,
    "confirm as the second": 4,
    "take and confirm what was asked for": 4,
    "book for who rings": 6,
    "move the day": 3,
    "write down that one keeps the place": 3,
    "write to who wants no call": 3,
    "write the brief": 7,
    "remind by telephone": 3,
    "print the envelopes": 1,
    "print the list of names": 1,
    "say who came": 2,
    "type the outcome": 7,
}
COUNTED = {"用意した枠": "4", "予約": "2", "来所": "1", "来所なし": "1", "未入力": "0"}


@pytest.fixture(scope="module", params=[True, False], ids=["with script", "without"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browsers of the story run scripts."""
    return bool(request.param)


@pytest.fixture(scope="module")
def begin(tmp_path_factory: pytest.TempPathFactory, scripts: bool) -> Clock:  # noqa: FBT001 - one for each
    """The clock of 1 September 2026, a Tuesday."""
    return clock(tmp_path_factory.mktemp("clock") / "now", 2026, 9, 1)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, begin: Clock) -> House:
    """A house of that time."""
    begin.strike(8)
    house = staffed(
        tmp_path_factory.mktemp("clinic") / "home", str(begin.day.date()), begin.variables
    )
    add_colleague(house, BYSTANDER, "counsellor")
    return house


@pytest.fixture(scope="module")
def addresses(here: House) -> Iterator[tuple[str, str]]:
    """Where portal and desk of that house answer."""
    with opened(here, "portal") as portal, opened(here, "desk") as desk:
        yield portal, desk


@pytest.fixture(scope="module")
def fresh(chromium: Browser, scripts: bool) -> Iterator[Fresh]:  # noqa: FBT001 - a fixture
    """A page of a browser of its own, as often as it is asked for."""
    with ExitStack() as open_ones:

        def page(size: ViewportSize) -> Page:
            browser = chromium.new_context(viewport=size, java_script_enabled=scripts)
            one = open_ones.enter_context(browser).new_page()
            one.set_default_timeout(20_000)
            return one

        yield page


@dataclass
class Stage:
    """Where the story plays, what the desk has pressed, how many mails have gone out."""

    house: House
    begin: Clock
    portal: str
    desk: str
    fresh: Fresh
    phone: Page
    folder: Path
    presses: dict[str, int] = field(default_factory=dict)
    mailed: int = 0

    def strike(self, month: int, day: int, hour: int, minute: int = 0) -> None:
        """It is this moment of the year."""
        there = datetime(2026, month, day, tzinfo=TOKYO)
        replace(self.begin, day=there).strike(hour, minute)

    def at_desk(self, role: str) -> Hands:
        """Somebody of this role sits down at the desk."""
        page = self.fresh(SCREEN)
        officer.sign_in(page, self.desk, role)
        return Hands(page, self.presses)

    def mails(self) -> int:
        """Let the worker work; how many mails went out, of which none says anything."""
        self.house.run("-c", WORK, window="worker")
        every = sorted(
            (self.house.home / "mail").glob("*"), key=lambda path: path.stat().st_mtime_ns
        )
        new, self.mailed = every[self.mailed :], len(every)
        for path in new:
            subject, words = told(path.read_bytes())
            assert subject == "【渋川市】お知らせ"
            assert words.strip("-\n") in SAID
        return len(new)


def told(raw: bytes) -> tuple[str, str]:
    """The subject of a mail and its words."""
    mail = message_from_bytes(raw, policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(mail["Subject"]), body.get_content()


def fetched(address: str) -> bytes:
    """What anybody reads there."""
    with urllib.request.urlopen(address) as answer:
        content: bytes = answer.read()
        return content


def announced(stage: Stage, on: date) -> None:
    """The page in three columns, the calendar and the data name the same day."""
    clinic = f"{stage.portal}/clinic/dates"
    for column in ("", "/easy", "/en"):
        stage.phone.goto(f"{stage.portal}{column}/clinic/")
        assert stage.phone.locator(f"time[datetime^='{on}']").count(), column
    assert on in [one.starts.date() for one in calendars.entries(fetched(f"{clinic}.ics"))]
    assert str(on) in json.dumps(json.loads(fetched(f"{clinic}.json")))


def a_place_is_asked_for_and_confirmed(stage: Stage) -> tuple[Receipt, str]:
    """The year is public, somebody asks on a telephone's screen, another one rings."""
    stage.strike(9, 1, 9)
    both = stage.at_desk("supervisor"), stage.at_desk("counsellor")
    story.publish(*both, stage.desk, str(WAS))
    announced(stage, WAS)
    stage.strike(9, 1, 20, 10)
    receipt = story.ask_for_place(stage.phone, stage.portal, str(WAS))
    assert stage.mails() == 1
    stage.strike(9, 2, 9)
    story.confirm(stage.at_desk("counsellor"), stage.desk, receipt.number[-5:])
    assert stage.mails() == 1
    caller = story.book_a_call(stage.at_desk("counsellor"), stage.desk, str(WAS))
    return receipt, caller


def the_day_moves(stage: Stage, receipt: Receipt, caller: str) -> None:
    """It is announced by the same act, each is told by a safe way, both keep their place."""
    stage.strike(10, 1, 10)
    hands = stage.at_desk("supervisor")
    people = story.move(hands, stage.at_desk("counsellor"), stage.desk, str(WAS), str(NOW))
    assert receipt.number[-5:] in people
    assert caller in people
    announced(stage, NOW)
    assert "10月24日" in fetched(f"{stage.portal}/news/rss.xml").decode()
    story.tell_by_telephone(hands)
    assert stage.mails() == 0, "whom the desk has told by telephone gets none"
    story.tell_by_message(stage.at_desk("counsellor"), stage.desk, str(WAS))
    assert stage.mails() == 1
    stage.strike(10, 1, 21)
    assert "日が変わりました" in story.own_page(stage.phone, stage.portal, receipt)
    stage.phone.locator("form[action$='/s/f/l/k/'] button").click()
    stage.phone.wait_for_load_state()
    assert "新しい日時で予約を続けます" in stage.phone.inner_text("main")


def all_is_prepared(stage: Stage, case: str, caller: str) -> None:
    """The brief, the reminder two working days before, everything on paper on Friday."""
    stage.strike(10, 20, 9)
    assert stage.mails() == 0
    story.write_brief(stage.at_desk("counsellor"), stage.desk, case)
    stage.strike(10, 21, 16)
    assert stage.mails() == 0, "not yet"
    stage.strike(10, 22, 9)
    assert stage.mails() == 1
    assert stage.mails() == 0, "once"
    story.ring(stage.at_desk("counsellor"), stage.desk, caller)
    stage.strike(10, 23, 15)
    printed(stage, stage.at_desk("counsellor"))


def printed(stage: Stage, hands: Hands) -> None:
    """One envelope a slot and the list of names, on A4."""
    ready = f"{stage.desk}/clinic/pack/{WAS}/"
    hands.begin("print the envelopes", ready)
    hands.press("form[action$='/print/'] button.button")
    sizes, text = paper(hands.page, "packs", stage.folder)
    assert all(594 < width < 597 and 840 < height < 843 for width, height in sizes), "A4"
    assert len(sizes) == 2 + 2 + 1 + 2, "covers, consultation sheets, a brief, two spare sheets"
    assert story.HAPPENED in text
    hands.begin("print the list of names", ready)
    names = made(hands.page, story.NAMES)
    hands.press(story.NAMES)
    assert pdf.sizes(names) == [(297, 210)], "A4 across"
    for words in (story.NAME, story.CALLER, story.LAWYER, "令和8年10月24日"):
        assert words.replace(" ", "") in pdf.text(names), words


def it_takes_place(stage: Stage, receipt: Receipt) -> None:
    """One comes, one does not; on Monday the outcome sets what the desk does next."""
    stage.strike(10, 24, 10, 40)
    story.say_who_came(stage.at_desk("counsellor"), stage.desk, str(WAS))
    stage.strike(10, 26, 9)
    assert stage.mails() == 0
    then = story.type_outcome(stage.at_desk("counsellor"), stage.desk, receipt.number[-5:])
    assert "2026年10月29日（木） 補助金の使い方を案内する" in then
    assert stage.mails() == 1
    stage.strike(10, 26, 20)
    own = story.own_page(stage.phone, stage.portal, receipt)
    assert story.ADVICE in own
    assert "費用の補助の対象になるかもしれません" in own


@pytest.fixture(scope="module")
def over(
    here: House,
    begin: Clock,
    addresses: tuple[str, str],
    fresh: Fresh,
    tmp_path_factory: pytest.TempPathFactory,
) -> Stage:
    """The whole story, told."""
    paper_to = tmp_path_factory.mktemp("paper")
    stage = Stage(here, begin, *addresses, fresh, fresh(PHONE), paper_to)
    receipt, caller = a_place_is_asked_for_and_confirmed(stage)
    the_day_moves(stage, receipt, caller)
    all_is_prepared(stage, receipt.number[-5:], caller)
    it_takes_place(stage, receipt)
    return stage


def test_an_officer_needs_few_presses_for_each_errand(over: Stage) -> None:
    for errand, count in over.presses.items():
        print(f"clinic: {errand}: {count} presses beyond the text")
    assert over.presses == MOST_PRESSES


def test_every_act_is_a_line_of_the_record_of_acts(over: Stage) -> None:
    lines = over.house.run("-c", LINES).splitlines()
    lacking = [act for act in ACTS if f"{act} done" not in lines]
    assert lacking == []


def test_the_month_counts_who_was_offered_a_place_who_came_and_who_did_not(over: Stage) -> None:
    page = over.at_desk("supervisor").page
    page.goto(f"{over.desk}/reports/2026-10/")
    rows = page.locator("table.tally tbody tr").all()
    counted = {
        row.locator("th").inner_text().strip(): row.locator("td").all_inner_texts() for row in rows
    }
    assert {row: counted[row][1] for row in COUNTED} == COUNTED
    print(f"clinic: days waited: {counted['予約から相談までの日数（平均）']}")


def test_nothing_that_was_said_lies_in_a_file(over: Stage) -> None:
    marks = [(word, raw) for word in story.SECRETS for _, raw in writings(word)]
    folder = over.house.home.parent
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "mail"]
    found = [f"{word}: {path}" for path in files for word, raw in marks if raw in path.read_bytes()]
    assert found == []
    assert any(story.LAWYER.encode() in path.read_bytes() for path in files), "the control"
    assert any(path.suffix == ".log" for path in files)


def test_nobody_else_reads_of_it(over: Stage) -> None:
    page = over.at_desk("auditor").page
    seen = []
    for path in ("/", "/clinic/", f"/clinic/on/{WAS}/", "/audit/"):
        page.goto(over.desk + path)
        seen.append(page.content())
    passer_by = over.fresh(PHONE)
    for path in ("/", "/clinic/", "/news/", "/s/l/"):
        passer_by.goto(over.portal + path)
        seen.append(passer_by.content())
    seen += [fetched(f"{over.portal}/clinic/dates.{kind}").decode() for kind in ("ics", "json")]
    seen.append(fetched(f"{over.portal}/news/rss.xml").decode())
    assert [word for word in story.SECRETS for content in seen if word in content] == []
