"""One act on a grant's page (手続): what it asks, and what it is done with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from madoguchi.rules.subsidy.filing import Filing
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants import forms
from madoguchi.web.desk.grants.opened import Page
from madoguchi.web.kit.form import Filled, Form, Typed

type Way = Literal["past", "ahead", "near"]


@dataclass(frozen=True)
class Doing:
    """An act about to be done: on which opened grant, with which answers, under which key."""

    request: DeskRequest
    page: Page
    filled: Filled
    once: str

    @property
    def today(self) -> date:
        """The day it is done."""
        return self.request.now.date()

    def on(self, name: str) -> date:
        """The day in a field that has to hold one; today where it is empty."""
        return forms.day_of(self.filled, name, self.today) or self.today

    def text(self, name: str) -> str:
        """The words in a field."""
        return str(self.filled.value(name) or "")

    def chosen(self, name: str) -> tuple[str, ...]:
        """The boxes that are ticked in a field."""
        return tuple(self.filled.value(name) or ())

    def yen(self, name: str) -> int:
        """The sum in a field; 0 where it is empty."""
        return int(self.filled.value(name) or 0)

    @property
    def filing(self) -> Filing:
        """What was typed from the city's own document system, over what was typed before."""
        known = {name for name in forms.FILED if name in self.filled.values}
        typed = {name: self._filed(name) for name in known}
        return Filing(**{**self.page.filed, **typed})

    def _filed(self, name: str) -> object:
        if name.endswith("_on"):
            return forms.day_of(self.filled, name, self.today)
        return self.filled.value(name) or getattr(Filing(), name)


@dataclass(frozen=True)
class Act:
    """One act: its fields, where days may lie, what is known of them already, what it does."""

    form: Form
    do: Callable[[Doing], UUID]
    days: Mapping[str, Way] = field(default_factory=dict)
    first: Callable[[Page], Mapping[str, str]] = lambda _page: {}
    more: Callable[[Filled, date], Filled] = lambda filled, _today: filled

    def show(self, page: Page) -> Filled:
        """The form as it is offered, with what is known."""
        known = {name: [words] for name, words in self.first(page).items() if words}
        return self.form.show(known)

    def check(self, typed: Typed, today: date) -> Filled:
        """The form as it was sent."""
        return self.more(forms.days(self.form.check(typed), today, **self.days), today)
