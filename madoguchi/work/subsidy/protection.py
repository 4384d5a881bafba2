"""Measures of support (支援措置): whether a person's address is hidden, in every grant of a case.

They begin when the person says so or the desk writes it down, and hold from then on, also in what
was told before and in what is applied for later. They end when somebody says that they ended: the
person, asked by the form, or a supervisor with a reason. Who says nothing of them ends nothing.
"""

from collections.abc import Iterable

from madoguchi.rules.steps.grant import Verb
from madoguchi.work.subsidy.amended import Happened
from madoguchi.work.subsidy.application import APPLICATION, TELLING

PROTECTED, ON, OFF = "protected", "on", "off"
SAYING = (*TELLING, Verb.AMEND)


def is_protected(steps: Iterable[Happened]) -> bool:
    """Whether the address is hidden after these steps of all grants of a case, in their order."""
    protected = False
    for about in (step.told or step.shown for step in steps if step.verb in SAYING):
        said = {**about, **about.get("fields", {})}.get(PROTECTED, "")
        protected = {ON: True, OFF: False}.get(said, protected)
        protected = protected or bool(about.get(APPLICATION, {}).get(PROTECTED))
    return protected
