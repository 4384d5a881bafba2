"""The ends of the town's months: the supervisor settles each, and publishes a copy of it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from madoguchi.ops.town.event import Event
from madoguchi.ops.town.scene import Scene
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.reports import actions
from madoguchi.work.reports.queries import month_before


def ends(scene: Scene, needs: Mapping[str, str]) -> Iterator[Event]:
    """On the first working day of each month, what is done about the month before."""
    for moment in scene.past.first_days():
        yield Event(moment, _settling(scene, needs, month_before(moment.date().replace(day=1))))


def _settling(scene: Scene, needs: Mapping[str, str], month: date) -> Callable[[datetime], None]:
    actor = scene.colleague("supervisor")

    def happen(at: datetime) -> None:
        office_id = scene.office.id
        actions.settle(actor, office_id, month, needs, now=at, once=f"{month}")
        actions.publish_month(actor, AtOffice(office_id), month, now=at)

    return happen
