"""Forms after the decision, filled as far as the desk knows (様式を書く).

What only the person can say – days, sums paid, their account – stays a blank to write in by hand.
"""

from datetime import date

from madoguchi.rules.subsidy.filing import Filing
from madoguchi.work.subsidy.letters.forms.papers import (
    Changed,
    ChangeForm,
    ClaimForm,
    ContractForm,
    ReportForm,
    Top,
    WithdrawalForm,
)
from madoguchi.work.subsidy.letters.papers import Applicant
from madoguchi.work.subsidy.letters.writing import LetterBasis, day, formal_yen, yen
from madoguchi.work.subsidy.papers import Tick

ROWS = ("retainer", "lawyer", "other")


def contract_form(about: LetterBasis, decided: Filing) -> ContractForm:
    """The report of the contract (契約の報告書)."""
    applied = about.applied
    return ContractForm(
        _top(about, decided),
        acts=_acts(about),
        attachments=_papers(about, "contract"),
        each=_each(about),
        lawyer=applied.lawyer,
        office=applied.law_office,
    )


def report_form(
    about: LetterBasis,
    decided: Filing,
    amount_yen: int,
    *,
    contracted_on: date | None,
) -> ReportForm:
    """The report of what was done and paid (実績報告書), in some cities with the contract."""
    one = about.rules.version.life.one_report
    return ReportForm(
        _top(about, decided),
        acts=_acts(about),
        attachments=_papers(about, *(("contract", "receipt") if one else ("receipt",))),
        each=_each(about),
        amount=yen(amount_yen),
        one=one,
        contracted_on=day(contracted_on),
        lawyer=about.applied.lawyer if one else "",
    )


def claim_form(
    about: LetterBasis, settled: Filing, amount_yen: int, *, fixed: bool = True
) -> ClaimForm:
    """The claim (請求書); `settled`: the letter of the sum, of the decision where not `fixed`."""
    return ClaimForm(
        _top(about, settled),
        after=about.say("form.after_fixing" if fixed else "form.after_decision"),
        amount=formal_yen(amount_yen),
        attachments=_papers(about, "passbook"),
    )


def withdrawal_form(
    about: LetterBasis, decided: Filing | None, *, applied_on: date | None
) -> WithdrawalForm:
    """The application is taken back (取下書), before a decision or after it."""
    return WithdrawalForm(_top(about, decided), applied_on=day(applied_on))


def change_form(about: LetterBasis, decided: Filing, amount_yen: int) -> ChangeForm:
    """Another sum or another lawyer is asked for (変更申請書)."""
    return ChangeForm(
        _top(about, decided),
        changed=tuple(Changed(about.say(f"form.{row}")) for row in ROWS),
        attachments=_papers(about, "estimate"),
        amount=yen(amount_yen),
    )


def _top(about: LetterBasis, decided: Filing | None) -> Top:
    on = (decided.enforced_on or decided.decided_on) if decided else None
    applied = about.applied
    return Top(
        addressee=about.addressee,
        city=about.rules.programme.city.name.ja,
        subsidy=about.subsidy,
        by=about.law.by("") if about.law else "",
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
    )


def _acts(about: LetterBasis) -> tuple[Tick, ...]:
    """What a lawyer may be asked for under these rules; what the person applied for is ticked."""
    acts = dict.fromkeys(each.act for each in about.rules.version.cost)
    return tuple(
        Tick(about.rules.choose("act", act, "other"), ticked=act in about.applied.acts)
        for act in acts
    )


def _each(about: LetterBasis) -> tuple[str, ...]:
    """The requests whose sums are asked one by one, as the form names them."""
    return tuple(about.say(f"form.each.{act}") for act in about.applied.requests)


def _papers(about: LetterBasis, *names: str) -> tuple[Tick, ...]:
    return tuple(Tick(about.say(f"form.attachment.{name}")) for name in names)
