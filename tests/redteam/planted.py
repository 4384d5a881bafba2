"""Rows that whoever holds the portal's role, and the key of a case of their own, can write."""

from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from uuid import UUID, uuid4

from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import cipher
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases.models import Case, Consultee, Due, Wish
from madoguchi.work.evidence.models import Item
from madoguchi.work.record.models import Entry


@dataclass(frozen=True)
class Planter:
    """The hostile neighbour with a case of their own, whose lines say of each value what it is.

    `drawer`: what its receipt opens.
    """

    case: Case
    drawer: Drawer
    now: datetime

    def line(self, sealed: dict[str, str]) -> None:
        """A line of a message, with the hashes of what was planted."""
        consultee = Actor(self.case.office_id, "consultee")
        chain.append(
            consultee, "message.add", self.case.id, outcome="done", now=self.now, sealed=sealed
        )

    def seal(self, label: str, plain: bytes) -> tuple[UUID, bytes]:
        """Any bytes, sealed as a value of this label."""
        row_id, drawer = uuid4(), self.drawer
        address = cipher.Address(
            drawer.office_id, f"{drawer.name}/{label}", str(row_id), drawer.case_id
        )
        blob = cipher.seal(drawer.key, address, plain)
        self.line({f"{row_id}/{label}": chain.seal_hash(blob)})
        return row_id, blob

    def entry(self, plain: bytes, kind: str = "received", number: int = 0) -> UUID:
        row_id, blob = self.seal("entry", plain)
        Entry.objects.create(
            id=row_id,
            office_id=self.case.office_id,
            case_id=self.case.id,
            number=number or Entry.objects.filter(case_id=self.case.id).count() + 1,
            kind=kind,
            drawer="shared",
            words=blob,
            at=self.now,
        )
        return row_id

    def about(self, plain: bytes) -> None:
        row_id, blob = self.seal("consultee", plain)
        own = {"office_id": self.case.office_id, "case_id": self.case.id, "at": self.now}
        Consultee.objects.create(id=row_id, number=9, about=blob, **own)

    def wishes(self, plain: bytes) -> None:
        row_id, blob = self.seal("wish", plain)
        own = {"office_id": self.case.office_id, "case_id": self.case.id, "at": self.now}
        Wish.objects.create(id=row_id, number=9, by="consultee", wishes=blob, **own)

    def file(self, plain: bytes, entry_id: UUID) -> None:
        row_id, blob = self.seal("item", plain)
        own = {"office_id": self.case.office_id, "case_id": self.case.id, "at": self.now}
        Item.objects.create(id=row_id, entry_id=entry_id, drawer="shared", about=blob, **own)

    def due(self, why: bytes) -> None:
        """A day whose reason is no value of the staff drawer: its key they have not."""
        own = {"office_id": self.case.office_id, "case_id": self.case.id}
        Due.objects.create(kind="call", on=self.now.date(), how="chosen", why=why, **own)

    def many(self, count: int, plain: bytes) -> None:
        """So many entries, after those that are there."""
        last = Entry.objects.filter(case_id=self.case.id).count()
        sealed: dict[str, str] = {}
        rows: list[Entry] = []
        drawer = self.drawer
        for number in range(last + 1, last + 1 + count):
            row_id = uuid4()
            address = cipher.Address(
                drawer.office_id, f"{drawer.name}/entry", str(row_id), drawer.case_id
            )
            blob = cipher.seal(drawer.key, address, plain)
            sealed[f"{row_id}/entry"] = chain.seal_hash(blob)
            own = {"office_id": drawer.office_id, "case_id": drawer.case_id, "at": self.now}
            rows.append(
                Entry(id=row_id, number=number, kind="received", drawer="shared", words=blob, **own)
            )
        Entry.objects.bulk_create(rows)
        for some in batched(sealed.items(), 500):  # as many as a line takes
            self.line(dict(some))
