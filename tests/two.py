"""A second person for what one has asked for; what a second may, test_acts_of_two.py asks."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from madoguchi.rules.steps.proposal import act_of
from madoguchi.tools.office.actor import Actor
from madoguchi.web.desk.signing.acts import CONFIRM
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices.models import Proposal


def sign_all(office_id: UUID, now: datetime) -> None:
    """Somebody signs whatever waits."""
    other = Actor(office_id, "supervisor", uuid4())
    for row in Proposal.objects.filter(office_id=office_id, outcome="open").order_by("at"):
        CONFIRM[act_of(row.kind).signs](other, AtOffice(office_id), row.pk, now=now)


def signed(
    act: Callable[..., UUID], actor: Actor, at: AtOffice, *details: object, now: datetime
) -> UUID:
    """What the act asks for, done by a second."""
    proposed = act(actor, at, *details, now=now)
    verb = act_of(Proposal.objects.get(pk=proposed).kind).signs
    return CONFIRM[verb](Actor(at.office_id, "supervisor", uuid4()), at, proposed, now=now)
