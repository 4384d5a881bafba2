"""Signed checkpoints of the audit, written where `MADOGUCHI_CHECKPOINTS` says: keep it outside."""

import base64
import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from madoguchi.tools.audit import chain
from madoguchi.tools.audit.chain import Checkpoint
from madoguchi.tools.office.models import Office
from madoguchi.tools.vault import unseal

SEPARATOR = "\n— "


def folder() -> Path:
    return Path(settings.CHECKPOINTS)


def write(moment: datetime) -> None:
    """Sign and write the checkpoint of every office, one file a moment; old ones stay."""
    folder().mkdir(parents=True, exist_ok=True)
    for office in Office.objects.all():
        mark = chain.current_checkpoint(office.id)
        signature = base64.b64encode(unseal.sign(office.id, mark.text.encode())).decode()
        path = folder() / f"{office.slug}-{mark.seq:010d}-{moment:%Y%m%dT%H%M%S}.txt"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        with os.fdopen(handle, "w") as file:
            file.write(f"{mark.text}{SEPARATOR}{office.slug} {signature}\n")


def broken(office_id: UUID, slug: str) -> list[str]:
    """The names of checkpoint files that are forged, or that the chain no longer contains."""
    wrong: list[str] = []
    for path in sorted(folder().glob(f"{slug}-[0-9]*-[0-9]*T*.txt")):
        mark = _read(path, office_id)
        if mark is None or not chain.still_stands(mark):
            wrong.append(path.name)
    return wrong


def _read(path: Path, office_id: UUID) -> Checkpoint | None:
    text, _, signed = path.read_text("utf-8").partition(SEPARATOR)
    try:
        mark = chain.Checkpoint.read(office_id, text)
        signature = base64.b64decode(signed.split()[-1], validate=True)
    except (ValueError, IndexError):
        return None
    return mark if unseal.signed(office_id, text.encode(), signature) else None
