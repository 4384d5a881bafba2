"""The paper on which the decision is taken, from plain values (起案用紙を書く).

Only who, how much and what was checked goes onto it; what the person told beside stays closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from madoguchi.rules.decision import Held
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year, wareki_short
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.work.subsidy.letters.papers import Budget, Checked, Draft
from madoguchi.work.subsidy.letters.writing import About, day, yen


@dataclass(frozen=True)
class Seen:
    """One condition: the reason's code, its source, what the machine found, what the officer did.

    `held` is what follows from the officer's verdict; None where nobody has looked yet.
    """

    code: str
    source: str
    machine: Held
    held: Held | None = None
    by: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Money:
    """The year's budget in yen as it stands before this decision (予算).

    `account`: 款項目節 as the city writes it.
    """

    fiscal_year: int
    account: str
    total_yen: int
    reserved_yen: int
    spent_yen: int


@dataclass(frozen=True)
class Proposed:
    """What is proposed (起案する内容); a refusal has no sum.

    `why`: the reason of a sum where the rules leave several. `remarks`: what else is to be known.
    """

    outcome: Literal["grant", "refuse"]
    applied_on: date
    received_on: date
    drafter: str
    amount_yen: int = 0
    received_number: str = ""
    working: tuple[str, ...] = field(default=(), repr=False)
    why: str = field(default="", repr=False)
    remarks: tuple[str, ...] = field(default=(), repr=False)


def draft(
    about: About, filing: Filing, proposed: Proposed, seen: Sequence[Seen], money: Money
) -> Draft:
    """The paper of a decision (起案用紙); what the city's system has not given yet is a blank."""
    name, outcome = about.applied.name, proposed.outcome
    granted = outcome == "grant"
    because = [about.say("draft.because", why=proposed.why)] if proposed.why else []
    return Draft(
        title=about.say(f"draft.{outcome}", subsidy=about.subsidy, name=name),
        proposal=about.say(f"draft.propose_{outcome}"),
        person=name,
        reference=about.reference,
        applied_on=day(proposed.applied_on),
        received_on=day(proposed.received_on),
        receipt_number=proposed.received_number,
        amount=yen(proposed.amount_yen) if granted else about.say("draft.refused"),
        working=(*proposed.working, *because),
        checks=tuple(_checked(about, each) for each in seen),
        budget=_budget(money, proposed.amount_yen if granted else 0),
        level=_level(about, filing),
        binder=filing.binder,
        kept=_kept(about, filing),
        disclosure=about.say(f"draft.disclosure.{filing.disclosure}") if filing.disclosure else "",
        drafter=proposed.drafter,
        drafted_on=day(filing.drafted_on),
        decided_on=day(filing.decided_on),
        sent_on=day(filing.enforced_on),
        document_number=filing.document_number,
        annex=about.say("draft.annex"),
        remarks=proposed.remarks,
    )


def _checked(about: About, seen: Seen) -> Checked:
    return Checked(
        condition=about.condition(seen.code),
        source=about.cited(seen.source),
        machine=about.say(f"draft.verdict.{seen.machine.value}"),
        verdict=about.say(f"draft.verdict.{seen.held.value if seen.held else 'none'}"),
        by=seen.by,
        on=wareki_short(seen.on) if seen.on else "",
    )


def _budget(money: Money, now_yen: int) -> Budget:
    left = money.total_yen - money.reserved_yen - money.spent_yen - now_yen
    return Budget(
        year=wareki_fiscal_year(money.fiscal_year),
        account=money.account,
        total=yen(money.total_yen),
        reserved=yen(money.reserved_yen),
        spent=yen(money.spent_yen),
        now=yen(now_yen),
        left=yen(left),
    )


def _level(about: About, filing: Filing) -> str:
    """How it is decided (決裁区分), and by whom in another's place (代決)."""
    if not filing.decision_class:
        return ""
    said = about.say(f"draft.class.{filing.decision_class}")
    if not filing.deputy:
        return said
    return about.say("draft.deputy", said=said, deputy=filing.deputy)


def _kept(about: About, filing: Filing) -> str:
    """For how long the file is kept: as typed, else as the city confirmed it."""
    life = about.rules.version.life
    sure = life.retention_years if life.retention_years_source != UNCONFIRMED else None
    years = filing.retention_years or sure
    return about.say("draft.years", years=years) if years else ""
