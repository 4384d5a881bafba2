"""What comes on paper: the desk types it in, and the person reads it as their own."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from madoguchi.rules.decision import Absent
from madoguchi.rules.programme.subsidy import BeforeContract
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.record import actions as record_actions
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.history import current, history
from madoguchi.work.subsidy.models import Grant, Step
from madoguchi.work.subsidy.typing import actions as typing
from tests.redteam.house import Asked, asked_with_file
from tests.web.portal.browsing import holding
from tests.work.cases.awaiting import answered
from tests.work.subsidy.granting import ACCOUNT, APPLIED, LIFE, Desk, opened_year, sent, terms
from tests.work.subsidy.states import TRIES, returned
from tests.work.subsidy.test_reviewing import refused

TIMING = terms(date(2026, 11, 30)).version.timing  # type: ignore[union-attr] # there are rules
assert isinstance(TIMING, BeforeContract)
SURE = replace(TIMING, contract_after="application", contract_after_source="要綱第4条")
pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back


def typed_in(case_id: UUID, who: Actor, now: datetime, on: date | None = None) -> UUID:
    """The application that came on paper, today or on a day."""
    applicant = typing.Applicant(Case.objects.get(pk=case_id))
    paper = typing.PaperApplication(APPLIED, on or now.date(), "渋安収第7号")
    made: UUID = typing.type_in(who, applicant, paper, now=now)
    return made


@pytest.fixture
def officer(office: OfficeCard) -> Actor:
    """A subsidy officer."""
    return Actor(office.id, "subsidy_officer", uuid4())


def test_a_paper_is_received_with_its_year_and_number(
    asked: Asked, officer: Actor, now: datetime
) -> None:
    grant = Grant.objects.get(pk=typed_in(asked.case_id, officer, now, date(2026, 11, 27)))
    assert (grant.state, grant.channel, grant.fiscal_year, grant.number) == (
        *("received", "paper"),
        *(2026, 1),
    )
    assert grant.received_on == date(2026, 11, 27)
    assert grant.sent_at is None


def test_the_person_reads_what_was_typed_in_for_them(
    asked: Asked, office: OfficeCard, officer: Actor, now: datetime
) -> None:
    grant = Grant.objects.get(pk=typed_in(asked.case_id, officer, now))
    drawer = holding(office, (asked.number, asked.secret)).drawer
    assert current(history(grant, drawer)) == APPLIED


def test_a_paper_of_31_march_is_of_the_old_year_whenever_it_is_typed(
    asked: Asked, officer: Actor, now: datetime
) -> None:
    april = now.replace(year=2027, month=4, day=2)
    grant = Grant.objects.get(pk=typed_in(asked.case_id, officer, april, date(2027, 3, 31)))
    assert (grant.fiscal_year, grant.number) == (2026, 1)


def test_one_application_of_a_case_runs_at_a_time(
    office: OfficeCard, officer: Actor, now: datetime
) -> None:
    desk = sent(office, now)
    case_id = desk.grant.case_id
    assert refused(lambda: typed_in(case_id, officer, now))["code"] == "grant.type_in"
    TRIES[Verb.WITHDRAW](desk, desk.officer, now)
    typed_in(case_id, officer, now)
    assert Grant.objects.filter(case_id=case_id).count() == 2


def test_no_paper_comes_from_tomorrow(asked: Asked, officer: Actor, now: datetime) -> None:
    tomorrow = now.date() + timedelta(1)
    found = refused(lambda: typed_in(asked.case_id, officer, now, tomorrow))
    assert found["code"] == "grant.received_on"
    assert not Grant.objects.exists()


def test_no_paper_comes_from_before_there_was_a_subsidy(
    asked: Asked, officer: Actor, now: datetime
) -> None:
    found = refused(lambda: typed_in(asked.case_id, officer, now, date(2024, 3, 31)))
    assert found["code"] == "grant.before_rules"
    assert not Grant.objects.exists()
    typed_in(asked.case_id, officer, now, date(2024, 4, 1))
    assert Grant.objects.exists()


def test_a_paper_with_nobodys_name_takes_no_number(
    asked: Asked, officer: Actor, now: datetime
) -> None:
    applicant = typing.Applicant(Case.objects.get(pk=asked.case_id))
    empty = typing.PaperApplication(Applied(name="　"), now.date())
    found = refused(lambda: typing.type_in(officer, applicant, empty, now=now))
    assert found["code"] == "grant.nameless"
    assert not Grant.objects.exists()
    only_a_name = typing.PaperApplication(Applied(name="例示 花子"), now.date())
    typing.type_in(officer, applicant, only_a_name, now=now)
    assert Grant.objects.get().number == 1, "what else is missing is asked for later"


def test_typed_in_twice_by_one_press_is_one_grant(
    asked: Asked, officer: Actor, now: datetime
) -> None:
    applicant = typing.Applicant(Case.objects.get(pk=asked.case_id))
    told = (officer, applicant, typing.PaperApplication(APPLIED, now.date()))
    first = typing.type_in(*told, now=now, idempotency_key="press")
    assert typing.type_in(*told, now=now, idempotency_key="press") == first
    assert Grant.objects.count() == 1


def test_a_closed_case_is_open_again_for_its_grant(
    asked: Asked, office: OfficeCard, officer: Actor, now: datetime
) -> None:
    counsellor = Actor(office.id, "counsellor", uuid4())
    queries.open_case(counsellor, asked.case_id, now=now)
    cases.take(counsellor, Case.objects.get(), now=now)
    case = Case.objects.get()
    record_actions.close(counsellor, case, "solved", answered(case), now=now)
    typed_in(asked.case_id, officer, now)
    case = Case.objects.get()
    assert (case.state != "closed", case.next_on is not None) == (True, True)
    found = refused(lambda: record_actions.close(counsellor, Case.objects.get(), "solved", now=now))
    assert found["code"] == "grant.open"


@pytest.mark.parametrize("role", ["auditor", "administrator", "lawyer"])
def test_who_has_no_grants_types_none_in(office: OfficeCard, now: datetime, role: str) -> None:
    asked = asked_with_file(office, now)
    with pytest.raises(Absent):
        typed_in(asked.case_id, Actor(office.id, role, uuid4()), now)


def test_a_correction_on_paper_is_the_application_from_then_on(
    office: OfficeCard, now: datetime
) -> None:
    desk = returned(_desk(office, now))
    typing.complete(desk.officer, desk.grant, replace(APPLIED, kana="ヨシダ ハナ"), now=now)
    assert (desk.state, desk.opened.applied.kana) == ("received", "ヨシダ ハナ")


def _desk(office: OfficeCard, now: datetime) -> Desk:
    opened_year(office)
    return sent(office, now)


def test_a_contract_before_the_application_is_written_down_with_what_was_looked_into(
    office: OfficeCard, now: datetime
) -> None:
    desk = _desk(office, now).until("decided")
    told: dict[str, Any] = {"lawyer": "法務 一郎", "yen": 330_000}

    def report(on: date, why: str = "") -> None:
        contracted = typing.ContractReport(on, why=why, timing=TIMING, **told)
        typing.report_contract(desk.officer, desk.grant, contracted, LIFE, now=now)

    yesterday = now.date() - timedelta(1)
    assert refused(lambda: report(yesterday))["code"] == "grant.contract_before"
    assert refused(lambda: report(now.date() + timedelta(1)))["code"] == "grant.contract_on"
    report(yesterday, "契約書を見て、係長と確かめた。")
    kept = desk.step(Verb.CONTRACT)
    assert (kept["before"], kept["words"]) == ("application", "契約書を見て、係長と確かめた。")
    soon = Due.objects.filter(case_id=desk.grant.case_id, kind="grant", done_at__isnull=True)
    assert [due.on for due in soon] == [now.date() + timedelta(7)], "somebody looks at it soon"


@pytest.mark.parametrize(
    ("day", "timing", "before"),
    [(5, TIMING, "decision"), (10, TIMING, ""), (5, SURE, ""), (5, None, "")],
)
def test_a_contract_between_application_and_decision_is_looked_at_as_on_the_persons_page(
    office: OfficeCard, now: datetime, day: int, timing: BeforeContract | None, before: str
) -> None:
    """Shibukawa has not confirmed what the contract has to wait for."""
    received = _desk(office, now).until("received")
    desk = replace(received, now=now + timedelta(days=10)).until("decided")
    told = typing.ContractReport(date(2026, 12, day), "法務 一郎", 330_000, timing=timing)
    typing.report_contract(desk.officer, desk.grant, told, LIFE, now=desk.now)
    assert desk.step(Verb.CONTRACT)["before"] == before


def test_a_contract_and_a_report_name_a_sum(office: OfficeCard, now: datetime) -> None:
    desk = _desk(office, now).until("decided")
    nothing = typing.ContractReport(now.date(), "法務 一郎", 0)
    act = partial(typing.report_contract, desk.officer, desk.grant, nothing, LIFE, now=now)
    assert refused(act)["code"] == "grant.amount"
    desk.contract()
    unpaid = typing.CostReport(now.date() + timedelta(1), 330_000)
    act = partial(typing.report, desk.officer, desk.grant, unpaid, LIFE, now=now)
    assert refused(act)["code"] == "grant.report_paid_on"


def test_what_stays_on_paper_and_what_came_back_is_written_down(
    office: OfficeCard, now: datetime
) -> None:
    desk = _desk(office, now).until("contracted")
    told = typing.CostReport(now.date(), 330_000, {"refunded_yen": 30_000}, ("receipt", "other"))
    typing.report(desk.officer, desk.grant, told, LIFE, now=now)
    kept = desk.step(Verb.REPORT)
    assert (kept["refunded_yen"], kept["kept"], kept["files"]) == (30_000, ["receipt", "other"], [])
    assert "recovered_yen" not in kept


def test_the_account_lies_where_the_person_reads_it_and_in_no_text(
    office: OfficeCard, now: datetime
) -> None:
    desk = _desk(office, now).until("claimed")
    assert desk.step(Verb.CLAIM)["account"]["number"] == ACCOUNT.number
    assert Step.objects.get(verb="claim").drawer == "shared"
    assert ACCOUNT.number not in repr(typing.Claim(ACCOUNT))


def test_the_case_has_one_day_for_its_grant(asked: Asked, officer: Actor, now: datetime) -> None:
    typed_in(asked.case_id, officer, now)
    (due,) = Due.objects.filter(kind="grant", done_at__isnull=True)
    assert due.on == now.date() + timedelta(days=7)
