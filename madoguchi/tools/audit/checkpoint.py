"""Checkpoints of the chain (検証点): what is signed and kept outside, so that a cut tail shows."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from uuid import UUID

from madoguchi.tools.audit.chain import START
from madoguchi.tools.audit.models import Head, Line


@dataclass(frozen=True)
class Checkpoint:
    """The number and the hash of an office's last line at one moment."""

    office_id: UUID
    seq: int
    hash: bytes

    @property
    def text(self) -> str:
        """What is signed: origin, number, hash."""
        return f"madoguchi/{self.office_id}\n{self.seq}\n{base64.b64encode(self.hash).decode()}\n"

    @classmethod
    def read(cls, office_id: UUID, text: str) -> Checkpoint:
        """A checkpoint from its text.

        Raises:
            ValueError: not a checkpoint of this office.
        """
        origin, seq, hashed = text.split("\n")[:3]
        if origin != f"madoguchi/{office_id}":
            raise ValueError(origin)
        return cls(office_id, int(seq), base64.b64decode(hashed, validate=True))


def current(office_id: UUID) -> Checkpoint:
    """The checkpoint of this moment."""
    head = Head.objects.filter(pk=office_id).first()
    return (
        Checkpoint(office_id, head.seq, bytes(head.hash))
        if head
        else Checkpoint(office_id, 0, START)
    )


def stands(mark: Checkpoint) -> bool:
    """Whether the chain still contains what the checkpoint saw."""
    if mark.seq == 0:
        return True
    line = Line.objects.filter(office_id=mark.office_id, seq=mark.seq).first()
    return line is not None and bytes(line.hash) == mark.hash
