"""Whose word a line of the audit is: the desk's lines carry a MAC (HMAC-SHA-256 over their hash).

Its key opens only under the office's key, so neither the portal nor whoever holds the database can
write a line as the desk. The portal's lines carry none, and say nothing but what a person may.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol
from uuid import UUID

from madoguchi.rules import rights

PERSON = "consultee"
NAME = 4  # bytes by which a MAC names its key
PERSONS_LABELS = frozenset(
    {
        *("consultee", "wish", "receipt", "entry", "item", "enquiry"),
        *("approval", "interview", "booking", "waiting", "grant_draft", "grant_told"),
    }
)
"""The labels of what a person seals; for any other a line of the portal says nothing."""


class Voice(Enum):
    """Whose line it is, as far as it can be proved."""

    DESK = "desk"
    PERSON = "person"
    FORGED = "forged"


class Said(Protocol):
    """Of a line, what tells whose it is."""

    @property
    def seq(self) -> int: ...
    @property
    def role(self) -> str: ...
    @property
    def staff_id(self) -> UUID | None: ...
    @property
    def verb(self) -> str: ...
    @property
    def mac(self) -> bytes | memoryview | None: ...


@dataclass(frozen=True)
class Keys:
    """An office's keys by their names; `since`: the first line with a MAC."""

    since: int
    newest: bytes
    by_name: Mapping[bytes, bytes] = field(repr=False)

    def mac(self, hashed: bytes) -> bytes:
        """The MAC of a line's hash, after the name of the newest key."""
        return self.newest + hmac.digest(self.by_name[self.newest], hashed, "sha256")

    def good(self, mac: bytes, hashed: bytes) -> bool:
        """Whether this is the MAC of that hash under one of the keys."""
        key = self.by_name.get(mac[:NAME])
        if key is None:
            return False
        return hmac.compare_digest(mac[NAME:], hmac.digest(key, hashed, "sha256"))


def named(key: bytes) -> bytes:
    return hmac.digest(key, b"madoguchi/line-key", "sha256")[:NAME]


_known: dict[UUID, Keys] = {}
_load: Callable[[UUID], Keys | None] | None = None


def opened_by(load: Callable[[UUID], Keys | None]) -> None:
    """Have the keys read by the vault; called where a window may unseal, never in the portal."""
    global _load  # noqa: PLW0603 - once, at the start
    _load = load


def keys_of(office_id: UUID) -> Keys | None:
    """The keys of an office; None in the portal, and while the office's lines carry no MAC."""
    if office_id not in _known and _load and (keys := _load(office_id)):
        _known[office_id] = keys
    return _known.get(office_id)


def forget() -> None:
    """Read the keys again: another database stands in the place of this one."""
    _known.clear()


def voice(line: Said, hashed: bytes, keys: Keys | None) -> Voice:
    """Whose line it is, with this hash; before MACs began, whose it says.

    A person has no id of a colleague, no MAC, and a verb that `rights.toml` gives to persons. A
    good MAC on a line of before they began is the desk's: it wrote on after lines were cut.
    """
    by_person = line.role == PERSON
    if line.mac is None and (keys is None or 0 < line.seq < keys.since):
        genuine = True
    elif by_person:
        theirs = PERSON in rights.table().get(line.verb, {})
        genuine = theirs and line.staff_id is None and line.mac is None
    else:
        genuine = bool(keys and line.mac and keys.good(bytes(line.mac), hashed))
    if not genuine:
        return Voice.FORGED
    return Voice.PERSON if by_person else Voice.DESK
