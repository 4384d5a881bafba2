"""From the reported retainer to the money (額の確定・支払)."""

from datetime import date

from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.work.subsidy.acts.act import (
    ON_DECISION,
    GrantAct,
    Initial,
    day,
    filing,
    line,
    refuse_if,
    yen,
)
from madoguchi.work.subsidy.budget import moving as budget
from madoguchi.work.subsidy.desk import LockedGrant, StepDetails
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import SETTING, granted_yen, last_by, newest, paid_yen
from madoguchi.work.subsidy.letters import writing
from madoguchi.work.subsidy.letters.context import LetterContext
from madoguchi.work.subsidy.letters.papers import Fixing, Payment
from madoguchi.work.subsidy.reviewing.findings import require_borne
from madoguchi.work.subsidy.validation import (
    checked_filing,
    decided_or_today,
    public_filing,
    require_fixable,
    require_payable,
)


class Fix(GrantAct):
    """The sum that is paid in the end is settled (額の確定); what is reserved beyond it is free.

    Refused: nothing, or more than was granted (`grant.amount_over`); more than the person bore, or
    without a reason more than the terms give for that; or the year was over on that day and no
    human let it go on (`grant.fix_over`).
    """

    verb, right = Verb.FIX, "grant.fix"
    paper = "fixing"

    amount_yen: int = yen()
    amount_why: str = line(default="", limit=500, guarded=True)
    filing: Filing = filing("drafted_on", *ON_DECISION)

    @classmethod
    def initial(cls, view: GrantView) -> Initial:
        """What was granted, or what is due for less; no sum where that is not certain."""
        amount_yen: int | None = granted_yen(view.steps)
        if view.paid_less:
            due = view.by_payment.amount_yen if view.by_payment else None
            amount_yen = min(due, granted_yen(view.steps)) if due else None
        days = dict.fromkeys(("decided_on", "enforced_on", "drafted_on"), view.today)
        return {**days, "amount_yen": amount_yen}

    def apply(self, grant: LockedGrant) -> StepDetails:
        filing = checked_filing(grant.steps, self.filing, Verb.FIX, grant.now)
        was_yen, amount_yen = grant.granted_yen, self.amount_yen
        refuse_if(not 0 < amount_yen <= was_yen, "grant.amount_over", most=f"{was_yen:,}")
        on = decided_or_today(filing, grant.now)
        require_fixable(grant.steps, grant.year, on)
        why = require_borne(grant, amount_yen, self.amount_why, grant.rules)
        budget.move(grant.office_id, grant.year, was_yen, amount_yen)
        details = {"amount_yen": amount_yen, "why": why, "filing": filing}
        return StepDetails(details, on, {"amount_yen": amount_yen, **public_filing(filing)})

    @classmethod
    def letter(cls, of: LetterContext) -> Fixing:
        return writing.fixing(
            of.about,
            of.filing(Verb.FIX),
            of.earlier(Verb.CHANGE),
            reported_on=of.on(Verb.REPORT),
            was_yen=of.yen_before(Verb.FIX),
            amount_yen=int(of.details(Verb.FIX)["amount_yen"]),
        )


class Pay(GrantAct):
    """A payment that the city's accounting made is recorded (支払); the sum is spent.

    Refused: who records it settled the sum (`grant.own_fixing`), another sum was paid
    (`grant.amount_other`), the day is later than today or before the sum was settled, or the year's
    books were closed.
    """

    verb, right = Verb.PAY, "grant.pay"
    paper = "payment"

    paid_on: date = day("past")
    amount_yen: int = yen()
    order_number: str = line(default="")  # 支出命令番号
    creditor_number: str = line(default="")  # 債権者登録番号

    @classmethod
    def initial(cls, view: GrantView) -> Initial:
        return {
            "paid_on": view.today,
            "amount_yen": granted_yen(view.steps),
            "creditor_number": str(newest(view.steps, Verb.CLAIM).get("creditor_number", "")),
        }

    def apply(self, grant: LockedGrant) -> StepDetails:
        owed_yen = grant.granted_yen
        refuse_if(self.paid_on > grant.now.date(), "grant.paid_on")
        refuse_if(grant.actor.staff_id == last_by(grant.steps, *SETTING), "grant.own_fixing")
        refuse_if(self.amount_yen != owed_yen, "grant.amount_other", yen=f"{owed_yen:,}")
        require_payable(grant.steps, grant.year, self.paid_on)
        budget.spend(grant.office_id, grant.year, owed_yen)
        public = {"paid_on": self.paid_on.isoformat(), "amount_yen": owed_yen}
        details = {
            **public,
            "order_number": self.order_number.strip(),
            "creditor_number": self.creditor_number.strip(),
        }
        return StepDetails(details, self.paid_on, public)

    @classmethod
    def letter(cls, of: LetterContext) -> Payment:
        paid_on = date.fromisoformat(of.details(Verb.PAY)["paid_on"])
        return writing.payment(
            of.about,
            Filing(enforced_on=paid_on),
            of.earlier(Verb.CHANGE, Verb.FIX),
            amount_yen=paid_yen(of.view.steps),
            paid_on=paid_on,
            account=of.account,
            bank=of.bank,
        )
