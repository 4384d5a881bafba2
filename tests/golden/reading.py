"""All that the golden tests know of the house's inside: rows, lines, drawers, the worker's jobs.

What is renamed or moved in the house is followed here, and nowhere else in `tests/golden`.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.apps import apps
from django.core import mail
from django.db.models import BinaryField, Model

from madoguchi.ops import checkpoints, soundness
from madoguchi.ops.safekeeping import artefact
from madoguchi.ops.safekeeping import put_back as restoring
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.later import queue
from madoguchi.tools.later.models import Job
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard, card
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.vault import cipher, unseal
from madoguchi.work.subsidy.models import Budget, Grant
from tests import looking

CHANCE = {"short_name", "check_value"}  # columns of a few digits of what is chance
SEALING = "madoguchi.tools.vault.seal"  # whose `json` makes bytes of what is sealed
DRAWERS = ("shared", "staff", "loose")
NOT_SHOWN = {"audit", "office", "signin", "act"}  # lines are told one by one; keys are chance


@dataclass(frozen=True)
class Sealed:
    """A value as it was sealed: its address, what stood in the clear beside it, its bytes."""

    office_id: str
    drawer: str
    label: str
    row_id: str
    case_id: str
    beside: str
    text: str = field(repr=False)

    @property
    def place(self) -> str:
        """How an audit line names it."""
        return f"{self.row_id}/{self.label}"


@contextmanager
def sealing() -> Iterator[list[Sealed]]:
    """Everything that is sealed inside the block, in its order."""
    seal, kept = cipher.seal, []

    def noted(key: bytes, address: cipher.Address, plain: bytes) -> bytes:
        drawer, _, label = address.label.partition("/")
        where = str(address.office_id), drawer, label, str(address.row_id), str(address.case_id)
        kept.append(Sealed(*where, address.associated_data.decode(), steady(label, plain.decode())))
        return seal(key, address, plain)

    with patch.object(cipher, "seal", noted):
        yield kept


def steady(label: str, text: str) -> str:
    """The JSON, but for what Python's own chance puts in order: the changed fields of a draft."""
    if label != "grant_draft":
        return text
    told = json.loads(text)
    changed = {"changed": dict(sorted(told["changed"].items()))} if "changed" in told else {}
    return json.dumps(told | changed, ensure_ascii=False)


@dataclass(frozen=True)
class AuditLine:
    """A line of the audit, without what is chance in every house (hashes)."""

    number: int
    at: datetime
    role: str
    staff_id: UUID | None
    verb: str
    case_id: UUID | None
    outcome: str
    told: dict[str, Any]
    seals: frozenset[str]


def lines(office_id: UUID, after: int = 0) -> list[AuditLine]:
    """The office's lines after a number."""
    rows = Line.objects.filter(office_id=office_id, seq__gt=after).order_by("seq")
    return [
        AuditLine(
            row.seq,
            row.at,
            row.role,
            row.staff_id,
            row.verb,
            row.case_id,
            row.outcome,
            row.told,
            frozenset(row.seals),
        )
        for row in rows
    ]


def faults(office_id: UUID) -> list[int]:
    """The lines that do not hold."""
    return chain.faults(office_id)


def standing(office_id: UUID) -> dict[str, dict[str, Any]]:
    """How each grant and each year's budget of the office stands now, by what it is called."""
    grants = {
        f"grant {row.pk}": {
            "state": row.state,
            "revision": row.revision,
            "year": row.fiscal_year,
            "number": row.number,
        }
        for row in Grant.objects.filter(office_id=office_id)
    }
    years = {
        f"year {row.fiscal_year}": {
            "budget": row.budget_yen,
            "reserved": row.reserved_yen,
            "spent": row.spent_yen,
        }
        for row in Budget.objects.filter(office_id=office_id)
    }
    return grants | years


def rows() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each row of the house's own tables: the table, and its columns as the database names them."""
    for model in _models():
        for row in model._default_manager.all():
            known = ((str(one.column), one.attname) for one in model._meta.concrete_fields)
            columns = {column: getattr(row, name) for column, name in known}
            if isinstance(row.pk, int):
                columns["id"] = "…"
            yield model._meta.db_table, columns | dict.fromkeys(CHANCE & columns.keys(), "…")


def _models() -> Iterator[type[Model]]:
    for app in apps.get_app_configs():
        if app.name.startswith("madoguchi.") and app.label not in NOT_SHOWN:
            yield from app.get_models()


def opened(sealed: list[Sealed]) -> dict[str, str]:
    """Of each place the JSON that opens from its row now; of what was written over, nothing.

    The drawers are opened with the office's keys, and look into the audit as they always do.
    """
    blobs = {
        str(row.pk): [
            bytes(blob)
            for one in model._meta.concrete_fields
            if isinstance(one, BinaryField) and (blob := getattr(row, one.attname))
        ]
        for model in _models()
        for row in model._default_manager.all()
    }
    newest = {one.place: one for one in sealed if one.drawer in DRAWERS}
    found: dict[str, str] = {}
    for one in newest.values():
        with looking.inside():
            keys = unseal.drawers_of(UUID(one.office_id), [UUID(one.case_id)]).drawers
        drawer = keys.get(UUID(one.case_id), {}).get(one.drawer)
        known = chain.sealed_hashes(UUID(one.office_id), UUID(one.case_id)).by_any.get(one.place)
        for blob in blobs.get(one.row_id, ()):
            if drawer and chain.seal_hash(blob, one.beside.encode()) == known:
                value = drawer.open(one.label, one.row_id, blob, one.beside.encode())
                found[one.place] = steady(one.label, json.dumps(value, ensure_ascii=False))
    return found


def work(now: datetime, turn: Callable[[str], str]) -> list[str]:
    """The worker does every job that is due; their names.

    `turn`: of a subject's id, when its turn is among jobs of one name; in the house chance says so.
    """
    done = []
    while jobs := list(Job.objects.filter(done_at__isnull=True, run_at__lte=now)):
        job = min(jobs, key=lambda one: (one.name, turn(str(one.subject_id))))
        assert queue.run(job, now), f"{job.name}: {Job.objects.get(pk=job.pk).failed}"
        done.append(job.name)
    return done


def mails() -> list[str]:
    """The mails that went out since the last time this was asked."""
    said = [f"{' '.join(one.to)}: {one.subject} / {one.body}" for one in mail.outbox]
    mail.outbox.clear()
    return said


def grant_verbs() -> set[str]:
    """All that can happen to a grant."""
    return {str(verb) for verb in Verb}


def colleagues(office_id: UUID) -> dict[str, Staff]:
    """Who works there, by name."""
    return {one.name: one for one in Staff.objects.filter(office_id=office_id)}


def office() -> OfficeCard:
    """The one office of a house."""
    return card(Office.objects.get())


def last_line(office_id: UUID) -> int:
    """The number of the newest line."""
    return max((line.number for line in lines(office_id)), default=0)


def findings(office_id: UUID) -> list[str]:
    """What `madoguchi verify` finds of an office."""
    found = soundness.findings(Office.objects.get(pk=office_id))
    return [f"{one.kind}: {one.what}" for one in found]


def sign(now: datetime) -> None:
    """Sign a checkpoint, as the worker does every hour."""
    checkpoints.write(now)


def put_back(data: Path, keys: Path, now: datetime) -> None:
    """Put a backup back into this house, which is empty."""
    parts = artefact.opened(data, "data"), artefact.opened(keys, "keys")
    restoring.put_back(*parts, now)
