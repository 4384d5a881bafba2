"""Which step of a grant may have been recorded by mistake (誤記録) and can be taken back."""

from collections.abc import Sequence

from madoguchi.rules.steps.grant import UNDOABLE, Verb
from madoguchi.work.subsidy.history import StepCard, without_newest
from madoguchi.work.subsidy.money import standing


def to_undo(steps: Sequence[StepCard]) -> StepCard | None:
    """The step that can be taken back: the newest that stands, if the desk recorded it.

    On it stands nothing but corrections, and what came after it and was sent back; where something
    of before it was sent back, that would count again. What the person withdrew on their own page
    stays: they can apply anew.

    >>> to_undo(())
    """
    beside, stand = (Verb.AMEND, Verb.SEND_BACK), standing(steps)
    newest = next((step for step in reversed(stand) if step.verb not in beside), None)
    if newest is None or newest.verb not in UNDOABLE or newest.staff_id is None:
        return None
    again = {step.number for step in standing(without_newest(steps))}
    return newest if again <= {step.number for step in stand} else None
