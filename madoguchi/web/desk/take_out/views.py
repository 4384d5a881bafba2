"""A mail of somebody else that was added to the wrong case is taken out (取り出す)."""

import secrets
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.tools.forms.fields import Line
from madoguchi.tools.forms.form import Form
from madoguchi.web.desk.case.cards import Entry, cards
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.kit.act_page import ActPage, Submission
from madoguchi.work.cases import queries
from madoguchi.work.intake.mail import actions

WHY = Form(
    "desk.taking_out",
    (Line("take_out_why", required=True, hint=True, limit=200, guarded=True),),
)


class TakeOutPage(ActPage[Entry]):
    """The entry of the mail, what follows, and why it is taken out; then the mail waits again."""

    right = "case.take_out"
    stale = ("case.stale", "mail.not_inside")
    request: DeskRequest
    row: queries.Found

    def open(self) -> Entry:
        actor, case_id = self.request.actor, self.kwargs["case_id"]
        self.row = queries.find(actor, case_id)
        opened = queries.open_case(actor, case_id, now=self.request.now)
        entries = cards(self.request, opened).entries
        entry = next((each for each in entries if each.card.id == self.kwargs["entry_id"]), None)
        if entry is None or not rights.may(actor.role, self.right, opened.situation):
            raise Absent
        return entry

    def first(self, opened: Entry) -> Submission:
        if not opened.enclosed:
            raise Absent
        return Submission("take_out", WHY.show())

    def check(self, opened: Entry) -> Submission:  # noqa: ARG002 - it asks for words alone
        return Submission("take_out", WHY.check(WHY.take(self.request.POST)))

    def revision(self, opened: Entry) -> int:  # noqa: ARG002 - of the row that is locked
        return self.row.revision

    def perform(self, opened: Entry, submission: Submission, key: str) -> UUID:
        return actions.take_out(
            self.request.actor,
            self.row,
            opened.card.id,
            submission.filled.value("take_out_why"),
            now=self.request.now,
            idempotency_key=key,
        )

    def draw(self, opened: Entry, submission: Submission) -> HttpResponse:
        values = {
            "page": "inbox",
            "case": self.row,
            "entry": opened,
            "form": submission.form,
            "grounds": submission.grounds,
            "token": secrets.token_hex(16),
        }
        return render(self.request, "desk/take_out/page.html", values, status=submission.status)

    def done(self, result: UUID) -> HttpResponse:
        return go_on(self.request, reverse("mail-one", args=[result]), "desk.done.mail.taken_out")


urlpatterns = [
    path(
        "cases/<uuid:case_id>/entries/<uuid:entry_id>/take-out/",
        TakeOutPage.as_view(),
        name="entry-take-out",
    ),
]
