"""What can be done with a question about a page: each act with its form."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.fields import Choice, Story
from madoguchi.web.kit.form import Filled, Form
from madoguchi.web.kit.reading import words_for
from madoguchi.work.cases.public import Loose
from madoguchi.work.intake.enquiry import actions

WORDS = "desk.enquiry"


@dataclass(frozen=True)
class Doing:
    """An act about to be done: with which question, which answers, under which key."""

    request: DeskRequest
    enquiry_id: UUID
    filled: Filled
    once: str

    @property
    def thing(self) -> Loose:
        """The question as the subject of an act."""
        return Loose(self.request.office.id, self.enquiry_id)


@dataclass(frozen=True)
class Act:
    """One verb: its form and what is done; the id that comes of it."""

    form: Form
    do: Callable[[Doing], UUID]


def _answer(doing: Doing) -> UUID:
    request, text = doing.request, doing.filled.value("answer_text")
    return actions.answer(request.actor, doing.thing, text, now=request.now, once=doing.once)


def _end(doing: Doing) -> UUID:
    request = doing.request
    return actions.end(request.actor, doing.thing, now=request.now, once=doing.once)


def _take(doing: Doing) -> UUID:
    request, why = doing.request, doing.filled.value("take_why")
    return actions.take(
        request.actor,
        doing.thing,
        request.office,
        words_for(request).get(f"desk.enquiry.why_{why}").words,
        urgent=why == "danger",
        now=request.now,
        once=doing.once,
    )


ACTS = {
    "answer": Act(
        Form(
            WORDS,
            (Story("answer_text", required=True, hint=True, limit=4000, rows=8, guarded=True),),
        ),
        _answer,
    ),
    "end": Act(Form(WORDS, ()), _end),
    "take": Act(
        Form(WORDS, (Choice("take_why", required=True, options=("person", "danger")),)), _take
    ),
}
