"""What the public side may do and read of a case: open one, say how contact is safe."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from madoguchi.rules.steps.case import State, Verb, after
from madoguchi.tools.act.action import action
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import receipt, seal
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases.models import Case, Consultee, Due, Wish

OF_PERSON = (  # the fields of a request that are about the person, not the story
    *(
        "danger",
        "who",
        "name",
        "kana",
        "phone",
        "phone_digits",
        "phone_note",
        "email",
        "age",
        "age_band",
    ),
    *("residence", "town", "officer", "language", "support"),
)


@dataclass(frozen=True)
class AtOffice:
    """The subject of an act that belongs to no case."""

    office_id: UUID
    case_id: None = None

    def situation(self, _actor: Actor) -> str:
        """Always `office`."""
        return "office"


@dataclass(frozen=True)
class Thing:
    """The subject of an act on a thing that has a drawer but no case: a mail, an enquiry, a count.

    `case_id`: its own id, by which its drawer is found.
    """

    office_id: UUID
    case_id: UUID

    def situation(self, _actor: Actor) -> str:
        """Always `office`."""
        return "office"


@dataclass(frozen=True)
class Holding:
    """A case whose receipt was shown: its open shared drawer, and nothing else."""

    drawer: Drawer

    @property
    def office_id(self) -> UUID:
        """The office of the case."""
        return self.drawer.office_id

    @property
    def case_id(self) -> UUID:
        return self.drawer.case_id

    def situation(self, actor: Actor) -> str:
        """`own` for the person; staff never hold a receipt."""
        return "own" if actor.role == "consultee" else "denied"


@dataclass(frozen=True)
class Wishes:
    """How contact is safe, by field; the same from every form.

    `mail`: a mail that says only that there is news may come. `words`: it may hold the answer's
    words; a colleague wrote down who said so and when (`said`). Wishes given anew end that.
    """

    contact_rule: str
    hours: tuple[str, ...] = ()
    name_desk: bool = False
    mail: bool = False
    words: bool = False
    said: str = field(default="", repr=False)

    @property
    def mail_takes_words(self) -> bool:
        """Whether an answer may go out by mail, word for word; never to who waits to be asked."""
        return self.words and self.mail and self.contact_rule != "wait"

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            contact_rule=stored["contact_rule"],
            hours=tuple(stored["hours"]),
            name_desk=stored["name_desk"],
            mail=stored["mail"],
            words=stored.get("words", False),
            said=stored.get("said", ""),
        )


@dataclass(frozen=True)
class NewCase:
    """What is needed to open a case; `first_due`: the kind of its first due."""

    channel: str
    urgent: bool
    about: Mapping[str, Any] = field(repr=False)
    wishes: Wishes
    receipt: receipt.Prepared
    first_due_on: date
    first_due: str = "first_answer"


def consultee(office_id: UUID) -> Actor:
    """The actor who is the person."""
    return Actor(office_id, "consultee")


@action("case.open")
def open(  # noqa: A001 - the house's name of the act
    _actor: Actor, at: AtOffice, office: OfficeCard, new: NewCase, *, now: datetime
) -> Drawer:
    """Create case, drawer, consultee, wishes, receipt and first due; returns the shared drawer."""
    case_id = uuid.uuid4()
    drawer = seal.new_shared(office, case_id, new.receipt.key)
    filed = receipt.file(new.receipt, drawer)
    Case.objects.create(
        id=case_id,
        office_id=at.office_id,
        short_name=filed.number[-5:],
        state=State.RECEIVED,
        channel=new.channel,
        urgent=new.urgent,
        contact_rule=new.wishes.contact_rule,
        opened_at=now,
        touched_at=now,
        next_on=new.first_due_on,
    )
    write_about(drawer, 1, new.about, now)
    write_wishes(drawer, 1, new.wishes, "consultee", now)
    Due.objects.create(
        office_id=at.office_id,
        case_id=case_id,
        kind=new.first_due,
        on=new.first_due_on,
        how="next_opening",
    )
    enqueue("cases.adopt", case_id, at=now)
    return drawer


def write_about(drawer: Drawer, number: int, about: Mapping[str, Any], now: datetime) -> None:
    """Seal a row of what the person said of themselves."""
    row = Consultee(office_id=drawer.office_id, case_id=drawer.case_id, number=number, at=now)
    row.about = drawer.seal("consultee", row.id, dict(about))
    row.save(force_insert=True)


def write_wishes(drawer: Drawer, number: int, wishes: Wishes, by: str, now: datetime) -> None:
    """Seal the next row of wishes."""
    row = Wish(office_id=drawer.office_id, case_id=drawer.case_id, number=number, by=by, at=now)
    row.wishes = drawer.seal("wish", row.id, asdict(wishes))
    row.save(force_insert=True)


def write_next_wishes(drawer: Drawer, wishes: Wishes, by: str, now: datetime) -> None:
    """Seal wishes that hold from now on; the earlier row stays."""
    latest = Wish.of(drawer.office_id).filter(case_id=drawer.case_id).order_by("-number")[0]
    write_wishes(drawer, latest.number + 1, wishes, by, now)


def wishes(drawer: Drawer) -> Wishes:
    """How contact is safe now."""
    row = Wish.of(drawer.office_id).filter(case_id=drawer.case_id).order_by("-number")[0]
    return Wishes.from_json(drawer.open("wish", row.id, row.wishes))


def about(drawer: Drawer) -> dict[str, Any]:
    """What the person said of themselves, from the newest row."""
    row = Consultee.of(drawer.office_id).filter(case_id=drawer.case_id).order_by("-number")[0]
    details: dict[str, Any] = drawer.open("consultee", row.id, row.about)
    return details


@action("wish.change")
def change_wishes(_actor: Actor, held: Holding, new: Wishes, *, now: datetime) -> None:
    """The person says anew how contact is safe; the earlier row stays."""
    write_next_wishes(held.drawer, new, "consultee", now)
    Case.of(held.office_id).filter(pk=held.case_id).update(
        contact_rule=new.contact_rule, touched_at=now
    )


def desks_turn(
    held: Holding | Case, due_on: date, kind: str, now: datetime, *, how: str = "next_opening"
) -> None:
    """Make it the desk's turn, as when the person wrote: the case is active, with a due."""
    readable = "state", "next_on", "revision"  # to the portal's role, by docs/running/roles.sql
    case = Case.of(held.office_id).select_for_update().only(*readable).get(pk=held.case_id)
    case.state = after(State(case.state), Verb.WRITE)
    case.closed_at, case.closing = None, ""
    case.touched_at, case.next_on = now, min(filter(None, (case.next_on, due_on)))
    case.revision += 1
    case.save(update_fields=["state", "closed_at", "closing", "touched_at", "next_on", "revision"])
    Due.objects.create(
        office_id=held.office_id, case_id=held.case_id, kind=kind, on=due_on, how=how
    )


def state(held: Holding) -> str:
    """The case's state, for its words on the person's page."""
    return Case.of(held.office_id).values_list("state", flat=True).get(pk=held.case_id)
