"""The form of how contact is safe: what the person said, and how the desk knows."""

from collections.abc import Mapping
from typing import Any

from madoguchi.rules.steps.case import CONTACT_RULES
from madoguchi.web.kit.fields import Choice, Choices, Line
from madoguchi.web.kit.form import Filled, Form, Typed
from madoguchi.work.cases.public import Wishes

HOURS = ("morning", "noon", "afternoon", "evening")
YES_NO = ("no", "yes")
BY_PHONE = ("phone", "no_voicemail")
WISHES = Form(
    "desk.wishes",
    (
        Choice("contact_rule", required=True, options=CONTACT_RULES),
        Choices("hours", options=HOURS),
        Choice("name_desk", required=True, hint=True, options=YES_NO),
        Choice("mail", required=True, hint=True, options=YES_NO),
        Choice("words", required=True, hint=True, options=YES_NO),
        Line("said", required=True, hint=True, limit=300, guarded=True),
    ),
)


def as_typed(wishes: Wishes) -> Typed:
    """The wishes that hold now; who said so is asked each time."""
    return {
        "contact_rule": [wishes.contact_rule],
        "hours": list(wishes.hours),
        **{name: [YES_NO[getattr(wishes, name)]] for name in ("name_desk", "mail", "words")},
    }


def check(filled: Filled, about: Mapping[str, Any]) -> Filled:
    """What one answer asks of another, and of what is known of the person."""
    rule, mail = filled.value("contact_rule"), filled.value("mail")
    if rule in BY_PHONE and not about.get("phone"):
        filled = filled.refuse("contact_rule", "untold_phone")
    if mail == "yes" and not about.get("email"):
        filled = filled.refuse("mail", "untold_address")
    if filled.value("words") == "yes" and (mail != "yes" or rule == "wait"):
        filled = filled.refuse("words", "unwanted_words")
    return filled


def wishes(filled: Filled) -> Wishes:
    """The wishes that were written down."""
    rule = filled.value("contact_rule")
    return Wishes(
        contact_rule=rule,
        hours=filled.value("hours"),
        name_desk=rule in BY_PHONE and filled.value("name_desk") == "yes",
        mail=filled.value("mail") == "yes",
        words=filled.value("words") == "yes",
        said=filled.value("said"),
    )
