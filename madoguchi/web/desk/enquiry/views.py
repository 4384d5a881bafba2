"""Questions about a page at the desk (問い合わせ): answered, set aside, or made a case."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from madoguchi.rules.decision import Absent
from madoguchi.tools.forms.fields import Choice, Story
from madoguchi.tools.forms.form import Form
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import ActPage, Submission
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.sanitize import sanitized
from madoguchi.work.cases.public import Thing
from madoguchi.work.intake.enquiry import actions, queries
from madoguchi.work.intake.enquiry.queries import EnquiryCard

WORDS = "desk.enquiry"
ANSWER = Form(
    WORDS, (Story("answer_text", required=True, hint=True, limit=4000, rows=8, guarded=True),)
)
TAKE = Form(WORDS, (Choice("take_why", required=True, options=("person", "danger")),))
FORMS = {"answer": ANSWER, "end": Form(WORDS, ()), "take": TAKE}


@dataclass(frozen=True)
class Row:
    """A question as the list shows it."""

    card: EnquiryCard

    @property
    def noticed(self) -> bool:
        """Whether words of it mean danger, and somebody has to look."""
        return self.card.noticed and not self.card.ended

    @property
    def state(self) -> str:
        """The text key of its state."""
        if self.card.undelivered:
            return "desk.enquiry.state_of.undelivered"
        if self.card.ended == "answered" and self.card.sent_at is None:
            return "desk.enquiry.state_of.waiting"
        return f"desk.enquiry.state_of.{self.card.ended or 'new'}"


@require_safe
def enquiries(request: DeskRequest) -> HttpResponse:
    """The questions that somebody has to look at, then those that wait to be deleted."""
    rows = tuple(Row(card) for card in queries.enquiries(request.actor))
    return render(request, "desk/enquiry/list.html", {"page": "inbox", "rows": rows})


class EnquiryPage(ActPage[UUID]):
    """A question with what can be done about it."""

    http_method_names: Sequence[str] = ("get", "head")
    request: DeskRequest

    def open(self) -> UUID:
        """Its id: it is opened, with a line, only where it is drawn."""
        enquiry_id: UUID = self.kwargs["enquiry_id"]
        return enquiry_id

    def draw(self, opened: UUID, submission: Submission) -> HttpResponse:
        found = queries.open_enquiry(self.request.actor, opened, now=self.request.now)
        forms = {name: form.show() for name, form in FORMS.items()}
        if submission.form:
            forms[submission.act] = submission.form
        values = {
            "page": "inbox",
            "row": Row(found.card),
            "asked": sanitized(found.question.text),
            "email": found.question.email,
            "answered": sanitized(found.answer),
            "forms": forms,
            "act": submission.act,
            "form": submission.form,
            "grounds": submission.grounds,
            "token": secrets.token_hex(16),
        }
        return render(self.request, "desk/enquiry/page.html", values, status=submission.status)


class EnquiryAct(EnquiryPage):
    """Answer it, set it aside, or make a case of it."""

    http_method_names = ActPage.http_method_names
    busy = "enquiry.busy"

    def get(self, *_: object, **__: object) -> HttpResponse:
        """Back to the question, where the forms are."""
        self.verb()
        return redirect("enquiry", self.kwargs["enquiry_id"])

    def verb(self) -> str:
        if self.kwargs["name"] not in FORMS:
            raise Absent
        return f"enquiry.{self.kwargs['name']}"

    def open(self) -> UUID:
        return queries.find(self.request.actor, super().open()).id

    def check(self, opened: UUID) -> Submission:  # noqa: ARG002 - the forms ask nothing of it
        name = self.kwargs["name"]
        return Submission(name, FORMS[name].check(FORMS[name].take(self.request.POST)))

    def perform(self, opened: UUID, submission: Submission, key: str) -> UUID:
        request, filled = self.request, submission.filled
        actor, now = request.actor, request.now
        question = Thing(request.office.id, opened)
        made: UUID
        match submission.act:
            case "answer":
                text = filled.value("answer_text")
                made = actions.answer(actor, question, text, now=now, idempotency_key=key)
            case "take":
                why = filled.value("take_why")
                words = texts_for(request).get(f"{WORDS}.why_{why}").words
                urgent = why == "danger"
                made = actions.take(
                    actor,
                    question,
                    request.office,
                    words,
                    urgent=urgent,
                    now=now,
                    idempotency_key=key,
                )
            case _:
                made = actions.end(actor, question, now=now, idempotency_key=key)
        return made

    def done(self, result: UUID) -> HttpResponse:
        """To the receipt of the case that was made, otherwise back to the list."""
        to_case = self.kwargs["name"] == "take"
        return SeeOther(reverse("receipt", args=[result]) if to_case else reverse("enquiries"))


urlpatterns = [
    path("enquiries/", enquiries, name="enquiries"),
    path("enquiries/<uuid:enquiry_id>/", EnquiryPage.as_view(), name="enquiry"),
    path("enquiries/<uuid:enquiry_id>/<slug:name>/", EnquiryAct.as_view(), name="enquiry-act"),
]
