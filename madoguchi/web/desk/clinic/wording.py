"""How a notice about days begins (お知らせの初め): for the desk's pages and the command line."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.slots import ClinicDay
from madoguchi.web.kit.reading import Reading

type What = Literal["move", "cancel", "add"]
SAID = "desk.clinic_days.said"


def of_year(words: Texts, year: int, days: Iterable[ClinicDay], today: date) -> tuple[str, str]:
    """Title and body of a published year: its days to come, one a line."""
    name, read = wareki_fiscal_year(year), Reading(words)
    lines = [f"{read.day(day.on)} {read.clock(day.starts)}" for day in days if day.on >= today]
    title, lead = (words.get(f"{SAID}.year_{part}", "ja", year=name) for part in ("title", "lead"))
    return title.words, "\n".join((lead.words, *lines))


def of_day(
    words: Texts, clinic: Clinic, what: What, was: ClinicDay, new: ClinicDay
) -> tuple[str, str]:
    """Title and body of a day that is moved, cancelled or added."""
    read = Reading(words)
    values = {
        "was": read.day(was.on),
        "on": read.day(new.on),
        "starts": read.clock(new.starts),
        "ends": read.clock(new.ends),
        "place": venue_name(clinic, new.venue),
    }
    title, body = (
        words.get(f"{SAID}.{what}_{part}", "ja", **values).words for part in ("title", "body")
    )
    return title, body


def venue_name(clinic: Clinic, key: str) -> str:
    """What a venue is called; the main one by its place."""
    return clinic.at(key).name.ja
