"""Whose paper it is (受付番号から): the case of a receipt's number, for who may type it in."""

from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.tools.act.action import allowed
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.models import Receipt
from madoguchi.tools.vault.receipt import plain_digits, well_formed
from madoguchi.work.cases.models import Case
from madoguchi.work.subsidy.typing.actions import Applicant

TYPE_IN = "grant.type_in"


def numbered(actor: Actor, typed: str) -> Applicant | None:
    """Who applies, by the number on the paper; None where no receipt has it, or not for this actor.

    A slip of the pen and a case that the actor may not know of look the same.
    """
    number = plain_digits(typed)
    if not well_formed(number):
        return None
    rows = Receipt.objects.filter(office_id=actor.office_id, number=number)
    case_id = rows.values_list("case_id", flat=True).first()
    return _applicant(actor, case_id) if case_id else None


def applicant(actor: Actor, case_id: UUID) -> Applicant:
    """Who applies, by the case.

    Raises:
        Absent: no such case, or not for this actor.
    """
    found = _applicant(actor, case_id)
    if found is None:
        raise Absent
    return found


def _applicant(actor: Actor, case_id: UUID) -> Applicant | None:
    case = Case.of(actor.office_id).filter(pk=case_id).first()
    found = Applicant(case) if case else None
    return found if found and allowed(actor, TYPE_IN, found) else None
