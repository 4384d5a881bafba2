"""The acts of the case page: what each asks, checks and does; which of them a colleague may do."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.opening import working_day
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.steps.case import CLOSING_REASONS, LEVELS, State
from madoguchi.rules.steps.outcome import UNREACHED, Next, Outcome, Turn, what_next
from madoguchi.tools.forms.days import ahead, passed, working
from madoguchi.tools.forms.fields import Choice, Line, Story, Whole, plain
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.signin.colleagues import Colleague, colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.queries import Found, OpenedCase
from madoguchi.work.notices import public as notices
from madoguchi.work.record import actions as record
from madoguchi.work.record.actions import Contact, Direction, Kind, Way

HOW: Mapping[str, tuple[Kind, Way, Direction]] = {
    "call_out": ("call", "phone", "out"),
    "call_in": ("call", "phone", "in"),
    "interview": ("interview", "counter", "in"),
    "letter_in": ("letter", "letter", "in"),
    "fax_in": ("letter", "fax", "in"),
    "letter_out": ("letter", "letter", "out"),
}
CLOCK = re.compile(r"([01]?\d|2[0-3])(?::|時)([0-5]\d)分?")
WORDS = "desk.case"
PLANS = ("call", "mail", "meet", "check", "wait", "other")
FOLLOW_UP_DAYS = "5"

ANSWER = Form(
    WORDS,
    (
        Story("answer_text", required=True, hint=True, rows=7, guarded=True),
        Whole("answer_days", required=True, hint=True, least=1, most=120),
    ),
)
LOG = Form(
    WORDS,
    (
        Choice("log_how", required=True, options=tuple(HOW)),
        Story("log_text", hint=True, rows=5, guarded=True),
        Line("log_outcome", required=True, limit=40),
        Whole("log_minutes", least=0, most=1440),
        Line("log_next_on", hint=True, limit=40, width="middle"),
        Line("log_why", limit=500, guarded=True),
        Line("log_on", hint=True, limit=40, width="middle"),
        Line("log_at", hint=True, limit=10, width="narrow"),
    ),
)
NOTE = Form(WORDS, (Story("note_text", required=True, hint=True, rows=5, guarded=True),))
PLAN = Form(
    WORDS,
    (
        Choice("plan_kind", required=True, options=PLANS),
        Line("plan_on", hint=True, limit=40, width="middle"),
        Whole("plan_days", hint=True, least=1, most=250),
        Line("plan_why", required=True, limit=500, guarded=True),
    ),
)
CLOSE = Form(WORDS, (Choice("close_reason", required=True, options=CLOSING_REASONS),))
LEVEL = Form(WORDS, (Choice("level_to", required=True, hint=True, options=LEVELS),))
DENY = Form(WORDS, (Line("deny_staff", required=True, hint=True, limit=40),))
PRESS = Form(WORDS, ())
BY_STEP = ("take", "answer", "close", "reopen")
WHILE_OPEN = ("plan", "refer")
SELDOM = ("plan", "refer", "close", "level", "deny")
ALWAYS = ("log", "hear", "correct", "sheet", "note", "level", "deny")


@dataclass(frozen=True)
class OutcomeChoice:
    """One outcome as the form offers it, with what follows."""

    outcome: Outcome
    chosen: bool

    @property
    def key(self) -> str:
        """The text key of the outcome."""
        return f"outcome.{self.outcome}"

    @property
    def then(self) -> Next:
        return what_next(self.outcome)


@dataclass(frozen=True)
class OutcomeChoices:
    """The outcomes after which the turn is one party's."""

    turn: Turn
    choices: tuple[OutcomeChoice, ...]

    @property
    def key(self) -> str:
        """The text key of whose turn it is."""
        return f"turn.{self.turn}"


def outcomes_offered(unreached: Outcome, chosen: str) -> tuple[OutcomeChoices, ...]:
    """The outcomes to choose from, by whose turn follows; of the unanswered ones only the next."""
    offered = (one for one in Outcome if one not in UNREACHED or one in (unreached, chosen))
    ordered = sorted(offered, key=lambda one: list(Turn).index(what_next(one).turn))
    return tuple(
        OutcomeChoices(turn, tuple(OutcomeChoice(one, one == chosen) for one in same))
        for turn, same in groupby(ordered, key=lambda one: what_next(one).turn)
    )


def check_contact(filled: Filled, now: datetime) -> Filled:
    """A contact has an outcome, a day ahead where that needs one, and a time that has passed."""
    outcome = filled.words("log_outcome")
    if outcome not in set(Outcome):
        filled = filled.refuse("log_outcome", "choose")
    elif what_next(Outcome(outcome)).asks_for_day and not filled.words("log_next_on").strip():
        filled = filled.refuse("log_next_on", "required")
    filled, _ = ahead(filled, "log_next_on", now.date())
    filled, _ = passed(filled, "log_on", now.date())
    if (words := filled.words("log_at").strip()) and CLOCK.fullmatch(plain(words)) is None:
        filled = filled.refuse("log_at", "clock")
    happened = _happened(filled, now) if filled.ok else None
    return filled.refuse("log_at", "future") if happened and happened > now else filled


def contact(filled: Filled, now: datetime) -> Contact:
    """The contact, from a form that is whole."""
    kind, way, direction = HOW[filled.value("log_how")]
    _, next_on = ahead(filled, "log_next_on", now.date())
    return Contact(
        kind=kind,
        way=way,
        direction=direction,
        outcome=Outcome(filled.value("log_outcome")),
        text=filled.value("log_text"),
        minutes=filled.value("log_minutes") or 0,
        next_on=next_on,
        why=filled.value("log_why"),
        happened_at=_happened(filled, now),
    )


def _happened(filled: Filled, now: datetime) -> datetime | None:
    """When it was, where the form says so; a day without a time is that day's beginning."""
    _, on = passed(filled, "log_on", now.date())
    clock = CLOCK.fullmatch(plain(filled.words("log_at")))
    if on is None and clock is None:
        return None
    at = time(int(clock[1]), int(clock[2])) if clock else time(0)
    return datetime.combine(on or now.date(), at, tzinfo=now.tzinfo)


def check_plan(filled: Filled, today: date) -> Filled:
    """A plan has a day or a number of working days."""
    filled, found = ahead(filled, "plan_on", today)
    if filled.ok and found is None and filled.value("plan_days") in (None, ""):
        return filled.refuse("plan_on", "required")
    return filled


def check_denial(filled: Filled, colleagues: tuple[Colleague, ...], own: UUID) -> Filled:
    """Only a colleague can be put on the deny list, and nobody themselves."""
    others = {str(one.id) for one in colleagues if one.id != own}
    return filled if filled.value("deny_staff") in others else filled.refuse("deny_staff", "choose")


@dataclass(frozen=True)
class Doing:
    """An act about to be done: to which case, with which answers, under which key."""

    request: DeskRequest
    case: Found
    filled: Filled
    idempotency_key: str
    changes: tuple[Change, ...]

    @property
    def actor(self) -> Actor:
        return self.request.actor

    @property
    def today(self) -> date:
        return self.request.now.date()

    def after_days(self, name: str) -> date:
        """The day that lies the field's number of working days (開庁日) ahead."""
        desk, ahead = self.request.programme.desk, self.filled.value(name)
        return working_day(desk, self.today, ahead, self.changes)


@dataclass(frozen=True)
class Act:
    """One verb: its form, what is checked across its fields, what is done."""

    form: Form
    do: Callable[[Doing], UUID]
    check: Callable[[Filled, DeskRequest], Filled] = lambda filled, _request: filled


def _answer(doing: Doing) -> UUID:
    text, on = doing.filled.value("answer_text"), doing.after_days("answer_days")
    return record.answer(
        doing.actor,
        doing.case,
        text,
        on,
        now=doing.request.now,
        idempotency_key=doing.idempotency_key,
    )


def _note(doing: Doing) -> UUID:
    text = doing.filled.value("note_text")
    return record.note(
        doing.actor, doing.case, text, now=doing.request.now, idempotency_key=doing.idempotency_key
    )


def _log(doing: Doing) -> UUID:
    told = contact(doing.filled, doing.request.now)
    return record.log(
        doing.actor, doing.case, told, now=doing.request.now, idempotency_key=doing.idempotency_key
    )


def _plan(doing: Doing) -> UUID:
    filled, on = ahead(doing.filled, "plan_on", doing.today)
    kind, why = filled.value("plan_kind"), filled.value("plan_why")
    how = "chosen" if on else "working_days"
    return cases.plan(
        doing.actor,
        doing.case,
        kind,
        on or doing.after_days("plan_days"),
        why,
        how,
        now=doing.request.now,
        idempotency_key=doing.idempotency_key,
    )


def _take(doing: Doing) -> UUID:
    return cases.take(
        doing.actor, doing.case, now=doing.request.now, idempotency_key=doing.idempotency_key
    )


def _close(doing: Doing) -> UUID:
    reason = doing.filled.value("close_reason")
    return cases.close(
        doing.actor,
        doing.case,
        reason,
        now=doing.request.now,
        idempotency_key=doing.idempotency_key,
    )


def _reopen(doing: Doing) -> UUID:
    return cases.reopen(
        doing.actor, doing.case, now=doing.request.now, idempotency_key=doing.idempotency_key
    )


def _level(doing: Doing) -> UUID:
    level = doing.filled.value("level_to")
    return cases.set_level(
        doing.actor, doing.case, level, now=doing.request.now, idempotency_key=doing.idempotency_key
    )


def _deny(doing: Doing) -> UUID:
    staff_id = UUID(doing.filled.value("deny_staff"))
    return cases.deny(
        doing.actor,
        doing.case,
        staff_id,
        now=doing.request.now,
        idempotency_key=doing.idempotency_key,
    )


def _check_log(filled: Filled, request: DeskRequest) -> Filled:
    return _working(check_contact(filled, request.now), "log_next_on", request)


def _check_plan(filled: Filled, request: DeskRequest) -> Filled:
    return _working(check_plan(filled, request.now.date()), "plan_on", request)


def _working(filled: Filled, name: str, request: DeskRequest) -> Filled:
    """The form, checked that somebody is at the desk on the day that was chosen."""
    if not filled.ok or not filled.words(name).strip():
        return filled
    changes = notices.changes(request.office.id)
    return working(filled, name, request.now.date(), request.programme.desk, changes)


def _check_denial(filled: Filled, request: DeskRequest) -> Filled:
    staff = colleagues(request.office.id, request.now)
    return check_denial(filled, staff, request.actor.colleague)


ACTS = {
    "take": Act(PRESS, _take),
    "answer": Act(ANSWER, _answer),
    "log": Act(LOG, _log, _check_log),
    "note": Act(NOTE, _note),
    "plan": Act(PLAN, _plan, _check_plan),
    "close": Act(CLOSE, _close),
    "reopen": Act(PRESS, _reopen),
    "level": Act(LEVEL, _level),
    "deny": Act(DENY, _deny, _check_denial),
}


def offered(actor: Actor, opened: OpenedCase) -> frozenset[str]:
    """The verbs that state and rights leave this colleague, those of pages of their own too."""
    possible = {str(verb) for verb in opened.verbs} & set(BY_STEP) | set(ALWAYS)
    if opened.card.state != State.CLOSED:
        possible |= set(WHILE_OPEN)
    if opened.card.assignee_id == actor.staff_id:
        possible -= {"take"}
    return frozenset(
        name for name in possible if rights.may(actor.role, f"case.{name}", opened.situation)
    )
