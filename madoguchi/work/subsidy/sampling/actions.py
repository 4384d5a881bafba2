"""The auditor draws a grant (抽出): from then on its file is theirs to read, with a line each."""

from datetime import datetime

from madoguchi.rules.decision import Reason, Refused
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.work.subsidy.models import Grant, Sample


@action("grant.sample")
def draw(actor: Actor, grant: Grant, *, now: datetime) -> None:
    """Draw a grant that the desk received.

    Raises:
        Absent: not for this actor; also where it was drawn already.
        Refused: it was not received yet (`grant.sample`).
    """
    if grant.number is None:
        raise Refused(Reason("grant.sample"))
    row = Sample(office_id=grant.office_id, grant_id=grant.id, staff_id=actor.colleague, at=now)
    row.save(force_insert=True)
