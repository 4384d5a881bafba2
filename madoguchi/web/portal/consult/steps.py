"""The five steps of a request (手続き 1〜5): their questions, answers, and the request.

A step has a name, in its address too. Which comes after which stands in `ORDER` alone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.urls import reverse

from madoguchi.rules.numbers import without_numbers
from madoguchi.rules.opening import opening
from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.people import PersonName
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.case import BY_PHONE, CONTACT_RULES
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
from madoguchi.tools.forms.form import FieldCard, Filled, Form, HeldFile, Typed
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
from madoguchi.web.portal.page import IN_ENGLISH
from madoguchi.work.cases.public import Wishes
from madoguchi.work.intake.public import Request

WORDS = "consult"
ADULT_YEARS = 18
WITH_CHILD = ("child", "guardian")
CONTACT_RULE = Choice("contact_rule", required=True, options=CONTACT_RULES)
HOURS = Choices("hours", options=("morning", "noon", "afternoon", "evening"))
NAME_DESK = Choice("name_desk", must_if=True, hint=True, options=("yes", "no"))
MAIL = Choice("mail", hint=True, options=("yes", "no"))
ORDER = ("danger", "story", "contact", "about", "wishes")
OLD_NUMBERS = {1: "danger", 2: "contact", 3: "about", 4: "story", 5: "wishes"}
"""The numbers that addresses had before steps had names: a page of then may still be open."""
FORMS = {
    "danger": Form(
        WORDS,
        (
            Choice("danger", required=True, options=DANGER),
            Choice("who", required=True, options=WHO),
        ),
    ),
    "story": Form(
        WORDS,
        (
            Story("text", hint=True, rows=10, guarded=True, or_file=True),
            Files("files", hint=True),
            Choices("place", options=PLACES),
            Story("urls", hint=True, rows=2, guarded=True),
            Line("when", hint=True, limit=200, guarded=True),
            Choices("kinds", options=KINDS),
        ),
    ),
    "contact": Form(
        WORDS,
        (
            Name("name", hint=True),
            Name("kana", autocomplete="off"),
            CONTACT_RULE,
            Tel("phone", must_if=True, own=True, several=True),
            NAME_DESK,
            HOURS,
            Email("email", must_if=True),
            MAIL,
        ),
    ),
    "about": Form(
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
    "wishes": Form(
        WORDS,
        (
            Choice("how", options=HOW),
            Line("visit_when", hint=True, limit=200, guarded=True),
        ),
    ),
}
NAMED = Form(WORDS, (Name("name", required=True, hint=True), *FORMS["contact"].fields[1:]))
LAST = len(ORDER)
ADDRESS = re.compile(r"[A-Za-z0-9-]\.[A-Za-z]{2,}|://")
LEFT_OPEN = {"danger": "no_answer", "who": "no_answer", "contact_rule": "wait", "mail": "no"}
WAY = ("contact_rule", "phone", "email", "mail")
TICKED: dict[str, PersonName] = {"threat": "threatened", "sexual": "pictures"}
"""For whom of the seven persons a ticked kind means danger."""
OF_DANGER = ("police_110", "fire_119")
OF_YOUNG = ("kodomo_sos", "child_189", "ibasho", "childline", "moj_kodomo")
OF_DANGER_TOO = ("yorisoi", "inochi_sos", "dv_plus", "police_9110", "onestop_8891")
ABOUT = ("danger", "who", "name", "kana", "email", "age", "age_band", "residence", "town")
ABOUT_WISHES = ("officer", "language", "support")
STORY = ("place", "urls", "when", "kinds", "text", "how", "visit_when")


@dataclass(frozen=True)
class Step:
    """One step of the request."""

    name: str
    form: Form

    @property
    def number(self) -> int:
        """Its place among the steps, from 1."""
        return ORDER.index(self.name) + 1

    @property
    def heading(self) -> str:
        """The text key of its heading."""
        return f"{WORDS}.step_{self.name}"

    @property
    def lead(self) -> str:
        """The text key of what is said before its questions."""
        return f"{WORDS}.lead_{self.name}"

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its questions."""
        return self.form.fields

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its questions."""
        return tuple(asked.name for asked in self.fields)


@dataclass(frozen=True)
class Answer:
    """A question with its answer: chosen options by key, or typed text, or files."""

    label: str
    target: str
    chosen: tuple[str, ...] = ()
    words: str = field(default="", repr=False)
    files: tuple[HeldFile, ...] = ()

    @property
    def given(self) -> bool:
        """Whether anything was answered."""
        return bool(self.chosen or self.words or self.files)


@dataclass(frozen=True)
class Part:
    """The answers of one step."""

    number: int
    heading: str
    href: str
    answers: tuple[Answer, ...]

    @property
    def given(self) -> tuple[Answer, ...]:
        """What was answered."""
        return tuple(answer for answer in self.answers if answer.given)

    @property
    def left_open(self) -> tuple[Answer, ...]:
        """What was left blank."""
        return tuple(answer for answer in self.answers if not answer.given)


STEPS = {name: Step(name, FORMS[name]) for name in ORDER}


def before(step: Step) -> str | None:
    """The name of the step before; None on the first one."""
    return ORDER[step.number - 2] if step.number > 1 else None


def after(step: Step) -> str | None:
    """The name of the step after; None on the last one."""
    return ORDER[step.number] if step.number < LAST else None


def unfinished(answers: Typed) -> str | None:
    """The name of the first step that was never sent, not even blank; None when all were."""
    return next((name for name in ORDER if not answers.keys() & set(STEPS[name].names)), None)


def form_at(step: Step, desk: Desk) -> Form:
    """The form of a step; a desk that hears nobody without a name asks for it."""
    return NAMED if step.form is FORMS["contact"] and not desk.anonymous else step.form


def show(step: Step, answers: Typed, desk: Desk) -> Filled:
    """The step with what the draft holds; what is written but not understood is asked about."""
    checked = check(step, answers, desk)
    asked = {card.field.name for card in checked.wrong if may_stay(card)}
    errors = tuple(error for error in checked.errors if error.name in asked)
    return replace(form_at(step, desk).show(own_answers(step, answers)), errors=errors)


def may_stay(card: FieldCard) -> bool:
    """Whether a person may go on although this is not understood: it is optional (任意).

    A story that is too long and a file that was not kept would be lost, and a number that no
    consultation needs is asked about.
    """
    optional = not (card.field.required or card.field.must_if)
    return optional and card.field.kind not in ("story", "files") and not card.numbers


def own_answers(step: Step, answers: Typed) -> Typed:
    """The answers of one step."""
    return {asked.name: answers.get(asked.name, []) for asked in step.fields}


def check(step: Step, answers: Typed, desk: Desk) -> Filled:
    """The step checked, with what one answer asks of another."""
    filled = form_at(step, desk).check(own_answers(step, answers))
    return reachable(filled) if "contact_rule" in filled.values else filled


def reachable(filled: Filled) -> Filled:
    """The contact step: a way that was chosen needs its number or address."""
    rule = filled.value("contact_rule")
    if rule in BY_PHONE:
        filled = _require(filled, "phone")
        return _require(filled, "name_desk", "choose")
    if rule == "mail_only" or filled.value("mail") == "yes":
        filled = _require(filled, "email")
    return filled


def _require(filled: Filled, name: str, code: str = "required") -> Filled:
    return filled if filled.words(name).strip() else filled.refuse(name, code)


def written(step: Step, answers: Typed) -> tuple[str, ...]:
    """What was written on a step in own words."""
    return step.form.written(answers)


def ticked(step: Step, answers: Typed) -> tuple[PersonName, ...]:
    """For whom of the seven persons a tick on the step means danger."""
    kinds = answers.get("kinds", ()) if "kinds" in step.names else ()
    return tuple(TICKED[kind] for kind in kinds if kind in TICKED)


def calls_for_lines(filled: Filled, answers: Typed) -> bool:
    """Whether the answers of a step call for telephone lines, not shown yet, before going on."""
    if "danger" in filled.values:
        return filled.value("danger") == "yes" or with_child(answers)
    return "age" in filled.values and young(filled) and not with_child(answers)


def with_child(answers: Typed) -> bool:
    """Whether a child writes, or whoever looks after one."""
    return any(who in WITH_CHILD for who in answers.get("who", ()))


def young(filled: Filled) -> bool:
    """Whether the age step was answered by, or for, somebody under eighteen."""
    age = filled.value("age")
    return filled.value("age_band") == "under_18" or (
        age is not None and age != "" and age < ADULT_YEARS
    )


def phone_lines(programme: Programme, *, danger: bool, young: bool) -> tuple[Agency, ...]:
    """The shown agencies for an answer: 110, the child's line by day and night, then the others.

    An English page names first who answers in English.
    """
    agencies = {agency.id: agency for agency in programme.directory}
    names = (
        *(at_once() if danger else in_english()),
        *(OF_YOUNG if young else ()),
        *(OF_DANGER_TOO if danger else ()),
    )
    return tuple(agencies[name] for name in dict.fromkeys(names) if name in agencies)


def at_once() -> tuple[str, ...]:
    """Whom to ring before all others in danger; an English page adds who answers in English."""
    return (*OF_DANGER, *in_english())


def in_english() -> tuple[str, ...]:
    """Who answers in English, for an English page."""
    return IN_ENGLISH if column() == "en" else ()


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
            reverse(name, args=[step.name]),
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


def as_far_as_written(answers: Typed, desk: Desk, texts: Texts, *, early: bool = True) -> Typed:
    """The answers as they can be sent at once (ここまでを送る), whatever is missing.

    Where a way of contact is not settled, nobody is contacted. Words that a field could not
    understand go on in the person's own text. A number that no consultation needs is masked.
    Not `early`: only what may stay as it is written goes on so; the rest is asked for.
    """
    ready, aside = dict(answers), list[str]()
    for step in STEPS.values():
        for card in check(step, ready, desk).wrong:
            name, asked = card.field.name, card.field
            if not (early or may_stay(card)):
                continue
            if isinstance(asked, Line) and asked.numbers(card.words):
                ready[name] = [without_numbers(card.words)]
            elif name in LEFT_OPEN:
                ready[name] = [LEFT_OPEN[name]]
            elif name != "text":
                if card.words.strip():
                    label = texts.get(card.label, column()).words
                    aside.append(f"{label}\n{card.words}")
                ready[name] = []
        if early and "contact_rule" in step.names and not check(step, ready, desk).ok:
            ready |= {name: [LEFT_OPEN[name]] for name in ("contact_rule", "mail")}
    text = (ready.get("text") or [""])[0]
    if aside:
        ready["text"] = ["\n\n".join((*filter(None, [text]), *aside)), *ready.get("text", [])[1:]]
    return ready


def silences(sent: Typed, answers: Typed) -> bool:
    """Whether `sent` contacts nobody although the answers chose or wrote a way of contact."""

    def way(typed: Typed) -> dict[str, str]:
        return {name: "".join(typed.get(name, ())).strip() for name in WAY}

    silent = LEFT_OPEN["contact_rule"]
    asked = set(way(answers).values()) - {"", "no", silent}
    return bool(asked) and way(sent)["contact_rule"] == silent and way(sent) != way(answers)


def only_unnamed(filled: Filled) -> bool:
    """Whether nothing but the name is missing, without which a person may still write."""
    return [card.field.name for card in filled.wrong] == ["name"] and not filled.words("name")


def build(answers: Typed, desk: Desk, changes: tuple[Change, ...], now: datetime) -> Request:
    """The request that complete answers make."""
    values: dict[str, Any] = {}
    for step in STEPS.values():
        values.update(step.form.check(own_answers(step, answers)).values)
    read_at = opening(desk, "web", now, changes).answer_by
    phone = (answers.get("phone") or [""])[0].strip()
    about = {name: values[name] for name in (*ABOUT, *ABOUT_WISHES)}
    about |= {"phone": phone, "phone_digits": values["phone"] or ""}
    about |= {"pages": "" if column() == "ja" else column()}
    return Request(
        urgent=values["danger"] == "yes",
        about=answered(about),
        wishes=wishes(values),
        story=answered(in_its_place({name: values[name] for name in STORY})),
        first_due_on=read_at.date(),
        read_at=read_at,
        answers=answers,
        mail_unasked=values["mail"] != "yes",
    )


def wishes(values: Mapping[str, Any]) -> Wishes:
    """How contact is safe; a mail without content only where an address was given for it."""
    rule = contact_rule(values)
    return Wishes(
        contact_rule=rule,
        hours=tuple(values["hours"]),
        name_desk={"yes": True, "no": False}.get(values["name_desk"]),
        mail=bool(values["email"])
        and values["mail"] != "no"
        and (rule == "mail_only" or values["mail"] == "yes"),
    )


def contact_rule(values: Mapping[str, Any]) -> str:
    """The rule of contact: who may be called, and later asks to talk otherwise, is not called."""
    rule: str = values["contact_rule"]
    if rule in BY_PHONE:
        match values.get("how"):
            case "here":
                return "mail_only" if values["email"] and values["mail"] == "yes" else "wait"
            case "mail" if values["email"] and values["mail"] != "no":
                return "mail_only"
    return rule


def not_as_chosen(answers: Typed) -> str:
    """The rule of contact, where other answers made it another than was chosen; else nothing."""
    names = (*WAY, "how", "hours", "name_desk")
    values = {name: "".join(answers.get(name, ())).strip() for name in names}
    rule = wishes(values).effective_rule
    return "" if rule == values["contact_rule"] else rule


def in_its_place(story: dict[str, Any]) -> dict[str, Any]:
    """The story; what was written where the addresses go, and holds none, is the person's words."""
    if ADDRESS.search(story["urls"] or ""):
        return story
    words = "\n\n".join(filter(None, (story["urls"], story["text"])))
    return {**story, "urls": "", "text": words}


def answered(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what was answered."""
    return {name: value for name, value in values.items() if value not in ("", None, ())}
