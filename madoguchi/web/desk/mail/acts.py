"""What becomes of a mail: what each act asks, does, and where it leads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.urls import reverse

from madoguchi.rules.decision import Absent
from madoguchi.rules.opening import working_day
from madoguchi.rules.proposals import Proposal
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.mail import forms
from madoguchi.web.desk.mail.as_entry import as_entry
from madoguchi.web.kit.form import Filled, Form
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.intake.desk.actions import TakenIn
from madoguchi.work.intake.mail import actions
from madoguchi.work.intake.mail.queries import Opened
from madoguchi.work.notices import public as notices
from madoguchi.work.record.actions import Contact
from madoguchi.work.search import queries as search

PURPOSE = "same"
STORY = ("urls",)


@dataclass(frozen=True)
class Doing:
    """An act about to be done: on which mail, with which answers, under which key."""

    request: DeskRequest
    opened: Opened
    proposals: tuple[Proposal, ...] = field(repr=False)
    filled: Filled
    once: str

    def in_days(self, count: int) -> date:
        """The day that lies so many working days (開庁日) ahead."""
        changes = notices.changes(self.request.office.id)
        return working_day(self.request.programme.desk, self.request.now.date(), count, changes)


@dataclass(frozen=True)
class Done:
    """Where an act that was done leads; nowhere where something has to be changed or chosen."""

    to: str
    filled: Filled
    found: search.Found | None = None


@dataclass(frozen=True)
class Act:
    """One act: its form and what is done."""

    form: Form
    do: Callable[[Doing], Done]


def _take(doing: Doing) -> Done:
    filled, told = forms.answers(doing.filled, doing.proposals)
    if not filled.ok:
        return Done("", filled)
    contact = Contact(
        kind="received",
        way="mail",
        direction="in",
        outcome=Outcome.OTHER,
        text=as_entry(doing.opened.said, doing.request),
        next_on=doing.in_days(filled.value("next_days")),
        why=filled.value("why"),
        told={name: told[name] for name in STORY if name in told},
    )
    new = TakenIn(
        channel="mail",
        urgent=bool(filled.value("urgent")),
        about={name: value for name, value in told.items() if name not in STORY},
        wishes=forms.wishes(filled),
        contact=contact,
    )
    request, opened = doing.request, doing.opened
    case_id = actions.take(
        request.actor,
        opened.mail,
        opened.raw,
        request.office,
        new,
        now=request.now,
        once=doing.once,
    )
    return Done(reverse("receipt", args=[case_id]), filled)


def _find(doing: Doing) -> Done:
    if not doing.filled.ok:
        return Done("", doing.filled)
    at, words = AtOffice(doing.request.office.id), doing.filled.value("words")
    found = search.search(doing.request.actor, at, words, PURPOSE, now=doing.request.now)
    return Done("", doing.filled, found)


def _add(doing: Doing) -> Done:
    request, opened = doing.request, doing.opened
    case = cases.find(request.actor, _chosen(doing.filled))
    case_id = actions.add(
        request.actor,
        opened.mail,
        opened.raw,
        case,
        as_entry(opened.said, request),
        doing.in_days(1),
        now=request.now,
        once=doing.once,
    )
    return Done(reverse("case", args=[case_id]), doing.filled)


def _chosen(filled: Filled) -> UUID:
    try:
        return UUID(filled.words("case"))
    except ValueError as error:
        raise Absent from error


def _aside(doing: Doing) -> Done:
    actions.lay_aside(
        doing.request.actor, doing.opened.mail, now=doing.request.now, once=doing.once
    )
    return Done(reverse("mail"), doing.filled)


def _back(doing: Doing) -> Done:
    actions.put_back(doing.request.actor, doing.opened.mail, now=doing.request.now, once=doing.once)
    return Done(reverse("mail-one", args=[doing.opened.line.id]), doing.filled)


ACTS = {
    "take": Act(forms.TAKE, _take),
    "find": Act(forms.FIND, _find),
    "add": Act(forms.ADD, _add),
    "aside": Act(forms.PRESS, _aside),
    "back": Act(forms.PRESS, _back),
}
