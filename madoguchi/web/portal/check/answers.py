"""The answers on their way (答え): they travel in hidden fields from page to page, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.programme.words import Words
from madoguchi.web.kit.fields import Choice, Day
from madoguchi.web.kit.form import Filled, Form, Typed
from madoguchi.web.portal.check.questions import (
    GONE_PAST,
    QUESTIONS,
    UNKNOWN,
    asked_for,
    due,
    is_unknown,
    is_written,
)

BY_RULE = ("registered", "consulted")
BOXES = 3  # of a date; of every other field the last one counts, which its button sends


@dataclass(frozen=True)
class Answers:
    """What was answered to the questions of a version, with what stands on the page sent last."""

    version: SubsidyVersion = field(repr=False)
    typed: Typed = field(repr=False)

    @property
    def due(self) -> tuple[str, ...]:
        """The questions that are asked, given these answers."""
        return due(self.version, self.typed)

    def has(self, name: str) -> bool:
        """Was a question answered, so that nothing has to be changed?"""
        return QUESTIONS[name].read(self.typed.get(name, []))[1] is None

    def value(self, name: str) -> Any:  # noqa: ANN401 - the field decides: str, int, date or None
        """The value for work; None where the question was not asked or the person does not know."""
        if name not in self.due or not self.has(name):
            return None
        value = QUESTIONS[name].read(self.typed[name])[0]
        return None if value == UNKNOWN else value

    def until(self, name: str) -> Answers:
        """Those up to a question; what was answered to later ones does not count yet."""
        asked = self.due
        kept = asked[: asked.index(name) + 1]
        return replace(self, typed={one: self.typed.get(one, []) for one in kept})

    def lacking(self, last: str) -> str:
        """The first question up to one that still has to be answered; empty where none has."""
        asked = self.due
        until = asked[: asked.index(last) + 1]
        return next((name for name in until if not self.has(name)), "")

    def before(self, name: str) -> str:
        """The question before one; empty for the first."""
        asked = self.due
        at = asked.index(name)
        return asked[at - 1] if at else ""

    def after(self, name: str) -> str:
        """The question after one; empty for the last."""
        asked = self.due
        at = asked.index(name)
        return asked[at + 1] if at + 1 < len(asked) else ""

    def about(self, name: str) -> Words | None:
        """The rule's own words, where a question asks no more than whether they hold."""
        if name not in BY_RULE:
            return None
        return next(one.words for one in self.version.condition if name in asked_for(one))

    def shown(self, name: str) -> Filled:
        """The page of a question as it was answered; わからない is nothing to be written again."""
        given = self.typed.get(name, [])
        return form(name).show({} if is_written(name) and is_unknown(given) else {name: given})

    def checked(self, name: str) -> Filled:
        """The page of a question with what has to be changed."""
        typed = {name: self.typed.get(name, [])}
        return form(name).show(typed) if self.has(name) else form(name).check(typed)

    def carried(self, name: str = "") -> tuple[tuple[str, str], ...]:
        """The hidden fields of a page: all answers but that to the question it shows."""
        return tuple(self._carried(name))

    def _carried(self, name: str) -> Iterator[tuple[str, str]]:
        for one, words in self.typed.items():
            if one != name and words and self.has(one):
                yield from ((one, word) for word in words)


def form(name: str) -> Form:
    """The page of one question; an answer that an ending gives is not offered."""
    field = QUESTIONS[name]
    if name in GONE_PAST and isinstance(field, Choice):
        field = replace(
            field, options=tuple(one for one in field.options if one != GONE_PAST[name])
        )
    return Form("check", (field,))


def _fields(name: str) -> int:
    return BOXES if isinstance(QUESTIONS[name], Day) else 1


def take(version: SubsidyVersion, post: QueryDict) -> Answers:
    """The answers that a page of ours sent; whatever else was sent is left out.

    What no page of ours could have sent counts as not answered, and is asked again.
    """
    typed = {name: post.getlist(name)[-_fields(name) :] for name in QUESTIONS}
    unknown = post.get(UNKNOWN, "")
    if unknown in QUESTIONS and is_written(unknown):
        typed[unknown] = [UNKNOWN]
    return Answers(version, typed)
