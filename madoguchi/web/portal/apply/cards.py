"""What the pages of an application show (申請の画面の中身): tasks, questions, answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from madoguchi.rules.koyomi.dates import day_in_japan, fiscal_year
from madoguchi.rules.programme.subsidy import BeforeContract, SubsidyVersion, Terms
from madoguchi.rules.programme.words import UNCONFIRMED, Words
from madoguchi.rules.subsidy.fields import TASKS, Task, fields
from madoguchi.tools.forms.fields import showable
from madoguchi.tools.forms.form import FieldCard, Filled
from madoguchi.web.kit import subsidy_year
from madoguchi.web.kit.application import TICKED, cost_name, tax_name
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.apply.draft import TOLD, Begun, judged
from madoguchi.web.portal.check.result import Saying, order_notes, order_of, rough_amount
from madoguchi.web.portal.page import Cards
from madoguchi.work.evidence.public import FileCard
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.applying import public as applying

FOLLOWS = {
    "guardian_is_other": "by-minor",
    "other_aid_yen": "other_aid-yes",
    "delivery_address": "delivery-address",
    "sender_name": "sender-own",
}
"""Questions that an answer before them asks for, and which one: `<question>-<answer>`."""
HIDDEN = ("postal_code", "address")


@dataclass(frozen=True)
class FileTick:
    """A file of the case that can be ticked."""

    id: str
    value: str
    name: str = field(repr=False)
    at: date
    length: int
    ticked: bool


@dataclass(frozen=True)
class PromiseTick:
    """A promise that can be ticked."""

    id: str
    code: str
    words: Words | None
    ticked: bool

    @property
    def key(self) -> str:
        """The text key of one that is not in the city's own words."""
        return f"apply.promises.{self.code}"


@dataclass(frozen=True)
class Row:
    """One question of a task as the page draws it; `told`: known already, and only shown.

    `follows`: the answer without which the page folds it; empty where it is always asked.
    """

    card: FieldCard
    told: bool = False
    follows: str = ""
    files: tuple[FileTick, ...] = ()
    promises: tuple[PromiseTick, ...] = ()


@dataclass(frozen=True)
class TaskCard:
    """One task of the list."""

    number: int
    task: str
    status: str
    marks: str

    @property
    def heading(self) -> str:
        """The text key of its name."""
        return f"apply.task_{self.task}"

    @property
    def said(self) -> str:
        """The text key of how far it is."""
        return f"apply.status_{self.status}"


@dataclass(frozen=True)
class Said:
    """One answer, to be read again: chosen words by key, typed words, a day, a sum, files."""

    mark: str
    label: str
    target: str
    chosen: tuple[str, ...] = ()
    words: str = field(default="", repr=False)
    on: date | None = None
    yen: str = ""
    files: tuple[str, ...] = field(default=(), repr=False)
    hidden: bool = False


@dataclass(frozen=True)
class Part:
    """The answers of one task."""

    number: int
    heading: str
    answers: tuple[Said, ...]


def list_cards(at: Begun, note: str) -> Cards:
    """The list of tasks."""
    done = sum(at.status(task) == "done" for task in TASKS)
    return {
        "tasks": tuple(_task(at, number, task) for number, task in enumerate(TASKS, 1)),
        "done": done,
        "of": len(TASKS),
        "note": note,
        "late": at.late if at.status("lawyer") != "none" else "",
        "waiting": bool(at.waiting),
        "order": order_of(at.version.timing),
        "notes": tuple(order_notes(at.version.timing)),
        "again": at.draft["count"] == 0 and bool(at.earlier),
    } | year_cards(at.request, at.terms)


def task_cards(at: Begun, task: Task, filled: Filled, *, changing: bool) -> Cards:
    """One task; the last with all that was written before."""
    cards: Cards = {
        "form": filled,
        "task": task,
        "number": TASKS.index(task) + 1,
        "rows": tuple(rows(at, filled, changing=changing)),
        "heading": f"apply.task_{task}",
        "lead": f"apply.lead_{task}",
        "mark": at.held.drawer.mark,
        "revision": at.draft["count"],
        "token": at.draft["token"],
        "guardian": _guardian(at) if task == "person" else "",
    }
    return cards | check_cards(at) if task == "promise" else cards


def check_cards(at: Begun) -> Cards:
    """All that was written, and what the rules make of it."""
    found = at.judged
    return {
        "parts": tuple(
            Part(number, f"apply.task_{task}", tuple(_said(at, at.checked[task])))
            for number, task in enumerate(TASKS, 1)
            if task != "promise" and at.form(task).fields
        ),
        "amount": rough_amount(found),
        "working": tuple(Saying(line.key, line.values) for line in found.working),
        "late": at.late,
        "counts": online_counts(at.version),
    } | year_cards(at.request, at.terms)


def sent_cards(at: Begun, told: applying.Applied) -> Cards:
    """What was sent, and what is still to be brought."""
    timing, counts = at.version.timing, online_counts(at.version)
    return {
        "bring": to_bring(told, counts=counts),
        "amount": rough_amount(judged(told, at.terms)),
        "mark": at.held.drawer.mark,
        "counts": counts,
        "wait": isinstance(timing, BeforeContract) and not _is_sure(timing.contract_after_source),
        "new_year": subsidy_year.waits(at.request),
    } | year_cards(at.request, at.terms)


def lost_cards(at: Begun, task: Task, saved: applying.Saved) -> Cards:
    """What another page had written, beside what holds now: nothing is replaced unseen."""
    form = at.form(task)
    names = [one.name for one in form.fields if one.name in saved.lost]
    before = {one.target: one for one in _said(at, form.show(dict(saved.lost)), hide=False)}
    now = {one.target: one for one in _said(at, at.shown(task), hide=False)}
    return {
        "pairs": tuple(
            (before[target], now.get(target))
            for target in (f"f-{name}" for name in names)
            if target in before
        ),
        "number": TASKS.index(task) + 1,
    }


def year_cards(request: OfficeRequest, terms: Terms) -> Cards:
    """How far the year's budget goes, and of which year rules are that may have changed since."""
    stale = terms.state == "stale" and terms.version is not None
    year = fiscal_year(terms.version.since) if stale and terms.version else None
    return {"year": year, "budget": subsidy_year.budget_key(request)}


def to_bring(applied: Applied, *, counts: bool) -> tuple[str, ...]:
    """The text keys of what is still to come on paper.

    `counts`: the form on the web is the application itself, so that its print is not asked for.
    """
    still = {
        "form": not counts,
        "estimate": applied.estimate_brought,
        "screens": applied.screens_brought,
        "register": applied.register_consent == "bring",
    }
    return tuple(f"apply.bring_{name}" for name, lacks in still.items() if lacks)


def rows(at: Begun, filled: Filled, *, changing: bool) -> Iterator[Row]:
    """Each question; what is known already is only shown, unless it is being changed."""
    follows = FOLLOWS | dict(_costs(at.version))
    for card in filled.cards:
        name = card.field.name
        if name in TICKED:
            yield Row(card, files=tuple(_ticks(card, at.files)))
        elif name == "promises":
            yield Row(card, promises=tuple(_promises(at, card)))
        else:
            known = name in TOLD and list(card.typed) == at.told.get(name)
            told = known and not changing and not card.error
            yield Row(card, told, "" if card.error else follows.get(name, ""))


def _costs(version: SubsidyVersion) -> Iterator[tuple[str, str]]:
    """What an act costs is asked of who asks a lawyer for it."""
    for cost in version.cost:
        for name in (cost_name(cost.act, cost.fee), tax_name(cost.act, cost.fee)):
            yield name, f"acts-{cost.act}"


def _ticks(card: FieldCard, files: tuple[FileCard, ...]) -> Iterator[FileTick]:
    for place, one in enumerate(files):
        own = f"{card.id}-{place}" if place else card.id
        value = str(one.id)
        yield FileTick(own, value, one.name, day_in_japan(one.at), one.length, value in card.typed)


def _promises(at: Begun, card: FieldCard) -> Iterator[PromiseTick]:
    signed = at.applied.contract == "signed"
    asked = [one for one in applying.promises(at.version) if one.must or not signed]
    for place, one in enumerate(asked):
        own = f"{card.id}-{one.code}" if place else card.id
        yield PromiseTick(own, one.code, one.words, one.code in card.typed)


def _task(at: Begun, number: int, task: Task) -> TaskCard:
    marks = "".join(one.mark for one in fields(at.version) if one.task == task)
    return TaskCard(number, task, at.status(task), marks)


def online_counts(version: SubsidyVersion) -> bool:
    """Whether the city says that the form on the web is the application itself."""
    rule = version.timing
    if not isinstance(rule, BeforeContract):
        return False
    return _is_sure(rule.online_counts_as_application_source) and rule.online_counts_as_application


def _is_sure(source: str) -> bool:
    return source != UNCONFIRMED


def _said(at: Begun, filled: Filled, *, hide: bool = True) -> Iterator[Said]:
    """What was answered; an empty answer is left out. A protected address is not shown again."""
    protected = hide and at.applied.protected
    for card in filled.cards:
        name, value = card.field.name, filled.values[card.field.name]
        one = (card.field.mark, card.label, card.id)
        if name in TICKED:
            files = tuple(each.name for each in at.files if str(each.id) in card.typed)
            if files:
                yield Said(*one, files=files)
        elif card.options:
            chosen = tuple(each.key for each in card.options if each.chosen)
            if chosen:
                yield Said(*one, chosen=chosen)
        elif isinstance(value, date):
            yield Said(*one, on=value)
        elif isinstance(value, int) and name != "household":
            yield Said(*one, yen=f"{value:,}")
        elif card.words.strip():
            words = "" if protected and name in HIDDEN else showable(card.words.strip())
            yield Said(*one, words=words, hidden=not words)


def _guardian(at: Begun) -> str:
    """The key of what somebody under 18 reads about a representative; empty for a grown-up."""
    reason = applying.represented(at.applied, at.now.date())
    return f"ground.{reason.code}.{reason.values.get('why')}" if reason else ""
