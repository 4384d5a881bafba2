"""Builds the town of the demo: the year behind us, lived through the real actions in order."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from operator import attrgetter
from uuid import UUID

from madoguchi.ops import prepare
from madoguchi.ops.accounts import record
from madoguchi.ops.town import colleague, officer, person
from madoguchi.ops.town.colleague import keep
from madoguchi.ops.town.officer import years
from madoguchi.ops.town.people import Colleague, Grant, News, People, Step, Story, people
from madoguchi.ops.town.person import ReceiptNumbers, arriving, asking
from madoguchi.ops.town.scene import Event, Past, Scene, publishing, saturdays
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import Subsidy
from madoguchi.tools.later import queue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault.models import Receipt
from madoguchi.tools.vault.receipt import grouped
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices.actions import publish
from madoguchi.work.reports import actions
from madoguchi.work.reports.counting.queries import needs_of
from madoguchi.work.reports.queries import month_before

WAYS = {"web": person.ask, "clinic": person.ask_for_place}
SLUG, PORTAL_HOST, DESK_HOST = "shibukawa", "127.0.0.1", "localhost"
PASSWORD_BYTES = 12  # sixteen characters to type


@dataclass(frozen=True)
class Account:
    """A colleague, and the password that was made for them."""

    colleague: Colleague
    password: str


@dataclass(frozen=True)
class Town:
    """What a visitor needs: the accounts, and one receipt whose case has an answer waiting.

    Without a receipt the town is empty.
    """

    accounts: tuple[Account, ...]
    receipt: ReceiptNumbers | None

    def words(self) -> str:
        """The accounts and the receipt, to be read and copied."""
        lines = ["Accounts of the desk (user name, password, role, name):"]
        for account in self.accounts:
            who = account.colleague
            lines.append(f"  {who.username:8} {account.password:18} {who.role:15} {who.name}")
        if self.receipt is None:
            return "\n".join(lines) + "\n"
        lines += [
            "A receipt whose case has an answer waiting (受付番号・確認番号):",
            f"  number {grouped(self.receipt.number)}",
            f"  secret {grouped(self.receipt.secret)}",
        ]
        return "\n".join(lines) + "\n"


def build(now: datetime, progress: Callable[[int, int], None], slug: str = SLUG) -> Town:
    """Make office, accounts, notices and cases: all of it or nothing.

    `progress` is called with how many events of how many are over. The invented year was lived in
    one city only; any other has its colleagues and nobody who came.
    """
    invented = people()
    with transaction("staff"), transaction():
        office = prepare.office(slug, PORTAL_HOST, DESK_HOST)
        accounts = tuple(
            Account(who, secrets.token_urlsafe(PASSWORD_BYTES)) for who in invented.staff
        )
        if slug != SLUG:
            for each in accounts:
                hire(office.id, each, now)
            return Town(accounts, None)
        desk, subsidy = programme(SLUG).desk, programme(SLUG).subsidy
        past = Past(desk, now, invented.seed)
        staff = {each.colleague.username: hire(office.id, each, past.first()) for each in accounts}
        scene = Scene(office, desk, past, saturdays(SLUG, now.date()), staff, subsidy)
        receipt = live(invented, scene, progress)
    return Town(accounts, receipt)


def hire(office_id: UUID, account: Account, moment: datetime) -> Actor:
    """Make the account; the actor that the colleague is."""
    who = account.colleague
    row = Staff(
        username=who.username,
        name=who.name,
        office_id=office_id,
        role=who.role,
        added_at=moment,
    )
    row.set_password(account.password)
    row.save(force_insert=True)
    record(Actor(office_id, "administrator"), "staff.add", moment)
    return Actor(office_id, who.role, row.id)


def live(invented: People, scene: Scene, progress: Callable[[int, int], None]) -> ReceiptNumbers:
    """Run all events in order, the worker's jobs in between; the receipt that is shown."""
    lives = [Life(story, scene) for story in invented.stories]
    events = [event for life in lives for event in life.events()]
    events += [event for news in invented.news for event in announcing(news, scene)]
    events.append(Event(scene.past.moment(invented.kept), partial(keep, scene)))
    events += years(scene, scene.subsidy) if scene.subsidy else ()
    events += ends(scene, needs_of(programme(scene.office.slug).agencies))
    events += [arriving(letter, scene) for letter in invented.letters]
    events += [asking(question, scene) for question in invented.questions]
    for number, event in enumerate(sorted(events, key=attrgetter("at")), 1):
        event.happen(event.at)
        while job := queue.claim(event.at):
            queue.run(job, event.at)
        progress(number, len(events))
    return next(life.receipt for life in lives if life.story.shown)


def announcing(news: News, scene: Scene) -> Iterator[Event]:
    """The supervisor publishes a notice, or the clinic's days."""
    if news.ago is None:
        yield from publishing(news, scene, scene.saturdays) if scene.saturdays else ()
        return
    actor = scene.colleague("supervisor")

    def happen(at: datetime) -> None:
        where = AtOffice(scene.office.id)
        publish(actor, where, news.kind, news.title, news.body, at.date(), now=at)

    yield Event(scene.past.moment(news.ago), happen)


def ends(scene: Scene, needs: Mapping[str, str]) -> Iterator[Event]:
    """On the first working day of each month, what is done about the month before."""
    for moment in scene.past.first_days():
        month = month_before(moment.date().replace(day=1))
        yield Event(moment, partial(_settle, scene, needs, month))


def _settle(scene: Scene, needs: Mapping[str, str], month: date, at: datetime) -> None:
    actor, office_id = scene.colleague("supervisor"), scene.office.id
    actions.settle(actor, office_id, month, needs, now=at, idempotency_key=f"{month}")
    actions.publish_month(actor, AtOffice(office_id), month, now=at)


class Life:
    """One case from the request on; its receipt is there once the person has asked."""

    def __init__(self, story: Story, scene: Scene) -> None:
        self.story = story
        self._scene = scene
        self._receipt: ReceiptNumbers | None = None

    @property
    def receipt(self) -> ReceiptNumbers:
        """The receipt.

        Raises:
            LookupError: before the person asked.
        """
        if self._receipt is None:
            raise LookupError(self.story.at)
        return self._receipt

    def events(self) -> Iterator[Event]:
        past, story = self._scene.past, self.story
        moment, by = past.moment(story.ago, story.at), story.by
        yield Event(moment, self._ask)
        for step in story.then:
            by = step.by or by
            moment = past.moment(story.ago - step.day, step.at, after=moment)
            yield Event(moment, partial(self._do, step, by))
        if story.grant and self._scene.subsidy:
            moment = past.moment(story.ago, story.at)
            for step in story.grant.then:
                moment = past.moment(story.ago - step.day, step.at, after=moment)
                act = partial(self._of_grant, story.grant, self._scene.subsidy, step)
                yield Event(moment, act)
        if story.seat:
            for at, act_of_seat in colleague.seat(self._scene, story.seat, self._case_id):
                yield Event(at, act_of_seat)

    def _of_grant(self, grant: Grant, subsidy: Subsidy, step: Step, moment: datetime) -> None:
        if step.do in person.APPLICANT_STEPS:
            life = officer.life_on(subsidy, moment)
            person.apply(self._scene, grant, self.receipt, step.do, life, moment)
            return
        actor = self._scene.staff[step.by]
        desk = officer.Desk(self._scene, subsidy, actor, self._case_id(), moment)
        officer.act(desk, grant, step)

    def _ask(self, moment: datetime) -> None:
        ask = colleague.come if self.story.door in colleague.DOORS else WAYS[self.story.door]
        self._receipt = ask(self._scene, self.story, moment)

    def _do(self, step: Step, by: str, moment: datetime) -> None:
        if step.do in person.STEPS:
            person.come_back(self._scene, self.receipt, step, moment)
        else:
            colleague.work(self._scene, by, self._case_id(), step, moment)

    def _case_id(self) -> UUID:
        filed = Receipt.objects.filter(office_id=self._scene.office.id)
        return filed.get(number=self.receipt.number).case_id
