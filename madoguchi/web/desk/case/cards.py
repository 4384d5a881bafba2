"""The case page's cards: everything that the template shows, opened, named and made readable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.booking import FREE
from madoguchi.rules.steps.outcome import UNREACHED, Outcome
from madoguchi.tools.forms.fields import phone_digits
from madoguchi.tools.mail import outbox
from madoguchi.tools.signin.colleagues import Colleague, colleagues
from madoguchi.web.desk.case.files import beware, looks
from madoguchi.web.desk.case.links import Link, links
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.publications import recent_changes
from madoguchi.web.kit.sanitize import SanitizedText, sanitized, visible
from madoguchi.work.cases.public import Wishes
from madoguchi.work.cases.queries import DueCard, OpenedCase
from madoguchi.work.clinic.bookings import queries as bookings
from madoguchi.work.clinic.bookings.queries import Card as Booked
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.public import FileCard
from madoguchi.work.record import queries as record
from madoguchi.work.record.actions import CORRECTABLE
from madoguchi.work.record.queries import EntryCard
from madoguchi.work.referrals import queries as referrals
from madoguchi.work.referrals.queries import ReferralCard

PERSON = (
    "danger",
    "who",
    "name",
    "kana",
    "phone",
    "phone_note",
    "email",
    "age",
    "age_band",
    "residence",
    "town",
    "officer",
    "language",
    "support",
)
STORY = ("place", "urls", "when", "kinds", "effects", "measures", "wished", "how", "visit_when")
CODED = frozenset(
    {
        "danger",
        "who",
        "phone_note",
        "age_band",
        "residence",
        "officer",
        "support",
        "place",
        "kinds",
        "wished",
        "how",
    }
)
ROOMS = {"booking": "interview", "clinic": "clinic"}  # kinds of entries -> whose words they have
SILENT = ("mail_only", "wait")
PAPERS = ("letter", "paper")  # kinds of entries that left or came as paper


@dataclass(frozen=True)
class Fact:
    """A question with its answer; empty words: not told (未聴取). `dial`: a number to ring."""

    label: str
    said: SanitizedText
    dial: str = field(default="", repr=False)


def facts(names: Sequence[str], details: Mapping[str, Any], words: Texts) -> tuple[Fact, ...]:
    """The questions in their order, each with what was answered."""
    return tuple(_fact(name, details.get(name), words) for name in names)


def _fact(name: str, answer: Any, words: Texts) -> Fact:  # noqa: ANN401 - from the drawer
    answers = answer if isinstance(answer, list | tuple) else [answer]
    texts = [str(each) for each in answers if each not in (None, "")]
    if name in CODED:
        keys = {code: f"consult.{name}.{code}" for code in texts}
        texts = [
            words.get(keys[code]).words if keys[code] in words.words else code for code in texts
        ]
    text = "、".join(texts)
    dial = phone_digits(text) if name == "phone" else ""
    return Fact(f"consult.{name}.label", sanitized(text), dial if dial != text else "")


@dataclass(frozen=True)
class Contact:
    """How contact is safe (連絡の安全), for the banner; `hours` in words."""

    wishes: Wishes
    hours: tuple[str, ...]
    withheld: str

    @property
    def silent(self) -> bool:
        """Whether nobody may call."""
        return self.wishes.contact_rule in SILENT

    @property
    def key(self) -> str:
        """The text key of the rule in short."""
        return f"desk.contact.{self.wishes.contact_rule}"

    @property
    def long_key(self) -> str:
        """The text key of the rule as the person read it."""
        return f"consult.contact_rule.{self.wishes.contact_rule}"

    @property
    def reaches(self) -> str:
        """The text key of how an answer reaches the person."""
        if self.wishes.mail_takes_words:
            return "desk.reaches.words"
        if self.wishes.mail:
            return "desk.reaches.notice"
        waits = self.wishes.contact_rule == "wait"
        return "desk.reaches.waits" if waits else "desk.reaches.nowhere"


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
    """An entry of the record as the page shows it."""

    card: EntryCard
    who: str
    said: SanitizedText
    reason: SanitizedText
    links: tuple[Link, ...] = field(repr=False)
    facts: tuple[Fact, ...] = field(repr=False)
    attachments: tuple[Attachment, ...]
    agency: str
    earlier: int  # the number of the entry that it writes anew, 0 for none

    @property
    def key(self) -> str:
        """The text key of its kind."""
        return f"desk.entry.{self.card.kind}"

    @property
    def step(self) -> str:
        """The text key of what happened to a referral, empty for any other entry."""
        return f"referral.step.{self.card.words['step']}" if "step" in self.card.words else ""

    @property
    def how(self) -> str:
        """The text key of how a referral was approved, empty for any other entry."""
        approved = self.step and self.card.words.get("how")
        return f"referral.how.{approved}" if approved else ""

    @property
    def contact(self) -> tuple[str, ...]:
        """The text keys of way, direction and outcome, as far as the kind leaves them open."""
        details = self.card.words
        if self.card.kind == "consulted":
            results = (f"desk.consulted.result.{result}" for result in details["results"])
            return f"desk.consulted.came.{details['state']}", *results
        if "way" not in details:
            return ()
        way, direction = f"way.{details['way']}", f"direction.{details['direction']}"
        kind, outcome = self.card.kind, details.get("outcome")
        open_yet = {"call": (direction,), "interview": (), "received": (way,)}
        ended = (f"outcome.{outcome}",) if outcome else ()
        return *open_yet.get(kind, (way, direction)), *ended

    @property
    def happened_at(self) -> datetime | None:
        """When it was, where it was written down later."""
        happened_at = self.card.words.get("happened_at")
        return datetime.fromisoformat(happened_at) if happened_at else None

    @property
    def sorts(self) -> str:
        """The kinds of entries that it counts as, for the filter (連絡・メモ・書類)."""
        papers = " is-paper" if self.attachments or self.card.kind in PAPERS else ""
        return ("is-note" if self.card.internal else "is-contact") + papers

    @property
    def ours(self) -> bool:
        """Whether staff wrote it, for the record and not to the person: it can be written anew."""
        return self.card.staff_id is not None and self.card.kind in CORRECTABLE


@dataclass(frozen=True)
class Referred:
    """A referral as the page shows it."""

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
    why: SanitizedText

    @property
    def key(self) -> str:
        """The text key of what happens."""
        return f"desk.due.{self.card.kind}"

    @property
    def to(self) -> str:
        """The name of the page on which it is done; empty where the case's own page is."""
        return "case-clinic" if self.card.kind.startswith("clinic") else ""


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
    clinic: tuple[Booked, ...]
    colleagues: tuple[Colleague, ...]
    minutes: int
    unreached: Outcome

    @property
    def counts(self) -> dict[str, int]:
        """How many entries each choice of the filter shows."""
        sorts = [entry.sorts.split() for entry in self.entries]
        kinds = {"contact": "is-contact", "note": "is-note", "paper": "is-paper"}
        return {
            "all": len(sorts),
            **{name: sum(k in each for each in sorts) for name, k in kinds.items()},
        }

    @property
    def third_time(self) -> bool:
        """Whether nobody answering once more would be the third time in a row."""
        return self.unreached is UNREACHED[-1]

    @property
    def state(self) -> str:
        """The text key of the state."""
        return f"state.desk.{self.case.card.state}"


def cards(request: DeskRequest, opened: OpenedCase) -> Opened:
    """Everything of an opened case, from its two open drawers."""
    words = texts_for(request)
    staff = colleagues(request.office.id, request.now)
    names = {colleague.id: colleague.name for colleague in staff}
    read = record.entries(opened)
    details = record.details(read)
    agencies = {agency.id: agency.name.ja for agency in request.programme.agencies}
    clinic = request.programme.clinic
    booked = (
        bookings.of_case(opened, clinic, recent_changes(request), now=request.now) if clinic else ()
    )
    return Opened(
        case=opened,
        assignee=names.get(opened.card.assignee_id, "") if opened.card.assignee_id else "",
        days=(request.now.date() - day_in_japan(opened.card.opened_at)).days,
        contact=contact(opened, words),
        person=facts(PERSON, {**opened.about, **details}, words),
        story=facts(STORY, details, words),
        entries=_entries(opened, read, names, agencies, words),
        dues=tuple(Planned(due, sanitized(due.why)) for due in opened.dues),
        referred=tuple(
            Referred(
                card,
                agencies.get(card.agency, card.agency),
                names.get(card.staff_id, ""),
                card.due_on is not None and card.due_on < request.now.date(),
            )
            for card in referrals.given(opened)
        ),
        clinic=tuple(each.card for each in booked if each.card.state not in FREE),
        colleagues=staff,
        minutes=record.minutes(read),
        unreached=record.unreached(read),
    )


def contact(opened: OpenedCase, words: Texts) -> Contact:
    """How contact with the person is safe, for the banner."""
    wishes = opened.wishes
    hours = tuple(words.get(f"consult.hours.{hour}").words for hour in wishes.hours)
    return Contact(wishes, hours, outbox.withheld(opened.card.id))


def _entries(
    opened: OpenedCase,
    read: Sequence[EntryCard],
    names: Mapping[UUID, str],
    agencies: Mapping[str, str],
    words: Texts,
) -> tuple[Entry, ...]:
    """The entries of the record with their files; `names`: of colleagues, `agencies`: by id."""
    files: dict[UUID, tuple[Attachment, ...]] = {}
    for file in evidence.cards(opened.shared, opened.staff):
        files[file.entry_id] = (*files.get(file.entry_id, ()), Attachment(file, visible(file.name)))
    numbers = {card.id: card.number for card in read}
    entries = []
    for card in read:
        answers: tuple[Fact, ...] = ()
        first = card is read[-1]  # its answers stand beside the record
        if card.kind in record.WITH_DETAILS and not first:
            questions = (*PERSON, *STORY) if card.kind == "heard" else STORY
            answers = facts(questions, card.words, words)
        sentence_of_step = sentence(card.kind, card.words, words)
        entries.append(
            Entry(
                card=card,
                who=names.get(card.staff_id, "") if card.staff_id else "",
                said=sanitized(sentence_of_step or _text(card.words, "text")),
                reason=sanitized(_text(card.words, "reason")),
                links=links(card.words),
                facts=tuple(fact for fact in answers if fact.said.words),
                attachments=files.get(card.id, ()),
                agency=agencies.get(card.words.get("agency", ""), ""),
                earlier=numbers.get(card.corrects, 0) if card.corrects else 0,
            )
        )
    return tuple(entries)


def _text(words: Mapping[str, Any], name: str) -> str:
    text = words.get(name, "")
    return text if isinstance(text, str) else ""


def sentence(kind: str, details: Mapping[str, Any], words: Texts) -> str:
    """The sentence of an entry about an interview or a booking; empty for other kinds."""
    if kind not in ROOMS:
        return ""
    values = {**_when(details, words), **_when(details["was"], words, "was_")}
    return words.get(f"desk.{ROOMS[kind]}.step.{details['step']}", "ja", **values).words


def _when(details: Mapping[str, str], words: Texts, prefix: str = "") -> dict[str, str]:
    if not details:
        return {}
    reading = Formatter(words)
    return {
        f"{prefix}on": reading.day(date.fromisoformat(details["on"])),
        f"{prefix}starts": reading.clock(time.fromisoformat(details["starts"])),
    }
