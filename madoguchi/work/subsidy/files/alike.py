"""Other applications with the same telephone, address, account or name (重なり): shown, no more.

Only what the actor may open anyway is compared; the rest is not there, not even as a number.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from madoguchi.rules.decision import Ground
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.duplicates import Who, alike
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.drawer import Drawer
from madoguchi.tools.vault.seal import SHARED, STAFF
from madoguchi.work.subsidy.application import TELLING
from madoguchi.work.subsidy.files.known import knowable
from madoguchi.work.subsidy.models import Grant, Step
from madoguchi.work.subsidy.steps import StepCard, card, current
from madoguchi.work.subsidy.sums import newest

COMPARED = (*TELLING, Verb.CLAIM, Verb.AMEND)


@dataclass(frozen=True)
class Alike:
    """Another grant, and what is the same about who applies."""

    grant_id: UUID
    fiscal_year: int | None
    number: int | None
    state: str
    grounds: tuple[Ground, ...]


def duplicates(actor: Actor, grant: Grant, steps: Sequence[StepCard]) -> tuple[Alike, ...]:
    """The other grants that share something with this one, inside an act on it, newest first.

    Other grants of the same case are one person's anyway, and in sight there.
    """
    one = who(steps)
    others = list(knowable(actor).exclude(case_id=grant.case_id).order_by("-received_on", "id"))
    told = _opened(others)
    found = [(other, alike(one, who(told[other.id]))) for other in others if other.id in told]
    same = [(other, grounds) for other, grounds in found if grounds]
    chain.tell(compared=len(found), alike=len(same))
    return tuple(
        Alike(other.id, other.fiscal_year, other.number, other.state, grounds)
        for other, grounds in same
    )


def who(steps: Sequence[StepCard]) -> Who:
    """Who applies, in the words of the newest telling, with the account of the claim."""
    applied, account = current(steps), newest(steps, Verb.CLAIM).get("account") or {}
    parts = ("bank_code", "branch_code", "number")
    return Who(
        kana=applied.kana,
        phone=applied.phone,
        address=applied.address,
        born_on=applied.born_on,
        account="-".join(str(account.get(part, "")) for part in parts) if account else "",
        name=applied.name,
        former_name=applied.former_name,
    )


def _opened(grants: Sequence[Grant]) -> dict[UUID, list[StepCard]]:
    """What each grant's applicant told; what does not open is not compared."""
    if not grants:
        return {}
    office_id = grants[0].office_id
    drawers = unseal.drawers_of(office_id, [grant.case_id for grant in grants]).drawers
    rows = Step.of(office_id).filter(grant_id__in=[grant.id for grant in grants], verb__in=COMPARED)
    told: dict[UUID, list[StepCard]] = defaultdict(list)
    for row in rows.order_by("grant_id", "number"):
        opened = drawers.get(row.case_id, {})
        if SHARED in opened:
            told[row.grant_id].extend(_card(row, opened[SHARED], opened.get(STAFF)))
    return told


def _card(row: Step, shared: Drawer, staff: Drawer | None) -> Iterator[StepCard]:
    try:
        yield card(row, shared, staff)
    except (Tampered, Unreadable):
        return
