"""The forms of the lawyer's papers: what they are told, and what came of it."""

from datetime import date

from madoguchi.rules.steps.clinic_outcome import Result, offered
from madoguchi.web.desk.case.days import ahead, passed
from madoguchi.web.kit.fields import Choice, Choices, Line, Story
from madoguchi.web.kit.form import Filled, Form, Typed
from madoguchi.work.clinic.briefs.actions import MOST
from madoguchi.work.clinic.briefs.queries import WORDS, Told
from madoguchi.work.clinic.sittings.actions import Said

YES_NO = ("yes", "no")
BRIEF = Form(
    "desk.brief",
    (
        Choice("agreed", required=True, hint=True, options=YES_NO),
        Choice("how", required=True, options=("phone", "counter", "receipt", "letter")),
        Line("on", required=True, hint=True, limit=40, width="middle"),
        Choice("names", required=True, hint=True, options=YES_NO),
        Story("happened", hint=True, limit=MOST, rows=6, guarded=True),
        Story("done", limit=MOST, rows=4, guarded=True),
        Story("asks", limit=MOST, rows=4, guarded=True),
    ),
)
CAME = ("came", "late", "absent")


def typed_of(told: Told) -> Typed:
    """A brief as its form shows it."""
    said = {"agreed": told.agreed, "names": told.names}
    return {
        **{name: ["yes" if yes else "no"] for name, yes in said.items()},
        "how": [told.how],
        "on": [told.on.isoformat()],
        **{name: [getattr(told, name)] for name in WORDS},
    }


def check_brief(filled: Filled, today: date) -> Filled:
    """A consent is of today or earlier; without one nothing is written."""
    filled, _ = passed(filled, "on", today)
    if filled.value("agreed") == "no":
        for name in WORDS:
            if filled.words(name).strip():
                filled = filled.refuse(name, "brief_refused")
        if filled.value("names") == "yes":
            filled = filled.refuse("names", "brief_names")
    return filled


def told(filled: Filled, today: date) -> Told:
    """The brief, from a form that is whole."""
    _, on = passed(filled, "on", today)
    return Told(
        agreed=filled.value("agreed") == "yes",
        how=filled.value("how"),
        on=on or today,
        names=filled.value("names") == "yes",
        **{name: filled.value(name) for name in WORDS},
    )


def outcome(may_take: str) -> Form:
    """The form of an outcome, with the results that the city lets be chosen."""
    return Form(
        "desk.consulted",
        (
            Choice("came", required=True, options=CAME),
            Choices("result", hint=True, options=tuple(offered(may_take))),
            Story("note", hint=True, limit=MOST, rows=4, guarded=True),
            Story("told", hint=True, limit=MOST, rows=4, guarded=True),
            Line("next_on", hint=True, limit=40, width="middle"),
            Line("next_why", limit=500, guarded=True),
        ),
    )


def check_outcome(filled: Filled, today: date) -> Filled:
    """Who came has results, who did not has none; advice alone stands alone."""
    filled, _ = ahead(filled, "next_on", today)
    results, came = filled.value("result"), filled.value("came")
    if came == "absent":
        if results:
            filled = filled.refuse("result", "outcome_absent")
        if filled.words("told").strip():
            filled = filled.refuse("told", "outcome_absent")
    elif came and not results:
        filled = filled.refuse("result", "choose_some")
    if Result.ADVISED in results and len(results) > 1:
        filled = filled.refuse("result", "outcome_only_advice")
    return filled


def said(filled: Filled, today: date) -> Said:
    """What the sheet says, from a form that is whole."""
    _, next_on = ahead(filled, "next_on", today)
    return Said(
        how=filled.value("came"),
        results=tuple(Result(one) for one in filled.value("result")),
        note=filled.value("note"),
        told=filled.value("told"),
        next_on=next_on,
        why=filled.value("next_why"),
    )
