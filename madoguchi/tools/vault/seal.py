"""Open drawers (引き出し), the only things that seal and open a case's values; new drawers.

A window without the private key can make drawers that only the office opens.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from madoguchi.tools.audit import chain
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import cipher
from madoguchi.tools.vault.models import DrawerKey

MARK_LENGTH = 16
_PLAIN: Mapping[type, Callable[[Any], str]] = {
    datetime: lambda moment: f"{moment.timestamp()}",
    UUID: lambda row_id: row_id.hex,
}
SHARED, STAFF, OFFICE, LOOSE = "shared", "staff", "office", "loose"


@dataclass(frozen=True)
class Drawer:
    """A drawer of one case with its key; `known`: the hashes that the audit holds of the case."""

    office_id: UUID
    case_id: UUID
    name: str
    key: bytes = field(repr=False)
    known: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def mark(self) -> str:
        """By what a form names the case it belongs to: says nothing to who has not the key."""
        return cipher.derive(self.key, b"", "mark").hex()[:MARK_LENGTH]

    def seal(self, label: str, row_id: UUID, value: Any, associated_data: bytes = b"") -> bytes:  # noqa: ANN401 - anything JSON can say
        """The sealed value (anything JSON can say) for this row and column.

        `associated_data`: what stands in the clear beside it; it opens beside nothing else.

        Raises:
            NoLine: outside an action, since no line would hold its hash.
        """
        plain = json.dumps(value, ensure_ascii=False).encode()
        blob = cipher.seal(self.key, self._address(label, row_id, associated_data), plain)
        chain.note(row_id, label, blob, associated_data)
        return blob

    def open(
        self, label: str, row_id: UUID | str, blob: bytes | memoryview, associated_data: bytes = b""
    ) -> Any:  # noqa: ANN401 - what was sealed
        """The value that was sealed here, beside this.

        Raises:
            Tampered: bytes or what is beside them are not those of the line (an older value put
                back, say), or not those that were sealed together.
            Unreadable: another key or address, or changed bytes.
        """
        blob = bytes(blob)
        self.require_written(label, row_id, blob, associated_data)
        address = self._address(label, row_id, associated_data)
        try:
            plain = cipher.unlock(self.key, address, blob, self._key_name)
        except cipher.Unreadable:
            if associated_data:  # line and columns were changed alike
                raise cipher.Tampered from None
            raise
        return json.loads(plain.decode())

    def require_written(
        self, label: str, row_id: UUID | str, blob: bytes | memoryview, associated_data: bytes = b""
    ) -> None:
        """Raise Tampered unless a line holds this value, of any drawer of the case, with this data.

        Raises:
            Tampered: it does not.
        """
        place, hashed = f"{row_id}/{label}", chain.seal_hash(bytes(blob), associated_data)
        if not hmac.compare_digest(self.known.get(place, ""), hashed):
            written_since = chain.sealed_hashes(self.case_id)
            if not hmac.compare_digest(written_since.get(place, ""), hashed):
                raise cipher.Tampered

    def written(self, label: str) -> frozenset[str]:
        """The ids of the case's rows of which the lines hold such a value, of whatever drawer."""
        ending = f"/{label}"
        return frozenset(
            place.removesuffix(ending) for place in self.known if place.endswith(ending)
        )

    @cached_property
    def _key_name(self) -> bytes:
        return cipher.key_name(self.key)

    def _address(
        self, label: str, row_id: UUID | str, associated_data: bytes = b""
    ) -> cipher.Address:
        office, case = self._written
        return cipher.Address(
            office, f"{self.name}/{label}", row_id, case, associated_data=associated_data
        )

    @cached_property
    def _written(self) -> tuple[str, str]:
        return str(self.office_id), str(self.case_id)


def associated_data(*clear: object) -> bytes:
    """What stands in the clear beside a sealed value, as its seal is bound to it.

    A moment is the same in whatever zone it is told, an id with its dashes or without.

    >>> associated_data("decide", 4, None, UUID(int=10))
    b'decide|4|None|0000000000000000000000000000000a'
    """
    return "|".join([_PLAIN.get(type(one), str)(one) for one in clear]).encode()


def pinned_file(slug: str) -> Path:
    """Where the office's public key is pinned: a file, never a table."""
    return Path(settings.PUBLIC_KEYS) / f"{slug}.json"


@lru_cache(maxsize=64)
def pinned(slug: str) -> tuple[UUID, int, bytes]:
    """Office id, generation and public point of an office.

    Raises:
        Misconfigured: naming the file and the remedy.
    """
    path = pinned_file(slug)
    remedy = "repeat `madoguchi office add` for this office at the desk, and copy the file here"
    try:
        told = json.loads(path.read_text("utf-8"))
        return UUID(told["office"]), int(told["generation"]), bytes.fromhex(told["public"])
    except OSError as error:
        raise Misconfigured(str(path), error.strerror or "unreadable", remedy) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(str(path), "is not a pinned public key", remedy) from error


def letter_address(office_id: UUID, case_id: UUID, drawer: str, generation: int) -> cipher.Address:
    """The address that a letter is bound to."""
    return cipher.Address(office_id, f"letter/{drawer}", case_id, case_id, generation)


def receipt_address(office_id: UUID, case_id: UUID) -> cipher.Address:
    """The address that the person's own wrap is bound to."""
    return cipher.Address(office_id, f"receipt/{SHARED}", case_id, case_id)


def new_shared(office: OfficeCard, case_id: UUID, receipt_key: bytes) -> Drawer:
    """The shared drawer (便り) of a new case: a letter to the office, a wrap for the person."""
    drawer = Drawer(office.id, case_id, SHARED, cipher.new_key())
    generation = _post(office, drawer)
    own = cipher.wrap(receipt_key, receipt_address(office.id, case_id), drawer.key)
    _keep(drawer, "receipt", generation, own)
    return drawer


def new_letter(office: OfficeCard, thing_id: UUID) -> Drawer:
    """The drawer of a loose thing (an enquiry, say): a letter to the office, and no way back."""
    drawer = Drawer(office.id, thing_id, LOOSE, cipher.new_key())
    _post(office, drawer)
    return drawer


def _post(office: OfficeCard, drawer: Drawer) -> int:
    """Put the drawer's key into the office's letterbox; the generation of the box."""
    office_id, generation, public = pinned(office.slug)
    if office_id != office.id:
        raise Misconfigured(str(pinned_file(office.slug)), "belongs to another office", "copy anew")
    address = letter_address(office.id, drawer.case_id, drawer.name, generation)
    _keep(drawer, "letter", generation, cipher.post_letter(public, address, drawer.key))
    return generation


def _keep(drawer: Drawer, by: str, generation: int, blob: bytes) -> None:
    DrawerKey.objects.create(
        office_id=drawer.office_id,
        case_id=drawer.case_id,
        drawer=drawer.name,
        by=by,
        generation=generation,
        blob=blob,
    )
