"""The calendar of interviews (面談の予定): a week at a glance, a day to work with and to print."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.interviews import FARTHEST_DAYS
from madoguchi.rules.koyomi.wareki import wareki_day
from madoguchi.rules.programme.texts import Texts
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.interviews.booking import Needs, needs, possible
from madoguchi.web.desk.printed import aside, on_paper, printed
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.interview_form import TIME, chosen_time
from madoguchi.web.kit.publications import changes
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.interviews import actions, queries
from madoguchi.work.interviews.papers import InterviewDay, Stranded, Visit
from madoguchi.work.interviews.public import Wanted
from madoguchi.work.interviews.queries import Day, Place, Time

WEEK_DAYS = 7


@dataclass(frozen=True)
class Row:
    """A place of a time; `needs`: where they were asked for; `ahead`: it is not over yet."""

    place: Place
    assignee: str
    may: frozenset[str]
    needs: Needs | None
    ahead: bool


@dataclass(frozen=True)
class WeekDay:
    """A day of the week; `past`: it is over."""

    card: queries.Day
    today: bool
    past: bool


@require_safe
def week(request: DeskRequest) -> HttpResponse:
    """The days of a week that have interviews, and why the others have none."""
    today = request.now.date()
    asked = _day(request.GET.get("from", today.isoformat()), today)
    first = asked - timedelta(days=asked.weekday())
    found = queries.calendar(
        request.actor, request.programme.desk, first, WEEK_DAYS, changes(request)
    )
    here = first <= today < first + timedelta(days=WEEK_DAYS)
    days = tuple(
        WeekDay(card, card.on == today, card.on < today)
        for card in found
        if card.times or card.stranded or card.on.weekday() < WEEK_DAYS - 2
    )
    values = {
        "page": "interviews",
        "clock": request.now.time(),
        "first": first,
        "last": first + timedelta(days=WEEK_DAYS - 1),
        "days": tuple(day for day in days if not (here and day.past)),
        "over": tuple(day for day in days if here and day.past),
        "earlier": (first - timedelta(days=WEEK_DAYS)).isoformat(),
        "later": (first + timedelta(days=WEEK_DAYS)).isoformat(),
        "here": here,
        "given": request.programme.desk.interviews is not None,
        "stranded": queries.stranded(
            request.actor, request.programme.desk, today, changes(request)
        ),
    }
    return render(request, "desk/interviews/page.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
def day(request: DeskRequest, on: str) -> HttpResponse:
    """One day: who comes when, to whom; its times can be kept free.

    A post shows what is wanted for each interview, too: that opens cases, one line each.
    """
    return _page(request, _day(on, request.now.date()), needs=request.method == "POST")


@require_POST
def sheet(request: DeskRequest, on: str) -> HttpResponse:
    """The day on paper, with what is wanted for each interview: one audit line a case."""
    card, places = _places(request, _day(on, request.now.date()), queries.listed)
    facts = interview_day(request.office.name, card, places, texts_for(request))
    return printed(request, "interview_day", facts, "day.pdf")


@require_POST
def keep(request: DeskRequest, on: str) -> HttpResponse:
    """Keep a place of one time free, and show the day again."""
    day = _day(on, request.now.date())
    filled = TIME.check(TIME.take(request.POST))
    if not filled.ok:
        return _page(request, day, ("interview.choose",))
    key = submission_key(request, "keep", filled.typed)
    try:
        actions.keep(
            request.actor,
            AtOffice(request.office.id),
            request.programme.desk,
            changes(request),
            chosen_time(filled),
            now=request.now,
            idempotency_key=key,
        )
    except Refused as refused:
        return _page(request, day, tuple(reason.code for reason in refused.reasons))
    return SeeOther(reverse("interview-day", args=[day.isoformat()]))


@require_POST
def release(request: DeskRequest, kept_id: UUID) -> HttpResponse:
    """Give back a place that the colleague kept, and show the day that was looked at."""
    actions.release(request.actor, AtOffice(request.office.id), kept_id, now=request.now)
    day = _day(request.POST.get("back", ""), request.now.date())
    return SeeOther(reverse("interview-day", args=[day.isoformat()]))


def _page(
    request: DeskRequest, on: date, reasons: tuple[str, ...] = (), *, needs: bool = False
) -> HttpResponse:
    card, places = _places(request, on, queries.needs if needs else None)
    planned = any(row.place.planned for _, rows in places for row in rows)
    values = {
        "page": "interviews",
        "day": card,
        "needs": needs,
        "wanted": planned and not needs,
        "rows": places,
        "grounds": tuple(f"ground.{code}" for code in reasons),
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/interviews/day.html", values, status=422 if reasons else 200)


def _places(
    request: DeskRequest, on: date, needs: Callable[..., Mapping[UUID, Wanted]] | None
) -> tuple[queries.Day, tuple[tuple[queries.Time, tuple[Row, ...]], ...]]:
    """The day and its times with their places; `needs`: the query of what is wanted, if any."""
    now = request.now
    desk = request.programme.desk
    (card,) = queries.calendar(request.actor, desk, on, 1, changes(request))
    names = {colleague.id: colleague.name for colleague in colleagues(request.office.id, now)}
    planned = [place.planned for time in card.times for place in time.places if place.planned]
    if needs is queries.listed:
        planned += card.stranded  # they are on the paper, too: an audit line for each
    found = needs(request.actor, planned, now=now) if needs else {}
    return card, tuple(
        (each, tuple(_row(card, each, place, names, found, now) for place in each.places))
        for each in card.times
    )


def _day(typed: str, today: date) -> date:
    """The day of an address, within a year either way.

    Raises:
        Absent: there is none.
    """
    try:
        found = date.fromisoformat(typed)
    except ValueError as error:
        raise Absent from error
    if abs((found - today).days) > FARTHEST_DAYS + WEEK_DAYS:
        raise Absent
    return found


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
    found = needs(wanted[planned.id]) if planned.id in wanted else None
    return Row(place, assignee, possible(planned, now), found, ends > now)


def interview_day(
    office: str, day: Day, places: Sequence[tuple[Time, tuple[Row, ...]]], words: Texts
) -> InterviewDay:
    """The sheet of a day; a place that this colleague may not know of is printed as not used."""
    return InterviewDay(
        office=office,
        on=wareki_day(day.on),
        holiday=day.holiday or "",
        visits=tuple(_visit(time, row, words) for time, rows in places for row in rows),
        stranded=tuple(Stranded(each.short_name, _clock(each.starts)) for each in day.stranded),
    )


def _visit(time: Time, row: Row, words: Texts) -> Visit:
    starts, ends = _clock(time.span.starts), _clock(time.span.ends)
    planned = row.place.planned
    if planned is None:
        if not (row.ahead or row.place.shut):
            return Visit(starts, ends, "–")
        state = "desk.interview.shut" if row.place.shut else "desk.interview.free"
        return Visit(starts, ends, words.get(state).words)
    return Visit(
        starts,
        ends,
        words.get(planned.state_key).words,
        who=planned.short_name,
        assignee=row.assignee or words.get("desk.nobody").words,
        needs=_needs(row.needs, words) if row.needs else (),
    )


def _needs(needs: Needs, words: Texts) -> tuple[str, ...]:
    """What has to be prepared, a line each."""
    support = "、".join(words.get(key).words for key in needs.support)
    labelled = {
        "visit.officer.label": words.get(needs.officer).words if needs.officer else "",
        "visit.language.label": on_paper(needs.language),
    }
    lines = (
        support,
        *(f"{words.get(key).words}：{value}" for key, value in labelled.items() if value),
        on_paper(needs.note),
        aside(needs.language, words),
        aside(needs.note, words),
    )
    return tuple(line for line in lines if line)


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"
