"""A settled month stands, outlives its cases, and is all that the public copy is made from."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from madoguchi.ops.soundness import findings
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.figures.tally import ALL
from madoguchi.rules.koyomi.dates import months_of
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import jobs
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.reports import actions, public, queries
from madoguchi.work.reports.models import Published, Settled
from tests.work.reports.day import NEEDS, again, came, deny, sheet, somebody

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks


def settle(actor: Actor, month: date, now: datetime) -> UUID:
    return actions.settle(
        actor, actor.office_id, month, NEEDS, now=now, idempotency_key=uuid4().hex
    )


def publish(actor: Actor, month: date, now: datetime) -> UUID:
    return actions.publish_month(actor, AtOffice(actor.office_id), month, now=now)


def test_a_settled_month_stands_whatever_comes_later(office: OfficeCard, now: datetime) -> None:
    who, head, then = somebody(office), somebody(office, "supervisor"), now - timedelta(days=40)
    case = came(who, office, "phone", then, age=30)
    stood = sheet(who, OCTOBER, now)
    settle(head, OCTOBER, now)
    again(who, case, "call", now, happened_at=then)
    assert sheet(who, OCTOBER, now) == stood
    jobs.destroy(Actor(office.id, "worker"), Case.objects.get(pk=case.pk), now=now)
    assert sheet(who, OCTOBER, now) == stood
    read = queries.month(who, AtOffice(office.id), OCTOBER, NEEDS, now=now)
    assert read.settled_at == now
    assert queries.month(who, AtOffice(office.id), NOVEMBER, NEEDS, now=now).before == stood
    assert findings(Office.objects.get(pk=office.id)) == []


def test_who_is_denied_a_case_does_not_find_it_in_a_settled_month(
    office: OfficeCard, now: datetime
) -> None:
    who, other, then = somebody(office), somebody(office), now - timedelta(days=40)
    denied = came(who, office, "phone", then)
    came(who, office, "counter", then)
    deny(who, denied, other, now)
    without = sheet(other, OCTOBER, now)
    settle(somebody(office, "supervisor"), OCTOBER, now)
    assert sheet(other, OCTOBER, now) == without
    assert (without[ALL].persons, sheet(who, OCTOBER, now)[ALL].persons) == (1, 2)
    read = queries.month(other, AtOffice(office.id), OCTOBER, NEEDS, now=now)
    assert read.settled_at == now


def test_a_month_is_settled_once_and_only_when_it_is_over(
    office: OfficeCard, now: datetime
) -> None:
    head = somebody(office, "supervisor")
    with pytest.raises(Refused, match=r"report\.month_open"):
        settle(head, NOVEMBER, now)
    assert settle(head, OCTOBER, now) == settle(head, OCTOBER, now)
    assert Settled.objects.count() == 1
    line = Line.objects.filter(verb="report.settle").order_by("seq")[0]
    assert line.told == {"period": "2026-10"}


def test_the_public_copy_hides_small_numbers(office: OfficeCard, now: datetime) -> None:
    who, head, then = somebody(office), somebody(office, "supervisor"), now - timedelta(days=40)
    for way, count in (("phone", 6), ("counter", 5), ("mail", 2)):
        for _ in range(count):
            came(who, office, way, then, age=30)
    settle(head, OCTOBER, now)
    publish(head, OCTOBER, now)
    (copy,) = public.copies(office.id)
    assert copy.tables["way"] == {
        "total": 13,
        "phone": 6,
        "counter": None,
        "web": None,
        "mail": None,
        "letter": None,
        "fax": None,
    }
    assert copy.tables["age"]["total"] == 13
    assert set(copy.tables) == {"way", "age", "kind", "referral"}
    assert (copy.month, copy.fiscal_year) == (OCTOBER, 2026)


def test_the_public_copy_leaves_out_what_some_colleague_is_denied(
    office: OfficeCard, now: datetime
) -> None:
    who, other, then = somebody(office), somebody(office), now - timedelta(days=40)
    head = somebody(office, "supervisor")
    denied = next(iter([came(who, office, "phone", then) for _ in range(6)]))
    deny(who, denied, other, now)
    settle(head, OCTOBER, now)
    publish(head, OCTOBER, now)
    (copy,) = public.copies(office.id)
    assert copy.tables["way"]["total"] == 5 == sheet(other, OCTOBER, now)[ALL].times
    assert sheet(who, OCTOBER, now)[ALL].times == 6


def test_only_a_settled_month_is_published_and_once(office: OfficeCard, now: datetime) -> None:
    head = somebody(office, "supervisor")
    with pytest.raises(Refused, match=r"report\.unsettled"):
        publish(head, OCTOBER, now)
    settle(head, OCTOBER, now)
    assert publish(head, OCTOBER, now) == publish(head, OCTOBER, now)
    assert Published.objects.count() == 1


def test_a_year_is_published_when_all_its_months_stand_and_none_of_them_after_it(
    office: OfficeCard, now: datetime
) -> None:
    head, at, later = somebody(office, "supervisor"), AtOffice(office.id), now.replace(year=2027)
    came(somebody(office), office, "phone", now)
    months = months_of(2026)
    for month in months[1:]:
        settle(head, month, later)
    with pytest.raises(Refused, match=r"report\.year_unsettled"):
        actions.publish_year(head, at, 2026, now=later)
    settle(head, months[0], later)
    publish(head, months[0], later)
    published = actions.publish_year(head, at, 2026, now=later)
    assert actions.publish_year(head, at, 2026, now=later) == published
    with pytest.raises(Refused, match=r"report\.year_published"):
        publish(head, months[1], later)
    whole, part = public.copies(office.id)
    assert (whole.month, part.month) == (None, months[0])
    assert set(whole.tables["way"].values()) == {None}


def test_a_counsellor_neither_settles_nor_publishes(office: OfficeCard, now: datetime) -> None:
    who = somebody(office)
    for act in (settle, publish):
        with pytest.raises(Absent):
            act(who, OCTOBER, now)
    assert not Settled.objects.exists()
    assert not Published.objects.exists()
