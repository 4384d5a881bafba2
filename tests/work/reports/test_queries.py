"""What the sheet counts, for whom, and that no denied case is in any of its numbers."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from madoguchi.rules.decision import Absent
from madoguchi.rules.figures.tally import AGES, ALL, KINDS, UNHEARD, WAYS, Count
from madoguchi.rules.koyomi.dates import months_of
from madoguchi.tools.act.action import action
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import forget
from madoguchi.web.kit import answers
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.record import actions as record
from madoguchi.work.record.models import Entry
from madoguchi.work.record.public import write
from madoguchi.work.referrals import actions as referrals
from madoguchi.work.referrals.public import Summary
from madoguchi.work.reports import queries
from madoguchi.work.reports.queries import month_before
from tests import looking
from tests.web.desk.colleagues import asked
from tests.work.reports.day import NEEDS, again, came, deny, sheet, somebody

NOVEMBER = date(2026, 11, 1)


@action("case.note")
def correct(actor: Actor, case: Case, *, now: datetime) -> None:
    """Write the call anew, as a correction does."""
    _, staff = looking.drawers(case.office_id, case.id)
    earlier = Entry.objects.get(case_id=case.pk, kind="call")
    words = staff.open("entry", earlier.id, earlier.words)
    write(staff, "call", {**words, "corrects": str(earlier.id)}, staff_id=actor.staff_id, now=now)


def people(actor: Actor, table: str, name: str, now: datetime) -> queries.People:
    at = AtOffice(actor.office_id)
    return queries.people(actor, at, (table, name), frozenset({NOVEMBER}), NEEDS, now=now)


@pytest.fixture
def who(office: OfficeCard) -> Actor:
    return somebody(office)


def test_a_day_of_four_doors_counts_four_persons_and_nine_contacts(
    who: Actor, office: OfficeCard, now: datetime
) -> None:
    call = came(who, office, "phone", now, age=34, kinds=["insult", "threat"])
    came(who, office, "counter", now, "referred", age_band="65_up")
    mail = came(who, office, "mail", now)
    web = asked(office, now, about={"age_band": "no_answer"}, kinds=["lie"])
    opening.open_case(who, web.id, now=now)
    cases.take(who, Case.objects.get(pk=web.pk), now=now)
    record.answer(who, Case.objects.get(pk=web.pk), "読みました", now.date(), now=now)
    again(who, call, "call", now, "no_answer_1")
    again(who, call, "call", now, "referred")
    given = referrals.NewReferral("houterasu", referrals.Consent("told_only"), now.date())
    referrals.refer(who, Case.objects.get(pk=call.pk), given, now=now)
    again(who, mail, "letter", now)
    again(who, web, "call", now)
    record.note(who, Case.objects.get(pk=call.pk), "内部のこと", now=now)
    counted = sheet(who, NOVEMBER, now)
    assert counted[ALL] == Count(persons=4, first=4, times=9)
    ways = {name: counted["way", name].times for name in WAYS}
    assert ways == {"phone": 4, "counter": 1, "web": 2, "mail": 1, "letter": 1, "fax": 0}
    ages = {name: counted["age", name].persons for name in ("30_39", "65_up", "no_answer")}
    assert ages == {"30_39": 1, "65_up": 1, "no_answer": 1}
    assert counted["age", "unheard"].persons == 1
    kinds = ("insult", "threat", "lie", "unheard")
    assert [counted["kind", name].persons for name in kinds] == [1, 1, 1, 2]
    assert counted["outcome", "referred"] == Count(persons=2, first=2, times=2)
    assert counted["referral", "cost"] == Count(persons=1, first=1, times=1)
    assert counted["outcome", "no_answer_1"].times == 1
    assert counted["outcome", "unheard"].times == 2


def test_who_came_last_month_and_was_written_down_this_month_is_new_once(
    who: Actor, office: OfficeCard, now: datetime
) -> None:
    """A question of 31 October that becomes a case in November, say."""
    case = came(who, office, "phone", now)
    again(who, case, "call", now, happened_at=now.replace(month=10, day=31))
    of = {month: sheet(who, date(2026, month, 1), now) for month in (10, 11)}
    new = {month: counted["course", "new"].persons for month, counted in of.items()}
    assert new == {10: 1, 11: 0}
    assert of[11]["course", "this_year"].persons == 1
    assert of[10][ALL].first + of[11][ALL].first == 1


def test_a_request_that_nobody_opened_yet_is_counted(office: OfficeCard, now: datetime) -> None:
    asked(office, now, kinds=["lie"])
    counted = sheet(somebody(office), NOVEMBER, now)
    assert counted[ALL].persons == counted["way", "web"].times == 1
    assert counted["kind", "unheard"].persons == 1


def test_a_correction_is_no_contact(who: Actor, office: OfficeCard, now: datetime) -> None:
    case = came(who, office, "phone", now)
    correct(who, Case.objects.get(pk=case.pk), now=now)
    assert sheet(who, NOVEMBER, now)[ALL].times == 1


def test_what_was_heard_later_counts(who: Actor, office: OfficeCard, now: datetime) -> None:
    case = came(who, office, "phone", now, kinds=["lie"])
    heard = {"age": 70, "kinds": ["threat"]}
    record.add_details(who, Case.objects.get(pk=case.pk), heard, now=now)
    counted = sheet(who, NOVEMBER, now)
    assert [counted["kind", name].persons for name in ("lie", "threat")] == [0, 1]
    assert counted["age", "65_up"].persons == counted[ALL].times == 1


def test_rows_are_those_of_the_questions() -> None:
    assert (*answers.KINDS, UNHEARD) == KINDS
    assert (*answers.AGE_BANDS, UNHEARD) == AGES


def test_a_contact_counts_on_the_day_it_was(office: OfficeCard, now: datetime) -> None:
    who, october = somebody(office), now - timedelta(days=40)
    case = came(who, office, "phone", now)
    again(who, case, "call", now, happened_at=october)
    assert sheet(who, NOVEMBER, now)[ALL].times == 1
    assert sheet(who, date(2026, 10, 1), now)[ALL].times == 1


def test_a_referral_counts_when_it_is_given(who: Actor, office: OfficeCard, now: datetime) -> None:
    case = came(who, office, "phone", now)
    for agency, consent in (("houterasu", "told_only"), ("gone_since", "told_only")):
        new = referrals.NewReferral(agency, referrals.Consent(consent), now.date())
        referrals.refer(who, Case.objects.get(pk=case.pk), new, now=now)
    asks = referrals.NewReferral(
        "houterasu", referrals.Consent("person"), now.date(), Summary(told="相談の要点")
    )
    referrals.refer(who, Case.objects.get(pk=case.pk), asks, now=now)
    counted = sheet(who, NOVEMBER, now)
    assert counted["referral", "cost"] == counted["referral", "unknown"] == Count(1, 1, 1)
    assert counted[ALL].times == 1


def test_for_who_is_denied_a_case_it_is_in_no_number(office: OfficeCard, now: datetime) -> None:
    taker, other = somebody(office), somebody(office)
    came(taker, office, "counter", now, age=20)
    empty = sheet(other, NOVEMBER, now)
    denied = came(taker, office, "phone", now, age=34, kinds=["threat"])
    assert sheet(other, NOVEMBER, now)[ALL].persons == 2
    deny(taker, denied, other, now)
    assert sheet(other, NOVEMBER, now) == empty
    assert sheet(taker, NOVEMBER, now)[ALL].persons == 2
    assert people(other, "way", "phone", now) == queries.People((), 0, more=False)
    assert len(people(taker, "way", "phone", now).cards) == 1


def test_a_hidden_level_is_counted_and_not_listed(office: OfficeCard, now: datetime) -> None:
    taker, other = somebody(office), somebody(office)
    secret = came(taker, office, "phone", now)
    came(taker, office, "phone", now)
    cases.set_level(taker, Case.objects.get(pk=secret.pk), "secret", now=now)
    assert sheet(other, NOVEMBER, now)["way", "phone"].persons == 2
    listed = people(other, "way", "phone", now)
    assert (len(listed.cards), listed.others) == (1, 1)
    assert secret.pk not in {card.id for card in listed.cards}
    assert people(taker, "way", "phone", now).others == 0


def test_what_was_forgotten_is_counted_no_more(office: OfficeCard, now: datetime) -> None:
    who = somebody(office)
    case = came(who, office, "phone", now)
    forget.destroy_keys(case.pk)
    assert sheet(who, NOVEMBER, now)[ALL].times == 0


@pytest.mark.parametrize("role", ["administrator", "auditor", "lawyer", "subsidy_officer"])
@pytest.mark.django_db(databases="__all__", transaction=True)
def test_who_has_no_part_in_cases_counts_nothing(
    office: OfficeCard, now: datetime, role: str
) -> None:
    with pytest.raises(Absent):
        sheet(somebody(office, role), NOVEMBER, now)
    with pytest.raises(Absent):
        people(somebody(office, role), "way", "phone", now)
    assert list(Line.objects.values_list("outcome", flat=True)) == ["absent", "absent"]


def test_another_office_is_not_counted(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    came(somebody(office), office, "phone", now)
    assert sheet(somebody(other_office), NOVEMBER, now)[ALL].times == 0


def test_one_line_says_how_many_and_nothing_else(office: OfficeCard, now: datetime) -> None:
    who = somebody(office)
    came(who, office, "phone", now, age=34)
    before = Line.objects.count()
    sheet(who, NOVEMBER, now)
    people(who, "age", "30_39", now)
    read, listed = Line.objects.order_by("seq")[before:]
    assert (read.verb, read.case_id) == ("report.read", None)
    assert read.told == {"period": "2026-11", "cases": 1, "hits": 1, "damaged": 0}
    assert listed.told == {"table": "age", "cases": 1, "hits": 1}


def test_a_damaged_value_is_said_and_the_contact_still_counted(
    who: Actor, office: OfficeCard, now: datetime
) -> None:
    case = came(who, office, "phone", now)
    Entry.objects.filter(case_id=case.pk, kind="call").update(words=b"x" * 40)
    read = queries.month(who, AtOffice(office.id), NOVEMBER, NEEDS, now=now)
    assert (read.damaged, read.sheet[ALL].times) == (1, 1)


def test_the_month_before_stands_beside_it(who: Actor, office: OfficeCard, now: datetime) -> None:
    came(who, office, "phone", now - timedelta(days=31))
    came(who, office, "phone", now)
    read = queries.month(who, AtOffice(office.id), NOVEMBER, NEEDS, now=now)
    assert read.before is not None
    assert (read.before[ALL].persons, read.sheet[ALL].persons) == (1, 1)
    assert read.year_ago is None
    year = queries.year(who, AtOffice(office.id), 2026, NEEDS, now=now)
    assert (year.sheet[ALL].persons, year.settled_at) == (2, None)


def test_queries_do_not_grow_with_the_cases(who: Actor, office: OfficeCard, now: datetime) -> None:

    def cost() -> int:
        with CaptureQueriesContext(connections["default"]) as asked_for:
            sheet(who, NOVEMBER, now)
        return len(asked_for.captured_queries)

    came(who, office, "phone", now)
    one = cost()
    for _ in range(4):
        came(who, office, "phone", now)
    assert cost() == one


def test_months_of_a_fiscal_year() -> None:
    assert months_of(2026)[0] == date(2026, 4, 1)
    assert months_of(2026)[-1] == date(2027, 3, 1)
    assert len(months_of(2026)) == 12
    assert month_before(date(2027, 1, 1)) == date(2026, 12, 1)
    assert month_before(NOVEMBER) == date(2026, 10, 1)
