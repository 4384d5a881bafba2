"""What staff read of files: the original, each time with its own line."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import files, unseal
from madoguchi.work.cases.models import Case
from madoguchi.work.evidence import public
from madoguchi.work.evidence.models import Item


@action("file.read")
def original(
    _actor: Actor,
    case: Case,
    file_id: UUID,
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> tuple[public.FileCard, Iterator[bytes]]:
    """A file and its own bytes; the line is written before the first byte leaves.

    Raises:
        Absent: no such file in this case, or it is locked.
    """
    row = Item.of(case.office_id).filter(case_id=case.id, pk=file_id, locked=False).first()
    if row is None:
        raise Absent
    drawers = {drawer.name: drawer for drawer in unseal.drawers(case.office_id, case.id)}
    about = files.About.from_json(drawers[row.drawer].open("item", row.id, row.about))
    return public.card(row, about), files.read(row.id, about)
