"""A sealed value opens under an act or a listed reason, and never without its line."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection

from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain, opening
from madoguchi.tools.audit.chain import NoLine
from madoguchi.tools.audit.models import Line
from madoguchi.tools.audit.opening import Reason
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases.public import Thing

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real commits
SCOPE = {"period": "2026"}


class Mine(Thing):
    """A loose thing that its writer is assigned to."""

    def situation(self, _actor: Actor) -> str:
        return "assigned"


@action("case.note")
def put(_actor: Actor, thing: Thing, blobs: dict[str, bytes], *, now: datetime) -> None:
    drawer = unseal.new_loose(thing.office_id, thing.case_id)
    blobs["told"] = drawer.seal("told", thing.case_id, "a mail")


@action("case.read")
def take_out(_actor: Actor, thing: Thing, found: list[Drawer], *, now: datetime) -> None:
    found.append(unseal.loose(thing.office_id, thing.case_id))


@action("case.note")
def take_out_and_fail(actor: Actor, thing: Thing, found: list[Drawer], *, now: datetime) -> None:
    take_out(actor, thing, found, now=now)
    raise LookupError


@pytest.fixture
def who(office: OfficeCard) -> Actor:
    return Actor(office.id, "counsellor", uuid4())


@pytest.fixture
def thing(office: OfficeCard) -> Mine:
    return Mine(office.id, uuid4())


@pytest.fixture
def blob(who: Actor, thing: Mine, now: datetime) -> bytes:
    blobs: dict[str, bytes] = {}
    put(who, thing, blobs, now=now)
    return blobs["told"]


def read(drawer: Drawer, blob: bytes) -> object:
    return drawer.open("told", drawer.case_id, blob)


def lines() -> list[tuple[str, str, dict[str, str | int]]]:
    rows = Line.objects.filter(verb__startswith="unattended.").order_by("seq")
    return list(rows.values_list("verb", "outcome", "told"))


@pytest.mark.usefixtures("blob")
def test_nothing_opens_where_nobody_acts(thing: Mine) -> None:
    with pytest.raises(NoLine):
        unseal.loose(thing.office_id, thing.case_id)
    with pytest.raises(NoLine):
        unseal.drawers_of(thing.office_id, [thing.case_id])
    with pytest.raises(NoLine):
        next(unseal.drawers_held(thing.office_id))
    with pytest.raises(NoLine):
        unseal.adopt_loose(thing.office_id, thing.case_id)


def test_a_drawer_opens_after_its_act(who: Actor, thing: Mine, blob: bytes, now: datetime) -> None:
    """As a download does, which is sent when the act is over."""
    found: list[Drawer] = []
    take_out(who, thing, found, now=now)
    assert read(found[0], blob) == "a mail"
    with pytest.raises(NoLine):  # the key alone, under nothing
        read(Drawer(thing.office_id, thing.case_id, "loose", found[0].key, found[0].known), blob)


def test_a_drawer_of_an_act_whose_line_was_rolled_back_stays_shut(
    who: Actor, thing: Mine, blob: bytes, now: datetime
) -> None:
    found: list[Drawer] = []
    with suppress(LookupError):
        take_out_and_fail(who, thing, found, now=now)
    with pytest.raises(NoLine):
        read(found[0], blob)


@pytest.mark.usefixtures("blob")
def test_an_act_without_its_line_gives_nothing_back(
    who: Actor, thing: Mine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "append", lambda *_, **__: Line(id=None))
    found: list[Drawer] = []
    with pytest.raises(NoLine):
        take_out(who, thing, found, now=now)
    with pytest.raises(NoLine):
        found[0].open("told", thing.case_id, b"")


def test_what_is_opened_ahead_waits_for_its_act(
    who: Actor, thing: Mine, blob: bytes, now: datetime
) -> None:
    with opening.ahead("case.read"):
        early = unseal.loose(thing.office_id, thing.case_id)
        take_out(who, thing, [], now=now)
    assert read(early, blob) == "a mail"
    with pytest.raises(NoLine), opening.ahead("case.read"):
        early = unseal.loose(thing.office_id, thing.case_id)
    with pytest.raises(NoLine):
        read(early, blob)


@pytest.mark.usefixtures("blob")
def test_another_act_is_not_the_one_that_was_waited_for(
    who: Actor, thing: Mine, now: datetime
) -> None:
    def found() -> None:
        with opening.ahead("case.search"):
            unseal.loose(thing.office_id, thing.case_id)
            take_out(who, thing, [], now=now)

    with pytest.raises(NoLine):
        found()


@pytest.mark.usefixtures("blob")
def test_a_repeated_act_has_a_line_of_what_was_opened_ahead_of_it(
    who: Actor, thing: Mine, now: datetime
) -> None:
    @action("case.note")
    def note(_actor: Actor, of: Thing, *, now: datetime) -> UUID:
        return of.case_id

    for _ in range(2):
        with opening.ahead("case.note"):
            unseal.loose(thing.office_id, thing.case_id)
            note(who, thing, now=now, idempotency_key="once")
        note(who, thing, now=now, idempotency_key="once")
    written = Line.objects.filter(verb="case.note").order_by("seq")
    assert list(written.values_list("outcome", flat=True)) == ["done", "done", "again"]


def test_a_run_without_anybody_is_one_line_before_and_one_after(
    thing: Mine, blob: bytes, now: datetime
) -> None:
    with opening.unattended(thing.office_id, Reason.VERIFY, now=now, **SCOPE):
        for _ in range(3):
            drawer = unseal.loose(thing.office_id, thing.case_id)
            assert lines() == [("unattended.verify", "begun", SCOPE)]
            assert not connection.in_atomic_block  # so it is committed
            assert read(drawer, blob) == "a mail"
    assert lines()[1:] == [("unattended.verify", "done", {**SCOPE, "cases": 1})]


def test_a_run_that_opens_nothing_writes_nothing(office: OfficeCard, now: datetime) -> None:
    with opening.unattended(office.id, Reason.VERIFY, now=now):
        pass
    assert lines() == []


@pytest.mark.usefixtures("blob")
def test_a_run_does_not_begin_inside_a_transaction(thing: Mine, now: datetime) -> None:
    """Its line could be rolled back after something had left."""
    run = opening.unattended(thing.office_id, Reason.VERIFY, now=now)
    with pytest.raises(RuntimeError, match="durable"), transaction(), run:
        unseal.loose(thing.office_id, thing.case_id)


@pytest.mark.usefixtures("blob")
def test_what_was_opened_in_a_run_that_failed_stays_shut(
    thing: Mine, blob: bytes, now: datetime
) -> None:
    run = opening.unattended(thing.office_id, Reason.VERIFY, now=now)
    with suppress(LookupError), run:
        drawer = unseal.loose(thing.office_id, thing.case_id)
        raise LookupError
    with pytest.raises(NoLine):
        read(drawer, blob)
    assert [outcome for _, outcome, _ in lines()] == ["begun"]


def test_no_reason_can_be_made_up(office: OfficeCard) -> None:
    with pytest.raises(NoLine), opening.lineless("curious"):
        pass
    with pytest.raises(NoLine):
        unseal.office_drawer_key(office.id, "curious")
