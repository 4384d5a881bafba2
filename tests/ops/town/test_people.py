"""The invented people: nobody can be rung up, every step is known, every kind of case is there."""

import re
from datetime import date

import pytest

from madoguchi.ops.town import person
from madoguchi.ops.town.colleague import DOORS
from madoguchi.ops.town.demo import WAYS
from madoguchi.ops.town.people import FILE, Story, people
from madoguchi.ops.town.person import STEPS
from madoguchi.rules.programme.load import programme
from madoguchi.rules.steps.case import CLOSING_REASONS, LEVELS
from madoguchi.rules.steps.outcome import Outcome, Result
from madoguchi.web.desk.phone.sheet import SHEET, check_sheet
from madoguchi.web.portal.book import booking
from madoguchi.web.portal.consult.steps import unready

TOLD = people()
DESK = programme("shibukawa").desk
CLINIC = programme("shibukawa").clinic
ACTS = {
    "safe",
    "take",
    "answer",
    "note",
    "log",
    "refer",
    "book",
    "confirm",
    "plan",
    "close",
    "reopen",
    "level",
    "deny",
}


def codes(do: str) -> set[str]:
    return {step.code for story in TOLD.stories for step in story.then if step.do == do}


def test_numbers_and_addresses_belong_to_nobody() -> None:
    words = FILE.read_text("utf-8")
    numbers = re.findall(r"\d{2,4}-\d{2,4}-\d{3,4}", words)
    assert numbers
    assert all(re.fullmatch(r"0279-00-00\d\d", number) for number in numbers)
    assert all(address == "example.jp" for address in re.findall(r"@([\w.]+)", words))


@pytest.mark.parametrize("story", TOLD.stories, ids=lambda story: str(story.ago))
def test_the_form_takes_every_story(story: Story) -> None:
    if story.door in DOORS:
        assert check_sheet(SHEET.check(story.answers), date(2026, 4, 1)).ok
        assert story.by in {one.username for one in TOLD.staff if one.role == "counsellor"}
    elif story.door == "clinic":
        assert CLINIC
        assert booking.unready(booking.NEW, story.answers, CLINIC, DESK) is None
    else:
        assert unready(story.answers, DESK) is None
    assert all(0 <= step.day <= story.ago for step in story.then)
    days = [step.day for step in story.then]
    assert days == sorted(days)


def test_every_kind_of_case_is_there() -> None:
    steps = [step for story in TOLD.stories for step in story.then]
    assert {step.do for step in steps} == ACTS | set(STEPS)
    assert codes("close") == set(CLOSING_REASONS)
    assert codes("level") == set(LEVELS) - {"normal"}
    assert codes("refer") <= {agency.id for agency in programme("shibukawa").directory}
    assert any(story.tell.get("danger") == "yes" and not story.then for story in TOLD.stories)
    assert {story.door for story in TOLD.stories} == {*WAYS, *DOORS}
    assert codes("log") <= set(Outcome)
    assert sum(story.shown for story in TOLD.stories) == 1
    assert sorted({one.role for one in TOLD.staff}) == [
        "administrator",
        "auditor",
        "counsellor",
        "deputy",
        "subsidy_officer",
        "supervisor",
    ]


def test_a_place_of_the_clinic_is_given_once() -> None:
    seats = [story.seat for story in TOLD.stories if story.seat]
    places = [(seat.day, seat.number) for seat in seats if seat.number]
    places += [("coming", story.slot) for story in TOLD.stories if story.slot]
    assert len(places) == len(set(places))
    assert {number for day, number in places if day == "coming"} == {1, 2, 3}, "one more is kept"
    assert [seat.day for seat in seats if not seat.number] == ["coming"], (
        "who waits, for what is full"
    )
    assert {seat.came for seat in seats if seat.day == "over"} == {"came", "absent"}
    assert all(Result(one) for seat in seats for one in seat.results)


def test_a_grant_goes_its_way_and_the_payment_is_another_colleagues() -> None:
    """Each of the six stands somewhere else; the desk's steps have a name, the person's none."""
    stories = [story for story in TOLD.stories if story.grant]
    roles = {one.username: one.role for one in TOLD.staff}
    ends = set()
    for story in stories:
        assert story.grant
        steps = story.grant.then
        days = [step.day for step in steps]
        assert days == sorted(days)
        assert days[-1] <= story.ago
        assert steps[0].do in ("apply", "type_in")
        assert all((step.do in person.APPLICANT_STEPS) != bool(step.by) for step in steps)
        by = {step.do: roles[step.by] for step in steps if step.by}
        assert by.get("pay") == ("supervisor" if "pay" in by else None)
        ends.add(steps[-1].do)
    assert ends == {"apply", "return", "draft", "decide", "claim", "pay"}
    names = {step.code for story in stories for step in story.then if step.do == "level"}
    assert "secret" not in names, "the officer may not know of such a case"
