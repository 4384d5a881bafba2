"""The booking that a page is about (どの予約か), with its case opened."""

from dataclasses import dataclass
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.standing import changes
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.queries import Found, OpenedCase
from madoguchi.work.clinic.packs import queries
from madoguchi.work.clinic.packs.queries import Placed

STALE = ("clinic.stale", "clinic.brief_stale", "case.stale")


@dataclass(frozen=True)
class About:
    """A booking and its opened case."""

    booking: Placed
    opened: OpenedCase


def clinic_of(request: DeskRequest) -> Clinic:
    """The city's clinic.

    Raises:
        Absent: it has none.
    """
    if request.programme.clinic is None:
        raise Absent
    return request.programme.clinic


def found(request: DeskRequest, booking_id: UUID) -> Placed:
    """The booking of an address.

    Raises:
        Absent: there is none.
    """
    return queries.placed(request.actor, clinic_of(request), changes(request), booking_id)


def row(request: DeskRequest, booking: Placed) -> Found:
    """Its case, for an act."""
    return cases.find(request.actor, booking.case_id)


def opened(request: DeskRequest, booking: Placed) -> About:
    """The booking with its case opened; one line.

    Raises:
        Absent: not for this colleague.
    """
    return About(booking, cases.open_case(request.actor, booking.case_id, now=request.now))
