"""The case page's forms: one for each verb, their words under `desk.case`."""

from datetime import date
from uuid import UUID

from madoguchi.rules.steps.case import CLOSING_REASONS, LEVELS
from madoguchi.tools.signin.colleagues import Colleague
from madoguchi.web.desk.case.contact import HOW
from madoguchi.web.desk.case.days import ahead
from madoguchi.web.kit.fields import Choice, Line, Story, Whole
from madoguchi.web.kit.form import Filled, Form

WORDS = "desk.case"
PLANS = ("call", "mail", "meet", "check", "wait", "other")
FOLLOW_UP_DAYS = "5"

ANSWER = Form(
    WORDS,
    (
        Story("answer_text", required=True, hint=True, rows=7, guarded=True),
        Whole("answer_days", required=True, hint=True, least=1, most=120),
    ),
)
LOG = Form(
    WORDS,
    (
        Choice("log_how", required=True, options=tuple(HOW)),
        Story("log_text", hint=True, rows=5, guarded=True),
        Line("log_outcome", required=True, limit=40),
        Whole("log_minutes", least=0, most=1440),
        Line("log_next_on", hint=True, limit=40, width="middle"),
        Line("log_why", limit=500, guarded=True),
        Line("log_on", hint=True, limit=40, width="middle"),
        Line("log_at", hint=True, limit=10, width="narrow"),
    ),
)
NOTE = Form(WORDS, (Story("note_text", required=True, hint=True, rows=5, guarded=True),))
PLAN = Form(
    WORDS,
    (
        Choice("plan_kind", required=True, options=PLANS),
        Line("plan_on", hint=True, limit=40, width="middle"),
        Whole("plan_days", hint=True, least=1, most=250),
        Line("plan_why", required=True, limit=500, guarded=True),
    ),
)
CLOSE = Form(WORDS, (Choice("close_reason", required=True, options=CLOSING_REASONS),))
LEVEL = Form(WORDS, (Choice("level_to", required=True, hint=True, options=LEVELS),))
DENY = Form(WORDS, (Line("deny_staff", required=True, hint=True, limit=40),))
PRESS = Form(WORDS, ())


def check_plan(filled: Filled, today: date) -> Filled:
    """A plan has a day or a number of working days."""
    filled, found = ahead(filled, "plan_on", today)
    if filled.ok and found is None and filled.value("plan_days") in (None, ""):
        return filled.refuse("plan_on", "required")
    return filled


def check_denial(filled: Filled, colleagues: tuple[Colleague, ...], own: UUID) -> Filled:
    """Only a colleague can be put on the deny list, and nobody themselves."""
    others = {str(one.id) for one in colleagues if one.id != own}
    return filled if filled.value("deny_staff") in others else filled.refuse("deny_staff", "choose")
