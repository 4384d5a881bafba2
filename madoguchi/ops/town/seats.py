"""The places of the town's people with the lawyer (予約): booked, prepared, what came of it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from madoguchi.ops.town.people import Seat
from madoguchi.ops.town.saturday import COMING, OVER
from madoguchi.ops.town.scene import Scene
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.steps.outcome import Result
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic.bookings import actions as bookings
from madoguchi.work.clinic.bookings.public import Place, Seen, Wanted
from madoguchi.work.clinic.briefs import actions as briefs
from madoguchi.work.clinic.briefs.queries import Told
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.packs import actions as packs
from madoguchi.work.clinic.sittings import actions
from madoguchi.work.clinic.waiting import actions as waiting
from madoguchi.work.notices.public import changes

type Doing = Callable[[datetime], None]


def seat(scene: Scene, own: Seat, case_id: Callable[[], UUID]) -> Iterator[tuple[datetime, Doing]]:
    """What happens around one place, each at its moment; nothing where its day was not public.

    `case_id`: known once the person has asked.
    """
    if scene.saturdays is None:
        return
    past, day = scene.past, scene.saturdays.days[own.day]
    moment = past.moment(own.ago, own.at)
    published = past.before_year(fiscal_year(day.on))
    if published is None or published >= moment:
        return
    one = _Seat(scene, own, case_id)
    yield moment, one.take
    if own.brief:
        yield past.before(day.on, 2, after=moment), one.prepare
    if own.day == OVER:
        yield past.before(day.on, 1, after=moment), one.print
    if own.day == OVER and own.came:
        yield past.following(day.on), one.end


def keep(scene: Scene, at: datetime) -> None:
    """The desk keeps the last slot of the coming day free (使わない枠)."""
    found = scene.saturdays
    if found is None:
        return
    actor = scene.colleague("supervisor")
    day, where = found.days[COMING], AtOffice(scene.office.id)
    place = Place(day.ref, day.slots[-1].number)
    rules = found.clinic, scene.desk, changes(scene.office.id)
    actions.keep(actor, where, *rules, place, now=at)


class _Seat:
    """One place of one case."""

    def __init__(self, scene: Scene, own: Seat, case_id: Callable[[], UUID]) -> None:
        self._scene, self._own, self._case_id = scene, own, case_id

    def take(self, at: datetime) -> None:
        """The desk books the place for the person, or puts them on the waiting list."""
        scene, own = self._scene, self._own
        if scene.saturdays is None:
            return
        actor, case = self._opened(at)
        day = scene.saturdays.days[own.day]
        rules = scene.saturdays.clinic, scene.desk, changes(scene.office.id)
        if not own.number:
            waiting.wait(actor, case, day.ref, *rules, now=at)
            return
        wanted = Wanted(own.subject, own.other_party, own.people, names_ok=own.names_ok)
        bookings.book(actor, case, *rules, Place(day.ref, own.number), wanted, now=at)

    def prepare(self, at: datetime) -> None:
        """The person agreed on the telephone, and the brief is written."""
        actor, case = self._opened(at)
        told = Told(
            agreed=True,
            how="phone",
            on=at.date(),
            names=self._own.names_ok,
            happened=self._own.brief,
            asks=self._own.subject,
        )
        briefs.write(actor, case, self._seen(case).id, told, 0, now=at)

    def print(self, at: datetime) -> None:
        """What lies in the lawyer's envelope is printed."""
        actor, case = self._opened(at)
        if self._scene.saturdays:
            day = self._scene.saturdays.days[self._own.day]
            packs.print_pack(actor, case, self._seen(case).id, day, now=at)

    def end(self, at: datetime) -> None:
        """What the lawyer's sheet says is typed in on the next working day."""
        own = self._own
        actor, case = self._opened(at)
        results = tuple(Result(one) for one in own.results)
        said = actions.Said(own.came, results, own.note, own.told)
        actions.write(actor, case, self._seen(case), said, now=at)

    def _opened(self, at: datetime) -> tuple[Actor, cases.Found]:
        actor, case_id = self._scene.staff[self._own.by], self._case_id()
        cases.open_case(actor, case_id, now=at)
        return actor, cases.find(actor, case_id)

    def _seen(self, case: cases.Found) -> Seen:
        row = Booking.of(case.office_id).only("id", "revision").get(case_id=case.id)
        return Seen(row.id, row.revision)


def confirm(actor: Actor, case: cases.Found, at: datetime) -> None:
    """The desk confirms what the person of the case asked for."""
    row = Booking.of(case.office_id).only("id", "revision").get(case_id=case.id)
    bookings.confirm(actor, case, Seen(row.id, row.revision), now=at)
