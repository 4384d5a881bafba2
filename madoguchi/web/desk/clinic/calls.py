"""Telephone calls for the clinic (電話で知らせる): whom to call, what to say, how it ended."""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.opening import working_day
from madoguchi.rules.steps.case import BY_PHONE
from madoguchi.rules.steps.outcome import UNREACHED, Outcome
from madoguchi.tools.act.action import done_before
from madoguchi.tools.forms.fields import Choice, Line, Story, Whole
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.case.acts import AGAINST, against, second_look
from madoguchi.web.desk.case.cards import contact, facts
from madoguchi.web.desk.clinic.acts import ARRANGEMENT, clinic_of, perform, shown_begin
from madoguchi.web.desk.clinic.booking import ADJACENT, APART, STALE, met
from madoguchi.web.desk.clinic.cards import Row, row, waits
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import Formatter, key_of, texts_for
from madoguchi.web.kit.pager import skipped
from madoguchi.web.kit.publications import changes
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.queries import Found
from madoguchi.work.clinic import queries as clinic_queries
from madoguchi.work.clinic.bookings import queries
from madoguchi.work.clinic.bookings.queries import Call, Card
from madoguchi.work.clinic.public import BookingRevision, Wanted
from madoguchi.work.record import actions as recording
from madoguchi.work.record import queries as record
from madoguchi.work.record.promises import Ending

WORDS = "desk.clinic.call"
HOW_IT_ENDED = (Outcome.ANSWERED, *UNREACHED, Outcome.CALL_BACK)
CALL = Form(
    WORDS,
    (
        Choice("outcome", required=True, options=tuple(str(one) for one in HOW_IT_ENDED)),
        Story("text", rows=3, guarded=True),
        Whole("minutes", most=recording.MOST_MINUTES),
        *AGAINST,
        Line("reason", must_if=True, limit=200, guarded=True),
        ARRANGEMENT,
    ),
)
ANSWER = re.compile(r"(confirm|accept|decline|agree|cancel)/([0-9a-f-]{36})/(\d{1,9})@(.*)")
"""An answer's button: the verb, the booking and its revision, the beginning that was shown."""
OFF, MOVED = "clinic_off", "clinic_moved"
PHONE = ("phone", "phone_note")
KINDS = ("clinic_call", "clinic_offer", MOVED, "clinic_asked", OFF)
SCRIPT = "desk.clinic.calls.script"
STATES = {"clinic_offer": "offered", "clinic_asked": "asked"}  # of the booking it is about
CASE_STALE = "case.stale"


@dataclass(frozen=True)
class Listed:
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
        return key_of("desk.contact", self.call.contact)

    @property
    def card(self) -> Card | None:
        """The booking that it is about."""
        return self.call.cards[0] if self.call.cards else None

    @property
    def silent(self) -> bool:
        """Whether nobody may call: they are written to."""
        return self.call.contact not in BY_PHONE

    @property
    def of_day(self) -> str:
        """The day whose change they are told of, on the page for that; empty otherwise."""
        return self.card.place.day if self.card and self.call.kind in (MOVED, OFF) else ""


@require_safe
def calls(request: DeskRequest) -> HttpResponse:
    """Whom to call today, in the order of the days; the calls to a person are listed together."""
    today = request.now.date()
    skip, rules = skipped(request, ("calls",)), (clinic_of(request), changes(request))
    found = queries.calls(request.actor, *rules, skip=skip.get("calls", 0), now=request.now)
    people = list(dict.fromkeys(call.case_id for call in found.rows))
    ordered = sorted(found.rows, key=lambda call: people.index(call.case_id))
    lines = [Listed(call, call.on < today) for call in ordered]
    values = {
        "page": "clinic-year",
        "lines": tuple(line for line in lines if not line.silent),
        "written": tuple(line for line in lines if line.silent),
        "further": found.further,
        "skipped": skip,
    }
    return render(request, "desk/clinic/calls.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """How to call the person and what to say; a post records how the call ended."""
    if request.method != "POST":
        return _page(request, case_id, CALL.show())
    typed, pressed = CALL.take(request.POST), request.POST.get("answer", "")
    answer = ANSWER.fullmatch(pressed)
    filled = CALL.check({**typed, "outcome": [str(Outcome.ANSWERED)]} if answer else typed)
    if not filled.ok:
        return _page(request, case_id, filled)
    key = submission_key(request, f"call/{case_id}", {**filled.typed, "answer": [pressed]})
    if not answer and done_before(request.actor, "case.log", key):
        return SeeOther(reverse("clinic-calls"))
    case = cases.find(request.actor, case_id)
    if not answer and request.POST.get("revision") != str(case.revision):
        return _page(request, case_id, filled, (Reason(CASE_STALE),))
    try:
        if answer:  # to what was asked in the call: both are written down, or neither
            verb, seen = answer[1], BookingRevision(UUID(answer[2]), int(answer[3]))
            if verb == "cancel":
                give_back(request, case, seen, filled, key, shown_begin(answer[4]))
            else:
                told = contact_of(request, case, filled, coming=verb != "decline")
                perform(request, case, seen, verb, filled, key, shown_begin(answer[4]), told)
        else:
            log(request, case, filled, key)
    except Refused as refused:
        booking_id = UUID(answer[2]) if answer else None
        again = second_look(filled, refused)
        return _page(request, case_id, again, refused.reasons, booking_id)
    done = f"desk.done.answered.{answer[1]}" if answer else "desk.done.call"
    return go_on(request, reverse("clinic-calls"), done)


def _page(
    request: DeskRequest,
    case_id: UUID,
    filled: Filled,
    reasons: tuple[Reason, ...] = (),
    pressed_on: UUID | None = None,
) -> HttpResponse:
    """The page of a call; what was not done, and to which booking (`pressed_on`)."""
    clinic, published, now = clinic_of(request), changes(request), request.now
    opened = cases.open_case(request.actor, case_id, now=now)
    found = queries.of_case(opened, clinic, published, now=now)
    rows = tuple(row(each, clinic, published, now) for each in found.rows)
    kinds = [due.kind for due in opened.dues if due.kind in KINDS and due.on <= now.date()]
    outcome, unreached = filled.card["outcome"], record.unreached(record.entries(opened))
    not_now = {str(each) for each in UNREACHED} - {str(unreached), *outcome.typed}
    safe = contact(opened, texts_for(request))
    second = safe.silent and bool(reasons or filled.words("against_rule"))
    apart = any(reason.code in (APART, ADJACENT) for reason in reasons)
    waited_off = tuple(
        each.on for each in waits(request, case_id, ()) if each.off and each.on is not None
    )
    kept = next((each.card.place for each in rows if each.card.id == pressed_on), None)
    values = {
        "page": "clinic-year",
        "case": opened.card,
        "contact": safe,
        "phone": facts(PHONE, opened.about, texts_for(request)),
        "surname": surname(request.frame.name),
        "lines": tuple(script(request, kinds, rows, waited_off)),
        "rows": tuple(row for row in rows if row.answers or row.card.standing),
        "coming": any(row.card.standing and row.card.takes_place for row in rows),
        "apart": apart or bool(filled.words("reason")),
        "meetings": met(request, case_id, kept, Wanted()) if apart and kept else (),
        "venue": next((row.venue for row in rows if row.card.standing), clinic.at("")),
        "clinic": clinic,
        "form": filled,
        "endings": tuple(each for each in outcome.options if each.value not in not_now),
        "grounds": reasons,
        "second_look": second,
        "logged": second or not safe.silent,
        "token": secrets.token_hex(16),
    }
    stale = any(reason.code in STALE for reason in reasons)
    status = 409 if stale else 422 if reasons else filled.status
    return render(request, "desk/clinic/call.html", values, status=status)


def script(
    request: DeskRequest, kinds: Sequence[str], rows: Sequence[Row], waited_off: Sequence[date]
) -> Iterator[str]:
    """What to say about each due of these kinds, with the day and time of its booking.

    Of a place that is not there any more only that it is not. `waited_off`: the days that are off
    and for which the person waits. Who is asked whether the moved day suits is not asked for the
    same day twice.
    """
    words = texts_for(request)
    reading = Formatter(words)
    for kind in kinds:
        if kind == "clinic_asked" and "clinic_moved" in kinds:
            continue
        state, off = STATES.get(kind), kind == OFF
        about = (
            row.card
            for row in rows
            if (row.card.state == state if state else row.card.standing)
            and row.card.takes_place is not off
        )
        if (card := next(about, None)) is not None:
            at = card.starts or card.agreed_at
            values = {"on": reading.day(at.date(), year=False), "starts": reading.clock(at)}
            yield words.get(f"{SCRIPT}.{kind}", "ja", **values).words
        elif off:
            for on in waited_off:
                said = words.get(f"{SCRIPT}.waits_off", "ja", on=reading.day(on, year=False))
                yield said.words


def give_back(
    request: DeskRequest,
    case: Found,
    seen: BookingRevision,
    filled: Filled,
    idempotency_key: str,
    to: datetime | None,
) -> UUID:
    """Write down the call in which the person gave their place back, and cancel it.

    Raises:
        Absent, Refused: as `clinic.queries.tell` says.
    """
    call = clinic_queries.Call(
        "gives",
        filled.value("text"),
        request.now.date(),
        to=to,
        against=against(filled),
        minutes=filled.value("minutes") or 0,
    )
    return clinic_queries.tell(
        request.actor, case, seen, call, now=request.now, idempotency_key=idempotency_key
    )


def log(request: DeskRequest, case: Found, filled: Filled, idempotency_key: str) -> UUID:
    """Write the call into the record.

    Raises:
        Absent, Refused: as `record.actions.log` says.
    """
    due = cases.promised(case, "dues")
    made = (due_id for due_id, kind, _ in due if kind == "clinic_call")
    said = {due_id: Ending("kept") for due_id in made}
    told = contact_of(request, case, filled)
    if told.outcome is Outcome.ANSWERED:
        said |= recording.calls_made(case)
    return recording.log(
        request.actor,
        case,
        told,
        said=said,
        now=request.now,
        idempotency_key=idempotency_key,
    )


def contact_of(
    request: DeskRequest, case: Found, filled: Filled, *, coming: bool = True
) -> recording.Contact:
    """The call for the record; what follows a talk is due the working day after the booking.

    `coming`: the person did not decline it.
    """
    outcome, next_on = Outcome(filled.value("outcome")), None
    if outcome is Outcome.ANSWERED and coming:
        published = changes(request)
        rules = clinic_of(request), published
        found = queries.calls(request.actor, *rules, case_id=case.id, now=request.now)
        cards = [card for call in found.rows for card in call.cards]
        if days := [card.starts.date() for card in cards if card.starts]:
            next_on = working_day(request.programme.desk, max(days), 1, published)
    return recording.Contact(
        kind="call",
        way="phone",
        direction="out",
        outcome=outcome,
        text=filled.value("text"),
        minutes=filled.value("minutes") or 0,
        next_on=next_on,
        against=against(filled),
    )


def surname(name: str) -> str:
    """The first part of a colleague's name, by which alone they say who rings (個人の名字).

    >>> surname("木暮 さつき"), surname("星野　拓也"), surname("都丸修")
    ('木暮', '星野', '都丸修')
    """
    return (name.split() or [""])[0]
