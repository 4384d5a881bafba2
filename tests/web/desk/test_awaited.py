"""What the person waits for stays on the list until an answer reached them, or an officer says."""

from datetime import date, datetime

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import public
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import Wishes
from tests.answers import squeezed
from tests.web.desk.colleagues import asked, do

pytestmark = pytest.mark.usefixtures("stopped")
WROTE = date(2026, 11, 30)
KINDS = ("first_answer", "answer")
VAIN = {"log_how": "call_out", "log_text": "", "log_outcome": "no_answer_1"}
LETTER = {"log_how": "letter_in", "log_text": "別件の資料", "log_outcome": "waiting_person"}
TALK = {"log_how": "call_out", "log_text": "話した", "log_outcome": "waiting_person"}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def case(kind: str, office: OfficeCard, now: datetime, browser: Client) -> Case:
    """A case whose person waits for the first answer, or for one to what they wrote since."""
    found = asked(office, now, wishes=Wishes("phone"))
    assert do(browser, found, "take").status_code == 303
    if kind == "answer":
        typed = {"answer_text": "答え", "answer_days": "5"}
        assert do(browser, found, "answer", **typed).status_code == 303
        public.desks_turn(found, WROTE, "answer", now)
    return found


def days(case: Case, kind: str) -> list[str]:
    rows = Due.objects.filter(case_id=case.pk, kind=kind, done_at=None).order_by("on")
    return [on.isoformat() for on in rows.values_list("on", flat=True)]


def how(case: Case, kind: str, chosen: str, **more: str) -> dict[str, str]:
    one = Due.objects.get(case_id=case.pk, kind=kind, done_at=None).pk.hex
    return {f"how_{one}": chosen, **{f"{part}_{one}": words for part, words in more.items()}}


def page(browser: Client, case: Case) -> str:
    return squeezed(browser.get(f"/cases/{case.pk}/"))


def test_a_call_in_vain_moves_it_to_the_next_try(kind: str, case: Case, browser: Client) -> None:
    assert do(browser, case, "log", **VAIN).status_code == 303
    assert days(case, kind) == days(case, "call") == ["2026-12-01"]
    name = {"answer": "届いた連絡に返事をする", "first_answer": "最初に読んで返事をする"}[kind]
    assert f"約束の日を移した：{name}" in page(browser, case)


@pytest.mark.parametrize(("outcome", "left"), [("call_back", 1), ("waiting_person", 0)])
def test_a_talk_answers_it_unless_the_desk_calls_back(
    outcome: str, left: int, kind: str, case: Case, browser: Client
) -> None:
    assert do(browser, case, "log", **{**TALK, "log_outcome": outcome}).status_code == 303
    assert len(days(case, kind)) == left
    assert ("約束を果たした" in page(browser, case)) is not bool(left)


def test_a_reply_answers_it(kind: str, case: Case, browser: Client) -> None:
    assert do(browser, case, "answer", answer_text="答え", answer_days="5").status_code == 303
    assert days(case, kind) == []


def test_a_letter_leaves_it_and_asks(kind: str, case: Case, browser: Client) -> None:
    assert "まだ返事をしていない" in page(browser, case)
    assert do(browser, case, "log", **LETTER).status_code == 303
    assert days(case, kind) == ["2026-11-30"]
    case.refresh_from_db()
    assert (case.state, case.next_on) == ("active", WROTE), "the desk's turn, not the person's"
    assert do(browser, case, "log", **LETTER, **how(case, kind, "kept")).status_code == 303
    assert days(case, kind) == []
    case.refresh_from_db()
    assert case.state == "waiting"


def test_what_the_officer_says_of_it_counts(kind: str, case: Case, browser: Client) -> None:
    said = how(case, kind, "stands")
    assert do(browser, case, "log", **TALK, **said).status_code == 303
    assert days(case, kind) == ["2026-11-30"]
    said = how(case, kind, "dropped", why="本人が来庁した")
    assert do(browser, case, "settle", **said).status_code == 303
    assert days(case, kind) == []
