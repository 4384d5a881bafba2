"""Questions about a page at the desk (問い合わせ): answered, set aside, or made a case."""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from madoguchi.rules.decision import Absent, Refused
from madoguchi.tools.act.action import earlier_result
from madoguchi.tools.forms.fields import Choice, Story
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.tools.vault.fairness import Busy
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.reading import words_for
from madoguchi.web.kit.reveal import Said, said
from madoguchi.work.cases.public import Loose
from madoguchi.work.intake.enquiry import actions, queries
from madoguchi.work.intake.enquiry.queries import EnquiryCard

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


@dataclass(frozen=True)
class Row:
    """One question as the list shows it."""

    card: EnquiryCard

    @property
    def state(self) -> str:
        """The text key of its state."""
        if self.card.undelivered:
            return "desk.enquiry.state_of.undelivered"
        if self.card.ended == "answered" and self.card.sent_at is None:
            return "desk.enquiry.state_of.waiting"
        return f"desk.enquiry.state_of.{self.card.ended or 'new'}"


@dataclass(frozen=True)
class Attempt:
    """An act that was not done: which, what was typed, why not (as the code of a ground)."""

    act: str = ""
    filled: Filled | None = None
    grounds: tuple[str, ...] = ()
    status: int = 200


@require_safe
def enquiries(request: DeskRequest) -> HttpResponse:
    """The questions that somebody has to look at, then those that wait to be forgotten."""
    rows = tuple(Row(card) for card in queries.enquiries(request.actor))
    return render(request, "desk/enquiry/list.html", {"page": "inbox", "rows": rows})


@require_safe
def enquiry(request: DeskRequest, enquiry_id: UUID) -> HttpResponse:
    return _page(request, enquiry_id, Attempt())


def act(request: DeskRequest, enquiry_id: UUID, name: str) -> HttpResponse:
    """Do a verb and go on, or show the page again with everything that was typed."""
    if name not in ACTS:
        raise Absent
    if request.method != "POST":
        return redirect("enquiry", enquiry_id)
    todo = ACTS[name]
    typed = todo.form.take(request.POST)
    once = _once(request, enquiry_id, typed)
    if earlier := earlier_result(request.actor, f"enquiry.{name}", once):
        return _onward(name, earlier)
    filled = todo.form.check(typed)
    if not filled.ok:
        return _page(request, enquiry_id, Attempt(name, filled, status=422))
    queries.find(request.actor, enquiry_id)
    try:
        made = todo.do(Doing(request, enquiry_id, filled, once))
    except Refused as refused:
        grounds = tuple(one.code for one in refused.grounds)
        return _page(request, enquiry_id, Attempt(name, filled, grounds, 422))
    except Busy:
        return _page(request, enquiry_id, Attempt(name, filled, ("enquiry.busy",), 503))
    return _onward(name, made)


def _onward(name: str, made: UUID) -> HttpResponse:
    """To the receipt of the case that was made, otherwise back to the list."""
    return SeeOther(reverse("receipt", args=[made]) if name == "take" else reverse("enquiries"))


def _once(request: DeskRequest, enquiry_id: UUID, typed: Typed) -> str:
    token = request.POST.get("token") or secrets.token_hex(16)
    told = f"{request.actor.staff_id}/{enquiry_id}/{token}/{json.dumps(typed, sort_keys=True)}"
    return hashlib.sha256(told.encode()).hexdigest()


def _page(request: DeskRequest, enquiry_id: UUID, attempt: Attempt) -> HttpResponse:
    opened = queries.open_enquiry(request.actor, enquiry_id, now=request.now)
    forms = {
        name: attempt.filled if name == attempt.act and attempt.filled else one.form.show()
        for name, one in ACTS.items()
    }
    answered: Said = said(opened.answer)
    cards = {
        "page": "inbox",
        "row": Row(opened.card),
        "asked": said(opened.question.text),
        "email": opened.question.email,
        "answered": answered,
        "forms": forms,
        "act": attempt.act,
        "form": attempt.filled,
        "grounds": tuple(f"ground.{code}" for code in attempt.grounds),
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/enquiry/page.html", cards, status=attempt.status)


urlpatterns = [
    path("enquiries/", enquiries, name="enquiries"),
    path("enquiries/<uuid:enquiry_id>/", enquiry, name="enquiry"),
    path("enquiries/<uuid:enquiry_id>/<slug:name>/", act, name="enquiry-act"),
]
