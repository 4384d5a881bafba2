"""May this person have the grant, and how much (交付の判断)? Every reason at once, with its source.

A condition that nobody confirmed (要確認) never leads to no, and neither do last year's rules.
An officer's verdict on a condition (審査) overrules what the machine found of it. The amount is
then reckoned as if there were no conditions, as long as no verdict or finding leads to no.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from madoguchi.rules.decision import Decision, Held, Reason
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import Amount, Condition, SubsidyVersion, Terms, Timing
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import UNCONFIRMED, Column
from madoguchi.rules.subsidy import conditions
from madoguchi.rules.subsidy.amounts import (
    VAST_YEN,
    Bounds,
    Given,
    Part,
    Track,
    eligible,
    grant,
    highest,
)
from madoguchi.rules.subsidy.conditions import Answer, Statement
from madoguchi.rules.subsidy.facts import Facts
from madoguchi.rules.subsidy.working import Line, working

__all__ = [
    "Judgement",
    "Line",
    "cap_of",
    "judge",
    "quote",
    "reason_words",
    "reviewed",
    "unsettled",
    "way_words",
    "with_verdict",
    "words_of",
    "working_words",
]
_OPEN = frozenset(
    {"means", "who", "no_row", "same_day", "contract_after", "online", "legal_aid", "as_of"}
)
"""Answers that are unknown because a part of the condition is 要確認."""
TERMS, AMOUNT = "subsidy.terms", "subsidy.amount"
OUTCOMES = ("result", "between", "at_most")  # the lines that say the amount (目安)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision with its reasons, the amount and its working (判断).

    ``amount_yen`` is a number only where every possible amount is the same; else the amount lies
    between ``at_least_yen`` and ``at_most_yen``, None where nothing bounds it.
    """

    decision: Decision
    amount_yen: int | None
    at_least_yen: int | None
    at_most_yen: int | None
    working: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Sum:
    """The amount and what it is reckoned from."""

    amount: Amount
    track: Track
    given: Given
    bounds: Bounds

    @property
    def yen(self) -> int | None:
        """The amount, where every possible one is the same."""
        least, most = self.bounds
        known = self.track.known and least == most and not self.amount.rate_is_open
        return most if known else None


def judge(facts: Facts, terms: Terms) -> Judgement:
    """The decision on facts that the desk has seen.

    >>> from datetime import date
    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.subsidy.facts import Facts
    >>> terms = programme("shibukawa").subsidy.terms_on(date(2024, 6, 3))
    >>> judge(Facts(registered=False), terms).decision.answer
    'no'
    """
    return _judge(Statement(facts, facts.applied_on), terms)


def quote(facts: Facts, terms: Terms) -> Judgement:
    """The decision on facts as a citizen states them, who may not have applied yet (目安).

    Where nobody confirmed whether a cap is for all acts or for each, it is taken as one for all.

    >>> from datetime import date
    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.subsidy.facts import Facts
    >>> terms = programme("shibukawa").subsidy.terms_on(date(2024, 6, 3))
    >>> found = quote(Facts(estimate=False), terms)
    >>> [words_of(one) for one in found.decision.reasons if one.code == "subsidy.estimate"]
    ['ground.subsidy.estimate.to_prepare']
    """
    return _judge(Statement(facts, facts.applied_on or terms.on, self_reported=True), terms)


def cap_of(facts: Facts, terms: Terms) -> int | None:
    """The most that the rules grant for these acts, however much they cost; None where it is open.

    >>> from datetime import date
    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.subsidy.facts import Cost, Facts
    >>> terms = programme("shibukawa").subsidy.terms_on(date(2024, 6, 3))
    >>> cap_of(Facts(costs=(Cost("deletion", "retainer", 200_000),)), terms)
    150000
    """
    version = terms.version
    if version is None or version.amount.rate_is_open:
        return None
    counting = eligible(version.cost, facts.costs, version.amount).most
    acts = [Part(act, VAST_YEN) for act, _ in counting] or [Part("", VAST_YEN)]
    return highest(version.amount, acts, Given(0, facts.granted))


def words_of(reason: Reason) -> str:
    """The text key of a reason: by its ``why`` if it has one, else by whether it is met.

    >>> words_of(Reason("subsidy.resident", Held.MET))
    'ground.subsidy.resident.met'
    """
    return f"ground.{reason.code}.{reason.values.get('why') or reason.held.value}"


def _judge(statement: Statement, terms: Terms) -> Judgement:
    version = terms.version
    if version is None:
        closed = terms.state == "ended"
        reason = _reason("subsidy.terms", Held.UNMET if closed else Held.UNKNOWN, "", "")
        nothing = 0 if closed else None
        return Judgement(Decision.of(reason), nothing, nothing, nothing, ())
    stale = terms.state == "stale"
    amount = version.amount.for_citizens if statement.self_reported else version.amount
    track, given = eligible(version.cost, statement.facts.costs, amount), Given.of(statement.facts)
    total = _Sum(amount, track, given, grant(amount, track, given))
    why = "stale" if stale else "unconfirmed" if version.source == UNCONFIRMED else ""
    decision = Decision.of(
        _reason("subsidy.terms", Held.UNKNOWN if why else Held.MET, why, version.source),
        *(
            _of(rule, conditions.condition(rule, statement), stale=stale)
            for rule in version.condition
        ),
        _timing(version.timing, statement, stale=stale),
        *_money(version, total, stale=stale),
    )
    if decision.answer == "no":
        return Judgement(decision, 0, 0, 0, ())
    lines = working(total.amount, total.track, total.given, total.bounds)
    if stale:
        year = fiscal_year(version.since)
        lines = (Line("stale", {"year": wareki_fiscal_year(year), "ad": year}), *lines)
    if not total.track.most or total.amount.rate_is_open:
        return Judgement(decision, None, None, None, lines)
    least, most = total.bounds
    return Judgement(
        decision,
        None if stale else total.yen,
        least,
        None if most >= VAST_YEN else most,
        lines,
    )


def _money(version: SubsidyVersion, total: _Sum, *, stale: bool) -> tuple[Reason, ...]:
    """Whether a cost counts, and whether the amount is known."""
    is_open = total.track.open and total.track.held is Held.UNKNOWN
    cost = _softened((total.track.held, "unconfirmed" if is_open else ""), stale=stale)
    confirmed = (each.source for each in version.cost if each.source != UNCONFIRMED)
    source = UNCONFIRMED if is_open else next(confirmed, version.source)
    costs = _reason("subsidy.eligible_cost", *cost, source)
    if total.track.held is Held.UNMET or (is_open and not total.track.most):
        return (costs,)
    if total.yen is not None:
        answer = conditions.MET if total.yen else conditions.UNMET
    elif not total.track.known:
        answer = (Held.UNKNOWN, "cost")
    else:
        aid_unknown = total.given.aid_yen is None and total.amount.aid_matters
        answer = (Held.UNKNOWN, "other_aid" if aid_unknown else "")
    held, why = _softened(answer, stale=stale)
    return costs, _reason("subsidy.amount", held, why, _amount_source(total.amount, answer))


def _amount_source(amount: Amount, answer: Answer) -> str:
    """The source of the rule on which the amount depends; 要確認 where that rule is open."""
    held, why = answer
    if amount.rate_is_open:
        return UNCONFIRMED
    if held is not Held.UNKNOWN or why == "cost":
        return amount.formula.source
    if why == "other_aid":
        return amount.less.source
    return UNCONFIRMED if amount.is_open else amount.consumption_tax_source


def _timing(rule: Timing, statement: Statement, *, stale: bool) -> Reason:
    """The reason of the time to apply; while nobody confirmed it, unknown whatever the facts."""
    if rule.source == UNCONFIRMED:
        return _reason(_code(type(rule).__name__), Held.UNKNOWN, "unconfirmed", UNCONFIRMED)
    return _of(rule, conditions.timing(rule, statement), stale=stale)


def _of(rule: Condition | Timing, answer: Answer, *, stale: bool) -> Reason:
    """The reason of a condition; what is open in the data is never a no."""
    held, why = answer
    if held is Held.UNMET:
        if rule.source == UNCONFIRMED:
            held, why = Held.UNKNOWN, "unconfirmed"
        elif stale:
            held, why = _softened(answer, stale=stale)
    source = UNCONFIRMED if why in _OPEN else rule.source
    return _reason(_code(type(rule).__name__), held, why, source)


def _softened(answer: Answer, *, stale: bool) -> Answer:
    """Under last year's rules nobody is refused: what they would refuse is to be asked."""
    return (Held.UNKNOWN, "last_year") if stale and answer[0] is Held.UNMET else answer


@cache
def _code(name: str) -> str:
    return f"subsidy.{snake(name)}"


@lru_cache(maxsize=1024)
def _reason(code: str, held: Held, why: str, source: str) -> Reason:
    """A reason, cached: there are few different ones, since it holds no fact of a person."""
    return Reason(code, held, {"why": why} if why else {}, source)


def reviewed(facts: Facts, terms: Terms, verdicts: Mapping[str, Held]) -> Judgement:
    """The decision with the officer's verdicts, by the codes of the reasons.

    >>> from datetime import date
    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.subsidy.facts import Facts
    >>> terms = programme("shibukawa").subsidy.terms_on(date(2024, 6, 3))
    >>> found = reviewed(Facts(registered=True), terms, {"subsidy.resident": Held.UNMET})
    >>> found.decision.answer, found.amount_yen
    ('no', 0)
    """
    found = judge(facts, terms)
    reasons = tuple(with_verdict(reason, verdicts) for reason in found.decision.reasons)
    decision = Decision.of(*reasons)
    if decision.answer == "no":
        return Judgement(decision, 0, 0, 0, ())
    money = _amount_alone(facts, terms, verdicts)
    if money.decision.answer == "no":  # the machine counts no cost, the officer does
        return Judgement(decision, None, None, None, ())
    return replace(money, decision=decision)


def unsettled(judgement: Judgement) -> tuple[Reason, ...]:
    """The conditions that nobody has settled (未確認); the amount is not one of them.

    >>> from madoguchi.rules.decision import Decision, Reason, Held
    >>> open_ = Reason("subsidy.resident", Held.UNKNOWN)
    >>> judged = Judgement(Decision.of(open_, Reason(AMOUNT, Held.UNKNOWN)), None, 0, 5, ())
    >>> [reason.code for reason in unsettled(judged)]
    ['subsidy.resident']
    """
    return tuple(
        reason
        for reason in judgement.decision.reasons
        if reason.held is Held.UNKNOWN and reason.code != AMOUNT
    )


def with_verdict(reason: Reason, verdicts: Mapping[str, Held]) -> Reason:
    """A reason with the officer's verdict on it; unchanged where there is none.

    >>> reason = Reason("subsidy.resident", Held.UNKNOWN)
    >>> with_verdict(reason, {"subsidy.resident": Held.MET}).held.value
    'met'
    """
    held = verdicts.get(reason.code)
    return reason if held is None else Reason(reason.code, held, {}, reason.source)


def _amount_alone(facts: Facts, terms: Terms, verdicts: Mapping[str, Held]) -> Judgement:
    """The amount under these rules without their conditions, which verdicts have settled."""
    if terms.version is None:
        return judge(facts, terms)
    state = "known" if verdicts.get(TERMS) is Held.MET else terms.state
    # What nobody confirmed is asked about and never a no: so the timing takes no amount away.
    timing = replace(terms.version.timing, source=UNCONFIRMED)
    version = replace(terms.version, condition=(), timing=timing)
    return judge(facts, Terms(version, terms.on, state))


def reason_words(reason: Reason, texts: Texts, column: Column = "ja") -> str:
    """What a reason says, in a column.

    >>> from madoguchi.rules.decision import Reason
    >>> from madoguchi.rules.programme.words import Words
    >>> from madoguchi.rules.programme.texts import Texts
    >>> there = Texts({"ground.subsidy.resident.unmet": Words("住民登録がありません。")})
    >>> reason_words(Reason("subsidy.resident"), there)
    '住民登録がありません。'
    """
    return texts.get(words_of(reason), column).words


def working_words(judgement: Judgement, texts: Texts, column: Column = "ja") -> tuple[str, ...]:
    """The lines of the working, in a column, in their order.

    >>> from madoguchi.rules.decision import Decision
    >>> from madoguchi.rules.programme.words import Words
    >>> from madoguchi.rules.programme.texts import Texts
    >>> from madoguchi.rules.subsidy.judge import Judgement, Line
    >>> there = Texts({"working.result": Words("交付の額は{yen}円です。")})
    >>> found = Judgement(Decision("yes", ()), 5, 5, 5, (Line("result", {"yen": "5"}),))
    >>> working_words(found, there)
    ('交付の額は5円です。',)
    """
    return tuple(texts.get(line.key, column, **line.values).words for line in judgement.working)


def way_words(judgement: Judgement, texts: Texts) -> tuple[str, ...]:
    """The lines of the working without those that say the amount, for pages that show it anyway.

    >>> from madoguchi.rules.decision import Decision
    >>> from madoguchi.rules.programme.texts import Texts
    >>> from madoguchi.rules.subsidy.judge import Judgement, Line
    >>> way_words(Judgement(Decision("yes", ()), 5, 5, 5, (Line("result", {}),)), Texts({}))
    ()
    """
    lines = tuple(line for line in judgement.working if line.code not in OUTCOMES)
    return working_words(replace(judgement, working=lines), texts)
