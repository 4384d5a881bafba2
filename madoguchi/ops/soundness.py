"""Compares rows, keys and files with the audit's lines and checkpoints (点検)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from madoguchi.ops import checkpoints
from madoguchi.ops.findings import Finding
from madoguchi.rules import slots
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.audit import chain, looked_into, macs, opening
from madoguchi.tools.audit.chain import Hashes
from madoguchi.tools.audit.models import Line
from madoguchi.tools.audit.opening import Reason
from madoguchi.tools.office.models import Office
from madoguchi.tools.vault import files, forget, store, unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.files import About
from madoguchi.tools.vault.models import DrawerKey, HeldFile, Receipt
from madoguchi.tools.vault.seal import SHARED, STAFF, Drawer, associated_data
from madoguchi.work.cases import contact
from madoguchi.work.cases.models import Case, Consultee, Due, OfOffice, Wish
from madoguchi.work.cases.standing import differences
from madoguchi.work.clinic.models import Booking, Brief, Waiting
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
    (Waiting, "waiting", "said"),
    (Brief, "brief", "brief"),
    (Draft, "grant_draft", "told"),
    (Step, "grant_told", "told"),
    (Step, "grant_shown", "shown"),
    (Check, "grant_check", "told"),
    (Due, "due", "why"),
)
TAKEN_IN_WITHIN = timedelta(minutes=10)  # the worker looks every few seconds
MOST_NAMED = 100  # of what lies about, so that it hides no other finding
# Things of no case: a row's id is its case.
LOOSE: tuple[tuple[type[OfOffice], str, str], ...] = (
    (Settled, "sheets", "sheets"),
    (Mail, "mail", "about"),
    (Enquiry, "enquiry", "words"),
    (Enquiry, "enquiry_answer", "answer"),
)


def findings(office: Office, *, deep: bool = True, now: datetime | None = None) -> list[Finding]:
    """All that is wrong with an office's records; empty when everything holds.

    `deep` opens every case's keys and every file, and hashes the file's own bytes. That is written
    down as of `now`; without it nothing is written, in a house that stays as it is.
    """
    known = looked_into.of(office.id)
    lines = [
        Finding(fault.kind, str(fault.seq))
        for fault in chain.checked(office.id)
        if fault.seq not in known
    ]
    marks = [Finding("checkpoint", name) for name in checkpoints.broken(office.id, office.slug)]
    rows = _Rows(office.id, deep=deep)
    written = opening.unattended(office.id, Reason.VERIFY, now=now) if now else None
    with written or opening.lineless("unwritable"):
        found = [*rows.seals(), *rows.keys(), *rows.bound(), *rows.contact(), *rows.files()]
        cases = [Finding("case", _place(one, ", ".join(of))) for one, of in differences(office.id)]
        grants = [Finding("grant", what) for what in grant_mismatches(office.id, rows.opened)]
    return [*lines, *marks, *found, *_days(office.id), *cases, *grants]


def _days(office_id: UUID) -> Iterator[Finding]:
    """Bookings, and turns of the waiting list, of a day that there is not."""
    for kind, table in (("booking", Booking), ("waiting", Waiting)):
        for row_id, day in table.of(office_id).exclude(day="").values_list("pk", "day"):
            if slots.announced_on(day) is None:
                yield Finding("day", f"{kind} {row_id}")


def unwitnessed(office: Office, now: datetime) -> list[Finding]:
    """That nothing vouches for lines: no checkpoint within two hours, or no MAC yet."""
    found = []
    if (after := checkpoints.unwitnessed(office, now)) is not None:
        found.append(Finding("unwitnessed", f"{after + 1}〜"))
    if macs.keys_of(office.pk) is None and Line.objects.filter(office_id=office.pk).exists():
        found.append(Finding("unmarked", f"〜{chain.current_checkpoint(office.pk).seq}"))
    return found


def astray() -> list[Finding]:
    """What lies where files lie and should not: of the house, as no row says of which office."""
    strangers = [str(path) for path in store.strangers()]
    if (more := len(strangers) - MOST_NAMED) > 0:
        strangers[MOST_NAMED:] = [f"ほか {more} 個"]
    late = store.overdue(datetime.now(UTC) - TAKEN_IN_WITHIN)
    sent = HeldFile.objects.filter(pk__in=late, case_id__isnull=False).order_by("pk")
    return [
        *(Finding("unnamed", str(name)) for name in store.laid_aside()),
        *(Finding("stranger", what) for what in strangers),
        *(Finding("stuck", str(file_id)) for file_id in sent.values_list("pk", flat=True)),
    ]


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
    locked: bool = False  # then its bytes may be gone


class _Rows:
    """An office's sealed rows, keys and files, compared with the lines of its audit."""

    def __init__(self, office_id: UUID, *, deep: bool) -> None:
        self._office_id = office_id
        self._deep = deep
        self._written_off = _forgetting_written(office_id)
        self._forgotten = forgotten(office_id)
        self._let_go = chain.cases_with(office_id, "loose.forget")
        self._hashes = _hashes_of_lines(office_id)
        self._drawers: dict[tuple[UUID, str], Drawer] = {}

    def seals(self) -> Iterator[Finding]:
        """Sealed places that are not what the lines say."""
        written, there = self._hashes, dict(_sealed_rows(self._office_id))
        for place in sorted(written.keys() | there.keys(), key=str):
            case_id, row = place
            what = _place(case_id, row)
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
        for case_id, name, drawer in unseal.drawers_held(self._office_id):
            if drawer is None:
                yield Finding("key", _place(case_id, name))
            else:
                self._drawers[case_id, name] = drawer
        for case_id in Case.of(self._office_id).values_list("id", flat=True).iterator():
            if (case_id, SHARED) not in self._drawers and case_id not in self._forgotten:
                yield Finding("key", _place(case_id))

    def bound(self) -> Iterator[Finding]:
        """Values that do not open with their row's columns, although the lines have their hash."""
        for value in bound_values(self._office_id) if self._deep else ():
            try:
                self.opened(value)
            except (Tampered, Unreadable):
                yield Finding("changed", _place(value.case_id, value.place))

    def contact(self) -> Iterator[Finding]:
        """Cases of which lists say another contact rule than the wish that the desk adopted."""
        for case, row in contact.with_newest(self._office_id) if self._deep else ():
            shared = self._drawers.get((case.id, SHARED))
            place, hashed = f"{row.id}/wish", _hash(row.wishes)
            changed = self._hashes.get((case.id, place)) != hashed  # which is named already
            if shared is None or changed or not row.adopted:
                continue
            wish = contact.read(row, replace(shared, known=Hashes.of({place: hashed})))
            if wish.wishes is None or not contact.follows(case, wish):
                yield Finding("contact", _place(case.id))

    def opened(self, value: Bound) -> Mapping[str, Any]:
        """The value, opened; empty where no key opens it, or it is a finding already.

        Raises:
            Tampered: it is not what was sealed there, beside this.
            Unreadable: the same, of a value that is bound to no column.
        """
        written = self._hashes.get((value.case_id, value.place))
        drawer = self._drawers.get((value.case_id, value.drawer))
        if drawer is None or written != _hash(value.blob, value.associated_data):
            return {}
        content: Mapping[str, Any] = replace(drawer, known=Hashes.of({value.place: written})).open(
            value.label, value.row_id, value.blob, value.associated_data
        )
        return content

    def files(self) -> Iterator[Finding]:
        """Files of cases that are gone, cut, changed or exchanged."""
        held = HeldFile.objects.filter(office_id=self._office_id, case_id__isnull=False)
        lengths = dict(held.values_list("id", "stored_bytes"))
        for kept in self._kept():
            if kept.locked and self._taken_out(kept):
                continue
            if kept.id not in lengths:
                if kept.case_id not in self._written_off:  # else its keys returned, and say so
                    yield Finding("file", _place(kept.case_id, kept.id))
            elif not files.whole(kept.id, lengths[kept.id]):
                yield Finding("file", _place(kept.case_id, kept.id))
            elif (
                self._deep and (kept.case_id, kept.drawer) in self._drawers and not self._same(kept)
            ):
                yield Finding("exchanged", _place(kept.case_id, kept.id))
            lengths.pop(kept.id, None)
        for file_id, stored_bytes in lengths.items():  # of things of no case, and of forgotten ones
            if not files.whole(file_id, stored_bytes):
                yield Finding("file", str(file_id))

    def _kept(self) -> Iterator[_Kept]:
        """The files of cases that are not forgotten: what was received, what was issued."""
        for item in Item.of(self._office_id).exclude(case_id__in=self._forgotten).iterator():
            yield _Kept(item.id, item.case_id, item.drawer, "item", item.about, item.locked)
        for paper in Issued.of(self._office_id).exclude(case_id__in=self._forgotten).iterator():
            yield _Kept(paper.id, paper.case_id, STAFF, "issued", paper.about)

    def _taken_out(self, kept: _Kept) -> bool:
        """Whether a locked file was taken out of its case: what is sealed of it names none."""
        if (kept.case_id, kept.drawer) not in self._drawers:  # as where nothing is opened
            return True
        try:
            return self._about(kept).segments == 0
        except (Tampered, Unreadable):
            return False

    def _about(self, kept: _Kept) -> About:
        place = f"{kept.id}/{kept.label}"
        known = Hashes.of({place: self._hashes.get((kept.case_id, place), "")})
        drawer = replace(self._drawers[kept.case_id, kept.drawer], known=known)
        content = drawer.open(kept.label, kept.id, kept.about)
        return About.from_json(content["file"] if kept.label == "issued" else content)

    def _same(self, kept: _Kept) -> bool:
        """Whether the file opens and is, byte for byte, what was kept."""
        try:
            about = self._about(kept)
            return files.sha256(kept.id, about) == about.sha256
        except Tampered:
            return True  # the row is changed, and named as such
        except (Unreadable, OSError):
            return False


def _place(case_id: UUID | None, within: UUID | str = "") -> str:
    return f"相談 {case_id} {within}".rstrip()


def _hashes_of_lines(office_id: UUID) -> dict[Place, str]:
    """The newest hash of every sealed place, as the audit's lines have it."""
    lines = Line.objects.filter(office_id=office_id).exclude(seals={}).order_by("seq")
    known: dict[UUID | None, Hashes] = defaultdict(Hashes)
    for line, voice in chain.heard(office_id, lines, many=True):
        known[line.case_id].add(line.seq, line.seals, voice)
    return {
        (case_id, row): hashed
        for case_id, hashes in known.items()
        for row, hashed in hashes.by_any.items()
    }


def _sealed_rows(office_id: UUID) -> Iterator[tuple[Place, str]]:
    """The hash of every sealed place, as the tables have it."""
    for table, label, column in SEALED:
        rows = table.of(office_id).exclude(**{column: b""}).exclude(**{column: None})
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
            yield str(grant_id)
        elif row["revision"] != acts or not row_matches(row, bulk):
            yield _place(row["case_id"], grant_id)
    yield from (str(grant_id) for grant_id in sorted(grants.keys() | checks.keys()))  # no steps
    for year, numbers in numbers_by_year(office_id).items():
        yield from (f"{year}年度 {gap[0]}〜{gap[-1]}" for gap in gaps(numbers))


def _bulk_step(row: Step, opened: Opening) -> BulkStep:
    """A step, with the details that decide the grant's row, as far as they open."""
    verb, details = VERBS[row.verb], NOTHING
    if verb in OPENED:
        with suppress(Tampered, Unreadable):  # which is named already
            details = opened(_details(row))
    return BulkStep(str(row.id), row.number, verb, STATES[row.state], row.on, row.at, details)
