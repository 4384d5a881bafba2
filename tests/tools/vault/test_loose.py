"""What belongs to no case: a drawer of its own, from the desk or by letter, and its forgetting."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from madoguchi.ops import soundness
from madoguchi.ops.safekeeping import put_back
from madoguchi.rules.decision import Absent
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import cipher, forget, seal, unseal, visit
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases import jobs
from madoguchi.work.cases.public import Thing
from tests import looking

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks


@action("case.note")  # any verb of the desk: the seals matter here, not the errand
def put(_actor: Actor, thing: "Put", blobs: dict[str, bytes], *, now: datetime) -> None:
    drawer = unseal.new_loose(thing.office_id, thing.case_id)
    blobs["told"] = drawer.seal("told", thing.case_id, "a mail")


class Put(Thing):
    """A loose thing that its writer is assigned to."""

    def situation(self, _actor: Actor) -> str:
        return "assigned"


def kept(office: OfficeCard, now: datetime) -> tuple[Thing, bytes]:
    thing, blobs = Put(office.id, uuid4()), dict[str, bytes]()
    put(Actor(office.id, "counsellor", uuid4()), thing, blobs, now=now)
    return Thing(office.id, thing.case_id), blobs["told"]


def test_what_the_desk_seals_only_its_own_office_opens(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    thing, blob = kept(office, now)
    assert looking.loose(office.id, thing.case_id).open("told", thing.case_id, blob) == "a mail"
    with pytest.raises(unseal.Forgotten):
        looking.loose(other_office.id, thing.case_id)


def test_yesterdays_value_is_refused(office: OfficeCard, now: datetime) -> None:
    thing, blob = kept(office, now)
    drawer = looking.loose(office.id, thing.case_id)
    older = cipher.seal(drawer.key, drawer._address("told", thing.case_id), b'"another"')
    with pytest.raises(Tampered):
        drawer.open("told", thing.case_id, older)
    assert drawer.open("told", thing.case_id, blob) == "a mail"  # control


@action("case.adopt")
def adopted(_actor: Actor, thing: Thing, *, now: datetime) -> None:
    unseal.adopt_loose(thing.office_id, thing.case_id)


def test_a_letter_is_opened_once(office: OfficeCard, now: datetime) -> None:
    thing = Thing(office.id, uuid4())
    with transaction():
        key = seal.new_letter(office, thing.case_id).key
    with pytest.raises(unseal.Forgotten):
        looking.loose(office.id, thing.case_id)
    worker = Actor(office.id, "worker")
    for _ in range(2):
        adopted(worker, thing, now=now)
    assert looking.loose(office.id, thing.case_id).key == key
    assert set(DrawerKey.objects.values_list("drawer", "by")) == {("loose", "office")}
    DrawerKey.objects.all().delete()
    with transaction():
        seal.new_letter(office, thing.case_id)
    with pytest.raises(unseal.Forgotten):  # a letter that comes later is never looked at
        adopted(worker, thing, now=now)


def test_forgotten_is_gone_and_verified(office: OfficeCard, now: datetime) -> None:
    thing, _ = kept(office, now)
    here = Office.objects.get(pk=office.id)
    assert {one.kind for one in soundness.findings(here)} == {"missing"}  # no table keeps the row
    jobs.let_go(Actor(office.id, "supervisor", uuid4()), thing, now=now)
    assert soundness.findings(here) == []
    assert not forget.remains(thing.case_id)
    with pytest.raises(unseal.Forgotten):
        looking.loose(office.id, thing.case_id)
    with transaction():
        unseal_again(thing)
    assert "returned" in {one.kind for one in soundness.findings(here)}


def unseal_again(thing: Thing) -> None:
    DrawerKey.objects.create(
        office_id=thing.office_id,
        case_id=thing.case_id,
        drawer="loose",
        by="office",
        generation=1,
        blob=b"an old wrap",
    )


def test_a_restore_keeps_the_keys_of_what_the_data_has(office: OfficeCard, now: datetime) -> None:
    thing, _ = kept(office, now)
    unseal_again(Thing(office.id, uuid4()))  # newer than the data: no line knows it
    put_back.strangers()
    assert list(DrawerKey.objects.values_list("case_id", flat=True)) == [thing.case_id]


def test_who_has_no_right_lets_nothing_go(office: OfficeCard, now: datetime) -> None:
    thing, _ = kept(office, now)
    with pytest.raises(Absent):
        jobs.let_go(Actor(office.id, "auditor", uuid4()), thing, now=now)
    assert forget.remains(thing.case_id)


def test_a_colleagues_draft_is_nobody_elses(office: OfficeCard, now: datetime) -> None:
    mine, hers = uuid4(), uuid4()
    who = unseal.desk_holder(office.id, mine)
    visit.hold(who, lambda draft: draft.update(answers={"text": ["…"]}), now)
    again = visit.recall(unseal.desk_holder(office.id, mine), "draft", now)
    assert again is not None
    assert again["answers"] == {"text": ["…"]}
    assert visit.recall(unseal.desk_holder(office.id, hers), "draft", now) is None
    assert visit.recall(replace(who, office_id=UUID(int=7)), "draft", now) is None
