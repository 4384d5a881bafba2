"""May this person have the grant, and how much (交付の判断)? Every reason at once, with its source.

A condition that nobody confirmed (要確認) never leads to no, and neither do last year's rules.
An officer's verdict on a condition (審査) overrules what the machine found of it. The amount is
then reckoned as if there were no conditions, as long as no verdict or finding leads to no.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import chain, combinations

from madoguchi.rules.decision import Decision, Held, Reason
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import Condition, SubsidyVersion, Terms, Timing
from madoguchi.rules.programme.subsidy_amount import Act, Amount
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import UNCONFIRMED, Column
from madoguchi.rules.subsidy import conditions
from madoguchi.rules.subsidy.amounts import VAST_YEN, Bounds, Given, Track, eligible, grant
from madoguchi.rules.subsidy.conditions import Answer, Statement
from madoguchi.rules.subsidy.facts import Cost, CostByNow, Facts
from madoguchi.rules.subsidy.working import Line, leading_to, working

_OPEN = frozenset(
    {"means", "who", "no_row", "same_day", "contract_after", "online", "legal_aid", "as_of"}
)
"""Answers that are unknown because a part of the condition is 要確認."""
TERMS, AMOUNT, COST = "subsidy.terms", "subsidy.amount", "subsidy.eligible_cost"
OUTCOMES = ("result", "between", "at_most")  # the lines that say the amount (目安)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision with its reasons, the amount and its working (判断).

    ``amount_yen`` is a number only where every possible amount is the same; else the amount lies
    between ``at_least_yen`` and ``at_most_yen``, None where nothing bounds it. ``bound_yen``: the
    most that may be granted; None where share, cap or a cost is not known, so that nothing may be.
    """

    decision: Decision
    amount_yen: int | None
    at_least_yen: int | None
    at_most_yen: int | None
    working: tuple[Line, ...]
    unsplit: bool = False
    total: "_Sum | None" = field(default=None, compare=False, repr=False)

    @property
    def bound_yen(self) -> int | None:
        unknown = self.total is not None and self.total.track.vast
        return None if unknown else self.at_most_yen

    def leading_to(self, yen: int) -> tuple[Line, ...]:
        """The working of a sum that was decided, with what was open decided as it says."""
        of = self.total
        return leading_to(of.amount, of.track, of.given, yen) if of and not self.unsplit else ()


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
    >>> from madoguchi.rules.subsidy.facts import Cost, Facts
    >>> terms = programme("shibukawa").subsidy.terms_on(date(2024, 6, 3))
    >>> judge(Facts(registered=False), terms).decision.answer
    'no'
    """
    return _judge(Statement(facts, facts.applied_on), terms)


def quote(facts: Facts, terms: Terms) -> Judgement:
    """The decision on facts as a citizen states them, who may not have applied yet (目安).

    >>> from datetime import date
    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.subsidy.facts import Cost, Facts
    >>> terms = programme("shibukawa").subsidy.terms_on(date(2024, 6, 3))
    >>> found = quote(Facts(estimate=False), terms)
    >>> [words_of(one) for one in found.decision.reasons if one.code == "subsidy.estimate"]
    ['ground.subsidy.estimate.to_prepare']
    """
    return _judge(Statement(facts, facts.applied_on or terms.on, self_reported=True), terms)


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
        reason = _reason(TERMS, Held.UNMET if closed else Held.UNKNOWN, "", "")
        nothing = 0 if closed else None
        return Judgement(Decision.of(reason), nothing, nothing, nothing, ())
    stale = terms.state == "stale"
    amount = version.amount
    track, given = eligible(version.cost, statement.facts.costs, amount), Given.of(statement.facts)
    total = _Sum(amount, track, given, grant(amount, track, given))
    source = UNCONFIRMED if version.open_questions else version.source
    why = "stale" if stale else "unconfirmed" if source == UNCONFIRMED else ""
    decision = Decision.of(
        _reason(TERMS, Held.UNKNOWN if why else Held.MET, why, source),
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
        total=total,
    )


def _money(version: SubsidyVersion, total: _Sum, *, stale: bool) -> tuple[Reason, ...]:
    """Whether a cost counts, and whether the amount is known."""
    is_open = total.track.open and total.track.held is Held.UNKNOWN
    cost = _softened((total.track.held, "unconfirmed" if is_open else ""), stale=stale)
    confirmed = (each.source for each in version.cost if each.source != UNCONFIRMED)
    source = UNCONFIRMED if is_open else next(confirmed, version.source)
    costs = _reason(COST, *cost, source)
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
    return costs, _reason(AMOUNT, held, why, _amount_source(total.amount, answer))


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
    return replace(grantable(facts, terms, verdicts), decision=decision)


def grantable(
    facts: Facts, terms: Terms, verdicts: Mapping[str, Held], cost: CostByNow | None = None
) -> Judgement:
    """What may be granted under the terms of the day for what it cost (交付できる額).

    Draft, change, fixing, its later change and payment ask this and nothing else; the conditions
    are judged apart. `cost`: what the person bears of the retainers by now; None where the
    estimate says it. A cost that an officer found eligible counts, whatever the machine says.
    A total of several acts gives a range, from its worst split to its best.

    >>> from datetime import date
    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.subsidy.facts import Cost, Facts
    >>> terms = programme("shibukawa").subsidy.terms_on(date(2024, 6, 3))
    >>> costs = (Cost("deletion", "retainer", 330_000, 30_000),)
    >>> facts = Facts(costs=costs, other_aid_yen=0)
    >>> grantable(facts, terms, {}).amount_yen, grantable(facts, terms, {}, 165_000).at_most_yen
    (150000, 82500)
    """
    version = terms.version
    if version is None:
        return judge(facts, terms)
    splits = costs_by_now(facts.costs, cost)
    found, *others = (
        _grantable(replace(facts, costs=costs), terms, version, verdicts) for costs in splits
    )
    if not others or any(each.at_most_yen is None for each in (found, *others)):
        return found
    least = min(each.at_least_yen or 0 for each in (found, *others))
    most = max(each.at_most_yen or 0 for each in (found, *others))
    rounding = version.amount.rounding
    if rounding.order == "before_cap" and not version.amount.rounding_is_open:
        # Each act is rounded for itself: a split loses from nothing to a unit of each.
        least = max(0, least - rounding.unit_yen * len(others))
        plain = replace(version.amount, rounding=replace(rounding, unit_yen=1, order="after_cap"))
        unrounded = replace(version, amount=plain)
        most = max(
            _grantable(replace(facts, costs=costs), terms, unrounded, verdicts).at_most_yen or 0
            for costs in splits
        )
    if least == most == found.amount_yen:
        return found
    total = Line("split_unknown", {"yen": f"{cost:,}"})
    between = Line("between", {"least": f"{least:,}", "most": f"{most:,}"})
    return replace(
        found,
        amount_yen=None,
        at_least_yen=least,
        at_most_yen=most,
        working=(total, between),
        unsplit=True,
    )


def _grantable(
    facts: Facts, terms: Terms, version: SubsidyVersion, verdicts: Mapping[str, Held]
) -> Judgement:
    if verdicts.get(COST) is Held.MET and version.cost:
        track = eligible(version.cost, facts.costs, version.amount)
        if track.held is Held.UNMET:
            rule = version.cost[0]
            costs = tuple(
                replace(cost, act=rule.act, fee=rule.fee)
                for cost in facts.costs
                if cost.fee in (None, rule.fee)
            )
            facts = replace(facts, costs=costs)
    # What nobody confirmed is asked about and never a no: so the timing takes no amount away.
    timing = replace(version.timing, source=UNCONFIRMED)
    state = "known" if verdicts.get(TERMS) is Held.MET else terms.state
    return judge(facts, Terms(replace(version, condition=(), timing=timing), terms.on, state))


def costs_by_now(costs: tuple[Cost, ...], cost: CostByNow | None) -> tuple[tuple[Cost, ...], ...]:
    """The lines of the estimate with what the retainers cost by now; of its tax nothing is known.

    One possibility, but for a total of several acts: it is spread over each choice of them in equal
    parts, since between these lie all its splits. The same total is split as it was estimated. What
    is not said to be another fee is a retainer; several lines of one act are one cost.

    >>> costs = Cost("deletion", "retainer", 100), Cost("disclosure", "retainer", 200)
    >>> [cost.yen for cost in costs_by_now(costs, {"deletion": 90, "disclosure": 60})[0]]
    [90, 60]
    >>> [[(cost.act, cost.yen) for cost in each] for each in costs_by_now(costs, 150)]
    [[('deletion', 150)], [('disclosure', 150)], [('deletion', 75), ('disclosure', 75)]]
    """
    if cost is None:
        return (costs,)
    retainers = [each for each in costs if each.fee != "other"]
    others = tuple(each for each in costs if each.fee == "other")
    estimated: dict[Act | None, int] = {}
    for each in retainers:
        yen = VAST_YEN if each.yen is None else each.yen
        estimated[each.act] = estimated.get(each.act, 0) + yen
    if not isinstance(cost, int):
        by_now = {act: cost.get(act or "", 0) for act in estimated}
        same = {act for act, yen in by_now.items() if yen == estimated[act]}
        kept = tuple(each for each in costs if each in others or each.act in same)
        new = (Cost(act, "retainer", yen) for act, yen in by_now.items() if act not in same)
        return ((*kept, *new),)
    if cost == sum(estimated.values()):
        return (costs,)
    acts = dict.fromkeys(estimated or [each.act for each in costs[:1]]) or {None: None}
    choices = chain.from_iterable(combinations(acts, size) for size in range(1, len(acts) + 1))
    return tuple((*others, *_in_equal_parts(chosen, cost)) for chosen in choices)


def _in_equal_parts(acts: tuple[Act | None, ...], yen: int) -> Iterator[Cost]:
    for count, act in zip(range(len(acts), 0, -1), acts, strict=True):
        part = yen // count
        yen -= part
        yield Cost(act, "retainer", part)


def refused_sum(
    found: Judgement,
    yen: int,
    *,
    applied_yen: int | None = None,
    decided_yen: int | None = None,
    why: str = "",
    less: str = "",
) -> Reason | None:
    """Why a sum may not be granted by what is grantable; None where it may.

    Without a share, a cap or a cost there is no sum (`grant.rate_open`). Above the most no reason
    helps, and neither above what was applied for or, of a later act, decided. `why`: the reason for
    a sum inside the range that an unconfirmed point leaves open; `less`: the reason for a sum below
    the range.

    >>> found = Judgement(Decision("ask", ()), None, 75_000, 82_500, ())
    >>> [getattr(refused_sum(found, yen), "code", None) for yen in (82_501, 80_000, 70_000)]
    ['grant.amount_most', 'grant.amount_why', 'grant.amount_less']
    >>> refused_sum(found, 80_000, applied_yen=79_999).code, refused_sum(found, 0).code
    ('grant.amount_applied', 'grant.amount')
    """
    if yen <= 0:
        return Reason("grant.amount")
    if found.bound_yen is None:
        return Reason("grant.rate_open")
    bounds = (found.bound_yen, applied_yen, decided_yen)
    most = min(bound for bound in bounds if bound is not None)
    least = min(found.at_least_yen or 0, most)
    if yen > most:
        code = "grant.amount_applied" if most == applied_yen else "grant.amount_most"
        return Reason(code, values={"most": f"{most:,}"})
    if yen < least:
        return None if less else Reason("grant.amount_less", values={"yen": f"{least:,}"})
    return None if why or least == most else Reason("grant.amount_why")


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
    >>> from madoguchi.rules.subsidy.judge import Judgement
    >>> from madoguchi.rules.subsidy.working import Line
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
    >>> from madoguchi.rules.subsidy.judge import Judgement
    >>> from madoguchi.rules.subsidy.working import Line
    >>> way_words(Judgement(Decision("yes", ()), 5, 5, 5, (Line("result", {}),)), Texts({}))
    ()
    """
    lines = tuple(line for line in judgement.working if line.code not in OUTCOMES)
    return working_words(replace(judgement, working=lines), texts)
