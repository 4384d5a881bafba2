"""The ledger says of each grant what its steps say; of what one may not open, only the clear."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

import pytest

from madoguchi.ops.town.bulk import APPLIED, grants
from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.case import LEVELS
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.fairness import Busy, Lane
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases.models import Access
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.corrections import FILED
from madoguchi.work.subsidy.ledger import queries
from madoguchi.work.subsidy.ledger.queries import (
    COLUMNS,
    DAMAGED,
    FILING,
    HIDDEN,
    OPEN,
    TOTALS,
    Ledger,
    barred,
)
from madoguchi.work.subsidy.models import Budget, Grant, Sample, Step
from tests.work.subsidy.filed import YEAR, deny, filed, level, somebody, step
from tests.work.subsidy.granting import opened_year

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back


def read(actor: Actor, now: datetime) -> Ledger:
    """The ledger as the actor reads it."""
    return queries.ledger(actor, AtOffice(actor.office_id), YEAR, now=now)


def paid(grants: list[Grant]) -> Grant:
    """A grant that was paid."""
    return next(grant for grant in grants if grant.state == State.PAID)


def days_after(grant: Grant, days: int) -> date:
    """So many days after it was received."""
    assert grant.received_on
    return grant.received_on + timedelta(days=days)


def test_a_row_holds_every_day_number_and_sum(office: OfficeCard, now: datetime) -> None:
    opened_year(office, YEAR)
    Budget.objects.update(section="3款1項1目18節")
    grants = filed(office, 12, now)
    found = read(somebody(office), now)
    assert [row.number for row in found.rows] == list(range(1, 13))
    assert {row.status for row in found.rows} == {OPEN}
    grant = paid(grants)
    row = found.rows[(grant.number or 0) - 1]
    assert row.grant
    assert (row.grant.id, row.grant.received_on) == (grant.id, grant.received_on)
    n, yen = grant.number, row.cells["decided_yen"]
    assert row.cells == {
        "received_number": f"{n:04}",
        "applied_on": grant.received_on,
        "cost_yen": row.cells["cost_yen"],
        "drafted_on": days_after(grant, 10),
        "decided_on": days_after(grant, 12),
        "decision_class": "delegated",
        "enforced_on": days_after(grant, 13),
        "document_number": f"見人第{n}号の1",
        "binder": "補助金交付",
        "retention_years": "5",
        "section": "3款1項1目18節",
        "disclosure": "partly",
        "decided_yen": yen,
        "commitment_number": f"{n:06}",
        "contract_on": days_after(grant, 20),
        "contract_yen": 2 * int(str(yen)),
        "reported_on": days_after(grant, 35),
        "lawyer_paid_on": days_after(grant, 30),
        "lawyer_paid_yen": 2 * int(str(yen)),
        "fixed_drafted_on": days_after(grant, 38),
        "fixed_on": days_after(grant, 40),
        "fixed_class": "delegated",
        "fixed_enforced_on": days_after(grant, 41),
        "fixed_number": f"見人第{n}号の2",
        "fixed_yen": yen,
        "claimed_on": days_after(grant, 45),
        "creditor_number": "00000001",
        "order_number": f"{n:05}",
        "paid_on": days_after(grant, 60),
        "paid_yen": yen,
        "executed_yen": yen,
        "current_yen": yen,
        **dict.fromkeys(("repay_yen", "repaid_yen", "into_budget_yen"), 0),
        **dict.fromkeys(("past_year_yen", "owed_yen", "reserved_yen"), 0),
        "pays_in": "令和8年度",
    }


@pytest.mark.parametrize("verb", [Verb.DECIDE, Verb.CHANGE, Verb.FIX, Verb.REDUCE, Verb.REVOKE])
def test_of_each_decision_every_day_and_number_has_a_column(verb: Verb) -> None:
    there = {
        column.at[1] for column in COLUMNS if verb in column.verbs and column.at[:1] == (FILING,)
    }
    of_decision = {*FILED, "decision_class"} - {"binder", "drafted_on"}
    assert there >= of_decision
    drafted = Verb.DRAFT if verb is Verb.DECIDE else verb
    assert any(drafted in column.verbs for column in COLUMNS if column.at == (FILING, "drafted_on"))


def test_what_is_not_decided_has_no_budget(office: OfficeCard, now: datetime) -> None:
    opened_year(office, YEAR)
    Budget.objects.update(section="3款1項1目18節")
    filed(office, 1, now, ends=(State.DRAFTED,))
    assert "section" not in read(somebody(office), now).rows[0].cells


def test_the_totals_are_the_sums_of_the_rows(office: OfficeCard, now: datetime) -> None:
    filed(office, 12, now)
    found = read(somebody(office), now)
    for name in TOTALS:
        assert found.totals[name] == sum(int(str(row.cells.get(name, 0))) for row in found.rows)
    assert found.totals["paid_yen"] > 0


def test_every_step_that_changes_something_has_its_columns(
    office: OfficeCard, now: datetime
) -> None:
    grant = paid(filed(office, 4, now))
    on = now.date()
    grant.state = State.DECIDED
    filing = {"decided_on": on.isoformat(), "document_number": "見人第9号"}
    step(grant, Verb.CHANGE, {"was_yen": 2, "amount_yen": 1, "filing": filing}, now)
    grant.state = State.PAID
    step(grant, Verb.REVOKE, {"why": "x", "repay_yen": 5, "filing": filing}, now)
    repaid = {"repaid_on": on.isoformat(), "yen": 4, "into": "revenue"}
    step(grant, Verb.REPAY, repaid, now)
    cells = read(somebody(office), now).rows[(grant.number or 0) - 1].cells
    assert (cells["changed_yen"], cells["changed_number"], cells["changed_on"]) == (
        1,
        "見人第9号",
        on,
    )
    assert (cells["repay_yen"], cells["revoked_on"], cells["revoked_number"]) == (
        5,
        on,
        "見人第9号",
    )
    assert (cells["repaid_yen"], cells["repaid_on"], cells["past_year_yen"]) == (4, on, 4)
    for state, verb, name in (
        (State.RECEIVED, Verb.RETURN, "returned_on"),
        (State.RETURNED, Verb.COMPLETE, "completed_on"),
        (State.RECEIVED, Verb.WITHDRAW, "withdrawn_on"),
        (State.DECIDED, Verb.LAPSE, "lapsed_on"),
    ):
        grant.state = state
        told = {"application": APPLIED.to_json()} if verb is Verb.COMPLETE else {"why": ""}
        step(grant, verb, told, now)
        assert read(somebody(office), now).rows[(grant.number or 0) - 1].cells[name] == on


def test_what_was_sent_back_or_undone_stands_no_more(office: OfficeCard, now: datetime) -> None:
    grant, other = filed(office, 2, now, ends=(State.CLAIMED, State.DRAFTED))
    step(grant, Verb.SEND_BACK, {"why": "口座の番号が読めない"}, now)
    cells = read(somebody(office), now).rows[(grant.number or 0) - 1].cells
    assert "claimed_on" not in cells
    assert "fixed_on" in cells
    step(other, Verb.UNDRAFT, {"why": ""}, now)
    assert "drafted_on" not in read(somebody(office), now).rows[(other.number or 0) - 1].cells


def test_what_was_corrected_stands_as_it_was_corrected(office: OfficeCard, now: datetime) -> None:
    grant = paid(filed(office, 4, now))
    numbers = {row.verb: row.number for row in Step.objects.filter(grant_id=grant.id)}
    fields = {"document_number": "見人第77号", "commitment_number": "7"}
    right = {"step": numbers[Verb.DECIDE], "fields": fields, "why": "誤記"}
    step(grant, Verb.AMEND, right, now)
    paid_on = {"paid_on": "2027-05-31"}
    right = {"step": numbers[Verb.PAY], "fields": paid_on, "why": "誤記"}
    step(grant, Verb.AMEND, right, now)
    cells = read(somebody(office), now).rows[(grant.number or 0) - 1].cells
    assert (cells["document_number"], cells["commitment_number"]) == ("見人第77号", "7")
    assert cells["decided_on"] == days_after(grant, 12)
    assert (cells["paid_on"], cells["order_number"]) == (date(2027, 5, 31), f"{grant.number:05}")


def test_a_row_that_one_may_not_open_is_a_number_and_its_sums_are_in_the_total(
    office: OfficeCard, now: datetime
) -> None:
    grants = filed(office, 12, now)
    officer = somebody(office)
    whole = read(officer, now)
    denied = paid(grants)
    secret = next(one for one in grants if one.state == State.DECIDED)
    deny(officer, denied, now)
    level(secret, "secret")
    found = read(officer, now)
    assert found.totals == whole.totals
    assert found.hidden == 2
    for grant in (denied, secret):
        row = found.rows[(grant.number or 0) - 1]
        assert (row.status, row.cells, row.grant) == (HIDDEN, {}, None)
    assert sum(row.status == OPEN for row in found.rows) == 10


def test_one_line_says_who_read_how_much(office: OfficeCard, now: datetime) -> None:
    grants = filed(office, 5, now)
    officer = somebody(office)
    deny(officer, grants[0], now)
    before = Line.objects.count()
    read(officer, now)
    line = Line.objects.latest("seq")
    assert Line.objects.count() == before + 1
    assert (line.verb, line.staff_id, line.case_id) == ("subsidy.ledger", officer.staff_id, None)
    assert line.told == {"period": str(YEAR), "cases": 5, "hits": 4}
    assert chain.faults(office.id) == []


def test_no_column_names_anybody(office: OfficeCard, now: datetime) -> None:
    filed(office, 2, now, replace(APPLIED, name="カナリア花子", address="カナリア町"))
    found = read(somebody(office), now)
    assert not found.names
    assert "カナリア" not in str([row.cells for row in found.rows])


def test_what_does_not_open_is_said(office: OfficeCard, now: datetime) -> None:
    grants = filed(office, 3, now)
    Step.objects.filter(grant_id=grants[0].id).update(told=b"changed")
    DrawerKey.objects.filter(case_id=grants[1].case_id).delete()
    found = read(somebody(office), now)
    assert [row.status for row in found.rows] == [DAMAGED, DAMAGED, OPEN]
    assert found.damaged == 2
    assert found.rows[0].cells == {}


@REAL
def test_who_reads_no_ledger_finds_nothing(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    filed(office, 1, now)
    for actor in (somebody(office, "counsellor"), somebody(office, "administrator")):
        with pytest.raises(Absent):
            read(actor, now)
    with pytest.raises(Absent):
        queries.ledger(somebody(other_office), AtOffice(office.id), YEAR, now=now)
    assert read(somebody(other_office), now).rows == ()
    assert Line.objects.filter(verb="subsidy.ledger", outcome="absent").count() == 3


def test_who_may_open_is_said_of_many_as_of_each(office: OfficeCard, now: datetime) -> None:
    """Every role, level and access: the ledger's one question and the grant's own agree."""
    grant = filed(office, 1, now)[0]
    roles = ("subsidy_officer", "supervisor", "auditor", "administrator", "counsellor")
    kinds: tuple[tuple[str, ...], ...] = ((), ("assigned",), ("deny",), ("assigned", "deny"))
    seen = set()
    for role, at, access in product(roles, LEVELS, kinds):
        actor = somebody(office, role)
        level(grant, at)
        for kind in access:
            Access.objects.create(
                office_id=office.id,
                case_id=grant.case_id,
                staff_id=actor.colleague,
                kind=kind,
                at=now,
            )
        standing = grant.situation(actor)
        may = rights.may(role, "grant.read", standing)
        if role == "auditor":
            may = standing != "denied"
        assert (grant.case_id not in barred(actor, [grant.case_id])) == may, (role, at, access)
        seen.add((role, may))
    assert {("subsidy_officer", True), ("subsidy_officer", False), ("auditor", True)} <= seen


def test_an_auditor_reads_all_but_what_is_denied(office: OfficeCard, now: datetime) -> None:
    grants = filed(office, 3, now)
    level(grants[0], "secret")
    auditor = somebody(office, "auditor")
    deny(auditor, grants[1], now)
    Sample.objects.create(
        office_id=office.id, grant_id=grants[1].id, staff_id=auditor.colleague, at=now
    )
    assert [row.status for row in read(auditor, now).rows] == [OPEN, HIDDEN, OPEN]


def test_only_the_year_and_the_office_are_in_it(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    filed(office, 2, now)
    filed(other_office, 3, now)
    grants(somebody(office), YEAR - 1, now)
    assert list(queries.years(office.id).items()) == [(YEAR, (2, 0)), (YEAR - 1, (2, 0))]
    found = read(somebody(office), now)
    assert [(row.number, row.status) for row in found.rows] == [(1, OPEN), (2, OPEN)]
    assert {row.grant.fiscal_year for row in found.rows if row.grant} == {YEAR}


def test_who_waits_too_long_is_informed(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LEDGERS", Lane(places=0, patience_s=0.01))
    with pytest.raises(Busy):
        read(somebody(office), now)


def test_a_column_has_one_name() -> None:
    names = [column.name for column in COLUMNS]
    assert len(names) == len(set(names))
