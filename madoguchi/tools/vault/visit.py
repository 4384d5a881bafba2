"""What the portal remembers between two pages, sealed under the visitor's own cookie (訪問).

Kinds: `draft` (answers and sent files, 24 hours), `done` (number and secret, 30 minutes),
`opened` (the drawer of an opened receipt, 15 minutes idle). Leaving deletes every row.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from madoguchi.tools.transaction import lock, transaction
from madoguchi.tools.vault import cipher, files, store
from madoguchi.tools.vault.fairness import DAY
from madoguchi.tools.vault.models import HeldFile, Visit
from madoguchi.tools.vault.upload import SealedUpload

LIVES = {
    "draft": timedelta(hours=24),
    "done": timedelta(minutes=30),
    "opened": timedelta(minutes=15),
}
MARK = 16
DESKS = "desk"  # how the lookups of colleagues begin; no visitor's does, which are of hex digits
SKEW = timedelta(minutes=1)  # by how much the clocks of two portals may differ


@dataclass(frozen=True)
class Holder:
    """A visitor of one office: the cookie's key and the name its rows are found by.

    `mark`: what the visit's own forms carry, in the cookie too; no other site's page knows it.
    `desks`: a colleague holds it; the portal's role neither changes nor deletes such rows.
    """

    office_id: UUID
    key: bytes = field(repr=False)
    mark: str = field(default="", repr=False, compare=False)
    desks: bool = False

    @property
    def lookup(self) -> str:
        """What the tables know of the cookie: a hash of a derived key, never the cookie."""
        told = hashlib.sha256(cipher.derive(self.key, b"", "visit-name")).hexdigest()
        return f"{DESKS}{told[len(DESKS) :]}" if self.desks else told

    @property
    def cookie(self) -> str:
        told = self.key + bytes.fromhex(self.mark)
        return base64.urlsafe_b64encode(told).decode().rstrip("=")

    def _derived(self, label: str, salt: bytes = b"") -> Holder:
        return Holder(self.office_id, cipher.derive(self.key, salt, label), desks=self.desks)

    @property
    def beside(self) -> Holder:
        """The same visitor beside an opened receipt: words and files of a reply lie apart."""
        return self._derived("visit-beside")

    @property
    def second(self) -> Holder:
        """The same visitor in a second procedure: its draft and receipt lie apart."""
        return self._derived("visit-second")

    @property
    def papers(self) -> Holder:
        """The same visitor with the papers of a grant: a message beside them lies apart."""
        return self._derived("visit-papers")

    @property
    def places(self) -> tuple[Holder, ...]:
        """All under which something of this visit may lie; `apart` is not of a visit."""
        return (self, self.beside, self.second, self.papers)

    def apart(self, thing_id: UUID) -> Holder:
        """The same holder for one thing of several: each sheet of a colleague lies by itself."""
        return self._derived("visit-apart", thing_id.bytes)

    def bind(self, token: str) -> str:
        """An idempotency key that only this cookie can make."""
        return hashlib.sha256(cipher.derive(self.key, token.encode(), "once")).hexdigest()


def new_holder(office_id: UUID, mark: str = "") -> Holder:
    """A visitor with a new cookie."""
    return Holder(office_id, cipher.new_key(), mark or os.urandom(MARK).hex())


def holder(office_id: UUID, cookie: str) -> Holder | None:
    """The visitor of a cookie, also of one from before forms had marks; None for any other."""
    try:
        told = base64.urlsafe_b64decode(cookie + "=")
    except (binascii.Error, ValueError):
        return None
    if len(told) not in (cipher.KEY, cipher.KEY + MARK):
        return None
    return Holder(office_id, told[: cipher.KEY], told[cipher.KEY :].hex())


def _address(who: Holder, kind: str) -> cipher.Address:
    return cipher.Address(who.office_id, f"visit/{kind}", who.lookup)


def _key(who: Holder, kind: str) -> bytes:
    return cipher.derive(who.key, b"", f"visit-{kind}")


_read: ContextVar[dict[tuple[Holder, str], Visit | None] | None] = ContextVar("blobs", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Inside, a row that was read is not asked for again until this visit writes something.

    For requests that only look; who acts reads afresh under the lock.
    """
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def _changed() -> None:
    """Something was written: what was read before may be old."""
    if (known := _read.get()) is not None:
        known.clear()


def _row(who: Holder, kind: str) -> Visit | None:
    known = _read.get()
    if known is not None and (who, kind) in known:
        return known[who, kind]
    row = Visit.objects.filter(lookup=who.lookup, kind=kind, office_id=who.office_id).first()
    if known is not None:
        known[who, kind] = row
    return row


def recall(who: Holder, kind: str, now: datetime) -> dict[str, Any] | None:
    """What the visit holds of this kind; None when nothing is there or its time is over.

    A secret whose end lies further ahead than its whole life was held by a clock that was wrong:
    its time is over too. A draft is kept, because words matter more than the hour of their end.
    """
    row = _row(who, kind)
    if row is not None and row.expires_at <= now:
        return None
    if row is None or (kind != "draft" and row.expires_at > now + LIVES[kind] + SKEW):
        return None
    try:
        plain = cipher.unlock(_key(who, kind), _address(who, kind), bytes(row.blob))
    except cipher.Unreadable:
        return None
    told: dict[str, Any] = json.loads(plain)
    return told


def remember(who: Holder, kind: str, what: dict[str, Any], now: datetime) -> None:
    """Hold this from now on, for as long as the kind lives."""
    _changed()
    plain = json.dumps(what, ensure_ascii=False).encode()
    blob = cipher.seal(_key(who, kind), _address(who, kind), plain)
    row = Visit(
        lookup=who.lookup,
        kind=kind,
        office_id=who.office_id,
        blob=blob,
        expires_at=now + LIVES[kind],
    )
    Visit.objects.bulk_create(
        [row],
        update_conflicts=True,  # one statement for new and old, on either database
        unique_fields=["lookup", "kind"],
        update_fields=["office_id", "blob", "expires_at"],
    )


def drop(who: Holder, kind: str) -> None:
    _changed()
    Visit.objects.filter(lookup=who.lookup, kind=kind).delete()


def new_draft() -> dict[str, Any]:
    """An empty draft: answers by field, the salt of its secret, the token of its submission."""
    return {
        "answers": {},
        "salt": os.urandom(16).hex(),
        "token": os.urandom(16).hex(),
    }


def hold(
    who: Holder,
    change: Callable[[dict[str, Any]], None],
    now: datetime,
    uploads: Sequence[SealedUpload] = (),
    *,
    network: str | None = None,
) -> dict[str, Any]:
    """Change the draft and take files into it, in one transaction; the draft as it is then.

    A new draft counts against the day of the `network`, where one is named.

    Raises:
        DayFull: the network has begun its number of drafts today; nothing was kept.
    """
    with transaction():
        lock(who.lookup)
        _changed()
        draft = recall(who, "draft", now) or _start_afresh(who, network, now)
        change(draft)
        remember(who, "draft", draft, now)
        for place, upload in enumerate(uploads):
            _keep(who, upload, now + timedelta(microseconds=place))
    return draft


def _start_afresh(who: Holder, network: str | None, now: datetime) -> dict[str, Any]:
    """An empty draft; files of one whose time is over are nobody's, until they are swept."""
    if network is not None:
        DAY.begin(who.office_id, network, now)
    over = HeldFile.objects.filter(lookup=who.lookup, at__lte=now - LIVES["draft"])
    over.update(lookup="")
    return new_draft()


def _file_address(who: Holder, file_id: UUID) -> cipher.Address:
    return cipher.Address(who.office_id, "visit/file", file_id)


def _sealed_about(who: Holder, file_id: UUID, about: files.About) -> bytes:
    plain = json.dumps(about.to_json(), ensure_ascii=False).encode()
    return cipher.seal(_key(who, "file"), _file_address(who, file_id), plain)


def _keep(who: Holder, upload: SealedUpload, now: datetime) -> None:
    HeldFile.objects.create(
        id=upload.file_id,
        office_id=who.office_id,
        lookup=who.lookup,
        stored_bytes=upload.stored_bytes,
        sealed_sha256=upload.sealed_sha256,
        about=_sealed_about(who, upload.file_id, upload.about),
        at=now,
    )


def held_files(who: Holder) -> tuple[tuple[UUID, files.About], ...]:
    """The files of the draft, in the order in which they came."""
    rows = HeldFile.objects.filter(lookup=who.lookup, office_id=who.office_id)
    return tuple((row.id, _about(who, row)) for row in rows.order_by("at", "id"))


def _about(who: Holder, row: HeldFile) -> files.About:
    address = _file_address(who, row.id)
    return files.About.from_json(
        json.loads(cipher.unlock(_key(who, "file"), address, bytes(row.about)))
    )


def remove_file(who: Holder, file_id: UUID) -> None:
    """Take one file out of the draft, bytes and all."""
    if HeldFile.objects.filter(pk=file_id, lookup=who.lookup).delete()[0]:
        store.drop(file_id)


def hand_over(who: Holder, case_id: UUID) -> None:
    """The draft's files belong to the case from now on; their keys must lie in its drawer."""
    HeldFile.objects.filter(lookup=who.lookup).update(lookup="", case_id=case_id, about=b"")


def discard(who: Holder) -> None:
    """Forget the draft and its files; what was sent and what is open besides stays."""
    _changed()
    with transaction():
        lock(who.lookup)
        held = HeldFile.objects.filter(lookup=who.lookup)
        doomed = list(held.values_list("pk", flat=True))
        held.delete()
        drop(who, "draft")
    for file_id in doomed:
        store.drop(file_id)


def leave(who: Holder) -> None:
    """Forget all of the visit: rows, and the files of what was not sent."""
    _changed()
    lookups = [place.lookup for place in who.places]
    with transaction():
        for lookup in lookups:
            lock(lookup)
        held = HeldFile.objects.filter(lookup__in=lookups)
        doomed = list(held.values_list("pk", flat=True))
        held.delete()
        Visit.objects.filter(lookup__in=lookups).delete()
    for file_id in doomed:
        store.drop(file_id)


def renew(who: Holder, now: datetime) -> Holder:
    """The visitor under a new cookie; all of the visit moves to it and the old one opens nothing.

    Done for a new draft, and when a receipt is opened: a cookie that somebody else planted in the
    browser, or copied before, is worth nothing afterwards. The mark stays: forms that are open in
    another tab are still of this visit.
    """
    _changed()
    new = new_holder(who.office_id, who.mark)
    with transaction():
        for old, renewed in zip(who.places, new.places, strict=True):
            for kind in LIVES:
                told = recall(old, kind, now)
                if told:
                    remember(renewed, kind, told, now)
            for row in HeldFile.objects.filter(lookup=old.lookup, office_id=old.office_id):
                row.about = _sealed_about(renewed, row.id, _about(old, row))
                row.lookup = renewed.lookup
                row.save(update_fields=["about", "lookup"])
        Visit.objects.filter(lookup__in=[place.lookup for place in who.places]).delete()
    _changed()
    return new


def sweep(now: datetime) -> None:
    """Delete what has outlived its time: visits, their files, files that no row names."""
    with transaction():
        Visit.objects.filter(expires_at__lte=now).delete()
        living = Visit.objects.filter(kind="draft").values("lookup")
        stale = HeldFile.objects.filter(case_id__isnull=True, at__lt=now - LIVES["draft"])
        doomed = list(stale.exclude(lookup__in=living).values_list("pk", flat=True))
        HeldFile.objects.filter(pk__in=doomed).delete()
    for file_id in doomed:
        store.drop(file_id)
    files.sweep(now - LIVES["draft"])
