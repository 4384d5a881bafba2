"""An open drawer: the only thing that seals and opens a case's values (引き出し)."""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from madoguchi.tools.audit import chain
from madoguchi.tools.vault import cipher

MARK_LENGTH = 16


def beside(*clear: object) -> bytes:
    """What stands in the clear beside a sealed value, as its seal is bound to it.

    A moment is the same in whatever zone it is told, an id with its dashes or without.

    >>> beside("decide", 4, None, UUID(int=10))
    b'decide|4|None|0000000000000000000000000000000a'
    """
    return "|".join([_PLAIN.get(type(one), str)(one) for one in clear]).encode()


_PLAIN: Mapping[type, Callable[[Any], str]] = {
    datetime: lambda moment: f"{moment.timestamp()}",
    UUID: lambda row_id: row_id.hex,
}


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

    def seal(self, label: str, row_id: UUID, value: Any, beside: bytes = b"") -> bytes:  # noqa: ANN401 - anything JSON can say
        """The sealed value (anything JSON can say) for this row and column.

        `beside`: what stands in the clear beside it; it opens beside nothing else.

        Raises:
            NoLine: outside an action, since no line would hold its hash.
        """
        plain = json.dumps(value, ensure_ascii=False).encode()
        blob = cipher.seal(self.key, self._address(label, row_id, beside), plain)
        chain.note(row_id, label, blob, beside)
        return blob

    def open(
        self, label: str, row_id: UUID | str, blob: bytes | memoryview, beside: bytes = b""
    ) -> Any:  # noqa: ANN401 - what was sealed
        """The value that was sealed here, beside this.

        Raises:
            Tampered: bytes or what is beside them are not those of the line (an older value put
                back, say), or not those that were sealed together.
            Unreadable: another key or address, or changed bytes.
        """
        blob = bytes(blob)
        self.require_written(label, row_id, blob, beside)
        address = self._address(label, row_id, beside)
        try:
            plain = cipher.unlock(self.key, address, blob, self._key_name)
        except cipher.Unreadable:
            if beside:  # line and columns were changed alike
                raise cipher.Tampered from None
            raise
        return json.loads(plain.decode())

    def require_written(
        self, label: str, row_id: UUID | str, blob: bytes | memoryview, beside: bytes = b""
    ) -> None:
        """Nothing, where a line holds this value of whatever drawer of the case, beside this.

        Raises:
            Tampered: it does not.
        """
        place, hashed = f"{row_id}/{label}", chain.seal_hash(bytes(blob), beside)
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

    def _address(self, label: str, row_id: UUID | str, beside: bytes = b"") -> cipher.Address:
        office, case = self._written
        return cipher.Address(office, f"{self.name}/{label}", row_id, case, beside=beside)

    @cached_property
    def _written(self) -> tuple[str, str]:
        return str(self.office_id), str(self.case_id)
