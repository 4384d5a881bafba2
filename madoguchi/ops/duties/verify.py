"""Look for what was changed behind the house's back: audit, checkpoints, sealed rows, files."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from madoguchi.ops import start

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from uuid import UUID

    from django.db.models import Model

    from madoguchi.tools.office.public import OfficeCard

HELP = "find changes of the audit, of sealed rows and of files"


@dataclass(frozen=True)
class Finding:
    """One thing that is not as the audit says: what kind, and which line, row or file."""

    office: str
    kind: str
    what: str


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which office, and how to say it."""
    parser.add_argument("office", nargs="?", help="the folder of its programme; default: all")
    parser.add_argument("--json", action="store_true", help="for a program to read")


def run(args: argparse.Namespace) -> int:
    """0 when everything is as it was written, 1 with findings, 2 for an unknown office."""
    start.django("desk")
    from madoguchi.tools.misconfigured import Misconfigured
    from madoguchi.tools.office.models import Office
    from madoguchi.tools.office.public import card

    offices = [card(row) for row in Office.objects.order_by("slug")]
    if args.office is not None:
        offices = [office for office in offices if office.slug == args.office]
        if not offices:
            raise Misconfigured(args.office, "no such office", "see `madoguchi office add`")
    findings = [finding for office in offices for finding in examine(office)]
    tell([office.slug for office in offices], findings, as_json=args.json)
    return 1 if findings else 0


def tell(slugs: list[str], findings: list[Finding], *, as_json: bool) -> None:
    """Write what was looked at and what was found."""
    if as_json:
        told = {"offices": slugs, "findings": [asdict(finding) for finding in findings]}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return
    for finding in findings:
        sys.stdout.write(f"{finding.office}: {finding.kind}: {finding.what}\n")
    sys.stdout.write(f"{len(slugs)} office(s), {len(findings)} finding(s)\n")


def examine(office: OfficeCard) -> Iterator[Finding]:
    """What is wrong at an office.

    Kinds: `line` (of the audit), `checkpoint`, `row` (changed), `gone` (a row), `file`.
    """
    for kind, found in (
        ("line", _lines(office.id)),
        ("checkpoint", _checkpoints(office)),
        ("row", _changed_rows(office.id)),
        ("gone", _missing_rows(office.id)),
        ("file", _files(office.id)),
    ):
        for what in found:
            yield Finding(office.slug, kind, what)


def _lines(office_id: UUID) -> list[str]:
    from madoguchi.tools.audit import chain

    return [str(seq) for seq in chain.faults(office_id)]


def _checkpoints(office: OfficeCard) -> list[str]:
    from madoguchi.ops import checkpoints

    return checkpoints.broken(office.id, office.slug)


def _sealed_columns() -> dict[str, tuple[type[Model], str]]:
    """Label of a sealed value in the audit → where it lies."""
    from madoguchi.tools.vault.models import DrawerKey
    from madoguchi.work.cases.models import Consultee, Due, Wish
    from madoguchi.work.evidence.models import Item
    from madoguchi.work.record.models import Entry
    from madoguchi.work.referrals.models import Referral

    return {
        "consultee": (Consultee, "about"),
        "wish": (Wish, "wishes"),
        "due": (Due, "why"),
        "entry": (Entry, "words"),
        "item": (Item, "about"),
        "referral": (Referral, "details"),
        "wrap/shared": (DrawerKey, "blob"),
        "wrap/staff": (DrawerKey, "blob"),
    }


def _written(office_id: UUID) -> dict[str, str]:
    """What the audit says: `row/label` → hash."""
    from madoguchi.tools.audit.models import Line

    known: dict[str, str] = {}
    lines = Line.objects.filter(office_id=office_id).exclude(seals={}).order_by("seq")
    for seals in lines.values_list("seals", flat=True).iterator():
        known.update(seals)
    return known


def _standing(office_id: UUID) -> dict[str, str]:
    """What the tables hold: `row/label` → hash; of receipts only that they are there."""
    found: dict[str, str] = {}
    for label, (model, column) in _sealed_columns().items():
        rows = model._default_manager.filter(office_id=office_id)  # noqa: SLF001 - Django's own name
        if label.startswith("wrap/"):
            rows = rows.filter(by="office", drawer=label.removeprefix("wrap/"))
        for row_id, blob in rows.values_list("pk", column).iterator():
            if blob:
                found[f"{row_id}/{label}"] = _hash(bytes(blob))
    return found | _receipts(office_id)


def _receipts(office_id: UUID) -> dict[str, str]:
    from madoguchi.tools.vault.models import Receipt

    rows = Receipt.objects.filter(office_id=office_id).values_list("pk", "salt", "commitment")
    return {
        f"{row_id}/receipt": _hash(bytes(salt) + bytes(commitment))
        for row_id, salt, commitment in rows.iterator()
    }


def _hash(blob: bytes) -> str:
    return hashlib.sha256(blob).hexdigest()[:32]


def _changed_rows(office_id: UUID) -> list[str]:
    written = _written(office_id)
    standing = _standing(office_id).items()
    return sorted(name for name, hashed in standing if written.get(name) != hashed)


def _missing_rows(office_id: UUID) -> list[str]:
    return sorted(_written(office_id).keys() - _standing(office_id).keys())


def _files(office_id: UUID) -> list[str]:
    """Files that are not there, cannot be read, or are shorter or longer than they were."""
    from madoguchi.tools.vault import files
    from madoguchi.tools.vault.models import HeldFile
    from madoguchi.work.evidence.models import Item

    held = dict(HeldFile.objects.filter(office_id=office_id).values_list("pk", "stored_bytes"))
    unknown = set(Item.of(office_id).values_list("pk", flat=True)) - held.keys()
    wrong = {file_id for file_id, size in held.items() if not files.whole(file_id, size)}
    return sorted(map(str, unknown | wrong))
