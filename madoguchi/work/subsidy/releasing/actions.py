"""A ledger with addresses and telephones takes two: one asks, another releases, it is taken once.

It holds for a day, and each of the three leaves its own line.
"""

from datetime import datetime
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain, opening
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import proposals
from madoguchi.work.subsidy.ledger import queries as ledgers
from madoguchi.work.subsidy.ledger.queries import Ledger

KIND = "ledger_names"
release = proposals.SIGN["subsidy.names_release"]


@action("subsidy.names_ask")
def ask(actor: Actor, at: AtOffice, year: int, *, now: datetime) -> UUID:
    """Ask for a fiscal year's ledger with addresses and telephones; the request's id."""
    chain.tell(period=str(year))
    return proposals.ask(actor, at.office_id, KIND, {"fiscal_year": year}, now=now)


def take(actor: Actor, at: AtOffice, request_id: UUID, *, now: datetime) -> Ledger:
    """The ledger with addresses and telephones, for who asked for it, once.

    Raises:
        Absent: no such request of this colleague.
        Refused: nobody released it, or it was taken or is too old, as `proposals.use` says.
        Busy: others read for too long.
    """
    asked = proposals.find(at, request_id)
    if asked.kind != KIND or not asked.usable(actor, now):
        return _take(actor, at, request_id, None, now=now)  # says why, and leaves the line
    with opening.ahead("subsidy.ledger"):
        found = ledgers.opened(actor, at, int(asked.change["fiscal_year"]), "contacts")
        return _take(actor, at, request_id, found, now=now)


@action("subsidy.ledger")
def _take(
    actor: Actor, at: AtOffice, request_id: UUID, found: Ledger | None, *, now: datetime
) -> Ledger:
    proposals.use(actor, at, request_id, KIND, now=now)
    if found is None:
        raise Absent
    chain.tell(names=1, **ledgers.counts(found.fiscal_year, found))
    return found
