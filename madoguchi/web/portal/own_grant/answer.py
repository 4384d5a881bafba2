"""What was missing, given (補正に答える): the form's own fields, by their numbers.

A number counts as answered when its fields have changed, when the person brings it, or when they
say something about it in their own words: nobody is held up by a field that does not fit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.fields import TASKS, circled, numbered
from madoguchi.tools.forms.fields import Field, FieldError, Story, Value
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.web.kit.application import TICKED, applied, as_typed, check, forms, has_ended
from madoguchi.web.portal.apply.cards import Row, file_ticks, promise_ticks
from madoguchi.web.portal.own_grant.cards import missing
from madoguchi.web.portal.own_grant.draft import Press
from madoguchi.web.portal.own_grant.forms import WORDS
from madoguchi.web.portal.own_grant.views import Errand, errand_view
from madoguchi.work.evidence import public as evidence
from madoguchi.work.subsidy.application import Applied, promises
from madoguchi.work.subsidy.history import current
from madoguchi.work.subsidy.own import public as grants

PAPERS = 11
"""The field of the papers: of each of them the form asks itself whether it is brought."""
OTHERS = "other_files", "others"
BRING, COMMENT = "answer_bring", "answer_words"


@dataclass(frozen=True)
class Brought(Field):
    """The numbers of what the person brings, ticked."""

    kind: ClassVar[str] = "brought"

    def read(self, given: Sequence[str]) -> tuple[Value, FieldError | None]:
        """The numbers as strings, in order; what is none counts as not ticked."""
        return tuple(sorted({word for word in given if word.isdecimal()}, key=int)), None


def _form(press: Press) -> Form:
    """The fields of the missing numbers; where a number has none, files of any kind."""
    marks = {item.mark for item in missing(press.own)}
    asked: list[Field] = []
    if press.version:
        tasks = forms(press.version, protected=_is_protected(press))
        asked = [field for form in tasks.values() for field in form.fields]
    found = [field for field in asked if field.mark in marks]
    if marks - {field.mark for field in found} and not any(f.name in OTHERS for f in found):
        found += [replace(field, mark="") for field in asked if field.name in OTHERS]
    comment = Story(COMMENT, hint=True, limit=WORDS, rows=3, guarded=True)
    return Form("apply", (*found, Brought(BRING), comment))


def _is_protected(press: Press) -> bool:
    """Whether the address is hidden by now: then the form asks whether that ended."""
    return current(press.own.steps).protected


def _current(press: Press) -> Typed:
    """The application as it stands, as its fields hold it."""
    return as_typed(current(press.own.steps), press.version) if press.version else {}


def _check(press: Press, typed: Typed) -> Filled:
    """The form with what has to be changed: only what was changed now is judged."""
    filled = _form(press).check(typed)
    ways = {item.mark: _way(press, filled, item.number) for item in missing(press.own)}
    judged = {mark for mark, way in ways.items() if way in ("file", "change")}
    marks = {field.name: field.mark for field in filled.form.fields}
    before = {(error.name, error.code) for error in _errors(press, {})}
    new = [
        error
        for error in _errors(press, typed)
        if marks.get(error.name) in judged and (error.name, error.code) not in before
    ]
    kept = [error for error in filled.errors if error.name == COMMENT]
    filled = replace(filled, errors=(*kept, *new))
    for mark, way in ways.items():
        if not way:
            first = next((f.name for f in filled.form.fields if mark and f.mark == mark), BRING)
            # which of the papers is missing, nobody knows: the error stands at the comment
            place = COMMENT if mark == circled(PAPERS) else first
            filled = filled.refuse(place, "grant_missing", number=mark)
    return filled


def _errors(press: Press, typed: Typed) -> Iterator[FieldError]:
    """The errors of the whole application, with what was typed in place of what it holds."""
    if press.version is None:
        return
    merged, today = {**_current(press), **typed}, press.request.now.date()
    for task in TASKS:
        protected = _is_protected(press)
        yield from check(press.version, task, merged, today, protected=protected).errors


def _way(press: Press, filled: Filled, number: int) -> str:
    """How a missing number was given: `bring`, `file`, `change`, `words`; empty if it was not."""
    if str(number) in filled.value(BRING):
        return "bring"
    asked = [field for field in filled.form.fields if field.name not in (BRING, COMMENT)]
    mark = circled(number) if number else ""
    own = [field for field in asked if field.mark == mark]
    if not own:  # a number without fields is given by files of any kind
        own = [field for field in asked if not field.mark]
    now = _current(press)

    def filled_lines(typed: Typed, name: str) -> list[str]:
        return [word for word in typed.get(name, []) if word.strip()]

    changed = [
        field.name
        for field in own
        if filled_lines(now, field.name) != filled_lines(filled.typed, field.name)
    ]
    if any(name in TICKED for name in changed):
        return "file"
    if any(name.endswith("_brought") for name in changed):
        return "bring"
    if changed:
        return "change"
    return "words" if filled.words(COMMENT).strip() else ""


def _act(press: Press, filled: Filled, idempotency_key: str) -> str:
    before = current(press.own.steps)
    application = _changed(press, before, filled)
    comment = filled.words(COMMENT).strip()
    answers = tuple(
        {"field": item.number, "how": _way(press, filled, item.number), "words": comment}
        for item in missing(press.own)
    )
    new = tuple(file_id for file_id in application.files if file_id not in before.files)
    ended = has_ended(filled.typed)
    done = grants.Completion(application.to_json(), answers, new, ended=ended)
    grants.complete(
        press.actor,
        press.shown_grant(),
        done,
        press.course,
        now=press.request.now,
        idempotency_key=idempotency_key,
    )
    return "complete"


def _changed(press: Press, before: Applied, filled: Filled) -> Applied:
    """The application with what the missing fields hold by now; all else stays as it was.

    Of a number that is brought, a field that would be wrong stays as it was as well.
    """
    if press.version is None:
        return before
    fields = [field for field in filled.form.fields if field.name not in (BRING, COMMENT)]
    names = [field.name for field in fields]
    typed = {**_current(press), **{name: filled.typed.get(name, []) for name in names}}
    new = applied(press.version, typed)
    marks = {field.name: field.mark for field in filled.form.fields}
    wrong = {marks.get(error.name) for error in _errors(press, filled.typed)} - {circled(PAPERS)}
    parts = {OTHERS[0]} & {*names}
    for item in missing(press.own):
        asked = numbered(press.version, item.number) if item.mark not in wrong else None
        parts |= {*asked.asks} if asked else set()
    return replace(before, **{name: getattr(new, name) for name in parts if hasattr(new, name)})


@dataclass(frozen=True)
class Part:
    """One missing number on the page: what is missing, its fields, and whether it is brought."""

    mark: str
    what: tuple[str, ...] = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    number: int
    id: str
    brought: bool

    @property
    def may_bring(self) -> bool:
        """Whether it is asked here if it is brought: the papers' fields ask that themselves."""
        return self.number != PAPERS


def _parts(press: Press, filled: Filled) -> dict[str, object]:
    """The missing numbers in order, and files of any kind where one of them has no field."""
    found = missing(press.own)
    numbers = tuple(dict.fromkeys(item.number for item in found))
    first = next((number for number in numbers if number != PAPERS), 0)
    parts = tuple(
        Part(
            mark=circled(number) if number else "",
            what=tuple(item.what for item in found if item.number == number),
            rows=tuple(_rows(press, filled, circled(number))) if number else (),
            number=number,
            id="f-answer_bring" if number == first else f"f-answer_bring-{number}",
            brought=str(number) in filled.value(BRING),
        )
        for number in numbers
    )
    others = tuple(_rows(press, filled, ""))
    rows = (*others, *(row for part in parts for row in part.rows))
    uploads = any(row.card.field.kind == "files" for row in rows)
    return {"parts": parts, "others": others, "uploads": uploads}


def _rows(press: Press, filled: Filled, mark: str) -> Iterator[Row]:
    for card in filled.cards:
        name = card.field.name
        if card.field.mark != mark or name in (BRING, COMMENT):
            continue
        if name in TICKED:
            yield Row(card, files=file_ticks(card, evidence.readable(press.held.drawer)))
        elif name == "promises":
            asked = promises(press.version) if press.version else ()
            yield Row(card, promises=promise_ticks(card, asked))
        else:
            yield Row(card)


answer = errand_view(
    Errand(
        Verb.COMPLETE,
        "portal/own_grant/answer.html",
        form=_form,
        check=_check,
        act=_act,
        files=TICKED,
        first=_current,
        more=_parts,
    )
)
