"""The verbs of the case page: what each asks, checks and does; which of them a colleague may do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.opening import working_day
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.steps.case import State
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.case import contact, forms
from madoguchi.web.desk.case.days import ahead, working
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.form import Filled, Form
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.queries import Found, OpenedCase
from madoguchi.work.notices import public as notices
from madoguchi.work.record import actions as record

BY_STEP = ("take", "answer", "close", "reopen")
WHILE_OPEN = ("plan", "refer")
SELDOM = ("plan", "refer", "close", "level", "deny")
ALWAYS = ("log", "hear", "correct", "sheet", "note", "level", "deny")


@dataclass(frozen=True)
class Doing:
    """An act about to be done: to which case, with which answers, under which key."""

    request: DeskRequest
    case: Found
    filled: Filled
    once: str
    changes: tuple[Change, ...]

    @property
    def actor(self) -> Actor:
        """Who does it."""
        return self.request.actor

    @property
    def today(self) -> date:
        """The day it is done."""
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
    return record.answer(doing.actor, doing.case, text, on, now=doing.request.now, once=doing.once)


def _note(doing: Doing) -> UUID:
    text = doing.filled.value("note_text")
    return record.note(doing.actor, doing.case, text, now=doing.request.now, once=doing.once)


def _log(doing: Doing) -> UUID:
    told = contact.contact(doing.filled, doing.request.now)
    return record.log(doing.actor, doing.case, told, now=doing.request.now, once=doing.once)


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
        once=doing.once,
    )


def _take(doing: Doing) -> UUID:
    return cases.take(doing.actor, doing.case, now=doing.request.now, once=doing.once)


def _close(doing: Doing) -> UUID:
    reason = doing.filled.value("close_reason")
    return cases.close(doing.actor, doing.case, reason, now=doing.request.now, once=doing.once)


def _reopen(doing: Doing) -> UUID:
    return cases.reopen(doing.actor, doing.case, now=doing.request.now, once=doing.once)


def _level(doing: Doing) -> UUID:
    level = doing.filled.value("level_to")
    return cases.set_level(doing.actor, doing.case, level, now=doing.request.now, once=doing.once)


def _deny(doing: Doing) -> UUID:
    staff_id = UUID(doing.filled.value("deny_staff"))
    return cases.deny(doing.actor, doing.case, staff_id, now=doing.request.now, once=doing.once)


def _check_log(filled: Filled, request: DeskRequest) -> Filled:
    return _working(contact.check(filled, request.now), "log_next_on", request)


def _check_plan(filled: Filled, request: DeskRequest) -> Filled:
    return _working(forms.check_plan(filled, request.now.date()), "plan_on", request)


def _working(filled: Filled, name: str, request: DeskRequest) -> Filled:
    """The form, checked that somebody is at the desk on the day that was chosen."""
    if not filled.ok or not filled.words(name).strip():
        return filled
    changes = notices.changes(request.office.id)
    return working(filled, name, request.now.date(), request.programme.desk, changes)


def _check_denial(filled: Filled, request: DeskRequest) -> Filled:
    staff = colleagues(request.office.id, request.now)
    return forms.check_denial(filled, staff, request.actor.colleague)


ACTS = {
    "take": Act(forms.PRESS, _take),
    "answer": Act(forms.ANSWER, _answer),
    "log": Act(forms.LOG, _log, _check_log),
    "note": Act(forms.NOTE, _note),
    "plan": Act(forms.PLAN, _plan, _check_plan),
    "close": Act(forms.CLOSE, _close),
    "reopen": Act(forms.PRESS, _reopen),
    "level": Act(forms.LEVEL, _level),
    "deny": Act(forms.DENY, _deny, _check_denial),
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
