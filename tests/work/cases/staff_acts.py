"""Everything that staff can do to a case, one call a verb, for tests of who may not."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, time

from madoguchi.rules.programme.load import programme
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import Wishes
from madoguchi.work.evidence import queries as evidence
from madoguchi.work.intake.desk import actions as desk
from madoguchi.work.intake.mail import actions as mails
from madoguchi.work.interviews import actions as interviews
from madoguchi.work.interviews import queries as interviewing
from madoguchi.work.interviews.public import InterviewRevision, Wanted, When
from madoguchi.work.issued import actions as issued
from madoguchi.work.record import actions as record
from madoguchi.work.referrals import actions as referrals
from madoguchi.work.search import queries as number_queries
from tests.work.cases.awaiting import answered
from tests.work.cases.clinic_acts import CLINIC_ACTS
from tests.work.cases.grant_acts import GRANT_ACTS

type Act = Callable[[Actor, Case, datetime], object]

CALL = record.Contact("call", "phone", "out", Outcome.ANSWERED)
DESK = programme("shibukawa").desk
NEXT_MONDAY = When(date(2026, 12, 7), time(10, 30))
SEEN = InterviewRevision(uuid.uuid4(), 0)
PAPER = issued.MadePaper("subsidy_guide", "補助金の案内", b"%PDF-1.7", 1, ())
TOLD = referrals.Consent("told_only")

ACTS: dict[str, Act] = {
    "case.read": lambda who, case, now: queries.open_case(who, case.id, now=now),
    "case.adopt": lambda who, case, now: queries.adopt(who, case, now=now),
    "case.take": lambda who, case, now: actions.take(who, case, now=now),
    "case.answer": lambda who, case, now: record.answer(who, case, "返事", now.date(), now=now),
    "case.note": lambda who, case, now: record.note(who, case, "メモ", now=now),
    "case.log": lambda who, case, now: record.log(who, case, CALL, now=now),
    "case.hear": lambda who, case, now: record.add_details(who, case, {"name": "山田"}, now=now),
    "case.correct": lambda who, case, now: record.correct(
        who, case, uuid.uuid4(), "訂正", None, "", now=now
    ),
    "case.sheet": lambda who, case, now: queries.print_case(who, case.id, now=now),
    "case.plan": lambda who, case, now: actions.plan(
        who, case, "call", now.date(), "電話", "chosen", now=now
    ),
    "case.close": lambda who, case, now: record.close(who, case, "solved", answered(case), now=now),
    "case.danger": lambda who, case, now: record.look_at_danger(
        who, case, "様子", over=False, now=now
    ),
    "case.words": lambda who, case, now: record.read_words(who, case, "様子", over=False, now=now),
    "case.reopen": lambda who, case, now: record.reopen(who, case, now=now),
    "case.level": lambda who, case, now: actions.set_level(who, case, "care", now=now),
    "case.deny": lambda who, case, now: actions.deny(who, case, uuid.uuid4(), now=now),
    "case.undeny": lambda who, case, now: record.undeny(
        who, case, uuid.uuid4(), "まちがい", now=now
    ),
    "case.refer": lambda who, case, now: referrals.refer(
        who, case, referrals.NewReferral("houterasu", TOLD, now.date()), now=now
    ),
    "referral.print": lambda who, case, now: referrals.print_draft(
        who, case, uuid.uuid4(), now=now
    ),
    "wish.record": lambda who, case, now: record.record_wishes(
        who, case, Wishes("wait", said="本人から電話で"), now=now
    ),
    "intake.attach": lambda who, case, now: desk._attach(who, case, uuid.uuid4(), (), now=now),
    "case.enclose": lambda who, case, now: mails._enclose(
        who, case, "メール", (), now.date(), by_person=True, now=now
    ),
    "case.take_out": lambda who, case, now: mails.take_out(
        who, case, uuid.uuid4(), "別の人", now=now, idempotency_key=uuid.uuid4().hex
    ),
    "number.open": lambda who, case, now: number_queries._open(who, case, "同じ番号", now=now),
    "receipt.show": lambda who, case, now: desk.show_receipt(who, case, now=now),
    "receipt.print": lambda who, case, now: desk.print_receipt(who, case, now=now),
    "receipt.hand": lambda who, case, now: desk.hand_receipt(who, case, handed=True, now=now),
    "case.show": lambda who, case, now: actions.show(who, case, now=now),
    "case.print": lambda who, case, now: actions.print_shown(who, case, now=now),
    "interview.book": lambda who, case, now: interviews.book(
        who, case, DESK, (), NEXT_MONDAY, Wanted(), now=now
    ),
    "interview.move": lambda who, case, now: interviews.move(
        who, case, SEEN, DESK, (), NEXT_MONDAY, now=now
    ),
    "interview.cancel": lambda who, case, now: interviews.cancel(who, case, SEEN, now=now),
    "interview.prepare": lambda who, case, now: interviewing._needs(who, case, set(), now=now),
    "interview.sheet": lambda who, case, now: interviewing._listed(who, case, set(), now=now),
    "interview.attend": lambda who, case, now: interviews.attend(
        who, case, SEEN, came=True, now=now
    ),
    "file.read": lambda who, case, now: evidence.original(who, case, uuid.uuid4(), now=now),
    "paper.issue": lambda who, case, now: issued.issue(who, case, PAPER, now=now),
    "paper.copy": lambda who, case, now: issued.copy(who, case, uuid.uuid4(), now=now),
    **CLINIC_ACTS,
    **GRANT_ACTS,
}


def shown(actor: Actor, now: datetime) -> set[object]:
    """The ids of the cases on all tabs of the inbox."""
    return {card.id for tab in queries.TABS for card in queries.inbox(actor, tab, now.date()).cards}
