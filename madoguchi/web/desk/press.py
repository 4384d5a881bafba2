"""A press of a button: the key under which it is done once, and why it was not done."""

from dataclasses import dataclass, field
from uuid import UUID

from madoguchi.tools.forms.form import Filled

STALE = frozenset({"interview.stale", "clinic.stale", "case.stale"})


@dataclass(frozen=True)
class Attempt:
    """What was tried: which act, on which of them (none: a new one), what was typed, why not."""

    act: str = ""
    on: UUID | None = None
    filled: Filled | None = field(default=None, repr=False)
    grounds: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """409 when it moved on, 422 when something has to be changed."""
        if not self.act:
            return 200
        return 409 if STALE & set(self.grounds) else 422
