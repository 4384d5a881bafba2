"""The acts of the case page: what each asks, checks and does; which of them a colleague may do."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.opening import working_day
from madoguchi.rules.steps.case import CLOSING_REASONS, LEVELS, State
from madoguchi.rules.steps.outcome import UNREACHED, Next, Outcome, Turn, what_next
from madoguchi.tools.forms.days import ahead, passed, working
from madoguchi.tools.forms.fields import Choice, Line, Story, Whole, plain
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.signin.colleagues import colleagues
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
    """An outcome as the form offers it, with what follows."""

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
    """The outcomes after which it is the same party's turn."""

    turn: Turn
    choices: tuple[OutcomeChoice, ...]

    @property
    def key(self) -> str:
        """The text key of whose turn it is."""
        return f"turn.{self.turn}"


def outcomes_offered(unreached: Outcome, chosen: str) -> tuple[OutcomeChoices, ...]:
    """The outcomes to choose from, by whose turn follows; of the unanswered ones only the next."""
    offered = (each for each in Outcome if each not in UNREACHED or each in (unreached, chosen))
    ordered = sorted(offered, key=lambda outcome: list(Turn).index(what_next(outcome).turn))
    return tuple(
        OutcomeChoices(turn, tuple(OutcomeChoice(outcome, outcome == chosen) for outcome in same))
        for turn, same in groupby(ordered, key=lambda outcome: what_next(outcome).turn)
    )


@dataclass(frozen=True)
class Press:
    """An act that was pressed: on which case, with which answers, under which key."""

    request: DeskRequest
    case: Found
    filled: Filled
    idempotency_key: str

    @property
    def actor(self) -> Actor:
        return self.request.actor

    @property
    def now(self) -> datetime:
        return self.request.now

    def after_days(self, name: str) -> date:
        """The day as many working days (開庁日) from now as the field says."""
        desk, changes = self.request.programme.desk, notices.changes(self.request.office.id)
        return working_day(desk, self.now.date(), self.filled.value(name), changes)


@dataclass(frozen=True)
class Act:
    """An act of the case page: its form, what is checked across its fields, what is done."""

    form: Form
    perform: Callable[[Press], UUID]
    check: Callable[[Filled, DeskRequest], Filled] = lambda filled, _request: filled


def _take(press: Press) -> UUID:
    return cases.take(press.actor, press.case, now=press.now, idempotency_key=press.idempotency_key)


def _answer(press: Press) -> UUID:
    return record.answer(
        press.actor,
        press.case,
        press.filled.value("answer_text"),
        press.after_days("answer_days"),
        now=press.now,
        idempotency_key=press.idempotency_key,
    )


def _check_log(filled: Filled, request: DeskRequest) -> Filled:
    """A contact has an outcome, a day ahead where that needs one, and a time that has passed."""
    now, outcome = request.now, filled.words("log_outcome")
    if outcome not in set(Outcome):
        filled = filled.refuse("log_outcome", "choose")
    elif what_next(Outcome(outcome)).asks_for_day and not filled.words("log_next_on").strip():
        filled = filled.refuse("log_next_on", "required")
    filled, _ = ahead(filled, "log_next_on", now.date())
    filled, _ = passed(filled, "log_on", now.date())
    if (words := filled.words("log_at").strip()) and CLOCK.fullmatch(plain(words)) is None:
        filled = filled.refuse("log_at", "clock")
    happened_at = _happened_at(filled, now) if filled.ok else None
    if happened_at and happened_at > now:
        filled = filled.refuse("log_at", "future")
    return _check_desk_open(filled, "log_next_on", request)


def _log(press: Press) -> UUID:
    filled = press.filled
    kind, way, direction = HOW[filled.value("log_how")]
    _, next_on = ahead(filled, "log_next_on", press.now.date())
    contact = Contact(
        kind=kind,
        way=way,
        direction=direction,
        outcome=Outcome(filled.value("log_outcome")),
        text=filled.value("log_text"),
        minutes=filled.value("log_minutes") or 0,
        next_on=next_on,
        why=filled.value("log_why"),
        happened_at=_happened_at(filled, press.now),
    )
    return record.log(
        press.actor, press.case, contact, now=press.now, idempotency_key=press.idempotency_key
    )


def _happened_at(filled: Filled, now: datetime) -> datetime | None:
    """When the contact was, if the form says so; a day without a time counts from 0:00."""
    _, on = passed(filled, "log_on", now.date())
    clock = CLOCK.fullmatch(plain(filled.words("log_at")))
    if on is None and clock is None:
        return None
    at = time(int(clock[1]), int(clock[2])) if clock else time(0)
    return datetime.combine(on or now.date(), at, tzinfo=now.tzinfo)


def _note(press: Press) -> UUID:
    text = press.filled.value("note_text")
    return record.note(
        press.actor, press.case, text, now=press.now, idempotency_key=press.idempotency_key
    )


def _check_plan(filled: Filled, request: DeskRequest) -> Filled:
    """A plan has a day or a number of working days."""
    filled, day = ahead(filled, "plan_on", request.now.date())
    if filled.ok and day is None and filled.value("plan_days") in (None, ""):
        filled = filled.refuse("plan_on", "required")
    return _check_desk_open(filled, "plan_on", request)


def _plan(press: Press) -> UUID:
    filled, day = ahead(press.filled, "plan_on", press.now.date())
    return cases.plan(
        press.actor,
        press.case,
        filled.value("plan_kind"),
        day or press.after_days("plan_days"),
        filled.value("plan_why"),
        "chosen" if day else "working_days",
        now=press.now,
        idempotency_key=press.idempotency_key,
    )


def _check_desk_open(filled: Filled, name: str, request: DeskRequest) -> Filled:
    """The form, checked that somebody is at the desk on the day that was chosen."""
    if not filled.ok or not filled.words(name).strip():
        return filled
    changes = notices.changes(request.office.id)
    return working(filled, name, request.now.date(), request.programme.desk, changes)


def _close(press: Press) -> UUID:
    reason = press.filled.value("close_reason")
    return cases.close(
        press.actor, press.case, reason, now=press.now, idempotency_key=press.idempotency_key
    )


def _reopen(press: Press) -> UUID:
    return cases.reopen(
        press.actor, press.case, now=press.now, idempotency_key=press.idempotency_key
    )


def _level(press: Press) -> UUID:
    level = press.filled.value("level_to")
    return cases.set_level(
        press.actor, press.case, level, now=press.now, idempotency_key=press.idempotency_key
    )


def _check_denial(filled: Filled, request: DeskRequest) -> Filled:
    """Only a colleague can be put on the deny list, and nobody themselves."""
    staff, own = colleagues(request.office.id, request.now), request.actor.colleague
    others = {str(colleague.id) for colleague in staff if colleague.id != own}
    return filled if filled.value("deny_staff") in others else filled.refuse("deny_staff", "choose")


def _deny(press: Press) -> UUID:
    staff_id = UUID(press.filled.value("deny_staff"))
    return cases.deny(
        press.actor, press.case, staff_id, now=press.now, idempotency_key=press.idempotency_key
    )


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
