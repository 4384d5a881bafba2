"""A contact is written down with its outcome, and the outcome says what comes next."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.opening import working_day
from madoguchi.rules.programme.load import programme
from madoguchi.rules.steps.outcome import UNREACHED, Outcome, Turn, what_next
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.record.actions import Contact, correct, log, note
from madoguchi.work.record.models import Entry
from madoguchi.work.record.queries import details, entries, unreached
from tests.offices import actor_of, make_staff
from tests.redteam.house import asked_with_file

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

CALL = Contact("call", "phone", "out", Outcome.ANSWERED, text="様子を聞いた", minutes=12)


@pytest.fixture
def case_id(office: OfficeCard, who: Actor, now: datetime) -> UUID:
    """A case that the counsellor took."""
    made = asked_with_file(office, now).case_id
    queries.open_case(who, made, now=now)
    cases.take(who, queries.find(who, made), now=now)
    return made


def written(actor: Actor, case_id: UUID, contact: Contact, now: datetime) -> Case:
    """The case after the contact."""
    log(actor, queries.find(actor, case_id), contact, now=now)
    return Case.objects.get(pk=case_id)


def standing(case_id: UUID) -> list[Due]:
    return list(Due.objects.filter(case_id=case_id, done_at__isnull=True))


def test_a_call_is_kept_as_it_was_written(who: Actor, case_id: UUID, now: datetime) -> None:
    earlier = replace(CALL, happened_at=now - timedelta(hours=2))
    written(who, case_id, earlier, now)
    ended, entry, *_ = entries(queries.open_case(who, case_id, now=now))
    assert ended.words["due"] == "first_answer"
    assert (entry.kind, entry.internal) == ("call", False)
    assert entry.words == {
        "way": "phone",
        "direction": "out",
        "text": "様子を聞いた",
        "minutes": 12,
        "outcome": "answered",
        "happened_at": (now - timedelta(hours=2)).isoformat(),
    }
    assert Entry.objects.get(kind="call").drawer == "staff"


def test_what_a_call_was_about_does_not_stand_in_for_the_account(
    who: Actor, case_id: UUID, now: datetime
) -> None:
    """The lawyer's brief and a referral show how the case began, whoever rang since."""
    read = entries(queries.open_case(who, case_id, now=now))
    account = details(read)["text"]
    heard = replace(CALL, text="かけてみた", details={"age": 34})
    written(who, case_id, heard, now)
    known = details(entries(queries.open_case(who, case_id, now=now)))
    assert known["text"] == account != "かけてみた"
    assert known["age"] == 34  # the control: what a contact says by field is the latest


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_leads_where_it_says(
    who: Actor, case_id: UUID, office: OfficeCard, now: datetime, outcome: Outcome
) -> None:
    then = what_next(outcome)
    chosen = now.date() + timedelta(days=9) if then.asks_for_day else None
    case = written(who, case_id, replace(CALL, outcome=outcome, next_on=chosen), now)
    if then.closes:
        assert (case.state, case.closing, standing(case_id)) == ("closed", then.closing, [])
        return
    assert case.state == ("active" if then.turn is Turn.DESK else "waiting")
    due, *first = sorted(standing(case_id), key=lambda each: each.kind == "first_answer")
    unanswered = outcome in (*UNREACHED, Outcome.CALL_BACK)  # it moved with the call
    assert [(each.kind, each.on) for each in first] == [("first_answer", due.on)] * unanswered
    desk = programme(office.slug).desk
    assert due.kind == then.due
    assert due.on == case.next_on == (chosen or working_day(desk, now.date(), then.days or 0))
    again = "retry" if outcome.startswith("no_answer") else "working_days"
    assert due.how == ("chosen" if chosen else again)


@pytest.mark.parametrize(
    ("contact", "code"),
    [
        (replace(CALL, outcome=Outcome.VISIT_BOOKED), r"outcome\.day"),
        (replace(CALL, outcome=Outcome.OTHER), r"outcome\.day"),
        (replace(CALL, minutes=-1), r"minutes\.range"),
        (replace(CALL, minutes=1441), r"minutes\.range"),
        (replace(CALL, text="あ" * 20_001), r"text\.long"),
    ],
)
def test_what_cannot_be_written_down_leaves_nothing(
    who: Actor, case_id: UUID, now: datetime, contact: Contact, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        log(who, queries.find(who, case_id), contact, now=now)
    past = replace(CALL, next_on=now.date() - timedelta(days=1))
    with pytest.raises(Refused, match=r"due\.past"):
        log(who, queries.find(who, case_id), past, now=now)
    assert not Entry.objects.filter(kind="call").exists()
    assert not Line.objects.filter(verb="case.log").exists()


def test_the_officers_day_and_reason_go_before_the_outcomes(
    who: Actor, case_id: UUID, now: datetime
) -> None:
    day = now.date() + timedelta(days=30)
    written(who, case_id, replace(CALL, next_on=day, why="通院のあと"), now)
    [due] = queries.open_case(who, case_id, now=now).dues
    assert (due.on, due.how, due.why) == (day, "chosen", "通院のあと")


def test_a_contact_opens_a_closed_case_again(who: Actor, case_id: UUID, now: datetime) -> None:
    closed = written(who, case_id, replace(CALL, outcome=Outcome.SOLVED), now)
    assert (closed.state, closed.closing) == ("closed", "solved")
    assert written(who, case_id, replace(CALL, outcome=Outcome.WITHDRAWN), now).closed_at
    again = written(who, case_id, CALL, now)
    assert (again.state, again.closing, again.closed_at) == ("waiting", "", None)


def test_whoever_may_not_close_has_the_counsellor_look(
    office: OfficeCard, case_id: UUID, now: datetime
) -> None:
    colleague = actor_of(make_staff(office, "counsellor", "佐藤", now))
    case = written(colleague, case_id, replace(CALL, outcome=Outcome.WITHDRAWN), now)
    assert (case.state, case.closing) == ("active", "")
    assert [due.kind for due in standing(case_id)] == ["close"]
    assert not Line.objects.filter(verb="case.close", outcome="absent").exists()


def test_a_case_that_moved_on_refuses_a_contact_and_never_a_note(
    who: Actor, case_id: UUID, now: datetime
) -> None:
    read_before = queries.find(who, case_id)
    written(who, case_id, CALL, now)
    with pytest.raises(Refused, match=r"case\.stale"):
        log(who, read_before, CALL, now=now)
    note(who, read_before, "あとから", now=now)
    ended = Entry.objects.exclude(kind="promise").order_by("-number")  # the answer waited for
    assert [one.kind for one in ended[:2]] == ["note", "call"]


def test_pressing_twice_writes_once(who: Actor, case_id: UUID, now: datetime) -> None:
    case = queries.find(who, case_id)
    first = log(who, case, CALL, now=now, idempotency_key="key")
    assert log(who, case, CALL, now=now, idempotency_key="key") == first
    assert Entry.objects.filter(kind="call").count() == 1


def test_for_a_denied_colleague_there_is_nothing(
    office: OfficeCard, who: Actor, case_id: UUID, now: datetime
) -> None:
    denied = actor_of(make_staff(office, "counsellor", "佐藤", now))
    cases.deny(who, queries.find(who, case_id), denied.colleague, now=now)
    with pytest.raises(Absent):
        log(denied, queries.find(denied, case_id), CALL, now=now)


def test_a_mail_from_the_person_begins_the_count_of_unanswered_calls_anew(
    who: Actor, case_id: UUID, now: datetime
) -> None:
    missed = replace(CALL, outcome=Outcome.NO_ANSWER_2)
    written(who, case_id, missed, now)
    read = entries(queries.open_case(who, case_id, now=now))
    assert unreached(read) is Outcome.NO_ANSWER_3
    mail = Contact("received", "mail", "in", Outcome.WAITING_PERSON, text="出られずすみません")
    written(who, case_id, mail, now)
    read = entries(queries.open_case(who, case_id, now=now))
    assert unreached(read) is Outcome.NO_ANSWER_1


def test_the_words_of_a_person_that_staff_copied_are_not_written_anew(
    who: Actor, case_id: UUID, now: datetime
) -> None:
    mail = Contact("received", "mail", "in", Outcome.WAITING_PERSON, text="本人の言葉")
    entry_id = log(who, queries.find(who, case_id), mail, now=now)
    case = queries.find(who, case_id)
    with pytest.raises(Refused, match=r"entry\.not_ours"):
        correct(who, case, entry_id, "書きかえ", None, "", now=now)
