"""What the papers of a grant say (起案用紙・通知書・様式・宛名), already in reading form.

An empty field is a blank: to be written in by hand, or waiting until the city has confirmed it.
Letters may be complete inside; what shows outside (宛名) says nothing.
"""

from dataclasses import dataclass, field

from madoguchi.work.subsidy.papers import Contact


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a letter goes (宛先); whose address is protected (支援措置) has none on any paper."""

    name: str = field(repr=False)
    postal_code: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    protected: bool = False

    def __post_init__(self) -> None:
        """Let go of a protected address, so that no paper of any city can print it."""
        _hide(self)


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who fills in a form (届け出る人); the address goes as it does for a letter."""

    name: str = field(default="", repr=False)
    kana: str = field(default="", repr=False)
    postal_code: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    protected: bool = False

    def __post_init__(self) -> None:
        """Let go of a protected address, so that no paper of any city can print it."""
        _hide(self)


def _hide(person: Addressee | Applicant) -> None:
    if person.protected:
        object.__setattr__(person, "postal_code", "")
        object.__setattr__(person, "address", "")


@dataclass(frozen=True, slots=True)
class Head:
    """The head and foot of a letter: to whom, from whom, and whom to ask.

    `sender`: who decides (渋川市長), with `sender_name` where the city prints it. `reference`: the
    number of the grant (整理番号). `subsidy`: its name.
    """

    to: Addressee
    sender: str
    subsidy: str
    reference: str
    contact: Contact
    sender_name: str = ""
    officer: str = ""
    on: str = ""
    document_number: str = ""


@dataclass(frozen=True, slots=True)
class DecisionHead(Head):
    """The same of a letter that decides.

    `rules`: the two texts of the year (根拠規定), with the clause of this decision; `by`: that
    clause as the first sentence names it. `teaching`: the
    words on remedies, or on whom to ask again. `draft`: something that the letter needs is not
    there, so that it is not issued (下書き).
    """

    rules: str = ""
    by: str = ""
    teaching_title: str = ""
    teaching: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """The letter that another one builds on (もとの決定): its day, its number and its sum."""

    on: str
    document_number: str
    amount: str


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do next (次にすること), until when, and with which paper."""

    title: str
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason of a decision (理由): the rule, its source, and what was found."""

    rule: str
    source: str
    found: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """One condition (条件の確認): what the machine found, and the officer's verdict (判定)."""

    condition: str
    source: str
    machine: str
    verdict: str
    by: str
    on: str


@dataclass(frozen=True, slots=True)
class Budget:
    """The year's money around this decision (予算): the whole, reserved, paid, now, left."""

    year: str
    account: str
    total: str
    reserved: str
    spent: str
    now: str
    left: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The paper on which the decision is taken (起案用紙・決裁文書): name, sum and checks only.

    There is no story in it and no other party; the screens are in a closed envelope that `annex`
    names (別封). What the city's own system gives later is a blank.
    """

    title: str
    proposal: str
    person: str = field(repr=False)
    reference: str
    applied_on: str
    received_on: str
    receipt_number: str
    amount: str
    working: tuple[str, ...]
    checks: tuple[Checked, ...]
    budget: Budget
    level: str
    binder: str
    kept: str
    disclosure: str
    drafter: str
    drafted_on: str = ""
    decided_on: str = ""
    sent_on: str = ""
    document_number: str = ""
    annex: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The grant is decided (交付決定通知書); `reasons`: why less than is reckoned (一部交付).

    `applied`: the sum that was applied for (申請額), said where less is granted.
    """

    head: DecisionHead
    applied_on: str
    amount: str
    costs: tuple[str, ...]
    working: tuple[str, ...]
    conditions: tuple[str, ...]
    tasks: tuple[Task, ...]
    reasons: tuple[Reason, ...] = ()
    applied: str = ""

    @property
    def less(self) -> bool:
        """Whether it takes something away of what is reckoned."""
        return bool(self.reasons)


@dataclass(frozen=True, slots=True)
class Help:
    """Where else help is found (ほかの相談先)."""

    name: str
    what: str
    way: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """There is no grant (不交付決定通知書), with every reason, and where else help is found."""

    head: DecisionHead
    applied_on: str
    reasons: tuple[Reason, ...]
    help: tuple[Help, ...] = ()


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing (補っていただくこと); `field`: its number on the form."""

    field: str
    what: str
    how: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What is missing is asked for (補正依頼); `by` is a wish, and nothing is refused by it."""

    head: Head
    applied_on: str
    lacks: tuple[Lack, ...]
    ways: tuple[str, ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """The decision becomes another one (変更決定通知書); `less`: the sum is lower."""

    head: DecisionHead
    earlier: Earlier
    amount: str
    difference: str
    reason: str = field(repr=False)
    working: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    less: bool = False


@dataclass(frozen=True, slots=True)
class Fixing:
    """The sum is fixed (額の確定通知書); `reported_on`: empty where no report is asked for.

    `less`: it is lower than decided; `reasons`: why lower than is reckoned.
    """

    head: DecisionHead
    earlier: Earlier
    reported_on: str
    amount: str
    difference: str
    working: tuple[str, ...]
    tasks: tuple[Task, ...]
    less: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Payment:
    """The money is paid (支払通知); `account` shows its last digits only.

    `shown_as`: what stands in the passbook (通帳の表示).
    """

    head: Head
    earlier: Earlier
    amount: str
    paid_on: str
    account: str = field(repr=False)
    shown_as: str = ""


@dataclass(frozen=True, slots=True)
class Revocation:
    """The decision is taken back in whole or in part (取消通知書).

    `scope`: what is taken back (決定, 決定の一部). `before`: the sum until then.
    `untreated`: the city does not treat it as a disposition, so that it is dissolved (解除).
    `repay`: what is to be paid back, until when and how (返還); nothing without a sum.
    """

    head: DecisionHead
    earlier: Earlier
    scope: str
    before: str
    revoked: str
    left: str
    reasons: tuple[Reason, ...]
    repay: str = ""
    repay_by: str = ""
    repay_how: str = ""
    untreated: bool = False


@dataclass(frozen=True, slots=True)
class Reduction:
    """The fixed sum becomes a lower one (額の確定変更通知書); `earlier`: the letter of that sum.

    `repay`: what is to be paid back, until when and how (返還); empty where nothing was paid.
    """

    head: DecisionHead
    earlier: Earlier
    amount: str
    difference: str
    working: tuple[str, ...]
    reasons: tuple[Reason, ...]
    repay: str = ""
    repay_by: str = ""
    repay_how: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The sheet behind the window of an envelope (宛名), or for the counter without an address.

    `sender`: as the person chose; nothing is a choice, too.
    """

    to: Addressee
    sender: tuple[str, ...] = ()
