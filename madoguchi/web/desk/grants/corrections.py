"""What a correction asks of the person (補正), and what the desk typed wrongly (訂正)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.rules.subsidy.fields import Field, Later, fields, later
from madoguchi.tools.forms.fields import showable
from madoguchi.web.kit.formatting import Formatter
from madoguchi.web.kit.sanitize import visible
from madoguchi.work.subsidy.application import APPLICATION, TELLING, Applied
from madoguchi.work.subsidy.corrections import AMENDABLE
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import OFF, ON, PROTECTED, StepCard, with_corrections
from madoguchi.work.subsidy.validation import Missing

NAME = re.compile(r"what-(\d{1,2})")
LONGEST = 300
LACK = "desk.grant.lack"
PAPERS = "papers"
CONDITIONS = {"estimate": "subsidy.estimate", "screens": "subsidy.printed_screens"}
SENT_BACK: Mapping[State, Later] = {State.REPORTED: "report", State.CLAIMED: "claim"}
WORDS = "desk.grant"
HIDDEN = ("postal_code", "address")  # of a person with measures of support (支援措置)


@dataclass(frozen=True)
class Line:
    """One field of the form and what is missing in it."""

    number: int
    mark: str
    label: str
    words: str = field(repr=False)

    @property
    def name(self) -> str:
        """The name of the field in which it is written."""
        return f"what-{self.number}"


def wanted(post: Mapping[str, str]) -> tuple[Missing, ...]:
    """What was written, by the numbers of the form."""
    found = ((NAME.fullmatch(name), words.strip()) for name, words in post.items())
    named = ((int(hit[1]), words[:LONGEST]) for hit, words in found if hit and words)
    return tuple(Missing(number, words) for number, words in sorted(named))


def lines(
    version: SubsidyVersion,
    applied: Applied,
    holds: Mapping[str, Held],
    post: Mapping[str, str] | None,
    words: Texts,
) -> tuple[Line, ...]:
    """A line for each field; before it is sent, with what is seen to be missing.

    `holds`: how each condition stands, by machine and officer.
    """
    asked = [one for one in fields(version) if one.asks]
    seen = {one.number: _seen(one, applied, holds, words) for one in asked} if post is None else {}
    return _lines(asked, post or {}, seen)


def later_lines(state: State, post: Mapping[str, str] | None) -> tuple[Line, ...]:
    """A line for each field of the form that is sent back in this state."""
    form = SENT_BACK.get(state)
    return _lines(later(form), post or {}, {}) if form else ()


def _lines(
    asked: Iterable[Field], post: Mapping[str, str], seen: Mapping[int, str]
) -> tuple[Line, ...]:
    return tuple(
        Line(
            one.number,
            one.mark,
            f"desk.grant.field.{one.name}",
            seen.get(one.number, "") or showable(post.get(f"what-{one.number}", "")),
        )
        for one in asked
    )


def _seen(one: Field, applied: Applied, holds: Mapping[str, Held], words: Texts) -> str:
    """What can be seen to be missing without reading: an empty field, a paper that nobody has."""
    if one.name == PAPERS:
        return "、".join(words.get(f"{LACK}.{name}").words for name in papers(applied, holds))
    empty = one.required and not any(getattr(applied, name) for name in one.asks)
    return words.get(f"{LACK}.empty").words if empty else ""


def papers(applied: Applied, holds: Mapping[str, Held]) -> list[str]:
    """Which papers nobody has sent or will bring, or the officer looked for and did not find."""
    there = {
        "estimate": applied.estimate_files or applied.estimate_brought,
        "screens": applied.screen_files or applied.screens_brought,
    }
    return [name for name, has in there.items() if _is_missing(holds.get(CONDITIONS[name]), has)]


def _is_missing(held: Held | None, has: object) -> bool:
    return held is Held.UNMET or (held is Held.UNKNOWN and not has)


@dataclass(frozen=True)
class Choice:
    """One thing that can be written anew; `value` names step and field."""

    value: str
    words: str = field(repr=False)
    chosen: bool


def amendable(page: GrantView, post: QueryDict | None) -> tuple[Choice, ...]:
    """What can be written anew, the newest step first."""
    asked = post.get("of", "") if post else ""
    return tuple(
        Choice(f"{step.number}:{name}", _words(page, step, name), f"{step.number}:{name}" == asked)
        for step in reversed(with_corrections(page.steps))
        for name in _names(page, step)
    )


def which(page: GrantView, asked: str) -> tuple[int, str]:
    """Step and field of a choice that the page offered; step 0 for any other."""
    offered = {choice.value for choice in amendable(page, None)}
    number, _, name = asked.partition(":")
    return (int(number), name) if asked in offered else (0, "")


def _names(page: GrantView, step: StepCard) -> Iterator[str]:
    """Of several tellings only the newest is what counts."""
    newest = max((one.number for one in page.steps if one.verb in TELLING), default=0)
    if step.verb in TELLING and step.number != newest:
        return
    for name in AMENDABLE.get(Verb(step.verb), ()):
        if not (page.applied.protected and name in HIDDEN):
            yield name


def toggled(page: GrantView) -> str:
    """What choosing the measures of support makes of them: they are taken back, or written down."""
    return OFF if page.applied.protected else ON


def _words(page: GrantView, step: StepCard, name: str) -> str:
    if name == PROTECTED:
        return page.words.get(f"{WORDS}.protected_{toggled(page)}").words
    key, label = f"{WORDS}.step.{step.verb}", f"{WORDS}.told.{name}"
    now = _now(page.words, step, name)
    values = {
        "number": step.number,
        "step": page.words.get(key).words,
        "field": page.words.get(label).words,
        "now": now or page.words.get(f"{WORDS}.amend_empty").words,
    }
    return page.words.get(f"{WORDS}.amend_choice", "ja", **values).words


def _now(words: Texts, step: StepCard, name: str) -> str:
    told: dict[str, Any] = {
        **step.details.get("filing", {}),
        **step.details.get(APPLICATION, {}),
        **step.details,
    }
    value = told.get(name)
    if name == "received_on":
        value = step.on.isoformat()
    if value and name.endswith("_on"):
        return Formatter(words).day(date.fromisoformat(value))
    return visible(str(value or ""))
