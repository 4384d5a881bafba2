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
from madoguchi.tools.forms.fields import phone_digits
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
    """The page on a screen; a post gives the one that may be printed."""
    paper = request.method == "POST"
    act = actions.print_shown if paper else actions.show
    act(request.actor, queries.find(request.actor, case_id), now=request.now)
    opened = queries.open_case(request.actor, case_id, now=request.now)
    cards = {"case": page(request, opened), "paper": paper, "id": case_id}
    return render(request, "desk/shown/page.html", cards)


def page(request: DeskRequest, opened: OpenedCase) -> ShownCase:
    """The masked page of an opened case."""
    entries = record.entries(opened)
    told = opened.about
    named = {one.id: one for one in request.programme.agencies}
    given = [card.agency for card in referrals.given(opened) if _agreed(card)]
    return ShownCase(
        name=first_letter(str(told.get("name") or "")),
        number=opened.card.short_name,
        state=f"state.public.{opened.card.state}",
        rule=f"consult.contact_rule.{opened.wishes.contact_rule}",
        phone=last_digits(str(told.get("phone") or "")),
        email=first_letter(str(told.get("email") or "")),
        interviews=tuple(
            one.planned
            for one in reversed(interviews.of_case(opened))
            if one.planned.state == State.BOOKED
        ),
        clinic=_clinic(request, opened),
        answers=tuple(
            Answer(one.at, sanitized(str(one.words.get("text", ""))))
            for one in entries
            if one.kind == "sent"
        ),
        sent_at=tuple(one.at for one in entries if _own(one)),
        agencies=tuple(named[one] for one in dict.fromkeys(given) if one in named),
    )


def _clinic(request: DeskRequest, opened: OpenedCase) -> tuple[Booked, ...]:
    """The places at the clinic at which the person is expected."""
    clinic = request.programme.clinic
    if clinic is None:
        return ()
    found = bookings.of_case(opened, clinic, recent_changes(request), now=request.now)
    return tuple(
        one.card for one in found if one.card.standing and one.card.starts and not one.card.off
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
    digits = phone_digits(phone)
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
