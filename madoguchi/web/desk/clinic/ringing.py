"""One call (電話): what is said of each thing that is to be told, and how it is written down."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from madoguchi.rules.opening import working_day
from madoguchi.rules.steps.outcome import UNREACHED, Outcome
from madoguchi.web.desk.clinic.acting import given
from madoguchi.web.desk.clinic.cards import Row
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.fields import Choice, Story, Whole
from madoguchi.web.kit.form import FieldCard, Filled, Form, Option
from madoguchi.web.kit.reading import Reading, words_for
from madoguchi.web.kit.standing import changes
from madoguchi.work.cases.queries import Found
from madoguchi.work.clinic.bookings import queries
from madoguchi.work.record import actions as record

WORDS = "desk.clinic.call"
HOW_IT_ENDED = (Outcome.ANSWERED, *UNREACHED, Outcome.CALL_BACK)
CALL = Form(
    WORDS,
    (
        Choice("outcome", required=True, options=tuple(str(one) for one in HOW_IT_ENDED)),
        Story("text", rows=3, guarded=True),
        Whole("minutes", most=record.MOST_MINUTES),
    ),
)
KINDS = ("clinic_call", "clinic_offer", "clinic_moved", "clinic_asked", "clinic_off")
TOLD = {"clinic_offer": "offered", "clinic_asked": "asked"}  # the state of the booking it is about


def surname(name: str) -> str:
    """The first part of a colleague's name, by which alone they say who rings (個人の名字).

    >>> surname("木暮 さつき"), surname("星野　拓也"), surname("都丸修")
    ('木暮', '星野', '都丸修')
    """
    return (name.split() or [""])[0]


def endings(card: FieldCard, unreached: Outcome) -> tuple[Option, ...]:
    """How a call may end, of the unanswered ones only the next."""
    never = {str(one) for one in UNREACHED} - {str(unreached), *card.typed}
    return tuple(one for one in card.options if one.value not in never)


def script(request: DeskRequest, kinds: Iterable[str], rows: Iterable[Row]) -> Iterator[str]:
    """What is said of each of these kinds of days, of the booking that it is about.

    Who is asked whether the moved day suits is not asked for the same day twice.
    """
    words, there, kinds = words_for(request), tuple(rows), tuple(kinds)
    if "clinic_moved" in kinds:
        kinds = tuple(kind for kind in kinds if kind != "clinic_asked")
    reading = Reading(words)
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


def log(request: DeskRequest, case: Found, filled: Filled, once: str) -> UUID:
    """Write the call into the record; who was reached is looked after when the day is over.

    Raises:
        Absent, Refused: as `record.actions.log` says.
    """
    outcome = Outcome(filled.value("outcome"))
    told = record.Contact(
        kind="call",
        way="phone",
        direction="out",
        outcome=outcome,
        text=filled.value("text"),
        minutes=filled.value("minutes") or 0,
        next_on=_afterwards(request, case) if outcome is Outcome.ANSWERED else None,
    )
    return record.log(request.actor, case, told, now=request.now, once=once)


def log_told(request: DeskRequest, case: Found, once: str) -> UUID:
    """Write down that the person was told on the telephone, by the press that said so.

    Raises:
        Absent, Refused: as `record.actions.log` says.
    """
    typed = {"outcome": [str(Outcome.ANSWERED)]}
    return log(request, case, CALL.check(typed), once)


def _afterwards(request: DeskRequest, case: Found) -> date | None:
    """The first working day after the booking that the call was about; None without one."""
    standing = changes(request)
    found = queries.calls(request.actor, given(request), standing, now=request.now)
    cards = [card for one in found if one.case_id == case.id for card in one.cards]
    days = [card.starts.date() for card in cards if card.starts]
    return working_day(request.programme.desk, max(days), 1, standing) if days else None
