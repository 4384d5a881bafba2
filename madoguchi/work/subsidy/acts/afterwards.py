"""What later facts do to a grant (後からの事情): the sum is lowered, revoked, and comes back.

They change no payment: what was paid above the new sum is demanded, and comes back in parts.
"""

from datetime import date

from madoguchi.rules.steps.grant import RESERVING, State, Verb
from madoguchi.rules.subsidy.facts import CostByNow
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.rules.subsidy.year import refund_into
from madoguchi.work.subsidy.acts.act import (
    ON_DECISION,
    GrantAct,
    Initial,
    day,
    each_yen,
    filing,
    line,
    refuse_if,
    story,
    yen,
)
from madoguchi.work.subsidy.budget import moving as budget
from madoguchi.work.subsidy.desk import LockedGrant, StepDetails, not_later, worded
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import current, earliest
from madoguchi.work.subsidy.letters import writing
from madoguchi.work.subsidy.letters.context import LetterContext
from madoguchi.work.subsidy.letters.papers import Reduction, Revocation
from madoguchi.work.subsidy.money import exceeded, less, sealed, total_yen
from madoguchi.work.subsidy.reviewing import findings
from madoguchi.work.subsidy.validation import (
    checked_filing,
    decided_or_today,
    public_filing,
    require_decider,
)


class Refund(GrantAct):
    """Money of the retainer came back to the person after the sum was fixed (着手金の返金).

    It lowers what they bear, of each request where there are several; what was paid above what may
    be granted for that is to come back (要返還), and a payment waits until the sum is changed.

    Refused: none, or more than they bear (`grant.refund`); a day later than today.
    """

    verb, right = Verb.REFUND, "grant.refund"

    refunded_on: date = day("past")
    refunded_yen: CostByNow = each_yen()
    why: str = story(default="")

    @classmethod
    def initial(cls, view: GrantView) -> Initial:
        return {"refunded_on": view.today}

    def apply(self, grant: LockedGrant) -> StepDetails:
        on = not_later(self.refunded_on, grant.now, "grant.refunded_on")
        bears, back = grant.money.cost, self.refunded_yen
        if bears is None:
            bears = current(grant.steps).retainers
        most = exceeded(bears, back) if total_yen(back) else total_yen(bears)
        refuse_if(most is not None, "grant.refund_over", most=f"{most or 0:,}")
        cost = less(bears, back)
        details = {**sealed("yen", back), **sealed("cost_yen", cost), "why": self.why.strip()}
        opens = findings.to_come_back_yen(grant, cost)
        return StepDetails(details, on, reached=State.RECLAIMED if opens else None)


class Reduce(GrantAct):
    """The settled sum becomes a lower one by a later fact (確定額の変更); what is paid is demanded.

    Refused: a sum that is not lawful, or not lower (`grant.amount_lower`); no reason; by a day
    before it was decided; or it is not this colleague's to decide.
    """

    verb, right = Verb.REDUCE, "grant.reduce"
    paper = "reduction"

    amount_yen: int = yen()
    why: str = story()
    clause: str = line(default="", hint=True)
    repay_by_on: date | None = day("ahead", default=None, hint=True)
    filing: Filing = filing("drafted_on", *ON_DECISION)

    @classmethod
    def initial(cls, view: GrantView) -> Initial:
        """What may be granted by now, where that is certain or is the most."""
        most, granted = view.grantable.at_most_yen, view.opened.granted_yen
        lower = most if most is not None and most < granted else None
        return {**today_as_decided(view, "fixing"), "amount_yen": lower}

    def apply(self, grant: LockedGrant) -> StepDetails:
        why, sums = worded(self.why, "grant.why"), grant.money
        require_decider(grant, grant.life, self.amount_yen)
        filing = checked_filing(grant.steps, self.filing, Verb.REDUCE, grant.now)
        findings.require_lawful(grant, self.amount_yen, why=why, less=why)
        was_yen = sums.granted_yen
        refuse_if(self.amount_yen >= was_yen, "grant.amount_lower", yen=f"{was_yen:,}")
        if not sums.paid_yen:
            budget.move(grant.office_id, grant.year, was_yen, self.amount_yen)
        repay_yen = was_yen - self.amount_yen if sums.paid_yen else 0
        by = repay_by(self.repay_by_on, repay_yen, decided_or_today(filing, grant.now))
        public = {"was_yen": was_yen, "amount_yen": self.amount_yen, "why": why, **by}
        public |= {"repay_yen": repay_yen, "clause": self.clause.strip()}
        return StepDetails(
            {**public, "filing": filing},
            decided_or_today(filing, grant.now),
            {**public, **public_filing(filing)},
            answer_by=self.repay_by_on,
        )

    @classmethod
    def letter(cls, of: LetterContext) -> Reduction:
        details, by = of.details(Verb.REDUCE), of.details(Verb.REDUCE).get("repay_by_on")
        clause = details.get("clause") or of.about.clause("fixing")
        amount_yen = int(details["amount_yen"])
        return writing.reduction(
            of.about,
            of.filing(Verb.REDUCE),
            of.earlier(Verb.REDUCE),
            was_yen=of.yen_before(Verb.REDUCE),
            amount_yen=amount_yen,
            working=writing.reckoned(of.about, of.reckoned(Verb.REDUCE), amount_yen),
            reasons=[writing.RefusalReason("reduced", clause, details["why"])],
            repay_yen=int(details.get("repay_yen") or 0),
            repay_by=date.fromisoformat(by) if by else None,
        )


class Revoke(GrantAct):
    """The decision is revoked (取消し); of a paid grant, with the sum that has to be repaid.

    Refused: no reason; nothing, more than was paid and not demanded, or less than has to come back
    (要返還) is demanded of a paid grant; something of one that was not; by a day before it was
    revoked; or it is not this colleague's to decide.
    """

    verb, right = Verb.REVOKE, "grant.revoke"
    paper = "revocation"

    why: str = story()
    clause: str = line(default="", hint=True)
    repay_yen: int = yen(default=0, hint=True)
    repay_by_on: date | None = day("ahead", default=None, hint=True)
    filing: Filing = filing("drafted_on", *ON_DECISION)

    @classmethod
    def initial(cls, view: GrantView) -> Initial:
        sums = view.opened.money
        return {
            **today_as_decided(view, "revocation"),
            "repay_yen": sums.paid_yen - sums.demanded_yen,
        }

    def apply(self, grant: LockedGrant) -> StepDetails:
        why, sums = worded(self.why, "grant.why"), grant.money
        require_decider(grant, grant.life, self.repay_yen)
        filing = checked_filing(grant.steps, self.filing, Verb.REVOKE, grant.now)
        if sums.paid_yen:
            most = sums.paid_yen - sums.demanded_yen
            least = max(1, findings.to_come_back_yen(grant))
            wrong = not least <= self.repay_yen <= most
            refuse_if(wrong, "grant.repay_yen", least=f"{least:,}", most=f"{most:,}")
        on = decided_or_today(filing, grant.now)
        public = {
            "why": why,
            "clause": self.clause.strip(),
            "repay_yen": self.repay_yen,
            **repay_by(self.repay_by_on, sums.paid_yen and self.repay_yen, on),
        }
        refuse_if(not sums.paid_yen and self.repay_yen > 0, "grant.repay_nothing")
        release(grant)
        return StepDetails(
            {**public, "filing": filing},
            on,
            {**public, **public_filing(filing)},
            answer_by=self.repay_by_on,
        )

    @classmethod
    def letter(cls, of: LetterContext) -> Revocation:
        details, was_yen = of.details(Verb.REVOKE), of.yen_before(Verb.REVOKE)
        repay_yen = int(details.get("repay_yen") or 0)
        left_yen = was_yen - repay_yen if repay_yen else 0
        by = details.get("repay_by_on")
        return writing.revocation(
            of.about,
            of.filing(Verb.REVOKE),
            of.earlier(Verb.REVOKE),
            before_yen=was_yen,
            revoked_yen=was_yen - left_yen,
            left_yen=left_yen,
            reasons=[
                writing.RefusalReason(
                    "revoked",
                    details.get("clause") or of.about.clause("revocation"),
                    details["why"],
                )
            ],
            repay_yen=repay_yen,
            repay_by=date.fromisoformat(by) if by else None,
        )


class Repay(GrantAct):
    """Money came back (返還): all that is owed, or a part of any size.

    It goes into the budget of its year while the books are open, else it is the new year's revenue.

    Refused: nothing was demanded (`grant.repay_nothing_owed`), or less than that
    (`grant.repay_over`); the day is later than today or before the payment.
    """

    verb, right = Verb.REPAY, "grant.repay"

    repaid_on: date = day("past")
    yen: int = yen()

    @classmethod
    def initial(cls, view: GrantView) -> Initial:
        return {"repaid_on": view.today, "yen": view.opened.money.owed_yen}

    def apply(self, grant: LockedGrant) -> StepDetails:
        on = not_later(self.repaid_on, grant.now, "grant.repaid_on")
        owed, paid_on = grant.money.owed_yen, earliest(grant.steps, Verb.REPAY)
        refuse_if(not owed, "grant.repay_nothing_owed")
        refuse_if(not 0 < self.yen <= owed, "grant.repay_over", most=f"{owed:,}")
        refuse_if(paid_on is None or on < paid_on, "grant.repaid_on")
        into = refund_into(on, grant.year)
        if into == "budget":
            budget.give_back(grant.office_id, grant.year, self.yen)
        rest = self.yen < owed or findings.to_come_back_yen(grant)
        public = {"repaid_on": on.isoformat(), "yen": self.yen}
        reached = State.RECLAIMED if rest else State.REPAID
        return StepDetails({**public, "into": into}, on, public, reached=reached)


def today_as_decided(view: GrantView, stage: str) -> Initial:
    """A decision of today, drafted in the city's own system alone, by the year's clause for it."""
    clause = view.law.clause_of(stage) if view.law else ""
    days = dict.fromkeys(("drafted_on", "decided_on", "enforced_on"), view.today)
    return {**days, "clause": clause}


def repay_by(by: date | None, repay_yen: int, on: date) -> dict[str, str]:
    """The day by which something has to come back (返還の期限), as a step holds it.

    Raises:
        Refused: nothing has to, or it is before the decision.
    """
    if by is None:
        return {}
    refuse_if(not repay_yen, "grant.repay_nothing")
    refuse_if(by < on, "grant.repay_by_on")
    return {"repay_by_on": by.isoformat()}


def release(grant: LockedGrant) -> None:
    """Give back what is reserved for a grant that ends before it was paid."""
    if State(grant.grant.state) in RESERVING:
        budget.release(grant.office_id, grant.year, grant.granted_yen)
