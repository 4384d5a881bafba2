"""Look through a house that was killed: every promised receipt must open, nothing half may stand.

Run by the kill rounds as `python -m tests.proof.opening FILE`; prints what is wrong, one a line.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from madoguchi.ops.start import django

django("desk")

from django.db import connection  # noqa: E402 - Django first

from madoguchi.tools.audit import chain  # noqa: E402
from madoguchi.tools.office.public import OfficeCard, by_host  # noqa: E402
from madoguchi.tools.vault import files, receipt  # noqa: E402
from madoguchi.tools.vault.models import Receipt  # noqa: E402
from madoguchi.work.cases.models import Case  # noqa: E402
from madoguchi.work.evidence.models import Item  # noqa: E402
from madoguchi.work.record.models import Entry  # noqa: E402


def broken_promise(office: OfficeCard, line: str) -> str | None:
    """What is wrong with a receipt that somebody was shown."""
    number, secret, digest = line.split()
    drawer = receipt.present(office.id, number, secret, "net")
    if drawer is None:
        return f"{number} does not open"
    item = Item.of(office.id).filter(case_id=drawer.case_id).first()
    if item is None:
        return f"{number} lost its file"
    about = files.About.from_json(drawer.open("item", item.id, item.about))
    content = hashlib.sha256()
    for piece in files.read(item.id, about):
        content.update(piece)
    return None if content.hexdigest() == digest else f"{number} has other bytes"


def half_cases(office: OfficeCard) -> list[str]:
    """Cases without exactly one receipt, one entry and one file."""
    return [
        f"case {case} is half"
        for case in Case.objects.filter(office_id=office.id).values_list("id", flat=True)
        if not (
            Receipt.objects.filter(case_id=case).count()
            == Entry.objects.filter(case_id=case).count()
            == Item.objects.filter(case_id=case).count()
            == 1
        )
    ]


def main() -> None:
    """Print every fault."""
    office = by_host("localhost", "desk")
    assert office is not None
    promised = Path(sys.argv[1]).read_text("utf-8").splitlines()
    faults = [fault for line in promised if (fault := broken_promise(office, line))]
    faults += half_cases(office)
    faults += [f"audit line {seq} does not hold" for seq in chain.faults(office.id)]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        faults += [row[0] for row in cursor.fetchall() if row[0] != "ok"]
    print(*faults, sep="\n")


if __name__ == "__main__":
    main()
