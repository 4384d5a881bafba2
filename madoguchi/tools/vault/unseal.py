"""Opens what was sealed to the office: desk and worker only, refused in the portal (開封)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from madoguchi.tools.audit import chain, macs, opening
from madoguchi.tools.audit.models import Line
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import cipher, masterkey, visit
from madoguchi.tools.vault.models import DrawerKey, LineKey, MasterMark, OfficeKey, Receipt
from madoguchi.tools.vault.seal import (
    LOOSE,
    OFFICE,
    SHARED,
    STAFF,
    Drawer,
    letter_address,
    pinned,
    pinned_file,
)

if not settings.WINDOW.may_unseal:
    raise ImportError("the portal never opens the vault")

OURS = ("office", "letter")  # the wraps that the office opens; a receipt's is the person's
# What keys are derived of the office's own for, and why their use leaves no line of opening.
PURPOSES = {
    "sign-in": "a colleague's second factor: each try to sign in has a line of its own",
    "draft": "a colleague's own unfinished sheets, which nobody else opens",
    "mail": "a mark by which a mail that comes twice is known; it opens nothing",
    "mailbox": "a mark by which a mailbox's mails of a day are counted; it opens nothing",
    "doubles": "marks by which applications that share something are found; they open nothing",
    "checkpoint": "signs the audit; it opens nothing",
}


class Forgotten(Exception):
    """The case's keys were destroyed; nothing of it can be read any more."""


def make_office_keys(office: OfficeCard) -> bool:
    """Key pair and symmetric key of an office; the public half is pinned as a file.

    What is there already stays as it is; whether anything was lacking. Run it in the transaction
    that makes the office: a key that cannot be made or pinned then leaves no office either.
    """
    key = masterkey.current()
    with transaction():
        lacking = not OfficeKey.objects.filter(office_id=office.id).exists()
        if lacking:
            if MasterMark.objects.first() is None:
                MasterMark.objects.create(check_value=masterkey.check_value(key))
            _make_pair(office.id, key)
        if lacking or not pinned_file(office.slug).exists():
            _pin(office)
            return True
    return False


def _make_pair(office_id: UUID, master: bytes) -> None:
    private, _ = cipher.new_letterbox()
    made = {"private": private, "symmetric": cipher.new_key()}
    wrapped = {
        label: cipher.wrap(master, _office_address(office_id, label, 1), key)
        for label, key in made.items()
    }
    OfficeKey.objects.create(office_id=office_id, generation=1, **wrapped)


def _pin(office: OfficeCard) -> None:
    """Write the public half of the newest key to its file: whole, or not at all."""
    private, generation = _office_key(office.id, "private")
    public = cipher.public_point(private).hex()
    told = {"office": str(office.id), "generation": generation, "public": public}
    path = pinned_file(office.slug)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(told, indent=1), "utf-8")
    unfinished.replace(path)
    pinned.cache_clear()


def fits(office: OfficeCard) -> bool:
    """Whether the office opens a letter that is sealed under its pinned public key."""
    _, generation, public = pinned(office.slug)
    address = letter_address(office.id, office.id, SHARED, generation)
    key = cipher.new_key()
    private, _ = _office_key(office.id, "private", generation)
    try:
        return cipher.read_letter(private, address, cipher.post_letter(public, address, key)) == key
    except cipher.Unreadable:
        return False


def _office_address(office_id: UUID, label: str, generation: int) -> cipher.Address:
    return cipher.Address(office_id, f"office/{label}", office_id, None, generation)


def _office_key(office_id: UUID, label: str, generation: int | None = None) -> tuple[bytes, int]:
    keys = OfficeKey.objects.filter(office_id=office_id)
    if generation is not None:
        keys = keys.filter(generation=generation)
    row = keys.order_by("-generation").first()
    if row is None and generation is not None:  # whoever wrote it names a key that never was
        raise cipher.Unreadable
    if row is None:
        remedy = "madoguchi-desk office add を、その窓口の名前のまま、もう一度行ってください"
        raise Misconfigured(f"窓口の鍵 {office_id}", "この窓口の鍵がありません", remedy)
    blob = row.private if label == "private" else row.symmetric
    address = _office_address(office_id, label, row.generation)
    return cipher.unwrap(masterkey.current(), address, bytes(blob)), row.generation


def office_drawer_key(office_id: UUID, purpose: str) -> bytes:
    """A key of the office drawer: for what belongs to no case (TOTP seeds, say).

    Raises:
        NoLine: what it is for is not among `PURPOSES`.
    """
    if purpose.partition("/")[0] not in PURPOSES:
        raise chain.NoLine
    symmetric, _ = _office_key(office_id, "symmetric")
    return cipher.derive(symmetric, b"", f"{OFFICE}/{purpose}")


BEGIN = "audit.begin"


def begin_macs(office_id: UUID, now: datetime) -> bool:
    """Have the lines of desk and worker carry MACs from the next one on; whether they did not yet.

    In an office that has lines already the first one with a MAC says so itself.

    Raises:
        Misconfigured: lines carry MACs, and the keys are gone.
    """
    with transaction():
        head = chain.locked_head(office_id)
        lines = Line.objects.filter(office_id=office_id)
        first = LineKey.objects.filter(office_id=office_id).order_by("generation").first()
        if first is not None and first.since <= head.seq + 1:
            return False
        if lines.filter(mac__isnull=False).exists():
            found = "操作記録の印の鍵が、なくなっています"
            raise Misconfigured(f"窓口の鍵 {office_id}", found, "控え（keys）から戻してください")
        if first is not None:  # newer than these lines: a backup of before was put back
            LineKey.objects.filter(office_id=office_id).delete()
        _make_line_key(office_id, head.seq + 1)
        if head.seq:
            chain.append(Actor(office_id, "worker"), BEGIN, None, outcome="done", now=now)
    return True


def _make_line_key(office_id: UUID, since: int) -> None:
    symmetric, under = _office_key(office_id, "symmetric")
    row = LineKey(office_id=office_id, generation=1, under=under, since=since)
    row.blob = cipher.wrap(symmetric, _line_key_address(row), cipher.new_key())
    row.save(force_insert=True)


def _line_key_address(row: LineKey) -> cipher.Address:
    since = str(row.since).encode()
    return cipher.Address(
        row.office_id, "line-key", row.office_id, version=row.generation, associated_data=since
    )


def line_keys(office_id: UUID) -> macs.Keys | None:
    """The keys of the MACs on an office's lines; None while there are none.

    Raises:
        Misconfigured: somebody changed them.
    """
    rows = list(LineKey.objects.filter(office_id=office_id).order_by("generation"))
    keys: dict[bytes, bytes] = {}
    for row in rows:
        symmetric, _ = _office_key(office_id, "symmetric", row.under)
        try:
            key = cipher.unwrap(symmetric, _line_key_address(row), bytes(row.blob))
        except cipher.Unreadable as error:
            found, remedy = (
                "操作記録の印の鍵が書きかえられています",
                "控え（keys）から戻してください",
            )
            raise Misconfigured(f"窓口の鍵 {office_id}", found, remedy) from error
        keys[macs.named(key)] = key
    return macs.Keys(rows[0].since, macs.named(key), keys) if rows else None


def _wrap_address(office_id: UUID, case_id: UUID, drawer: str, generation: int) -> cipher.Address:
    return cipher.Address(office_id, f"wrap/{drawer}", case_id, case_id, generation)


def adopt(office_id: UUID, case_id: UUID) -> None:
    """First opening: the shared key moves from its letter to the office, the staff key is made.

    Run it inside an act. A letter that comes later is never looked at, not even when somebody
    deleted the office's wrap to make room for it: the audit remembers the first opening.

    Raises:
        Forgotten: there is no letter, or the case was adopted before and its keys are gone.
    """
    if _move(office_id, case_id, SHARED):
        _wrap(Drawer(office_id, case_id, STAFF, cipher.new_key()))


def adopt_loose(office_id: UUID, thing_id: UUID) -> None:
    """First opening of a loose thing that came by letter: as `adopt`, with its one drawer.

    Raises:
        Forgotten: there is no letter, or its keys are gone.
    """
    _move(office_id, thing_id, LOOSE)


def _move(office_id: UUID, case_id: UUID, name: str) -> bool:
    """Move a drawer's key from its letter under the office's; False when it lies there already."""
    opening.current([case_id])
    rows = {
        (row.drawer, row.by): row
        for row in DrawerKey.objects.select_for_update().filter(case_id=case_id)
    }
    if (name, "office") in rows:
        return False
    letter = rows.get((name, "letter"))
    if letter is None or letter.office_id != office_id or _adopted_before(office_id, case_id, name):
        raise Forgotten
    private, _ = _office_key(office_id, "private", letter.generation)
    address = letter_address(office_id, case_id, name, letter.generation)
    _wrap(
        Drawer(office_id, case_id, name, cipher.read_letter(private, address, bytes(letter.blob)))
    )
    letter.delete()
    return True


def _wrap(drawer: Drawer) -> None:
    """Keep a drawer's key under the office's; the act's line remembers it."""
    symmetric, generation = _office_key(drawer.office_id, "symmetric")
    address = _wrap_address(drawer.office_id, drawer.case_id, drawer.name, generation)
    blob = cipher.wrap(symmetric, address, drawer.key)
    row = DrawerKey(
        office_id=drawer.office_id,
        case_id=drawer.case_id,
        drawer=drawer.name,
        by="office",
        generation=generation,
        blob=blob,
    )
    chain.note(row.id, f"wrap/{drawer.name}", blob)
    row.save(force_insert=True)


def _adopted_before(office_id: UUID, case_id: UUID, name: str) -> bool:
    written = chain.sealed_hashes(office_id, case_id).by_desk
    return any(sealed.endswith(f"/wrap/{name}") for sealed in written)


def new_loose(office_id: UUID, thing_id: UUID) -> Drawer:
    """The drawer of a new thing that belongs to no case (a mail, a month's count): its own key.

    Run it inside an act on the thing, whose `case_id` is the thing's id.
    """
    drawer = Drawer(office_id, thing_id, LOOSE, cipher.new_key(), under=opening.running())
    _wrap(drawer)
    return drawer


def loose(office_id: UUID, thing_id: UUID) -> Drawer:
    """The open drawer of a loose thing.

    Raises:
        NoLine: nobody acts, and for no listed reason.
        Forgotten: its key was destroyed, or it came by letter and was never adopted.
        Unreadable: its wrap was changed.
    """
    opened = drawers_of(office_id, [thing_id])
    if thing_id in opened.damaged:
        raise cipher.Unreadable
    found = opened.drawers.get(thing_id, {})
    if LOOSE not in found:
        raise Forgotten
    return found[LOOSE]


def desk_holder(office_id: UUID, staff_id: UUID) -> visit.Holder:
    """Where a colleague's own drafts and their files lie: `tools.vault.visit` does the rest.

    Only the desk can make it, so that a draft outlives a lost session and is nobody else's.
    """
    key = office_drawer_key(office_id, f"draft/{staff_id}")
    return visit.Holder(office_id, key, desks=True)


def drawers(
    office_id: UUID, case_id: UUID, hashes: chain.Hashes | None = None
) -> tuple[Drawer, Drawer]:
    """The shared and the staff drawer of an adopted case, open.

    `hashes`: what its lines say, where the caller has read them.

    Raises:
        NoLine: nobody acts, and for no listed reason (`tools.audit.opening`).
        Forgotten: its keys were destroyed, or the case was never adopted.
        Unreadable: a wrap of its keys was changed.
    """
    opened = drawers_of(office_id, [case_id], {case_id: hashes} if hashes else None)
    if case_id in opened.damaged:
        raise cipher.Unreadable
    found = opened.drawers.get(case_id, {})
    if SHARED not in found or STAFF not in found:
        raise Forgotten
    return found[SHARED], found[STAFF]


def kept(office_id: UUID, case_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the cases whose keys are here now, be it in a letter that nobody has opened."""
    rows = DrawerKey.objects.filter(office_id=office_id, case_id__in=case_ids, by__in=OURS)
    return set(rows.values_list("case_id", flat=True))


@dataclass(frozen=True)
class Drawers:
    """The open drawers of many cases, by case and name.

    `damaged`: the cases whose keys do not open; `unopened`: those that nobody has opened yet.
    """

    drawers: Mapping[UUID, Mapping[str, Drawer]]
    damaged: frozenset[UUID]
    unopened: frozenset[UUID]


def drawers_of(
    office_id: UUID,
    case_ids: Sequence[UUID],
    hashes: Mapping[UUID, chain.Hashes] | None = None,
) -> Drawers:
    """The drawers of the adopted ones among these cases; forgotten ones are simply not there.

    Raises:
        NoLine: nobody acts, and for no listed reason.
    """
    under = opening.current(case_ids)
    rows = DrawerKey.objects.filter(office_id=office_id, case_id__in=case_ids, by__in=OURS)
    hashes = hashes or chain.sealed_hashes_of(office_id, case_ids)
    unwrapper = lru_cache(
        lambda made: cipher.unwrapper(_office_key(office_id, "symmetric", made)[0])
    )
    opened: dict[UUID, dict[str, Drawer]] = {}
    damaged: set[UUID] = set()
    letters: set[UUID] = set()
    for case_id, name, by, generation, blob in rows.values_list(
        "case_id", "drawer", "by", "generation", "blob"
    ):
        if by == "letter":
            letters.add(case_id)
            continue
        address = _wrap_address(office_id, case_id, name, generation)
        try:
            key = unwrapper(generation)(address, bytes(blob))
        except cipher.Unreadable:
            damaged.add(case_id)
        else:
            drawer = Drawer(office_id, case_id, name, key, hashes[case_id], under)
            opened.setdefault(case_id, {})[name] = drawer
    return Drawers(opened, frozenset(damaged), frozenset(letters - opened.keys() - damaged))


def untaken(case: str) -> Q:
    """Of a question's rows: whether the office has not taken the keys of their case over yet.

    `case`: the column that names it. A request is taken over within seconds; one that was made up,
    without a key, never, and however many of them there are, nobody waits for them.
    """
    return Q(Exists(Receipt.objects.filter(case_id=OuterRef(case)))) & ~taken(case)


def taken(case: str) -> Q:
    """Of a question's rows: whether the office has taken over the keys of their case, by `case`."""
    return Q(Exists(DrawerKey.objects.filter(case_id=OuterRef(case), by="office")))


MANY = 100  # requests that are not taken over: of persons there are a few, for seconds


def flooded() -> bool:
    """Whether there are more requests that nobody's key opens than persons make."""
    return Receipt.objects.filter(untaken("case_id"))[: MANY + 1].count() > MANY


def unopened(case_id: UUID) -> bool:
    """Whether nobody has opened the case yet: its keys lie in the letterbox."""
    rows = DrawerKey.objects.filter(case_id=case_id, by__in=OURS)
    kinds = set(rows.values_list("by", flat=True))
    return kinds == {"letter"}


def drawers_held(office_id: UUID) -> Iterator[tuple[UUID, str, Drawer | None]]:
    """Case, name and drawer of all that the office can open; None where no key opens it.

    Also of cases that nobody has opened yet; for checks, since it changes nothing. The drawers know
    no line: whoever reads says which hash a value must have.

    Raises:
        NoLine: nobody acts, and for no listed reason.
    """
    office_key = lru_cache(partial(_office_key, office_id))
    for row in DrawerKey.objects.filter(office_id=office_id).exclude(by="receipt").iterator():
        case_id, name, generation = row.case_id, row.drawer, row.generation
        under = opening.current([case_id])
        try:
            if row.by == "letter":
                address = letter_address(office_id, case_id, name, generation)
                private, _ = office_key("private", generation)
                key = cipher.read_letter(private, address, bytes(row.blob))
            else:
                address = _wrap_address(office_id, case_id, name, generation)
                symmetric, _ = office_key("symmetric", generation)
                key = cipher.unwrap(symmetric, address, bytes(row.blob))
        except cipher.Unreadable:
            yield case_id, name, None
        else:
            yield case_id, name, Drawer(office_id, case_id, name, key, under=under)


def sign(office_id: UUID, text: bytes) -> bytes:
    """The office's Ed25519 signature of an audit checkpoint."""
    seed = office_drawer_key(office_id, "checkpoint")
    return Ed25519PrivateKey.from_private_bytes(seed).sign(text)


def signed(office_id: UUID, text: bytes, signature: bytes) -> bool:
    """Whether the office signed this checkpoint."""
    seed = office_drawer_key(office_id, "checkpoint")
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    try:
        public.verify(signature, text)
    except InvalidSignature:
        return False
    return True
