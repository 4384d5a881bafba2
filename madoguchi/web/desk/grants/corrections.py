"""What the person is asked to complete (補正), and what the desk corrects of its own (訂正)."""

import re
from collections.abc import Iterable, Mapping
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
from madoguchi.work.subsidy.application import APPLICATION, APPLICATION_VERBS, Applied
from madoguchi.work.subsidy.corrections import AMENDABLE
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import OFF, ON, PROTECTED, StepCard, with_corrections
from madoguchi.work.subsidy.validation import Missing

NAME = re.compile(r"what-(\d{1,2})")
LONGEST = 300
MISSING = "desk.grant.lack"
PAPERS = "papers"
CONDITIONS = {"estimate": "subsidy.estimate", "screens": "subsidy.printed_screens"}
SENT_BACK: Mapping[State, Later] = {State.REPORTED: "report", State.CLAIMED: "claim"}
WORDS = "desk.grant"
HIDDEN = ("postal_code", "address")  # of a person with measures of support (支援措置)


@dataclass(frozen=True)
class Line:
    """A field of the application form, and what is missing in it."""

    number: int
    mark: str
    label: str
    words: str = field(repr=False)

    @property
    def name(self) -> str:
        """The name of its input on the page."""
        return f"what-{self.number}"


def missing(post: Mapping[str, str]) -> tuple[Missing, ...]:
    """What the officer wrote as missing, in the order of the form's numbers."""
    matches = ((NAME.fullmatch(name), words.strip()) for name, words in post.items())
    named = ((int(match[1]), words[:LONGEST]) for match, words in matches if match and words)
    return tuple(Missing(number, words) for number, words in sorted(named))


def lines(
    version: SubsidyVersion,
    applied: Applied,
    holds: Mapping[str, Held],
    post: Mapping[str, str] | None,
    words: Texts,
) -> tuple[Line, ...]:
    """A line for each field; before it is submitted, filled with what is seen to be missing.

    That is an empty field, or a paper that nobody has. `holds`: how each condition stands, by
    machine and officer.
    """
    asked = [asked_field for asked_field in fields(version) if asked_field.asks]
    suggested: dict[int, str] = {}
    for asked_field in asked if post is None else ():
        if asked_field.name == PAPERS:
            names = missing_papers(applied, holds)
            text = "、".join(words.get(f"{MISSING}.{name}").words for name in names)
        else:
            filled = any(getattr(applied, name) for name in asked_field.asks)
            empty = asked_field.required and not filled
            text = words.get(f"{MISSING}.empty").words if empty else ""
        suggested[asked_field.number] = text
    return _lines(asked, post or {}, suggested)


def later_lines(state: State, post: Mapping[str, str] | None) -> tuple[Line, ...]:
    """A line for each field of the form that is sent back in this state."""
    form = SENT_BACK.get(state)
    return _lines(later(form), post or {}, {}) if form else ()


def _lines(
    asked: Iterable[Field], post: Mapping[str, str], suggested: Mapping[int, str]
) -> tuple[Line, ...]:
    return tuple(
        Line(
            asked_field.number,
            asked_field.mark,
            f"desk.grant.field.{asked_field.name}",
            suggested.get(asked_field.number, "")
            or showable(post.get(f"what-{asked_field.number}", "")),
        )
        for asked_field in asked
    )


def missing_papers(applied: Applied, holds: Mapping[str, Held]) -> list[str]:
    """Which papers nobody has sent or will bring, or the officer looked for and did not find."""
    present = {
        "estimate": applied.estimate_files or applied.estimate_brought,
        "screens": applied.screen_files or applied.screens_brought,
    }
    found = []
    for name, has in present.items():
        held = holds.get(CONDITIONS[name])
        if held is Held.UNMET or (held is Held.UNKNOWN and not has):
            found.append(name)
    return found


@dataclass(frozen=True)
class Choice:
    """A field of a step that can be corrected; `value` names step and field."""

    value: str
    words: str = field(repr=False)
    chosen: bool


def amendable(view: GrantView, post: QueryDict | None) -> tuple[Choice, ...]:
    """What can be corrected, the newest step first.

    Of several steps that hold the application only the newest counts, and no protected address is
    offered.
    """
    chosen = post.get("of", "") if post else ""
    newest = max((step.number for step in view.steps if step.verb in APPLICATION_VERBS), default=0)
    found = []
    for step in reversed(with_corrections(view.steps)):
        if step.verb in APPLICATION_VERBS and step.number != newest:
            continue
        for name in AMENDABLE.get(Verb(step.verb), ()):
            if not (view.applied.protected and name in HIDDEN):
                value = f"{step.number}:{name}"
                found.append(Choice(value, _choice_words(view, step, name), value == chosen))
    return tuple(found)


def chosen_field(view: GrantView, chosen: str) -> tuple[int, str]:
    """Step and field of a choice that the page offered; step 0 for any other."""
    offered = {choice.value for choice in amendable(view, None)}
    number, _, name = chosen.partition(":")
    return (int(number), name) if chosen in offered else (0, "")


def toggled_protection(view: GrantView) -> str:
    """What correcting the measures of support makes of them: the opposite of what they are."""
    return OFF if view.applied.protected else ON


def _choice_words(view: GrantView, step: StepCard, name: str) -> str:
    """Step, field and what stands in it now."""
    words = view.words
    if name == PROTECTED:
        return words.get(f"{WORDS}.protected_{toggled_protection(view)}").words
    details: dict[str, Any] = {
        **step.details.get("filing", {}),
        **step.details.get(APPLICATION, {}),
        **step.details,
    }
    value = step.on.isoformat() if name == "received_on" else details.get(name)
    if value and name.endswith("_on"):
        current = Formatter(words).day(date.fromisoformat(value))
    else:
        current = visible(str(value or ""))
    values = {
        "number": step.number,
        "step": words.get(f"{WORDS}.step.{step.verb}").words,
        "field": words.get(f"{WORDS}.told.{name}").words,
        "now": current or words.get(f"{WORDS}.amend_empty").words,
    }
    return words.get(f"{WORDS}.amend_choice", "ja", **values).words
