"""How far a case's grant is (補助金の進みぐあい), for the case page: no sum, no account."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.steps.grant import State
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.subsidy.files import queries

WORDS = "desk.grant"


@dataclass(frozen=True)
class Status:
    """Where the grant is and what comes next; without an id there is none yet."""

    id: UUID | None
    state: str
    next: str
    on: date | None
    opens: bool
    types: bool
    receives: bool = False


def status(request: DeskRequest, case: OpenedCase) -> Status | None:
    """The newest grant of an opened case; None where nothing is to be said to this colleague."""
    if request.programme.subsidy is None:
        return None
    card = queries.status(request.actor, case.card.id)
    types = rights.may(request.actor.role, "grant.type_in", case.situation)
    if card is None:
        return Status(None, "", "", None, opens=False, types=True) if types else None
    over = card.state in queries.ENDED
    state, coming = f"{WORDS}.state.{card.state}", f"{WORDS}.status.{card.state}"
    receives = card.state is State.SENT and rights.may(
        request.actor.role, "grant.receive", case.situation
    )
    return Status(
        card.id, state, coming, card.next_on, card.opens, types=types and over, receives=receives
    )
