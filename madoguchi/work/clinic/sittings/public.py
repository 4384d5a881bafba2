"""What the person reads of the outcome of their consultation (相談のあと)."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases.public import Holding
from madoguchi.work.record import public as record

ADVICE = "advice"  # the kind of its entry in the shared drawer


@dataclass(frozen=True)
class Advice:
    """What the desk wrote for the person after a consultation.

    `subsidy`: they might have the city's grant; their page leads to what it says of it.
    """

    booking_id: UUID
    at: datetime
    subsidy: bool
    text: str = field(repr=False)


def advice(held: Holding) -> tuple[Advice, ...]:
    """What was written after each consultation, the newest first; of one booking only the last."""
    found = newest(held.drawer).values()
    return tuple(each for each in found if each.subsidy or each.text.strip())


def newest(shared: Drawer) -> dict[UUID, Advice]:
    """The last advice of each booking, out of the open drawer; it may be taken back (empty)."""
    found: dict[UUID, Advice] = {}
    for row in record.readable(shared).filter(kind=ADVICE).order_by("-number"):
        words = shared.open("entry", row.id, row.words)
        booking_id = UUID(words["booking"])
        entry = Advice(booking_id, row.at, bool(words["subsidy"]), words["text"])
        found.setdefault(booking_id, entry)
    return found
