"""An application as far as it was written (書きかけの申請): answers, files, and what is missing."""

from dataclasses import dataclass, field, replace
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
from madoguchi.web.kit.formatting import texts_for
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
KNOWN = ("name", "kana", "phone")
"""What the receipt may know already: it is shown, and asked only of who wants to change it."""
TIMINGS = ("subsidy.before_contract", "subsidy.after_payment")


@dataclass(frozen=True)
class OpenApplication:
    """An application that is being written, its receipt open, under the rules of the day."""

    request: OfficeRequest
    who: Holder
    held: cases.Holding
    terms: Terms
    version: SubsidyVersion
    draft: dict[str, Any] = field(repr=False)

    @cached_property
    def waiting(self) -> Typed:
        """What was sent while the receipt was closed, and is not in the draft yet."""
        waiting = session.written(self.who.beside, self.held.drawer.mark, self.request.now)
        names = {field.name for form in forms(self.version).values() for field in form.fields}
        typed = waiting["answers"] if waiting else {}
        return {name: values for name, values in typed.items() if name in names}

    @cached_property
    def typed(self) -> Typed:
        """All answers: what waits, before what was saved, before what was known before.

        That is the last application that is over, or what the person told the desk of themselves;
        no envelope names its sender unless they wish so.
        """
        before = {"sender": ["none"], **(self.earlier or self.known)}
        return {**before, **self.draft["answers"], **self.waiting}

    @cached_property
    def earlier(self) -> Typed:
        """The answers of the last application that is over; nothing where there was none."""
        earlier = applying.last_application(self.held)
        if earlier is None:
            return {}
        return as_typed(replace(earlier, promises=(), register_consent=""), self.version)

    @cached_property
    def protected(self) -> bool:
        """Whether the address is hidden by now: then it is asked whether that ended."""
        return applying.is_protected(self.held)

    @cached_property
    def known(self) -> Typed:
        """What the person told the desk of themselves; nothing where somebody else asked."""
        about = cases.about(self.held.drawer)
        if about.get("who") not in THEMSELVES:
            return {}
        known = {name: str(about.get(name) or "").strip() for name in KNOWN}
        if about.get("residence") == INSIDE:
            known["address"] = str(about.get("town") or "").strip()
        if about.get("who") == "child" or about.get("age_band") == "under_18":
            known["by"] = "minor"
        return {name: [value] for name, value in known.items() if value}

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
        today = self.request.now.date()
        filled = check(self.version, task, typed, today, protected=self.protected)
        there = {str(card.id) for card in self.files}
        for name in TICKED:
            ticked = filled.values.get(name)
            if isinstance(ticked, tuple) and set(ticked) - there:
                filled = filled.refuse(name, "apply_gone")
        return filled

    def status(self, task: Task) -> str:
        """How far a task is: `none`, `begun`, `done`, or `later` where others come first."""
        if task == "promise" and self.unfinished:
            return "later"
        names = {field.name for field in forms(self.version)[task].fields}
        waits = bool(names & self.waiting.keys())
        if names and task not in self.draft["saved"] and not waits:
            return "begun" if any(self.earlier.get(name) for name in names) else "none"
        return "done" if self.checked[task].ok and not waits else "begun"

    @property
    def unfinished(self) -> bool:
        """Whether a task before the last is not done."""
        return any(self.status(task) != "done" for task in TASKS if task != "promise")

    @property
    def applied(self) -> Applied:
        """The application that the answers make; a hidden address stays so until it is answered."""
        typed = applied(self.version, self.typed)
        stays = self.protected and not has_ended(self.typed)
        return replace(typed, protected=typed.protected or stays)

    @property
    def judged(self) -> Judgement:
        """What the rules say to it so far; nothing of it is a promise."""
        return judged(self.applied, self.terms)

    @property
    def asks_yen(self) -> int | None:
        """The sum that is applied for (申請額): what the last page says; None where it is open."""
        return self.judged.amount_yen or None

    @property
    def late(self) -> str:
        """The key of what is to be read about the day of the contract; empty where nothing is."""
        so_far, today = self.applied, self.request.now.date().isoformat()
        if so_far.contract == "none" and so_far.contract_on and so_far.contract_on < today:
            return "apply.late_planned"
        reasons = judged(so_far, replace(self.terms, state="known")).decision.reasons
        timing = next((reason for reason in reasons if reason.code in TIMINGS), None)
        if timing is None or not (so_far.contract == "signed" or timing.held is Held.UNMET):
            return ""
        if timing.held is Held.UNMET:  # in words that refuse nobody
            return f"apply.late_{timing.code.removeprefix('subsidy.')}"
        return words_of(timing)


def judged(application: Applied, terms: Terms) -> Judgement:
    """What the rules say to an application; a quote, since the desk has not checked it."""
    facts = applying.facts(application, received_on=None, channel="web", used_desk=None)
    return quote(facts, terms)


def terms_of(request: OfficeRequest) -> Terms | None:
    """The rules of the day; None where the city has no subsidy, or it has not begun or is over."""
    terms = subsidy_year.terms(request)
    return terms if terms and terms.version else None


def open_application(request: OfficeRequest, terms: Terms) -> OpenApplication | None:
    """The application of the open receipt; None where none is open."""
    who = newcomer(request)
    held = session.recall(who, request.now)
    if held is None or terms.version is None:
        return None
    return OpenApplication(request, who, held, terms, terms.version, applying.draft(held))


def keep_files(
    application: OpenApplication, task: Task, typed: Typed
) -> tuple[Typed, dict[str, str]]:
    """What was typed, with the files that came filed and ticked; and why others were not kept.

    They belong to the case from now on, whether the application is ever sent or not.
    """
    if task != "papers":
        return typed, {}
    ticked, unkept_by_field = dict(typed), dict[str, str]()
    for ticks, name in TICKED.items():
        files = uploads(application.request, name)
        if files:
            ids, codes = _file(application, files)
            ticked[ticks] = list(dict.fromkeys([*ticked.get(ticks, []), *map(str, ids)]))
            if codes:
                unkept_by_field[name] = codes[0]
    for code in unkept(application.request):
        unkept_by_field["others"] = code
    return ticked, unkept_by_field


def _file(
    application: OpenApplication, files: list[SealedUpload]
) -> tuple[list[UUID], tuple[str, ...]]:
    """Those for which there is room, filed as a message of the person's; why there was none.

    A page that is sent again brings files that the case has: they are ticked, not filed again.
    """
    who, held, request = application.who, application.held, application.request
    tray, cards = who.apart(held.case_id), evidence.cards(held.drawer)
    known = {(card.name, card.sha256): card.id for card in cards if not card.locked}
    marks = [(file.about.name, file.about.sha256) for file in files]
    ids = [known[mark] for mark in marks if mark in known]
    new = [file for file, mark in zip(files, marks, strict=True) if mark not in known]
    before = [card.length for card in cards]
    kept = intake.keep(
        tray, lambda _draft: None, new, network(request), application.request.now, before=before
    )
    new_ids = [file_id for file_id, _ in visit.held_files(tray)]
    if not new_ids:
        visit.leave(tray)
        return ids, kept.unkept
    with speaking("ja"):
        words = {"text": texts_for(request).get("apply.files_entry", "ja").words}
    actor = cases.consultee(who.office_id)
    intake.add(actor, held, words, tray, session.look_on(request), now=application.request.now)
    return [*ids, *new_ids], kept.unkept
