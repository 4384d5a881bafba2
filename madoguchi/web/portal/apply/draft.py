"""An application as far as it was written (書きかけの申請): answers, files, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.subsidy import SubsidyVersion, Terms
from madoguchi.rules.subsidy.fields import TASKS, Task
from madoguchi.rules.subsidy.judge import Judgement, quote, words_of
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.tools.vault.visit import Holder
from madoguchi.web.kit import subsidy_year
from madoguchi.web.kit.application import TICKED, applied, as_typed, check, forms, has_ended
from madoguchi.web.kit.column import speaking
from madoguchi.web.kit.formatting import words_for
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.safety.visitor import newcomer, unkept, uploads
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.public import FileCard
from madoguchi.work.intake import public as intake
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

    request: OfficeRequest
    who: Holder
    held: cases.Holding
    terms: Terms
    version: SubsidyVersion
    draft: dict[str, Any] = field(repr=False)

    @property
    def now(self) -> datetime:
        """When the page was asked for."""
        moment: datetime = self.request.now
        return moment

    @cached_property
    def waiting(self) -> Typed:
        """What was sent while the receipt was closed, and is not in the draft yet."""
        beside = session.written(self.who, self.held.drawer.mark, self.now)
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
        found = judged(told, replace(self.terms, state="known")).decision.reasons
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


def terms_of(request: OfficeRequest) -> Terms | None:
    """The rules of the day; None where the city has no subsidy, or it has not begun or is over."""
    terms = subsidy_year.terms(request)
    return terms if terms and terms.version else None


def begun(request: OfficeRequest, terms: Terms) -> Begun | None:
    """The application of the open receipt; None where none is open."""
    who = newcomer(request)
    held = session.recall(who, request.now)
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


def all_sent(request: OfficeRequest) -> list[SealedUpload]:
    """The files that a page sent, under whichever of its fields."""
    return [one for name in TICKED.values() for one in uploads(request, name)]


def taken(at: Begun, task: Task, typed: Typed) -> tuple[Typed, dict[str, str]]:
    """What was typed, with the files that came filed and ticked; and why others were not kept.

    They belong to the case from now on, whether the application is ever sent or not.
    """
    if task != "papers":
        return typed, {}
    told, lost = dict(typed), dict[str, str]()
    for ticked, name in TICKED.items():
        sent = uploads(at.request, name)
        if sent:
            ids, codes = _filed(at, sent)
            told[ticked] = list(dict.fromkeys([*told.get(ticked, []), *map(str, ids)]))
            if codes:
                lost[name] = codes[0]
    for code in unkept(at.request):
        lost["others"] = code
    return told, lost


def _filed(at: Begun, sent: list[SealedUpload]) -> tuple[list[UUID], tuple[str, ...]]:
    """Those for which there is room, filed as a message of the person's; why there was none.

    A page that is sent again brings files that the case has: they are ticked, not filed again.
    """
    tray, cards = at.who.apart(at.held.case_id), evidence.cards(at.held.drawer)
    here = {(card.name, card.sha256): card.id for card in cards if not card.locked}
    had = [here[mark] for one in sent if (mark := (one.about.name, one.about.sha256)) in here]
    new = [one for one in sent if (one.about.name, one.about.sha256) not in here]
    before = [card.length for card in cards]
    kept = intake.keep(tray, _nothing, new, network(at.request), at.now, before=before)
    ids = [file_id for file_id, _ in visit.held_files(tray)]
    if not ids:
        visit.leave(tray)
        return had, kept.unkept
    with speaking("ja"):
        words = {"text": words_for(at.request).get("apply.files_entry", "ja").words}
    actor = cases.consultee(at.who.office_id)
    intake.add(actor, at.held, words, tray, session.look_on(at.request), now=at.now)
    return [*had, *ids], kept.unkept


def _nothing(_draft: dict[str, object]) -> None:
    """The tray holds no words."""
