"""The sheet (受付票) of telephone, counter and letter: its fields, and what is taken in from it.

Two answers are needed: how the person can be reached safely, and what comes next. What was not
asked stays empty and is shown as 未聴取.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.case import BY_PHONE, CONTACT_RULES
from madoguchi.rules.steps.outcome import Outcome, what_next
from madoguchi.tools.forms.days import DayLine, dated
from madoguchi.tools.forms.fields import (
    Choice,
    Choices,
    Email,
    Files,
    Line,
    Name,
    Story,
    Tel,
    Whole,
)
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.kit.answers import KINDS, OFFICERS, PHONE_NOTES, PLACES, RESIDENCES, SUPPORTS
from madoguchi.work.cases.public import Wishes
from madoguchi.work.intake.desk.actions import Intake
from madoguchi.work.record.actions import Contact

WORDS = "desk.intake"
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
    Choice("name_desk", options=("yes", "no")),
    Choices("kinds", options=KINDS),
    Story("urls", rows=2, guarded=True),
    Story("text", rows=4, guarded=True),
    Choice("outcome", required=True, options=tuple(str(outcome) for outcome in OUTCOMES)),
    DayLine("next_on", width="narrow", when="ahead", staffed=True),
    Whole("minutes", most=MOST_MINUTES),
)
PAPER = (Choice("way", options=("letter", "fax")), Files("files", hint=True))
DANGER = (
    Choice("danger_now", options=("yes", "no")),
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
type Kind = Literal["call", "interview", "letter"]
type Way = Literal["phone", "counter", "letter", "fax"]

KIND_OF_DOOR: Mapping[str, Kind] = {"phone": "call", "counter": "interview", "letter": "letter"}
WAY_OF_DOOR: Mapping[str, Way] = {
    "phone": "phone",
    "counter": "counter",
    "letter": "letter",
    "fax": "fax",
}
NAMING: Mapping[str, bool] = {"yes": True, "no": False}  # nothing: it was not asked
ABOUT = ("who", "name", "kana", "phone_note", "email", "age", "residence", "town")
ABOUT_WISHES = ("officer", "language", "support")
STORY = ("place", "urls", "when", "kinds")


def check_sheet(filled: Filled, today: date) -> Filled:
    """What one answer requires of another.

    A way to reach the person needs its number or address, an outcome a day where it asks for one;
    none ends a case in which somebody is in danger.
    """
    rule = filled.value("contact_rule")
    by_mail = rule == "mail_only" or filled.value("mail")
    if rule in BY_PHONE and not filled.words("phone").strip():
        filled = filled.refuse("phone", "required")
    elif by_mail and not filled.words("email").strip():
        filled = filled.refuse("email", "required")
    filled = dated(filled, today)
    outcome = filled.value("outcome")
    if outcome and not filled.words("next_on").strip() and what_next(Outcome(outcome)).asks_for_day:
        filled = filled.refuse("next_on", "required")
    if outcome and what_next(Outcome(outcome)).closes and filled.value("danger_now") == "yes":
        filled = filled.refuse("outcome", "in_danger")
    return filled


def build(filled: Filled, door: str, words: Texts) -> Intake:
    """What is taken in from a sheet without errors."""
    rule = filled.value("contact_rule")
    about = {name: filled.value(name) for name in (*ABOUT, *ABOUT_WISHES)}
    about |= {
        "phone": filled.words("phone").strip(),
        "phone_digits": filled.value("phone"),
        "danger": filled.value("danger_now"),
    }
    paper_way = WAY_OF_DOOR.get(filled.value("way"), "letter")
    return Intake(
        channel=door,
        urgent=filled.value("danger_now") == "yes",
        about=_answered(about),
        wishes=Wishes(
            contact_rule=rule,
            hours=tuple(filled.value("hours")),
            name_desk=NAMING.get(filled.value("name_desk")) if rule in BY_PHONE else None,
            mail=True if filled.value("mail") else None,
        ),
        contact=Contact(
            KIND_OF_DOOR[door],
            paper_way if door == "letter" else WAY_OF_DOOR[door],
            "in",
            Outcome(filled.value("outcome")),
            filled.value("text"),
            filled.value("minutes") or 0,
            filled.value("next_on"),
            details=_answered({name: filled.value(name) for name in STORY}),
        ),
        note=danger_note(filled, words),
    )


def danger_note(filled: Filled, words: Texts) -> str:
    """The text of the entry about what was done about a danger; empty where nothing was."""
    done = [
        words.get(f"desk.intake.danger_done.{code}").words for code in filled.value("danger_done")
    ]
    log = filled.value("danger_log")
    if not (done or log):
        return ""
    detail = words.get("desk.danger.detail", log=log).words if log else ""
    return words.get("desk.danger.note", done="、".join(done)).words + detail


def _answered(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what was answered."""
    return {name: value for name, value in values.items() if value not in ("", None, ())}
