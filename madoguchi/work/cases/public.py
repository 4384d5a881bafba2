"""What the public side may do and read of a case: open one, say how contact is safe."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from madoguchi.rules.steps.case import NO_CONTACT, State, Verb, after
from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import receipt, seal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
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
    *("residence", "town", "officer", "language", "pages", "support"),
)


HANDED, KEPT = "handed", "kept"  # what became of the receipt's numbers, as `about` has it


def has_number(channel: str, about: Mapping[str, Any]) -> bool:
    """Whether the person can open their page: who wrote by mail only if it was said so."""
    said = about.get("receipt", "")
    return said == HANDED or (said != KEPT and channel != "mail")


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

    `mail`: a mail that says only that there is news may come; never to who waits to be asked,
    whatever was answered beside it. `words`: it may hold the answer's words; a colleague wrote
    down who said so and when (`said`). Wishes given anew end that.
    `name_desk`: whether the desk may name itself on the telephone. None: it was not asked (未聴取),
    and is not done.
    """

    contact_rule: str
    hours: tuple[str, ...] = ()
    name_desk: bool | None = None
    mail: bool | None = False
    words: bool = False
    said: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.mail and self.contact_rule == NO_CONTACT:
            object.__setattr__(self, "mail", False)

    @property
    def effective_rule(self) -> str:
        """The rule as it works out: only mail, and no mail either, is no contact."""
        unreached = self.contact_rule == "mail_only" and not self.mail
        return NO_CONTACT if unreached else self.contact_rule

    @property
    def mail_takes_words(self) -> bool:
        """Whether an answer may go out by mail, word for word."""
        return self.words and bool(self.mail)

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
        contact_asked=new.wishes.contact_rule,
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


def write_next_wishes(drawer: Drawer, wishes: Wishes, by: str, now: datetime) -> int:
    """Seal wishes that hold from now on, and return their number; the earlier row stays."""
    latest = Wish.of(drawer.office_id).filter(case_id=drawer.case_id).order_by("-number")[0]
    write_wishes(drawer, latest.number + 1, wishes, by, now)
    return latest.number + 1


def wishes(drawer: Drawer) -> Wishes:
    """How contact is safe now."""
    row = Wish.of(drawer.office_id).filter(case_id=drawer.case_id).order_by("-number")[0]
    return Wishes.from_json(drawer.open("wish", row.id, row.wishes))


def about(drawer: Drawer) -> dict[str, Any]:
    """What the person said of themselves, from the newest row."""
    row = Consultee.of(drawer.office_id).filter(case_id=drawer.case_id).order_by("-number")[0]
    details: dict[str, Any] = drawer.open("consultee", row.id, row.about)
    return details


def ask_wishes(held: Holding, new: Wishes, now: datetime) -> Wishes | None:
    """The person's wishes from now on, inside the act; those of before, if they can be read."""
    before = None
    with suppress(Tampered, Unreadable, LookupError, TypeError, ValueError):
        before = wishes(held.drawer)
    write_next_wishes(held.drawer, new, "consultee", now)
    Case.of(held.office_id).filter(pk=held.case_id).update(
        contact_asked=new.contact_rule, touched_at=now
    )
    return before


def desks_turn(
    held: Holding | Case, due_on: date, kind: str, now: datetime, *, how: str = "next_opening"
) -> UUID:
    """Make it the desk's turn, as when the person wrote: the case is active. The id of its due."""
    readable = "state", "next_on", "revision"  # to the portal's role, by docs/running/roles.sql
    case = Case.of(held.office_id).select_for_update().only(*readable).get(pk=held.case_id)
    was, case.state = case.state, after(State(case.state), Verb.WRITE)
    if was == State.CLOSED:
        chain.tell(state=case.state)
    case.closed_at, case.closing = None, ""
    case.touched_at, case.next_on = now, min(filter(None, (case.next_on, due_on)))
    case.revision += 1
    case.save(update_fields=["state", "closed_at", "closing", "touched_at", "next_on", "revision"])
    due = Due.objects.create(
        office_id=held.office_id, case_id=held.case_id, kind=kind, on=due_on, how=how
    )
    return due.id


def state(held: Holding) -> str:
    """The case's state, for its words on the person's page."""
    return Case.of(held.office_id).values_list("state", flat=True).get(pk=held.case_id)
