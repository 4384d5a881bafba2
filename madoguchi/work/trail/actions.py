"""What the desk says of lines of the audit that do not hold (調査済み): two say it."""

from datetime import datetime
from uuid import UUID

from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import proposals

LOOKED_INTO = "audit_looked_into"


@action("audit.looked_into")
def ask(actor: Actor, at: AtOffice, *, now: datetime) -> UUID:
    """Ask a second to say the same of the lines that were looked into."""
    return proposals.ask(actor, at.office_id, LOOKED_INTO, {}, now=now)
