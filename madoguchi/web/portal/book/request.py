"""From the typed answers to what is asked for (申し込みの組み立て)."""

from datetime import datetime
from typing import Any

from madoguchi.rules.programme.clinic import Clinic
from madoguchi.web.kit.form import Typed
from madoguchi.web.portal.book.steps import ABOUT, NEW, pages, steps
from madoguchi.web.portal.consult.request import told
from madoguchi.web.portal.consult.request import wishes as wishes_of
from madoguchi.web.portal.consult.steps import own
from madoguchi.work.clinic.public import Wanted
from madoguchi.work.intake.public import Request

OF_PERSON = ("danger", "name", "email", "residence", "town")


def new_request(answers: Typed, clinic: Clinic, read_at: datetime) -> Request:
    """The request that opens a case, of complete answers; what it is about stands in `wanted`."""
    values: dict[str, Any] = {}
    for step in pages(NEW, clinic):
        values.update(step.form.check(own(step, answers)).values)
    about = {name: values[name] for name in OF_PERSON}
    phone = (answers.get("phone") or [""])[0].strip()
    return Request(
        urgent=values["danger"] == "yes",
        about=told({**about, "phone": phone, "phone_digits": values["phone"] or ""}),
        wishes=wishes_of(values),
        story={},
        first_due_on=read_at.date(),
        read_at=read_at,
        answers=answers,
    )


def wanted(answers: Typed, clinic: Clinic) -> Wanted:
    """What it is about and who comes; names are passed on beforehand only where that was said."""
    step = steps(clinic)[ABOUT]
    values = step.form.check(own(step, answers)).values
    people = values["people"]
    return Wanted(
        subject=str(values["subject"] or ""),
        other_party=str(values["other_party"] or ""),
        people=people if isinstance(people, int) else 1,
        names_ok=values["names_ok"] == "yes",
        note=str(values["note"] or ""),
    )
