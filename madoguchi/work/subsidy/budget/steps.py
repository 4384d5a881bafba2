"""The movements of a year's budget, read from the sealed steps of its grants (経過から計算する)."""

from dataclasses import dataclass
from itertools import batched
from uuid import UUID

from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.books import MOVING, Line, MoneyStep, lines
from madoguchi.work.subsidy.bulk import lives, received
from madoguchi.work.subsidy.fiscal_year import missing_numbers, of_year
from madoguchi.work.subsidy.history import NOTHING, RECEIVING, with_corrections

AT_A_TIME = 500
WITHOUT_SUM = (Verb.WITHDRAW, Verb.REVOKE, Verb.LAPSE)  # what they give back is what was reserved
NEEDED = (*RECEIVING, *(Verb(verb) for verb in MOVING if verb not in WITHOUT_SUM), Verb.AMEND)
SUMS = {Verb.REPAY: "yen"}


@dataclass(frozen=True)
class Movements:
    """All movements of a year.

    `unread`: how many grants are left out, as a step did not open or nobody has their number.
    """

    lines: tuple[Line, ...]
    unread: int


def movements(office_id: UUID, fiscal_year: int) -> Movements:
    """What the steps of the grants that a fiscal year pays did to its budget."""
    grants = received(of_year(office_id, fiscal_year).order_by("id"))
    found: list[Line] = []
    unread = sum(map(len, missing_numbers(office_id, fiscal_year)))
    for some in batched(grants, AT_A_TIME):
        for life in lives(office_id, some, NEEDED).of.values():
            moving = [step for step in life.steps if step.verb in (*MOVING, Verb.AMEND)]
            closed = (step.details is NOTHING for step in moving if step.verb not in WITHOUT_SUM)
            if life.damaged or any(closed):
                unread += 1
                continue
            found += lines(
                MoneyStep(
                    step.verb,
                    step.on,
                    step.details.get(SUMS.get(step.verb, "amount_yen")),
                    step.details.get("into", "budget") == "budget",
                )
                for step in with_corrections(moving)
                if step.verb in MOVING
            )
    return Movements(tuple(found), unread)
