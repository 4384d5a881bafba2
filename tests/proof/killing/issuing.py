"""A desk that issues a paper and dies at a point; run as `python -m …issuing POINT`, or `look`."""

import json
import os
import signal
import sys
import uuid
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from madoguchi.ops.start import django

django("desk")

from madoguchi.tools.audit import chain  # noqa: E402 - Django first
from madoguchi.tools.audit.models import Line  # noqa: E402
from madoguchi.tools.office.actor import Actor  # noqa: E402
from madoguchi.tools.office.public import by_host  # noqa: E402
from madoguchi.tools.vault import files, store  # noqa: E402
from madoguchi.tools.vault.cipher import Unreadable  # noqa: E402
from madoguchi.tools.vault.models import HeldFile  # noqa: E402
from madoguchi.work.cases import queries  # noqa: E402
from madoguchi.work.cases.models import Case  # noqa: E402
from madoguchi.work.issued import actions  # noqa: E402
from madoguchi.work.issued.models import Issued  # noqa: E402
from madoguchi.work.issued.queries import issued  # noqa: E402
from madoguchi.work.record.models import Entry  # noqa: E402
from tests import looking, lying  # noqa: E402
from tests.web.desk.colleagues import asked  # noqa: E402

PDF = b"%PDF-1.7 " + b"paper " * 1000
NOW = datetime.now(ZoneInfo("Asia/Tokyo")).replace(microsecond=0)


def die(*_: object, **__: object) -> Any:
    """As a power failure ends a process, without a chance to tidy up."""
    os.kill(os.getpid(), signal.SIGKILL)


def unsettled(file_id: uuid.UUID, _part: object) -> int:
    """The weakened order: the row is written while the bytes are still a part."""
    return files.padded(len(PDF))


POINTS: dict[str, tuple[object, str]] = {
    "bytes arriving": (files.Sealer, "finish"),
    "bytes settled, no row": (actions, "_issue"),
    "row and entry written, no line": (chain, "append"),
}
COMMITTED = "committed, not answered"
WEAKENED = "row before its bytes"


def main(point: str) -> None:
    """Issue in the one case, and die on the way."""
    actor, case = counsellor(), Case.objects.get()
    made = actions.MadePaper("subsidy_application", "補助金交付申請書", PDF, 1, ())
    with ExitStack() as stack:
        if point == WEAKENED:
            stack.enter_context(patch.object(store, "settle", unsettled))
        elif point != COMMITTED:
            stack.enter_context(patch.object(*POINTS[point], die))
        actions.issue(actor, case, made, now=NOW)
    die()


def counsellor() -> Actor:
    """Somebody who may open the one case, which somebody asked for when there was none."""
    office = by_host("localhost", "desk")
    assert office
    if not Case.objects.exists():
        asked(office, NOW)
    actor = Actor(office.id, "counsellor", uuid.uuid4())
    queries.open_case(actor, Case.objects.get().id, now=NOW)
    return actor


def look() -> dict[str, Any]:
    """What is there: papers that open, and what disagrees."""
    actor, case = counsellor(), Case.objects.get()
    _, staff = looking.drawers(case.office_id, case.id)
    numbers, unopened = [], 0
    for one in issued(staff):
        try:
            card, pdf = actions.copy(actor, case, one.id, now=NOW)
        except (FileNotFoundError, Unreadable):
            unopened += 1
        else:
            assert pdf == PDF
            numbers.append(card.number)
    before = loose()
    files.sweep(NOW + timedelta(days=1))
    return {
        "numbers": sorted(numbers),
        "unopened": unopened,
        "rows": [Issued.objects.count(), HeldFile.objects.filter(case_id=case.id).count()],
        "lines": Line.objects.filter(verb="paper.issue").count(),
        "entries": Entry.objects.filter(kind="paper").count(),
        "loose": [before, loose()],
    }


def loose() -> int:
    """Files on disk that no row names, parts included."""
    names = {row.hex for row in HeldFile.objects.values_list("id", flat=True)}
    return sum(path.name not in names for path in lying.on_disk())


if __name__ == "__main__":
    if sys.argv[1] == "look":
        print(json.dumps(look()))
    else:
        main(sys.argv[1])
