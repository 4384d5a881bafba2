"""What staff read of referrals, from the drawers of an opened case."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.referral import ENDED, State, Verb, possible
from madoguchi.work.cases import contact
from madoguchi.work.cases.queries import UNREADABLE, OpenedCase
from madoguchi.work.referrals.actions import Consent
from madoguchi.work.referrals.models import Referral
from madoguchi.work.referrals.public import Approval, Summary


@dataclass(frozen=True)
class ReferralCard:
    """One referral, opened; `approved_at` of None: the person has not approved it.

    `agreed_rule`: how contact was safe when it was agreed; empty in a list. `damaged`: whether
    they approved it cannot be read.
    """

    id: UUID
    agency: str
    at: datetime
    staff_id: UUID
    state: State
    due_on: date | None
    consent: Consent = field(repr=False)
    summary: Summary = field(repr=False)
    agreed_rule: str = ""
    approved_how: str = ""
    approved_at: datetime | None = None
    damaged: bool = False

    @property
    def until_on(self) -> date | None:
        """The last day of the consent."""
        return date.fromisoformat(self.consent.until_on) if self.consent.until_on else None

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """What can happen next; nothing goes out before the person has approved it."""
        out = Verb.GIVE if self.unapproved else Verb.APPROVE
        return tuple(verb for verb in possible(self.state) if verb is not out)

    @property
    def unapproved(self) -> bool:
        """Whether the person has to read it first."""
        return self.consent.kind == "person" and self.approved_at is None

    @property
    def stands(self) -> str:
        """How it stands for who reads it: its state; approved, it waits for the desk."""
        if self.state is State.PREPARED and not self.unapproved:
            return "approved"
        return self.state.value

    @property
    def may_go_out(self) -> bool:
        """Whether a paper for the agency can be issued."""
        return not (self.unapproved or self.summary.empty or self.state in ENDED)


def given(opened: OpenedCase) -> tuple[ReferralCard, ...]:
    """The case's referrals, newest first."""
    rows = Referral.of(opened.staff.office_id).filter(case_id=opened.card.id).order_by("-at", "id")
    return tuple(_listed(row, opened) for row in rows)


def one(opened: OpenedCase, referral_id: UUID) -> ReferralCard:
    """One referral of the case.

    Raises:
        Absent: the case has none of that id.
    """
    rows = Referral.of(opened.staff.office_id).filter(case_id=opened.card.id, pk=referral_id)
    row = rows.first()
    if row is None:
        raise Absent
    return replace(_card(row, opened), agreed_rule=contact.rule_at(opened.shared, row.at))


def _listed(row: Referral, opened: OpenedCase) -> ReferralCard:
    """The card; where the approval, which the portal writes, cannot be read, there is none."""
    try:
        return _card(row, opened)
    except UNREADABLE:
        row.approval = b""
        return replace(_card(row, opened), damaged=True)


def _card(row: Referral, opened: OpenedCase) -> ReferralCard:
    drawer = opened.shared if row.drawer == opened.shared.name else opened.staff
    details = drawer.open("referral", row.id, row.details)
    approval = Approval(**drawer.open("approval", row.id, row.approval)) if row.approval else None
    return ReferralCard(
        id=row.id,
        agency=details["agency"],
        at=row.at,
        staff_id=row.staff_id,
        state=State(row.state),
        due_on=row.due_on,
        consent=Consent(**details["consent"]),
        summary=Summary.from_json(details["summary"]),
        approved_how=approval.how if approval else "",
        approved_at=datetime.fromisoformat(approval.at) if approval else None,
    )
