"""To another office and to a colleague on the deny list, a case does not exist."""

from datetime import datetime
from itertools import product
from uuid import uuid4

import pytest

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.case import LEVELS
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.later.models import Job
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.record.models import Entry
from madoguchi.work.referrals.models import Referral
from tests.web.desk.colleagues import asked
from tests.work.cases.staff_acts import ACTS, shown

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
ROWS = (Case, Access, Due, Entry, Referral, DrawerKey, Job, Outgoing)
ROLES = ("counsellor", "supervisor")


@pytest.fixture
def case(office: OfficeCard, now: datetime) -> Case:
    """A case of Shibukawa that is read and taken by its counsellor."""
    asked(office, now)
    row = Case.objects.get()
    counsellor = Actor(office.id, "counsellor", uuid4())
    queries.open_case(counsellor, row.id, now=now)
    actions.take(counsellor, row, now=now)
    return Case.objects.get()


def everything() -> list[object]:
    """Every row of the work's tables."""
    return [row for table in ROWS for row in table._default_manager.order_by("pk").values()]


def nothing_of(actor: Actor, case: Case, now: datetime) -> None:
    """Assert that the case is on no list, in no number, and that every verb finds nothing."""
    assert case.id not in shown(actor, now)
    assert queries.counts(actor, now.date()) == queries.Counts()
    before = everything()
    for verb, act in ACTS.items():
        with pytest.raises(Absent):
            act(actor, case, now)
        assert everything() == before, verb


def test_the_acts_are_all_that_staff_can_do_to_a_case() -> None:
    of_staff = {
        verb for verb in rights.table() if any(rights.may(role, verb, "assigned") for role in ROLES)
    }
    assert of_staff == {*ACTS, "case.list", "case.search"}  # these name no case


def test_another_office_finds_nothing(case: Case, other_office: OfficeCard, now: datetime) -> None:
    for role in (*ROLES, "administrator", "auditor"):
        stranger = Actor(other_office.id, role, uuid4())
        nothing_of(stranger, case, now)
        with pytest.raises(Absent):
            queries.find(stranger, case.id)


def test_a_try_from_another_office_leaves_a_line_there_without_the_case(
    case: Case, office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    stranger = Actor(other_office.id, "supervisor", uuid4())
    lines_here = Line.objects.filter(office_id=office.id).count()
    with pytest.raises(Absent):
        ACTS["case.note"](stranger, case, now)
    line = Line.objects.get(office_id=other_office.id)
    assert (line.verb, line.outcome, line.case_id) == ("case.note", "absent", None)
    assert Line.objects.filter(office_id=office.id).count() == lines_here
    assert chain.faults(office.id) == chain.faults(other_office.id) == []


def test_an_assignment_does_not_cross_offices(
    case: Case, other_office: OfficeCard, now: datetime
) -> None:
    stranger = Actor(other_office.id, "supervisor", uuid4())
    Access.objects.create(
        office_id=other_office.id,
        case_id=case.id,
        staff_id=stranger.colleague,
        kind="assigned",
        at=now,
    )
    nothing_of(stranger, case, now)


@pytest.mark.parametrize("level", LEVELS)
def test_who_is_on_the_deny_list_finds_nothing(
    case: Case, office: OfficeCard, level: str, now: datetime
) -> None:
    Case.objects.update(level=level)
    for role, kinds in product(ROLES, (("deny",), ("deny", "assigned"))):
        denied = Actor(office.id, role, uuid4())
        for kind in kinds:
            Access.objects.create(
                office_id=office.id, case_id=case.id, staff_id=denied.colleague, kind=kind, at=now
            )
        nothing_of(denied, Case.objects.get(), now)


def test_without_the_deny_list_the_same_colleague_sees_it(
    case: Case, office: OfficeCard, now: datetime
) -> None:
    colleague = Actor(office.id, "counsellor", uuid4())
    assert shown(colleague, now) == {case.id}
    assert queries.counts(colleague, now.date()).open == 1
    assert queries.open_case(colleague, case.id, now=now).card.id == case.id


def test_denying_the_assigned_counsellor_takes_the_case_away(case: Case, now: datetime) -> None:
    row = Access.objects.get(kind="assigned")
    counsellor = Actor(row.office_id, "counsellor", row.staff_id)
    actions.deny(counsellor, case, row.staff_id, now=now)
    assert not Access.objects.filter(kind="assigned").exists()
    after = Case.objects.get()
    assert after.assignee_id is None
    nothing_of(counsellor, after, now)
