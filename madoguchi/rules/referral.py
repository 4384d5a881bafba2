"""Which agencies fit a person, and why (紹介先の選び方)? By need, place, audience and hour.

Each line of an agency has its own hours (相談機関の受付時間); they are read at a moment. With it:
who answers now (いま話せる所), for a list and for each of the seven persons of `people.toml`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from madoguchi.rules.decision import Decision, Held, Reason
from madoguchi.rules.koyomi.hours import Span
from madoguchi.rules.opening import stretch_at, stretches
from madoguchi.rules.programme.agency import (
    Agency,
    AgencyLink,
    Audience,
    Language,
    Line,
    Need,
    Way,
)
from madoguchi.rules.programme.people import Person
from madoguchi.rules.programme.programme import Programme

_FARTHEST_DAYS = 60


@dataclass(frozen=True, slots=True)
class Reach:
    """A line at a moment. ``open`` of None: nobody confirmed its hours (受付時間は要確認).

    ``closes_at``: None when shut or when it never closes; ``opens_at``: the next opening, None when
    open, not known or more than two months away. What is sent and answered later, and a page, are
    never open.
    """

    line: Line
    open: bool | None
    closes_at: datetime | None = None
    opens_at: datetime | None = None

    @property
    def way(self) -> Way:
        """How the line is used."""
        return self.line.way


@dataclass(frozen=True)
class Wanted:
    """What the person needs; what is not asked for (None) rules nothing out.

    ``places``: where they live, from the widest name to the narrowest (群馬県, 渋川市); none of the
    names is known for somebody who lives elsewhere: ``()``.
    """

    need: Need | None = None
    places: tuple[str, ...] | None = None
    audience: Audience | None = None
    now: bool = False


@dataclass(frozen=True)
class Fit:
    """One agency held against what is wanted: its lines now, the reasons, whether it is due."""

    agency: Agency
    lines: tuple[Reach, ...]
    decision: Decision
    review_due: bool

    @property
    def open(self) -> bool:
        """Whether some line answers now."""
        return any(line.open for line in self.lines)


def fits(agencies: Iterable[Agency], wanted: Wanted, at: datetime) -> tuple[Fit, ...]:
    """Those that nothing rules out; made for this audience first, then near, then in order.

    >>> from madoguchi.rules.programme.load import programme
    >>> noon = datetime.fromisoformat("2026-11-30T12:00+09:00")
    >>> found = fits(programme("shibukawa").directory, Wanted("delete", audience="child"), noon)
    >>> [each.agency.id for each in found][:2]
    ['moj_kodomo', 'step_gunma']
    """
    held = [fit(agency, wanted, at) for agency in agencies]

    def rank(found: Fit) -> tuple[bool, bool, int, str]:
        agency = found.agency
        made_for = wanted.audience in (*agency.only_for, *agency.first_for)
        return (not made_for, not agency.areas, agency.order, agency.id)

    return tuple(sorted((found for found in held if found.decision.answer != "no"), key=rank))


def fit(agency: Agency, wanted: Wanted, at: datetime) -> Fit:
    """The agency held against what is wanted, every reason at once.

    >>> from madoguchi.rules.programme.load import programme
    >>> night = datetime.fromisoformat("2026-11-28T23:00+09:00")
    >>> [fit(programme("shibukawa").agency(name), Wanted(now=True), night).decision.answer
    ...  for name in ("yorisoi", "moj_web", "moj_110", "onestop_8891")]
    ['yes', 'no', 'no', 'ask']
    """
    reached = lines(agency, at)
    held: dict[str, Held] = {}
    if wanted.need is not None:
        held["need"] = Held.MET if wanted.need in agency.needs else Held.UNMET
    if agency.areas:
        if wanted.places is None:
            held["place"] = Held.UNKNOWN
        else:
            inside = any(place in agency.areas for place in wanted.places)
            held["place"] = Held.MET if inside else Held.UNMET
    if agency.only_for:
        if wanted.audience is None:
            held["audience"] = Held.UNKNOWN
        else:
            held["audience"] = Held.MET if wanted.audience in agency.only_for else Held.UNMET
    if wanted.now:
        known = bool(reached) and not any(line.open is None for line in reached)
        if any(line.open for line in reached):
            held["hour"] = Held.MET
        else:
            held["hour"] = Held.UNMET if known else Held.UNKNOWN
    reasons = (Reason(f"referral.{about}", holds) for about, holds in held.items())
    return Fit(agency, reached, Decision.of(*reasons), review_due(agency, at))


def review_due(agency: Agency, at: datetime) -> bool:
    """Whether the day of its review has come (見直しの日を過ぎた記載)."""
    return agency.review_on <= at.date()


def reach(line: Line, at: datetime) -> Reach:
    """Whether the line answers at a moment (aware, office time), until when, and when next.

    >>> from madoguchi.rules.programme.load import programme
    >>> line = programme("shibukawa").agency("moj_110").phone[0]
    >>> saturday = datetime.fromisoformat("2026-11-28T10:00+09:00")
    >>> reach(line, saturday).opens_at.isoformat()
    '2026-11-30T08:30:00+09:00'
    """
    if line.way in ("form", "page"):
        return Reach(line, open=False)
    week = line.hours_on(at.date())
    if week is None:
        return Reach(line, None)
    if week.always:
        return Reach(line, open=True)
    now = stretch_at(stretches(lambda day: spans_on(line, day), at, _FARTHEST_DAYS), at)
    if now is None:
        return Reach(line, open=False)
    starts, ends = now
    if starts > at:
        return Reach(line, open=False, opens_at=starts)
    return Reach(line, open=True, closes_at=ends)


def spans_on(line: Line, day: date) -> tuple[Span, ...]:
    """When somebody answers on a day, after holidays and the end of the year."""
    week = line.hours_on(day)
    if week is None or (line.closed_on(day) and not week.always):
        return ()
    return week.spans_on(day)


def lines(agency: Agency, at: datetime) -> tuple[Reach, ...]:
    """Every line of the agency at a moment, those that answer first, then by when they open."""
    found = [reach(line, at) for line in agency.lines]
    return tuple(sorted(found, key=_soonest))


def _soonest(found: Reach) -> tuple[int, float]:
    if found.open:
        return (0, 0)
    if found.open is None:
        return (1, 0)
    if found.opens_at:
        return (2, found.opens_at.timestamp())
    return (3 + ("phone", "chat", "form", "page").index(found.way), 0)


type State = Literal["open", "unknown", "shut", "send", "look"]
STATES: tuple[State, ...] = ("open", "unknown", "shut", "send", "look")


@dataclass(frozen=True)
class Reached:
    """An agency at a moment: its lines, what answers now first."""

    agency: Agency
    lines: tuple[Reach, ...]

    @property
    def first(self) -> Reach | None:
        """The line to name first; None where the agency has none."""
        return self.lines[0] if self.lines else None

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages of the line to name first."""
        return self.agency.languages_of(self.first.line) if self.first else ()

    @property
    def chats(self) -> bool:
        """Whether the line to name first is a chat that is open now."""
        return bool(self.first and self.first.way == "chat" and self.first.open)

    @property
    def state(self) -> State:
        """Open, hours not known, shut; only to be written to; only to be looked up."""
        first = self.first
        if not self.agency.confirmed or first is None or first.way == "page":
            return "look"
        if first.way == "form":
            return "send"
        return "unknown" if first.open is None else "open" if first.open else "shut"


def open_first(
    agencies: Iterable[Agency], at: datetime, language: Language = "ja"
) -> tuple[Reached, ...]:
    """The agencies, those that answer now first, the shut by when they open; else as before.

    Of the same state whoever answers in the language stands before the others.

    >>> from madoguchi.rules.programme.load import programme
    >>> night = datetime.fromisoformat("2026-11-28T23:00+09:00")
    >>> asked = [programme("shibukawa").agency(name) for name in ("moj_web", "moj_110", "yorisoi")]
    >>> [(each.agency.id, each.state) for each in open_first(asked, night)]
    [('yorisoi', 'open'), ('moj_110', 'shut'), ('moj_web', 'send')]
    """
    return _ranked((Reached(agency, lines(agency, at)) for agency in agencies), language)


def _ranked(found: Iterable[Reached], language: Language) -> tuple[Reached, ...]:
    def rank(each: Reached) -> tuple[int, bool, float]:
        opens_at = each.first.opens_at if each.first else None
        soon = opens_at.timestamp() if opens_at and each.state == "shut" else 0
        return (STATES.index(each.state), language not in each.languages, soon)

    return tuple(sorted(found, key=rank))


ENOUGH = 2
"""So many that answer now are enough; with fewer the page says what opens next."""


@dataclass(frozen=True)
class Helplines:
    """What one of the seven persons finds at a moment, what is open first.

    ``first``: two lines of theirs and, where fewer than two answer now, whoever else does; with
    them a chat that is open, for who is overheard. ``others``: the rest. ``opens_next``:
    of their own, named where fewer than two answer now.
    """

    person: Person
    first: tuple[Reached, ...]
    others: tuple[Reached, ...]
    opens_next: Reached | None


def helplines(programme: Programme, person: Person, at: datetime) -> Helplines:
    """What the person is shown at a moment, in a language they read and a way they can use.

    >>> from madoguchi.rules.programme.load import programme
    >>> city, night = programme("shibukawa"), datetime.fromisoformat("2026-11-28T23:00+09:00")
    >>> found = helplines(city, city.person("sued"), night)
    >>> [(each.agency.id, each.state) for each in found.first]
    [('yorisoi', 'open'), ('houterasu', 'shut')]
    >>> found.opens_next.first.opens_at.isoformat()
    '2026-11-30T09:00:00+09:00'
    """

    def of_little_use(found: Reach) -> bool:
        match found.line:
            case AgencyLink(kind="page", written=False):
                return not person.voice
            case _:
                return False

    def reached(names: tuple[str, ...]) -> tuple[Reached, ...]:
        found = []
        for agency, usable in _usable(programme, person, names):
            theirs = (reach for reach in lines(agency, at) if reach.line in usable)
            found.append(Reached(agency, tuple(sorted(theirs, key=of_little_use))))
        return _ranked(found, person.languages[0])

    own, beside, opens_next = reached(person.lines), reached(person.beside), None
    first = own[:ENOUGH]
    if len(answering(programme, person, at)) < ENOUGH:
        opens_next = next((each for each in own if each.state == "shut"), None)
        first += tuple(each for each in beside[:1] if each.state == "open")
    if not any(each.chats for each in first):
        first += tuple(each for each in (*own, *beside) if each.chats)[:1]
    first = _ranked(first, person.languages[0])
    others = tuple(each for each in (*own, *beside) if each not in first)
    return Helplines(person, first, (*others, *reached(person.send)), opens_next)


def answering(programme: Programme, person: Person, at: datetime) -> tuple[str, ...]:
    """The agencies of the person's own of which a human answers at a moment, by id.

    >>> from madoguchi.rules.programme.load import programme
    >>> city, night = programme("shibukawa"), datetime.fromisoformat("2026-11-28T23:00+09:00")
    >>> answering(city, city.person("child"), night)
    ('kodomo_sos', 'child_189', 'ibasho', 'yorisoi')
    """
    minute = at.hour * 60 + at.minute
    return tuple(
        name
        for name, spans in _answers_on(programme, person, at.date())
        if any(span.starts_min <= minute < span.ends_min for span in spans)
    )


def next_change(programme: Programme, at: datetime) -> datetime:
    """The next moment of the day at which a line of the directory opens or closes, or midnight."""
    minute = at.hour * 60 + at.minute
    edge = next((edge for edge in _edges(programme, at.date()) if edge > minute), 24 * 60)
    return at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(minutes=edge)


def _usable(
    programme: Programme, person: Person, names: tuple[str, ...]
) -> Iterator[tuple[Agency, tuple[Line, ...]]]:
    """The shown agencies of those names that the person can use, with those lines."""
    shown = {agency.id: agency for agency in programme.directory}
    for agency in (shown[name] for name in names if name in shown):
        usable = tuple(
            line
            for line in agency.lines
            if line.way == "page"
            or (
                (person.voice or line.way != "phone")
                and set(agency.languages_of(line)) & set(person.languages)
            )
        )
        if usable or not agency.lines:
            yield agency, usable


@lru_cache(maxsize=64)
def _answers_on(
    programme: Programme, person: Person, day: date
) -> tuple[tuple[str, tuple[Span, ...]], ...]:
    return tuple(
        (agency.id, tuple(span for line in usable for span in spans_on(line, day)))
        for agency, usable in _usable(programme, person, person.lines)
    )


@lru_cache(maxsize=64)
def _edges(programme: Programme, day: date) -> tuple[int, ...]:
    every = (line for agency in programme.directory for line in agency.lines)
    spans = [span for line in every for span in spans_on(line, day)]
    return tuple(sorted({edge for span in spans for edge in (span.starts_min, span.ends_min)}))
