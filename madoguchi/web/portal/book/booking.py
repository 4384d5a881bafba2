"""A booking while it is written (予約の手続き): its pages, its draft, what is asked for.

Who comes new is asked whether there is danger, then for a date, then how contact is safe, who they
are and what it is about. Whose receipt is open is asked for the date and the matter alone.

The draft lies apart from a request in the same browser. It names the case whose receipt was open
(its mark), or none: what one person typed is neither shown to nor sent for another who opens their
receipt in the same browser.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.tools.forms.fields import Choice, Line, Name, Story, Whole
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.seal import MARK_LENGTH
from madoguchi.web.kit.answers import DANGER, RESIDENCES
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.consult import steps as consult
from madoguchi.web.portal.consult.steps import answered, own_answers
from madoguchi.web.portal.consult.steps import wishes as wishes_of
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.safety.visitor import visitor
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic.public import Wanted
from madoguchi.work.intake import public as intake
from madoguchi.work.intake.public import Request

FIRST, DATES, CONTACT, SELF, ABOUT = range(1, 6)
MOST_PEOPLE = 99
LONGEST_SUBJECT = 2000
OF_PERSON = ("danger", "name", "email", "residence", "town")


@dataclass(frozen=True)
class Step(consult.Step):
    """One page of a booking; its name is its number."""

    @property
    def number(self) -> int:
        """Its number, one of those above."""
        return int(self.name)

    @property
    def heading(self) -> str:
        """The text key of its heading."""
        return f"book.step_{self.number}"


@dataclass(frozen=True)
class Route:
    """The pages that a person sees, in order; the date is chosen on one of them."""

    numbers: tuple[int, ...]

    @property
    def last(self) -> int:
        """How many pages there are."""
        return len(self.numbers)

    def place(self, number: int) -> int:
        """Its place among them, from 1."""
        return self.numbers.index(number) + 1

    def after(self, number: int) -> int | None:
        """The next page; None for the check page."""
        place = self.place(number)
        return self.numbers[place] if place < self.last else None

    def before(self, number: int) -> int | None:
        """The page before, None on the first one."""
        place = self.place(number)
        return self.numbers[place - 2] if place > 1 else None


@dataclass(frozen=True)
class Booker:
    """Who books: the visitor, the case whose receipt is open, what was typed until now."""

    who: visit.Holder
    held: cases.Holding | None
    draft: dict[str, Any] | None

    @property
    def own(self) -> visit.Holder:
        """Where the draft, the hold and the receipt of this procedure lie."""
        return self.who.second

    @property
    def mark(self) -> str:
        """The name of the case in its forms; empty for who comes new."""
        return self.held.drawer.mark if self.held else ""

    @property
    def route(self) -> Route:
        """The pages that this person sees."""
        return KNOWN if self.held else NEW

    @property
    def answers(self) -> Typed:
        """What was typed until now."""
        typed: Typed = (self.draft or {}).get("answers", {})
        return typed


OF_CONTACT = ("contact_rule", "phone", "name_desk", "email", "mail")
NEW, KNOWN = Route((FIRST, DATES, CONTACT, SELF, ABOUT)), Route((DATES, ABOUT))


@lru_cache(maxsize=16)
def steps(clinic: Clinic) -> dict[int, Step]:
    """The pages with questions, by number; the clinic's data say what has to be answered."""
    asked = clinic.booking.asked
    forms = {
        FIRST: Form(consult.WORDS, (Choice("danger", required=True, options=DANGER),)),
        CONTACT: Form(
            consult.WORDS,
            tuple(field for field in consult.FORMS["contact"].fields if field.name in OF_CONTACT),
        ),
        SELF: Form(
            consult.WORDS,
            (
                Name("name", hint=True, required="name" in asked),
                Choice("residence", required="residence" in asked, options=RESIDENCES),
                Line("town", limit=100, width="middle"),
                consult.HOURS,
            ),
        ),
        ABOUT: Form(
            "book",
            (
                Story("subject", hint=True, rows=5, limit=LONGEST_SUBJECT, guarded=True),
                Line("other_party", hint=True),
                Choice("names_ok", hint=True, options=("yes", "no")),
                Whole("people", hint=True, least=1, most=MOST_PEOPLE),
                Line("note", hint=True, guarded=True),
            ),
        ),
    }
    return {number: Step(str(number), form) for number, form in forms.items()}


def check(step: consult.Step, answers: Typed, clinic: Clinic, desk: Desk) -> Filled:
    """The page checked; no more people than there are chairs."""
    filled = consult.check(step, answers, desk)
    people, most = filled.values.get("people"), clinic.booking.people_most
    if isinstance(people, int) and people > most:
        return filled.refuse("people", "range", least=1, most=most)
    return filled


def unready(
    route: Route, answers: Typed, clinic: Clinic, desk: Desk
) -> tuple[consult.Step, Filled] | None:
    """The first page that keeps the booking from being sent, checked; None when it can go."""
    found = steps(clinic)
    for number in route.numbers:
        if number in found:
            filled = check(found[number], answers, clinic, desk)
            if not filled.ok:
                return found[number], filled
    return None


def pages(route: Route, clinic: Clinic) -> tuple[Step, ...]:
    """The pages with questions that a person sees."""
    return tuple(step for number, step in steps(clinic).items() if number in route.numbers)


def reader(request: OfficeRequest) -> Booker | None:
    """Who reads a page; None without a cookie."""
    who = visitor(request)
    if who is None:
        return None
    held = session.recall(who, request.now)
    return Booker(who, held, _own_draft(request, who, held.drawer.mark if held else ""))


def saved(request: OfficeRequest, who: visit.Holder, typed: Typed) -> Booker | None:
    """Who sends a form, with what it sent saved first, though the receipt be closed by now."""
    mark, booker = _mark(request), sender(request, who)
    if _own_draft(request, who, mark) is None:
        visit.drop(who.second, "draft")

    def change(draft: dict[str, Any]) -> None:
        draft["case"] = mark
        draft["answers"].update(typed)

    now = request.now
    before = () if booker and booker.held else None  # who shows a receipt takes nothing of the day
    kept = intake.keep(who.second, change, (), network(request), now, before=before)
    return booker and replace(booker, draft=kept.draft)


def sent_before(request: OfficeRequest, who: visit.Holder) -> bool:
    """Whether the form comes after the booking was sent: there is no draft any more."""
    now = request.now
    draft = visit.recall(who.second, "draft", now)
    return draft is None and visit.recall(who.second, "done", now) is not None


def sender(request: OfficeRequest, who: visit.Holder) -> Booker | None:
    """Who sends a form; None when the receipt that its page belonged to is open no more."""
    mark = _mark(request)
    held = session.recall(who, request.now) if mark else None
    if mark and (held is None or held.drawer.mark != mark):
        return None
    return Booker(who, held, _own_draft(request, who, mark))


def _mark(request: OfficeRequest) -> str:
    """The mark of the case that a form names; empty for who comes new."""
    return str(request.POST.get("case", ""))[:MARK_LENGTH]


def _own_draft(request: OfficeRequest, who: visit.Holder, mark: str) -> dict[str, Any] | None:
    """The draft, unless it was typed for another case."""
    draft = visit.recall(who.second, "draft", request.now)
    return draft if draft and draft.get("case", "") in ("", mark) else None


def new_request(answers: Typed, clinic: Clinic, read_at: datetime) -> Request:
    """The request that opens a case, of complete answers; what it is about stands in `wanted`."""
    values: dict[str, Any] = {}
    for step in pages(NEW, clinic):
        values.update(step.form.check(own_answers(step, answers)).values)
    about = {name: values[name] for name in OF_PERSON}
    phone = (answers.get("phone") or [""])[0].strip()
    return Request(
        urgent=values["danger"] == "yes",
        about=answered({**about, "phone": phone, "phone_digits": values["phone"] or ""}),
        wishes=wishes_of(values),
        story={},
        first_due_on=read_at.date(),
        read_at=read_at,
        answers=answers,
        mail_unasked=values["mail"] != "yes",
    )


def wanted(answers: Typed, clinic: Clinic) -> Wanted:
    """What it is about and who comes; names are passed on beforehand only where that was said."""
    step = steps(clinic)[ABOUT]
    values = step.form.check(own_answers(step, answers)).values
    people = values["people"]
    return Wanted(
        subject=str(values["subject"] or ""),
        other_party=str(values["other_party"] or ""),
        people=people if isinstance(people, int) else 1,
        names_ok=values["names_ok"] == "yes",
        note=str(values["note"] or ""),
    )
