"""The order of a grant's stages as its person reads it (順番): done, now, to come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from madoguchi.rules.programme.subsidy import Life
from madoguchi.rules.steps.grant import OVER, State, Verb, path
from madoguchi.work.subsidy.history import StepCard
from madoguchi.work.subsidy.own import public as grants

type Place = Literal["past", "now", "ahead", "end"]

NO_STAGE = Verb.CHECK, Verb.AMEND, Verb.CARRY, Verb.CHANGE


@dataclass(frozen=True)
class Stage:
    """One stage of the order (順番): its words are `own_grant.stage.<name>`."""

    name: str
    place: Place
    on: date | None = None

    @property
    def key(self) -> str:
        """The key of its name; what is decided says nothing of a letter that may be on its way."""
        decided = self.name == State.DECIDED and self.place == "past"
        return f"own_grant.stage.{self.name}{'_past' if decided else ''}"

    @property
    def tag(self) -> str:
        """The key of done, now or to come."""
        return f"own_grant.place.{self.place}"


def order(own: grants.OwnGrant, life: Life, *, counts: bool) -> Iterator[Stage]:
    """The whole order: what is done, what is now, what comes."""
    way = path(life.stages)
    done = _reached(own.steps, way)
    if own.channel == "web":
        yield Stage("sent_counts" if counts else "sent", "past", own.steps[0].on)
    for state, on in done.items():
        yield Stage(state, "past", on)
    if own.state in OVER and own.state is not State.PAID:
        ended = next(step for step in reversed(own.steps) if step.verb not in NO_STAGE)
        yield Stage(own.state, "end", ended.on)
        return
    if own.state is State.RETURNED:
        yield Stage("returned", "now")
    if own.state is State.RECLAIMED:
        revoked = own.last(Verb.REVOKE)
        yield Stage(State.REVOKED, "past", revoked.on if revoked else None)
        yield Stage(own.state, "now")
        return
    left = [state for state in way if state not in done]
    for at, state in enumerate(left):
        yield Stage(state, "ahead" if at or own.state is State.RETURNED else "now")


def _reached(steps: Sequence[StepCard], way: Sequence[State]) -> dict[State, date]:
    """The stages that are done, each with its day: what was sent back is not done any more."""
    done: dict[State, date] = {}
    for step in steps:
        if step.verb in NO_STAGE or step.state not in (*way, State.RETURNED):
            continue
        reached = State.RECEIVED if step.state is State.RETURNED else step.state
        before = way[: way.index(reached)]
        done = {state: on for state, on in done.items() if state in before or state is reached}
        done.setdefault(reached, step.on)
    return done
