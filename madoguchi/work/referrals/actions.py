"""Refer the person to an agency of the directory (紹介)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.steps.case import State
from madoguchi.tools.act.action import action
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.record import public as record
from madoguchi.work.referrals.models import Referral

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from madoguchi.tools.office.actor import Actor

CONSENTS = ("person", "told_only", "none")


@dataclass(frozen=True)
class Consent:
    """What the person agreed to.

    `person`: we pass it on; `told_only`: we only named the agency; `none`: passed on without
    consent, with a reason.
    """

    kind: str
    what: str = ""
    until_on: str = ""
    reason: str = ""

    def require_complete(self) -> None:
        """Nothing where the record is complete.

        Raises:
            Refused: what is passed on, or the reason, is missing.
        """
        if self.kind not in CONSENTS:
            raise Refused(Ground("consent.missing"))
        if self.kind == "person" and not self.what.strip():
            raise Refused(Ground("consent.what"))
        if self.kind == "none" and not self.reason.strip():
            raise Refused(Ground("consent.reason"))


@action("case.refer")
def refer(
    actor: Actor,
    case: Case,
    agency: str,
    consent: Consent,
    follow_up_on: date,
    *,
    now: datetime,
) -> UUID:
    """Record a referral with the person's consent, an entry, and a day to look again."""
    consent.require_complete()
    cases.hold(case)
    if case.state == State.CLOSED:
        raise Refused(Ground("step.refer"))
    _, staff = unseal.drawers(case.office_id, case.id)
    row = Referral(
        office_id=case.office_id,
        case_id=case.id,
        staff_id=actor.colleague,
        at=now,
    )
    row.details = staff.seal("referral", row.id, {"agency": agency, "consent": asdict(consent)})
    row.save(force_insert=True)
    words = {"agency": agency, "consent": consent.kind}
    record.write(staff, "referral", words, staff_id=actor.staff_id, now=now)
    due = Due(
        office_id=case.office_id,
        case_id=case.id,
        kind="referral",
        on=follow_up_on,
        how="working_days",
    )
    cases.plan_next(case, due, now)
    return row.id
