"""What the last page of the check says (確かめた結果): the amount, the way to it, what is open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from madoguchi.rules.decision import Ground, Held
from madoguchi.rules.programme.subsidy import BeforeContract, Terms, Timing
from madoguchi.rules.programme.words import UNCONFIRMED, Words
from madoguchi.rules.subsidy.judge import Judgement, quote, words_of
from madoguchi.web.portal.check.answers import Answers
from madoguchi.web.portal.check.questions import first, is_written
from madoguchi.web.portal.check.told import facts

STEPS, STEPS_OPEN = 4, 2
TOLD_ABOVE = ("subsidy.terms", "subsidy.amount")
"""Grounds that the page tells in its own words: the year of the rules, and the amount."""
PAPERS = ("subsidy.estimate", "subsidy.printed_screens")
"""Grounds of what is to be prepared: named there, unless something about the paper is open."""


@dataclass(frozen=True)
class Saying:
    """Words by their key, with what they name."""

    key: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Answered:
    """One answer as its person gave it, with the question that it can be changed at."""

    question: str
    heading: str
    said: Saying | None
    on: date | None = None


@dataclass(frozen=True)
class Result:
    """The last page: nothing on it is a promise."""

    amount: Saying
    working: tuple[Saying, ...]
    met: tuple[Saying, ...]
    open: tuple[Saying, ...]
    more: bool
    needs: tuple[Words, ...]
    order: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    answered: tuple[Answered, ...]


def result(answers: Answers, terms: Terms) -> Result:
    """The card of what the answers lead to."""
    judged = quote(facts(answers, terms.on), terms)
    grounds = judged.decision.grounds
    version = answers.version
    return Result(
        amount=rough_amount(judged),
        working=tuple(Saying(line.key, line.values) for line in judged.working),
        met=tuple(
            Saying(words_of(one), one.values)
            for one in grounds
            if one.held is Held.MET and one.code not in TOLD_ABOVE and not _is_unsure(one)
        ),
        open=tuple(Saying(words_of(one), one.values) for one in grounds if _is_told(one)),
        more=any(one.held is Held.UNKNOWN and _is_unsure(one) for one in grounds),
        needs=version.needs,
        order=order_of(version.timing),
        notes=(*order_notes(version.timing), "check.note_no_application"),
        answered=tuple(_answered(answers)),
    )


def _is_unsure(ground: Ground) -> bool:
    """Whether nobody confirmed that this is a condition at all: no citizen reads it as a fact."""
    return ground.source == UNCONFIRMED and not ground.values.get("why")


def _is_told(ground: Ground) -> bool:
    """Whether a ground stands among what is still to be checked, in words of its own."""
    if ground.held is not Held.UNKNOWN or ground.code in TOLD_ABOVE or _is_unsure(ground):
        return False
    return ground.code not in PAPERS or ground.values.get("why", "to_prepare") != "to_prepare"


def rough_amount(judged: Judgement) -> Saying:
    """The amount as far as it is known."""
    least, most = judged.at_least_yen, judged.at_most_yen
    if most is None:
        return Saying("check.amount_unknown", {})
    if least == most:
        return Saying("check.amount", {"yen": f"{most:,}"})
    if least:
        return Saying("check.amount_between", {"least": f"{least:,}", "most": f"{most:,}"})
    return Saying("check.amount_at_most", {"yen": f"{most:,}"})


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


def _answered(answers: Answers) -> Iterator[Answered]:
    for name in answers.due:
        heading, value = f"check.{name}.heading", answers.value(name)
        if not is_written(name):
            yield Answered(name, heading, Saying(f"check.{name}.{first(answers.typed, name)}", {}))
        elif value is None:
            yield Answered(name, heading, Saying("check.not_known", {}))
        elif isinstance(value, int):
            unit = "people" if name == "household" else "yen"
            yield Answered(name, heading, Saying(f"check.{unit}", {unit: f"{value:,}"}))
        else:
            yield Answered(name, heading, None, value)
