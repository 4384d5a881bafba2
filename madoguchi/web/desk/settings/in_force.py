"""What is published now (いまの内容), and the decisions behind it: before, after, by whom."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.as_of import as_of, reworded
from madoguchi.rules.programme.changes import (
    Change,
    ContactFrom,
    DivisionFrom,
    HoursFrom,
    LineHours,
    NumberReplaced,
    ParagraphFrom,
    WordsFrom,
    decode,
    encode,
)
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.rules.programme.texts import Texts, texts
from madoguchi.rules.programme.words import COLUMNS
from madoguchi.rules.steps.proposal import OF_CLINIC, needs_two
from madoguchi.rules.validity import InForce
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.kinds import KINDS, WORDS
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import public as notices
from madoguchi.work.notices import queries
from madoguchi.work.notices.proposals import ProposalCard

BRIEF = 60  # signs
DATES = f"{WORDS}.dates.label"
DAYS = tuple(
    f"{WORDS}.{name}.label" for name in ("on", "was_on", "now_on", "from_on", "first_on", "last_on")
)
WEEKLY = re.compile("[a-z]|24h|[1-5](st|nd|rd|th)")  # how weekly hours begin, those of a day do not
ALSO = {"desk_closed": "days", **dict.fromkeys(OF_CLINIC, "clinic")}
"""Kinds that are decided on other pages, and the subject they belong to."""

QUESTIONS = {
    ("number", "now"): "new_number",
    ("paragraph", "now"): "new_words",
    ("desk_hours", "hours"): "spans",
    ("clinic_moved", "hours"): "spans",
    ("clinic_added", "hours"): "spans",
    ("clinic_cancelled", "on"): "was_on",
}
"""The question under which a fact of a kind is typed, where it is not the fact's own name."""


@dataclass(frozen=True)
class Row:
    """A fact of a decision: the key of its question, what was published, what will be."""

    key: str
    before: str
    after: str

    @property
    def brief(self) -> str:
        """The new fact for a list: of many days the first whole ones, of a long text its start."""
        if len(self.after) <= BRIEF:
            return self.after
        start = self.after[:BRIEF]
        whole = start.rpartition("、")[0] if self.key == DATES else start
        return f"{whole}…"


def current(request: DeskRequest) -> InForce:
    """The files and every decision, as they are now."""
    slug, today = request.office.slug, request.now.date()
    return InForce(programme(slug), texts(slug), notices.changes(request.office.id), today)


def programme_today(in_force: InForce) -> Programme:
    """The programme as it is today, with the decisions."""
    return as_of(in_force.programme, in_force.changes, in_force.today)


def rows(
    request: DeskRequest, in_force: InForce, kind: str, details: Mapping[str, object]
) -> tuple[Row, ...]:
    """A decision's facts in words; those of one that cannot be decoded any more, as they are."""
    if kind == "year_law":
        return law_rows(details, texts_for(request))
    try:
        change = decode(kind, details)
    except ProgrammeError:
        return tuple(Row(f"{WORDS}.{name}.label", "", str(v)) for name, v in details.items())
    before = dict(_before(in_force, change))
    after: dict[str, str] = {}
    for name, value in encode(change).items():
        if isinstance(value, dict):
            after |= {f"in_{column}": value[column] for column in COLUMNS if column in value}
        else:
            after[name] = " ".join(value) if isinstance(value, list) else str(value)
    return tuple(
        Row(
            f"{WORDS}.{QUESTIONS.get((kind, name), name)}.label",
            readable(request, in_force, name, before.get(name, "")),
            readable(request, in_force, name, value),
        )
        for name, value in after.items()
        if value and (kind, name) not in (("number", "was"), ("paragraph", "was"))
    )


def law_rows(details: Mapping[str, object], words: Texts) -> tuple[Row, ...]:
    """A year's law, its clauses and conditions one by one."""
    found: list[Row] = []
    for name, value in {**details, "disposition": details.get("disposition", "undecided")}.items():
        match name, value:
            case "clause", list():
                found += [Row(f"desk.law.clause.{e['of']}.label", "", e["at"]) for e in value]
            case "condition", list():
                found += [Row("desk.law.conditions.label", "", each) for each in value]
            case (("disposition" | "follows" | "disclosure"), _):
                said = words.get(f"desk.law.{name}.{value}").words
                found.append(Row(f"desk.law.{name}.label", "", said))
            case (("from_on" | "decided_on"), _):
                on = Formatter(words).day(date.fromisoformat(str(value)))
                found.append(Row(f"desk.law.{name}.label", "", on))
            case "delegated_yen", int():
                found.append(Row("desk.law.delegated.label", "", f"{value:,}円"))
            case "title", _:
                found.append(Row("desk.law.name.label", "", str(value)))
            case "fiscal_year", int():
                found.append(Row("desk.signing.said.year", "", wareki_fiscal_year(value)))
            case _:
                found.append(Row(f"desk.law.{name}.label", "", str(value)))
    return tuple(found)


def _before(in_force: InForce, change: Change) -> Iterator[tuple[str, str]]:
    """What is published today of the facts that the decision changes: name and words."""
    now = programme_today(in_force)
    match change:
        case HoursFrom(channel=channel):
            week = now.desk.hours if channel == "desk" else now.desk.hours_of(channel)
            yield "hours", week.text if week else ""
        case LineHours(number=number):
            lines = [line for each in now.agencies for line in each.phone]
            yield from (("hours", x.hours.text) for x in lines if x.number == number and x.hours)
        case NumberReplaced(was=was):
            yield "now", was.number
        case DivisionFrom():
            yield "names", now.city.division_on(in_force.today).name
        case ContactFrom():
            contact = now.city.contact
            yield from (
                (name, str(getattr(contact, name) or ""))
                for name in ("postal_code", "address", "phone", "fax")
            )
        case WordsFrom(key=key):
            words = reworded(in_force.texts, in_force.changes, in_force.today).words.get(key)
            yield from ((f"in_{name}", getattr(words, name, None) or "") for name in COLUMNS)
        case ParagraphFrom(was=was):
            yield "now", was
        case _:
            return


def readable(request: DeskRequest, in_force: InForce, name: str, value: str) -> str:
    """A fact of a decision in words for the page."""
    words = texts_for(request)
    if name == "key":
        group = words.words.get(f"desk.settings.words.{value.partition('.')[0]}")
        current = words.words.get(value)
        return f"{group.ja}「{current.ja}」" if group and current else value
    if name == "page" and value in in_force.texts.prose():
        return words.get(f"desk.settings.prose.{value}").words
    if name == "hours" and value and WEEKLY.match(value):
        return Formatter(words).hours(Week.from_text(value))
    if name == "agency":
        return next(
            (each.name.ja for each in in_force.programme.agencies if each.id == value), value
        )
    if value and name in ("dates", "on", "was_on", "now_on", "from_on", "first_on", "last_on"):
        return "、".join(Formatter(words).day(date.fromisoformat(each)) for each in value.split())
    key = {"channel": f"{WORDS}.channel.{value}", "column": f"{WORDS}.in_{value}.label"}.get(
        name, ""
    )
    return words.get(key).words if key in words.words else value


@dataclass(frozen=True)
class Decision:
    """A decision that holds, or waits."""

    id: UUID
    kind: str
    subject: str
    rows: tuple[Row, ...]
    at: datetime
    by: tuple[str, ...]
    alone: bool

    @property
    def key(self) -> str:
        """The text key of its kind."""
        return f"desk.settings.kind.{self.kind}"

    @property
    def days(self) -> tuple[str, ...]:
        """The days that it is about, in words: two of a kind are told apart by them in a list."""
        return tuple(row.after for row in self.rows if row.key in DAYS)

    @property
    def stays(self) -> bool:
        """Whether it is never taken back: a day of the clinic, which other acts change."""
        return self.kind in OF_CLINIC


@dataclass(frozen=True)
class Waiting(Decision):
    """A decision that waits for a second colleague."""

    own: bool = False
    taken_back: bool = False


def names(request: DeskRequest) -> dict[UUID, str]:
    """The colleagues' names by their ids."""
    staff = colleagues(request.office.id, request.now)
    return {colleague.id: colleague.name for colleague in staff}


def subject_of(kind: str) -> str:
    """The subject that a kind belongs to; empty where it belongs to none."""
    return ALSO.get(kind) or (KINDS[kind].subject if kind in KINDS else "")


def current_decisions(
    request: DeskRequest, in_force: InForce, subject: str = ""
) -> tuple[Decision, ...]:
    """The decisions that hold, of one subject or of all, the newest first."""
    who = names(request)
    cards = queries.standing(request.actor, AtOffice(request.office.id))
    return tuple(
        Decision(
            card.id,
            card.kind,
            subject_of(card.kind),
            rows(request, in_force, card.kind, card.change),
            card.at,
            tuple(who.get(each, "") for each in (card.proposed_by, card.staff_id) if each),
            not needs_two(card.kind, card.change, taken_back=True),
        )
        for card in cards
        if subject in ("", subject_of(card.kind))
    )


def waiting(request: DeskRequest, in_force: InForce) -> tuple[Waiting, ...]:
    """What waits for a second colleague."""
    who = names(request)
    cards = queries.proposals(request.actor, AtOffice(request.office.id))
    return tuple(waiting_card(request, in_force, card, who) for card in cards)


def waiting_card(
    request: DeskRequest, in_force: InForce, card: ProposalCard, who: dict[UUID, str]
) -> Waiting:
    return Waiting(
        card.id,
        card.kind,
        subject_of(card.kind),
        rows(request, in_force, card.kind, card.change),
        card.at,
        (who.get(card.staff_id, ""),),
        alone=False,
        own=card.staff_id == request.actor.staff_id,
        taken_back=card.takes_back is not None,
    )
