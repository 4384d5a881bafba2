"""What was typed wrongly (記録の訂正): which thing of which step, and what is right."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict

from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.grant import Verb
from madoguchi.web.desk.grants.opened import Page
from madoguchi.web.kit.reading import Reading
from madoguchi.web.kit.reveal import shown
from madoguchi.work.subsidy.application import APPLICATION, TELLING
from madoguchi.work.subsidy.corrections import AMENDABLE
from madoguchi.work.subsidy.history import OFF, ON, PROTECTED, StepCard, amended

WORDS = "desk.grant"
HIDDEN = ("postal_code", "address")  # of a person with measures of support (支援措置)


@dataclass(frozen=True)
class Choice:
    """One thing that can be written anew; `value` names step and field."""

    value: str
    words: str = field(repr=False)
    chosen: bool


def amendable(page: Page, post: QueryDict | None) -> tuple[Choice, ...]:
    """What can be written anew, the newest step first."""
    asked = post.get("of", "") if post else ""
    return tuple(
        Choice(f"{step.number}:{name}", _words(page, step, name), f"{step.number}:{name}" == asked)
        for step in reversed(amended(page.steps))
        for name in _names(page, step)
    )


def which(page: Page, asked: str) -> tuple[int, str]:
    """Step and field of a choice that the page offered; step 0 for any other."""
    offered = {choice.value for choice in amendable(page, None)}
    number, _, name = asked.partition(":")
    return (int(number), name) if asked in offered else (0, "")


def _names(page: Page, step: StepCard) -> Iterator[str]:
    """Of several tellings only the newest is what counts."""
    newest = max((one.number for one in page.steps if one.verb in TELLING), default=0)
    if step.verb in TELLING and step.number != newest:
        return
    for name in AMENDABLE.get(Verb(step.verb), ()):
        if not (page.applied.protected and name in HIDDEN):
            yield name


def toggled(page: Page) -> str:
    """What choosing the measures of support makes of them: they are taken back, or written down."""
    return OFF if page.applied.protected else ON


def _words(page: Page, step: StepCard, name: str) -> str:
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
    """What stands there now."""
    told: dict[str, Any] = {
        **step.told.get("filing", {}),
        **step.told.get(APPLICATION, {}),
        **step.told,
    }
    value = told.get(name)
    if name == "received_on":
        value = step.on.isoformat()
    if value and name.endswith("_on"):
        return Reading(words).day(date.fromisoformat(value))
    return shown(str(value or ""))
