"""What was missing, given (補正に答える): the form's own fields, by their numbers.

A number counts as answered when its fields have changed, when the person brings it, or when they
say something about it in their own words: nobody is held up by a field that does not fit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.fields import TASKS, circled, numbered
from madoguchi.tools.forms.fields import Field, FieldError, Story, Value
from madoguchi.tools.forms.form import FieldCard, Filled, Form, Typed
from madoguchi.web.kit.application import TICKED, applied, as_typed, check, forms, has_ended
from madoguchi.web.portal.apply.cards import FileTick, PromiseTick, Row
from madoguchi.web.portal.own_grant.cards import missing
from madoguchi.web.portal.own_grant.draft import Press
from madoguchi.web.portal.own_grant.forms import WORDS
from madoguchi.web.portal.own_grant.views import Errand, errand
from madoguchi.work.evidence import public as evidence
from madoguchi.work.subsidy.application import Applied, promises
from madoguchi.work.subsidy.history import current
from madoguchi.work.subsidy.own import public as grants

PAPERS = 11
"""The field of the papers: of each of them the form asks itself whether it is brought."""
OTHERS = "other_files", "others"
BRING, SAID = "answer_bring", "answer_words"


@dataclass(frozen=True)
class Brought(Field):
    """The numbers of what the person brings, ticked."""

    kind: ClassVar[str] = "brought"

    def read(self, given: Sequence[str]) -> tuple[Value, FieldError | None]:
        """The numbers as words, in order; what is none counts as not ticked."""
        return tuple(sorted({word for word in given if word.isdecimal()}, key=int)), None


def _fields(press: Press) -> Iterator[Field]:
    """The fields of the missing numbers; where a number has none, files of any kind."""
    marks = {one.mark for one in missing(press.own)}
    asked = [one for form in _forms(press).values() for one in form.fields]
    found = [one for one in asked if one.mark in marks]
    yield from found
    if marks - {one.mark for one in found} and not any(one.name in OTHERS for one in found):
        yield from (replace(one, mark="") for one in asked if one.name in OTHERS)
    yield Brought("answer_bring")
    yield Story("answer_words", hint=True, limit=WORDS, rows=3, guarded=True)


def _forms(press: Press) -> dict[Any, Form]:
    return dict(forms(press.version, protected=_is_protected(press))) if press.version else {}


def _is_protected(press: Press) -> bool:
    """Whether the address is hidden by now: then the form asks whether that ended."""
    return current(press.own.steps).protected


def _form(press: Press) -> Form:
    return Form("apply", tuple(_fields(press)))


def _now(press: Press) -> Typed:
    """The application as it stands, as its fields hold it."""
    return as_typed(current(press.own.steps), press.version) if press.version else {}


def _check(press: Press, typed: Typed) -> Filled:
    """The form with what has to be changed: only what was changed now is judged."""
    filled = _form(press).check(typed)
    given = {one.mark: _how(press, filled, one.number) for one in missing(press.own)}
    judged = {mark for mark, how in given.items() if how in ("file", "change")}
    marks = {one.name: one.mark for one in filled.form.fields}
    before = {(one.name, one.code) for one in _slips(press, {})}
    filled = replace(filled, errors=tuple(one for one in filled.errors if one.name == SAID))
    for one in _slips(press, typed):
        if marks.get(one.name) in judged and (one.name, one.code) not in before:
            filled = replace(filled, errors=(*filled.errors, one))
    for mark, how in given.items():
        if not how:
            filled = filled.refuse(_first(filled.form, mark), "grant_missing", number=mark)
    return filled


def _slips(press: Press, typed: Typed) -> Iterator[FieldError]:
    """What the application's own rules say of its fields."""
    if press.version is None:
        return
    merged = {**_now(press), **typed}
    for task in TASKS:
        yield from check(press.version, task, merged, protected=_is_protected(press)).errors


def _first(form: Form, mark: str) -> str:
    """Where the page says that nothing was said of a number; which of the papers, nobody knows."""
    if mark == circled(PAPERS):
        return SAID
    return next((one.name for one in form.fields if mark and one.mark == mark), BRING)


def _how(press: Press, filled: Filled, number: int) -> str:
    """How a missing number was given: brought, as a file, changed, or in words."""
    if str(number) in filled.value(BRING):
        return "bring"
    own = _of(filled.form, circled(number) if number else "")
    now = _now(press)
    changed = [one.name for one in own if _differs(filled.typed, now, one.name)]
    if any(name in TICKED for name in changed):
        return "file"
    if any(name.endswith("_brought") for name in changed):
        return "bring"
    if changed:
        return "change"
    return "words" if filled.words(SAID).strip() else ""


def _of(form: Form, mark: str) -> list[Field]:
    """The fields of a number; for one that has none, those of any file."""
    asked = [one for one in form.fields if one.name not in (BRING, SAID)]
    return [one for one in asked if one.mark == mark] or [one for one in asked if not one.mark]


def _differs(typed: Typed, now: Typed, name: str) -> bool:
    before, after = ([word for word in told.get(name, []) if word.strip()] for told in (now, typed))
    return before != after


def _act(press: Press, filled: Filled, idempotency_key: str) -> str:
    was = current(press.own.steps)
    is_now = _changed(press, was, filled)
    said = filled.words(SAID).strip()
    answers = tuple(
        {"field": one.number, "how": _how(press, filled, one.number), "words": said}
        for one in missing(press.own)
    )
    new = tuple(one for one in is_now.files if one not in was.files)
    ended = has_ended(filled.typed)
    done = grants.Completed(is_now.to_json(), answers, new, ended=ended)
    grants.complete(
        press.actor,
        press.seen(),
        done,
        press.course,
        now=press.now,
        idempotency_key=idempotency_key,
    )
    return "complete"


def _changed(press: Press, was: Applied, filled: Filled) -> Applied:
    """The application with what the missing fields say by now; all else stays as it was told.

    Of a number that is brought, what cannot be stays as it was as well.
    """
    if press.version is None:
        return was
    names = [one.name for one in filled.form.fields if one.name not in (BRING, SAID)]
    told = {**_now(press), **{name: filled.typed.get(name, []) for name in names}}
    new = applied(press.version, told)
    marks = {one.name: one.mark for one in filled.form.fields}
    wrong = {marks.get(one.name) for one in _slips(press, filled.typed)} - {circled(PAPERS)}
    right = [one.number for one in missing(press.own) if one.mark not in wrong]
    asked = [_asks(press.version, number) for number in right]
    parts = {name for one in asked for name in one} | ({OTHERS[0]} & {*names})
    return replace(was, **{name: getattr(new, name) for name in parts if hasattr(new, name)})


def _asks(version: SubsidyVersion, number: int) -> tuple[str, ...]:
    found = numbered(version, number)
    return found.asks if found else ()


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
    numbers = tuple(dict.fromkeys(one.number for one in found))
    first = next((number for number in numbers if number != PAPERS), 0)
    parts = tuple(
        Part(
            mark=circled(number) if number else "",
            what=tuple(one.what for one in found if one.number == number),
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
        if card.field.mark != mark or name in (BRING, SAID):
            continue
        if name in TICKED:
            yield Row(card, files=_ticks(press, card))
        elif name == "promises":
            yield Row(card, promises=_promises(press, card))
        else:
            yield Row(card)


def _ticks(press: Press, card: FieldCard) -> tuple[FileTick, ...]:
    files = evidence.readable(press.held.drawer)
    return tuple(
        FileTick(
            f"{card.id}-{at}" if at else card.id,
            str(one.id),
            one.name,
            day_in_japan(one.at),
            one.length,
            str(one.id) in card.typed,
        )
        for at, one in enumerate(files)
    )


def _promises(press: Press, card: FieldCard) -> tuple[PromiseTick, ...]:
    asked = promises(press.version) if press.version else ()
    return tuple(
        PromiseTick(
            f"{card.id}-{one.code}" if at else card.id, one.code, one.words, one.code in card.typed
        )
        for at, one in enumerate(asked)
    )


answer = errand(
    Errand(
        Verb.COMPLETE,
        "portal/own_grant/answer.html",
        form=_form,
        check=_check,
        act=_act,
        files=TICKED,
        first=_now,
        more=_parts,
    )
)
