"""A year is opened with its law (年度の根拠規定): one enters it, a second person signs it."""

from datetime import datetime
from uuid import UUID

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.programme.changes import encode
from madoguchi.rules.programme.law import YearLaw
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices.actions import NewDecision, propose_inside
from madoguchi.work.subsidy.budget.public import laws

KIND = "year_law"


@action("subsidy.budget")
def ask_law(actor: Actor, at: AtOffice, law: YearLaw, *, now: datetime) -> UUID:
    """Ask a second person to sign a year's law; until then nothing changes.

    It may be signed after the day from which it holds.

    Raises:
        Refused: its document has no number or lies in the future; one of its two texts is not
            named (`law.texts`); a city that treats its decisions as dispositions does not say to
            whom, against whom and where one turns (`law.teaching`); or the year has a text already
            and this one does not say which governs (`law.follows`).
    """
    if not law.document.strip():
        raise Refused(Reason("budget.document"))
    if law.decided_on > now.date():
        raise Refused(Reason("budget.future"))
    if not (law.regulation.strip() and law.title.strip() and law.number.strip()):
        raise Refused(Reason("law.texts"))
    if law.disposition == "treat" and not (law.review_to and law.defendant and law.court):
        raise Refused(Reason("law.teaching"))
    others = [each for each in laws(at.office_id) if each.fiscal_year == law.fiscal_year]
    if any(each.from_on < law.from_on for each in others) and not law.follows:
        raise Refused(Reason("law.follows"))
    return propose_inside(actor, at, NewDecision(KIND, encode(law)), now=now)
