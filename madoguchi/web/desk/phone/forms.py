"""The sheet (受付票) of telephone, counter and letter: one definition, in the order of speaking.

Two answers are needed: how the person can be reached safely, and what comes next. What was not
asked stays empty and is shown as 未聴取.
"""

from datetime import date

from madoguchi.rules.steps.case import CONTACT_RULES
from madoguchi.rules.steps.outcome import Outcome, what_next
from madoguchi.web.desk.case.days import ahead
from madoguchi.web.kit.fields import Choice, Choices, Email, Files, Line, Name, Story, Tel, Whole
from madoguchi.web.kit.form import Filled, Form
from madoguchi.web.kit.told import KINDS, OFFICERS, PHONE_NOTES, PLACES, RESIDENCES, SUPPORTS

WORDS = "desk.intake"
BY_PHONE = ("phone", "no_voicemail")
OUTCOMES = (
    Outcome.ADVISED,
    Outcome.CALL_BACK,
    Outcome.VISIT_BOOKED,
    Outcome.CLINIC_WANTED,
    Outcome.REFERRED,
    Outcome.SUBSIDY_EXPLAINED,
    Outcome.OTHER,
)
WHO = ("self", "child", "guardian", "family", "supporter", "other")
DANGER_DONE = ("told_110", "called_110", "police", "supervisor")
MOST_MINUTES = 600

SPOKEN = (
    Tel("phone", autocomplete="off"),
    Choices("phone_note", options=PHONE_NOTES),
    Name("name", autocomplete="off"),
    Name("kana", autocomplete="off"),
    Whole("age", most=130),
    Choice("residence", options=RESIDENCES),
    Choice("contact_rule", required=True, options=CONTACT_RULES),
    Choices("name_desk", options=("yes",)),
    Choices("kinds", options=KINDS),
    Story("urls", rows=2, guarded=True),
    Story("text", rows=4, guarded=True),
    Choice("outcome", required=True, options=tuple(str(one) for one in OUTCOMES)),
    Line("next_on", limit=40, width="narrow"),
    Whole("minutes", most=MOST_MINUTES),
)
PAPER = (Choice("way", options=("letter", "fax")), Files("files", hint=True))
DANGER = (
    Choices("danger_now", options=("yes",)),
    Choices("danger_done", options=DANGER_DONE),
    Line("danger_log", limit=200, guarded=True),
)
NUMBER = (Line("number_why", limit=200, guarded=True),)
MORE = (
    Choice("who", options=WHO),
    Email("email", autocomplete="off"),
    Choices("mail", options=("yes",)),
    Choices("hours", options=("morning", "noon", "afternoon", "evening")),
    Line("town", limit=100),
    Choices("place", options=PLACES),
    Line("when", limit=200, guarded=True),
    Choice("officer", options=OFFICERS),
    Line("language", limit=100),
    Choices("support", options=SUPPORTS),
)
SHEET = Form(WORDS, (*SPOKEN, *PAPER, *DANGER, *NUMBER, *MORE))


def check(filled: Filled, today: date) -> Filled:
    """What one answer asks of another: a way to reach the person, a day where one is needed."""
    filled = _reachable(filled)
    filled, chosen = ahead(filled, "next_on", today)
    outcome = filled.value("outcome")
    if outcome and chosen is None and what_next(Outcome(outcome)).asks_for_day:
        filled = filled.refuse("next_on", "required")
    return filled


def _reachable(filled: Filled) -> Filled:
    """A way that was chosen needs its number or its address; saying nothing needs none."""
    rule = filled.value("contact_rule")
    if rule in BY_PHONE and not filled.words("phone").strip():
        return filled.refuse("phone", "required")
    by_mail = rule == "mail_only" or filled.value("mail")
    if by_mail and not filled.words("email").strip():
        return filled.refuse("email", "required")
    return filled
