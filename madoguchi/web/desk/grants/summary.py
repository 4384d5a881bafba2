"""What names no person: a grant's number, its line in lists, its status on the case."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.subsidy import Life, Stage
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.grant import State
from madoguchi.rules.subsidy.year import clock
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants.opened import contradiction
from madoguchi.web.kit.formatting import Formatter, key_of
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.files.queries import GrantCard, StatusCard
from madoguchi.work.subsidy.grant_view import GrantView

WORDS = "desk.grant"


@dataclass(frozen=True)
class Next:
    """The next day on which somebody looks at it, and for what."""

    on: date
    words: str
    over: bool


@dataclass(frozen=True)
class Row:
    """A grant in the list."""

    card: GrantCard
    name: str
    next: Next | None

    @property
    def state(self) -> str:
        """The text key of its state."""
        return key_of(f"{WORDS}.state", self.card.state)

    @property
    def channel(self) -> str:
        """The text key of how it came."""
        return key_of(f"{WORDS}.channel", self.card.channel)

    @property
    def sent_on(self) -> date | None:
        """When the person sent it online."""
        return day_in_japan(self.card.sent_at) if self.card.sent_at else None


def grant_number(fiscal_year: int | None, number: int | None, words: Texts) -> str:
    """The number of a grant (整理番号) in words, by which everybody calls it."""
    if fiscal_year is None or number is None:
        return words.get(f"{WORDS}.unnumbered").words
    year = wareki_fiscal_year(fiscal_year)
    return words.get(f"{WORDS}.number", "ja", year=year, number=number).words


def number_of(card: GrantCard, words: Texts) -> str:
    """The number of a grant, from its card, in words."""
    return grant_number(card.fiscal_year, card.number, words)


def row(card: GrantCard, life: Life, today: date, words: Texts) -> Row:
    """A line of the list; `life`: what follows a decision by the rules of its day."""
    return Row(card, number_of(card, words), _next(card, today, words, life.stages))


def coming(view: GrantView) -> Next | None:
    """What is looked at next: before all else a contract that is older than the application."""
    found = _next(view.card, view.today, view.words, view.life.stages)
    if found is None or view.card.state is not State.CONTRACTED or not contradiction(view):
        return found
    return replace(found, words=view.words.get(f"{WORDS}.watch.contract_before").words)


def _next(card: GrantCard, today: date, words: Texts, stages: Collection[Stage]) -> Next | None:
    """What is looked at next, and when: what the end of the year demands comes before all else.

    Where that year is over, the day is the one on which it ended.
    """
    if card.next_on is None:
        return None
    watched = clock(card.state, card.budget_year, today, stages=stages)
    key = f"watch.{watched.code}" if watched else f"status.{card.state}"
    ended = watched is not None and watched.by < today
    on = watched.by if watched and ended else card.next_on
    return Next(on, words.get(f"{WORDS}.{key}").words, on < today)


def watch(view: GrantView, *, ready: bool) -> str:
    """What has to be done before the year ends or after it, as a sentence; empty for nothing.

    `ready`: the year that pays has a budget.
    """
    card = view.card
    found = clock(card.state, card.budget_year, view.today, ready=ready, stages=view.life.stages)
    if found is None:
        return ""
    return view.words.get(found.key, "ja", by=Formatter(view.words).day(found.by)).words


@dataclass(frozen=True)
class Earlier:
    """An earlier grant of a case: the text key of its state, whether this colleague may open it."""

    id: UUID
    state: str
    opens: bool


@dataclass(frozen=True)
class Status:
    """A case's newest grant, None before there is one; whether this colleague types one in."""

    card: StatusCard | None
    types: bool
    receives: bool

    @property
    def state(self) -> str:
        """The text key of its state."""
        return key_of(f"{WORDS}.state", self.card.state) if self.card else ""

    @property
    def earlier(self) -> tuple[Earlier, ...]:
        """The other grants of the case (前の申請)."""
        cards = self.card.earlier if self.card else ()
        return tuple(
            Earlier(one.id, key_of(f"{WORDS}.state", one.state), one.opens) for one in cards
        )

    @property
    def next(self) -> str:
        """The text key of what comes next."""
        return f"{WORDS}.status.{self.card.state}" if self.card else ""


def status(request: DeskRequest, case: OpenedCase) -> Status | None:
    """What the case page says of grants; None where that is nothing for this colleague."""
    if request.programme.subsidy is None:
        return None
    card = queries.status(request.actor, case.card.id)
    role, situation = request.actor.role, case.situation
    types = rights.may(role, "grant.type_in", situation)
    if card is None:
        return Status(None, types=True, receives=False) if types else None
    receives = card.state is State.SENT and rights.may(role, "grant.receive", situation)
    return Status(card, types=types and card.state in queries.ENDED, receives=receives)
