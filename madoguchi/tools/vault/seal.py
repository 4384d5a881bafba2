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

from madoguchi.tools.audit import chain, opening
from madoguchi.tools.audit.opening import Opening
from madoguchi.tools.misconfigured import Misconfigured, reason
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import cipher, values
from madoguchi.tools.vault.models import DrawerKey

MARK_LENGTH = 16
_PLAIN: Mapping[type, Callable[[Any], str]] = {
    datetime: lambda moment: f"{moment.timestamp()}",
    UUID: lambda row_id: row_id.hex,
}
SHARED, STAFF, OFFICE, LOOSE = "shared", "staff", "office", "loose"


@dataclass(frozen=True)
class Drawer:
    """A drawer of one case with its key; `known`: what the lines say of the case's values.

    `under`: the act or the reason that it was opened under; without one it seals and never opens.
    """

    office_id: UUID
    case_id: UUID
    name: str
    key: bytes = field(repr=False)
    known: chain.Hashes = field(default_factory=chain.Hashes, repr=False)
    under: Opening | None = field(default=None, repr=False, compare=False)

    @property
    def mark(self) -> str:
        """By what a form names the case it belongs to: says nothing to who has not the key."""
        return cipher.derive(self.key, b"", "mark").hex()[:MARK_LENGTH]

    def seal(self, label: str, row_id: UUID, value: Any, associated_data: bytes = b"") -> bytes:  # noqa: ANN401 - anything JSON can say
        """The sealed value (anything JSON can say) for this row and column.

        `associated_data`: what stands in the clear beside it; it opens beside nothing else.

        Raises:
            NoLine: outside an action, since no line would hold its hash.
            Damaged: it is not of the label's shape.
        """
        plain = json.dumps(value, ensure_ascii=False).encode()
        values.decode(label, plain)  # what could not be read again is not sealed
        blob = cipher.seal(self.key, self._address(label, row_id, associated_data), plain)
        chain.note(row_id, label, blob, associated_data)
        return blob

    def open(
        self, label: str, row_id: UUID | str, blob: bytes | memoryview, associated_data: bytes = b""
    ) -> Any:  # noqa: ANN401 - what was sealed
        """The value that was sealed here, beside this.

        Raises:
            NoLine: the drawer was opened under no act and for no reason, or no line says so.
            Tampered: bytes or what is beside them are not those of the line (an older value put
                back, say), or not those that were sealed together.
            Unreadable: another key or address, or changed bytes.
            Damaged: what was sealed is not of the label's shape.
        """
        if self.under is None:
            raise chain.NoLine
        self.under.require()
        blob = bytes(blob)
        self.require_written(label, row_id, blob, associated_data)
        address = self._address(label, row_id, associated_data)
        try:
            plain = cipher.unlock(self.key, address, blob, self._key_name)
        except cipher.Unreadable:
            if associated_data:  # line and columns were changed alike
                raise cipher.Tampered from None
            raise
        return values.decode(label, plain)

    def require_written(
        self, label: str, row_id: UUID | str, blob: bytes | memoryview, associated_data: bytes = b""
    ) -> None:
        """Raise Tampered unless a line holds this value, of any drawer of the case, with this data.

        Raises:
            Tampered: it does not.
        """
        place, hashed = f"{row_id}/{label}", chain.seal_hash(bytes(blob), associated_data)
        if not hmac.compare_digest(self._hashes.get(place, ""), hashed):
            chain.read_on(self.office_id, self.case_id, self.known)
            if not hmac.compare_digest(self._hashes.get(place, ""), hashed):
                raise cipher.Tampered

    def written(self, label: str) -> frozenset[str]:
        """The ids of the case's rows of which the lines hold such a value, of whatever drawer."""
        ending = f"/{label}"
        return frozenset(
            place.removesuffix(ending) for place in self._hashes if place.endswith(ending)
        )

    @property
    def _hashes(self) -> Mapping[str, str]:
        """The hashes by which its values are known; in the staff drawer only the desk seals."""
        return self.known.by_desk if self.name == STAFF else self.known.by_any

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
    mend = "madoguchi-desk office add を、その窓口の名前のまま、もう一度行ってください"
    try:
        told = json.loads(path.read_text("utf-8"))
        return UUID(told["office"]), int(told["generation"]), bytes.fromhex(told["public"])
    except OSError as error:
        found = f"窓口 {slug} の公開鍵を開けません（{reason(error)}）"
        raise Misconfigured(str(path), found, mend) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(str(path), "公開鍵のファイルではありません", mend) from error


def letter_address(office_id: UUID, case_id: UUID, drawer: str, generation: int) -> cipher.Address:
    """The address that a letter is bound to."""
    return cipher.Address(office_id, f"letter/{drawer}", case_id, case_id, generation)


def receipt_address(office_id: UUID, case_id: UUID) -> cipher.Address:
    """The address that the person's own wrap is bound to."""
    return cipher.Address(office_id, f"receipt/{SHARED}", case_id, case_id)


def new_shared(office: OfficeCard, case_id: UUID, receipt_key: bytes) -> Drawer:
    """The shared drawer (便り) of a new case: a letter to the office, a wrap for the person."""
    drawer = Drawer(office.id, case_id, SHARED, cipher.new_key(), under=opening.running())
    generation = _post(office, drawer)
    own = cipher.wrap(receipt_key, receipt_address(office.id, case_id), drawer.key)
    _keep(drawer, "receipt", generation, own)
    return drawer


def new_letter(office: OfficeCard, thing_id: UUID) -> Drawer:
    """The drawer of a loose thing (an enquiry, say): a letter to the office, and no way back."""
    drawer = Drawer(office.id, thing_id, LOOSE, cipher.new_key(), under=opening.running())
    _post(office, drawer)
    return drawer


def _post(office: OfficeCard, drawer: Drawer) -> int:
    """Put the drawer's key into the office's letterbox; the generation of the box."""
    office_id, generation, public = pinned(office.slug)
    if office_id != office.id:
        mend = "madoguchi-desk office add を、その窓口の名前のまま、もう一度行ってください"
        raise Misconfigured(str(pinned_file(office.slug)), "別の窓口の鍵です", mend)
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
