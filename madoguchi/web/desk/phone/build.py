"""From a checked sheet to what is taken in: nothing is guessed, what was not asked is missing."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.web.desk.case.days import ahead
from madoguchi.web.desk.phone.forms import BY_PHONE
from madoguchi.web.kit.form import Filled
from madoguchi.work.cases.public import Wishes
from madoguchi.work.intake.desk.actions import TakenIn
from madoguchi.work.record.actions import Contact

type Kind = Literal["call", "interview", "letter"]
type Way = Literal["phone", "counter", "letter", "fax"]

KINDS: Mapping[str, Kind] = {"phone": "call", "counter": "interview", "letter": "letter"}
WAYS: Mapping[str, Way] = {"phone": "phone", "counter": "counter", "letter": "letter", "fax": "fax"}
ABOUT = ("who", "name", "kana", "phone_note", "email", "age", "residence", "town")
ABOUT_WISHES = ("officer", "language", "support")
STORY = ("place", "urls", "when", "kinds")


def build(filled: Filled, door: str, today: date, words: Texts) -> TakenIn:
    """What a sheet without a slip says."""
    return TakenIn(
        channel=door,
        urgent=bool(filled.value("danger_now")),
        about=_about(filled),
        wishes=_wishes(filled),
        contact=_contact(filled, door, today),
        note=danger_note(filled, words),
    )


def _about(filled: Filled) -> dict[str, Any]:
    phone = filled.words("phone").strip()
    about = {name: filled.value(name) for name in (*ABOUT, *ABOUT_WISHES)}
    about |= {"phone": phone, "phone_digits": filled.value("phone")}
    return _told(about | {"danger": "yes" if filled.value("danger_now") else ""})


def _wishes(filled: Filled) -> Wishes:
    rule = filled.value("contact_rule")
    return Wishes(
        contact_rule=rule,
        hours=tuple(filled.value("hours")),
        name_desk=rule in BY_PHONE and bool(filled.value("name_desk")),
        mail=rule == "mail_only" or bool(filled.value("mail")),
    )


def _contact(filled: Filled, door: str, today: date) -> Contact:
    _, next_on = ahead(filled, "next_on", today)
    way = WAYS.get(filled.value("way"), "letter") if door == "letter" else WAYS[door]
    return Contact(
        KINDS[door],
        way,
        "in",
        Outcome(filled.value("outcome")),
        filled.value("text"),
        filled.value("minutes") or 0,
        next_on,
        told=_told({name: filled.value(name) for name in STORY}),
    )


def danger_note(filled: Filled, words: Texts) -> str:
    """What was done about a danger, as an entry of its own says it; empty where nothing was."""
    done = [
        words.get(f"desk.intake.danger_done.{one}").words for one in filled.value("danger_done")
    ]
    log = filled.value("danger_log")
    if not (done or log):
        return ""
    detail = words.get("desk.danger.detail", log=log).words if log else ""
    return words.get("desk.danger.note", done="、".join(done)).words + detail


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what was answered."""
    return {name: value for name, value in values.items() if value not in ("", None, ())}
