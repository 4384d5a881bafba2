"""The five steps of a request (手続き 1〜5): their questions, answers, and the request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from madoguchi.rules.opening import opening
from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.case import CONTACT_RULES
from madoguchi.tools.forms.fields import (
    Choice,
    Choices,
    Email,
    Field,
    Files,
    Line,
    Name,
    Story,
    Tel,
    Whole,
    showable,
)
from madoguchi.tools.forms.form import Filled, Form, HeldFile, Typed
from madoguchi.web.kit.answers import (
    AGE_BANDS,
    DANGER,
    HOW,
    KINDS,
    OFFICERS,
    PLACES,
    RESIDENCES,
    SUPPORTS,
    WHO,
)
from madoguchi.web.kit.column import column
from madoguchi.work.cases.public import Wishes
from madoguchi.work.intake.public import Request

WORDS = "consult"
ADULT_YEARS = 18
BY_PHONE = ("phone", "no_voicemail")
WITH_CHILD = ("child", "guardian")
CONTACT_RULE = Choice("contact_rule", required=True, options=CONTACT_RULES)
HOURS = Choices("hours", options=("morning", "noon", "afternoon", "evening"))
NAME_DESK = Choice("name_desk", hint=True, options=("yes", "no"))
MAIL = Choice("mail", hint=True, options=("yes", "no"))
FORMS = {
    1: Form(
        WORDS,
        (
            Choice("danger", required=True, options=DANGER),
            Choice("who", required=True, options=WHO),
        ),
    ),
    2: Form(
        WORDS,
        (
            Name("name", hint=True),
            Name("kana", autocomplete="off"),
            CONTACT_RULE,
            Tel("phone", hint=True),
            Email("email"),
            HOURS,
            NAME_DESK,
            MAIL,
        ),
    ),
    3: Form(
        WORDS,
        (
            Whole("age", hint=True, most=130, width="narrow"),
            Choice("age_band", options=AGE_BANDS),
            Choice("residence", options=RESIDENCES),
            Line("town", limit=100, width="middle"),
            Choice("officer", options=OFFICERS),
            Line("language", hint=True, limit=100, width="middle"),
            Choices("support", options=SUPPORTS),
        ),
    ),
    4: Form(
        WORDS,
        (
            Choices("place", options=PLACES),
            Story("urls", hint=True, rows=3, guarded=True),
            Line("when", hint=True, limit=200, guarded=True),
            Choices("kinds", options=KINDS),
            Story("text", hint=True, rows=10, guarded=True, or_file=True),
            Files("files", hint=True),
        ),
    ),
    5: Form(
        WORDS,
        (
            Choice("how", options=HOW),
            Line("visit_when", hint=True, limit=200, guarded=True),
        ),
    ),
}
LAST = max(FORMS)
OF_DANGER = ("police_110", "police_9110", "dv_plus", "onestop_8891", "inochi_sos", "yorisoi")
OF_YOUNG = ("moj_kodomo", "kodomo_sos", "childline")
ABOUT = ("danger", "who", "name", "kana", "email", "age", "age_band", "residence", "town")
ABOUT_WISHES = ("officer", "language", "support")
STORY = ("place", "urls", "when", "kinds", "text", "how", "visit_when")


@dataclass(frozen=True)
class Step:
    """One step of the request."""

    number: int
    form: Form

    @property
    def heading(self) -> str:
        """The text key of its heading."""
        return f"{WORDS}.step_{self.number}"

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its questions."""
        return self.form.fields


@dataclass(frozen=True)
class Answer:
    """A question with its answer: chosen options by key, or typed text, or files."""

    label: str
    target: str
    chosen: tuple[str, ...] = ()
    words: str = field(default="", repr=False)
    files: tuple[HeldFile, ...] = ()


@dataclass(frozen=True)
class Part:
    """The answers of one step."""

    number: int
    heading: str
    href: str
    answers: tuple[Answer, ...]


STEPS = {number: Step(number, form) for number, form in FORMS.items()}


def show(step: Step, answers: Typed) -> Filled:
    """The step with what the draft holds, not checked."""
    return step.form.show(own_answers(step, answers))


def own_answers(step: Step, answers: Typed) -> Typed:
    """The answers of one step."""
    return {asked.name: answers.get(asked.name, []) for asked in step.fields}


def check(step: Step, answers: Typed, desk: Desk) -> Filled:
    """The step checked, with what one answer asks of another."""
    filled = step.form.check(own_answers(step, answers))
    return reachable(filled, desk) if "contact_rule" in filled.values else filled


def reachable(filled: Filled, desk: Desk) -> Filled:
    """The contact step: a way that was chosen needs its number or address."""
    if not desk.anonymous and "name" in filled.values:
        filled = _require(filled, "name")
    rule = filled.value("contact_rule")
    if rule in BY_PHONE:
        filled = _require(filled, "phone")
        return _require(filled, "name_desk", "choose")
    if rule == "mail_only" or filled.value("mail") == "yes":
        filled = _require(filled, "email")
    return filled


def _require(filled: Filled, name: str, code: str = "required") -> Filled:
    return filled if filled.words(name).strip() else filled.refuse(name, code)


def calls_for_lines(filled: Filled, answers: Typed) -> bool:
    """Whether the answers of a step call for telephone lines, not shown yet, before going on."""
    with_child = any(who in WITH_CHILD for who in answers.get("who", ()))
    if "danger" in filled.values:
        return filled.value("danger") == "yes" or with_child
    return "age" in filled.values and young(filled) and not with_child


def young(filled: Filled) -> bool:
    """Whether the age step was answered by, or for, somebody under eighteen."""
    age = filled.value("age")
    return filled.value("age_band") == "under_18" or (
        age is not None and age != "" and age < ADULT_YEARS
    )


def phone_lines(programme: Programme, *, danger: bool, young: bool) -> tuple[Agency, ...]:
    """The shown agencies for an answer, those of danger first."""
    agencies = {agency.id: agency for agency in programme.directory}
    names = (*(OF_DANGER if danger else ()), *(OF_YOUNG if young else ()))
    return tuple(agencies[name] for name in names if name in agencies and agencies[name].phone)


def parts(
    typed: Typed,
    held: tuple[HeldFile, ...] = (),
    steps: Iterable[Step] = STEPS.values(),
    name: str = "consult",
) -> tuple[Part, ...]:
    """All answers in the order of the steps, each with the address of its page (`name`)."""
    return tuple(
        Part(
            step.number,
            step.heading,
            reverse(name, args=[step.number]),
            tuple(_answer(step, asked, typed.get(asked.name, []), held) for asked in step.fields),
        )
        for step in steps
    )


def in_words(step: Step, changed: Typed, texts: Texts) -> str:
    """The changed answers of a step as one text, each under its question."""

    def text(key: str) -> str:
        return texts.get(key, column()).words

    parts = []
    for asked in step.fields:
        if asked.name in changed:
            answer = _answer(step, asked, changed[asked.name], ())
            chosen = answer.chosen or ("consult.unanswered",)
            words = answer.words or "\n".join(text(key) for key in chosen)
            parts.append(f"{text(answer.label)}\n{words}")
    return "\n\n".join(parts)


def _answer(step: Step, asked: Field, typed: list[str], held: tuple[HeldFile, ...]) -> Answer:
    key, target = f"{step.form.words}.{asked.name}", f"f-{asked.name}"
    label = f"{key}.label"
    if asked.kind == "files":
        return Answer(label, target, files=held)
    options: tuple[str, ...] = getattr(asked, "options", ())
    if options:
        chosen = tuple(f"{key}.{option}" for option in options if option in typed)
        return Answer(label, target, chosen=chosen)
    return Answer(label, target, words=showable(typed[0].strip()) if typed else "")


def unready(answers: Typed, desk: Desk) -> tuple[Step, Filled] | None:
    """The first step that keeps the request from being filed, checked; None when it can go."""
    for step in STEPS.values():
        filled = check(step, answers, desk)
        if not filled.ok:
            return step, filled
    return None


def build(answers: Typed, desk: Desk, changes: tuple[Change, ...], now: datetime) -> Request:
    """The request that complete answers make."""
    values: dict[str, Any] = {}
    for step in STEPS.values():
        values.update(step.form.check(own_answers(step, answers)).values)
    read_at = opening(desk, "web", now, changes).answer_by
    phone = (answers.get("phone") or [""])[0].strip()
    about = {name: values[name] for name in (*ABOUT, *ABOUT_WISHES)}
    about |= {"phone": phone, "phone_digits": values["phone"] or ""}
    return Request(
        urgent=values["danger"] == "yes",
        about=answered(about),
        wishes=wishes(values),
        story=answered({name: values[name] for name in STORY}),
        first_due_on=read_at.date(),
        read_at=read_at,
        answers=answers,
    )


def wishes(values: Mapping[str, Any]) -> Wishes:
    """How contact is safe; a mail without content only where an address was given for it."""
    rule = values["contact_rule"]
    return Wishes(
        contact_rule=rule,
        hours=tuple(values["hours"]),
        name_desk=rule in BY_PHONE and values["name_desk"] == "yes",
        mail=bool(values["email"])
        and values["mail"] != "no"
        and (rule == "mail_only" or values["mail"] == "yes"),
    )


def answered(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what was answered."""
    return {name: value for name, value in values.items() if value not in ("", None, ())}
