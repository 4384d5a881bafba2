"""The page to show to the person (本人に見せる画面): their own case, the rest masked.

A city once showed a resident what somebody else had sent in; it was photographed and posted. So
this page has only what desk and person already told each other, masked, and no way on.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.steps.interview import State
from madoguchi.rules.steps.referral import State as Referred
from madoguchi.rules.telephone import to_dial
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.publications import recent_changes
from madoguchi.web.kit.sanitize import SanitizedText, sanitized
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.clinic.bookings import queries as bookings
from madoguchi.work.clinic.bookings.queries import Card as Booked
from madoguchi.work.interviews import queries as interviews
from madoguchi.work.interviews.queries import Planned
from madoguchi.work.record import queries as record
from madoguchi.work.record.queries import EntryCard
from madoguchi.work.referrals import queries as referrals
from madoguchi.work.referrals.queries import ReferralCard

LAST_DIGITS, FIRST_LETTERS = 4, 1
AGREED = ("person", "told_only")


@dataclass(frozen=True)
class Answer:
    """What the desk wrote to the person, and when."""

    at: datetime
    said: SanitizedText = field(repr=False)


@dataclass(frozen=True)
class ShownCase:
    """A case as its person may look at it across the counter."""

    name: str = field(repr=False)
    number: str
    state: str
    rule: str
    phone: str = field(repr=False)
    email: str = field(repr=False)
    interviews: tuple[Planned, ...]
    clinic: tuple[Booked, ...]
    answers: tuple[Answer, ...] = field(repr=False)
    sent_at: tuple[datetime, ...]
    agencies: tuple[Agency, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The page for the screen; a post gives the one that may be printed."""
    paper = request.method == "POST"
    act = actions.print_shown if paper else actions.show
    act(request.actor, queries.find(request.actor, case_id), now=request.now)
    opened = queries.open_case(request.actor, case_id, now=request.now)
    values = {"case": page(request, opened), "paper": paper, "id": case_id}
    return render(request, "desk/shown/page.html", values)


def page(request: DeskRequest, opened: OpenedCase) -> ShownCase:
    """The masked page of an opened case."""
    entries, about = record.entries(opened), opened.about
    agencies = {agency.id: agency for agency in request.programme.agencies}
    given = [card.agency for card in referrals.given(opened) if _agreed(card)]
    clinic = request.programme.clinic
    booked = (
        bookings.of_case(opened, clinic, recent_changes(request), now=request.now).rows
        if clinic
        else ()
    )
    return ShownCase(
        name=first_letter(str(about.get("name") or "")),
        number=opened.card.short_name,
        state=f"state.public.{opened.card.state}",
        rule=f"consult.contact_rule.{opened.wishes.contact_rule}",
        phone=last_digits(str(about.get("phone") or "")),
        email=first_letter(str(about.get("email") or "")),
        interviews=tuple(
            each.planned
            for each in reversed(interviews.of_case(opened).rows)
            if each.planned.state == State.BOOKED
        ),
        clinic=tuple(
            each.card
            for each in booked
            if each.card.standing and each.card.starts and not each.card.off
        ),
        answers=tuple(
            Answer(entry.at, sanitized(str(entry.words.get("text", ""))))
            for entry in entries
            if entry.kind == "sent"
        ),
        sent_at=tuple(entry.at for entry in entries if _own(entry)),
        agencies=tuple(agencies[id_] for id_ in dict.fromkeys(given) if id_ in agencies),
    )


def _agreed(card: ReferralCard) -> bool:
    """Whether the person knows of the referral: never one made without them, or not made yet."""
    return card.consent.kind in AGREED and card.state not in (Referred.PREPARED, Referred.WITHDRAWN)


def _own(entry: EntryCard) -> bool:
    """Whether the person sent it with their receipt; a mail or a call may be somebody else's."""
    return (
        entry.kind == "received"
        and entry.staff_id is None
        and entry.words.get("way", "web") == "web"
    )


def last_digits(phone: str) -> str:
    """The end of a telephone number, by which the person knows it; a short one not at all.

    >>> last_digits("０２７９−２５−８５２６"), last_digits("110"), last_digits("")
    ('…8526', '…', '')
    """
    digits = to_dial(phone)
    if not phone.strip():
        return ""
    return "…" + (digits[-LAST_DIGITS:] if len(digits) >= 2 * LAST_DIGITS else "")


def first_letter(words: str) -> str:
    """The first sign of a name or an address.

    >>> first_letter(" 渋川 花子"), first_letter("")
    ('渋…', '')
    """
    bare = words.strip()
    return f"{bare[:FIRST_LETTERS]}…" if bare else ""


urlpatterns = [path("shown/<uuid:case_id>/", shown, name="shown")]
