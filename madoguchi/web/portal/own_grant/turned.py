"""What a person was told of their grant (お知らせしたこと): the day, the sum, the reasons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.fields import circled
from madoguchi.work.subsidy.history import StepCard
from madoguchi.work.subsidy.own.public import DESKS_OWN

SUMS = {
    Verb.DECIDE: "amount_yen",
    Verb.CHANGE: "amount_yen",
    Verb.FIX: "amount_yen",
    Verb.PAY: "amount_yen",
    Verb.REVOKE: "repay_yen",
    Verb.REPAY: "yen",
}
TURNED = (*SUMS, Verb.REFUSE, Verb.SEND_BACK, Verb.LAPSE, Verb.WITHDRAW)
"""The steps of which the page says the day, the sum and the reasons."""


@dataclass(frozen=True)
class Why:
    """One reason, and the public page on which the rule stands; empty where it is in the words."""

    words: str
    page: str = ""


@dataclass(frozen=True)
class Turned:
    """One step that the person was told (お知らせしたこと): its day, sum and reasons."""

    verb: Verb
    on: date
    yen: str
    reasons: tuple[Why, ...] = field(repr=False)

    @property
    def key(self) -> str:
        """The key of what happened."""
        return f"own_grant.turned.{self.verb}"

    @property
    def by_letter(self) -> bool:
        """Whether a letter about it comes, which is what counts."""
        return self.verb not in (Verb.PAY, Verb.REPAY, Verb.WITHDRAW, Verb.SEND_BACK)


def turned(steps: Sequence[StepCard]) -> Iterator[Turned]:
    """What the person was told, the newest first; what was sent back and mended is over."""
    last = max((step.number for step in steps if step.verb not in DESKS_OWN), default=0)
    for step in reversed(steps):
        if step.verb not in TURNED or (step.verb is Verb.SEND_BACK and step.number != last):
            continue
        yen = step.shown.get(SUMS.get(step.verb, ""))
        on = day_of(step.shown.get("paid_on") or step.shown.get("repaid_on")) or step.on
        yield Turned(step.verb, on, f"{yen:,}" if isinstance(yen, int) else "", _reasons(step))


def _reasons(step: StepCard) -> tuple[Why, ...]:
    """Why, each with what it rests on, as the desk lets the person read it."""
    grounds = step.shown.get("grounds") or ()
    told = [
        _with_source(str(one.get("words", "")), str(one.get("source", "")))
        for one in grounds
        if one.get("words")
    ]
    why = str(step.shown.get("why") or "")
    return (*told, *(Why(words) for words in (*_again(step), why) if words))


def _again(step: StepCard) -> Iterator[str]:
    """What of a form has to be made again, by its numbers."""
    if step.verb is Verb.SEND_BACK:
        for one in step.shown.get("missing", ()):
            yield f"{circled(int(one['field']))} {one['what']}"


def _with_source(words: str, source: str) -> Why:
    if source.startswith("https://"):
        return Why(words, source)
    known = source and source != UNCONFIRMED
    return Why(f"{words}（{source}）" if known else words)


def day_of(told: object) -> date | None:
    """A day as a step holds it; None where it holds none."""
    return date.fromisoformat(told) if isinstance(told, str) and told else None
