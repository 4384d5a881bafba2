"""The auditor draws from a list that says nothing of anybody, and then reads the file whole."""

from datetime import datetime
from uuid import uuid4

import pytest

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.issued.actions import copy
from madoguchi.work.record import actions as record
from madoguchi.work.subsidy.files.queries import original
from madoguchi.work.subsidy.models import Grant, Sample
from madoguchi.work.subsidy.sampling import actions, queries
from tests.digits import stand_in
from tests.offices import actor_of, make_staff
from tests.work.subsidy.drawn import JPEG, PDF, auditor, draw, whole
from tests.work.subsidy.filed import YEAR, deny, filed, level
from tests.work.subsidy.granting import APPLIED, sent

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back


def test_the_list_says_a_number_a_state_and_a_day(office: OfficeCard, now: datetime) -> None:
    grants = filed(office, 7, now)
    who = auditor(office, now)
    cards = queries.population(who, YEAR)
    assert [(card.number, card.state, card.received_on) for card in cards] == [
        (grant.number, grant.state, grant.received_on) for grant in grants
    ]
    digits = Case.of(office.id).values_list("short_name", flat=True)
    assert not any(stand_in(repr(cards), name) for name in digits)
    assert not any(str(grant.case_id) in repr(cards) for grant in grants)
    assert all(card.drawn_at is None for card in cards)


def test_a_file_is_closed_until_it_is_drawn(office: OfficeCard, now: datetime) -> None:
    desk = whole(office, now)
    who = auditor(office, now)
    with pytest.raises(Absent):
        queries.audit_file(who, desk.id, now=now)
    assert not queries.drawn(who, desk.id)
    draw(who, desk)
    assert queries.drawn(who, desk.id)
    assert queries.audit_file(who, desk.id, now=now).id == desk.id
    with pytest.raises(Absent):
        draw(who, desk)
    assert Sample.objects.count() == 1
    (card,) = queries.population(who, YEAR)
    assert card.drawn_at == now


def test_what_was_drawn_is_read_whole(office: OfficeCard, now: datetime) -> None:
    desk = whole(office, now)
    who = auditor(office, now)
    draw(who, desk)
    opened = queries.audit_file(who, desk.id, now=now)
    assert opened.applied.name == APPLIED.name
    assert [step.verb for step in opened.steps][-2:] == [Verb.CLAIM, Verb.PAY]
    assert {check.code for check in opened.checks} >= {"subsidy.resident"}
    assert [card.title for card in opened.papers] == ["補助金交付決定通知書"]
    _, pdf = copy(who, desk.grant, opened.papers[0].id, now=now)
    assert pdf == PDF
    contents = [
        b"".join(original(who, desk.grant, annex.id, now=now)[1]) for annex in opened.annexes
    ]
    assert sorted(contents) == sorted([JPEG, PDF + b" estimate"])
    lines = Line.objects.filter(staff_id=who.staff_id).order_by("seq")
    assert [line.verb for line in lines] == [
        *("grant.sample", "grant.audit", "paper.copy", "grant.view", "grant.view"),
    ]
    assert {line.case_id for line in lines} == {desk.grant.case_id}
    assert chain.faults(office.id) == []


def test_nothing_else_of_the_case_is_in_it(office: OfficeCard, now: datetime) -> None:
    """Canaries in the story, in a note and in a message stay where they are."""
    desk = whole(office, now)
    case = Case.objects.get()
    counsellor = actor_of(make_staff(office, "counsellor", "木村", now))
    cases.take(counsellor, case, now=now)
    record.note(counsellor, Case.objects.get(), "CANARY-note", now=now)
    record.answer(counsellor, Case.objects.get(), "CANARY-message", now.date(), now=now)
    who = auditor(office, now)
    draw(who, desk)
    opened = queries.audit_file(who, desk.id, now=now)
    told = str([opened.applied.to_json(), [step.details for step in opened.steps], opened.papers])
    told += str([(check.code, check.note) for check in opened.checks])
    assert APPLIED.name in told
    for canary in ("CANARY-note", "CANARY-message", "書き込みを消したい"):
        assert canary not in told


def test_the_deny_list_beats_a_draw(office: OfficeCard, now: datetime) -> None:
    desk = whole(office, now)
    who = auditor(office, now)
    draw(who, desk)
    deny(who, desk.grant, now)
    assert queries.population(who, YEAR) == ()
    assert not queries.drawn(who, desk.id)
    for look in (
        lambda: queries.audit_file(who, desk.id, now=now),
        lambda: actions.draw(who, desk.grant, now=now),
        lambda: original(who, desk.grant, uuid4(), now=now),
    ):
        with pytest.raises(Absent):
            look()


def test_an_auditor_who_is_denied_draws_nothing_and_sees_no_gap(
    office: OfficeCard, now: datetime
) -> None:
    grants = filed(office, 3, now)
    who = auditor(office, now)
    deny(who, grants[1], now)
    level(grants[2], "secret")
    assert [card.number for card in queries.population(who, YEAR)] == [1, 3]
    assert queries.grant_by_number(who, YEAR, 2) is None
    assert queries.grant_by_number(who, YEAR, 3) == grants[2].id
    with pytest.raises(Absent):
        actions.draw(who, grants[1], now=now)
    assert not Sample.objects.exists()


def test_what_the_desk_has_not_received_is_not_drawn(office: OfficeCard, now: datetime) -> None:
    desk = sent(office, now)
    who = auditor(office, now)
    with pytest.raises(Refused) as refused:
        draw(who, desk)
    assert [reason.code for reason in refused.value.reasons] == ["grant.sample"]
    assert not Sample.objects.exists()


def test_others_and_other_offices_draw_nothing(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    desk = whole(office, now)
    strangers = (desk.officer, desk.supervisor, auditor(other_office, now))
    for who in strangers:
        with pytest.raises(Absent):
            draw(who, desk)
        with pytest.raises(Absent):
            queries.audit_file(who, desk.id, now=now)
    for who in strangers[:2]:
        with pytest.raises(Absent):
            queries.population(who, YEAR)
    assert queries.population(strangers[2], YEAR) == ()
    assert Grant.objects.count() == 1
