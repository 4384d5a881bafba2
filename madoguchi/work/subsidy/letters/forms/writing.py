"""Forms after the decision, filled as far as the desk knows (様式を書く).

What only the person can say – days, sums paid, their account – stays a blank to write in by hand.
"""

from datetime import date

from madoguchi.rules.subsidy.filing import Filing
from madoguchi.work.subsidy.letters.forms.papers import (
    ChangeForm,
    ClaimForm,
    ContractForm,
    ReportForm,
    Top,
    WithdrawalForm,
)
from madoguchi.work.subsidy.letters.papers import Applicant, Changed
from madoguchi.work.subsidy.letters.writing import LetterBasis, day, yen
from madoguchi.work.subsidy.papers import Tick

ROWS = ("retainer", "lawyer", "other")


def contract_form(about: LetterBasis, decided: Filing, *, confirmed: bool) -> ContractForm:
    """The report of the contract (契約の報告書); `confirmed`: the form is that of the rules."""
    applied = about.applied
    return ContractForm(
        _top(about, decided, confirmed=confirmed),
        acts=_acts(about),
        attachments=_papers(about, "contract"),
        lawyer=applied.lawyer,
        office=applied.law_office,
    )


def report_form(
    about: LetterBasis,
    decided: Filing,
    amount_yen: int,
    *,
    confirmed: bool,
    contracted_on: date | None,
) -> ReportForm:
    """The report of what was done and paid (実績報告書)."""
    return ReportForm(
        _top(about, decided, confirmed=confirmed),
        acts=_acts(about),
        attachments=_papers(about, "receipt"),
        amount=yen(amount_yen),
        contracted_on=day(contracted_on),
    )


def claim_form(
    about: LetterBasis, settled: Filing, amount_yen: int, *, confirmed: bool, fixed: bool = True
) -> ClaimForm:
    """The claim (請求書); `settled`: the letter of the sum, of the decision where not `fixed`."""
    return ClaimForm(
        _top(about, settled, confirmed=confirmed),
        after=about.say("form.after_fixing" if fixed else "form.after_decision"),
        amount=yen(amount_yen),
        attachments=_papers(about, "passbook"),
    )


def withdrawal_form(
    about: LetterBasis, decided: Filing | None, *, confirmed: bool, applied_on: date | None
) -> WithdrawalForm:
    """The application is taken back (取下書), before a decision or after it."""
    return WithdrawalForm(_top(about, decided, confirmed=confirmed), applied_on=day(applied_on))


def change_form(
    about: LetterBasis, decided: Filing, amount_yen: int, *, confirmed: bool
) -> ChangeForm:
    """Another sum or another lawyer is asked for (変更申請書)."""
    return ChangeForm(
        _top(about, decided, confirmed=confirmed),
        changed=tuple(Changed(about.say(f"form.{row}")) for row in ROWS),
        attachments=_papers(about, "estimate"),
        amount=yen(amount_yen),
    )


def _top(about: LetterBasis, decided: Filing | None, *, confirmed: bool) -> Top:
    on = (decided.enforced_on or decided.decided_on) if decided else None
    applied = about.applied
    return Top(
        addressee=about.addressee,
        city=about.rules.programme.city.name.ja,
        subsidy=about.subsidy,
        person=Applicant(
            applied.name,
            applied.kana,
            applied.postal_code,
            applied.address,
            applied.phone,
            applied.protected,
        ),
        reference=about.reference,
        decided_on=day(on),
        decided_number=decided.document_number if decided else "",
        note="" if confirmed else about.say("form.note"),
    )


def _acts(about: LetterBasis) -> tuple[Tick, ...]:
    """What a lawyer may be asked for under these rules; what the person applied for is ticked."""
    acts = dict.fromkeys(each.act for each in about.rules.version.cost)
    return tuple(
        Tick(about.rules.choose("act", act, "other"), ticked=act in about.applied.acts)
        for act in acts
    )


def _papers(about: LetterBasis, *names: str) -> tuple[Tick, ...]:
    return tuple(Tick(about.say(f"form.attachment.{name}")) for name in names)
