"""An open drawer: the only thing that seals and opens a case's values (引き出し)."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from madoguchi.tools.audit import chain
from madoguchi.tools.vault import cipher

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID


MARK_LENGTH = 16


class Tampered(Exception):
    """A sealed value is not the one that the audit's line holds."""


@dataclass(frozen=True)
class Drawer:
    """A drawer of one case with its key; `known` are the hashes that the audit holds."""

    office_id: UUID
    case_id: UUID
    name: str
    key: bytes = field(repr=False)
    known: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def mark(self) -> str:
        """By what a form names the case it belongs to: says nothing to who has not the key."""
        return cipher.derive(self.key, b"", "mark").hex()[:MARK_LENGTH]

    def seal(self, label: str, row_id: UUID, value: Any) -> bytes:  # noqa: ANN401 - anything JSON can say
        """The sealed value (anything JSON can say) for this row and column.

        Raises:
            NoLine: outside an action, since no line would hold its hash.
        """
        plain = json.dumps(value, ensure_ascii=False).encode()
        blob = cipher.seal(self.key, self._address(label, row_id), plain)
        chain.note(row_id, label, blob)
        return blob

    def open(self, label: str, row_id: UUID | str, blob: bytes | memoryview) -> Any:  # noqa: ANN401 - what was sealed
        """The value that was sealed here.

        Raises:
            Tampered: the bytes are not those of the line (an older value put back, say).
            Unreadable: another key or address, or changed bytes.
        """
        blob = bytes(blob)
        place, hashed = f"{row_id}/{label}", chain.seal_hash(blob)
        if not hmac.compare_digest(self.known.get(place, ""), hashed):
            written_since = chain.sealed_hashes(self.case_id)
            if not hmac.compare_digest(written_since.get(place, ""), hashed):
                raise Tampered
        address = self._address(label, row_id)
        return json.loads(cipher.unlock(self.key, address, blob, self._key_name).decode())

    @cached_property
    def _key_name(self) -> bytes:
        return cipher.key_name(self.key)

    def _address(self, label: str, row_id: UUID | str) -> cipher.Address:
        office, case = self._written
        return cipher.Address(office, f"{self.name}/{label}", row_id, case)

    @cached_property
    def _written(self) -> tuple[str, str]:
        return str(self.office_id), str(self.case_id)
