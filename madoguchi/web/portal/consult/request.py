"""From the typed answers to the request that work files (申し込みの組み立て)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from madoguchi.rules.opening import opening
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.desk import Desk
from madoguchi.web.kit.form import Filled, Typed
from madoguchi.web.portal.consult.steps import BY_PHONE, STEPS, Step, check
from madoguchi.work.cases.public import Wishes
from madoguchi.work.intake.public import Request

ABOUT = ("danger", "who", "name", "kana", "email", "age", "age_band", "residence", "town")
ABOUT_WISHES = ("officer", "language", "support")
STORY = ("place", "urls", "when", "kinds", "text", "how", "visit_when")


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
        values.update(step.form.check({n: answers.get(n, []) for n in _names(step)}).values)
    read_at = opening(desk, "web", now, changes).answer_by
    phone = (answers.get("phone") or [""])[0].strip()
    about = {name: values[name] for name in (*ABOUT, *ABOUT_WISHES)}
    about |= {"phone": phone, "phone_digits": values["phone"] or ""}
    return Request(
        urgent=values["danger"] == "yes",
        about=told(about),
        wishes=wishes(values),
        story=told({name: values[name] for name in STORY}),
        first_due_on=read_at.date(),
        read_at=read_at,
        answers=answers,
    )


def _names(step: Step) -> list[str]:
    return [field.name for field in step.form.fields]


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


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what was answered."""
    return {name: value for name, value in values.items() if value not in ("", None, ())}
