"""What is counted of grants: each on its own day, from the sealed steps, in months that stand."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from madoguchi.rules.figures.granted import GRANT, waited_days
from madoguchi.rules.figures.tally import ALL, ROWS, Sheet
from madoguchi.rules.koyomi.dates import fiscal_year, months_of
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import forget
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.reports import actions, public
from madoguchi.work.reports.queries import people, settled, sheet_of, write
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.models import Step
from tests import looking
from tests.work.reports.day import NEEDS, deny, sheet, somebody
from tests.work.subsidy.filed import filed
from tests.work.subsidy.granting import YEN, opened_year, refused, sent
from tests.work.subsidy.looked import count


def of_grants(found: Sheet) -> dict[str, int]:
    """What a sheet says of grants, its noughts left out."""
    return {
        name: one.times
        for (table, name), one in found.items()
        if table == GRANT and one.times and name not in ("open", "paid_squares")
    }


def this_month(office: OfficeCard, now: datetime) -> Sheet:
    return sheet(somebody(office), now.date().replace(day=1), now)


def test_a_draft_that_nobody_received_is_not_counted(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desk = sent(office, now)
    assert of_grants(this_month(office, now)) == {}
    desk.receive()
    assert of_grants(this_month(office, now)) == {"applied": 1}


def test_a_grant_is_counted_where_it_is_decided_and_paid(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    sent(office, now).until("paid")
    refused(sent(office, now), "subsidy.resident", "subsidy.used_desk")
    found = this_month(office, now)
    assert of_grants(found) == {
        "applied": 2,
        "decided": 1,
        "refused": 1,
        "paid": 1,
        "decided_yen": YEN,
        "paid_yen": YEN,
    }
    assert (waited_days(found, "decision_days"), waited_days(found, "payment_days")) == (0, 0)
    reasons = ("resident", "used_desk", "estimate")
    assert [found["refusal", name].times for name in reasons] == [1, 1, 0]


def test_a_day_that_was_amended_moves_the_count(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desk = sent(office, now).until("received")
    desk.now = now + timedelta(days=10)
    desk.propose()
    desk.decide()
    number = next(step.number for step in desk.opened.steps if step.verb == "decide")
    on = (now.date() + timedelta(days=5)).isoformat()
    amended = granted.Correction(number, {"decided_on": on, "drafted_on": on}, "書き写しの誤り")
    desk.now = now + timedelta(days=40)
    granted.amend(desk.officer, desk.grant, amended, now=desk.now)
    (one,) = count(office.id, fiscal_year(now.date()), desk.now, frozenset()).grants
    assert one.decided_on == now.date() + timedelta(days=5)


def test_a_number_leads_to_the_cases_behind_it(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desk = sent(office, now).until("received")
    months = frozenset({now.date().replace(day=1)})
    who = somebody(office)
    found = people(who, AtOffice(office.id), (GRANT, "applied"), months, NEEDS, now=now)
    assert [card.id for card in found.cards] == [desk.grant.case_id]


def test_a_denied_case_is_in_no_number(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desk = sent(office, now).until("paid")
    who, other = somebody(office), somebody(office)
    case = Case.objects.get(pk=desk.grant.case_id)
    deny(somebody(office, "supervisor"), case, who, now)
    month = now.date().replace(day=1)
    assert of_grants(sheet(who, month, now)) == {}
    assert of_grants(sheet(other, month, now))["paid_yen"] == YEN


def test_what_does_not_open_is_counted_by_what_stands_in_the_clear(
    office: OfficeCard, now: datetime
) -> None:
    opened_year(office)
    desk = sent(office, now).until("decided")
    Step.objects.filter(grant_id=desk.id, verb="decide").update(told=b"x" * 40)
    counted = count(office.id, fiscal_year(now.date()), now, frozenset())
    assert counted.damaged == {desk.grant.case_id}
    assert [one.decided_on for one in counted.grants] == [now.date()]
    assert of_grants(this_month(office, now)) == {"applied": 1, "decided": 1}


def test_what_was_forgotten_is_counted_no_more(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desk = sent(office, now).until("paid")
    forget.destroy_keys(desk.grant.case_id)
    counted = count(office.id, fiscal_year(now.date()), now, frozenset())
    assert (counted.grants, counted.damaged) == ((), frozenset())


def test_another_office_is_not_counted(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    opened_year(office)
    sent(office, now).until("received")
    assert of_grants(this_month(other_office, now)) == {}


def test_a_year_before_the_budget_is_counted_and_not_called_open(
    office: OfficeCard, now: datetime
) -> None:
    sent(office, now).until("received")
    counted = count(office.id, fiscal_year(now.date()), now, frozenset())
    assert (len(counted.grants), counted.granting) == (1, False)
    opened_year(office)
    assert count(office.id, fiscal_year(now.date()), now, frozenset()).granting


def test_one_that_went_on_in_the_next_year_is_counted_there(
    office: OfficeCard, now: datetime
) -> None:
    year = fiscal_year(now.date())
    opened_year(office, year)
    desk = sent(office, now).until("claimed")
    assert count(office.id, year + 1, now, frozenset()).grants == ()
    desk.now = now.replace(year=year + 1, month=5, day=20)
    desk.pay(on=date(year + 1, 5, 20))
    (one,) = count(office.id, year + 1, desk.now, frozenset()).grants
    assert one.paid_on == date(year + 1, 5, 20)


def test_a_settled_month_stands_with_its_grants(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desk = sent(office, now).until("paid")
    later = now + timedelta(days=31)
    head = somebody(office, "supervisor")
    month = now.date().replace(day=1)
    actions.settle(head, office.id, month, NEEDS, now=later, idempotency_key="november")
    forget.destroy_keys(desk.grant.case_id)
    assert of_grants(sheet(somebody(office), month, later))["paid_yen"] == YEN


def test_a_month_that_was_settled_without_the_section_still_opens(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def earlier(found: Sheet) -> dict[str, list[int]]:
        """As a sheet was written before grants were counted."""
        rows = write(found)
        return {name: n for name, n in rows.items() if not name.startswith(("grant", "refusal"))}

    opened_year(office)
    sent(office, now).until("paid")
    later = now + timedelta(days=31)
    month = now.date().replace(day=1)
    monkeypatch.setattr(actions, "write", earlier)
    head = somebody(office, "supervisor")
    actions.settle(head, office.id, month, NEEDS, now=later, idempotency_key="november")
    with looking.inside():
        found = sheet_of(settled(office.id)[month])
    assert set(found) == set(ROWS)
    assert of_grants(found) == {}
    assert found[ALL].persons == 1


def test_the_public_reads_of_the_year_what_tells_nobodys_sum(
    office: OfficeCard, now: datetime
) -> None:
    opened_year(office)
    filed(office, 40, now.replace(month=4, day=1))
    after = now.replace(year=now.year + 1, month=4, day=20)
    head, at = somebody(office, "supervisor"), AtOffice(office.id)
    year = fiscal_year(now.date())
    for month in months_of(year):
        actions.settle(head, office.id, month, NEEDS, now=after, idempotency_key=uuid4().hex)
        actions.publish_month(head, at, month, now=after)
    actions.publish_year(head, at, year, now=after)
    whole, *months = public.copies(office.id)
    assert not any(GRANT in month.tables for month in months)
    told = whole.tables[GRANT]
    assert list(told) == ["applied", "decided", "refused", "paid", "paid_yen"]
    assert (told["applied"], told["refused"]) == (40, 6)
    assert told["paid_yen"] == sum(
        one.paid_yen for one in count(office.id, year, after, frozenset()).grants
    )


def test_queries_do_not_grow_with_the_grants(office: OfficeCard, now: datetime) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connections["default"]) as asked_for:
            counted = count(office.id, fiscal_year(now.date()), now, frozenset())
        assert counted.grants
        return len(asked_for.captured_queries)

    filed(office, 3, now)
    few = cost()
    for _ in range(4):
        sent(office, now).until("received")
    assert cost() == few
