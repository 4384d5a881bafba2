"""The acts of the case page: what each asks, checks and does; which of them a colleague may do."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Literal
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.opening import working_day
from madoguchi.rules.steps.case import CLOSING_REASONS, LEVELS, State
from madoguchi.rules.steps.outcome import UNREACHED, Next, Outcome, Turn, what_next
from madoguchi.tools.forms.days import DayLine, at_desk, dated
from madoguchi.tools.forms.fields import Choice, Line, Story, Whole, plain
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.case import promises
from madoguchi.web.desk.case.promises import Promised
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.formatting import texts_for
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.contact import Against
from madoguchi.work.cases.queries import About, Found, OpenedCase
from madoguchi.work.notices import public as notices
from madoguchi.work.record import actions as record
from madoguchi.work.record.actions import CALLS, Contact, Direction, Kind, Way
from madoguchi.work.record.promises import Said

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
PLANS = ("call", "mail", "receipt", "meet", "check", "wait", "other")
FOLLOW_UP_DAYS = "5"

FORBIDDEN = Reason("contact.forbidden")
AGAINST = (  # asked on a second look: why the person's wish is not followed
    Line("against_why", must_if=True, asks="desk.against.why", limit=500, guarded=True),
    Line("against_rule", asks="desk.against.rule", limit=20),
)

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
        DayLine("log_next_on", hint=True, when="ahead", staffed=True),
        Line("log_why", limit=500, guarded=True),
        *AGAINST,
        DayLine("log_on", hint=True),
        Line("log_at", hint=True, limit=10, width="narrow"),
    ),
)
NOTE = Form(WORDS, (Story("note_text", required=True, hint=True, rows=5, guarded=True),))
PLAN = Form(
    WORDS,
    (
        Choice("plan_kind", required=True, options=PLANS),
        DayLine("plan_on", when="ahead", staffed=True),
        Whole("plan_days", hint=True, least=1, most=250),
        Line("plan_why", required=True, limit=500, guarded=True),
        *AGAINST,
    ),
)
CLOSE = Form(WORDS, (Choice("close_reason", required=True, options=CLOSING_REASONS),))
LEVEL = Form(WORDS, (Choice("level_to", required=True, hint=True, options=LEVELS),))
DENY = Form(WORDS, (Line("deny_staff", required=True, hint=True, limit=40),))
UNDENY = Form(
    WORDS,
    (
        Line("undeny_staff", required=True, limit=40),
        Line("undeny_why", required=True, limit=200, guarded=True),
    ),
)
DANGER = Form(
    WORDS,
    (
        Choice("danger_now", required=True, options=("over", "stays")),
        Story("danger_text", required=True, hint=True, rows=3, guarded=True),
    ),
)
READ = Form(
    WORDS,
    (
        Choice("words_now", required=True, options=("over", "stays")),
        Story("words_text", required=True, hint=True, rows=3, guarded=True),
    ),
)
PRESS = Form(WORDS, ())
BY_STEP = ("take", "answer", "close", "reopen")
WHILE_OPEN = ("plan", "settle", "refer")
SELDOM = ("plan", "settle", "refer", "close", "level", "deny", "undeny")
ALWAYS = ("log", "hear", "correct", "take_out", "sheet", "note", "level", "deny", "undeny")


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


def against(filled: Filled) -> Against | None:
    """Why the person's wish is not followed, if that was asked and said."""
    rule, why = filled.value("against_rule"), filled.value("against_why")
    return Against(rule, why) if rule and why else None


def second_look(filled: Filled, refused: Refused) -> Filled:
    """The form after a refusal; who looked a second time and gave no reason is asked for it."""
    looked = FORBIDDEN in refused.reasons and filled.words("against_rule")
    if looked and not filled.words("against_why").strip():
        return filled.refuse("against_why", "required")
    return filled


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
    promised: Promised = ()

    @property
    def said(self) -> Said:
        """What was said of the open promises."""
        return promises.said(self.filled, self.promised)

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


def check_days(filled: Filled, request: DeskRequest) -> Filled:
    """The form with its days read; where one is planned, somebody is at the desk on it."""
    today, desk = request.now.date(), request.programme.desk
    return at_desk(dated(filled, today), today, desk, notices.changes(request.office.id))


@dataclass(frozen=True)
class Act:
    """An act of the case page: its form, what is checked across its fields, what is done."""

    form: Form
    perform: Callable[[Press], UUID]
    check: Callable[[Filled, DeskRequest], Filled] = check_days
    asks: About | Literal[""] = ""  # about which open dues it asks how they ended


def _take(press: Press) -> UUID:
    actor, case, key = press.actor, press.case, press.idempotency_key
    if case.assignee_id is None or case.assignee_id == actor.staff_id:
        return cases.take(actor, case, now=press.now, idempotency_key=key)
    names = {each.id: each.name for each in colleagues(press.request.office.id, press.now)}
    was, by = names.get(case.assignee_id, ""), names.get(actor.colleague, "")
    said = texts_for(press.request).get("desk.taken_over", "ja", was=was, by=by).words
    return record.take_over(actor, case, said, now=press.now, idempotency_key=key)


def _answer(press: Press) -> UUID:
    return record.answer(
        press.actor,
        press.case,
        press.filled.value("answer_text"),
        press.after_days("answer_days"),
        said=press.said,
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
    filled = check_days(filled, request)
    if (words := filled.words("log_at").strip()) and CLOCK.fullmatch(plain(words)) is None:
        filled = filled.refuse("log_at", "clock")
    happened_at = _happened_at(filled, now) if filled.ok else None
    if happened_at and happened_at > now:
        filled = filled.refuse("log_at", "future")
    return filled


def _log(press: Press) -> UUID:
    filled = press.filled
    kind, way, direction = HOW[filled.value("log_how")]
    contact = Contact(
        kind=kind,
        way=way,
        direction=direction,
        outcome=Outcome(filled.value("log_outcome")),
        text=filled.value("log_text"),
        minutes=filled.value("log_minutes") or 0,
        next_on=filled.value("log_next_on"),
        why=filled.value("log_why"),
        happened_at=_happened_at(filled, press.now),
        against=against(press.filled),
    )
    return record.log(
        press.actor,
        press.case,
        contact,
        said=press.said,
        now=press.now,
        idempotency_key=press.idempotency_key,
    )


def not_kept(filled: Filled, promised: Promised) -> bool:
    """Whether a call was said to be kept, though nobody answered: it stands for the next one."""
    kept = any(
        kind in CALLS and filled.value(f"how_{due_id.hex}") == "kept"
        for due_id, kind, _ in promised
    )
    return kept and filled.value("log_outcome") in UNREACHED


def _happened_at(filled: Filled, now: datetime) -> datetime | None:
    """When the contact was, if the form says so; a day without a time counts from 0:00."""
    on = filled.value("log_on")
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
    filled = check_days(filled, request)
    if filled.ok and filled.value("plan_on") is None and filled.value("plan_days") in (None, ""):
        filled = filled.refuse("plan_on", "required")
    return filled


def _plan(press: Press) -> UUID:
    filled, day = press.filled, press.filled.value("plan_on")
    planned = (
        filled.value("plan_kind"),
        day or press.after_days("plan_days"),
        filled.value("plan_why"),
        "chosen" if day else "working_days",
    )
    once = {"now": press.now, "idempotency_key": press.idempotency_key}
    if said := against(filled):
        return record.plan_against(press.actor, press.case, *planned, said, **once)
    return cases.plan(press.actor, press.case, *planned, **once)


def _close(press: Press) -> UUID:
    reason = press.filled.value("close_reason")
    return record.close(
        press.actor,
        press.case,
        reason,
        press.said,
        now=press.now,
        idempotency_key=press.idempotency_key,
    )


def _settle(press: Press) -> UUID:
    return record.settle(
        press.actor,
        press.case,
        press.said,
        now=press.now,
        idempotency_key=press.idempotency_key,
    )


def _looked(name: str, verb: Callable[..., UUID]) -> Callable[[Press], UUID]:
    """What says, of the flag or of unread words, whether the danger is over."""

    def perform(press: Press) -> UUID:
        return verb(
            press.actor,
            press.case,
            press.filled.value(f"{name}_text"),
            over=press.filled.value(f"{name}_now") == "over",
            now=press.now,
            idempotency_key=press.idempotency_key,
        )

    return perform


def _reopen(press: Press) -> UUID:
    return record.reopen(
        press.actor, press.case, now=press.now, idempotency_key=press.idempotency_key
    )


def _level(press: Press) -> UUID:
    level = press.filled.value("level_to")
    return cases.set_level(
        press.actor, press.case, level, now=press.now, idempotency_key=press.idempotency_key
    )


def _check_denial(filled: Filled, request: DeskRequest) -> Filled:
    """Only a colleague can be put on the deny list, and nobody themselves."""
    others = _others(request)
    return filled if filled.value("deny_staff") in others else filled.refuse("deny_staff", "choose")


def _check_return(filled: Filled, request: DeskRequest) -> Filled:
    """Only a colleague can be taken off it."""
    name = "undeny_staff"
    return filled if filled.value(name) in _others(request) else filled.refuse(name, "choose")


def _others(request: DeskRequest) -> set[str]:
    staff, own = colleagues(request.office.id, request.now), request.actor.colleague
    return {str(colleague.id) for colleague in staff if colleague.id != own}


def _deny(press: Press) -> UUID:
    staff_id = UUID(press.filled.value("deny_staff"))
    return cases.deny(
        press.actor, press.case, staff_id, now=press.now, idempotency_key=press.idempotency_key
    )


def _undeny(press: Press) -> UUID:
    return record.undeny(
        press.actor,
        press.case,
        UUID(press.filled.value("undeny_staff")),
        press.filled.value("undeny_why"),
        now=press.now,
        idempotency_key=press.idempotency_key,
    )


ACTS = {
    "take": Act(PRESS, _take),
    "answer": Act(ANSWER, _answer, asks="promises"),
    "log": Act(LOG, _log, _check_log, asks="answers"),
    "note": Act(NOTE, _note),
    "plan": Act(PLAN, _plan, _check_plan),
    "danger": Act(DANGER, _looked("danger", record.look_at_danger)),
    "words": Act(READ, _looked("words", record.read_words)),
    "close": Act(CLOSE, _close, asks="answers"),
    "settle": Act(PRESS, _settle, asks="dues"),
    "reopen": Act(PRESS, _reopen),
    "level": Act(LEVEL, _level),
    "deny": Act(DENY, _deny, _check_denial),
    "undeny": Act(UNDENY, _undeny, _check_return),
}


def _of_danger(opened: OpenedCase) -> tuple[str, ...]:
    """Of unread words whoever reads them says what they came to; of the flag, who has the case."""
    if opened.card.noticed:
        return ("words",)
    return ("danger",) if opened.card.urgent else ()


def verb_of(name: str) -> str:
    """The verb of an act in `rights.toml`: what may be planned may be said to have been done."""
    return "case.plan" if name == "settle" else f"case.{name}"


def offered(actor: Actor, opened: OpenedCase) -> frozenset[str]:
    """The verbs that state and rights leave this colleague, those of pages of their own too."""
    possible = {str(verb) for verb in opened.verbs} & set(BY_STEP) | set(ALWAYS)
    if opened.card.state != State.CLOSED:
        possible |= {*WHILE_OPEN, *_of_danger(opened)}
    if not opened.may_return:
        possible -= {"undeny"}
    if opened.card.assignee_id == actor.staff_id:
        possible -= {"take"}
    return frozenset(
        name for name in possible if rights.may(actor.role, verb_of(name), opened.situation)
    )
