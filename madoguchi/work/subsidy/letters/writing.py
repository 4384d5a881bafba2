"""Letters of a grant from plain values (通知書を書く): days, sums and reasons become sentences.

Nothing is read or decided here. What is not confirmed stays a blank, and `blanks` names it to the
officer before the letter goes out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from madoguchi.rules.bank import Account
from madoguchi.rules.koyomi.wareki import wareki, wareki_day
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.rules.subsidy.judge import Line
from madoguchi.work.subsidy.letters import sentences
from madoguchi.work.subsidy.letters.about import About, addressee, day, head, yen
from madoguchi.work.subsidy.letters.papers import (
    Addressee,
    Change,
    Changed,
    Correction,
    Decision,
    Earlier,
    Envelope,
    Fixing,
    Payment,
    Refusal,
    Revocation,
)
from madoguchi.work.subsidy.letters.sentences import Why

type Letter = Decision | Refusal | Correction | Change | Fixing | Payment | Revocation


NO_STEP = ("at_most", "between", "result", "stale")


@dataclass(frozen=True)
class Repayment:
    """What has to come back (返還): how much, until when, and how it is paid."""

    amount_yen: int
    by: date | None = None
    how: str = ""


@dataclass(frozen=True)
class Altered:
    """What a change makes of a decision (変更): the sums, and the rest."""

    was_yen: int
    amount_yen: int
    changed: tuple[Changed, ...] = field(default=(), repr=False)


def decision(
    about: About,
    filing: Filing,
    *,
    applied_on: date,
    amount_yen: int,
    working: Sequence[str],
    conditions: Sequence[str] = (),
) -> Decision:
    """The letter that grants (交付決定通知書); `conditions`: what the officer typed beside."""
    return Decision(
        head=head(about, filing),
        rules=about.rules.version.title,
        applied_on=wareki(applied_on),
        amount=yen(amount_yen),
        costs=sentences.costs(about),
        working=tuple(working),
        conditions=(*sentences.conditions(about), *conditions),
        tasks=tuple(sentences.tasks(about)),
        teaching=about.teaching,
    )


def refusal(about: About, filing: Filing, *, applied_on: date, reasons: Sequence[Why]) -> Refusal:
    """The letter that refuses, with every reason (不交付決定通知書)."""
    return Refusal(
        head=head(about, filing),
        rules=about.rules.version.title,
        applied_on=wareki(applied_on),
        reasons=sentences.reasons(about, reasons),
        help=tuple(sentences.elsewhere(about)),
        teaching=about.teaching,
    )


def correction(
    about: About,
    filing: Filing,
    *,
    applied_on: date,
    missing: Sequence[tuple[int, str]],
    by: date | None,
    online: bool = False,
) -> Correction:
    """The letter that asks for what is missing (補正のお願い): numbers of the form, and what.

    `online`: whether it may be sent through the page that opens with the receipt.
    """
    ways = ("counter", "post", *(["online"] if online else []))
    return Correction(
        head=head(about, filing),
        applied_on=wareki(applied_on),
        lacks=tuple(sentences.lack(about, number, what) for number, what in missing),
        ways=tuple(about.say(f"way.{way}") for way in ways),
        by=wareki_day(by) if by else "",
    )


def change(
    about: About,
    filing: Filing,
    was: Earlier,
    altered: Altered,
    *,
    working: Sequence[str] = (),
    conditions: Sequence[str] = (),
) -> Change:
    """The letter of another sum (変更決定通知書)."""
    return Change(
        head=head(about, filing),
        earlier=was,
        amount=yen(altered.amount_yen),
        difference=sentences.difference(about, altered.was_yen, altered.amount_yen),
        changed=altered.changed,
        working=tuple(working) or (_granted(about, altered.amount_yen),),
        conditions=(*sentences.conditions(about), *conditions),
        teaching=about.teaching,
    )


def fixing(
    about: About,
    filing: Filing,
    was: Earlier,
    *,
    reported_on: date | None,
    was_yen: int,
    amount_yen: int,
    working: Sequence[str] = (),
) -> Fixing:
    """The letter that settles the sum (額の確定通知書).

    `reported_on`: None in a city that asks for no report.
    """
    return Fixing(
        head=head(about, filing),
        earlier=was,
        reported_on=day(reported_on),
        amount=yen(amount_yen),
        difference=sentences.difference(about, was_yen, amount_yen),
        working=tuple(working) or (_granted(about, amount_yen),),
        tasks=tuple(sentences.claiming(about)),
        teaching=about.teaching,
    )


def payment(
    about: About,
    filing: Filing,
    was: Earlier,
    *,
    amount_yen: int,
    paid_on: date,
    account: Account,
    bank: str = "",
    shown_as: str = "",
) -> Payment:
    """The letter that tells of the payment (支払のお知らせ); of the number its end only.

    `bank`: names of bank and branch; without them their numbers.
    """
    place = bank or about.say("bank", bank=account.bank_code, branch=account.branch_code)
    kind = about.say(f"account.{account.kind}")
    return Payment(
        head=head(about, filing),
        earlier=was,
        amount=yen(amount_yen),
        paid_on=wareki_day(paid_on),
        account=about.say("account_shown", place=place, kind=kind, number=account.masked),
        shown_as=shown_as,
    )


def revocation(
    about: About,
    filing: Filing,
    was: Earlier,
    *,
    revoked_yen: int,
    left_yen: int,
    reasons: Sequence[Why],
    repay: Repayment | None = None,
) -> Revocation:
    """The letter that takes the decision back (取消通知書), and what of it comes back (返還)."""
    back = repay if repay and repay.amount_yen else None
    return Revocation(
        head=head(about, filing),
        earlier=was,
        scope=about.say("revoked.part" if left_yen else "revoked.whole"),
        revoked=yen(revoked_yen),
        left=yen(left_yen),
        reasons=sentences.reasons(about, reasons),
        repay=yen(back.amount_yen) if back else "",
        repay_by=wareki_day(back.by) if back and back.by else "",
        repay_how=(back.how or about.say("repay.how")) if back else about.say("repay.nothing"),
        teaching=about.teaching,
    )


def envelope(about: About) -> Envelope:
    """The sheet behind the window of the envelope (宛名), as the person wants their letters.

    Who comes to the counter, and whose address is protected, has none: it is a sheet for the desk.
    """
    applied, wish = about.applied, about.applied.delivery
    if applied.protected or wish.how == "counter":
        return Envelope(Addressee(applied.name, protected=applied.protected))
    to = Addressee(applied.name, address=wish.address) if wish.how == "address" else None
    return Envelope(to or addressee(applied), tuple(sentences.sender(about)))


def reckoned(about: About, lines: Sequence[Line], amount_yen: int) -> tuple[str, ...]:
    """The way to the sum that was decided, line by line: what was open is decided with it."""
    open_ = (*NO_STEP, *(each.code for each in lines if each.code.endswith(("_open", "_unknown"))))
    said = (
        about.rules.words.get(each.key, "ja", **each.values)
        for each in lines
        if each.code not in open_
    )
    return (*(each.words for each in said), _granted(about, amount_yen))


def blanks(letter: Letter) -> tuple[str, ...]:
    """What the officer has to see to before a letter goes out: keys of `desk_grant_papers.blank`.

    >>> from types import SimpleNamespace
    >>> blanks(SimpleNamespace(teaching="", head=SimpleNamespace(on="", document_number="1")))
    ('on', 'teaching')
    """
    found = [name for name in ("on", "document_number") if not getattr(letter.head, name)]
    lacks_teaching = not getattr(letter, "teaching", "-")
    return (*found, *(["teaching"] if lacks_teaching else []))


def _granted(about: About, amount_yen: int) -> str:
    return about.say("working.granted", sum=yen(amount_yen))
