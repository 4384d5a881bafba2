"""A ledger with names takes two people, is taken once within a day, and each step has its line."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connections, transaction

from madoguchi.ops.town.bulk import APPLIED
from madoguchi.rules.decision import Absent, Refused
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import proposals
from madoguchi.work.notices.models import Proposal
from madoguchi.work.subsidy.ledger.queries import HIDDEN
from madoguchi.work.subsidy.releasing import actions
from tests.work.subsidy.filed import YEAR, deny, filed, somebody

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back


def asked(actor: Actor, now: datetime) -> UUID:
    """A request of the actor."""
    request: UUID = actions.ask(actor, AtOffice(actor.office_id), YEAR, now=now)
    return request


def released(office: OfficeCard, now: datetime) -> tuple[Actor, UUID]:
    """Who asked, and a request that another released."""
    one, at = somebody(office), AtOffice(office.id)
    request = asked(one, now)
    actions.release(somebody(office, "supervisor"), at, request, now=now)
    return one, request


def code(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    """The codes of the reasons."""
    return [reason.code for reason in refused.value.reasons]


def test_two_people_make_a_ledger_with_names(office: OfficeCard, now: datetime) -> None:
    grants = filed(office, 3, now, replace(APPLIED, name="𠮷田 花子", phone="+81-279-00-0000"))
    one, request = released(office, now)
    deny(one, grants[1], now)
    found = actions.take(one, AtOffice(office.id), request, now=now)
    cells = found.rows[0].cells
    assert (cells["name"], cells["phone"]) == ("𠮷田 花子", "+81-279-00-0000")
    assert (cells["address"], cells["creditor_number"]) == (APPLIED.address, "00000001")
    assert found.names
    assert (found.rows[1].status, found.rows[1].cells) == (HIDDEN, {})
    lines = Line.objects.filter(verb__startswith="subsidy.").order_by("seq")
    marks = [line.told.pop("signed") for line in lines if line.verb == "subsidy.names_release"]
    assert [len(mark) for mark in marks] == [32]
    assert [(line.verb, line.outcome, line.told) for line in lines] == [
        ("subsidy.names_ask", "done", {"period": "2026", "decided": "ledger_names"}),
        ("subsidy.names_release", "done", {"decided": "ledger_names"}),
        ("subsidy.ledger", "done", {"names": 1, "period": "2026", "cases": 3, "hits": 2}),
    ]
    assert chain.faults(office.id) == []


def test_protected_addresses_are_in_no_ledger(office: OfficeCard, now: datetime) -> None:
    filed(office, 1, now, replace(APPLIED, protected=True, address="カナリア町1"))
    one, request = released(office, now)
    cells = actions.take(one, AtOffice(office.id), request, now=now).rows[0].cells
    assert cells["name"] == APPLIED.name
    assert not {"address", "postal_code"} & cells.keys()
    assert "カナリア" not in str(cells)


def test_nobody_releases_what_they_asked_for(office: OfficeCard, now: datetime) -> None:
    one = somebody(office, "supervisor")
    request = asked(one, now)
    with pytest.raises(Refused) as refused:
        actions.release(one, AtOffice(office.id), request, now=now)
    assert code(refused) == ["proposal.own"]
    with pytest.raises(Refused) as refused:
        actions.take(one, AtOffice(office.id), request, now=now)
    assert code(refused) == ["proposal.unsigned"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.update(outcome="used", ended_by=one.staff_id, ended_at=now)
    assert not Line.objects.filter(verb="subsidy.ledger").exists()


def test_it_is_taken_once_by_who_asked_within_a_day(office: OfficeCard, now: datetime) -> None:
    filed(office, 1, now)
    at, (one, request) = AtOffice(office.id), released(office, now)
    with pytest.raises(Absent):
        actions.take(somebody(office), at, request, now=now)
    with pytest.raises(Refused) as refused:
        actions.take(one, at, request, now=now + timedelta(days=1))
    assert code(refused) == ["proposal.old"]
    almost = now + timedelta(days=1, seconds=-1)
    assert actions.take(one, at, request, now=almost).names
    with pytest.raises(Refused) as refused:
        actions.take(one, at, request, now=almost)
    assert code(refused) == ["proposal.used"]
    assert Line.objects.filter(verb="subsidy.ledger", outcome="done").count() == 1


def test_who_may_not_and_other_offices_find_nothing(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    request = asked(somebody(office), now)
    at = AtOffice(office.id)
    for actor in (somebody(office, "auditor"), somebody(office, "counsellor")):
        with pytest.raises(Absent):
            actions.ask(actor, at, YEAR, now=now)
        with pytest.raises(Absent):
            actions.release(actor, at, request, now=now)
    stranger = somebody(other_office, "supervisor")
    for to in (at, AtOffice(other_office.id)):
        with pytest.raises(Absent):
            actions.release(stranger, to, request, now=now)
        with pytest.raises(Absent):
            actions.take(stranger, to, request, now=now)


def together(do: Callable[[], object], count: int = 4) -> list[object]:
    """What came of doing it in so many threads at once; a refusal is a result too."""
    came: list[object] = []

    def run() -> None:
        try:
            came.append(do())
        except Refused as refused:
            came.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came) == count
    return came


def test_two_at_once_take_it_once(office: OfficeCard, now: datetime) -> None:
    filed(office, 1, now)
    one, request = released(office, now)
    came = together(lambda: actions.take(one, AtOffice(office.id), request, now=now))
    assert sum(isinstance(each, Refused) for each in came) == 3
    assert Line.objects.filter(verb="subsidy.ledger", outcome="done").count() == 1


def test_control_without_the_guard_it_is_taken_more_often(
    office: OfficeCard, now: datetime
) -> None:
    (one, request), at = released(office, now), AtOffice(office.id)
    looked = threading.Barrier(4)

    def take() -> int:
        usable = proposals.find(at, request).usable(one, now)
        looked.wait(20)
        return Proposal.objects.filter(pk=request).update(outcome="used") if usable else 0

    assert sum(int(str(each)) for each in together(take)) == 4
