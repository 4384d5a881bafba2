"""What staff read of the record, from the drawers of an opened case."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.rules import rights
from madoguchi.rules.sealed import BYTES_A_PAGE, ROWS_A_PAGE, fits
from madoguchi.rules.steps.outcome import Outcome, next_unreached
from madoguchi.tools.bounds import streamed
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.queries import UNREADABLE, CaseCard, OpenedCase, cards_of, visible
from madoguchi.work.record.models import Entry

MOST_LIFTED = 50
MOST_DAMAGED = 20  # entries that do not open and are shown all the same
MOST_PASSED = 20_000  # rows that one page goes through, whoever wrote them
LOOKED = ("lifted", "watched")  # kinds of entries that say what the words came to
LAST_HOLDS = ("consulted", "advice")  # kinds of entries of which each booking's last one holds
WITH_DETAILS = ("received", "call", "interview", "letter", "heard")  # kinds of entries


@dataclass(frozen=True)
class EntryCard:
    """One entry, opened; `corrected`: a later one corrects it.

    `damaged`: its words cannot be read, and are empty here.
    """

    id: UUID
    number: int
    kind: str
    at: datetime
    staff_id: UUID | None
    seen_at: datetime | None
    words: dict[str, Any] = field(repr=False)
    corrected: bool = False
    damaged: bool = False

    @property
    def internal(self) -> bool:
        """Whether it is the desk's own note (内部の記録), not an exchange with somebody."""
        return self.kind in ("note", "misfiled", *LOOKED)

    @property
    def corrects(self) -> UUID | None:
        """The entry that this one corrects."""
        earlier = self.words.get("corrects")
        return UUID(earlier) if earlier else None

    @property
    def minutes(self) -> int:
        return int(self.words.get("minutes", 0))


@dataclass(frozen=True)
class Record:
    """The entries of a page, newest first; `further`: how many the next page passes over.

    `known`: those and the others by which it is known what the person said, also newest first.
    `unread`: how many more do not open. They take no room of the page: whoever writes rows into a
    case could otherwise fill it.
    """

    page: tuple[EntryCard, ...]
    known: tuple[EntryCard, ...]
    further: int
    unread: int = 0


def entries(opened: OpenedCase) -> tuple[EntryCard, ...]:
    """What is known of the record, newest first: all entries, as far as a page reads."""
    return record(opened).known


def record(opened: OpenedCase) -> Record:
    """The entries of the case, without the newest that the opened page passes over."""
    rows = _rows(opened).order_by("-number")
    skip = opened.skip.get("entries", 0)
    read = _page(rows, opened, skip)
    others: tuple[EntryCard, ...] = ()
    if skip or read.further:
        telling = Q(number=1) | Q(drawer=opened.staff.name, kind__in=WITH_DETAILS)
        here = [card.id for card in read.page]
        telling |= Q(kind__in=LAST_HOLDS)
        others = _page(rows.filter(telling).exclude(pk__in=here), opened).page
    cards = {card.id: card for card in (*read.page, *others)}
    corrected = {card.corrects for card in cards.values()} | _overtaken(cards.values())
    cards = {each: replace(card, corrected=each in corrected) for each, card in cards.items()}
    known = sorted(cards.values(), key=lambda card: -card.number)
    return replace(read, page=tuple(cards[card.id] for card in read.page), known=tuple(known))


def _page(rows: QuerySet[Entry], opened: OpenedCase, skip: int = 0) -> Record:
    """The next entries, opened: as many as a page takes of those that open."""
    taken: list[EntryCard] = []
    size = damaged = passed = 0
    for row in streamed(rows, skip, MOST_PASSED + 1):
        full = len(taken) - min(damaged, MOST_DAMAGED) == ROWS_A_PAGE or size >= BYTES_A_PAGE
        if full or passed == MOST_PASSED:
            break
        passed += 1
        card = _card(row, opened)
        if card.damaged:
            damaged += 1
            if damaged > MOST_DAMAGED:
                continue
        else:
            size += len(row.words)
        taken.append(card)
    else:
        passed = 0
    unread = max(0, damaged - MOST_DAMAGED)
    return Record(tuple(taken), (), skip + passed if passed else 0, unread)


def _overtaken(cards: Iterable[EntryCard]) -> set[UUID]:
    """Those of a booking that a later one of the same kind has replaced."""
    last: set[tuple[str, str]] = set()
    found = set()
    for card in sorted(cards, key=lambda card: -card.number):
        if card.kind in LAST_HOLDS and (booking := card.words.get("booking")):
            whose = (card.kind, str(booking))
            if whose in last:
                found.add(card.id)
            last.add(whose)
    return found


def entry(opened: OpenedCase, entry_id: UUID) -> EntryCard | None:
    """One entry of the case; None where it has none of that id."""
    row = _rows(opened).filter(pk=entry_id).first()
    return _card(row, opened) if row else None


def _rows(opened: OpenedCase) -> QuerySet[Entry]:
    return Entry.of(opened.shared.office_id).filter(case_id=opened.card.id)


def _card(row: Entry, opened: OpenedCase) -> EntryCard:
    drawer = opened.staff if row.drawer == opened.staff.name else opened.shared
    try:
        words = drawer.open("entry", row.id, row.words)
    except UNREADABLE:
        words = None
    damaged = words is None or not fits(row.kind, words)
    return EntryCard(
        id=row.id,
        number=row.number,
        kind=row.kind,
        at=row.at,
        staff_id=row.staff_id,
        seen_at=row.seen_at,
        words={} if damaged else words,
        damaged=damaged,
    )


@dataclass(frozen=True)
class Lifted:
    """That a flag of danger was taken off: of which case, when, by whom."""

    case: CaseCard
    at: datetime
    staff_id: UUID | None


def lifted_today(actor: Actor, now: datetime) -> tuple[Lifted, ...]:
    """The flags of danger that were taken off today, of cases that this actor may know of."""
    if not rights.may(actor.role, "danger.lifts", "office"):
        return ()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    touched = visible(actor).filter(touched_at__gte=today)  # by its index
    rows = Entry.of(actor.office_id).filter(kind="lifted", at__gte=today)
    found = rows.filter(case_id__in=touched.values("pk")).order_by("at")[:MOST_LIFTED]
    if not found:
        return ()
    cards = {card.id: card for card in cards_of(touched.filter(pk__in={r.case_id for r in found}))}
    return tuple(
        Lifted(cards[row.case_id], row.at, row.staff_id) for row in found if row.case_id in cards
    )


def minutes(read: Sequence[EntryCard]) -> int:
    """The minutes spent on the case; of corrected entries only the last counts."""
    return sum(entry.minutes for entry in read if not entry.corrected)


def unreached(read: Sequence[EntryCard]) -> Outcome:
    """The outcome if nobody answers now: how often in a row; a message resets the count."""
    outcomes = (
        "received" if entry.kind == "received" else entry.words.get("outcome", "")
        for entry in read
        if not entry.corrected
    )
    return next_unreached(outcome for outcome in outcomes if outcome)


def details(read: Sequence[EntryCard]) -> dict[str, Any]:
    """What is known by field: by the latest entry of staff, else the earliest of the person.

    `text` is the account with which the case began; a later contact's text is of that contact.
    """
    known: dict[str, Any] = {}
    for entry in reversed([each for each in read if each.kind in WITH_DETAILS]):
        values = {name: value for name, value in entry.words.items() if value}
        account = {"text": known["text"]} if "text" in known else {}
        known = {**known, **values} if entry.staff_id else {**values, **known}
        known |= account
    return known
