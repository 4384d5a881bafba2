"""What staff read of grants: lists and files, and what is in none of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.act.action import allowed
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.evidence.models import Item
from madoguchi.work.issued import actions as issued
from madoguchi.work.record import actions as record
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.models import Grant, Sample
from madoguchi.work.subsidy.typing import actions
from tests.redteam.house import asked_with_file
from tests.web.portal.browsing import holding
from tests.work.cases.grant_acts import ON_GRANT
from tests.work.subsidy.granting import APPLIED, CANARY, LIFE, Desk, opened_year, sent, sent_in

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
STORY = "CANARY-story-51c0"


@pytest.fixture
def desk(office: OfficeCard, now: datetime) -> Desk:
    """A grant that the desk received, in a year with a budget."""
    opened_year(office)
    return sent(office, now, text=STORY)


def opened(who: Actor, desk: Desk) -> queries.OpenedGrant:
    """The file, opened by somebody."""
    return queries.open_grant(who, desk.id, now=desk.now)


def set_apart(desk: Desk, who: Actor, kind: str) -> None:
    """A colleague is on the deny list of the case, or assigned to it."""
    case = Case.objects.get(pk=desk.grant.case_id)
    Access.objects.create(
        office_id=case.office_id, case_id=case.pk, staff_id=who.colleague, kind=kind, at=desk.now
    )


# -- one file -------------------------------------------------------------------------------


def test_an_opening_is_one_line(desk: Desk) -> None:
    lines = Line.objects.count()
    opened(desk.officer, desk)
    (line,) = Line.objects.order_by("seq")[lines:]
    assert (line.verb, line.case_id, line.staff_id) == (
        "grant.read",
        desk.grant.case_id,
        desk.officer.staff_id,
    )


def test_a_case_that_nobody_has_opened_yet_is_adopted_by_the_worker(
    office: OfficeCard, now: datetime
) -> None:
    asked = asked_with_file(office, now)
    drawer = holding(office, (asked.number, asked.secret)).drawer
    unread = sent_in(office, asked.case_id, now, APPLIED, drawer)
    assert not DrawerKey.objects.filter(case_id=asked.case_id, by="office").exists()
    assert opened(unread.officer, unread).applied == APPLIED
    adopted = Line.objects.get(verb="case.adopt")
    assert (adopted.role, adopted.staff_id) == ("worker", None)


def test_the_officer_reads_the_application_and_nothing_else_of_the_case(desk: Desk) -> None:
    """Neither the story, nor notes, nor messages, nor what the person said of themselves."""
    case = Case.objects.get()
    counsellor = Actor(desk.office.id, "counsellor", uuid4())
    opened(desk.officer, desk)
    cases.take(counsellor, Case.objects.get(), now=desk.now)
    record.note(counsellor, Case.objects.get(), f"{STORY} の記録", now=desk.now)
    record.answer(counsellor, Case.objects.get(), STORY, desk.now.date(), now=desk.now)
    paper = issued.MadePaper("subsidy_guide", f"{STORY} の案内", b"%PDF-1.7", 1, ())
    issued.issue(counsellor, Case.objects.get(), paper, now=desk.now)
    desk.until("decided")
    everything = repr(vars_of(opened(desk.officer, desk)))
    assert CANARY in everything  # so much is looked into
    assert STORY not in everything
    for verb in ("case.read", "case.list", "message.read", "file.read"):
        assert not _may(desk.officer, verb, case)


def vars_of(card: object) -> object:
    """Everything that a card holds, also what its text leaves out."""
    if isinstance(card, tuple | list):
        return [vars_of(one) for one in card]
    names = getattr(card, "__dataclass_fields__", None)
    return {name: vars_of(getattr(card, name)) for name in names} if names else card


def _may(who: Actor, verb: str, case: Case) -> bool:
    return allowed(who, verb, case)


def test_the_grants_own_papers_are_there_and_not_the_cases(desk: Desk) -> None:
    desk.until("received")
    paper = issued.MadePaper("grant_correction", "補正依頼", b"%PDF-1.7", 1, ())
    issued.issue(desk.officer, desk.grant, paper, now=desk.now)
    assert [one.title for one in desk.opened.papers] == ["補正依頼"]


def test_what_may_come_next_is_what_is_possible_and_ones_own(desk: Desk) -> None:
    desk.until("received")
    assert {str(verb) for verb in opened(desk.officer, desk).verbs(LIFE.stages)} == {
        *("return", "check", "draft", "withdraw", "proceed", "amend"),
    }
    assert Verb.PAY in opened(desk.supervisor, desk.until("claimed")).verbs(LIFE.stages)


def test_no_card_shows_what_it_holds_in_its_text(desk: Desk) -> None:
    text = repr(opened(desk.officer, desk.until("claimed")))
    assert APPLIED.name not in text
    assert APPLIED.address not in text
    assert "1234567" not in text


# -- files ----------------------------------------------------------------------------------


@pytest.fixture
def with_file(office: OfficeCard, now: datetime) -> Desk:
    """A grant that names one of two files that the person sent."""
    opened_year(office)
    asked = asked_with_file(office, now)
    named = Item.objects.get(case_id=asked.case_id).id
    one = sent_in(office, asked.case_id, now, replace(APPLIED, estimate_files=(named,)))
    one.receive()
    return one


def test_only_the_files_that_the_application_names_are_there(with_file: Desk) -> None:
    (card,) = with_file.opened.files
    assert card.id == with_file.opened.applied.estimate_files[0]
    bare = sent_in(with_file.office, with_file.grant.case_id, with_file.now, APPLIED)
    assert bare.opened.files == ()
    with pytest.raises(Absent):
        queries.original(bare.officer, bare.grant, card.id, now=bare.now)


def test_each_look_at_a_file_has_its_line(with_file: Desk) -> None:
    (card,) = with_file.opened.files
    shown, content = queries.original(
        with_file.officer, with_file.grant, card.id, now=with_file.now
    )
    assert shown.id == card.id
    assert len(b"".join(content)) == card.length
    assert Line.objects.order_by("-seq")[0].verb == "grant.view"


def test_a_locked_file_is_not_there(with_file: Desk) -> None:
    (card,) = with_file.opened.files
    Item.objects.update(locked=True)
    with pytest.raises(Absent):
        queries.original(with_file.officer, with_file.grant, card.id, now=with_file.now)


# -- lists ----------------------------------------------------------------------------------


def test_each_grant_stands_under_one_tab(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desks = {
        "sent": sent(office, now),
        "review": sent(office, now).until("received"),
        "drafted": sent(office, now).until("drafted"),
        "running": sent(office, now).until("fixed"),
        "over": sent(office, now).until("paid"),
    }
    today, who = now.date(), desks["sent"].officer
    for tab, desk in desks.items():
        assert [card.id for card in queries.listed(who, tab, today)] == [desk.id]
    counted = queries.counts(who, today)
    assert counted == {**dict.fromkeys(desks, 1), "returned": 0, "soon": 0}


@pytest.mark.parametrize(
    ("days", "near"), [(-1, True), (0, True), (1, True), (3, True), (4, False)]
)
def test_what_is_due_within_three_days_is_near(desk: Desk, days: int, near: bool) -> None:  # noqa: FBT001 - by name
    desk.until("claimed")
    Due.objects.filter(kind="grant").update(on=desk.now.date() + timedelta(days=days))
    cards = queries.listed(desk.officer, "soon", desk.now.date())
    assert [card.id for card in cards] == ([desk.id] if near else [])


def test_a_card_of_the_list_names_nobody(desk: Desk) -> None:
    desk.until("received")
    (card,) = queries.listed(desk.officer, "review", desk.now.date())
    assert (card.number, card.fiscal_year, card.state) == (1, 2026, State.RECEIVED)
    assert card.short_name == Case.objects.get().short_name
    assert card.next_on == desk.now.date() + timedelta(days=7)


@pytest.mark.parametrize("role", ["counsellor", "administrator", "auditor", "lawyer"])
def test_a_role_without_grants_has_no_list(desk: Desk, role: str) -> None:
    with pytest.raises(Absent):
        queries.listed(Actor(desk.office.id, role, uuid4()), "review", desk.now.date())


# -- who may not ------------------------------------------------------------------------------


def nothing_of(who: Actor, desk: Desk) -> None:
    """Assert that the grant is on no list, in no number, and that every act finds nothing."""
    today = desk.now.date()
    if who.role in ("subsidy_officer", "supervisor"):
        assert not any(queries.counts(who, today).values())
        assert all(queries.listed(who, tab, today) == () for tab in queries.TABS)
    assert queries.status(who, desk.grant.case_id) is None
    before = list(Grant.objects.values())
    for verb, act in ON_GRANT.items():
        with pytest.raises(Absent):
            act(who, desk.grant, desk.now)
        assert list(Grant.objects.values()) == before, verb
    with pytest.raises(Absent):
        opened(who, desk)
    with pytest.raises(Absent):
        actions.applicant(who, desk.grant.case_id)


@pytest.mark.parametrize("state", ["sent", "received", "paid"])
@pytest.mark.parametrize("role", ["subsidy_officer", "supervisor", "counsellor"])
def test_who_is_on_the_deny_list_finds_nothing(desk: Desk, role: str, state: str) -> None:
    desk.until(state)
    for kinds in (("deny",), ("deny", "assigned")):
        who = Actor(desk.office.id, role, uuid4())
        for kind in kinds:
            set_apart(desk, who, kind)
        nothing_of(who, desk)


def test_another_office_finds_nothing(desk: Desk, other_office: OfficeCard) -> None:
    desk.until("decided")
    for role in ("subsidy_officer", "supervisor", "counsellor"):
        stranger = Actor(other_office.id, role, uuid4())
        nothing_of(stranger, desk)
        with pytest.raises(Absent):
            queries.find(stranger, desk.id)


def test_a_secret_case_is_there_for_who_is_assigned_alone(desk: Desk) -> None:
    desk.until("decided")
    Case.objects.update(level="secret")
    nothing_of(desk.officer, desk)
    nothing_of(desk.supervisor, desk)
    set_apart(desk, desk.officer, "assigned")
    assert opened(desk.officer, desk).card.id == desk.id
    assert queries.counts(desk.officer, desk.now.date())["running"] == 1


def test_an_auditor_has_only_what_was_drawn(desk: Desk) -> None:
    desk.until("decided")
    auditor = Actor(desk.office.id, "auditor", uuid4())
    nothing_of(auditor, desk)
    Sample.objects.create(
        office_id=desk.office.id, grant_id=desk.id, staff_id=auditor.colleague, at=desk.now
    )
    assert desk.grant.situation(auditor) == "sampled"
    set_apart(desk, auditor, "deny")
    nothing_of(auditor, desk)


# -- how far it is ----------------------------------------------------------------------------


def test_a_counsellor_hears_how_far_it_is_and_no_more(desk: Desk) -> None:
    desk.until("received")
    counsellor = Actor(desk.office.id, "counsellor", uuid4())
    card = queries.status(counsellor, desk.grant.case_id)
    assert card
    assert (card.state, card.opens) == (State.RECEIVED, False)
    found = queries.status(desk.supervisor, desk.grant.case_id)
    assert found
    assert found.opens
    assert queries.status(counsellor, uuid4()) is None


def test_of_several_grants_the_one_that_runs_is_shown(desk: Desk) -> None:
    desk.until("received")
    granted.withdraw(desk.officer, desk.grant, "理由", now=desk.now)
    case_id = desk.grant.case_id
    assert queries.status(desk.supervisor, case_id).state == State.WITHDRAWN  # type: ignore[union-attr]
    again = sent_in(desk.office, case_id, desk.now, APPLIED)
    assert queries.status(desk.supervisor, case_id).id == again.id  # type: ignore[union-attr]


# -- the number on the paper --------------------------------------------------------------------


def test_a_paper_is_found_by_its_number_by_who_may_type_it_in(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    asked = asked_with_file(office, now)
    officer = Actor(office.id, "subsidy_officer", uuid4())
    found = actions.applicant_by_number(officer, f" {asked.number[:4]}-{asked.number[4:]} ")
    assert found
    assert found.case_id == asked.case_id
    assert actions.applicant_by_number(officer, "1234567890123") is None
    for who in (
        Actor(other_office.id, "subsidy_officer", uuid4()),
        Actor(office.id, "auditor", uuid4()),
    ):
        assert actions.applicant_by_number(who, asked.number) is None
    assert chain.faults(office.id) == []
