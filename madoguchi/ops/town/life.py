"""The life of one invented case: a row of events, each at its moment."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

from madoguchi.ops.town import applicant, booker, colleague, door, officer, person, seats
from madoguchi.ops.town.event import Event
from madoguchi.ops.town.people import Grant, Step, Story
from madoguchi.ops.town.scene import Scene
from madoguchi.rules.programme.subsidy import Subsidy
from madoguchi.tools.vault.models import Receipt

WAYS = {"web": person.ask, "clinic": booker.ask}


class Life:
    """One case from the request on; its receipt is there once the person has asked."""

    def __init__(self, story: Story, scene: Scene) -> None:
        self.story = story
        self._scene = scene
        self._slip: person.Slip | None = None

    @property
    def slip(self) -> person.Slip:
        """The receipt.

        Raises:
            LookupError: before the person asked.
        """
        if self._slip is None:
            raise LookupError(self.story.at)
        return self._slip

    def events(self) -> Iterator[Event]:
        """What happens, in order."""
        past, story = self._scene.past, self.story
        moment, by = past.moment(story.ago, story.at), story.by
        yield Event(moment, self._ask)
        for step in story.then:
            by = step.by or by
            moment = past.moment(story.ago - step.day, step.at, after=moment)
            yield Event(moment, self._doing(step, by))
        if story.grant and self._scene.subsidy:
            yield from self._applying(story.grant, self._scene.subsidy)
        if story.seat:
            yield from (Event(*one) for one in seats.seat(self._scene, story.seat, self._case_id))

    def _applying(self, grant: Grant, subsidy: Subsidy) -> Iterator[Event]:
        moment = self._scene.past.moment(self.story.ago, self.story.at)
        for step in grant.then:
            ago = self.story.ago - step.day
            moment = self._scene.past.moment(ago, step.at, after=moment)
            yield Event(moment, partial(self._of_grant, grant, subsidy, step))

    def _of_grant(self, grant: Grant, subsidy: Subsidy, step: Step, moment: datetime) -> None:
        if step.do in applicant.STEPS:
            life = officer.life_on(subsidy, moment)
            applicant.act(self._scene, grant, self.slip, step.do, life, moment)
            return
        actor = self._scene.staff[step.by]
        desk = officer.Desk(self._scene, subsidy, actor, self._case_id(), moment)
        officer.act(desk, grant, step)

    def _ask(self, moment: datetime) -> None:
        ask = door.come if self.story.door in door.DOORS else WAYS[self.story.door]
        self._slip = ask(self._scene, self.story, moment)

    def _doing(self, step: Step, by: str) -> Callable[[datetime], None]:
        def happen(moment: datetime) -> None:
            if step.do in person.STEPS:
                person.come_back(self._scene, self.slip, step, moment)
            else:
                colleague.work(self._scene, by, self._case_id(), step, moment)

        return happen

    def _case_id(self) -> UUID:
        filed = Receipt.objects.filter(office_id=self._scene.office.id)
        return filed.get(number=self.slip.number).case_id
