"""What the pages of an application show (申請の画面の中身): tasks, questions, answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.programme.words import Words
from madoguchi.rules.subsidy.fields import TASKS, Task, fields
from madoguchi.rules.subsidy.year import counts_online
from madoguchi.tools.forms.fields import showable
from madoguchi.tools.forms.form import FieldCard, Filled
from madoguchi.web.kit import subsidy_year
from madoguchi.web.kit.application import TICKED, cost_name, tax_name
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.apply.draft import KNOWN, OpenApplication, judged
from madoguchi.web.portal.check.result import Sentence, order_notes, order_of, rough_amount
from madoguchi.web.portal.page import Cards, calm, heard
from madoguchi.work.evidence.public import FileCard
from madoguchi.work.subsidy.application import Applied, Promise
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
    """One question of a task as the page shows it; `known`: only shown, since it is known already.

    `follows`: the answer without which the page folds it; empty where it is always asked.
    """

    card: FieldCard
    known: bool = False
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
    def status_key(self) -> str:
        """The text key of how far it is."""
        return f"apply.status_{self.status}"


@dataclass(frozen=True)
class Answer:
    """An answer to be read again: chosen options by key, typed text, a day, a sum, files."""

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
    answers: tuple[Answer, ...]


def list_cards(application: OpenApplication, note: str) -> Cards:
    """The list of tasks."""
    marks = {
        task: "".join(f.mark for f in fields(application.version) if f.task == task)
        for task in TASKS
    }
    return {
        "tasks": tuple(
            TaskCard(number, task, application.status(task), marks[task])
            for number, task in enumerate(TASKS, 1)
        ),
        "done": sum(application.status(task) == "done" for task in TASKS),
        "of": len(TASKS),
        "note": note,
        "late": application.late if application.status("lawyer") != "none" else "",
        "waiting": bool(application.waiting),
        "order": order_of(application.version.timing),
        "notes": tuple(order_notes(application.version.timing)),
        "again": application.draft["count"] == 0 and bool(application.earlier),
    } | year_cards(application.request, application.terms)


def task_cards(
    application: OpenApplication, task: Task, filled: Filled, *, changing: bool, moved: bool
) -> Cards:
    """One task; the last with all that was written before.

    `moved`: the sum is another one than on the page that was sent.
    """
    guardian = (
        applying.represented(application.applied, application.request.now.date())
        if task == "person"
        else None
    )
    cards: Cards = {
        "form": filled,
        "task": task,
        "number": TASKS.index(task) + 1,
        "rows": tuple(rows(application, filled, changing=changing)),
        "heading": f"apply.task_{task}",
        "lead": f"apply.lead_{task}",
        "mark": application.held.drawer.mark,
        "revision": application.draft["count"],
        "token": application.draft["token"],
        "guardian": f"ground.{guardian.code}.{guardian.values.get('why')}" if guardian else "",
    }
    if task != "promise":
        return cards
    found = application.judged
    cards |= {
        "parts": tuple(
            Part(
                number,
                f"apply.task_{task}",
                tuple(_answers(application, application.checked[task])),
            )
            for number, task in enumerate(TASKS, 1)
            if task != "promise" and application.form(task).fields
        ),
        "calm": calm(
            application.request,
            heard(
                application.request,
                *(
                    words
                    for each in application.checked.values()
                    for words in each.form.written(each.typed)
                ),
            ),
        ),
        "amount": rough_amount(found),
        "asks_yen": application.asks_yen,
        "moved": moved,
        "working": tuple(Sentence(line.key, line.values) for line in found.working),
        "late": application.late,
        "counts": counts_online(application.version),
    }
    return cards | year_cards(application.request, application.terms)


def sent_cards(application: OpenApplication, sent: applying.Applied) -> Cards:
    """What was sent, and what is still to be brought."""
    counts = counts_online(application.version)
    return {
        "bring": to_bring(sent, counts=counts),
        "amount": rough_amount(judged(sent, application.terms)),
        "mark": application.held.drawer.mark,
        "counts": counts,
        "new_year": subsidy_year.waits(application.request),
    } | year_cards(application.request, application.terms)


def lost_cards(application: OpenApplication, task: Task, saved: applying.Saved) -> Cards:
    """What another page had written, beside what holds now: nothing is replaced unseen."""
    form = application.form(task)
    lost = _answers(application, form.show(dict(saved.lost)), hide=False)
    before = {answer.target: answer for answer in lost}
    now = {
        answer.target: answer
        for answer in _answers(application, application.shown(task), hide=False)
    }
    targets = [f"f-{field.name}" for field in form.fields if field.name in saved.lost]
    return {
        "pairs": tuple((before[target], now.get(target)) for target in targets if target in before),
        "number": TASKS.index(task) + 1,
    }


def year_cards(request: OfficeRequest, terms: Terms) -> Cards:
    """How far the year's budget goes, and of which year rules are that may have changed since."""
    year = subsidy_year.stale_year(request, terms)
    return {"year": year, "budget": subsidy_year.budget_key(request)}


def to_bring(application: Applied, *, counts: bool) -> tuple[str, ...]:
    """The text keys of what is still to come on paper.

    `counts`: the form on the web is the application itself, so that its print is not asked for.
    """
    missing = {
        "form": not counts,
        "estimate": application.estimate_brought,
        "screens": application.screens_brought,
        "register": application.register_consent == "bring",
    }
    return tuple(f"apply.bring_{name}" for name, is_missing in missing.items() if is_missing)


def rows(application: OpenApplication, filled: Filled, *, changing: bool) -> Iterator[Row]:
    """Each question; what is known already is only shown, unless it is being changed."""
    acts = acts_of_costs(application).items()
    follows = FOLLOWS | {name: f"acts-{act}" for name, act in acts}
    for card in filled.cards:
        name = card.field.name
        if name in TICKED:
            yield Row(card, files=file_ticks(card, application.files))
        elif name == "promises":
            signed = application.applied.contract == "signed"
            asked = [
                each for each in applying.promises(application.version) if each.must or not signed
            ]
            yield Row(card, promises=promise_ticks(card, asked))
        else:
            known = name in KNOWN and list(card.typed) == application.known.get(name)
            only_shown = known and not changing and not card.error
            yield Row(card, only_shown, "" if card.error else follows.get(name, ""))


def acts_of_costs(application: OpenApplication) -> dict[str, str]:
    """The questions of what an act costs, asked of who asks a lawyer for it, and their acts."""
    names = (cost_name, tax_name)
    costs = application.version.cost
    return {name(cost.act, cost.fee): cost.act for cost in costs for name in names}


def file_ticks(card: FieldCard, files: Sequence[FileCard]) -> tuple[FileTick, ...]:
    """The files of the case, to be ticked; the first has the field's own id."""
    return tuple(
        FileTick(
            f"{card.id}-{place}" if place else card.id,
            str(file.id),
            file.name,
            day_in_japan(file.at),
            file.length,
            str(file.id) in card.typed,
        )
        for place, file in enumerate(files)
    )


def promise_ticks(card: FieldCard, asked: Sequence[Promise]) -> tuple[PromiseTick, ...]:
    """What has to be promised, to be ticked; the first has the field's own id."""
    return tuple(
        PromiseTick(
            f"{card.id}-{promise.code}" if place else card.id,
            promise.code,
            promise.words,
            promise.code in card.typed,
        )
        for place, promise in enumerate(asked)
    )


def _answers(
    application: OpenApplication, filled: Filled, *, hide: bool = True
) -> Iterator[Answer]:
    """What was answered; an empty answer is left out.

    `hide`: a protected address is not shown again, nor the cost of an act that is ticked no more.
    """
    protected = hide and application.applied.protected
    ticked = filled.typed.get("acts", [])
    acts = acts_of_costs(application) if hide else {}
    for card in filled.cards:
        name, value = card.field.name, filled.values[card.field.name]
        if name in acts and acts[name] not in ticked:
            continue
        question = (card.field.mark, card.label, card.id)
        if name in TICKED:
            files = tuple(file.name for file in application.files if str(file.id) in card.typed)
            if files:
                yield Answer(*question, files=files)
        elif card.options:
            chosen = tuple(option.key for option in card.options if option.chosen)
            if chosen:
                yield Answer(*question, chosen=chosen)
        elif isinstance(value, date):
            yield Answer(*question, on=value)
        elif isinstance(value, int) and name != "household":
            yield Answer(*question, yen=f"{value:,}")
        elif card.words.strip():
            words = "" if protected and name in HIDDEN else showable(card.words.strip())
            yield Answer(*question, words=words, hidden=not words)
