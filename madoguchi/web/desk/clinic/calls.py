"""Telephone calls for the clinic (電話で知らせる): who is rung, what is said and kept."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
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
from madoguchi.tools.forms.form import FieldCard, Filled, Form, Option
from madoguchi.web.desk.case.cards import contact, facts
from madoguchi.web.desk.clinic.acts import given, reasons
from madoguchi.web.desk.clinic.cards import Row, row
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import Formatter, words_for
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
TOLD = {"clinic_offer": "offered", "clinic_asked": "asked"}  # the state of the booking it is about
STALE = "case.stale"


@dataclass(frozen=True)
class Line:
    """One call of the list: to whom, what about, since when it is due."""

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
    """Whom to ring today, in the order of the days; all that is for one person stands together."""
    today = request.now.date()
    found = queries.calls(request.actor, given(request), changes(request), now=request.now)
    people = list(dict.fromkeys(one.case_id for one in found))
    found = tuple(sorted(found, key=lambda one: people.index(one.case_id)))
    lines = tuple(Line(one, one.on < today) for one in found)
    return render(request, "desk/clinic/calls.html", {"page": "clinic-year", "lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """How and what to say to one of them; a post writes down how the call ended."""
    if request.method != "POST":
        return _page(request, case_id, CALL.show())
    filled = CALL.check(CALL.take(request.POST))
    if not filled.ok:
        return _page(request, case_id, filled)
    try:
        _log(request, case_id, filled)
    except Refused as refused:
        return _page(request, case_id, filled, refused.reasons)
    return SeeOther(reverse("clinic-calls"))


def _log(request: DeskRequest, case_id: UUID, filled: Filled) -> None:
    key = submission_key(request, f"call/{case_id}", filled.typed)
    if done_before(request.actor, "case.log", key):
        return
    case = cases.find(request.actor, case_id)
    if request.POST.get("revision") != str(case.revision):
        raise Refused(STALE)
    log(request, case, filled, key)


def _page(
    request: DeskRequest, case_id: UUID, filled: Filled, why: tuple[Reason, ...] = ()
) -> HttpResponse:
    clinic, standing, now = given(request), changes(request), request.now
    opened = cases.open_case(request.actor, case_id, now=now)
    found = queries.of_case(opened, clinic, standing, now=now)
    rows = tuple(row(one, clinic, standing, now) for one in found)
    kinds = [due.kind for due in opened.dues if due.kind in KINDS and due.on <= now.date()]
    unreached = record.unreached(record.entries(opened))
    cards = {
        "page": "clinic-year",
        "case": opened.card,
        "contact": contact(opened, words_for(request)),
        "phone": facts(("phone", "phone_note"), opened.about, words_for(request)),
        "surname": surname(request.frame.name),
        "lines": tuple(script(request, kinds, rows)),
        "rows": tuple(one for one in rows if one.answers),
        "venue": next((one.venue for one in rows if one.card.standing), clinic.at("")),
        "clinic": clinic,
        "form": filled,
        "endings": endings(filled.card["outcome"], unreached),
        "grounds": reasons(why),
        "token": secrets.token_hex(16),
    }
    stale = any(reason.code == STALE for reason in why)
    status = 409 if stale else 422 if why else filled.status
    return render(request, "desk/clinic/call.html", cards, status=status)


def script(request: DeskRequest, kinds: Iterable[str], rows: Iterable[Row]) -> Iterator[str]:
    """What is said of each of these kinds of days, of the booking that it is about.

    Who is asked whether the moved day suits is not asked for the same day twice.
    """
    words, there, kinds = words_for(request), tuple(rows), tuple(kinds)
    if "clinic_moved" in kinds:
        kinds = tuple(kind for kind in kinds if kind != "clinic_asked")
    reading = Formatter(words)
    for kind in kinds:
        row = next((one for one in there if _about(one, kind)), None)
        at = (row.card.starts or row.card.agreed_at) if row else None
        if at:
            told = {"on": reading.day(at.date(), year=False), "starts": reading.clock(at)}
            yield words.get(f"desk.clinic.calls.script.{kind}", "ja", **told).words


def _about(row: Row, kind: str) -> bool:
    if kind in TOLD:
        return row.card.state == TOLD[kind]
    return row.card.standing


def log(request: DeskRequest, case: Found, filled: Filled, idempotency_key: str) -> UUID:
    """Write the call into the record; who was reached is looked after when the day is over.

    Raises:
        Absent, Refused: as `record.actions.log` says.
    """
    outcome = Outcome(filled.value("outcome"))
    told = recording.Contact(
        kind="call",
        way="phone",
        direction="out",
        outcome=outcome,
        text=filled.value("text"),
        minutes=filled.value("minutes") or 0,
        next_on=_afterwards(request, case) if outcome is Outcome.ANSWERED else None,
    )
    return recording.log(
        request.actor, case, told, now=request.now, idempotency_key=idempotency_key
    )


def log_told(request: DeskRequest, case: Found, idempotency_key: str) -> UUID:
    """Write down that the person was told on the telephone, by the press that said so.

    Raises:
        Absent, Refused: as `record.actions.log` says.
    """
    typed = {"outcome": [str(Outcome.ANSWERED)]}
    return log(request, case, CALL.check(typed), idempotency_key)


def _afterwards(request: DeskRequest, case: Found) -> date | None:
    """The first working day after the booking that the call was about; None without one."""
    standing = changes(request)
    found = queries.calls(request.actor, given(request), standing, now=request.now)
    cards = [card for one in found if one.case_id == case.id for card in one.cards]
    days = [card.starts.date() for card in cards if card.starts]
    return working_day(request.programme.desk, max(days), 1, standing) if days else None


def endings(card: FieldCard, unreached: Outcome) -> tuple[Option, ...]:
    """How a call may end, of the unanswered ones only the next."""
    never = {str(one) for one in UNREACHED} - {str(unreached), *card.typed}
    return tuple(one for one in card.options if one.value not in never)


def surname(name: str) -> str:
    """The first part of a colleague's name, by which alone they say who rings (個人の名字).

    >>> surname("木暮 さつき"), surname("星野　拓也"), surname("都丸修")
    ('木暮', '星野', '都丸修')
    """
    return (name.split() or [""])[0]
