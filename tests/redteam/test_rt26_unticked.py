"""26. Take off somebody's measures of support (支援措置) alone: by typing, amending, answering."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard, by_id
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice, Holding, consultee
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.applying import public as applying
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.history import OFF, ON
from madoguchi.work.subsidy.own.public import ActRules, Completion, HeldGrant, complete, own
from madoguchi.work.subsidy.releasing import actions as releasing
from madoguchi.work.subsidy.typing import actions as typing
from tests.answers import squeezed
from tests.web.desk.granted import fields, seat
from tests.work.subsidy.filed import somebody, step
from tests.work.subsidy.granting import APPLIED, YEAR, Desk, opened_year, sent, sent_in
from tests.work.subsidy.states import TRIES

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
OPEN = replace(APPLIED, address="渋川市金井七丁目7番", postal_code="377-9999")
HIDING = replace(OPEN, protected=True)
PLACES = ("金井七丁目", "377-9999")
WHY = "本人が来て、支援措置が終わったと話した"


def hiding(office: OfficeCard, now: datetime, told: Applied = HIDING) -> Desk:
    """Somebody whose address is hidden, of whom something is missing."""
    opened_year(office)
    desk = sent(office, now, told)
    desk.receive()
    TRIES[Verb.RETURN](desk, desk.officer, now)
    return desk


def refused(act: Callable[[], object]) -> str:
    """Why it was refused."""
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.reasons[0].code


def hides(desk: Desk) -> bool:
    """Whether the address is hidden by now."""
    return desk.opened.applied.protected


def marked(desk: Desk, who: Actor, how: str) -> object:
    """The measures of support, amended."""
    told = granted.Correction(1, {"protected": how}, WHY)
    return granted.amend(who, desk.grant, told, now=desk.now)


# -- typed in -------------------------------------------------------------------------------


@pytest.fixture
def desk(office: OfficeCard, now: datetime) -> Desk:
    return hiding(office, now)


def test_no_correction_that_is_typed_in_shows_the_address(desk: Desk, now: datetime) -> None:
    for who in (desk.officer, desk.supervisor):
        code = refused(partial(typing.complete, who, desk.grant, OPEN, now=now))
        assert code == "grant.protected"
    typing.complete(desk.officer, desk.grant, HIDING, now=now)
    assert hides(desk)


def test_the_page_says_so_and_keeps_what_was_typed(
    desk: Desk, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = seat(office, now, monkeypatch, desk=desk)
    form = fields(squeezed(here.browser.get(f"{here.path}type/complete/")))
    assert form["protected"] == ["yes"]
    typed = {**form, "phone": "0279-99-9999", "protected": []}
    answer = here.browser.post(f"{here.path}type/complete/", typed)
    page = squeezed(answer)
    assert answer.status_code == 409
    assert "支援措置の申出は、入力では外せません。" in page
    assert "0279-99-9999" in page
    assert not [place for place in PLACES if place in page]
    again = fields(page)
    assert (
        here.browser.post(f"{here.path}type/complete/", again | {"protected": ["yes"]}).status_code
        == 303
    )
    assert (desk.opened.applied.phone, hides(desk)) == ("0279-99-9999", True)


def test_no_new_application_on_paper_forgets_it(desk: Desk, now: datetime) -> None:
    granted.withdraw(desk.officer, desk.grant, "取下げ", now=now)
    of = typing.Applicant(Case.objects.get(pk=desk.grant.case_id))
    paper = typing.PaperApplication(OPEN, now.date())
    assert refused(lambda: typing.type_in(desk.officer, of, paper, now=now)) == (
        "grant.protected_again"
    )
    made = typing.type_in(desk.officer, of, replace(paper, applied=HIDING), now=now)
    assert replace(desk, id=made).opened.applied.protected


def test_control_who_never_asked_for_it_types_on(office: OfficeCard, now: datetime) -> None:
    desk = hiding(office, now, OPEN)
    typing.complete(desk.officer, desk.grant, OPEN, now=now)
    granted.withdraw(desk.officer, desk.grant, "取下げ", now=now)
    of = typing.Applicant(Case.objects.get(pk=desk.grant.case_id))
    typing.type_in(desk.officer, of, typing.PaperApplication(OPEN, now.date()), now=now)
    assert not hides(desk)


# -- amended --------------------------------------------------------------------------------


def test_a_supervisor_takes_it_off_with_a_reason_and_two_lines(desk: Desk, now: datetime) -> None:
    assert refused(lambda: marked(desk, desk.officer, OFF)) == "grant.protected_off"
    assert hides(desk)
    told = granted.Correction(1, {"protected": OFF}, " ")
    assert refused(lambda: granted.amend(desk.supervisor, desk.grant, told, now=now)) == "grant.why"
    before = Line.objects.latest("seq").seq
    marked(desk, desk.supervisor, OFF)
    lines = Line.objects.filter(seq__gt=before).order_by("seq")
    assert [line.verb for line in lines] == ["grant.unprotect", "grant.amend"]
    assert not hides(desk)
    assert desk.step(Verb.AMEND)["why"] == WHY
    typing.complete(desk.officer, desk.grant, OPEN, now=now)
    assert not hides(desk)


def test_anybody_writes_it_down_and_no_answer_of_before_ends_it(
    office: OfficeCard, now: datetime
) -> None:
    """They said it on the telephone; the form that they answer does not know of it."""
    desk = hiding(office, now, OPEN)
    marked(desk, desk.officer, ON)
    assert hides(desk)
    step(desk.grant, Verb.COMPLETE, {"application": OPEN.to_json()}, now, "shared")
    assert hides(desk)
    TRIES[Verb.RETURN](desk, desk.officer, now)
    assert refused(lambda: typing.complete(desk.officer, desk.grant, OPEN, now=now)) == (
        "grant.protected"
    )


@pytest.mark.parametrize("how", ["", "yes", "no", "on\noff"])
def test_nothing_else_can_be_written_there(desk: Desk, how: str) -> None:
    assert refused(lambda: marked(desk, desk.supervisor, how)) == "grant.amend_field"


def test_the_page_offers_it_and_refuses_it(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = hiding(office, now, OPEN)
    here = seat(office, now, monkeypatch, desk=desk)
    here.done("amend", of="1:protected", value="", why=WHY)
    page = here.page()
    assert "支援措置の申出があった" in page
    assert not [place for place in PLACES if place in page]
    answer = here.do("amend", of="1:protected", value="", why=WHY)
    assert answer.status_code == 422
    assert "係長に頼んでください" in squeezed(answer)
    head = seat(office, now, monkeypatch, role="supervisor", desk=desk)
    head.done("amend", of="1:protected", value="", why=WHY)
    assert "支援措置の申出を外した" in head.page()
    assert not hides(desk)


# -- the person -----------------------------------------------------------------------------


def of_person(held: Holding, now: datetime, told: Applied = OPEN) -> Desk:
    """What they applied for, with the desk."""
    office = by_id(held.office_id)
    opened_year(office)
    desk = sent_in(office, held.case_id, now, told, held.drawer)
    desk.receive()
    return desk


def applies_again(held: Holding, desk: Desk, **also: bool) -> Desk:
    """They withdraw and apply anew by the web, with a form that says nothing of it."""
    if desk.state != "withdrawn":
        granted.withdraw(desk.officer, desk.grant, "取下げ", now=desk.now)
    now = desk.now + timedelta(minutes=1)
    actor = consultee(held.office_id)
    made = applying.apply(actor, held, OPEN, now.date(), now=now, **also)
    return replace(desk, id=made, now=now)


@pytest.mark.parametrize("who", ["person", "desk"])
def test_a_new_application_on_the_web_forgets_nothing(
    held: Holding, now: datetime, who: str
) -> None:
    desk = of_person(held, now, HIDING if who == "person" else OPEN)
    if who == "desk":
        marked(desk, desk.officer, ON)
    again = applies_again(held, desk)
    assert hides(again)
    told = applying.running_application(held)
    assert told is not None
    assert told.protected


def test_the_person_takes_it_back_themselves_on_a_line_of_its_own(
    held: Holding, now: datetime
) -> None:
    desk = of_person(held, now)
    marked(desk, desk.officer, ON)
    before = Line.objects.latest("seq").seq
    again = applies_again(held, desk, ended=True)
    verbs = Line.objects.filter(seq__gt=before).order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["grant.withdraw", "grant.unprotect", "grant.apply"]
    assert (hides(again), hides(desk)) == (False, False)
    assert again.opened.steps[0].details["protected"] == OFF


def test_who_was_never_protected_takes_nothing_back(held: Holding, now: datetime) -> None:
    again = applies_again(held, of_person(held, now), ended=True)
    assert not Line.objects.filter(verb="grant.unprotect").exists()
    assert "protected" not in again.opened.steps[0].details


def test_an_answer_ends_it_only_where_it_says_so(held: Holding, now: datetime) -> None:
    desk = of_person(held, now, HIDING)
    for ended in (False, True):
        TRIES[Verb.RETURN](desk, desk.officer, now)
        found = own(held)
        assert found is not None
        done = Completion(OPEN.to_json(), (), ended=ended)
        seen, course = HeldGrant(held, desk.id, found.turn), ActRules((), now.date())
        complete(consultee(held.office_id), seen, done, course, now=now)
        assert hides(desk) is not ended


# -- another grant of the case ----------------------------------------------------------------


def test_what_a_later_application_says_hides_what_an_earlier_one_said(
    held: Holding, now: datetime
) -> None:
    first = of_person(held, now)
    granted.withdraw(first.officer, first.grant, "取下げ", now=now)
    of = typing.Applicant(Case.objects.get(pk=held.case_id))
    paper = typing.PaperApplication(HIDING, now.date())
    typing.type_in(first.officer, of, paper, now=now + timedelta(minutes=1))
    assert hides(first)
    rows = every_named(by_id(held.office_id), now)
    assert [place for place in PLACES if place in str(rows)] == []
    assert len(rows) == 2


def test_what_is_written_down_of_an_earlier_one_hides_what_runs(
    held: Holding, now: datetime
) -> None:
    first = of_person(held, now)
    again = applies_again(held, first)
    assert not hides(again)
    marked(replace(first, now=again.now), first.officer, ON)
    assert hides(again)
    marked(replace(first, now=again.now), first.supervisor, OFF)
    assert (hides(first), hides(again)) == (False, False)


# -- the ledger with names ------------------------------------------------------------------


@pytest.mark.parametrize("how", ["told", "amended"])
def test_a_ledger_with_names_has_no_earlier_address(
    office: OfficeCard, now: datetime, how: str
) -> None:
    desk = hiding(office, now, OPEN)
    if how == "told":
        typing.complete(desk.officer, desk.grant, HIDING, now=now)
    else:
        marked(desk, desk.officer, ON)
    cells = named(office, now)
    assert not [place for place in PLACES if place in str(cells)]
    assert cells["name"] == OPEN.name
    marked(desk, desk.supervisor, OFF)
    assert named(office, now)["address"] == OPEN.address


def named(office: OfficeCard, now: datetime) -> dict[str, object]:
    """The only row of a ledger with names."""
    (row,) = every_named(office, now)
    return row


def every_named(office: OfficeCard, now: datetime) -> list[dict[str, object]]:
    """The rows of a ledger with names."""
    asks, releases, at = somebody(office), somebody(office, "supervisor"), AtOffice(office.id)
    wish = releasing.ask(asks, at, YEAR, now=now)
    releasing.release(releases, at, wish, now=now)
    return [dict(row.cells) for row in releasing.take(asks, at, wish, now=now).rows]
