"""Compares rows, keys and files with the audit's lines and checkpoints (点検)."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from madoguchi.ops import checkpoints
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.models import Office
from madoguchi.tools.vault import files, forget, store, unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.models import DrawerKey, HeldFile, Receipt
from madoguchi.tools.vault.seal import SHARED, STAFF, Drawer, associated_data
from madoguchi.work.cases.models import Case, Consultee, Due, OfOffice, Wish
from madoguchi.work.clinic.models import Booking, Brief
from madoguchi.work.evidence.models import Item
from madoguchi.work.intake.enquiry.models import Enquiry
from madoguchi.work.intake.mail.models import Mail
from madoguchi.work.interviews.models import Interview
from madoguchi.work.issued.models import Issued
from madoguchi.work.record.models import Entry
from madoguchi.work.referrals.models import Referral
from madoguchi.work.reports.models import Settled
from madoguchi.work.subsidy.bulk import STATES, VERBS
from madoguchi.work.subsidy.fiscal_year import gaps, numbers_by_year
from madoguchi.work.subsidy.history import COLUMNS, NOTHING, RECEIVING, BulkStep, row_matches
from madoguchi.work.subsidy.models import Check, Draft, Grant, Step

type Opening = Callable[[Bound], Mapping[str, Any]]
OPENED = (*RECEIVING, Verb.AMEND)
type Place = tuple[UUID | None, str]
SEALED = (
    (Consultee, "consultee", "about"),
    (Wish, "wish", "wishes"),
    (Entry, "entry", "words"),
    (Item, "item", "about"),
    (Issued, "issued", "about"),
    (Referral, "referral", "details"),
    (Referral, "approval", "approval"),
    (Interview, "interview", "wanted"),
    (Booking, "booking", "wanted"),
    (Brief, "brief", "brief"),
    (Draft, "grant_draft", "told"),
    (Step, "grant_told", "told"),
    (Step, "grant_shown", "shown"),
    (Check, "grant_check", "told"),
    (Due, "due", "why"),
)
TAKEN_IN_WITHIN = timedelta(minutes=10)  # the worker looks every few seconds
# Things of no case: a row's id is its case.
LOOSE: tuple[tuple[type[OfOffice], str, str], ...] = (
    (Settled, "sheets", "sheets"),
    (Mail, "mail", "about"),
    (Enquiry, "enquiry", "words"),
    (Enquiry, "enquiry_answer", "answer"),
)


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written down; ids and names, never content.

    Kinds: `line`, `checkpoint`, `changed`, `missing`, `unwritten` (no line holds it), `key` (none
    opens the case), `returned` (keys of a case whose forgetting was written down), `file`, `grant`
    (not what its steps and verdicts say, or a number of a year that nobody has any more).
    """

    kind: str
    what: str


def findings(office: Office, *, deep: bool = True) -> list[Finding]:
    """All that is wrong with an office's records; empty when everything holds.

    `deep` opens every case's keys and every file, and hashes the file's own bytes.
    """
    lines = [Finding("line", str(seq)) for seq in chain.faults(office.id)]
    marks = [Finding("checkpoint", name) for name in checkpoints.broken(office.id, office.slug)]
    rows = _Rows(office.id, deep=deep)
    found = [*rows.seals(), *rows.keys(), *rows.bound(), *rows.files()]
    grants = [Finding("grant", what) for what in grant_mismatches(office.id, rows.opened)]
    return [*lines, *marks, *found, *grants]


def astray() -> list[Finding]:
    """What lies where files lie and should not: of the house, as no row says of which office."""
    apart = (f"{name}: no row names it; kept apart for 35 days" for name in store.laid_aside())
    strange = (f"{path}: no file of ours" for path in store.strangers())
    late = store.overdue(datetime.now(UTC) - TAKEN_IN_WITHIN)
    sent = HeldFile.objects.filter(pk__in=late, case_id__isnull=False).order_by("pk")
    stuck = (
        f"{file_id}: was sent, and is not what was sent: it stays in the inbox"
        for file_id in sent.values_list("pk", flat=True)
    )
    return [Finding("file", what) for what in (*apart, *strange, *stuck)]


def forgotten(office_id: UUID) -> frozenset[UUID]:
    """The cases whose keys were destroyed: a line says so, and no row opens them."""
    return _forgetting_written(office_id) - forget.openable(office_id)


def forgotten_but_openable(office_id: UUID) -> frozenset[UUID]:
    """The cases that can be opened although a line says they were forgotten.

    Whoever holds the portal's database role can add such a line; it must not cost anybody a case.
    """
    return _forgetting_written(office_id) & forget.openable(office_id)


def _forgetting_written(office_id: UUID) -> frozenset[UUID]:
    return chain.cases_with(office_id, "case.forget")


@dataclass(frozen=True)
class Bound:
    """A sealed value of a step or verdict, with the unsealed columns that it is bound to."""

    case_id: UUID
    row_id: UUID
    drawer: str
    label: str
    blob: bytes | memoryview = field(repr=False)
    associated_data: bytes = field(repr=False)

    @property
    def place(self) -> str:
        """As the audit's lines name it."""
        return f"{self.row_id}/{self.label}"


@dataclass(frozen=True)
class _Kept:
    """A file of a case, and where what is known of it is sealed."""

    id: UUID
    case_id: UUID
    drawer: str
    label: str
    about: bytes | memoryview


class _Rows:
    """An office's sealed rows, keys and files, compared with the lines of its audit."""

    def __init__(self, office_id: UUID, *, deep: bool) -> None:
        self._office_id = office_id
        self._deep = deep
        self._written_off = _forgetting_written(office_id)
        self._forgotten = forgotten(office_id)
        self._let_go = chain.cases_with(office_id, "loose.forget")
        self._hashes = _hashes_of_lines(office_id)
        self._keys: dict[tuple[UUID, str], bytes] = {}

    def seals(self) -> Iterator[Finding]:
        """Sealed places that are not what the lines say."""
        written, there = self._hashes, dict(_sealed_rows(self._office_id))
        for place in sorted(written.keys() | there.keys(), key=str):
            case_id, row = place
            what = f"{row} of case {case_id}"
            opens = "/wrap/" in row or row.endswith("/receipt")  # of a case: its keys
            if case_id in self._let_go or (case_id in self._written_off and opens):
                if place in there:
                    yield Finding("returned", what)
            elif place not in there:
                yield Finding("missing", what)
            elif place not in written:
                yield Finding("unwritten", what)
            elif written[place] != there[place]:
                yield Finding("changed", what)

    def keys(self) -> Iterator[Finding]:
        """Cases that no key opens, unless they were forgotten."""
        if not self._deep:
            return
        for case_id, drawer, key in unseal.keys_held(self._office_id):
            if key is None:
                yield Finding("key", f"{drawer} drawer of case {case_id}: does not open")
            else:
                self._keys[case_id, drawer] = key
        for case_id in Case.of(self._office_id).values_list("id", flat=True).iterator():
            if (case_id, SHARED) not in self._keys and case_id not in self._forgotten:
                yield Finding("key", f"case {case_id}: there is none")

    def bound(self) -> Iterator[Finding]:
        """Values that do not open with their row's columns, although the lines have their hash."""
        for value in bound_values(self._office_id) if self._deep else ():
            try:
                self.opened(value)
            except (Tampered, Unreadable):
                yield Finding("changed", f"{value.place} of case {value.case_id}")

    def opened(self, value: Bound) -> Mapping[str, Any]:
        """The value, opened; empty where no key opens it, or it is a finding already.

        Raises:
            Tampered: it is not what was sealed there, beside this.
            Unreadable: the same, of a value that is bound to no column.
        """
        written = self._hashes.get((value.case_id, value.place))
        key = self._keys.get((value.case_id, value.drawer))
        if key is None or written != _hash(value.blob, value.associated_data):
            return {}
        known = {value.place: written}
        drawer = Drawer(self._office_id, value.case_id, value.drawer, key, known)
        content: Mapping[str, Any] = drawer.open(
            value.label, value.row_id, value.blob, value.associated_data
        )
        return content

    def files(self) -> Iterator[Finding]:
        """Files of cases that are gone, cut, changed or exchanged."""
        held = HeldFile.objects.filter(office_id=self._office_id, case_id__isnull=False)
        lengths = dict(held.values_list("id", "stored_bytes"))
        for kept in self._kept():
            if kept.id not in lengths:
                if kept.case_id not in self._written_off:  # else its keys returned, and say so
                    yield Finding("file", f"{kept.id}: no row names its bytes")
            elif not files.whole(kept.id, lengths[kept.id]):
                yield Finding("file", f"{kept.id}: not there or not whole")
            elif self._deep and (kept.case_id, kept.drawer) in self._keys and not self._same(kept):
                yield Finding("file", f"{kept.id}: not the bytes that were kept")
            lengths.pop(kept.id, None)
        for file_id, stored_bytes in lengths.items():  # of things of no case, and of forgotten ones
            if not files.whole(file_id, stored_bytes):
                yield Finding("file", f"{file_id}: not there or not whole")

    def _kept(self) -> Iterator[_Kept]:
        """The files of cases that are not forgotten: what was received, what was issued."""
        for item in Item.of(self._office_id).exclude(case_id__in=self._forgotten).iterator():
            yield _Kept(item.id, item.case_id, item.drawer, "item", item.about)
        for paper in Issued.of(self._office_id).exclude(case_id__in=self._forgotten).iterator():
            yield _Kept(paper.id, paper.case_id, STAFF, "issued", paper.about)

    def _same(self, kept: _Kept) -> bool:
        """Whether the file opens and is, byte for byte, what was kept."""
        place = f"{kept.id}/{kept.label}"
        known = {place: self._hashes.get((kept.case_id, place), "")}
        key = self._keys[kept.case_id, kept.drawer]
        drawer = Drawer(self._office_id, kept.case_id, kept.drawer, key, known)
        try:
            content = drawer.open(kept.label, kept.id, kept.about)
            about = files.About.from_json(content["file"] if kept.label == "issued" else content)
            return files.sha256(kept.id, about) == about.sha256
        except Tampered:
            return True  # the row is changed, and named as such
        except (Unreadable, OSError):
            return False


def _hashes_of_lines(office_id: UUID) -> dict[Place, str]:
    """The newest hash of every sealed place, as the audit's lines have it."""
    lines = Line.objects.filter(office_id=office_id).exclude(seals={}).order_by("seq")
    return {
        (case_id, row): hashed
        for case_id, seals in lines.values_list("case_id", "seals").iterator()
        for row, hashed in seals.items()
    }


def _sealed_rows(office_id: UUID) -> Iterator[tuple[Place, str]]:
    """The hash of every sealed place, as the tables have it."""
    for table, label, column in SEALED:
        rows = table.of(office_id).exclude(**{column: b""})
        bound: tuple[str, ...] = getattr(table, "BOUND", ())
        for row_id, case_id, blob, *clear in rows.values_list(
            "id", "case_id", column, *bound
        ).iterator():
            yield (
                (case_id, f"{row_id}/{label}"),
                _hash(blob, associated_data(*clear) if clear else b""),
            )
    for loose, label, column in LOOSE:
        things = loose.of(office_id).exclude(**{column: b""})
        for row_id, blob in things.values_list("id", column).iterator():
            yield (row_id, f"{row_id}/{label}"), _hash(blob)
    for key in DrawerKey.objects.filter(office_id=office_id, by="office").iterator():
        yield (key.case_id, f"{key.id}/wrap/{key.drawer}"), _hash(key.blob)
    for receipt in Receipt.objects.filter(office_id=office_id).iterator():
        proof = bytes(receipt.salt) + bytes(receipt.commitment)
        yield (receipt.case_id, f"{receipt.id}/receipt"), _hash(proof)


def _hash(sealed: "bytes | memoryview[int]", clear: bytes = b"") -> str:
    return chain.seal_hash(bytes(sealed), clear)


def bound_values(office_id: UUID) -> Iterator[Bound]:
    """The values of an office that open only beside what was written with them."""
    for row in Step.of(office_id).iterator():
        yield _details(row)
        if row.shown:
            yield Bound(row.case_id, row.id, SHARED, "grant_shown", row.shown, row.associated_data)
    for check in Check.of(office_id).iterator():
        values = check.case_id, check.id, STAFF, "grant_check", check.told
        yield Bound(*values, check.associated_data)


def _details(row: Step) -> Bound:
    return Bound(row.case_id, row.id, row.drawer, "grant_told", row.told, row.associated_data)


def grant_mismatches(office_id: UUID, opened: Opening) -> Iterator[str]:
    """The grants whose rows are not what their steps and verdicts say, or that are not there."""
    columns = ("id", "case_id", "revision", *COLUMNS)
    grants = {row["id"]: row for row in Grant.of(office_id).order_by("id").values(*columns)}
    checks = Counter(Check.of(office_id).values_list("grant_id", flat=True))
    steps = Step.of(office_id).order_by("grant_id", "number").iterator()
    for grant_id, own in groupby(steps, key=attrgetter("grant_id")):
        bulk = [_bulk_step(row, opened) for row in own if row.verb in VERBS and row.state in STATES]
        row, acts = grants.pop(grant_id, None), len(bulk) + checks.pop(grant_id, 0)
        if row is None:
            yield f"{grant_id}: there is none"
        elif row["revision"] != acts or not row_matches(row, bulk):
            yield f"{grant_id} of case {row['case_id']}"
    yield from (f"{grant_id}: without steps" for grant_id in sorted(grants.keys() | checks.keys()))
    for year, numbers in numbers_by_year(office_id).items():
        yield from (f"{year}, from {gap[0]} to {gap[-1]}: there is none" for gap in gaps(numbers))


def _bulk_step(row: Step, opened: Opening) -> BulkStep:
    """A step, with the details that decide the grant's row, as far as they open."""
    verb, details = VERBS[row.verb], NOTHING
    if verb in OPENED:
        with suppress(Tampered, Unreadable):  # which is named already
            details = opened(_details(row))
    return BulkStep(str(row.id), row.number, verb, STATES[row.state], row.on, row.at, details)
