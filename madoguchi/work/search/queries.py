"""Search for words, or a telephone number, in the cases that a colleague may read (検索).

No index is stored. The cases are opened newest first, some hundred at a time, outside any
transaction; the audit line (who, why, how many) is committed before anything found is shown.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from re import Pattern
from time import monotonic
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, CharField, ExpressionWrapper, Func, Q, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.spelling import fold, loosen, needles
from madoguchi.rules.steps.case import State
from madoguchi.rules.telephone import numbers_in, same_number
from madoguchi.tools import bounds
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.audit import chain, opening
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.fairness import Lane
from madoguchi.tools.vault.seal import SHARED, Drawer
from madoguchi.work.cases.models import Case, Consultee
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.cases.queries import CaseCard, cards_of, visible
from madoguchi.work.record import public as record
from madoguchi.work.record.models import Entry

type Row = tuple[str, str, str, bytes]

PURPOSES = ("caller", "same", "handover", "check", "other")
MOST_CASES = 5000
MOST_HITS = 50
AT_A_TIME = 500
MOST_S = 15  # of one search: the next in the lane waits, and somebody may have written at length
NAMED = 20  # at most so many damaged cases get an audit line of their own
BEFORE, AFTER = 12, 24  # characters of a snippet around what was found
LOOKED_IN = frozenset(
    {"name", "kana", "phone", "email", "town", "text", "urls", "when", "visit_when"}
    | {"effects", "measures"}
)
RECEIPT = re.compile(r"[0-9]{4}ー?[0-9]{4}ー?([0-9]{5})")  # a receipt's number, folded
SPACE = re.compile(r"\s+")
SEARCHES = Lane(places=1, patience_s=20)


@dataclass(frozen=True)
class Place:
    """Where a word was found: the field, the word as written there, and some text around it."""

    name: str
    before: str = field(repr=False)
    word: str = field(repr=False)
    after: str = field(repr=False)

    @property
    def snippet(self) -> str:
        return self.before + self.word + self.after


@dataclass(frozen=True)
class Hit:
    """A case in which every word was found."""

    card: CaseCard
    places: tuple[Place, ...] = field(repr=False)


@dataclass(frozen=True)
class Found:
    """What a search found, newest first.

    `looked`: how many cases were opened; `unopened`: of how many only the number was compared,
    because nobody has opened them yet; `more`: the search stopped, as there are more hits than are
    shown; `cut`: older cases were not searched; `late`: it took too long, and stopped with part of
    them unsearched; `damaged`: in how many something did not open.
    """

    hits: tuple[Hit, ...]
    looked: int
    unopened: int
    more: bool
    cut: bool
    late: bool
    damaged: int


@dataclass
class Look:
    """The result so far: the places in each case, newest first."""

    places: dict[UUID, tuple[Place, ...]] = field(default_factory=dict, repr=False)
    damaged: list[UUID] = field(default_factory=list)
    looked: int = 0
    unopened: int = 0
    cut: bool = False
    late: bool = False


def search(actor: Actor, at: AtOffice, words: str, purpose: str, *, now: datetime) -> Found:
    """The newest cases that hold every word, of those that this actor may look into.

    Raises:
        Absent: the actor may not search.
        Busy: others searched for too long.
    """
    found = Look()
    with opening.ahead("case.search"):
        if allowed(actor, "case.search", at):
            # Of a receipt's number the desk knows only the end.
            receipt = RECEIPT.fullmatch(fold(words))
            with SEARCHES.place(str(actor.staff_id)):
                found = look(actor, needles(receipt[1] if receipt else words))
        return _result(actor, at, found, purpose, now=now)


@action("case.search")
def _result(actor: Actor, _at: AtOffice, found: Look, purpose: str, *, now: datetime) -> Found:
    """What may still be shown, without cases that were hidden or forgotten meanwhile."""
    kept = unseal.kept(actor.office_id, list(found.places))
    still = visible(actor, "case.search").filter(pk__in=kept)
    shown = {card.id: card for card in cards_of(still)}
    hits = [
        Hit(shown[case_id], places) for case_id, places in found.places.items() if case_id in shown
    ]
    result = Found(
        hits=tuple(hits[:MOST_HITS]),
        looked=found.looked,
        unopened=found.unopened,
        more=len(found.places) > MOST_HITS,
        cut=found.cut,
        late=found.late,
        damaged=len(found.damaged),
    )
    chain.tell(purpose=purpose, cases=result.looked, hits=len(result.hits), damaged=result.damaged)
    for case_id in found.damaged[:NAMED]:
        chain.append(actor, "case.search", case_id, outcome="damaged", now=now)
    return result


def look(actor: Actor, words: Sequence[Pattern[str]]) -> Look:
    """Search the cases, newest first, until there is one hit more than a page shows."""
    found, until = Look(), monotonic() + MOST_S
    last = ExpressionWrapper(unseal.untaken("pk"), BooleanField())  # made-up ones hide no other
    newest = visible(actor, "case.search").order_by(last, "-touched_at", "id")
    cases = list(newest.values_list("id", "short_name")[: MOST_CASES + 1]) if words else []
    for some in batched(cases[:MOST_CASES], AT_A_TIME):
        batch = _Batch(words, dict(some))
        found.late = not batch.go_through(actor.office_id, until)
        found.places |= batch.hits()
        found.damaged += batch.damaged()
        found.looked += batch.looked
        found.unopened += batch.unopened
        if found.late or len(found.places) > MOST_HITS:
            return found
    found.cut = len(cases) > MOST_CASES
    return found


class _Batch:
    """Some cases by id and short name, and where each word was found in them."""

    def __init__(self, words: Sequence[Pattern[str]], cases: dict[UUID, str]) -> None:
        self._words = words
        self._cases = cases
        self._places: dict[str, dict[int, Place]] = {}
        self._damaged: set[str] = set()
        self.looked = self.unopened = 0

    def hits(self) -> dict[UUID, tuple[Place, ...]]:
        """The cases in which every word was found, and where."""
        return {
            case_id: tuple(dict.fromkeys(places.values()))
            for case_id in self._cases
            if len(places := self._places.get(str(case_id), {})) == len(self._words)
        }

    def damaged(self) -> list[UUID]:
        """The cases in which something did not open."""
        return [case_id for case_id in self._cases if str(case_id) in self._damaged]

    def go_through(self, office_id: UUID, until: float) -> bool:
        """Open and compare every value of the cases; of those never opened, only the number.

        False where the time ended before.
        """
        opened = unseal.drawers_of(office_id, list(self._cases))
        self._damaged |= {str(case_id) for case_id in opened.damaged}
        drawers = {str(case_id): found for case_id, found in opened.drawers.items()}
        self.looked, self.unopened = len(opened.drawers), len(opened.unopened)
        for case_id in opened.drawers.keys() | opened.unopened | opened.damaged:
            self._look(str(case_id), "short_name", self._cases[case_id])
        for label, rows in _rows(office_id, list(self._cases)):
            for case, name, row_id, blob in rows:
                if monotonic() > until:
                    return False
                drawer = drawers.get(case, {}).get(name)
                if drawer is not None:
                    self._open(drawer, case, label, row_id, blob)
        return True

    def _open(self, drawer: Drawer, case: str, label: str, row_id: str, blob: bytes) -> None:
        try:
            values = drawer.open(label, row_id, blob)
        except (Tampered, Unreadable):
            self._damaged.add(case)
            return
        for name in LOOKED_IN & values.keys():
            if isinstance(values[name], str):
                self._look(case, name, values[name])

    def _look(self, case: str, name: str, text: str) -> None:
        loose = loosen(text)
        for number, word in enumerate(self._words):
            match = word.search(loose)
            if match:
                place = _place(name, text, loose, *match.span())
                self._places.setdefault(case, {}).setdefault(number, place)


def _place(name: str, text: str, loose: str, start: int, end: int) -> Place:
    """The match with some characters around it, as it was typed if folding kept the length."""
    source = text if len(text) == len(loose) else loose
    first, last = max(0, start - BEFORE), min(len(source), end + AFTER)
    before, word, after = (
        SPACE.sub(" ", part) for part in (source[first:start], source[start:end], source[end:last])
    )
    return Place(
        name,
        ("…" if first else "") + before.lstrip(),
        word,
        after.rstrip() + ("…" if last < len(source) else ""),
    )


def _rows(office_id: UUID, ids: Sequence[UUID]) -> Iterator[tuple[str, Iterable[Row]]]:
    """The sealed values of the cases, by label: case, drawer, row and bytes."""
    case, row = _AsText("case_id"), _AsText("id")
    consultees = Consultee.of(office_id).filter(case_id__in=ids)
    yield (
        "consultee",
        consultees.values_list(case, Value(SHARED), row, "about").iterator(bounds.AT_A_TIME),
    )
    entries = Entry.of(office_id).filter(case_id__in=ids)
    yield "entry", entries.values_list(case, "drawer", row, "words").iterator(bounds.AT_A_TIME)


class _AsText(Func):
    """A UUID as text: thousands of rows are read without a UUID object for each."""

    output_field = CharField()
    template = "CAST(%(expressions)s AS varchar)"

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """SQLite: Django stores a UUID as 32 hexadecimal digits there."""
        groups = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
        parts = [f"substr(%(expressions)s, {at}, {count})" for at, count in groups]
        return self.as_sql(compiler, connection, template=" || '-' || ".join(parts), **extra)


ASK, OPEN = "number.ask", "number.open"
MOST_SHOWN = 10
OPENED = "opened"  # the kind of entry that says why a record was opened by its number


@dataclass(frozen=True)
class Holders:
    """The cases with a number, on which the desk acted first; `cut`: not all were compared."""

    ids: tuple[UUID, ...] = ()
    cut: bool = False


def known(actor: Actor, at: AtOffice, digits: str, *, now: datetime) -> bool | None:
    """Whether some case that this actor may read has the number; the same audit line either way.

    None: none of those that were compared, which were not all.

    Raises:
        Absent: the actor takes no calls.
    """
    found = _found(actor, at, digits, now)
    return bool(found.ids) or (None if found.cut else False)


def _found(actor: Actor, at: AtOffice, digits: str, now: datetime) -> Holders:
    with opening.ahead(ASK):
        found = Holders()
        if allowed(actor, ASK, at):
            cut = any(group[MOST_CASES : MOST_CASES + 1] for group in _compared(actor))
            found = Holders(tuple(_holders(actor, digits)), cut)
        return _looked_up(actor, at, found, now=now)


@action(ASK)
def _looked_up(
    _actor: Actor,
    _at: AtOffice,
    found: Holders,
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> Holders:
    chain.tell(hits=len(found.ids))
    return found


def open_known(
    actor: Actor, at: AtOffice, digits: str, why: str, *, now: datetime
) -> tuple[CaseCard, ...]:
    """The cases with the number, new ones last; the reason is written into each of them.

    The comparing leaves its line as with `known`: cases were opened for it, found or not.

    Raises:
        Absent: the actor takes no calls.
        Refused: no reason.
    """
    if not why.strip():
        raise Refused(Reason("number.why"))
    found = []
    for case_id in _found(actor, at, digits, now).ids[:MOST_SHOWN]:
        case = Case.of(actor.office_id).get(pk=case_id)
        _open(actor, case, why, now=now)
        found += cards_of(Case.of(actor.office_id).filter(pk=case_id))
    return tuple(found)


@action(OPEN)
def _open(actor: Actor, case: Case, why: str, *, now: datetime) -> UUID:
    """Write the reason into the case's staff drawer."""
    _, staff = unseal.drawers(case.office_id, case.id)
    return record.write(staff, OPENED, {"text": why}, staff_id=actor.staff_id, now=now).id


def _holders(actor: Actor, digits: str) -> list[UUID]:
    """The cases with this number. All are compared, found or not, so that time tells nothing."""
    newest = [case_id for group in _compared(actor) for case_id in group[:MOST_CASES]]
    return [
        case_id
        for some in batched(newest, AT_A_TIME)
        for case_id, numbers in _numbers(actor.office_id, some)
        if any(same_number(number, digits) for number in numbers)
    ]


def _compared(actor: Actor) -> Iterator[QuerySet[Case, UUID]]:
    """The cases on which the desk has acted; then new requests, the newest first of both.

    Of new ones anybody can send any number: they take no place of the others. What the office has
    not taken over is not compared.
    """
    new = Q(state=State.RECEIVED)
    for group in (~new, new & ~unseal.untaken("pk")):
        own = visible(actor, OPEN).filter(group).order_by("-touched_at", "id")
        yield own.values_list("id", flat=True)


def _numbers(office_id: UUID, ids: Sequence[UUID]) -> Iterator[tuple[UUID, list[str]]]:
    """Each of the cases with all numbers that were ever given for it."""
    opened = unseal.drawers_of(office_id, ids).drawers
    numbers: dict[UUID, list[str]] = {case_id: [] for case_id in ids}
    rows = Consultee.of(office_id).filter(case_id__in=ids).values_list("case_id", "id", "about")
    for case_id, row_id, about in rows.iterator(bounds.AT_A_TIME):
        drawer = opened.get(case_id, {}).get(SHARED)
        if drawer is None:
            continue
        try:
            details: dict[str, Any] = drawer.open("consultee", row_id, about)
        except (Tampered, Unreadable):
            continue
        given = numbers_in(str(details.get("phone", "")))
        numbers[case_id] += given or (str(details.get("phone_digits", "")),)
    yield from numbers.items()
