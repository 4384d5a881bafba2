"""The case page's cards: everything that the template shows, opened, named and made readable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from madoguchi.rules.asked import dangers_in
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.opening import day_spans
from madoguchi.rules.programme.meaning import Meanings
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.booking import FREE
from madoguchi.rules.steps.case import BY_PHONE
from madoguchi.rules.steps.outcome import UNREACHED, Outcome
from madoguchi.rules.telephone import to_dial
from madoguchi.tools.mail import outbox
from madoguchi.tools.signin.colleagues import Colleague, colleagues
from madoguchi.web.desk.case.files import beware, looks
from madoguchi.web.desk.case.links import Link, links
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.formatting import Formatter, key_of, texts_for
from madoguchi.web.kit.publications import recent_changes
from madoguchi.web.kit.sanitize import SanitizedText, sanitized, visible
from madoguchi.work.cases.public import Wishes, has_number
from madoguchi.work.cases.queries import DueCard, OpenedCase
from madoguchi.work.clinic.bookings import queries as bookings
from madoguchi.work.clinic.bookings.queries import Card as Booked
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.public import FileCard
from madoguchi.work.interviews import queries as interviews
from madoguchi.work.record import queries as record
from madoguchi.work.record.actions import CORRECTABLE, ENCLOSED
from madoguchi.work.record.queries import EntryCard, Record
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
PAPERS = ("letter", "paper")  # kinds of entries that left or came as paper


@dataclass(frozen=True)
class Fact:
    """A question with its answer; empty words: not told (未聴取).

    `aside`: of telephone numbers which one is rung, in words; nothing where the answer is that
    number, or nobody may call.
    """

    label: str
    said: SanitizedText
    aside: str = field(default="", repr=False)


def facts(
    names: Sequence[str], details: Mapping[str, Any], words: Texts, *, silent: bool = False
) -> tuple[Fact, ...]:
    """The questions in their order, each with what was answered.

    `silent`: nobody may call, so there is no number to dial.
    Who wrote on the pages of another language, and named none, is said to have done so.
    """
    if (pages := details.get("pages")) and not details.get("language"):
        key = f"desk.from_pages_{pages}"
        details = {**details, "language": words.get(key).words if key in words.words else ""}
    return tuple(_fact(name, details.get(name), words, silent=silent) for name in names)


def _fact(name: str, answer: Any, words: Texts, *, silent: bool) -> Fact:  # noqa: ANN401 - from the drawer
    answers = answer if isinstance(answer, list | tuple) else [answer]
    texts = [str(each) for each in answers if each not in (None, "")]
    if name in CODED:
        keys = {code: f"consult.{name}.{code}" for code in texts}
        texts = [
            words.get(keys[code]).words if keys[code] in words.words else code for code in texts
        ]
    text = "、".join(texts)
    aside = _to_dial(text, words) if name == "phone" and text and not silent else ""
    return Fact(f"consult.{name}.label", sanitized(text), aside)


def _to_dial(phone: str, words: Texts) -> str:
    digits = to_dial(phone)
    if not digits:
        return words.get("desk.dial_none").words
    return words.get("desk.dial", digits=digits).words if digits != phone else ""


@dataclass(frozen=True)
class Contact:
    """How contact is safe (連絡の安全), for the banner; `hours` in words.

    `listed`: the rule that lists were made to show beside the wishes, else empty. `damaged`: what
    the person wishes cannot be read. `address`: where mail goes, if that is
    known. `number`: whether the person can open their page.
    """

    wishes: Wishes
    hours: tuple[str, ...]
    withheld: str
    listed: str
    damaged: bool = False
    address: str = field(default="", repr=False)
    number: bool = True

    @property
    def silent(self) -> bool:
        """Whether nobody may call."""
        return self.wishes.contact_rule not in BY_PHONE

    @property
    def key(self) -> str:
        """The text key of the rule in short."""
        return f"desk.contact.{self.wishes.contact_rule}"

    @property
    def rule(self) -> str:
        """The newest rule, as the desk has read it."""
        return self.wishes.contact_rule

    @property
    def listed_key(self) -> str:
        """The text key of what lists were made to show."""
        return f"desk.contact.{self.listed}"

    @property
    def long_key(self) -> str:
        """The text key of the rule as the person read it."""
        return f"consult.contact_rule.{self.wishes.contact_rule}"

    @property
    def reaches(self) -> str:
        """The text key of how an answer reaches the person."""
        if self.takes_words:
            return "desk.reaches.words" if self.number else "desk.reaches.words_only"
        if not self.number:
            return "desk.reaches.unhanded"
        if self.wishes.mail and self.address:
            return "desk.reaches.notice"
        if self.wishes.contact_rule == "wait":
            return "desk.reaches.waits"
        if not self.address and (self.wishes.mail or self.wishes.contact_rule == "mail_only"):
            return "desk.reaches.unaddressed"
        return "desk.reaches.unheard" if self.wishes.mail is None else "desk.reaches.off"

    @property
    def takes_words(self) -> bool:
        """Whether an answer also goes out by mail, word for word."""
        return bool(self.address) and self.wishes.mail_takes_words


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
    noticed: bool = False  # the person's words hold one that means danger: a hint
    mail: tuple[datetime | None, str] | None = None  # of an answer: when it was sent, or why never
    number: bool = True  # whether the person can open their page

    @property
    def mailed(self) -> str:
        """The text key of the mail about an answer; empty where none was to go."""
        held = self.card.words.get("mail", "")
        if self.mail is None or not held:
            return ""
        sent_at, withheld = self.mail
        came_to = "withheld" if withheld else f"sent_{held}" if sent_at else f"waits_{held}"
        return f"desk.mailed.{came_to}"

    @property
    def unseen(self) -> str:
        """The text key that nobody has read an answer yet, or can; empty for any other entry."""
        if self.card.kind != "sent" or self.card.seen_at:
            return ""
        return "desk.unseen" if self.number else "desk.unread_page"

    @property
    def key(self) -> str:
        """The text key of its kind; of words of danger that were read, what they came to."""
        read = self.card.kind in record.LOOKED and self.card.words.get("words")
        return key_of("desk.entry", f"words_{read}" if read else self.card.kind)

    @property
    def step(self) -> str:
        """The text key of what happened to a referral, empty for any other entry."""
        step = self.card.words.get("step", "")
        return key_of("referral.step", step) if step else ""

    @property
    def how(self) -> str:
        """The text key of how a referral was approved, empty for any other entry."""
        approved = self.step and self.card.words.get("how")
        return key_of("referral.how", approved) if approved else ""

    @property
    def contact(self) -> tuple[str, ...]:
        """The text keys of way, direction and outcome, as far as the kind leaves them open."""
        details = self.card.words
        if self.card.kind == "consulted":
            results = (key_of("desk.consulted.result", one) for one in details.get("results", ()))
            return key_of("desk.consulted.came", details.get("state", "")), *results
        if "way" not in details:
            return ()
        way, direction = f"way.{details['way']}", f"direction.{details['direction']}"
        kind, outcome = self.card.kind, details.get("outcome")
        open_yet = {"call": (direction,), "interview": (), "received": (way,)}
        ended = (f"outcome.{outcome}",) if outcome else ()
        return *open_yet.get(kind, (way, direction)), *ended

    @property
    def against(self) -> str:
        """Why the desk reached out though the person's wish forbids it; mostly empty."""
        return _text(self.card.words, "against")

    @property
    def happened_at(self) -> datetime | None:
        """When it was, where it was written down later."""
        happened_at = self.card.words.get("happened_at")
        return datetime.fromisoformat(happened_at) if happened_at else None

    @property
    def sorts(self) -> str:
        """Its classes: what the filter counts it as (連絡・メモ・書類), whether it is corrected."""
        papers = " is-paper" if self.attachments or self.card.kind in PAPERS else ""
        corrected = " corrected" if self.card.corrected else ""
        return ("internal is-note" if self.card.internal else "is-contact") + papers + corrected

    @property
    def enclosed(self) -> bool:
        """Whether it is a mail that somebody added to the case."""
        by_staff = self.card.staff_id is not None and self.card.kind in ENCLOSED
        return by_staff and bool(self.attachments) and "outcome" not in self.card.words

    @property
    def ours(self) -> bool:
        """Whether staff wrote it: it can be written anew."""
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
        return f"referral.state.{self.card.stands}"

    @property
    def consent_key(self) -> str:
        """The text key of the consent."""
        return f"desk.refer.consent.{self.card.consent.kind}"

    @property
    def waits_key(self) -> str:
        """The text key of what its day is for."""
        return f"desk.refer.waits_{self.card.stands}"


@dataclass(frozen=True)
class Planned:
    """A day by which something happens, and why; `at`: when its interview begins."""

    card: DueCard
    why: SanitizedText
    forbidden: str = ""  # the rule of the person's newest wish, if it forbids this
    at: time | None = None
    closed: bool = False  # whether nobody is at the desk on the day of a promise

    @property
    def key(self) -> str:
        """The text key of what happens."""
        return key_of("desk.due", self.card.kind)

    @property
    def to(self) -> str:
        """The name of the page on which it is done; empty where the case's own page is."""
        return "case-clinic" if self.card.kind.startswith("clinic") else ""


@dataclass(frozen=True)
class Opened:
    """An opened case as its page shows it.

    `further`: where the next page of a kind begins. `unread`: how many entries that do not open are
    not among those shown.
    """

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
    further: Mapping[str, int]
    unread: int

    @property
    def counts(self) -> dict[str, int]:
        """How many entries each choice of the filter shows."""
        sorts = [entry.sorts.split() for entry in self.entries]
        kinds = {"contact": "is-contact", "note": "is-note", "paper": "is-paper"}
        return {
            "all": len(sorts),
            **{name: sum(k in each for each in sorts) for name, k in kinds.items()},
        }

    def asked(self, about: str) -> tuple[Planned, ...]:
        """The dues about which an act asks, as `cases.queries.promised` finds them."""
        match about:
            case "promises":
                return tuple(due for due in self.dues if due.card.promise)
            case "answers":
                return tuple(due for due in self.dues if due.card.promise or due.card.awaited)
            case "dues":
                return tuple(due for due in self.dues if due.card.endable)
            case _:
                return ()

    @property
    def noticed(self) -> bool:
        """Whether something that the person sent holds words of danger (ことばに危険)."""
        since = next((e.card.number for e in self.entries if e.card.kind in record.LOOKED), 0)
        unread = (e for e in self.entries if e.card.number > since)
        return self.case.card.noticed or any(e.noticed for e in unread)

    @property
    def third_time(self) -> bool:
        """Whether nobody answering once more would be the third time in a row."""
        return self.unreached is UNREACHED[-1]

    @property
    def differs(self) -> tuple[str, ...]:
        """The text keys of what in the database is not as it was written down."""
        return tuple(f"desk.differs.{name}" for name in self.case.differs)

    @property
    def hidden_from(self) -> tuple[Colleague, ...]:
        """The colleagues for whom the case does not exist."""
        return tuple(each for each in self.colleagues if each.id in self.case.hidden_from)

    @property
    def may_return(self) -> tuple[Colleague, ...]:
        """Of those, whom the desk may let see it again: nobody who declared to be tied."""
        return tuple(each for each in self.hidden_from if each.id in self.case.may_return)

    @property
    def state(self) -> str:
        """The text key of the state."""
        return key_of("state.desk", self.case.card.state)


def cards(request: DeskRequest, opened: OpenedCase) -> Opened:
    """Everything of an opened case, from its two open drawers."""
    words = texts_for(request)
    desk, published = request.programme.desk, recent_changes(request)
    staff = colleagues(request.office.id, request.now)
    names = {colleague.id: colleague.name for colleague in staff}
    read = record.record(opened)
    details = record.details(read.known)
    files = evidence.of_entries(
        [entry.id for entry in read.page],
        opened.shared,
        opened.staff,
        skip=opened.skip.get("files", 0),
    )
    agencies = {agency.id: agency.name.ja for agency in request.programme.agencies}
    clinic = request.programme.clinic
    booked = (
        bookings.of_case(opened, clinic, recent_changes(request), now=request.now).rows
        if clinic
        else ()
    )
    meets = any(due.kind == "interview" for due in opened.dues)
    starts = interviews.times([opened.card.id]) if meets else {}
    safe = contact(opened, words)
    return Opened(
        case=opened,
        assignee=names.get(opened.card.assignee_id, "") if opened.card.assignee_id else "",
        days=(request.now.date() - day_in_japan(opened.card.opened_at)).days,
        contact=safe,
        person=facts(PERSON, {**opened.about, **details}, words, silent=safe.silent),
        story=facts(STORY, details, words),
        entries=_entries(
            read,
            files.rows,
            names,
            agencies,
            words,
            request.programme.meanings,
            outbox.answers(opened.card.id),
            silent=safe.silent,
            number=safe.number,
        ),
        dues=tuple(
            Planned(
                due,
                sanitized(due.why),
                opened.forbidding(due.kind),
                starts.get((opened.card.id, due.on)) if due.kind == "interview" else None,
                due.promise and not day_spans(desk, desk.hours, due.on, published),
            )
            for due in opened.dues
        ),
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
        minutes=record.minutes(read.known),
        unreached=record.unreached(read.known),
        further={**opened.further, "entries": read.further, "files": files.further},
        unread=read.unread,
    )


def contact(opened: OpenedCase, words: Texts) -> Contact:
    """How contact with the person is safe, for the banner."""
    wishes = opened.wishes
    hours = tuple(words.get(f"consult.hours.{hour}").words for hour in wishes.hours)
    withheld = outbox.withheld(opened.card.id)
    damaged = "wishes" in opened.damaged
    return Contact(
        wishes,
        hours,
        withheld,
        opened.listed,
        damaged=damaged,
        address=visible(str(opened.about.get("email") or "")),
        number=has_number(opened.card.channel, opened.about),
    )


def _entries(
    read: Record,
    received: Sequence[FileCard],
    names: Mapping[UUID, str],
    agencies: Mapping[str, str],
    words: Texts,
    meanings: Meanings,
    mails: Mapping[datetime, tuple[datetime | None, str]],
    *,
    silent: bool,
    number: bool,
) -> tuple[Entry, ...]:
    """The entries of the record with their files and mails; `names`: of colleagues."""
    files: dict[UUID, tuple[Attachment, ...]] = {}
    for file in received:
        files[file.entry_id] = (*files.get(file.entry_id, ()), Attachment(file, visible(file.name)))
    numbers = {card.id: card.number for card in read.known}
    entries = []
    for card in read.page:
        answers: tuple[Fact, ...] = ()
        first = card is read.known[-1]  # its answers stand beside the record
        if card.kind in record.WITH_DETAILS and not first:
            questions = (*PERSON, *STORY) if card.kind == "heard" else STORY
            answers = facts(questions, card.words, words, silent=silent)
        sentence_of_step = sentence(card.kind, card.words, words)
        entries.append(
            Entry(
                card=card,
                who=names.get(card.staff_id, "") if card.staff_id else _by_itself(card, words),
                said=sanitized(sentence_of_step or _text(card.words, "text")),
                reason=sanitized(_text(card.words, "reason")),
                links=links(card.words),
                facts=tuple(fact for fact in answers if fact.said.words),
                attachments=() if card.kind == "misfiled" else files.get(card.id, ()),
                agency=agencies.get(card.words.get("agency", ""), ""),
                earlier=numbers.get(card.corrects, 0) if card.corrects else 0,
                mail=mails.get(card.at) if card.kind == "sent" else None,
                number=number,
                noticed=card.kind == "received"
                and bool(
                    dangers_in(meanings, *(w for w in card.words.values() if isinstance(w, str)))
                ),
            )
        )
    return tuple(entries)


def _by_itself(card: EntryCard, words: Texts) -> str:
    """Who wrote an entry that neither a colleague nor the person wrote; else empty."""
    offered = card.kind == "clinic" and card.words.get("step") == "offered"
    return words.get("desk.automatic").words if offered else ""


def _text(words: Mapping[str, Any], name: str) -> str:
    text = words.get(name, "")
    return text if isinstance(text, str) else ""


def sentence(kind: str, details: Mapping[str, Any], words: Texts) -> str:
    """The sentence of an entry that nobody wrote: of a step of the case; else empty."""
    if kind == "promise" and details:
        return _promise(details, words)
    if kind == "closed" and details:
        return words.get(key_of("closing", details["closing"])).words
    if kind == "wish" and details:
        return _wish(details, words)
    if kind == "apart" and details.get("arrangement"):
        label = words.get("desk.clinic.book.arrangement.label").words
        return f"{details.get('text', '')}\n{label}：{details['arrangement']}"
    if kind not in ROOMS or not details:  # of what is damaged nothing is said
        return ""
    values = {**_when(details, words), **_when(details["was"], words, "was_")}
    if by := details.get("by"):
        values |= {"who": words.get(key_of(f"desk.{ROOMS[kind]}.cancelled_by", by)).words}
        values |= {"why": details.get("text", "")}
    return words.get(key_of(f"desk.{ROOMS[kind]}.step", details["step"]), "ja", **values).words


def _promise(details: Mapping[str, str], words: Texts) -> str:
    """How a promise ended: what, for which day, how, what it was about, and why."""
    reading = Formatter(words)
    what = words.get(key_of("desk.due", details["due"])).words
    days = {
        name: reading.day(date.fromisoformat(details[name]))
        for name in ("on", "to")
        if name in details
    }
    ended = words.get(key_of("desk.promise.ended", details["how"]), "ja", what=what, **days).words
    return "\n".join(filter(None, (ended, details.get("about"), details.get("text"))))


def _wish(details: Mapping[str, Any], words: Texts) -> str:
    """What of the person's wishes changed, a line each, and who said so."""
    after, damaged = _wishes(details["after"], words), words.get("desk.damaged.code").words
    before = _wishes(details["before"], words) if "before" in details else {}
    lines = [
        words.get(
            "desk.wishes.changed", label=label, before=before.get(label, damaged), after=said
        ).words
        for label, said in after.items()
        if said != before.get(label)
    ]
    unchanged = () if lines else (words.get("desk.wishes.unchanged").words,)
    return "\n".join(filter(None, (*unchanged, *lines, details["after"].get("said"))))


def _wishes(wishes: Mapping[str, Any], words: Texts) -> Mapping[str, str]:
    """How contact is safe, in the words of the form: label and answer."""
    codes = {"contact_rule": (wishes["contact_rule"],), "hours": wishes["hours"] or ("any",)}
    for name in ("name_desk", "mail", "words"):
        codes[name] = ({True: "yes", None: "unheard"}.get(wishes.get(name, False), "no"),)
    return {
        words.get(f"desk.wishes.{name}.label").words: "・".join(
            words.get(key_of(f"desk.wishes.{name}", code)).words for code in answers
        )
        for name, answers in codes.items()
    }


def _when(details: Mapping[str, str], words: Texts, prefix: str = "") -> dict[str, str]:
    if not details:
        return {}
    reading = Formatter(words)
    return {
        f"{prefix}on": reading.day(date.fromisoformat(details["on"])),
        f"{prefix}starts": reading.clock(time.fromisoformat(details["starts"])),
    }
