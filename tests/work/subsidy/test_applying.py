"""The person's draft and its one sending: kept as it goes, nothing lost unseen, one at a time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections

from madoguchi.ops.soundness import findings
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.grant import OVER
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import store
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.work.cases.models import Due
from madoguchi.work.cases.public import Holding, consultee
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.models import Item
from madoguchi.work.subsidy.applying import public as applying
from madoguchi.work.subsidy.history import history
from madoguchi.work.subsidy.models import Draft, Grant, Step
from tests.offices import actor_of, make_staff
from tests.redteam.house import asked_with_file
from tests.web.portal.browsing import holding
from tests.work.subsidy.owning import goes_to
from tests.work.subsidy.test_application import WHOLE

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
APPLIED = replace(WHOLE, estimate_files=(), screen_files=(), screens_brought=True)
SENDERS = 12


@pytest.fixture
def held(office: OfficeCard, now: datetime) -> Holding:
    """Somebody who asked for help with a file, and has opened their receipt."""
    return come(office, now)


def come(office: OfficeCard, now: datetime) -> Holding:
    asked = asked_with_file(office, now)
    return holding(office, (asked.number, asked.secret))


def save(held: Holding, now: datetime, seen: int = 0, **typed: str) -> applying.Saved:
    told = {name: [word] if word else [] for name, word in typed.items()}
    return applying.save(consultee(held.office_id), held, "person", told, seen, now=now)


def send(
    held: Holding, now: datetime, told: applying.Applied = APPLIED, token: str = "t"
) -> object:
    actor, idempotency_key = consultee(held.office_id), applying.idempotency_key(held, token)
    return applying.apply(actor, held, told, now.date(), now=now, idempotency_key=idempotency_key)


def test_a_draft_is_kept_and_goes_on(held: Holding, now: datetime) -> None:
    assert applying.draft(held)["answers"] == {}
    save(held, now, name="見本", kana="ミホン")
    save(held, now, 1, kana="ミホン ハナコ", phone="1")
    draft = applying.draft(held)
    assert draft["answers"] == {"name": ["見本"], "kana": ["ミホン ハナコ"], "phone": ["1"]}
    assert (draft["count"], draft["saved"]) == (2, ["person"])
    assert Draft.objects.count() == 1


def test_what_another_page_wrote_since_is_not_replaced_unseen(held: Holding, now: datetime) -> None:
    save(held, now, name="はじめ", kana="ア")
    save(held, now, 1, name="もう一つの画面", kana="ア")
    found = save(held, now, 1, name="この画面", kana="ア")
    assert found.lost == {"name": ["もう一つの画面"]}
    assert found.draft["answers"]["name"] == ["この画面"]


@pytest.mark.parametrize("name", ["もう一つの画面", "新しい"])
def test_the_same_again_or_on_the_newest_page_loses_nothing(
    held: Holding, now: datetime, name: str
) -> None:
    save(held, now, name="もう一つの画面")
    assert not save(held, now, 0 if name == "もう一つの画面" else 1, name=name).lost


def test_a_draft_opens_with_its_own_receipt_only(
    held: Holding, office: OfficeCard, now: datetime
) -> None:
    save(held, now, name="見本")
    other = come(office, now)
    row = Draft.objects.get()
    assert applying.draft(other)["answers"] == {}
    with pytest.raises((Tampered, Unreadable)):
        other.drawer.open(applying.DRAFT, row.id, row.told)


def test_staff_keep_no_draft_and_send_nothing(
    held: Holding, office: OfficeCard, now: datetime
) -> None:
    staff = actor_of(make_staff(office, "counsellor", "木村", now))
    with pytest.raises(Absent):
        applying.save(staff, held, "person", {}, 0, now=now)
    with pytest.raises(Absent):
        applying.apply(staff, held, APPLIED, now.date(), now=now)
    assert not Draft.objects.exists()
    assert not Grant.objects.exists()


def test_it_is_sent_with_all_answers_and_the_draft_is_empty(held: Holding, now: datetime) -> None:
    save(held, now, name="見本")
    send(held, now)
    grant = Grant.objects.get()
    (step,) = history(grant, held.drawer)
    assert (grant.state, grant.channel, grant.sent_at) == ("sent", "web", now)
    assert (grant.received_on, grant.fiscal_year, grant.number) == (None, None, None)
    assert (step.verb, step.on, step.staff_id) == ("apply", now.date(), None)
    assert applying.running_application(held) == APPLIED
    assert held.drawer.open(applying.DRAFT, Draft.objects.get().id, Draft.objects.get().told) == {}
    assert Due.objects.filter(kind=applying.DUE, case_id=held.case_id).count() == 1
    verbs = Line.objects.filter(case_id=held.case_id).values_list("verb", flat=True)
    assert {"grant.save", "grant.apply"} <= set(verbs)
    assert chain.faults(held.office_id) == []


def test_sent_again_by_the_same_button_it_is_the_same(held: Holding, now: datetime) -> None:
    first = send(held, now)
    lines = Line.objects.count()
    assert send(held, now) == first
    assert applying.result_of(consultee(held.office_id), held, "t") == first
    assert (Grant.objects.count(), Line.objects.count()) == (1, lines)


def test_the_first_arrival_counts_however_late_it_is_repeated(
    office: OfficeCard, now: datetime
) -> None:
    held = come(office, now)
    last = datetime(2027, 3, 31, 23, 59, 59, tzinfo=now.tzinfo)
    first = send(held, last)
    assert send(held, last + timedelta(seconds=1)) == first
    (step,) = history(Grant.objects.get(), held.drawer)
    assert (Grant.objects.get().sent_at, step.on) == (last, last.date())


def test_the_house_is_verified_after_it(held: Holding, office: OfficeCard, now: datetime) -> None:
    save(held, now, name="見本")
    send(held, now)
    assert findings(Office.objects.get(pk=office.id)) == []


def test_a_second_waits_until_the_first_is_over(held: Holding, now: datetime) -> None:
    send(held, now)
    with pytest.raises(Refused) as refused:
        send(held, now, token="u")
    assert [reason.code for reason in refused.value.reasons] == ["grant.apply"]
    with pytest.raises(Refused):
        save(held, now, name="見本")
    assert (Grant.objects.count(), Step.objects.count()) == (1, 1)


@pytest.mark.parametrize("state", OVER)
def test_after_one_that_is_over_a_new_one_begins_from_it(
    held: Holding, now: datetime, state: str
) -> None:
    send(held, now)
    goes_to(held, now, state)
    assert applying.running(held) is None
    assert applying.last_application(held) == APPLIED
    send(held, now, replace(APPLIED, kana="ミホン"), token="u")
    assert Grant.objects.count() == 2
    assert applying.running_application(held) == replace(APPLIED, kana="ミホン")


def test_a_file_of_the_case_is_taken(held: Holding, now: datetime) -> None:
    (file,) = evidence.readable(held.drawer)
    send(held, now, replace(APPLIED, estimate_files=(file.id,)))
    assert Grant.objects.count() == 1


@pytest.mark.parametrize("how", ["gone", "locked", "unknown", "of another case"])
def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_sent(
    held: Holding, office: OfficeCard, now: datetime, how: str
) -> None:
    (file,) = evidence.readable(held.drawer)
    named = file.id
    if how == "gone":
        store.delete(file.id)
    if how == "locked":
        Item.objects.filter(pk=file.id).update(locked=True)
    if how == "unknown":
        named = uuid4()
    if how == "of another case":
        (other,) = evidence.readable(come(office, now).drawer)
        named = other.id
    told = replace(APPLIED, screen_files=(named,))
    assert applying.missing(held, told) == (named,)
    with pytest.raises(Refused) as refused:
        send(held, now, told)
    assert [reason.code for reason in refused.value.reasons] == ["grant.attachment"]
    assert not Grant.objects.exists()


def send_at_once(held: Holding, now: datetime) -> list[str]:
    """What became of twelve buttons of twelve pages, pressed at one moment."""

    def press(number: int) -> str:
        try:
            return str(send(held, now, token=f"page {number}"))
        except Refused as refused:
            return refused.reasons[0].code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SENDERS) as pool:
        return list(pool.map(press, range(SENDERS)))


@pytest.mark.race
def test_twelve_pages_send_one_application(held: Holding, now: datetime) -> None:
    told = send_at_once(held, now)
    assert told.count("grant.apply") == SENDERS - 1
    assert (Grant.objects.count(), Step.objects.count()) == (1, 1)
    assert chain.faults(held.office_id) == []


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(applying, "running", lambda _: None)
    yield
    monkeypatch.undo()


@pytest.mark.race
@pytest.mark.usefixtures("unguarded")
def test_control_without_the_question_each_of_them_is_sent(held: Holding, now: datetime) -> None:
    send_at_once(held, now)
    assert Grant.objects.count() == SENDERS


@pytest.mark.race
def test_twelve_savings_at_once_lose_no_field(held: Holding, now: datetime) -> None:
    def press(number: int) -> None:
        try:
            save(held, now, 0, **{f"field{number}": "x"})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(press, range(SENDERS)))
    draft = applying.draft(held)
    assert (len(draft["answers"]), draft["count"], Draft.objects.count()) == (SENDERS, SENDERS, 1)
