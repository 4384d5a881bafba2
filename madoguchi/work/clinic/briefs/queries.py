"""What the lawyer may read of a case beforehand (相談の要点), as far as the person agreed."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Self
from uuid import UUID

from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.clinic.models import Brief

type How = Literal["phone", "counter", "receipt", "letter"]
READY, AGREED, REFUSED = "ready", "agreed", "refused"
WORDS = ("happened", "done", "asks")


@dataclass(frozen=True)
class BriefText:
    """One version of a brief: how the person agreed or refused, and what it says.

    `agreed`: the lawyer may read it before the day. `names`: may learn the person's name and the
    other party's, too, to see whether there is a conflict of interest (利益相反の確認).
    """

    agreed: bool
    how: How
    on: date
    names: bool = False
    happened: str = field(default="", repr=False)
    done: str = field(default="", repr=False)
    asks: str = field(default="", repr=False)

    @property
    def state(self) -> str:
        """Its state, kept unsealed: what the desk sees of it without opening the case."""
        if not self.agreed:
            return REFUSED
        return READY if self.happened.strip() or self.asks.strip() else AGREED

    def to_json(self) -> dict[str, Any]:
        """The form in which it is sealed."""
        return {**asdict(self), "on": self.on.isoformat()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{**stored, "on": date.fromisoformat(stored["on"])})


@dataclass(frozen=True)
class Version:
    """A version of a brief, opened."""

    number: int
    at: datetime
    staff_id: UUID
    text: BriefText = field(repr=False)


def newest(staff: Drawer, booking_id: UUID) -> Version | None:
    """The newest version of a booking's brief, out of the open staff drawer; None: nobody asked."""
    rows = Brief.of(staff.office_id).filter(case_id=staff.case_id, booking_id=booking_id)
    row = rows.order_by("-number").first()
    if row is None:
        return None
    text = BriefText.from_json(staff.open("brief", row.id, row.brief))
    return Version(row.number, row.at, row.staff_id, text)


def for_lawyer(staff: Drawer, booking_id: UUID) -> Version | None:
    """What the lawyer may read: nothing unless the newest version says that the person agreed."""
    found = newest(staff, booking_id)
    return found if found and found.text.state == READY else None


def names_for_lawyer(staff: Drawer, booking_id: UUID, *, wanted: bool) -> bool:
    """Whether the lawyer may learn names beforehand: as the newest version says.

    `wanted`: what the person said when they booked, where nobody has asked them since.
    """
    found = newest(staff, booking_id)
    return wanted if found is None else found.text.agreed and found.text.names


def states(office_id: UUID, booking_ids: Iterable[UUID]) -> dict[UUID, tuple[int, str]]:
    """Number and state of each booking's newest version; no case is opened for it."""
    rows = Brief.of(office_id).filter(booking_id__in=tuple(booking_ids)).order_by("number")
    values = rows.values_list("booking_id", "number", "state")
    return {booking_id: (number, state) for booking_id, number, state in values}
