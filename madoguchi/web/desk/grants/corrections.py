"""What the person is asked to complete (補正), and what the desk corrects of its own (訂正)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.subsidy import Life, SubsidyVersion
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.rules.subsidy.fields import Field, Later, fields, later
from madoguchi.tools.forms.fields import showable
from madoguchi.web.kit.formatting import Formatter
from madoguchi.web.kit.sanitize import visible
from madoguchi.work.subsidy.application import APPLICATION, APPLICATION_VERBS, Applied
from madoguchi.work.subsidy.corrections import correctable
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


def later_lines(state: State, life: Life, post: Mapping[str, str] | None) -> tuple[Line, ...]:
    """A line for each field of the form that is sent back in this state."""
    form = SENT_BACK.get(state)
    if form == "report" and life.one_report:
        form = "one_report"
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
        "screens": applied.screen_files or applied.screens_brought or applied.screens_asked,
    }
    found = []
    for name, has in present.items():
        held = holds.get(CONDITIONS[name])
        if held is Held.UNMET or (held is Held.UNKNOWN and not has):
            found.append(name)
    return found


@dataclass(frozen=True)
class Value:
    """A field of a step that can be corrected; `of` names step and field, `now` stands in it."""

    of: str
    name: str
    label: str
    now: str = field(repr=False)


def of_step(view: GrantView, step: StepCard) -> tuple[Value, ...]:
    """What of a step, as corrected since, can be corrected by who looks.

    Of several steps that hold the application only the newest counts, and no protected address is
    offered; nor is what was taken back.
    """
    if step.number not in {each.number for each in view.steps}:
        return ()
    applying = [each.number for each in view.steps if each.verb in APPLICATION_VERBS]
    old = step.verb in APPLICATION_VERBS and step.number != max(applying)
    if old or Verb.AMEND not in view.verbs:
        return ()
    names = correctable(step)
    hidden = HIDDEN if view.applied.protected else ()
    return tuple(_value(view, step, name) for name in names if name not in hidden)


def chosen(view: GrantView, of: str) -> Value | None:
    """The value that `of` names; None where it is not offered."""
    steps = with_corrections(view.steps)
    return next((each for step in steps for each in of_step(view, step) if each.of == of), None)


def toggled_protection(view: GrantView) -> str:
    """What correcting the measures of support makes of them: the opposite of what they are."""
    return OFF if view.applied.protected else ON


def _value(view: GrantView, step: StepCard, name: str) -> Value:
    of = f"{step.number}:{name}"
    if name == PROTECTED:
        return Value(of, name, f"{WORDS}.protected_{toggled_protection(view)}", "")
    details: dict[str, Any] = {
        **step.details.get("filing", {}),
        **step.details.get(APPLICATION, {}),
        **step.details,
    }
    value = step.on.isoformat() if name == "received_on" else details.get(name)
    if value and name.endswith("_on"):
        now = Formatter(view.words).day(date.fromisoformat(value))
    else:
        now = visible(str(value or ""))
    return Value(of, name, f"{WORDS}.told.{name}", now)
