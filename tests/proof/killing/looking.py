"""Look through a house that was killed: lost, doubled, phantom, changed, half; nothing else counts.

Run in a house as `python -m tests.proof.killing.looking JOURNAL [unswept]`; prints its findings as
JSON. It sweeps first, as the worker does a day later, so that whatever is left over then is a
finding; `unswept` is the control.
"""

import hashlib
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from madoguchi.ops.start import django

django("desk")

from django.db import connection  # noqa: E402

from madoguchi.ops.worker import sweep  # noqa: E402
from madoguchi.tools.later.models import Job  # noqa: E402
from madoguchi.tools.office.public import OfficeCard, by_host  # noqa: E402
from madoguchi.tools.vault import files, receipt  # noqa: E402
from madoguchi.tools.vault.cipher import Unreadable  # noqa: E402
from madoguchi.tools.vault.models import HeldFile, Receipt  # noqa: E402
from madoguchi.tools.vault.seal import Drawer  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.cases.models import Case  # noqa: E402
from madoguchi.work.evidence.models import Item  # noqa: E402
from madoguchi.work.record.models import Entry  # noqa: E402
from tests import lying  # noqa: E402
from tests.looking import drawers  # noqa: E402

DAY = timedelta(hours=25)
KINDS = ("lost", "changed", "doubled", "unanswered", "phantom")


def main() -> None:
    """Print every finding by kind, and how many cases there are."""
    office = by_host("localhost", "desk")
    assert office is not None
    journal = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    found: dict[str, Any] = {kind: [] for kind in KINDS}
    found |= {"rows without file": without_file(), "partial files": partial()}
    if "unswept" not in sys.argv:
        sweep(now() + DAY)
    cases = promised(office, journal, found)
    strays(office, cases, journal, found)
    print(json.dumps(found | standing(office) | {"cases": Case.objects.count()}))


def promised(office: OfficeCard, journal: list[dict[str, Any]], found: dict[str, Any]) -> set[UUID]:
    """Open every receipt that somebody was shown; the cases that they opened."""
    cases = set()
    for line in journal:
        if not line["numbers"]:
            continue
        number, secret = line["numbers"]
        drawer = receipt.present(office.id, number, secret, "net")
        if drawer is None:
            found["lost"].append(number)
            continue
        cases.add(drawer.case_id)
        if told(drawer) != (line["text"], line["files"]):
            found["changed"].append(number)
    return cases


def told(drawer: Drawer) -> tuple[str, list[str]]:
    """The words of a case and the hashes of its files, as they can be read now."""
    entry = Entry.objects.get(case_id=drawer.case_id)
    words = drawer.open("entry", entry.id, entry.words)["text"]
    return words, sorted(
        content(drawer, item) for item in Item.objects.filter(case_id=drawer.case_id)
    )


def content(drawer: Drawer, item: Item) -> str:
    """The hash of a file's own bytes; what cannot be read has none."""
    about = files.About.from_json(drawer.open("item", item.id, item.about))
    hashed = hashlib.sha256()
    try:
        for piece in files.read(item.id, about):
            hashed.update(piece)
    except (OSError, Unreadable) as error:
        return type(error).__name__
    return hashed.hexdigest()


def strays(
    office: OfficeCard, known: set[UUID], journal: list[dict[str, Any]], found: dict[str, Any]
) -> None:
    """Cases that no receipt opens: a second one of a request, one not answered yet, nobody's."""
    sent = {line["text"]: "doubled" if line["numbers"] else "unanswered" for line in journal}
    for case_id in set(Case.objects.values_list("id", flat=True)) - known:
        shared, _ = drawers(office.id, case_id)
        found[sent.get(told(shared)[0], "phantom")].append(str(case_id))


def standing(office: OfficeCard) -> dict[str, Any]:
    """What else does not hold: half cases, nobody's files, jobs, the database itself."""
    named = {lying.place(file_id) for file_id in HeldFile.objects.values_list("id", flat=True)}
    disk = {*lying.on_disk()}
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        broken = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
    return {
        "half": [str(case) for case in half(office)],
        "files without row": [path.name for path in disk - named],
        "jobs undone": Job.objects.filter(done_at=None).count(),
        "database": broken,
    }


def without_file() -> list[str]:
    """Rows, of drafts too, whose file is not there or not whole."""
    rows = HeldFile.objects.values_list("id", "stored_bytes")
    return [str(file_id) for file_id, length in rows if not files.whole(file_id, length)]


def partial() -> list[str]:
    """Settled files, with a row or without, of a length that none of the sent ones has."""
    whole = set(HeldFile.objects.values_list("stored_bytes", flat=True))
    settled = (path for path in lying.on_disk() if not path.suffix)
    return [path.name for path in settled if path.stat().st_size not in whole]


def half(office: OfficeCard) -> list[UUID]:
    """Cases without exactly one receipt, one entry and three files."""
    return [
        case
        for case in Case.objects.filter(office_id=office.id).values_list("id", flat=True)
        if [table.objects.filter(case_id=case).count() for table in (Receipt, Entry, Item)]
        != [1, 1, 3]
    ]


if __name__ == "__main__":
    main()
