"""How what waits for a second is signed (署名): one way for every kind of act."""

from collections.abc import Callable, Mapping
from uuid import UUID

from madoguchi.rules.decision import Refused
from madoguchi.rules.programme.changes import Change, decode
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.rules.validity import objections
from madoguchi.web.desk.alarms import forget_proposed
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.in_force import current
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import actions as clinic
from madoguchi.work.notices import actions as notices
from madoguchi.work.notices import proposals
from madoguchi.work.notices.proposals import ProposalCard

CONFIRM: Mapping[str, Callable[..., UUID]] = {
    "notice.confirm": notices.confirm,
    "clinic.confirm_day": clinic.confirm,
    **proposals.SIGN,
}
"""What is done by the verb under which a kind is signed."""


def change_of(card: ProposalCard) -> Change | None:
    """What would be published; None where nothing is, or it cannot be read any more."""
    try:
        return decode(card.kind, card.change)
    except ProgrammeError:
        return None


def confirm(request: DeskRequest, card: ProposalCard) -> None:
    """Sign what the page showed; what is published must still be allowed as things are.

    Raises:
        Refused: it is not, or not what was shown, it has ended, or is one's own.
        Absent: this colleague does not sign such a thing.
    """
    change = change_of(card)
    if change and not card.takes_back:
        reasons = objections(current(request), change)
        if reasons := tuple(each for each in reasons if each.code != "setting.past"):
            raise Refused(*reasons)
    at = AtOffice(request.office.id)
    shown = request.POST.get("shown", "")
    CONFIRM[card.signs](request.actor, at, card.id, now=request.now, shown=shown)
    forget_proposed(request.office.id)


def drop(request: DeskRequest, card: ProposalCard) -> None:
    """End it without doing it.

    Raises:
        Refused: it has ended.
        Absent: this colleague neither asked for it nor could sign it.
    """
    proposals.drop(request.actor, AtOffice(request.office.id), card.id, now=request.now)
    forget_proposed(request.office.id)
