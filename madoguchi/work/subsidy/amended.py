"""The steps of a grant as they hold by now (訂正を反映した経過), with what was put right of each.

A step stays as it was written, and an amendment is a step of its own; here, and nowhere else, the
two are read together. Who holds only the receipt reads of an amendment what was shown of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar, Protocol

from madoguchi.rules.steps.grant import State, Verb

WITHIN = ("application", "filing")
OF_THE_CASE = "protected"  # it is read of the whole case (支援措置), not of one step
ON: Mapping[Verb, str] = {
    **dict.fromkeys((Verb.RECEIVE, Verb.TYPE_IN), "received_on"),
    **dict.fromkeys((Verb.DECIDE, Verb.REFUSE, Verb.CHANGE, Verb.FIX, Verb.REVOKE), "decided_on"),
    Verb.PAY: "paid_on",
}
"""Which field of a step is the day of the step itself."""


class Happened(Protocol):
    """A step as it is read, of one grant (`steps.StepCard`) or of many (`many.Said`)."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def number(self) -> int:
        """Its place in the grant's life."""

    @property
    def verb(self) -> Verb:
        """What was done."""

    @property
    def state(self) -> State:
        """Where the grant was after it."""

    @property
    def on(self) -> date:
        """Its own day."""

    @property
    def at(self) -> datetime:
        """When it was written down."""

    @property
    def told(self) -> Mapping[str, Any]:
        """What it is about; empty where that was not opened."""

    @property
    def shown(self) -> Mapping[str, Any]:
        """What the person reads of a step of the desk."""


def amended[One: Happened](steps: Iterable[One]) -> tuple[One, ...]:
    """The steps with what was written anew of them since, in their order.

    >>> amended(())
    ()
    """
    steps = tuple(steps)
    anew: dict[int, dict[str, Any]] = {}
    for step in steps:
        if step.verb is Verb.AMEND:
            said = step.told or step.shown
            fields = {**said.get("fields", {})}
            fields.pop(OF_THE_CASE, None)
            anew.setdefault(said.get("step", 0), {}).update(fields)
    if not anew:
        return steps
    return tuple(put_right(step, anew.get(step.number, {})) for step in steps)


def put_right[One: Happened](step: One, fields: Mapping[str, Any]) -> One:
    """A step with these fields written anew."""
    if not fields:
        return step
    on = fields.get(ON.get(step.verb, ""))
    new: dict[str, Any] = {"told": _with(step.told, fields)}
    if on:
        new["on"] = date.fromisoformat(on)
    if step.shown:
        known = {name: value for name, value in fields.items() if name in step.shown}
        new["shown"] = {**step.shown, **known}
    return replace(step, **new)


def _with(told: Mapping[str, Any], fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Each field where it stands: in the application, in the filing, or beside them.

    Of what cannot be opened nothing is known, not even what was put right.
    """
    if not told:
        return told
    new = dict(told)
    for name, value in fields.items():
        within = next((part for part in WITHIN if name in (told.get(part) or {})), None)
        if within is None:
            new[name] = value
        else:
            new[within] = {**new[within], name: value}
    return new
