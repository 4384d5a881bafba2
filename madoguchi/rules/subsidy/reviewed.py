"""The judgement as an officer reviewed it (審査): what they have seen goes before the machine's.

A verdict stands for one condition. The amount is reckoned as if no condition stood in its way,
as long as none that counts is unmet.
"""

from collections.abc import Mapping
from dataclasses import replace

from madoguchi.rules.decision import Decision, Ground, Held
from madoguchi.rules.programme.subsidy import SubsidyVersion, Terms
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.facts import Facts
from madoguchi.rules.subsidy.judge import Judgement, judge

TERMS, AMOUNT = "subsidy.terms", "subsidy.amount"


def reviewed(facts: Facts, terms: Terms, verdicts: Mapping[str, Held]) -> Judgement:
    """The decision with the officer's verdicts, by the codes of the grounds.

    >>> from datetime import date
    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.subsidy.facts import Facts
    >>> terms = programme("shibukawa").subsidy.terms_on(date(2024, 6, 3))
    >>> found = reviewed(Facts(registered=True), terms, {"subsidy.resident": Held.UNMET})
    >>> found.decision.answer, found.amount_yen
    ('no', 0)
    """
    found = judge(facts, terms)
    grounds = tuple(seen(ground, verdicts) for ground in found.decision.grounds)
    decision = Decision.of(*grounds)
    if decision.answer == "no":
        return Judgement(decision, 0, 0, 0, ())
    money = _money(facts, terms, verdicts)
    if money.decision.answer == "no":  # the machine counts no cost, the officer does
        return Judgement(decision, None, None, None, ())
    return replace(money, decision=decision)


def unsettled(judgement: Judgement) -> tuple[Ground, ...]:
    """The conditions that nobody has settled (未確認); the amount is not one of them.

    >>> from madoguchi.rules.decision import Decision, Ground, Held
    >>> open_ = Ground("subsidy.resident", Held.UNKNOWN)
    >>> judged = Judgement(Decision.of(open_, Ground(AMOUNT, Held.UNKNOWN)), None, 0, 5, ())
    >>> [ground.code for ground in unsettled(judged)]
    ['subsidy.resident']
    """
    return tuple(
        ground
        for ground in judgement.decision.grounds
        if ground.held is Held.UNKNOWN and ground.code != AMOUNT
    )


def seen(ground: Ground, verdicts: Mapping[str, Held]) -> Ground:
    """A ground as the officer's verdict on it has it; as it is where there is none.

    >>> seen(Ground("subsidy.resident", Held.UNKNOWN), {"subsidy.resident": Held.MET}).held.value
    'met'
    """
    held = verdicts.get(ground.code)
    return ground if held is None else Ground(ground.code, held, {}, ground.source)


def _money(facts: Facts, terms: Terms, verdicts: Mapping[str, Held]) -> Judgement:
    """The amount alone: of these rules without their conditions, which others have settled."""
    if terms.version is None:
        return judge(facts, terms)
    state = "known" if verdicts.get(TERMS) is Held.MET else terms.state
    return judge(facts, Terms(_without_conditions(terms.version), terms.on, state))


def _without_conditions(version: SubsidyVersion) -> SubsidyVersion:
    # What nobody confirmed is asked about and never a no: so the timing takes no amount away.
    timing = replace(version.timing, source=UNCONFIRMED)
    return replace(version, condition=(), timing=timing)
