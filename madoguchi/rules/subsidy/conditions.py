"""Is a condition met (条件の判断)? Each named condition has its arm; a missing fact is unknown.

`why` names what is special about an answer; it has words of its own (``ground.<code>.<why>``).
"""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from madoguchi.rules.decision import Held
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.subsidy import (
    AfterPayment,
    BeforeContract,
    Condition,
    EngagedLawyer,
    Estimate,
    IncomeWithin,
    InWords,
    NoGangTies,
    NoTaxArrears,
    NotGrantedBefore,
    NotRecovered,
    NotRefunded,
    PrintedScreens,
    Resident,
    Timing,
    UsedAnyOf,
    UsedDesk,
)
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.facts import Facts, Granted

type Answer = tuple[Held, str]

MET: Answer = (Held.MET, "")
UNMET: Answer = (Held.UNMET, "")
UNKNOWN: Answer = (Held.UNKNOWN, "")


@dataclass(frozen=True, slots=True)
class Statement:
    """The facts, and whose they are: of the desk that has seen the papers, or ``self_reported``.

    ``on``: the day of the application; of a citizen who did not apply yet, the day of asking.
    """

    facts: Facts
    on: date | None
    self_reported: bool = False


def condition(rule: Condition, statement: Statement) -> Answer:
    """Whether a condition holds, and what is special about the answer.

    >>> from madoguchi.rules.programme.words import Words
    >>> from madoguchi.rules.subsidy.facts import Facts
    >>> condition(Resident(Words("市民"), "x"), Statement(Facts(registered=False), None))[0].value
    'unmet'
    """
    facts = statement.facts
    match rule:
        case Resident():
            answer = _registered(rule, statement)
        case UsedDesk():
            answer = _used_desk(rule, facts)
        case UsedAnyOf():
            answer = UNKNOWN
            if facts.consulted is not None:
                answer = whether(any(each in rule.of for each in facts.consulted))
        case IncomeWithin():
            answer = _income(rule, facts)
        case EngagedLawyer():
            answer = _engaged(rule, facts)
        case Estimate():
            answer = _estimate(statement)
        case PrintedScreens():
            answer = _paper(facts.screens_printed, statement)
        case NotGrantedBefore():
            answer = _granted(rule, facts.granted, statement.on)
        case NoTaxArrears():
            answer = whether_not(facts.tax_arrears)
        case NoGangTies():
            answer = whether_not(facts.gang_ties)
        case NotRefunded():
            answer = nothing(facts.refunded_yen)
            if facts.refunded_yen is None and facts.contract == "none":
                answer = MET  # before the contract nothing was paid, so nothing can have come back
        case NotRecovered():
            answer = nothing(facts.recovered_yen)
        case InWords():
            answer = whether(facts.in_words)
        case _:
            assert_never(rule)
    return answer


def timing(rule: Timing, statement: Statement) -> Answer:
    """Whether the application comes at its time (申請の時期).

    >>> from madoguchi.rules.subsidy.facts import Facts
    >>> rule = AfterPayment("x", or_legal_aid=True, or_legal_aid_source="x")
    >>> timing(rule, Statement(Facts(legal_aid="suspended"), None))
    (<Held.UNMET: 'unmet'>, 'suspended')
    """
    match rule:
        case BeforeContract():
            return _before_contract(rule, statement)
        case AfterPayment():
            return _after_payment(rule, statement)
        case _:
            assert_never(rule)


def whether(fact: bool | None) -> Answer:  # noqa: FBT001 - the fact itself
    """Met when a fact is so, unknown when it is not known.

    >>> [whether(fact)[0].value for fact in (True, False, None)]
    ['met', 'unmet', 'unknown']
    """
    if fact is None:
        return UNKNOWN
    return MET if fact else UNMET


def whether_not(fact: bool | None) -> Answer:  # noqa: FBT001 - the fact itself
    """Met when a fact is not so, unknown when it is not known.

    >>> [whether_not(fact)[0].value for fact in (True, False, None)]
    ['unmet', 'met', 'unknown']
    """
    return UNKNOWN if fact is None else whether(not fact)


def nothing(yen: int | None) -> Answer:
    """Met when there was no money, unknown when it is not known.

    >>> [nothing(yen)[0].value for yen in (0, 1, None)]
    ['met', 'unmet', 'unknown']
    """
    return UNKNOWN if yen is None else whether(yen == 0)


def _registered(rule: Resident, statement: Statement) -> Answer:
    """Who moved away was registered on one day and not on another: which of them counts?"""
    answer, moved_on = whether(statement.facts.registered), statement.facts.moved_out_on
    if moved_on is None or answer != MET:
        return answer
    if statement.on is None or moved_on < statement.on:
        return UNKNOWN  # registered on that day and gone before it: somebody has to look
    if rule.as_of_source == UNCONFIRMED:
        return (Held.UNKNOWN, "as_of")
    return MET if rule.as_of == "application" else (Held.UNMET, "moved")


def _used_desk(rule: UsedDesk, facts: Facts) -> Answer:
    """A channel that the page does not name may count, too, until somebody confirmed the list."""
    if facts.used_desk is None:
        return UNKNOWN
    if facts.used_desk == "no":
        return UNMET
    if facts.used_desk in rule.desk_used_means:
        return MET
    return (Held.UNKNOWN, "means") if rule.desk_used_means_source == UNCONFIRMED else UNMET


def _income(rule: IncomeWithin, facts: Facts) -> Answer:
    """An unconfirmed row decides nothing, in either direction."""
    if facts.household is None or facts.income_yen is None:
        return UNKNOWN
    row = next((each for each in rule.row if each.household == facts.household), None)
    if row is None or row.source == UNCONFIRMED:
        return (Held.UNKNOWN, "no_row")
    return whether(facts.income_yen <= row.at_most_yen)


def _engaged(rule: EngagedLawyer, facts: Facts) -> Answer:
    if facts.engaged is None:
        return UNKNOWN
    if facts.engaged in rule.who:
        return MET
    return (Held.UNKNOWN, "who") if rule.who_source == UNCONFIRMED else UNMET


def _paper(there: bool | None, statement: Statement) -> Answer:  # noqa: FBT001 - the fact itself
    """A citizen can still bring what is not there; at the desk it is missing."""
    if there is False and statement.self_reported:
        return (Held.UNKNOWN, "to_prepare")
    return whether(there)


def _estimate(statement: Statement) -> Answer:
    """An undated estimate, one of another fiscal year or a later one is for a human to look at."""
    facts = statement.facts
    if not facts.estimate:
        return _paper(facts.estimate, statement)
    if facts.estimate_on is None:
        return (Held.UNKNOWN, "undated")
    if statement.on is None:
        return UNKNOWN
    if fiscal_year(facts.estimate_on) != fiscal_year(statement.on):
        return (Held.UNKNOWN, "other_year")
    return (Held.UNKNOWN, "later") if facts.estimate_on > statement.on else MET


def _granted(
    rule: NotGrantedBefore, granted: tuple[Granted, ...] | None, on: date | None
) -> Answer:
    """While the frequency is open, any earlier grant is one to ask about."""
    if granted is None:
        return UNKNOWN
    if not granted:
        return MET
    if rule.source == UNCONFIRMED:
        return (Held.UNKNOWN, "before")
    if rule.frequency == "fiscal_year" and on is None:
        return UNKNOWN
    return whether(not any(_counts(rule, each, on) for each in granted))


def _counts(rule: NotGrantedBefore, earlier: Granted, on: date | None) -> bool:
    match rule.frequency:
        case "person":
            return True
        case "matter":
            return earlier.same_matter
        case "fiscal_year":
            return on is not None and fiscal_year(earlier.on) == fiscal_year(on)
        case _:
            assert_never(rule.frequency)


def _before_contract(rule: BeforeContract, statement: Statement) -> Answer:
    """A citizen who has signed and did not apply yet comes after the contract."""
    facts = statement.facts
    if facts.contract is None:
        return UNKNOWN
    if facts.contract == "none":
        # Before the contract anything is in time, but it has to be an application.
        if facts.applied_by != "web":
            return MET
        if rule.online_counts_as_application_source == UNCONFIRMED:
            return (Held.UNKNOWN, "online")
        return MET if rule.online_counts_as_application else (Held.UNKNOWN, "to_apply")
    if statement.self_reported and facts.applied_on is None:
        # Nothing was applied for yet, so a contract of today is before it, whatever the hour;
        # where the same day is enough, an application of today still comes in time.
        same_day = rule.same_day and rule.same_day_source != UNCONFIRMED
        waits = rule.contract_after == "decision" and rule.contract_after_source != UNCONFIRMED
        signed_on, today = facts.contract_on, statement.on
        if signed_on is None or (today is not None and signed_on < today):
            return UNMET
        if signed_on == today:
            return (Held.MET, "today") if same_day and not waits else UNMET
    if facts.contract_on is None or statement.on is None:
        return UNKNOWN
    return _signed(rule, facts, (facts.contract_on - statement.on).days)


def _signed(rule: BeforeContract, facts: Facts, days_after: int) -> Answer:
    """On the same day an open rule is asked about, unless the contract comes too early anyway."""
    if days_after < 0:
        return UNMET
    is_open = rule.same_day_source == UNCONFIRMED
    if days_after == 0 and not is_open and not rule.same_day:
        return UNMET
    waited = _waited(rule, facts)
    if days_after == 0 and is_open and waited != UNMET:
        return (Held.UNKNOWN, "same_day")
    return waited


def _waited(rule: BeforeContract, facts: Facts) -> Answer:
    """A contract after the application, but before any decision: what had it to wait for?"""
    if rule.contract_after_source == UNCONFIRMED:
        return (Held.UNKNOWN, "contract_after")
    if rule.contract_after == "decision":
        return UNMET
    if facts.applied_by in ("counter", "post"):
        return MET
    if rule.online_counts_as_application_source == UNCONFIRMED:
        return (Held.UNKNOWN, "online")
    if rule.online_counts_as_application:
        return MET
    return UNMET if facts.applied_by == "web" else (Held.UNKNOWN, "applied_by")


def _after_payment(rule: AfterPayment, statement: Statement) -> Answer:
    """Legal aid decides nothing, in either direction, until somebody confirmed what it does."""
    aid, is_open = statement.facts.legal_aid, rule.or_legal_aid_source == UNCONFIRMED
    if aid == "suspended":
        return (Held.UNKNOWN, "legal_aid") if is_open else (Held.UNMET, "suspended")
    paid = UNKNOWN
    if statement.facts.contract == "none":
        paid = (Held.UNKNOWN, "not_yet") if statement.self_reported else UNMET
    elif statement.facts.paid_on is not None and statement.on is not None:
        paid = whether(statement.facts.paid_on <= statement.on)
    if aid == "repaying" and paid != MET:
        if is_open:
            return (Held.UNKNOWN, "legal_aid")
        return MET if rule.or_legal_aid else paid
    return paid
