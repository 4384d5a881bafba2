"""What stands now (いまの内容), and the decisions by which it does: before, after, by whom."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules.koyomi.hours import Week
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
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import COLUMNS
from madoguchi.rules.steps.proposal import OF_CLINIC, needs_two
from madoguchi.rules.validity import Standing
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.kinds import KINDS, WORDS
from madoguchi.web.kit.formatting import Formatter, words_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import public as notices
from madoguchi.work.notices import queries

WEEKLY = re.compile("[a-z]|24h|[1-5](st|nd|rd|th)")  # how weekly hours begin, those of a day do not
ALSO = {"desk_closed": "days", **dict.fromkeys(OF_CLINIC, "clinic")}
"""Kinds that other pages decide, and the subject they belong to."""


@dataclass(frozen=True)
class Row:
    """One fact of a decision: its question's key, what stood there, what will."""

    key: str
    before: str
    after: str


def standing(request: DeskRequest) -> Standing:
    """The files and every decision, as they are at this moment."""
    slug, today = request.office.slug, request.now.date()
    return Standing(programme(slug), texts(slug), notices.changes(request.office.id), today)


def today(here: Standing) -> Programme:
    """The programme of today."""
    return as_of(here.programme, here.changes, here.today)


def rows(
    request: DeskRequest, here: Standing, kind: str, told: Mapping[str, object]
) -> tuple[Row, ...]:
    """A decision's facts in words; those of one that cannot be read any more, as they are."""
    try:
        change = decode(kind, told)
    except ProgrammeError:
        return tuple(Row(f"{WORDS}.{name}.label", "", str(said)) for name, said in told.items())
    before = dict(_before(here, change))
    after = dict(_flat(encode(change)))
    return tuple(
        Row(
            f"{WORDS}.{_asked(kind, name)}.label",
            read(request, here, name, before.get(name, "")),
            read(request, here, name, said),
        )
        for name, said in after.items()
        if said and (kind, name) not in (("number", "was"), ("paragraph", "was"))
        if said or before.get(name)
    )


def _asked(kind: str, name: str) -> str:
    """The question under which a fact is typed."""
    own = {
        ("number", "now"): "new_number",
        ("paragraph", "now"): "new_words",
        ("desk_hours", "hours"): "spans",
        ("clinic_moved", "hours"): "spans",
        ("clinic_added", "hours"): "spans",
        ("clinic_cancelled", "on"): "was_on",
    }
    return own.get((kind, name), name)


def _flat(told: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, said in told.items():
        if isinstance(said, dict):
            yield from ((f"in_{column}", said[column]) for column in COLUMNS if column in said)
        else:
            yield name, " ".join(said) if isinstance(said, list) else str(said)


def _before(here: Standing, change: Change) -> Iterator[tuple[str, str]]:
    now = today(here)
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
            yield "names", now.city.division_on(here.today).name
        case ContactFrom():
            contact = now.city.contact
            yield from (
                (name, str(getattr(contact, name) or ""))
                for name in ("postal_code", "address", "phone", "fax")
            )
        case WordsFrom(key=key):
            words = reworded(here.texts, here.changes, here.today).words.get(key)
            yield from ((f"in_{name}", getattr(words, name, None) or "") for name in COLUMNS)
        case ParagraphFrom(was=was):
            yield "now", was
        case _:
            return


def read(request: DeskRequest, here: Standing, name: str, said: str) -> str:
    """A fact of a decision as a page says it."""
    words = words_for(request)
    if name == "key":
        group = words.words.get(f"desk.settings.words.{said.partition('.')[0]}")
        standing = words.words.get(said)
        return f"{group.ja}「{standing.ja}」" if group and standing else said
    if name == "page" and said in here.texts.prose():
        return words.get(f"desk.settings.prose.{said}").words
    if name == "hours" and said and WEEKLY.match(said):
        return Formatter(words).hours(Week.from_text(said))
    if name == "agency":
        return next((each.name.ja for each in here.programme.agencies if each.id == said), said)
    if said and name in ("dates", "on", "was_on", "now_on", "from_on", "first_on", "last_on"):
        return "、".join(Formatter(words).day(date.fromisoformat(each)) for each in said.split())
    key = {"channel": f"{WORDS}.channel.{said}", "column": f"{WORDS}.in_{said}.label"}.get(name, "")
    return words.get(key).words if key in words.words else said


@dataclass(frozen=True)
class Decision:
    """One decision that stands or waits."""

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
    def stays(self) -> bool:
        """Whether it is never taken back: a day of the clinic, which other acts change."""
        return self.kind in OF_CLINIC


@dataclass(frozen=True)
class Waiting(Decision):
    """A decision that waits for a second colleague."""

    own: bool = False
    taken_back: bool = False


def names(request: DeskRequest) -> dict[UUID, str]:
    return {one.id: one.name for one in colleagues(request.office.id, request.now)}


def subject_of(kind: str) -> str:
    """The subject that a kind belongs to; empty where it belongs to none."""
    return ALSO.get(kind) or (KINDS[kind].subject if kind in KINDS else "")


def standing_decisions(
    request: DeskRequest, here: Standing, subject: str = ""
) -> tuple[Decision, ...]:
    """What stands of one subject or of all, the newest first."""
    who = names(request)
    cards = queries.standing(request.actor, AtOffice(request.office.id))
    return tuple(
        Decision(
            card.id,
            card.kind,
            subject_of(card.kind),
            rows(request, here, card.kind, card.change),
            card.at,
            tuple(who.get(each, "") for each in (card.proposed_by, card.staff_id) if each),
            not needs_two(card.kind, taken_back=True),
        )
        for card in cards
        if subject in ("", subject_of(card.kind))
    )


def waiting(request: DeskRequest, here: Standing) -> tuple[Waiting, ...]:
    """What waits for a second colleague."""
    who = names(request)
    cards = queries.proposals(request.actor, AtOffice(request.office.id))
    return tuple(waiting_card(request, here, card, who) for card in cards)


def waiting_card(
    request: DeskRequest, here: Standing, card: queries.ProposalCard, who: dict[UUID, str]
) -> Waiting:
    return Waiting(
        card.id,
        card.kind,
        subject_of(card.kind),
        rows(request, here, card.kind, card.change),
        card.at,
        (who.get(card.staff_id, ""),),
        alone=False,
        own=card.staff_id == request.actor.staff_id,
        taken_back=card.takes_back is not None,
    )
