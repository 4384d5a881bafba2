"""The notice to the public with a decision about days (お知らせの文), and its sample."""

from collections.abc import Iterable
from datetime import date
from typing import Literal
from uuid import uuid4

from django.http import HttpResponse

from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import COLUMNS
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.validity import InForce
from madoguchi.tools.forms.fields import Line, Story
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.kinds import WORDS
from madoguchi.web.desk.settings.preview import Back, Draft, public_page
from madoguchi.web.kit.display import SCHEMES
from madoguchi.web.kit.formatting import Formatter
from madoguchi.work.clinic.actions import Announcement
from madoguchi.work.notices import public as notices

type Kind = Literal["move", "cancel", "add"]
SAID = "desk.clinic_days.said"
NOTICE = Form(
    "desk.clinic_days",
    (
        Line("title", required=True, hint=True, limit=100, guarded=True),
        Story("body", limit=4000, rows=8, guarded=True),
    ),
)


def of_year(words: Texts, year: int, days: Iterable[ClinicDay], today: date) -> tuple[str, str]:
    """Title and body of a published year: its days to come, one a line."""
    name, read = wareki_fiscal_year(year), Formatter(words)
    lines = [f"{read.day(day.on)} {read.clock(day.starts)}" for day in days if day.on >= today]
    title, lead = (words.get(f"{SAID}.year_{part}", "ja", year=name) for part in ("title", "lead"))
    return title.words, "\n".join((lead.words, *lines))


def of_day(
    words: Texts, clinic: Clinic, kind: Kind, was: ClinicDay, new: ClinicDay
) -> tuple[str, str]:
    """Title and body of a day that is moved, cancelled or added."""
    read = Formatter(words)
    values = {
        "was": read.day(was.on),
        "on": read.day(new.on),
        "starts": read.clock(new.starts),
        "ends": read.clock(new.ends),
        "place": venue_name(clinic, new.venue),
    }
    title, body = (
        words.get(f"{SAID}.{kind}_{part}", "ja", **values).words for part in ("title", "body")
    )
    return title, body


def venue_name(clinic: Clinic, key: str) -> str:
    """The name of a venue; of the main one, that of its place."""
    return clinic.at(key).name.ja


def typed(request: DeskRequest) -> Typed:
    """The notice as it was typed."""
    return NOTICE.take({each.name: request.POST.getlist(each.name) for each in NOTICE.fields})


def notice(request: DeskRequest, filled: Filled) -> Announcement:
    """The notice, and the version of what is published that the page showed."""
    return Announcement(
        filled.words("title").strip(), filled.value("body"), request.POST.get("revision", "")
    )


def samples() -> dict[str, object]:
    """The columns and colours in which a sample may be seen."""
    return {
        "schemes": tuple((scheme, f"kit.scheme_{scheme}") for scheme in SCHEMES),
        "columns": tuple((name, f"{WORDS}.in_{name}.label") for name in COLUMNS),
    }


def sample(
    request: DeskRequest,
    in_force: InForce,
    change: Change,
    filled: Filled,
    back: str,
    typed: tuple[tuple[str, str], ...],
) -> HttpResponse:
    """The public page of the clinic as the decision would make it.

    `back`: the address to which it leads back, with the notice and what else was typed.
    """
    pairs = tuple((name, text) for name, texts in filled.typed.items() for text in texts)
    new = notices.NewsCard(
        uuid4(),
        in_force.today,
        request.now,
        filled.words("title").strip(),
        filled.value("body"),
        "clinic",
    )
    news = (new, *notices.news(request.office.id))
    draft = Draft((*in_force.changes, change), in_force.today, news)
    return public_page(request, draft, "/clinic/", Back(back, (*pairs, *typed)))
