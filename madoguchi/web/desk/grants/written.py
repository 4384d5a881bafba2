"""The paper application as the desk types it (申請書の入力): the same fields, the same numbers.

What the person left out may stay out: the desk asks for it with a correction. What was attached
lies on paper; files that came by the web stay with the application.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.http import QueryDict

from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.programme.words import Words
from madoguchi.rules.subsidy.fields import TASKS, Task
from madoguchi.web.desk.grants import forms
from madoguchi.web.kit import application
from madoguchi.web.kit.applied import applied as read
from madoguchi.web.kit.applied import as_typed
from madoguchi.web.kit.fields import Field, Files, Slip
from madoguchi.web.kit.form import FieldCard, Filled, Form, Typed
from madoguchi.work.subsidy.application import Applied, promises

LACKING = frozenset({"required", "choose", "choose_some"})
HIDDEN = ("postal_code", "address")
KEPT = ("estimate_files", "screen_files", "other_files")
ARRIVED = forms.ARRIVED
NEEDED = ("name",)  # all else may be left out on paper, and asked for afterwards


@dataclass(frozen=True)
class Tick:
    """A promise on the paper, ticked or not."""

    id: str
    code: str
    words: Words | None
    ticked: bool

    @property
    def key(self) -> str:
        """The text key of one that is not in the city's own words."""
        return f"apply.promises.{self.code}"


@dataclass(frozen=True)
class Part:
    """One task of the form: its fields, and the promises where it has them."""

    task: str
    filled: Filled = field(repr=False)
    promises: tuple[Tick, ...] = ()

    @property
    def heading(self) -> str:
        """The text key of its heading."""
        return f"apply.task_{self.task}"

    @property
    def cards(self) -> tuple[FieldCard, ...]:
        """Its fields; promises are drawn by themselves."""
        return tuple(card for card in self.filled.cards if card.field.name != "promises")


@dataclass(frozen=True)
class Written:
    """The whole form as it was typed, and the application that it makes."""

    parts: tuple[Part, ...]
    applied: Applied = field(repr=False)

    @property
    def wrong(self) -> tuple[FieldCard, ...]:
        """The fields that have a slip."""
        return tuple(card for part in self.parts for card in part.filled.wrong)


def shown(version: SubsidyVersion, told: Applied | None) -> Written:
    """The form before it is sent; with an earlier application to be changed, or empty."""
    typed = as_typed(told, version) if told else {}
    if told is not None and told.protected:
        typed["delivery_address"] = []
    return _written(version, typed, told or Applied(), checked=False)


def sent(version: SubsidyVersion, post: QueryDict, told: Applied | None) -> Written:
    """The form as it was sent; only what cannot be understood has to be changed."""
    typed = {
        one.name: post.getlist(one.name)
        for form in _forms(version, told).values()
        for one in form.fields
    }
    return _written(version, typed, told or Applied(), checked=True)


def _written(version: SubsidyVersion, typed: Typed, told: Applied, *, checked: bool) -> Written:
    parts = tuple(
        Part(
            task, _filled(form, version, task, typed, checked=checked), _ticks(version, task, typed)
        )
        for task, form in _forms(version, told).items()
        if form.fields
    )
    return Written(parts, _with_what_stays(read(version, typed), told))


def _forms(version: SubsidyVersion, told: Applied | None) -> Mapping[Task, Form]:
    """The questions that paper answers: no file is sent, and no protected address is shown."""
    protected = told is not None and told.protected
    asked = application.forms(version)
    return {
        task: replace(
            asked[task],
            fields=tuple(
                replace(one, required=one.name in NEEDED)
                for one in asked[task].fields
                if _is_asked(one, protected=protected)
            ),
        )
        for task in TASKS
    }


def _is_asked(one: Field, *, protected: bool) -> bool:
    on_file = isinstance(one, Files | application.Papers)
    return not on_file and not (protected and one.name in HIDDEN)


def _filled(
    form: Form, version: SubsidyVersion, task: Task, typed: Typed, *, checked: bool
) -> Filled:
    here = {one.name: typed.get(one.name, []) for one in form.fields}
    if not checked:
        return form.show(here)
    found = application.check(version, task, {**typed, **here})
    names = {one.name for one in form.fields}
    slips = tuple(
        slip for slip in found.slips if slip.name in names and not _is_lacking(slip, here)
    )
    return replace(form.show(here), slips=slips)


def _is_lacking(slip: Slip, here: Typed) -> bool:
    """Whether a slip says only that something is not there, which paper may leave so."""
    empty = not any(word.strip() for word in here.get(slip.name, []))
    return empty or slip.code in LACKING or slip.code.startswith("apply_")


def _ticks(version: SubsidyVersion, task: Task, typed: Typed) -> tuple[Tick, ...]:
    if task != "promise":
        return ()
    ticked = typed.get("promises", [])
    return tuple(
        Tick(f"promise-{one.code}", one.code, one.words, one.code in ticked)
        for one in promises(version)
    )


def _with_what_stays(new: Applied, told: Applied) -> Applied:
    """What paper does not change: files that were sent, what it asks not, an unseen address."""
    stays = {name: getattr(told, name) for name in KEPT}
    if told.protected:
        stays |= {name: getattr(told, name) for name in HIDDEN}
        if not new.delivery.address:
            stays["delivery"] = replace(new.delivery, address=told.delivery.address)
    return replace(new, born_on=new.born_on or told.born_on, **stays)


def arrival(post: QueryDict | None, today: date) -> Filled:
    """Day and number of receipt, as they were typed or as they are known."""
    if post is None:
        return ARRIVED.show({"received_on": [forms.today(today)]})
    return forms.days(ARRIVED.check(ARRIVED.take(post)), today, received_on="past")


def wrong(arrived: Filled, written: Written) -> Iterator[FieldCard]:
    """All fields with a slip, in the order of the page."""
    yield from arrived.wrong
    yield from written.wrong
