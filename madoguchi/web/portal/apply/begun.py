"""An application as far as it was written (書きかけの申請): its draft, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.subsidy import SubsidyVersion, Terms
from madoguchi.rules.subsidy.fields import TASKS, Task
from madoguchi.rules.subsidy.judge import Judgement, quote, words_of
from madoguchi.tools.vault.visit import Holder
from madoguchi.web.kit import subsidy_year
from madoguchi.web.kit.application import TICKED, check, forms
from madoguchi.web.kit.applied import applied, as_typed, has_ended
from madoguchi.web.kit.form import Filled, Form, Typed
from madoguchi.web.portal.follow import opened, reply
from madoguchi.web.portal.safety.visitor import newcomer
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.public import FileCard
from madoguchi.work.subsidy.applying import public as applying
from madoguchi.work.subsidy.applying.public import Applied

THEMSELVES = (None, "", "self", "child")
INSIDE = "inside"
TOLD = ("name", "kana", "phone")
"""What the receipt may know already: it is shown, and asked only of who wants to change it."""
TIMINGS = ("subsidy.before_contract", "subsidy.after_payment")


@dataclass(frozen=True)
class Begun:
    """An application whose receipt is open, under the rules of the day."""

    request: HttpRequest
    who: Holder
    held: cases.Holding
    terms: Terms
    version: SubsidyVersion
    draft: dict[str, Any] = field(repr=False)

    @property
    def now(self) -> datetime:
        """When the page was asked for."""
        moment: datetime = self.request.now  # type: ignore[attr-defined] # set on arrival
        return moment

    @cached_property
    def waiting(self) -> Typed:
        """What was sent while the receipt was closed, and is not in the draft yet."""
        beside = reply.written(self.who, self.held.drawer.mark, self.now)
        asked = {one.name for form in forms(self.version).values() for one in form.fields}
        told = beside["answers"] if beside else {}
        return {name: words for name, words in told.items() if name in asked}

    @cached_property
    def typed(self) -> Typed:
        """All answers: what waits, before what was saved, before what was known before."""
        return {**self._known, **self.draft["answers"], **self.waiting}

    @cached_property
    def _known(self) -> Typed:
        """The last application that is over, or what the person told the desk of themselves."""
        return self.earlier or self.told

    @cached_property
    def earlier(self) -> Typed:
        """What was told in the last application that is over; nothing where there was none."""
        earlier = applying.last(self.held)
        if earlier is None:
            return {}
        return as_typed(replace(earlier, promises=(), register_consent=""), self.version)

    @cached_property
    def protected(self) -> bool:
        """Whether the address is hidden by now: then it is asked whether that ended."""
        return applying.is_protected(self.held)

    @cached_property
    def told(self) -> Typed:
        """What the person told the desk of themselves."""
        return told_before(cases.about(self.held.drawer))

    @cached_property
    def files(self) -> tuple[FileCard, ...]:
        """The files of the case that can be handed in."""
        return evidence.readable(self.held.drawer)

    @cached_property
    def checked(self) -> dict[Task, Filled]:
        """Every task with what has to be changed."""
        return {task: self.check(task, self.typed) for task in TASKS}

    def form(self, task: Task) -> Form:
        """The questions of a task."""
        return forms(self.version, protected=self.protected)[task]

    def shown(self, task: Task) -> Filled:
        """A task as it was written, without a word on what is missing."""
        return self.form(task).show(self.typed)

    def check(self, task: Task, typed: Typed) -> Filled:
        """One task, also whether the files that it names are still there."""
        filled = check(self.version, task, typed, protected=self.protected)
        there = {str(one.id) for one in self.files}
        for name in TICKED:
            ticked = filled.values.get(name)
            if isinstance(ticked, tuple) and set(ticked) - there:
                filled = filled.refuse(name, "apply_gone")
        return filled

    def status(self, task: Task) -> str:
        """How far a task is: `none`, `begun`, `done`, or `later` where others come first."""
        if task == "promise" and self.lacking:
            return "later"
        own = {one.name for one in forms(self.version)[task].fields}
        if own and task not in self.draft["saved"] and not own & self.waiting.keys():
            return "begun" if any(self.earlier.get(name) for name in own) else "none"
        return "done" if self.checked[task].ok and not own & self.waiting.keys() else "begun"

    @property
    def lacking(self) -> tuple[Task, ...]:
        """The tasks before the last that are not done."""
        return tuple(one for one in TASKS if one != "promise" and self.status(one) != "done")

    @property
    def applied(self) -> Applied:
        """The application that the answers make; a hidden address stays so until it is answered."""
        told = applied(self.version, self.typed)
        stays = self.protected and not has_ended(self.typed)
        return replace(told, protected=told.protected or stays)

    @property
    def judged(self) -> Judgement:
        """What the rules say to it so far; nothing of it is a promise."""
        return judged(self.applied, self.terms)

    @property
    def late(self) -> str:
        """The key of what is to be read about the day of the contract; empty where nothing is."""
        told, today = self.applied, self.now.date().isoformat()
        if told.contract == "none" and told.contract_on and told.contract_on < today:
            return "apply.late_planned"
        found = judged(told, replace(self.terms, state="known")).decision.grounds
        timing = next((one for one in found if one.code in TIMINGS), None)
        if timing is None or not (told.contract == "signed" or timing.held is Held.UNMET):
            return ""
        if timing.held is Held.UNMET:  # in words that refuse nobody
            return f"apply.late_{timing.code.removeprefix('subsidy.')}"
        return words_of(timing)


def judged(told: Applied, terms: Terms) -> Judgement:
    """The rules on what the person says."""
    known = applying.facts(told, received_on=None, channel="web", used_desk=None)
    return quote(known, terms)


def terms_of(request: HttpRequest) -> Terms | None:
    """The rules of the day; None where the city has no subsidy, or it has not begun or is over."""
    terms = subsidy_year.terms(request)
    return terms if terms and terms.version else None


def begun(request: HttpRequest, terms: Terms) -> Begun | None:
    """The application of the open receipt; None where none is open."""
    who = newcomer(request)
    held = opened.recall(who, request.now)  # type: ignore[attr-defined] # set on arrival
    if held is None or terms.version is None:
        return None
    return Begun(request, who, held, terms, terms.version, applying.draft(held))


def told_before(about: Mapping[str, Any]) -> Typed:
    """What the person told the desk of themselves; nothing where somebody else asked for them."""
    if about.get("who") not in THEMSELVES:
        return {}
    told = {name: str(about.get(name) or "").strip() for name in TOLD}
    if about.get("residence") == INSIDE:
        told["address"] = str(about.get("town") or "").strip()
    if about.get("who") == "child" or about.get("age_band") == "under_18":
        told["by"] = "minor"
    return {name: [word] for name, word in told.items() if word}
