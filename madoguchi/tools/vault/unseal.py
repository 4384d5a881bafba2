"""Opens what was sealed to the office: desk and worker only, refused in the portal (開封)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from madoguchi.tools.audit import chain
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.vault import cipher, masterkey
from madoguchi.tools.vault.drawer import Drawer
from madoguchi.tools.vault.models import DrawerKey, MasterMark, OfficeKey
from madoguchi.tools.vault.seal import (
    OFFICE,
    SHARED,
    STAFF,
    letter_address,
    pinned,
    pinned_file,
)
from madoguchi.tools.write import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from uuid import UUID

    from madoguchi.tools.office.public import OfficeCard

if not settings.WINDOW.may_unseal:
    raise ImportError("the portal never opens the vault")

OURS = ("office", "letter")  # the wraps that the office opens; a receipt's is the person's


class Forgotten(Exception):
    """The case's keys were destroyed; nothing of it can be read any more."""


def make_office_keys(office: OfficeCard) -> None:
    """Key pair and symmetric key of a new office; the public half is pinned as a file."""
    key = masterkey.current()
    private, public = cipher.new_letterbox()
    with write():
        if MasterMark.objects.first() is None:
            MasterMark.objects.create(check_value=masterkey.check_value(key))
        OfficeKey.objects.create(
            office_id=office.id,
            generation=1,
            private=cipher.wrap(key, _office_address(office.id, "private", 1), private),
            symmetric=cipher.wrap(
                key, _office_address(office.id, "symmetric", 1), cipher.new_key()
            ),
        )
    path = pinned_file(office.slug)
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"office": str(office.id), "generation": 1, "public": public.hex()}
    path.write_text(json.dumps(told, indent=1), "utf-8")
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
    if row is None:
        raise Misconfigured(str(office_id), "has no keys", "run `madoguchi key init`")
    blob = row.private if label == "private" else row.symmetric
    address = _office_address(office_id, label, row.generation)
    return cipher.unwrap(masterkey.current(), address, bytes(blob)), row.generation


def office_drawer_key(office_id: UUID, purpose: str) -> bytes:
    """A key of the office drawer: for what belongs to no case (TOTP seeds, say)."""
    symmetric, _ = _office_key(office_id, "symmetric")
    return cipher.derive(symmetric, b"", f"{OFFICE}/{purpose}")


def _wrap_address(office_id: UUID, case_id: UUID, drawer: str, generation: int) -> cipher.Address:
    return cipher.Address(office_id, f"wrap/{drawer}", case_id, case_id, generation)


def adopt(office_id: UUID, case_id: UUID) -> None:
    """First opening: the shared key moves from its letter to the office, the staff key is made.

    Run it inside an act. A letter that comes later is never looked at, not even when somebody
    deleted the office's wrap to make room for it: the audit remembers the first opening.

    Raises:
        Forgotten: there is no letter, or the case was adopted before and its keys are gone.
    """
    rows = {
        (row.drawer, row.by): row
        for row in DrawerKey.objects.select_for_update().filter(case_id=case_id)
    }
    if (SHARED, "office") in rows:
        return
    letter = rows.get((SHARED, "letter"))
    if letter is None or letter.office_id != office_id or _adopted_before(case_id):
        raise Forgotten
    private, generation = _office_key(office_id, "private", letter.generation)
    address = letter_address(office_id, case_id, SHARED, letter.generation)
    shared = cipher.read_letter(private, address, bytes(letter.blob))
    symmetric, generation = _office_key(office_id, "symmetric")
    for drawer, key in ((SHARED, shared), (STAFF, cipher.new_key())):
        blob = cipher.wrap(symmetric, _wrap_address(office_id, case_id, drawer, generation), key)
        row = DrawerKey(
            office_id=office_id,
            case_id=case_id,
            drawer=drawer,
            by="office",
            generation=generation,
            blob=blob,
        )
        chain.note(row.id, f"wrap/{drawer}", blob)
        row.save(force_insert=True)
    letter.delete()


def _adopted_before(case_id: UUID) -> bool:
    return any(sealed.endswith(f"/wrap/{SHARED}") for sealed in chain.sealed_hashes(case_id))


def drawers(office_id: UUID, case_id: UUID) -> tuple[Drawer, Drawer]:
    """The shared and the staff drawer of an adopted case, open.

    Raises:
        Forgotten: its keys were destroyed, or the case was never adopted.
        Unreadable: a wrap of its keys was changed.
    """
    opened = drawers_of(office_id, [case_id])
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


def drawers_of(office_id: UUID, case_ids: Sequence[UUID]) -> Drawers:
    """The drawers of the adopted ones among these cases; forgotten ones are simply not there."""
    rows = DrawerKey.objects.filter(office_id=office_id, case_id__in=case_ids, by__in=OURS)
    known = chain.sealed_hashes(*case_ids)
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
        unwrap = unwrapper(generation)
        try:
            key = unwrap(address, bytes(blob))
        except cipher.Unreadable:
            damaged.add(case_id)
        else:
            drawer = Drawer(office_id, case_id, name, key, known)
            opened.setdefault(case_id, {})[name] = drawer
    return Drawers(opened, frozenset(damaged), frozenset(letters - opened.keys() - damaged))


def keys_held(office_id: UUID) -> Iterator[tuple[UUID, str, bytes | None]]:
    """Case, drawer and key of every drawer that the office can open; None where none opens it.

    Also of cases that nobody has opened yet; for checks, since it changes nothing.
    """
    office_key = lru_cache(partial(_office_key, office_id))
    for row in DrawerKey.objects.filter(office_id=office_id).exclude(by="receipt").iterator():
        case_id, drawer, generation = row.case_id, row.drawer, row.generation
        try:
            if row.by == "letter":
                address = letter_address(office_id, case_id, drawer, generation)
                private, _ = office_key("private", generation)
                key = cipher.read_letter(private, address, bytes(row.blob))
            else:
                address = _wrap_address(office_id, case_id, drawer, generation)
                symmetric, _ = office_key("symmetric", generation)
                key = cipher.unwrap(symmetric, address, bytes(row.blob))
        except cipher.Unreadable:
            yield case_id, drawer, None
        else:
            yield case_id, drawer, key


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
