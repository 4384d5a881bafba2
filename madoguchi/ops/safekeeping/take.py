"""Take a backup: one moment of both databases, then the files that it names (控えを取る).

Files come after the moment, because a row that names a file is committed after the file is on
disk. A file that is gone by then belongs to a case that was forgotten meanwhile; *keys* leaves
such cases out. *keys* gets its name first: *data* with a good name always has its keys.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db.models import Model

from madoguchi.ops import checkpoints
from madoguchi.ops.safekeeping import artefact, tables
from madoguchi.ops.safekeeping.artefact import Artefact, Part
from madoguchi.ops.soundness import forgotten, forgotten_but_openable
from madoguchi.tools.audit.models import Head
from madoguchi.tools.office.models import Office
from madoguchi.tools.vault import masterkey, store
from madoguchi.tools.vault.models import HeldFile, MasterMark

type Keys = dict[type[Model], list[bytes]]
DEFAULT = tables.alias_of("default")


@dataclass(frozen=True)
class Taken:
    """What was written; what was not as it should be.

    `missing`: files of living cases that were not there to be copied. `contradicted`: cases that a
    line calls forgotten and that have keys; these were kept.
    """

    data: Path
    keys: Path
    rows: int
    files: int
    new_files: int
    missing: tuple[str, ...]
    contradicted: tuple[str, ...]


def back_up(data_place: Path, keys_place: Path, moment: datetime, *, full: bool = False) -> Taken:
    """Write one *data* and one *keys*; `full` copies files anew that an earlier *data* has.

    Raises:
        OSError: no room, say; then no new *data* stands, and earlier ones are whole.
        Misconfigured: the master key, which vouches for both, is not at hand.
    """
    vouch = partial(masterkey.voucher, masterkey.current())
    earlier = [] if full else artefact.whole(data_place, "data")[-1:]
    with ExitStack() as stack:
        data = stack.enter_context(artefact.writing(data_place, "data", moment))
        keys = stack.enter_context(artefact.writing(keys_place, "keys", moment))
        papers = _small_files()
        with tables.instant():
            then = _read(data)
        for inside, source in papers:
            data.write(inside, [source.read_bytes()])
        copied = _Files(data, [one for one in earlier if one.genuine(vouch)])
        for file_id, size, digest in then.held:
            copied.take(file_id, size, bytes(digest).hex())
        offices = Office.objects.all()
        gone = {case for office in offices for case in forgotten(office.pk)}
        doubted = {str(case) for office in offices for case in forgotten_but_openable(office.pk)}
        _write_keys(keys, then.secrets, gone)
        living = HeldFile.objects.filter(pk__in=copied.missing)  # else forgotten meanwhile
        missing = [str(file_id) for file_id in living.values_list("pk", flat=True)]
        files_named = len(then.held)
        told = {"rows": then.rows, "files": files_named, "missing": missing}
        keys_folder = keys.finish({**then.proof, "forgotten": sorted(map(str, gone))}, vouch)
        data_folder = data.finish({**then.proof, **told}, vouch)
    total = sum(then.rows.values())
    wrong = (tuple(missing), tuple(sorted(doubted)))
    return Taken(data_folder, keys_folder, total, files_named, copied.new, *wrong)


@dataclass(frozen=True)
class _Then:
    """What was read at the moment: rows by table, files with their lengths, lines of keys.

    `proof` names the master key and the last audit line of every office.
    """

    rows: dict[str, int]
    held: list[tuple[UUID, int, bytes]]
    secrets: Keys = field(repr=False)
    proof: dict[str, Any]


def _read(data: Part) -> _Then:
    """Write the tables of *data*, hold those of *keys*; both are of the moment that is held."""
    rows = {
        model._meta.label_lower: _write(data, model, tables.alias_of(database))
        for database in tables.DATABASES
        for model in tables.data(database)
    }
    held = list(tables.rows(HeldFile, DEFAULT).values_list("id", "stored_bytes", "sealed_sha256"))
    secrets = {model: list(tables.written(tables.rows(model, DEFAULT))) for model in tables.KEYS}
    heads = {
        str(head.office_id): [head.seq, bytes(head.hash).hex()]
        for head in Head.objects.using(DEFAULT)
    }
    check = MasterMark.objects.using(DEFAULT).values_list("check_value", flat=True).first()
    return _Then(rows, held, secrets, {"check_value": check, "heads": heads})


def _small_files() -> list[tuple[str, Path]]:
    """Pinned public keys and checkpoints, as they are before the moment."""
    found = [(f"public/{path.name}", path) for path in Path(settings.PUBLIC_KEYS).glob("*.json")]
    marks = checkpoints.folder().glob("*.txt")
    return [*found, *((f"checkpoints/{path.name}", path) for path in marks)]


def _write(part: Part, model: type[Model], using: str) -> int:
    """Write a table; the number of its rows."""
    count = -1  # the columns

    def counted() -> Iterator[bytes]:
        nonlocal count
        for line in tables.written(tables.rows(model, using)):
            count += 1
            yield line

    part.write(tables.file_name(model), counted())
    return count


def _write_keys(part: Part, secrets: Keys, gone: set[UUID]) -> None:
    for model, written in secrets.items():
        names = tables.columns(model)
        kept = written
        if "case_id" in names:
            at = names.index("case_id")
            cases = set(map(str, gone))
            kept = written[:1] + [row for row in written[1:] if json.loads(row)[at] not in cases]
        part.write(tables.file_name(model), kept)


class _Files:
    """Copies sealed files; those that an earlier *data* has are taken over from there."""

    def __init__(self, part: Part, earlier: list[Artefact]) -> None:
        self._part = part
        self._earlier = [(one.folder, one.sums()) for one in earlier]
        self.new = 0
        self.missing: list[UUID] = []

    def take(self, file_id: UUID, size: int, digest: str) -> None:
        """Take one file over or copy it; remember it where it is gone, cut or another.

        `digest`: of its sealed bytes; empty for a file of before. What a backup of before holds may
        be a key that a link led to: it is not taken over.
        """
        inside = f"files/{file_id.hex[:2]}/{file_id.hex}"
        for folder, sums in self._earlier:
            there = sums.get(inside)
            if not there or there != (digest or there) or not store.is_sealed(folder / inside):
                continue
            if self._part.link(inside, folder, there):
                return
        try:
            with store.opened(file_id) as source:
                sealed = store.begins_sealed(source.peek(1))  # else it is nothing of ours
                whole = sealed and self._part.write(inside, _pieces(source, size)) == size
                if not whole or (digest and self._part.digest(inside) != digest):
                    self.missing.append(file_id)
                self.new += sealed
        except FileNotFoundError:
            self.missing.append(file_id)


def _pieces(source: BinaryIO, size: int) -> Iterator[bytes]:
    """So many bytes, and one more where there are more."""
    left = size + 1
    while left and (piece := source.read(min(left, artefact.CHUNK))):
        left -= len(piece)
        yield piece
