"""What a lawyer writes down of a consultation: who came, the coded results, words for the desk."""

from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.steps.clinic_outcome import Result, offered
from madoguchi.web.kit.fields import Choice, Choices, Story
from madoguchi.web.kit.form import Filled, Form
from madoguchi.web.lawyer.door import LawyerRequest
from madoguchi.work.clinic.sittings.actions import MOST, Said

CAME = ("came", "late", "absent")


def outcome_form(request: LawyerRequest) -> Form:
    """The form, with the results that the city lets be chosen."""
    results = offered(_may_take(request))
    return Form(
        "desk.lawyer_outcome",
        (
            Choice("came", required=True, options=CAME),
            Choices("result", hint=True, options=tuple(results)),
            Story("note", hint=True, limit=MOST, rows=5, guarded=True),
        ),
    )


def unsettled(request: LawyerRequest) -> bool:
    """Whether the city has not said yet if a lawyer may take a case from here."""
    return _may_take(request) == UNCONFIRMED


def _may_take(request: LawyerRequest) -> str:
    clinic = request.programme.clinic
    return clinic.may_take if clinic else UNCONFIRMED


def said(filled: Filled) -> Said:
    """What the form says; what comes next, and on which day, the results decide."""
    return Said(
        how=filled.value("came"),
        results=tuple(Result(one) for one in filled.value("result")),
        note=filled.value("note"),
    )
