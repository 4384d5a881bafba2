"""One day at the desk, with scripts and without: four people, four doors; what is true at 17:15."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page

from tests.proof import desk_day, officer, person
from tests.proof.clock import Clock, clock
from tests.proof.house import House
from tests.proof.site import add_colleague, opened, staffed

SCREEN = {"width": 1366, "height": 768}
RELATIVE = "relative"  # a colleague who knows the one who walks in
CASES_SEEN = """
import sys
from madoguchi.ops.start import django
django("desk")
from madoguchi.tools.audit.models import Line
from madoguchi.tools.signin.models import Staff
from madoguchi.work.cases.models import Case
names = dict(Staff.objects.values_list("id", "username"))
cases = dict(Case.objects.values_list("id", "short_name"))
for line in Line.objects.filter(case_id__in=cases).order_by("seq"):
    who = names.get(line.staff_id, line.role)
    print(cases[line.case_id], who, line.verb, line.outcome)
"""


@pytest.fixture(scope="module", params=[True, False], ids=["with script", "without"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browsers of the day run scripts."""
    return bool(request.param)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, scripts: bool) -> Clock:  # noqa: FBT001 - a day for each
    """The clock of 1 December 2026, a Tuesday."""
    return clock(tmp_path_factory.mktemp("clock") / "now", 2026, 12, 1)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, day: Clock) -> House:
    """A house of that day, with a colleague more."""
    day.strike(8)
    house = staffed(tmp_path_factory.mktemp("day") / "home", str(day.day.date()), day.variables)
    add_colleague(house, RELATIVE, "counsellor")
    return house


@pytest.fixture(scope="module")
def addresses(here: House) -> Iterator[tuple[str, str]]:
    """Where portal and desk of that day answer."""
    with opened(here, "portal") as portal, opened(here, "desk") as desk:
        yield portal, desk


@pytest.fixture
def fresh(chromium: Browser, scripts: bool) -> Iterator[Callable[[], Page]]:  # noqa: FBT001 - a fixture
    """A page of a browser of its own, as often as it is asked for."""
    with ExitStack() as open_ones:

        def page() -> Page:
            browser = chromium.new_context(viewport=SCREEN, java_script_enabled=scripts)  # type: ignore[arg-type] # a plain dict does
            one = open_ones.enter_context(browser).new_page()
            one.set_default_timeout(20_000)
            return one

        yield page


def seen(house: House) -> list[str]:
    """Who did what to which case, in order."""
    return house.run("-c", CASES_SEEN).splitlines()


def counts(page: Page, desk: str) -> tuple[int, int]:
    """Persons and contacts of this month."""
    page.goto(desk + "/reports/")
    row = page.locator("table.tally tbody tr").first
    persons, contacts, *_ = (int(one) for one in row.locator("td").all_inner_texts())
    return persons, contacts


def test_one_day(
    here: House,
    day: Clock,
    addresses: tuple[str, str],
    fresh: Callable[[], Page],
) -> None:
    portal, desk = addresses

    def at(hour: int, minute: int = 0) -> None:
        """Go on at this hour; who was idle for a quarter of an hour signs in again."""
        day.strike(hour, minute)
        officer.sign_in(office, desk, "counsellor")

    day.strike(8, 10)  # 1: before the desk opens, somebody in danger asks by form
    phone = fresh()
    receipt = person.ask(phone, portal)
    web = receipt.number[-5:]

    office = fresh()
    at(9)
    assert desk_day.listed(office, desk, "today")[0] == web, "danger stands first"

    at(9, 20)  # 2: a call
    call = desk_day.take_call(office, desk)

    at(10)  # 3: a mail that was saved from the mailbox
    mail = desk_day.take_mail(office, desk)

    at(11)  # 4: somebody comes to the counter, whom a colleague knows
    walk_in = desk_day.receive_walk_in(office, desk)
    desk_day.open_from_list(office, desk, walk_in)
    desk_day.hide_from(office, f"見本 {RELATIVE}")

    at(11, 30)  # the one in danger is answered (contact 5)
    desk_day.open_from_list(office, desk, web)
    officer.answer(office)

    at(13)  # the one by mail is answered (6)
    desk_day.open_from_list(office, desk, mail)
    desk_day.answer(office, "写真を見ました。消すよう求める手順をお知らせします。")

    day.strike(13, 30)  # the person reads and writes again (7)
    assert officer.ANSWER in person.read(phone, portal, receipt)
    assert "読みました" in person.write(phone, "読みました")

    at(14)  # the caller is called back (8), referred with consent, the agency answers
    desk_day.open_from_list(office, desk, call)
    desk_day.log(office, "call_out", "referred", "紹介してよいと本人が言った。")
    officer.refer(office)
    at(16)
    desk_day.open_from_list(office, desk, call)
    desk_day.agency_answered(office, "今日中に削除を求めるとの返事。")

    at(16, 30)  # the one who walked in sends a letter (9)
    desk_day.open_from_list(office, desk, walk_in)
    desk_day.log(office, "letter_in", "other", "面談の前に読んでほしいという手紙。", "12/8")

    at(17, 15)
    assert set(desk_day.listed(office, desk, "mine")) == {web, call, mail, walk_in}
    assert desk_day.listed(office, desk, "unassigned") == []
    other = fresh()
    officer.sign_in(other, desk, RELATIVE)
    assert set(desk_day.listed(other, desk, "open")) == {web, call, mail}
    before = seen(here)
    answered = other.goto(desk_day.address(office, desk, walk_in))
    assert answered is not None
    assert answered.status == 404
    assert [line for line in seen(here) if line not in before] == [
        f"{walk_in} {RELATIVE} case.read absent"
    ]
    saw = {tuple(line.split()[:2]) for line in before if line.split()[2:] == ["case.read", "done"]}
    assert saw == {(case, "counsellor") for case in (web, call, mail, walk_in)}
    counsellors = {line.split()[1] for line in before if line.split()[0] == walk_in}
    assert counsellors <= {"counsellor", "worker", "consultee"}
    assert counts(office, desk) == (4, 9)
    assert counts(other, desk) == (3, 7), "to her, the case is not there"
