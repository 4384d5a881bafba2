"""What staff read of questions about a page: a list without their text, one of them opened."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.rules.decision import Absent
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases.public import AtOffice, Thing
from madoguchi.work.intake.enquiry.models import Enquiry
from madoguchi.work.intake.enquiry.public import Question

MOST = 200


@dataclass(frozen=True)
class EnquiryCard:
    """A question as the list shows it: nothing that needs opening."""

    id: UUID
    at: datetime
    ended: str
    noticed: bool
    undelivered: bool
    sent_at: datetime | None
    forget_on: date | None


@dataclass(frozen=True)
class Waiting:
    """How many questions somebody has to look at; `noticed`: words of one mean danger."""

    count: int
    noticed: bool


@dataclass(frozen=True)
class OpenedEnquiry:
    """A question, opened, with its answer so far."""

    card: EnquiryCard
    question: Question = field(repr=False)
    answer: str = field(repr=False)


FIELDS = tuple(EnquiryCard.__dataclass_fields__)


def _card(row: Enquiry) -> EnquiryCard:
    return EnquiryCard(**{name: getattr(row, name) for name in FIELDS})


def find(actor: Actor, enquiry_id: UUID) -> Enquiry:
    """The row, for an act on it.

    Raises:
        Absent: not of this office or not there (any more).
    """
    row = Enquiry.of(actor.office_id).filter(pk=enquiry_id).first()
    if row is None:
        raise Absent
    return row


def waiting(actor: Actor) -> Waiting | None:
    """The questions somebody has to look at; None for those who may not know."""
    if not allowed(actor, "enquiry.list", AtOffice(actor.office_id)):
        return None
    marks = _waiting(actor).values_list("noticed", flat=True)
    return Waiting(len(marks), noticed=any(marks))


def enquiries(actor: Actor) -> tuple[EnquiryCard, ...]:
    """Those to look at, danger first, then the oldest; then those that have ended.

    Raises:
        Absent: not for this colleague.
    """
    if not allowed(actor, "enquiry.list", AtOffice(actor.office_id)):
        raise Absent
    open_ones = _waiting(actor)
    ended = Enquiry.of(actor.office_id).exclude(ended="").order_by("-ended_at", "id")[:MOST]
    return tuple(_card(row) for row in (*open_ones, *ended))


def _waiting(actor: Actor) -> QuerySet[Enquiry]:
    rows = Enquiry.of(actor.office_id).filter(ended="")
    return rows.order_by("-noticed", "at", "id")[:MOST]


def open_enquiry(actor: Actor, enquiry_id: UUID, *, now: datetime) -> OpenedEnquiry:
    """The question, opened: one audit line, committed before anything is shown.

    Raises:
        Absent: not there, or not for this actor.
        Forgotten: its key was destroyed.
    """
    row = find(actor, enquiry_id)
    drawer = _read(actor, Thing(row.office_id, row.id), now=now)
    return OpenedEnquiry(_card(row), question_of(row, drawer), answer_of(row, drawer))


@action("enquiry.read")
def _read(_actor: Actor, thing: Thing, *, now: datetime) -> Drawer:  # noqa: ARG001 - the act's form
    return drawer_of(thing)


def drawer_of(thing: Thing) -> Drawer:
    """The open drawer of a question, moved out of the letterbox at the first opening."""
    unseal.adopt_loose(thing.office_id, thing.case_id)
    return unseal.loose(thing.office_id, thing.case_id)


def question_of(row: Enquiry, drawer: Drawer) -> Question:
    return Question(**drawer.open("enquiry", row.id, row.words))


def answer_of(row: Enquiry, drawer: Drawer) -> str:
    """The answer, empty while there is none."""
    return str(drawer.open("enquiry_answer", row.id, row.answer)) if row.answer else ""
