"""Who rings, comes or writes becomes a case of who took it in, once, with a receipt."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import receipt
from madoguchi.tools.vault.models import Visit
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice, Wishes
from madoguchi.work.intake.desk.actions import Intake, hand_receipt, show_receipt, take_in
from madoguchi.work.record.actions import Contact
from madoguchi.work.record.queries import entries
from tests.offices import actor_of, make_staff

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks

CALL = Intake(
    channel="phone",
    urgent=False,
    about={"name": "𠮷田 花子", "phone": "0279-00-0000", "phone_digits": "0279000000"},
    wishes=Wishes("no_voicemail"),
    contact=Contact(
        "call", "phone", "in", Outcome.CALL_BACK, "つづきは明日", 12, details={"kinds": ["threat"]}
    ),
)


def taken(
    who: Actor, office: OfficeCard, now: datetime, new: Intake = CALL, idempotency_key: str = "1"
) -> UUID:
    return take_in(who, AtOffice(office.id), office, new, now=now, idempotency_key=idempotency_key)


def test_a_call_becomes_a_case_of_its_taker(office: OfficeCard, now: datetime, who: Actor) -> None:
    opened = queries.open_case(who, taken(who, office, now), now=now)
    assert opened.card.channel == "phone"
    assert opened.card.assignee_id == who.staff_id
    assert opened.card.state == "active"
    assert opened.card.contact == "no_voicemail"
    assert opened.about["name"] == "𠮷田 花子"
    assert [due.kind for due in opened.dues] == ["call"]
    assert opened.card.next_on == now.date() + timedelta(days=1)
    (entry,) = entries(opened)
    assert (entry.kind, entry.staff_id) == ("call", who.staff_id)
    assert entry.words["kinds"] == ["threat"]
    assert (entry.words["minutes"], entry.words["outcome"]) == (12, "call_back")
    assert chain.faults(office.id) == []


def test_a_call_that_ends_there_is_closed(office: OfficeCard, now: datetime, who: Actor) -> None:
    ended = replace(CALL, contact=replace(CALL.contact, outcome=Outcome.ADVISED))
    card = queries.open_case(who, taken(who, office, now, ended), now=now).card
    assert (card.state, card.closing, card.next_on) == ("closed", "advised", None)


def test_the_receipt_waits_for_its_taker_alone(
    office: OfficeCard, now: datetime, who: Actor
) -> None:
    case = queries.find(who, taken(who, office, now))
    told = show_receipt(who, case, now=now)
    assert told is not None
    drawer = receipt.present(office.id, told["number"], told["secret"], "net")
    assert drawer is not None
    assert drawer.case_id == case.id
    colleague = actor_of(make_staff(office, "supervisor", "佐藤", now))
    with pytest.raises(Absent):
        show_receipt(colleague, case, now=now)
    assert show_receipt(who, case, now=now + timedelta(minutes=31)) is None


def test_read_aloud_it_is_shown_no_more(office: OfficeCard, now: datetime, who: Actor) -> None:
    case = queries.find(who, taken(who, office, now))
    hand_receipt(who, case, handed=True, now=now)
    assert show_receipt(who, case, now=now) is None


def test_no_line_and_no_row_holds_the_receipt_in_the_clear(
    office: OfficeCard, now: datetime, who: Actor
) -> None:
    case = queries.find(who, taken(who, office, now))
    told = show_receipt(who, case, now=now)
    assert told is not None
    assert not any(
        told["secret"] in str(line.told) + str(line.seals) for line in Line.objects.all()
    )
    assert not any(told["secret"].encode() in bytes(row.blob) for row in Visit.objects.all())


@pytest.mark.parametrize("role", ["administrator", "auditor", "subsidy_officer", "lawyer"])
def test_others_take_nothing_in(office: OfficeCard, now: datetime, role: str) -> None:
    stranger = actor_of(make_staff(office, role, "西", now))
    with pytest.raises(Absent):
        taken(stranger, office, now)
    assert not Case.objects.exists()


def test_of_another_office_nothing_is_taken_in(
    offices: tuple[OfficeCard, OfficeCard], now: datetime
) -> None:
    stranger = actor_of(make_staff(offices[1], "counsellor", "南", now))
    with pytest.raises(Absent):
        taken(stranger, offices[0], now)
    assert not Case.objects.exists()
