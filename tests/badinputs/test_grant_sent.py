"""B1, B5, B10, B14, B17 where a person applies: nothing that they typed is lost."""

import html
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import store
from madoguchi.work.cases import jobs
from madoguchi.work.evidence import public as evidence
from madoguchi.work.subsidy.models import Grant, Step
from tests.answers import squeezed
from tests.badinputs.ends import open_desk
from tests.conftest import TOKYO
from tests.web.desk.granted import Seat, seat
from tests.web.portal import applying, browsing, granting, own_page
from tests.web.portal.applying import PAPERS, PERSON, PROMISE
from tests.web.portal.saturdays import Clock

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
YEARS_END = datetime(2027, 3, 31, 23, 59, 59, tzinfo=TOKYO)
MORE = {"state": "paid", "status": "decided", "amount_yen": "9,999,999", "office_id": "2"}
BANK = {
    "bank": "bank",
    "bank_name": "群馬みらい銀行",
    "branch_name": "渋川支店",
    "bank_code": "",
    "branch_code": "012",
    "account_kind": "ordinary",
    "account_number": "7654321",
    "holder_kana": "ﾖｼﾀﾞ ﾊﾅｺ",
}
SKIPPED: dict[str, dict[str, Any]] = {
    "a/": {"answer_words": "先に書いた答え"},
    "r/": {"receipt_on": ["2026", "11", "30"], "paid_yen": "123,456", "receipt_bring": "yes"},
    "q/": BANK,
    "q/check/": {},
    "x/": {"withdraw_words": "やめる理由"},
}


def said(portal: Client, path: str) -> str:
    return html.unescape(squeezed(portal.get(path)))


def at_desk(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> Seat:
    """The officer at the page of the one grant that there is."""
    open_desk(settings)
    grant: Any = Grant.objects.get()
    jobs.adopt(grant.case_id, now=now)
    return seat(office, now, monkeypatch, desk=grant)


def test_b01_a_claim_takes_its_own_fields_only(
    portal: Client, office: OfficeCard, clock: Clock
) -> None:
    one = granting.come(portal, office, clock, "fixed")
    own_page.send(portal, "q/", **BANK, **MORE)
    own_page.send(portal, "q/check/", **MORE, number="1111111")
    row = Grant.objects.get()
    assert (row.state, row.office_id) == ("claimed", office.id)
    step = one.own.last(Verb.CLAIM)
    assert step is not None
    assert not set(MORE) & (set(step.details) | set(step.details["account"]))
    assert step.details["account"]["number"] == "7654321"


@pytest.mark.parametrize("number", range(1, 7))
def test_b05_any_task_may_come_first_and_sends_nothing(
    portal: Client, clock: Clock, number: int
) -> None:
    applying.come(portal)
    first = applying.hidden(portal, 1)
    answer = portal.post(f"/s/h/{number}/", {**first, **applying.TASKS[number]})
    assert answer.status_code == (409 if number == 6 else 303)
    assert not Grant.objects.exists()


@pytest.mark.parametrize("what", sorted(SKIPPED))
def test_b05_what_is_not_ones_turn_is_not_done_and_not_lost(
    portal: Client, office: OfficeCard, clock: Clock, what: str
) -> None:
    one = granting.come(portal, office, clock, "decided")
    steps = Step.objects.count()
    answer = own_page.send(portal, what, own_page.page(portal, "c/"), **SKIPPED[what])
    assert one.own.state is State.DECIDED
    assert Step.objects.count() == steps
    if what.startswith("q/"):  # the account waits in the visit
        last = portal.get(answer["Location"], follow=True)
        assert "その手続きは、いまの段階ではありません" in squeezed(last)
        return
    assert answer.status_code == 409
    for words in SKIPPED[what].values():
        if isinstance(words, str) and words != "yes":
            assert words in html.unescape(squeezed(answer)), words


@pytest.mark.parametrize("again", [0, 2])
def test_b10_sent_at_the_years_last_second_and_acknowledged_in_the_next(
    portal: Client,
    office: OfficeCard,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    again: int,
) -> None:
    """The press of the old year stays, however often it is repeated in the new one."""
    clock.now = YEARS_END - timedelta(minutes=5)
    applying.come(portal)
    applying.write(portal, contract_on=["", "", ""])
    hidden = applying.hidden(portal, 6)
    clock.now = YEARS_END
    assert portal.post("/s/h/6/", {**hidden, **PROMISE})["Location"] == "/s/h/sent/"
    clock.now = YEARS_END + timedelta(seconds=2)
    for _ in range(again):
        assert portal.post("/s/h/6/", {**hidden, **PROMISE})["Location"] == "/s/h/sent/"
    row = Grant.objects.get()
    assert (row.sent_at, Step.objects.count()) == (YEARS_END, 1)
    shown = said(portal, "/s/h/sent/")
    assert "申請の日は、窓口が書類を受け取った日です" in shown  # nobody is left believing otherwise
    monday = YEARS_END + timedelta(hours=10)
    here = at_desk(office, monday, monkeypatch, settings)
    here.done("receive")
    row = Grant.objects.get()
    assert (str(row.received_on), row.fiscal_year, row.number) == ("2027-04-01", 2027, 1)
    page = here.page()
    assert "2027年3月31日" in page  # both days are before the officer
    assert "2027年4月1日" in page


def test_b14_of_a_minor_whose_guardian_is_the_other_party_nobody_is_informed(
    portal: Client,
    office: OfficeCard,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    applying.come(portal)
    applying.write(portal)
    applying.answer(portal, 1, **{**PERSON, "by": "minor", "guardian_is_other": "yes"})
    assert "保護者に連絡する前に、あなたに確かめます" in said(portal, "/s/h/1/")
    assert applying.send(portal)["Location"] == "/s/h/sent/"
    page = at_desk(office, clock.now, monkeypatch, settings).page()
    assert "申請の日に18歳未満で、法定代理人が相手方です" in page
    assert "連絡や郵送をしないでください" in page


def test_b14_one_receipt_has_one_application_at_a_time(
    portal: Client, office: OfficeCard, clock: Clock
) -> None:
    granting.come(portal, office, clock, "received")
    assert portal.get("/s/h/")["Location"] == own_page.ADDRESS
    hidden = {"case": browsing.mark(portal), "revision": "0", "token": "x"}
    for number in (1, 6):
        answer = portal.post(f"/s/h/{number}/", {**hidden, **applying.TASKS[number]})
        assert answer.status_code in (303, 409)
    assert Grant.objects.count() == 1
    assert "もうお預かりしています" in said(portal, "/s/h/grant/")


def test_b17_without_a_name_the_task_says_that_it_is_needed(portal: Client, clock: Clock) -> None:
    """A request needs none; its receipt opens all the same."""
    browsing.begin(portal)
    browsing.answer(portal, "danger", danger="no_answer", who="no_answer")
    browsing.answer(portal, "contact", contact_rule="wait", finish="1")
    browsing.open_receipt(portal, *browsing.receipt(portal))
    answer = applying.answer(portal, 1, **PERSON)
    shown = html.unescape(squeezed(answer))
    assert answer.status_code == 422
    assert "氏名" in shown[shown.index("エラー") :]
    assert 'value="渋川市石原80番地"' in shown
    assert 'value="渋川市石原80番地"' in said(portal, "/s/h/1/")
    for number in range(2, 6):
        applying.answer(portal, number, **applying.TASKS[number])
    assert portal.get("/s/h/6/").status_code == 409
    assert not Grant.objects.exists()


def test_a_file_that_vanished_after_sending_is_said_at_the_desk(
    portal: Client,
    office: OfficeCard,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    pair = applying.come(portal, files=[browsing.file("gamen.jpg")])
    (file,) = evidence.readable(browsing.holding(office, pair).drawer)
    applying.write(portal)
    typed = {**PAPERS, "screens_brought": [], "screen_files": [str(file.id)]}
    assert applying.answer(portal, 4, **typed).status_code == 303
    assert applying.send(portal)["Location"] == "/s/h/sent/"
    store.delete(file.id)
    here = at_desk(office, clock.now, monkeypatch, settings)
    assert "gamen.jpg" in here.page()
    answer = here.browser.post(f"{here.path}files/{file.id}/")
    assert answer.status_code == 410
    assert "システム管理者と監査の担当にお知らせください" in squeezed(answer)
    here.done("receive")  # nothing else waits for it
