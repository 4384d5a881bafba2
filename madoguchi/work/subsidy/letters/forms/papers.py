"""What the forms after a decision say (契約の報告・実績報告・請求・取下げ・変更), in reading form.

What is known is printed; what is not is a blank, high enough to write in by hand.
"""

from dataclasses import dataclass, field

from madoguchi.work.subsidy.letters.papers import Applicant
from madoguchi.work.subsidy.papers import Tick


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that is another now (変更)."""

    what: str
    before: str = field(default="", repr=False)
    after: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Top:
    """The head of a form: to whom, of which subsidy, by whom, about which decision.

    `by`: the text under which it is brought (…の規定により).
    """

    addressee: str
    city: str
    subsidy: str
    person: Applicant
    by: str = ""
    reference: str = ""
    written_on: str = ""
    decided_on: str = ""
    decided_number: str = ""


@dataclass(frozen=True, slots=True)
class ContractForm:
    """The contract with the lawyer is reported (契約の報告).

    `each`: the requests whose sums are written one by one, where there are several.
    """

    top: Top
    acts: tuple[Tick, ...]
    attachments: tuple[Tick, ...]
    each: tuple[str, ...] = ()
    contracted_on: str = ""
    lawyer: str = field(default="", repr=False)
    office: str = field(default="", repr=False)
    retainer: str = field(default="", repr=False)
    tax: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ReportForm:
    """What was done and paid is reported (実績報告書); how the matter went is not asked.

    `one`: the contract is reported with it, under the first three numbers. `each`: the requests
    whose sums are written one by one, where there are several.
    """

    top: Top
    acts: tuple[Tick, ...]
    attachments: tuple[Tick, ...]
    each: tuple[str, ...] = ()
    amount: str = ""
    one: bool = False
    contracted_on: str = ""
    lawyer: str = field(default="", repr=False)
    retainer: str = field(default="", repr=False)
    paid_on: str = ""
    paid: str = field(default="", repr=False)
    tax: str = field(default="", repr=False)
    refunded: str = field(default="", repr=False)
    recovered: str = field(default="", repr=False)
    other_aid: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Account:
    """Where the money goes (振込先): 普通, 当座 or 貯蓄; `symbol` and `yucho`: 記号・番号."""

    bank: str = field(default="", repr=False)
    bank_code: str = field(default="", repr=False)
    branch: str = field(default="", repr=False)
    branch_code: str = field(default="", repr=False)
    kind: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    holder: str = field(default="", repr=False)
    symbol: str = field(default="", repr=False)
    yucho: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ClaimForm:
    """The money is asked for (請求書). `after`: which letter the sum stands in."""

    top: Top
    after: str
    amount: str = ""
    account: Account = Account()
    attachments: tuple[Tick, ...] = ()


@dataclass(frozen=True, slots=True)
class WithdrawalForm:
    """The application is taken back (取下書); a reason may be given and is not asked for."""

    top: Top
    applied_on: str = ""
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """Another sum or another lawyer is asked for (変更申請書)."""

    top: Top
    changed: tuple[Changed, ...]
    attachments: tuple[Tick, ...]
    amount: str = ""
    asked: str = ""
    reason: str = field(default="", repr=False)
