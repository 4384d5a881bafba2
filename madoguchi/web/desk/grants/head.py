"""What is said of a grant without a name: its number, its line in lists, its page's head."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.subsidy import Life
from madoguchi.rules.programme.subsidy import Stage as StageName
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.grant import OVER, State, path
from madoguchi.rules.subsidy.year import clock
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants.opened import contradicted
from madoguchi.web.kit.formatting import Formatter
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.files.queries import GrantCard
from madoguchi.work.subsidy.grant_view import GrantView

WORDS = "desk.grant"
REVIEWING = (State.RECEIVED, State.RETURNED)  # what is found is looked at before what is done


@dataclass(frozen=True)
class Next:
    """The next day on which somebody looks at it, and for what."""

    on: date
    words: str
    over: bool


@dataclass(frozen=True)
class Row:
    """One grant in the list; `sent_on`: when a form came that the desk has not received."""

    id: UUID
    name: str
    digits: str
    state: str
    channel: str
    received_on: date | None
    sent_on: date | None
    next: Next | None


@dataclass(frozen=True)
class Stage:
    """One stage of the way: `mark` is done, here or next."""

    key: str
    mark: str


@dataclass(frozen=True)
class Head:
    """What stands at the top of a grant's page."""

    id: UUID
    case_id: UUID
    name: str
    digits: str
    state: str
    channel: str
    applied_on: date | None
    received_on: date | None
    received_number: str
    sent_at: datetime | None
    protected: bool
    watch: str
    to_case: bool
    next: Next | None
    way: tuple[Stage, ...]
    reviewing: bool
    printing: bool
    revision: int


def named(fiscal_year: int | None, number: int | None, words: Texts) -> str:
    """The number of a grant (整理番号), by which everybody calls it."""
    if fiscal_year is None or number is None:
        return words.get(f"{WORDS}.unnumbered").words
    year = wareki_fiscal_year(fiscal_year)
    return words.get(f"{WORDS}.number", "ja", year=year, number=number).words


def name(card: GrantCard, words: Texts) -> str:
    """The number of a grant in the clear."""
    return named(card.fiscal_year, card.number, words)


def row(card: GrantCard, life: Life, today: date, words: Texts) -> Row:
    """A line of the list; `life`: what follows a decision by the rules of its day."""
    return Row(
        id=card.id,
        name=name(card, words),
        digits=card.short_name,
        state=f"{WORDS}.state.{card.state}",
        channel=f"{WORDS}.channel.{card.channel}",
        received_on=card.received_on,
        sent_on=day_in_japan(card.sent_at) if card.sent_at and not card.received_on else None,
        next=_next(card, today, words, life.stages),
    )


def _coming(page: GrantView) -> Next | None:
    """What is looked at next: before all else a contract that is older than the application."""
    coming = _next(page.card, page.today, page.words, page.life.stages)
    if coming is None or page.card.state is not State.CONTRACTED or not contradicted(page):
        return coming
    return replace(coming, words=page.words.get(f"{WORDS}.watch.contract_before").words)


def head(page: GrantView, *, to_case: bool, ready: bool) -> Head:
    """The head of an opened grant; `ready`: its year has a budget."""
    card, words = page.card, page.words
    return Head(
        id=card.id,
        case_id=card.case_id,
        name=name(card, words),
        digits=card.short_name,
        state=f"{WORDS}.state.{card.state}",
        channel=f"{WORDS}.channel.{card.channel}",
        applied_on=page.opened.known.applied_on,
        received_on=card.received_on,
        received_number=str(page.filed.get("received_number") or ""),
        sent_at=card.sent_at,
        protected=page.applied.protected,
        watch=watch(page, ready=ready),
        to_case=to_case,
        next=_coming(page),
        way=way(page),
        reviewing=card.state in REVIEWING,
        printing=card.state is State.DRAFTED,
        revision=card.revision,
    )


def way(page: GrantView) -> tuple[Stage, ...]:
    """The way that this city goes, and how far the grant is on it.

    What ended early has been wherever it was, and is nowhere on the way now.
    """
    been = {step.state for step in page.steps}
    here = State.RECEIVED if page.card.state is State.RETURNED else page.card.state
    stages = path(page.life.stages)
    ended = page.card.state in OVER
    return tuple(
        Stage(f"{WORDS}.stage.{one}", _mark(one, here, stages, been, ended=ended)) for one in stages
    )


def _mark(
    one: State, here: State, stages: Collection[State], been: Collection[State], *, ended: bool
) -> str:
    if one is here and not ended:
        return "here"
    order = list(stages)
    passed = order.index(one) < order.index(here) if here in order else one in been
    return "done" if passed or (ended and one in been) else "next"


def _next(card: GrantCard, today: date, words: Texts, stages: Collection[StageName]) -> Next | None:
    """What is looked at next: what the year's clock says before what comes in any case.

    Of a year that is over it is the day on which it ended, not the one that went by before it.
    """
    if card.next_on is None:
        return None
    watched = clock(card.state, card.budget_year, today, stages=stages)
    key = f"watch.{watched.code}" if watched else f"status.{card.state}"
    ended = watched is not None and watched.by < today
    on = watched.by if watched and ended else card.next_on
    return Next(on, words.get(f"{WORDS}.{key}").words, on < today)


def watch(page: GrantView, *, ready: bool) -> str:
    """What presses at the turn of the year, as a sentence; empty where nothing does."""
    card = page.card
    found = clock(card.state, card.budget_year, page.today, ready=ready, stages=page.life.stages)
    if found is None:
        return ""
    return page.words.get(found.key, "ja", by=Formatter(page.words).day(found.by)).words


@dataclass(frozen=True)
class Status:
    """Where the grant is and what comes next; without an id there is none yet."""

    id: UUID | None
    state: str
    next: str
    on: date | None
    opens: bool
    types: bool
    receives: bool = False


def status(request: DeskRequest, case: OpenedCase) -> Status | None:
    """The newest grant of an opened case; None where nothing is to be said to this colleague."""
    if request.programme.subsidy is None:
        return None
    card = queries.status(request.actor, case.card.id)
    types = rights.may(request.actor.role, "grant.type_in", case.situation)
    if card is None:
        return Status(None, "", "", None, opens=False, types=True) if types else None
    over = card.state in queries.ENDED
    state, coming = f"{WORDS}.state.{card.state}", f"{WORDS}.status.{card.state}"
    receives = card.state is State.SENT and rights.may(
        request.actor.role, "grant.receive", case.situation
    )
    return Status(
        card.id, state, coming, card.next_on, card.opens, types=types and over, receives=receives
    )
