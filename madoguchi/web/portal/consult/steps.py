"""The five short steps of a request (手続き 1〜5): their questions and what depends on what."""

from dataclasses import dataclass

from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.steps.case import CONTACT_RULES
from madoguchi.web.kit.fields import (
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
)
from madoguchi.web.kit.form import Filled, Form, Typed
from madoguchi.web.kit.told import (
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
            Choice(
                "who",
                required=True,
                options=WHO,
            ),
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
            Choice(
                "age_band",
                options=AGE_BANDS,
            ),
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


STEPS = {number: Step(number, form) for number, form in FORMS.items()}


def show(step: Step, answers: Typed) -> Filled:
    """The step with what the draft holds, not checked."""
    return step.form.show(own(step, answers))


def own(step: Step, answers: Typed) -> Typed:
    """The answers of one step."""
    return {field.name: answers.get(field.name, []) for field in step.fields}


def check(step: Step, answers: Typed, desk: Desk) -> Filled:
    """The step checked, with what one answer asks of another."""
    filled = step.form.check(own(step, answers))
    return reachable(filled, desk) if "contact_rule" in filled.values else filled


def reachable(filled: Filled, desk: Desk) -> Filled:
    """The contact step: a way that was chosen needs its number or address."""
    if not desk.anonymous and "name" in filled.values:
        filled = _need(filled, "name")
    rule = filled.value("contact_rule")
    if rule in BY_PHONE:
        filled = _need(filled, "phone")
        return _need(filled, "name_desk", "choose")
    if rule == "mail_only" or filled.value("mail") == "yes":
        filled = _need(filled, "email")
    return filled


def _need(filled: Filled, name: str, code: str = "required") -> Filled:
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
