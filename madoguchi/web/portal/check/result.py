"""What the answers come to (確かめた結果): an early end, or the amount, what is open, what is next.

Each names what it rests on: the clause of the year's law, else the city's page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from madoguchi.rules.decision import Held, Reason
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.subsidy import (
    BeforeContract,
    SubsidyVersion,
    Terms,
    Timing,
    UsedAnyOf,
)
from madoguchi.rules.programme.words import UNCONFIRMED, Words
from madoguchi.rules.subsidy.facts import Cost, Facts
from madoguchi.rules.subsidy.judge import AMOUNT, TERMS, Judgement, quote, words_of
from madoguchi.web.portal.check.questions import (
    ACTS,
    GONE_PAST,
    LATER,
    SIGNED,
    Answers,
    first,
    is_written,
)

YES_NO = {"yes": True, "no": False}
LEGAL_AID = ("repaying", "suspended")
WORDED = {
    "resident": "registered",
    "used_desk": "used_desk",
    "used_any_of": "consulted",
    "before_contract": "contract",
    "after_payment": "paid",
    "engaged_lawyer": "engaged",
    "eligible_cost": "act",
}
"""The reasons whose ending has words of its own, and the question that it answers."""
OTHER, INCOME = "other", "income"
STEPS, STEPS_OPEN = 4, 2
SHOWN_ABOVE = (TERMS, AMOUNT)
"""Reasons that the page gives in its own words: the year of the rules, and the amount."""
PAPERS = ("subsidy.estimate", "subsidy.printed_screens")
"""Reasons of what is to be prepared: named there, unless something about the paper is open."""


@dataclass(frozen=True)
class Source:
    """What a result rests on: a clause of the rules of this title, or else a page of the city's."""

    title: str
    clause: str = ""
    page: str = ""


@dataclass(frozen=True)
class End:
    """An ending: its name in the words, and the question whose answer may be changed.

    `costs`: what the subsidy is for, where the answer names something else.
    """

    name: str
    question: str
    source: Source
    costs: tuple[Words, ...] = ()

    @property
    def past(self) -> str:
        """The answer with which one goes past it; empty where one cannot."""
        return GONE_PAST.get(self.question, "")

    @property
    def heading(self) -> str:
        """The text key of its heading."""
        return f"check.end_{self.name}.heading"

    @property
    def lead(self) -> str:
        """The text key of what it says."""
        return f"check.end_{self.name}.lead"


@dataclass(frozen=True)
class Sentence:
    """The words of a key, with the values that they name, and the clause that says so."""

    key: str
    values: Mapping[str, object]
    clause: str = ""


@dataclass(frozen=True)
class GivenAnswer:
    """An answer as its person gave it, with the question at which it can be changed."""

    question: str
    heading: str
    sentence: Sentence


@dataclass(frozen=True)
class Result:
    """The last page: nothing on it is a promise. `step`: the one thing to do now."""

    step: str
    source: Source
    amount: Sentence
    working: tuple[Sentence, ...]
    met: tuple[Sentence, ...]
    open: tuple[Sentence, ...]
    more: bool
    needs: tuple[Words, ...]
    order: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    answered: tuple[GivenAnswer, ...]

    @property
    def next(self) -> str:
        """The text key of what to do now."""
        return f"check.next.{self.step}"

    @property
    def may_apply(self) -> bool:
        """Whether that is to apply."""
        return self.step in ("today", "before", "after")


def result(answers: Answers, terms: Terms, *, in_time: bool = True) -> Result:
    """The card of what the answers lead to."""
    judged = quote(facts(answers, terms.on, in_time=in_time), terms)
    reasons = judged.decision.reasons
    version = answers.version
    return Result(
        step=next_step(answers),
        source=source_of(version, version.timing.source),
        amount=rough_amount(judged),
        working=tuple(Sentence(line.key, line.values) for line in judged.working),
        met=tuple(
            Sentence(words_of(reason), reason.values, clause_of(reason.source))
            for reason in reasons
            if reason.held is Held.MET
            and reason.code not in SHOWN_ABOVE
            and not _is_unconfirmed(reason)
        ),
        open=tuple(
            Sentence(words_of(reason), reason.values, clause_of(reason.source))
            for reason in reasons
            if _is_open(reason)
        ),
        more=any(reason.held is Held.UNKNOWN and _is_unconfirmed(reason) for reason in reasons),
        needs=version.needs,
        order=order_of(version.timing),
        notes=(*order_notes(version.timing), "check.note_no_application"),
        answered=tuple(_answered(answers)),
    )


def end_of(answers: Answers, terms: Terms, *, in_time: bool = True) -> End | None:
    """The first ending that answers lead to; None where the way goes on.

    Last year's rules are taken as this year's here: the page says that they may have changed.
    """
    known = replace(terms, state="known")
    judged = quote(facts(answers, terms.on, in_time=in_time), known)
    unmet = [reason for reason in judged.decision.reasons if reason.held is Held.UNMET]
    if not unmet:
        return None
    name, version = unmet[0].code.removeprefix("subsidy."), answers.version
    question, source = WORDED.get(name, ""), source_of(version, unmet[0].source)
    if question not in answers.due:
        return End(OTHER, answers.due[-1], source)
    if name != "eligible_cost":
        return End(name, question, source)
    of_income = answers.value("act") == INCOME
    return End(INCOME if of_income else name, question, source, version.counted)


def source_of(version: SubsidyVersion, source: str) -> Source:
    """What a reason of these rules rests on, as a citizen may look it up."""
    page = source if source.startswith("https://") else ""
    return Source(version.title, clause_of(source), page)


def clause_of(source: str) -> str:
    """The clause of the year's law that a source names; empty for a page, and for none."""
    return "" if source.startswith("https://") or source == UNCONFIRMED else source


def next_step(answers: Answers) -> str:
    """What somebody does first, now that nothing stands against it."""
    if answers.value("contract") == "today" and answers.value("another") != "yes":
        return "today"
    if LATER in (answers.value("used_desk"), answers.value("consulted")):
        return "talk"
    timing = answers.version.timing
    if timing.source == UNCONFIRMED or answers.value("paid") == "no":
        return "ask" if timing.source == UNCONFIRMED else "pay"
    if answers.value("estimate") == "no":
        return "estimate"
    return "before" if isinstance(timing, BeforeContract) else "after"


def facts(answers: Answers, today: date, *, in_time: bool = True) -> Facts:
    """What the answers say of somebody who has not applied yet; what was not answered is unknown.

    Rules ask whether something came before today, never how long ago: no day of a contract or of a
    payment is asked for, and of an estimate only whether it is of another year. `in_time`: whether
    an application can still arrive today; else a contract of today comes before it in any case.
    """
    contract, paid = answers.value("contract"), answers.value("paid")
    signed: Literal["none", "signed"] | None = None
    if contract in SIGNED and not answers.has("another"):
        contract = None  # not asked yet whether it is about another act
    elif contract in SIGNED and answers.value("another") == "yes":
        contract = "none"
    if contract == "none" or paid == "no":  # whoever has not paid may still sign; who has, did
        signed = "none"
    elif contract in SIGNED or paid == "yes":
        signed = "signed"
    used, aid = answers.value("used_desk"), answers.value("other_aid")
    estimate_on = {"yes": today, "other_year": date(fiscal_year(today), 3, 31)}
    conditions = answers.version.condition
    agencies = next((rule.of for rule in conditions if isinstance(rule, UsedAnyOf)), ())
    consulted = {"yes": agencies[:1], "no": ()}  # whoever used one of several says only that
    income = answers.value("income_year")  # nothing earned is an answer
    return Facts(
        registered=YES_NO.get(answers.value("registered")),
        used_desk=None if used == LATER else used,
        contract=signed,
        contract_on=today if contract == "today" and in_time else None,
        engaged=answers.value("engaged"),
        estimate={**YES_NO, "other_year": True}.get(answers.value("estimate")),
        estimate_on=estimate_on.get(answers.value("estimate")),
        costs=_costs(answers),
        other_aid_yen=0 if aid == "no" else None,
        consulted=consulted.get(answers.value("consulted")),
        household=answers.value("household"),
        income_yen=answers.value("income_month") if income is None else income,
        paid_on=today if paid == "yes" else None,
        legal_aid=paid if paid in LEGAL_AID else None,
    )


def _costs(answers: Answers) -> tuple[Cost, ...]:
    """A line for each act; which act it is may be unknown."""
    if not answers.has("act"):
        return ()
    act = answers.value("act")
    if act == INCOME:
        return (Cost("other", "other"),)
    if act == "other":
        return (Cost("other", "retainer"),)
    if act is None:
        return (Cost(None, "retainer", answers.value("yen_either")),)
    return tuple(Cost(each, "retainer", answers.value(f"yen_{each}")) for each in ACTS[act])


def _is_unconfirmed(reason: Reason) -> bool:
    """Whether nobody confirmed that this is a condition at all: no citizen reads it as a fact."""
    return reason.source == UNCONFIRMED and (reason.code == TERMS or not reason.values.get("why"))


def _is_open(reason: Reason) -> bool:
    """Whether a reason stands among what is still to be checked, in words of its own."""
    if reason.held is not Held.UNKNOWN or reason.code in SHOWN_ABOVE or _is_unconfirmed(reason):
        return False
    return reason.code not in PAPERS or reason.values.get("why", "to_prepare") != "to_prepare"


def rough_amount(judged: Judgement) -> Sentence:
    """The amount as far as it is known."""
    least, most = judged.at_least_yen, judged.at_most_yen
    if most is None:
        return Sentence("check.amount_unknown", {})
    if least == most:
        return Sentence("check.amount", {"yen": f"{most:,}"})
    if least:
        return Sentence("check.amount_between", {"least": f"{least:,}", "most": f"{most:,}"})
    return Sentence("check.amount_at_most", {"yen": f"{most:,}"})


def order_of(timing: Timing) -> tuple[tuple[str, str], ...]:
    """The steps in their order, each a heading and a sentence."""
    kind, last = "before" if isinstance(timing, BeforeContract) else "after", STEPS
    if timing.source == UNCONFIRMED:
        kind, last = "open", STEPS_OPEN
    return tuple(
        (f"check.order_{kind}_{n}", f"check.order_{kind}_{n}_text") for n in range(1, last + 1)
    )


def order_notes(timing: Timing) -> Iterator[str]:
    """What is not confirmed about the order, and whether the decision comes before the contract."""
    if timing.source == UNCONFIRMED:
        yield "check.note_open"
    elif isinstance(timing, BeforeContract):
        if timing.contract_after_source == UNCONFIRMED:
            yield "check.note_wait"
        elif timing.contract_after == "decision":
            yield "check.note_decision"


def _answered(answers: Answers) -> Iterator[GivenAnswer]:
    for name in answers.due:
        heading, value = f"check.{name}.heading", answers.value(name)
        if not is_written(name):
            yield GivenAnswer(
                name, heading, Sentence(f"check.{name}.{first(answers.typed, name)}", {})
            )
        elif value is None:
            yield GivenAnswer(name, heading, Sentence("check.not_known", {}))
        else:
            unit = "people" if name == "household" else "yen"
            yield GivenAnswer(name, heading, Sentence(f"check.{unit}", {unit: f"{value:,}"}))
