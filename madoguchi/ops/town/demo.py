"""Builds the town of the demo: the year behind us, lived through the real actions in order."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import attrgetter
from uuid import UUID

from madoguchi.ops import prepare
from madoguchi.ops.duties.staff import record
from madoguchi.ops.town.budget import years
from madoguchi.ops.town.event import Event
from madoguchi.ops.town.letter import arriving
from madoguchi.ops.town.life import Life
from madoguchi.ops.town.months import ends
from madoguchi.ops.town.past import Past
from madoguchi.ops.town.people import Colleague, News, People, people
from madoguchi.ops.town.person import Slip
from madoguchi.ops.town.question import asking
from madoguchi.ops.town.saturday import publishing, saturdays
from madoguchi.ops.town.scene import Scene
from madoguchi.ops.town.seats import keep
from madoguchi.rules.programme.load import programme
from madoguchi.tools.later import run
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.write import write
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices.actions import publish
from madoguchi.work.reports.counting.queries import needs_of

SLUG, PORTAL_HOST, DESK_HOST = "shibukawa", "127.0.0.1", "localhost"
PASSWORD_BYTES = 12  # sixteen characters to type


@dataclass(frozen=True)
class Account:
    """A colleague, and the password that was made for them."""

    colleague: Colleague
    password: str


@dataclass(frozen=True)
class Town:
    """What the visitor is told: the accounts, and one receipt with an answer waiting."""

    accounts: tuple[Account, ...]
    receipt: Slip


def build(now: datetime, progress: Callable[[int, int], None]) -> Town:
    """Make office, accounts, notices and cases: all of it or nothing.

    `progress` is told how many events of how many are over.
    """
    told = people()
    with write("staff"), write():
        office = prepare.office(SLUG, PORTAL_HOST, DESK_HOST)
        desk, subsidy = programme(SLUG).desk, programme(SLUG).subsidy
        past = Past(desk, now, told.seed)
        accounts = tuple(Account(one, secrets.token_urlsafe(PASSWORD_BYTES)) for one in told.staff)
        staff = {one.colleague.username: hire(office.id, one, past.first()) for one in accounts}
        scene = Scene(office, desk, past, saturdays(SLUG, now.date()), staff, subsidy)
        receipt = live(told, scene, progress)
    return Town(accounts, receipt)


def hire(office_id: UUID, account: Account, moment: datetime) -> Actor:
    """Make the account; the actor that the colleague is."""
    one = account.colleague
    row = Staff(
        username=one.username,
        name=one.name,
        office_id=office_id,
        role=one.role,
        added_at=moment,
    )
    row.set_password(account.password)
    row.save(force_insert=True)
    record(Actor(office_id, "administrator"), "staff.add", moment)
    return Actor(office_id, one.role, row.id)


def live(told: People, scene: Scene, progress: Callable[[int, int], None]) -> Slip:
    """Let everything happen, the worker's jobs in between; the receipt that is shown."""
    lives = [Life(story, scene) for story in told.stories]
    events = [event for life in lives for event in life.events()]
    events += [event for news in told.news for event in telling(news, scene)]
    events.append(Event(scene.past.moment(told.kept), partial(keep, scene)))
    events += years(scene, scene.subsidy) if scene.subsidy else ()
    events += ends(scene, needs_of(programme(scene.office.slug).agencies))
    events += [arriving(letter, scene) for letter in told.letters]
    events += [asking(question, scene) for question in told.questions]
    for number, event in enumerate(sorted(events, key=attrgetter("at")), 1):
        event.happen(event.at)
        do_jobs(event.at)
        progress(number, len(events))
    return next(life.slip for life in lives if life.story.shown)


def telling(news: News, scene: Scene) -> Iterator[Event]:
    """The supervisor publishes a notice, or the clinic's days."""
    if news.ago is None:
        yield from publishing(news, scene, scene.saturdays) if scene.saturdays else ()
        return
    actor = scene.colleague("supervisor")

    def happen(at: datetime) -> None:
        where = AtOffice(scene.office.id)
        publish(actor, where, news.kind, news.title, news.body, at.date(), now=at)

    yield Event(scene.past.moment(news.ago), happen)


def do_jobs(moment: datetime) -> None:
    """Do the worker's jobs that are due at this moment."""
    while job := run.claim(moment):
        run.run(job, moment)
