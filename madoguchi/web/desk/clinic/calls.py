"""Telephone calls for the clinic (電話で知らせる): whom to call, what to say, how it ended."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.opening import working_day
from madoguchi.rules.steps.outcome import UNREACHED, Outcome
from madoguchi.tools.act.action import done_before
from madoguchi.tools.forms.fields import Choice, Story, Whole
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.case.cards import contact, facts
from madoguchi.web.desk.clinic.acts import clinic_of
from madoguchi.web.desk.clinic.cards import Row, row
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.publications import changes
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.queries import Found
from madoguchi.work.clinic.bookings import queries
from madoguchi.work.clinic.bookings.queries import Call, Card
from madoguchi.work.record import actions as recording
from madoguchi.work.record import queries as record

WORDS = "desk.clinic.call"
HOW_IT_ENDED = (Outcome.ANSWERED, *UNREACHED, Outcome.CALL_BACK)
CALL = Form(
    WORDS,
    (
        Choice("outcome", required=True, options=tuple(str(one) for one in HOW_IT_ENDED)),
        Story("text", rows=3, guarded=True),
        Whole("minutes", most=recording.MOST_MINUTES),
    ),
)
KINDS = ("clinic_call", "clinic_offer", "clinic_moved", "clinic_asked", "clinic_off")
STATES = {"clinic_offer": "offered", "clinic_asked": "asked"}  # of the booking it is about
STALE = "case.stale"


@dataclass(frozen=True)
class Line:
    """A call of the list: to whom, what about, since when it is due."""

    call: Call
    late: bool

    @property
    def key(self) -> str:
        """The text key of what it is about."""
        return f"desk.clinic.calls.kind.{self.call.kind}"

    @property
    def contact_key(self) -> str:
        """The text key of how contact is safe."""
        return f"desk.contact.{self.call.contact_rule}"

    @property
    def card(self) -> Card | None:
        """The booking that it is about."""
        return self.call.cards[0] if self.call.cards else None


@require_safe
def calls(request: DeskRequest) -> HttpResponse:
    """Whom to call today, in the order of the days; the calls to a person are listed together."""
    today = request.now.date()
    found = queries.calls(request.actor, clinic_of(request), changes(request), now=request.now)
    people = list(dict.fromkeys(call.case_id for call in found))
    ordered = sorted(found, key=lambda call: people.index(call.case_id))
    lines = tuple(Line(call, call.on < today) for call in ordered)
    return render(request, "desk/clinic/calls.html", {"page": "clinic-year", "lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """How to call the person and what to say; a post records how the call ended."""
    if request.method != "POST":
        return _page(request, case_id, CALL.show())
    filled = CALL.check(CALL.take(request.POST))
    if not filled.ok:
        return _page(request, case_id, filled)
    key = submission_key(request, f"call/{case_id}", filled.typed)
    if done_before(request.actor, "case.log", key):
        return SeeOther(reverse("clinic-calls"))
    case = cases.find(request.actor, case_id)
    if request.POST.get("revision") != str(case.revision):
        return _page(request, case_id, filled, (Reason(STALE),))
    try:
        log(request, case, filled, key)
    except Refused as refused:
        return _page(request, case_id, filled, refused.reasons)
    return SeeOther(reverse("clinic-calls"))


def _page(
    request: DeskRequest, case_id: UUID, filled: Filled, reasons: tuple[Reason, ...] = ()
) -> HttpResponse:
    clinic, published, now = clinic_of(request), changes(request), request.now
    opened = cases.open_case(request.actor, case_id, now=now)
    found = queries.of_case(opened, clinic, published, now=now)
    rows = tuple(row(each, clinic, published, now) for each in found)
    kinds = [due.kind for due in opened.dues if due.kind in KINDS and due.on <= now.date()]
    outcome, unreached = filled.card["outcome"], record.unreached(record.entries(opened))
    not_now = {str(each) for each in UNREACHED} - {str(unreached), *outcome.typed}
    values = {
        "page": "clinic-year",
        "case": opened.card,
        "contact": contact(opened, texts_for(request)),
        "phone": facts(("phone", "phone_note"), opened.about, texts_for(request)),
        "surname": surname(request.frame.name),
        "lines": tuple(script(request, kinds, rows)),
        "rows": tuple(row for row in rows if row.answers),
        "venue": next((row.venue for row in rows if row.card.standing), clinic.at("")),
        "clinic": clinic,
        "form": filled,
        "endings": tuple(each for each in outcome.options if each.value not in not_now),
        "grounds": reasons,
        "token": secrets.token_hex(16),
    }
    stale = any(reason.code == STALE for reason in reasons)
    status = 409 if stale else 422 if reasons else filled.status
    return render(request, "desk/clinic/call.html", values, status=status)


def script(request: DeskRequest, kinds: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """What to say about each due of these kinds, with the day and time of its booking.

    Who is asked whether the moved day suits is not asked for the same day twice.
    """
    words = texts_for(request)
    reading = Formatter(words)
    for kind in kinds:
        if kind == "clinic_asked" and "clinic_moved" in kinds:
            continue
        state = STATES.get(kind)
        about = (
            row.card for row in rows if (row.card.state == state if state else row.card.standing)
        )
        if (card := next(about, None)) is not None:
            at = card.starts or card.agreed_at
            values = {"on": reading.day(at.date(), year=False), "starts": reading.clock(at)}
            yield words.get(f"desk.clinic.calls.script.{kind}", "ja", **values).words


def log(request: DeskRequest, case: Found, filled: Filled, idempotency_key: str) -> UUID:
    """Write the call into the record; what follows a talk is due the working day after the booking.

    Raises:
        Absent, Refused: as `record.actions.log` says.
    """
    outcome, next_on = Outcome(filled.value("outcome")), None
    if outcome is Outcome.ANSWERED:
        published = changes(request)
        found = queries.calls(request.actor, clinic_of(request), published, now=request.now)
        cards = [card for call in found if call.case_id == case.id for card in call.cards]
        if days := [card.starts.date() for card in cards if card.starts]:
            next_on = working_day(request.programme.desk, max(days), 1, published)
    contact = recording.Contact(
        kind="call",
        way="phone",
        direction="out",
        outcome=outcome,
        text=filled.value("text"),
        minutes=filled.value("minutes") or 0,
        next_on=next_on,
    )
    return recording.log(
        request.actor, case, contact, now=request.now, idempotency_key=idempotency_key
    )


def log_informed(request: DeskRequest, case: Found, idempotency_key: str) -> UUID:
    """Record that the person was informed on the telephone, by the press that confirmed it.

    Raises:
        Absent, Refused: as `record.actions.log` says.
    """
    typed = {"outcome": [str(Outcome.ANSWERED)]}
    return log(request, case, CALL.check(typed), idempotency_key)


def surname(name: str) -> str:
    """The first part of a colleague's name, by which alone they say who rings (個人の名字).

    >>> surname("木暮 さつき"), surname("星野　拓也"), surname("都丸修")
    ('木暮', '星野', '都丸修')
    """
    return (name.split() or [""])[0]
