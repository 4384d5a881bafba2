"""Refer the person to an agency of the directory, and follow what comes of it (紹介)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.steps import case as steps
from madoguchi.rules.steps.referral import ENDED, State, Verb, after, look_again
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import contact, dues
from madoguchi.work.cases.contact import Against
from madoguchi.work.cases.models import Case
from madoguchi.work.issued import actions as issued
from madoguchi.work.issued.actions import MadePaper
from madoguchi.work.record import promises
from madoguchi.work.record import public as record
from madoguchi.work.record.promises import NOTHING_SAID, Said
from madoguchi.work.referrals.models import Referral
from madoguchi.work.referrals.public import Approval, Summary

CONSENTS = ("person", "told_only", "none")
HOWS = ("screen", "paper", "aloud")
MOST = 2_000
AWAITED = (State.GIVEN, State.ACCEPTED)


@dataclass(frozen=True)
class Consent:
    """The consent to a referral.

    `kind`: `person`: agreed that we pass the summary on; `told_only`: we only named the agency;
    `none`: passed on without consent, with a reason. `until_on`: an ISO date, or empty.
    """

    kind: str
    until_on: str = ""
    reason: str = field(default="", repr=False)


@dataclass(frozen=True)
class NewReferral:
    """To whom, with which consent, what is passed on, and the day to look again."""

    agency: str
    consent: Consent
    look_on: date
    summary: Summary = field(default_factory=Summary, repr=False)

    def require_complete(self, today: date) -> None:
        """Raise Refused unless the record is complete.

        Raises:
            Refused: consent, what is passed on, or the reason is missing; more than a page; a day
                is over.
        """
        kind, until = self.consent.kind, self.consent.until_on
        if kind not in CONSENTS:
            raise Refused(Reason("consent.missing"))
        if kind != "told_only" and self.summary.empty:
            raise Refused(Reason("consent.what"))
        if not self.summary.fits_a_page:
            raise Refused(Reason("referral.page"))
        if kind == "none" and not self.consent.reason.strip():
            raise Refused(Reason("consent.reason"))
        if self.look_on < today or (until and date.fromisoformat(until) < today):
            raise Refused(Reason("due.past"))

    def words(self) -> dict[str, Any]:
        """The form in which it is sealed, without summary for an agency that was only named."""
        summary = self.summary if self.consent.kind != "told_only" else Summary()
        consent = asdict(self.consent)
        return {"agency": self.agency, "consent": consent, "summary": asdict(summary)}


@dataclass(frozen=True)
class Move:
    """What happened to a referral: how it was approved, a text, the day to look again.

    `against`: why it is handed over though the person wishes to be reached otherwise by now.
    """

    verb: Verb
    look_on: date
    how: str = ""
    text: str = field(default="", repr=False)
    against: Against | None = None


@action("case.refer")
def refer(
    actor: Actor, case: Case, new: NewReferral, *, said: Said = NOTHING_SAID, now: datetime
) -> UUID:
    """Record a referral: with consent it waits for the person's approval, else it is given."""
    new.require_complete(now.date())
    _hold_open(case)
    shared, staff = unseal.drawers(case.office_id, case.id)
    promises.end(actor, case, (shared, staff), said, now)
    asks = new.consent.kind == "person"
    drawer, state = (shared, State.PREPARED) if asks else (staff, State.GIVEN)
    row = Referral(
        office_id=case.office_id,
        case_id=case.id,
        drawer=drawer.name,
        state=state,
        staff_id=actor.colleague,
        at=now,
    )
    row.details = drawer.seal("referral", row.id, new.words())
    row.save(force_insert=True)
    verb = Verb.PREPARE if asks else Verb.GIVE
    _record(actor, case, row, staff, new.agency, Move(verb, new.look_on), now)
    return row.id


@action("case.refer")
def move(
    actor: Actor,
    case: Case,
    referral_id: UUID,
    done: Move,
    *,
    said: Said = NOTHING_SAID,
    now: datetime,
) -> UUID:
    """Write down what happened to a referral, and by when somebody looks again.

    Raises:
        Absent: the case has no such referral.
        Refused: not possible in its state, not approved, the consent has ended, or the person
            wishes to be reached otherwise by now and it is not said why it is handed over.
    """
    if done.look_on < now.date():
        raise Refused(Reason("due.past"))
    if len(done.text) > MOST:
        raise Refused(Reason("referral.long"))
    _hold_open(case)
    row = _row(case, referral_id)
    shared, staff = unseal.drawers(case.office_id, case.id)
    drawer = shared if row.drawer == shared.name else staff
    details = drawer.open("referral", row.id, row.details)
    row.state = after(State(row.state), done.verb)
    if done.verb is Verb.APPROVE:
        if done.how not in HOWS:
            raise Refused(Reason("referral.how"))
        if row.approval:
            raise Refused(Reason("referral.answered_before"))
        approval = Approval(done.how, now.isoformat())
        row.approval = drawer.seal("approval", row.id, asdict(approval))
    if done.verb in (Verb.GIVE, Verb.REMIND):
        _require_may_give(row, details["consent"], now.date())
        _require_looked(case, row, shared, done.against)
    promises.end(actor, case, (shared, staff), said, now)
    _record(actor, case, row, staff, details["agency"], done, now)
    return row.id


@action("referral.print")
def print_draft(_actor: Actor, case: Case, referral_id: UUID, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    """Leave a line: the summary was printed for the person to read and sign; it is not kept.

    Raises:
        Absent: the case has no such referral.
        Refused: it does not wait for the person any more.
    """
    row = _row(case, referral_id)
    if row.state != State.PREPARED:
        raise Refused(Reason("referral.no_draft"))
    return row.id


@action("case.refer")
def issue(
    actor: Actor,
    case: Case,
    referral_id: UUID,
    made: MadePaper,
    *,
    against: Against | None = None,
    now: datetime,
) -> UUID:
    """Keep the paper for the agency as issued; that it was given is recorded separately.

    `against`: why, though the person wishes to be reached otherwise by now.

    Raises:
        Absent: the case has no such referral.
        Refused: it has ended, passes nothing on, is not approved, the consent has ended, or the
            person wishes to be reached otherwise by now and it is not said why it is issued.
    """
    _hold_open(case)
    row = _row(case, referral_id)
    if row.state in ENDED:
        raise Refused(Reason("referral.no_letter"))
    shared, staff = unseal.drawers(case.office_id, case.id)
    drawer = shared if row.drawer == shared.name else staff
    details = drawer.open("referral", row.id, row.details)
    if Summary.from_json(details["summary"]).empty:
        raise Refused(Reason("consent.what"))
    _require_may_give(row, details["consent"], now.date())
    looked = _require_looked(case, row, shared, against)
    return issued.issue(actor, case, replace(made, against=looked), now=now)


def _row(case: Case, referral_id: UUID) -> Referral:
    row = Referral.of(case.office_id).filter(case_id=case.id, pk=referral_id).first()
    if row is None:
        raise Absent
    return row


def _hold_open(case: Case) -> None:
    """Lock the case for the act; it must be open."""
    cases.hold(case)
    if case.state == steps.State.CLOSED:
        raise Refused(Reason("step.refer"))


def _require_may_give(row: Referral, consent: Mapping[str, str], today: date) -> None:
    """Raise Refused if the person has not approved it, or their consent has ended."""
    if consent["kind"] == "person" and not row.approval:
        raise Refused(Reason("referral.unapproved"))
    if consent["until_on"] and date.fromisoformat(consent["until_on"]) < today:
        raise Refused(Reason("referral.consent_over"))


def _require_looked(
    case: Case, row: Referral, shared: Drawer, against: Against | None
) -> Against | None:
    """Why it goes out though the person wishes to be reached otherwise by now; None if not so.

    Raises:
        Refused: so it is, and nobody said why, or spoke of another rule than the newest.
    """
    rule = contact.newest(case, shared).rule
    if rule == contact.rule_at(shared, row.at):
        return None
    if against is None or against.rule != rule or not against.why.strip():
        raise Refused(Reason("referral.contact_changed"))
    return against


def _record(
    actor: Actor,
    case: Case,
    row: Referral,
    staff: Drawer,
    agency: str,
    done: Move,
    now: datetime,
) -> None:
    """Save the referral, write an entry, move the case; each referral that waits has its due."""
    state = State(row.state)
    row.due_on = done.look_on if look_again(state).waits else None
    row.save(update_fields=["state", "approval", "due_on"])
    words = {"agency": agency, "step": done.verb.value, "how": done.how, "text": done.text}
    words |= {"against": done.against.why} if done.against else {}
    record.write(staff, "referral", words, staff_id=actor.staff_id, now=now)
    if done.verb not in (Verb.PREPARE, Verb.APPROVE):
        verb = steps.Verb.AWAIT if state in AWAITED else steps.Verb.PROCEED
        cases.step(case, verb, now)
    days: dict[str, set[date]] = {kind: set() for kind in dues.OF_REFERRAL}
    for each in Referral.of(case.office_id).filter(case_id=case.id, due_on__isnull=False):
        approved = each.state == State.PREPARED and each.approval
        kind = dues.APPROVED if approved else look_again(State(each.state)).due
        days[kind].add(each.due_on or done.look_on)
        if approved and each.pk != row.pk:  # its due has the day on which the person approved
            days[kind] |= set(dues.waiting(case).filter(kind=kind).values_list("on", flat=True))
    dues.pass_on(case, dues.LOOKS, now)
    for kind in dues.OF_REFERRAL:
        dues.keep(case, kind, days[kind], now, "working_days")
    if row.due_on is None:
        dues.add(case, look_again(state).due, done.look_on, "working_days")
    dues.show(case, look_again(state).due, now)
