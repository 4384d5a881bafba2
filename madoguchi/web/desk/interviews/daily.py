"""One day of interviews as its page and its sheet show it (当日の面談), place by place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.web.desk.interviews import cards
from madoguchi.work.interviews.public import Wanted
from madoguchi.work.interviews.queries import Day, Place, Time


@dataclass(frozen=True)
class Row:
    """One place of a time; `needs`: where they were asked for; `ahead`: it is not over yet."""

    place: Place
    assignee: str
    may: frozenset[str]
    needs: cards.Needs | None
    ahead: bool


def rows(
    day: Day, names: Mapping[UUID, str], wanted: Mapping[UUID, Wanted], now: datetime
) -> tuple[tuple[Time, tuple[Row, ...]], ...]:
    """The day's times with their places."""
    return tuple(
        (time, tuple(_row(day, time, place, names, wanted, now) for place in time.places))
        for time in day.times
    )


def _row(
    day: Day,
    time: Time,
    place: Place,
    names: Mapping[UUID, str],
    wanted: Mapping[UUID, Wanted],
    now: datetime,
) -> Row:
    planned = place.planned
    ends = datetime.combine(day.on, time.span.ends, tzinfo=now.tzinfo)
    if planned is None:
        return Row(place, "", frozenset(), None, ends > now)
    assignee = names.get(planned.assignee_id, "") if planned.assignee_id else ""
    found = wanted.get(planned.id)
    may = cards.possible(planned, now)
    return Row(place, assignee, may, cards.needs(found) if found else None, ends > now)
