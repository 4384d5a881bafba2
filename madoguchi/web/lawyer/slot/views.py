"""A person of the lawyer's day (相談枠): the names to check, brief and files, the outcome."""

import re
import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.slots import begins
from madoguchi.rules.steps.outcome import Result, offered
from madoguchi.tools.forms.fields import Choice, Choices, Story
from madoguchi.tools.forms.form import Form
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.web.kit import submitted
from madoguchi.web.kit.act_page import ActPage, Submission
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.downloads import attachment
from madoguchi.web.kit.sanitize import SanitizedText, sanitized
from madoguchi.web.kit.submitted import revision
from madoguchi.web.lawyer.door import LawyerRequest, person, unless_closed
from madoguchi.work.clinic.bookings.public import BookingRevision
from madoguchi.work.clinic.briefs.queries import WORDS
from madoguchi.work.clinic.sittings import actions, queries
from madoguchi.work.clinic.sittings.queries import Appointment, Names, Sent

CAME = ("came", "late", "absent")
KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Fact:
    """Something to know, with the text key of what it is."""

    label: str
    said: SanitizedText


@dataclass(frozen=True)
class File:
    """A file of the person, by its number as on paper: its name may say what nobody agreed to.

    Only a picture can be looked at.
    """

    number: int
    card: Sent
    picture: bool

    @property
    def on(self) -> date:
        """The day on which it came."""
        return day_in_japan(self.card.at)

    @property
    def key(self) -> str:
        """The text key of its kind."""
        return f"desk.file.looks.{self.card.looks}"


@require_safe
def slot(request: LawyerRequest, booking_id: UUID) -> HttpResponse:
    """Brief and files; the names to check come first."""
    return page(request, person(request, booking_id), Submission())


def page(request: LawyerRequest, who: Appointment, submission: Submission) -> HttpResponse:
    """The slot with the form of its outcome, as far as it was filled in."""
    try:
        found = queries.consultee(request.actor, who, now=request.now)
    except Refused:
        return names_page(request, who, submission.reasons)
    form = submission.form or outcome_form(request).show({"came": [found.state]})
    brief = found.brief  # what the desk left empty is left out
    texts = [(name, str(getattr(brief.text, name))) for name in WORDS] if brief else []
    values = {
        **_about(who),
        "names": _names(found.names),
        "agreed": found.names.agreed,
        "brief": found.brief,
        "told": tuple(
            Fact(f"desk.lawyer.{name}", sanitized(text)) for name, text in texts if text.strip()
        ),
        "files": tuple(
            File(number, card, card.looks in queries.PICTURES)
            for number, card in enumerate(found.files, 1)
        ),
        "form": form,
        "found": found,
        "begun": begins(who.seat.day, who.number) <= request.now,
        "ask": _may_take(request) == UNCONFIRMED,  # the city has not said yet
        "token": secrets.token_hex(16),
        "grounds": submission.grounds,
    }
    return render(request, "lawyer/slot/page.html", values, status=submission.status)


def names_page(
    request: LawyerRequest, who: Appointment, reasons: tuple[Reason, ...] = ()
) -> HttpResponse:
    """The names to check for a conflict of interest; `reasons`: why nothing else is shown yet."""
    found = queries.names(request.actor, who, now=request.now)
    values = {
        **_about(who),
        "names": _names(found),
        "agreed": found.agreed,
        "shown": queries.checked_key(request.actor, who, found),
        "grounds": tuple(f"ground.{reason.code}" for reason in reasons),
        "words": submitted.typed_texts(submitted.fields(request)),
    }
    return render(request, "lawyer/slot/names.html", values, status=409 if reasons else 200)


def _about(who: Appointment) -> dict[str, object]:
    """What every page of a slot shows."""
    day = who.seat.day
    return {"id": who.booking_id, "day": day, "slot": day.slot(who.number)}


def _names(found: Names) -> tuple[Fact, ...]:
    """Who comes and against whom, as the page shows it."""
    named = (("person", found.person), ("kana", found.kana), ("other_party", found.other_party))
    return tuple(Fact(f"desk.lawyer.{name}", sanitized(words)) for name, words in named)


@require_safe
def picture(request: LawyerRequest, booking_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A picture that was sent, to be looked at on the screen only."""
    who = person(request, booking_id)
    try:
        card, pieces = queries.view(request.actor, who, file_id, now=request.now)
        return attachment(
            f"{booking_id}.{card.looks}", card.length, pieces, shown_as=f"image/{card.looks}"
        )
    except Refused:
        return redirect("lawyer-slot", booking_id)
    except (FileNotFoundError, Unreadable):
        return render(request, "desk/unopened.html", {"kind": "tampered"}, status=410)


@unless_closed
def clear(request: LawyerRequest, booking_id: UUID) -> HttpResponse:
    """There is no conflict: on to the brief. If the names are others by now, they are shown."""
    if request.method != "POST":
        return redirect("lawyer-slot", booking_id)
    who, shown = person(request, booking_id), request.POST.get("shown", "")
    try:
        actions.clear(request.actor, who, shown if KEY.fullmatch(shown) else "", now=request.now)
    except Refused as refused:
        return names_page(request, who, refused.reasons)
    return SeeOther(reverse("lawyer-slot", args=[booking_id]))


@unless_closed
def decline(request: LawyerRequest, booking_id: UUID) -> HttpResponse:
    """Record that the lawyer cannot meet this person; pressed twice, it is done once."""
    if request.method != "POST":
        return redirect("lawyer-slot", booking_id)
    if not queries.declined(request.actor, booking_id):
        actions.decline(request.actor, person(request, booking_id), now=request.now)
    return SeeOther(reverse("lawyer-day"))


class OutcomePage(ActPage[Appointment]):
    """What came of it, written down once."""

    right = "clinic.outcome"
    stale = ("clinic.stale", "case.stale")
    request: LawyerRequest

    def get(self, *_: object, **__: object) -> HttpResponse:
        """Back to the slot, where the form is."""
        return redirect("lawyer-slot", self.kwargs["booking_id"])

    def open(self) -> Appointment:
        return person(self.request, self.kwargs["booking_id"])

    def check(self, opened: Appointment) -> Submission:  # noqa: ARG002 - the form asks nothing of it
        form = outcome_form(self.request)
        return Submission("outcome", form.check(form.take(self.request.POST)))

    def perform(self, opened: Appointment, submission: Submission, key: str) -> UUID:
        actor, now, filled = self.request.actor, self.request.now, submission.filled
        seen = BookingRevision(
            self.kwargs["booking_id"], revision(self.request.POST.get("revision", ""))
        )
        details = actions.Consultation(  # the results decide what comes next, and on which day
            how=filled.value("came"),
            results=tuple(Result(code) for code in filled.value("result")),
            note=filled.value("note"),
        )
        made: UUID = actions.outcome(actor, opened, seen, details, now=now, idempotency_key=key)
        return made

    def draw(self, opened: Appointment, submission: Submission) -> HttpResponse:
        return page(self.request, opened, submission)

    def done(self, result: UUID) -> HttpResponse:  # noqa: ARG002 - the outcome's
        return SeeOther(reverse("lawyer-slot", args=[self.kwargs["booking_id"]]))


write = unless_closed(OutcomePage.as_view())


def outcome_form(request: LawyerRequest) -> Form:
    """The form, with the results that the city lets be chosen."""
    results = offered(_may_take(request))
    return Form(
        "desk.lawyer_outcome",
        (
            Choice("came", required=True, options=CAME),
            Choices("result", hint=True, options=tuple(results)),
            Story("note", hint=True, limit=actions.MOST, rows=5, guarded=True),
        ),
    )


def _may_take(request: LawyerRequest) -> str:
    """Whether a lawyer may take a case from here, as the city says."""
    clinic = request.programme.clinic
    return clinic.may_take if clinic else UNCONFIRMED


urlpatterns = [
    path("day/<uuid:booking_id>/", slot, name="lawyer-slot"),
    path("day/<uuid:booking_id>/clear/", clear, name="lawyer-clear"),
    path("day/<uuid:booking_id>/decline/", decline, name="lawyer-decline"),
    path("day/<uuid:booking_id>/outcome/", write, name="lawyer-outcome"),
    path("day/<uuid:booking_id>/files/<uuid:file_id>/", picture, name="lawyer-file"),
]
