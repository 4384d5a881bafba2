"""The case page's cards: everything that the template shows, opened, named and made readable."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from madoguchi.tools.mail import outbox
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.case.beware import beware, looks
from madoguchi.web.desk.case.facts import PERSON, STORY, Fact, facts
from madoguchi.web.desk.case.links import Link, links
from madoguchi.web.desk.interviews.told import sentence
from madoguchi.web.desk.reveal import Said, said, shown
from madoguchi.web.kit.reading import words_for
from madoguchi.work.evidence import public as evidence
from madoguchi.work.record import queries as record
from madoguchi.work.referrals import queries as referrals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from madoguchi.rules.programme.texts import Texts
    from madoguchi.tools.signin.colleagues import Colleague
    from madoguchi.web.desk.frame import DeskRequest
    from madoguchi.work.cases.queries import DueCard, OpenedCase
    from madoguchi.work.evidence.public import FileCard
    from madoguchi.work.record.queries import EntryCard
    from madoguchi.work.referrals.queries import ReferralCard

SILENT = ("mail_only", "wait")


@dataclass(frozen=True)
class Contact:
    """How contact is safe (連絡の安全), for the banner."""

    rule: str
    silent: bool
    hours: tuple[str, ...]
    name_desk: bool
    mail: bool
    withheld: str

    @property
    def key(self) -> str:
        """The text key of the rule in short."""
        return f"desk.contact.{self.rule}"

    @property
    def long_key(self) -> str:
        """The text key of the rule as the person read it."""
        return f"consult.contact_rule.{self.rule}"


@dataclass(frozen=True)
class Attachment:
    """A file by name, kind and size, with signs in its name made visible; what to beware of."""

    card: FileCard
    name: str = field(repr=False)

    @property
    def key(self) -> str:
        """The text key of what its first bytes are like; an office's archive is a document."""
        return f"desk.file.looks.{looks(self.card)}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """The text keys of what to beware of before opening it."""
        return tuple(f"desk.file.beware.{code}" for code in beware(self.card))


@dataclass(frozen=True)
class Entry:
    """One entry of the record as the page shows it."""

    card: EntryCard
    who: str
    said: Said
    links: tuple[Link, ...] = field(repr=False)
    facts: tuple[Fact, ...] = field(repr=False)
    attachments: tuple[Attachment, ...]
    agency: str

    @property
    def key(self) -> str:
        """The text key of its kind."""
        return f"desk.entry.{self.card.kind}"

    @property
    def step(self) -> str:
        """The text key of what happened to a referral, empty for any other entry."""
        return f"referral.step.{self.card.words['step']}" if "step" in self.card.words else ""

    @property
    def contact(self) -> tuple[str, ...]:
        """The text keys of way, direction and outcome, of a contact that staff wrote down."""
        told = self.card.words
        if "outcome" not in told:
            return ()
        return f"way.{told['way']}", f"direction.{told['direction']}", f"outcome.{told['outcome']}"

    @property
    def minutes(self) -> int:
        """The minutes spent."""
        return int(self.card.words.get("minutes", 0))


@dataclass(frozen=True)
class Referred:
    """One referral as the page shows it."""

    card: ReferralCard
    agency: str
    who: str
    overdue: bool

    @property
    def state_key(self) -> str:
        """The text key of its state."""
        return f"referral.state.{self.card.state}"

    @property
    def consent_key(self) -> str:
        """The text key of the consent."""
        return f"desk.refer.consent.{self.card.consent.kind}"


@dataclass(frozen=True)
class Planned:
    """A day by which something happens, and why."""

    card: DueCard
    why: Said

    @property
    def key(self) -> str:
        """The text key of what happens."""
        return f"desk.due.{self.card.kind}"


@dataclass(frozen=True)
class Opened:
    """An opened case as the page shows it."""

    case: OpenedCase
    assignee: str
    days: int
    contact: Contact
    person: tuple[Fact, ...] = field(repr=False)
    story: tuple[Fact, ...] = field(repr=False)
    entries: tuple[Entry, ...] = field(repr=False)
    dues: tuple[Planned, ...] = field(repr=False)
    referred: tuple[Referred, ...]
    colleagues: tuple[Colleague, ...]

    @property
    def state(self) -> str:
        """The text key of the state."""
        return f"state.desk.{self.case.card.state}"


def cards(request: DeskRequest, opened: OpenedCase) -> Opened:
    """Everything of an opened case, from its two open drawers."""
    words = words_for(request)
    staff = colleagues(request.office.id, request.now)
    names = {one.id: one.name for one in staff}
    read = record.entries(opened)
    first = next((entry for entry in reversed(read) if entry.kind == "received"), None)
    files = _by_entry(evidence.cards(opened.shared))
    agencies = {one.id: one.name.ja for one in request.programme.agencies}
    return Opened(
        case=opened,
        assignee=names.get(opened.card.assignee_id, "") if opened.card.assignee_id else "",
        days=_days(opened.card.opened_at, request.now),
        contact=_contact(opened, words),
        person=facts(PERSON, opened.about, words),
        story=facts(STORY, first.words if first else {}, words),
        entries=tuple(_entry(entry, first, names, files, agencies, words) for entry in read),
        dues=tuple(Planned(due, said(due.why)) for due in opened.dues),
        referred=tuple(
            Referred(
                card,
                agencies.get(card.agency, card.agency),
                names.get(card.staff_id, ""),
                card.due_on is not None and card.due_on < request.now.date(),
            )
            for card in referrals.given(opened)
        ),
        colleagues=staff,
    )


def _days(since: datetime, now: datetime) -> int:
    return (now.date() - since.astimezone(now.tzinfo).date()).days


def _contact(opened: OpenedCase, words: Texts) -> Contact:
    wishes = opened.wishes
    hours = tuple(words.get(f"consult.hours.{hour}").words for hour in wishes.hours)
    return Contact(
        wishes.contact_rule,
        wishes.contact_rule in SILENT,
        hours,
        wishes.name_desk,
        wishes.mail,
        outbox.withheld(opened.card.id),
    )


def _by_entry(files: tuple[FileCard, ...]) -> dict[UUID, tuple[Attachment, ...]]:
    found: dict[UUID, tuple[Attachment, ...]] = {}
    for card in files:
        here = Attachment(card, shown(card.name))
        found[card.entry_id] = (*found.get(card.entry_id, ()), here)
    return found


def _entry(
    card: EntryCard,
    first: EntryCard | None,
    names: Mapping[UUID, str],
    files: Mapping[UUID, tuple[Attachment, ...]],
    agencies: Mapping[str, str],
    words: Texts,
) -> Entry:
    told = facts(STORY, card.words, words) if card is not first else ()
    return Entry(
        card=card,
        who=names.get(card.staff_id, "") if card.staff_id else "",
        said=said(sentence(card.words, words) if card.kind == "booking" else _text(card.words)),
        links=links(card.words),
        facts=tuple(fact for fact in told if fact.said.words),
        attachments=files.get(card.id, ()),
        agency=agencies.get(card.words.get("agency", ""), ""),
    )


def _text(words: Mapping[str, Any]) -> str:
    text = words.get("text", "")
    return text if isinstance(text, str) else ""
