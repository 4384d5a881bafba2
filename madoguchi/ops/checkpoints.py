"""Signed checkpoints of the audit, written where `MADOGUCHI_CHECKPOINTS` says: keep it outside."""

import base64
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from madoguchi.tools.audit import chain, looked_into
from madoguchi.tools.audit.chain import Checkpoint
from madoguchi.tools.audit.looked_into import LookedInto
from madoguchi.tools.office.models import Office
from madoguchi.tools.vault import unseal

SEPARATOR = "\n— "
DUE_WITHIN = timedelta(hours=2)  # the worker signs hourly


def folder() -> Path:
    return Path(settings.CHECKPOINTS)


@dataclass(frozen=True)
class Signed:
    """A checkpoint file: what it says, None where the office did not sign it."""

    name: str
    mark: Checkpoint | None

    @property
    def stands(self) -> bool:
        """Whether the office signed it and the chain still contains it."""
        return self.mark is not None and chain.still_stands(self.mark)


def write(moment: datetime) -> None:
    """Sign and write the checkpoint of every office, one file a moment; old ones stay.

    Where a line since the last one is forged or changed, and was not looked into, none is signed:
    it would vouch for that.
    """
    folder().mkdir(parents=True, exist_ok=True)
    for office in Office.objects.all():
        mark = chain.current_checkpoint(office.id)
        if any(unsigned(office.id, office.slug)):
            continue
        signature = base64.b64encode(unseal.sign(office.id, mark.text.encode())).decode()
        path = folder() / f"{office.slug}-{mark.seq:010d}-{moment:%Y%m%dT%H%M%S}.txt"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        with os.fdopen(handle, "w") as file:
            file.write(f"{mark.text}{SEPARATOR}{office.slug} {signature}\n")


def kept(office_id: UUID, slug: str) -> Iterator[Signed]:
    """The office's checkpoints, the newest first."""
    paths = folder().glob(f"{slug}-[0-9]*-[0-9]*T*.txt")
    for path in sorted(paths, key=lambda path: path.name, reverse=True):
        yield Signed(path.name, _read(path, office_id))


def broken(office_id: UUID, slug: str) -> list[str]:
    """The names of checkpoint files that are forged, or that the chain no longer contains."""
    return sorted(one.name for one in kept(office_id, slug) if not one.stands)


def newest(office_id: UUID, slug: str) -> Checkpoint | None:
    """The newest checkpoint that stands."""
    return next((one.mark for one in kept(office_id, slug) if one.stands), None)


def unsigned(office_id: UUID, slug: str) -> Iterator[chain.Fault]:
    """The lines since the newest checkpoint for which no other one can be signed.

    Those into which two colleagues looked are none of them.
    """
    mark = newest(office_id, slug)
    known: Mapping[int, LookedInto] | None = None
    for fault in chain.checked(office_id, mark.seq if mark else 0):
        known = looked_into.of(office_id) if known is None else known
        if fault.seq not in known:
            yield fault


def unwitnessed(office: Office, now: datetime) -> int | None:
    """After which line the office's lines stand under no checkpoint, where they do for too long."""
    mark = newest(office.pk, office.slug)
    since = mark.seq if mark else 0
    return since if chain.written_before(office.pk, since, now - DUE_WITHIN) else None


def _read(path: Path, office_id: UUID) -> Checkpoint | None:
    text, _, signed = path.read_text("utf-8").partition(SEPARATOR)
    try:
        mark = chain.Checkpoint.read(office_id, text)
        signature = base64.b64decode(signed.split()[-1], validate=True)
    except (ValueError, IndexError):
        return None
    return mark if unseal.signed(office_id, text.encode(), signature) else None
