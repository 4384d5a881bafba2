"""A press of a button: the key under which it is done once, and why it was not done."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from uuid import UUID

from madoguchi.tools.forms.form import Filled, Typed
from madoguchi.web.desk.frame import DeskRequest

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


def once(request: DeskRequest, act: str, typed: Typed) -> str:
    """The key under which a page's act is done once: this colleague's, with these words."""
    token = request.POST.get("token") or secrets.token_hex(16)
    said = f"{request.actor.staff_id}/{act}/{token}/{json.dumps(typed, sort_keys=True)}"
    return hashlib.sha256(said.encode()).hexdigest()
