"""From the reported retainer to the money (額の確定・支払)."""

from datetime import date

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.work.subsidy.acts.act import (
    LESS,
    ON_DECISION,
    GrantAct,
    Initial,
    choice,
    day,
    filing,
    line,
    printed_why,
    refuse_if,
    yen,
)
from madoguchi.work.subsidy.budget import moving as budget
from madoguchi.work.subsidy.desk import LockedGrant, StepDetails, not_later
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import current, newest
from madoguchi.work.subsidy.holder import in_another_name, other_holder
from madoguchi.work.subsidy.letters import writing
from madoguchi.work.subsidy.letters.context import LetterContext
from madoguchi.work.subsidy.letters.papers import Fixing, Payment
from madoguchi.work.subsidy.money import claimed_yen
from madoguchi.work.subsidy.reviewing import findings
from madoguchi.work.subsidy.second import require_second
from madoguchi.work.subsidy.validation import (
    checked_filing,
    decided_or_today,
    public_filing,
    require_fixable,
    require_payable,
)


class Fix(GrantAct):
    """The sum that is paid in the end is settled (額の確定); what is reserved beyond it is free.

    Refused: contract or payment came before the application (`grant.order`), a sum that is not
    lawful for what was reported (`require_lawful`), or the year was over on that day and no human
    let it go on (`grant.fix_over`). `less`: the reason of the year's list
    for less than is reckoned.
    """

    verb, right = Verb.FIX, "grant.fix"
    paper = "fixing"

    amount_yen: int = yen()
    amount_why: str = line(default="", limit=500, guarded=True)
    less: str = choice(*LESS, default="")
    filing: Filing = filing("drafted_on", *ON_DECISION)

    @classmethod
    def initial(cls, view: GrantView) -> Initial:
        """What was granted, or what is reckoned by now; none where a human has to choose."""
        granted, sure_yen = view.opened.granted_yen, view.grantable.amount_yen
        amount_yen: int | None = granted if sure_yen is None else min(sure_yen, granted)
        if sure_yen is None and view.about_cost:
            amount_yen = None
        days = dict.fromkeys(("decided_on", "enforced_on", "drafted_on"), view.today)
        return {**days, "amount_yen": amount_yen}

    def apply(self, grant: LockedGrant) -> StepDetails:
        filing = checked_filing(grant.steps, self.filing, Verb.FIX, grant.now)
        was_yen, amount_yen = grant.granted_yen, self.amount_yen
        on = decided_or_today(filing, grant.now)
        require_fixable(grant.steps, grant.year, on)
        findings.require_in_order(grant)
        findings.require_lawful(grant, amount_yen, why=self.amount_why, less=self.less)
        budget.move(grant.office_id, grant.year, was_yen, amount_yen)
        details = {
            "amount_yen": amount_yen,
            "why": self.amount_why.strip(),
            "why_printed": True,
            "less": self.less,
            "filing": filing,
        }
        return StepDetails(details, on, {"amount_yen": amount_yen, **public_filing(filing)})

    @classmethod
    def letter(cls, of: LetterContext) -> Fixing:
        details, judged = of.details(Verb.FIX), of.reckoned(Verb.FIX)
        amount_yen, was_yen = int(details["amount_yen"]), of.yen_before(Verb.FIX)
        why, least_yen = printed_why(details), judged.at_least_yen or 0
        if amount_yen == was_yen and amount_yen < least_yen:
            why = why or of.about.say("working.decided")
        return writing.fixing(
            of.about,
            of.filing(Verb.FIX),
            of.earlier(Verb.FIX),
            reported_on=of.on(Verb.REPORT),
            was_yen=was_yen,
            amount_yen=amount_yen,
            working=writing.reckoned(of.about, judged, amount_yen, why),
            less=writing.why_less(of.about, details.get("less", ""), least_yen, amount_yen),
        )


class ConfirmHolder(GrantAct):
    """Why the account is in another name is found out, before money goes there (口座名義の確認).

    `same`: it is the applicant's own, written otherwise (旧姓・通称); where the given name is
    another one too, by a paper or grounds in words. `entrusted`: another may take the money
    (受領委任); `guardian`: by law. Both want their paper and the day on which the applicant was
    asked in the way that is safe for them.

    Refused: the account bears the applicant's name (`grant.holder`), no paper or no such day
    (`grant.holder_proof`), no grounds for another given name (`grant.holder_same`), or the
    guardian is the other party (`grant.holder_other_party`).
    """

    verb, right = Verb.HOLDER, "grant.holder"

    holder: str = choice("same", "entrusted", "guardian")
    proof: str = line(default="", limit=200, hint=True)
    asked_on: date | None = day("past", default=None)

    @classmethod
    def initial(cls, view: GrantView) -> Initial:
        """The same person, where the given name is the same: another family name is a marriage."""
        holder = other_holder(view.steps)
        return {"holder": "same" if holder and holder.same_given_name else ""}

    def apply(self, grant: LockedGrant) -> StepDetails:
        account, proof = other_holder(grant.steps), self.proof.strip()
        if account is None or account.why:
            raise Refused(Reason("grant.holder"))
        another = self.holder != "same"
        refuse_if(another and not (proof and self.asked_on), "grant.holder_proof")
        unlike = not another and not account.same_given_name
        refuse_if(unlike and not proof, "grant.holder_same", holder=account.kana)
        other_party = current(grant.steps).guardian_is_other in ("yes", "unsure")
        refuse_if(self.holder == "guardian" and other_party, "grant.holder_other_party")
        on = not_later(self.asked_on or grant.now.date(), grant.now, "grant.holder_on")
        details = {
            "holder": self.holder,
            "proof": proof,
            "asked_on": on.isoformat() if self.asked_on else "",
        }
        return StepDetails(details, grant.now.date())


class Pay(GrantAct):
    """A payment that the city's accounting made is recorded (支払); the sum is spent.

    Refused: who records it settled the sum and nobody has signed (`grant.own_fixing`), another sum
    was paid (`grant.amount_other`), the account is in another name and nobody found out why
    (`grant.in_another_name`), another sum was claimed (`grant.claim_other`), the day is later than
    today or before the sum was settled, or the year's books were closed.
    """

    verb, right = Verb.PAY, "grant.pay"
    paper = "payment"

    paid_on: date = day("past")
    amount_yen: int = yen()
    order_number: str = line(default="")  # 支出命令番号
    creditor_number: str = line(default="")  # 債権者登録番号

    @classmethod
    def initial(cls, view: GrantView) -> Initial:
        """The sum that is granted; none where it has to be changed first (確定額の変更)."""
        most, granted = view.grantable.at_most_yen, view.opened.granted_yen
        return {
            "paid_on": view.today,
            "amount_yen": None if most is not None and most < granted else granted,
            "creditor_number": str(newest(view.steps, Verb.CLAIM).get("creditor_number", "")),
        }

    def apply(self, grant: LockedGrant) -> StepDetails:
        owed_yen = grant.granted_yen
        refuse_if(self.paid_on > grant.now.date(), "grant.paid_on")
        signed_by = require_second(grant, grant.life)
        refuse_if(self.amount_yen != owed_yen, "grant.amount_other", yen=f"{owed_yen:,}")
        claimed = claimed_yen(grant.steps)
        if claimed not in (None, owed_yen):
            sums = {"claimed": f"{claimed:,}", "yen": f"{owed_yen:,}"}
            raise Refused(Reason("grant.claim_other", values=sums))
        refuse_if(in_another_name(grant.steps), "grant.in_another_name")
        findings.require_in_order(grant)
        findings.require_lawful(grant, owed_yen)
        require_payable(grant.steps, grant.year, self.paid_on)
        budget.spend(grant.office_id, grant.year, owed_yen)
        public = {"paid_on": self.paid_on.isoformat(), "amount_yen": owed_yen}
        details = {
            **public,
            "order_number": self.order_number.strip(),
            "creditor_number": self.creditor_number.strip(),
            **({"second": str(signed_by)} if signed_by else {}),
        }
        return StepDetails(details, self.paid_on, public)

    @classmethod
    def letter(cls, of: LetterContext) -> Payment:
        paid_on = date.fromisoformat(of.details(Verb.PAY)["paid_on"])
        return writing.payment(
            of.about,
            Filing(enforced_on=of.view.today),
            of.earlier(Verb.PAY),
            amount_yen=of.view.opened.money.paid_yen,
            paid_on=paid_on,
            account=of.account,
            bank=of.bank,
        )
