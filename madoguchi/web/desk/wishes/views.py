"""Write down how contact is safe, as the person said it."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.case import BY_PHONE, CONTACT_RULES
from madoguchi.tools.forms.fields import Choice, Choices, Line
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import ActPage, Submission
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.sanitize import sanitized
from madoguchi.work.cases import queries
from madoguchi.work.cases.public import Wishes
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.record import actions as record

HOURS = ("morning", "noon", "afternoon", "evening")
YES_NO = ("no", "yes")
ANSWERS = {"no": False, "yes": True, "unheard": None}
WISHES = Form(
    "desk.wishes",
    (
        Choice("contact_rule", required=True, options=CONTACT_RULES),
        Choices("hours", options=HOURS),
        Choice("name_desk", required=True, hint=True, options=tuple(ANSWERS)),
        Choice("mail", required=True, hint=True, options=tuple(ANSWERS)),
        Choice("words", required=True, hint=True, options=YES_NO),
        Line("said", required=True, hint=True, limit=300, guarded=True),
    ),
)


class WishesPage(ActPage[OpenedCase]):
    """The wishes that hold now, and the form for new ones, which are written down once."""

    right = "wish.record"
    stale = ("case.stale",)
    request: DeskRequest
    row: queries.Found

    def open(self) -> OpenedCase:
        actor = self.request.actor
        self.row = queries.find(actor, self.kwargs["case_id"])
        if not rights.may(actor.role, self.right, self.row.situation(actor)):
            raise Absent
        return queries.open_case(actor, self.row.id, now=self.request.now)

    def first(self, opened: OpenedCase) -> Submission:
        wishes = opened.wishes  # who said so is asked each time
        typed = {
            "contact_rule": [wishes.contact_rule],
            "hours": list(wishes.hours),
            **{  # what was not asked is asked here
                name: [YES_NO[answer] for answer in (getattr(wishes, name),) if answer is not None]
                for name in ("name_desk", "mail", "words")
            },
        }
        return Submission("wishes", WISHES.show(typed))

    def check(self, opened: OpenedCase) -> Submission:
        filled = WISHES.check(WISHES.take(self.request.POST))
        return Submission("wishes", check(filled, opened.about))

    def revision(self, opened: OpenedCase) -> int:  # noqa: ARG002 - of the row that is locked
        return self.row.revision

    def perform(self, opened: OpenedCase, submission: Submission, key: str) -> UUID:  # noqa: ARG002 - its row is
        actor, now, filled = self.request.actor, self.request.now, submission.filled
        wishes = Wishes(
            contact_rule=filled.value("contact_rule"),
            hours=filled.value("hours"),
            name_desk=ANSWERS[filled.value("name_desk")],
            mail=ANSWERS[filled.value("mail")],
            words=filled.value("words") == "yes",
            said=filled.value("said"),
        )
        made: UUID = record.record_wishes(actor, self.row, wishes, now=now, idempotency_key=key)
        return made

    def draw(self, opened: OpenedCase, submission: Submission) -> HttpResponse:
        values = {
            "page": "inbox",
            "case": opened.card,
            "form": submission.form,
            "said": sanitized(opened.wishes.said),
            "grounds": submission.grounds,
            "token": secrets.token_hex(16),
        }
        return render(self.request, "desk/wishes/page.html", values, status=submission.status)

    def done(self, result: UUID) -> HttpResponse:  # noqa: ARG002 - the entry's
        return SeeOther(reverse("case", args=[self.kwargs["case_id"]]))


def check(filled: Filled, about: Mapping[str, Any]) -> Filled:
    """What one answer requires of another, and of what is known of the person."""
    rule, mail = filled.value("contact_rule"), filled.value("mail")
    if rule in BY_PHONE and not about.get("phone"):
        filled = filled.refuse("contact_rule", "untold_phone")
    if mail == "yes" and not about.get("email"):
        filled = filled.refuse("mail", "untold_address")
    if filled.value("words") == "yes" and (mail != "yes" or rule == "wait"):
        filled = filled.refuse("words", "unwanted_words")
    return filled


urlpatterns = [path("wishes/<uuid:case_id>/", WishesPage.as_view(), name="case-wishes")]
