"""The portal without shares of its places: first come, first served (a negative control)."""

from __future__ import annotations

from madoguchi.rules import limits
from madoguchi.web.kit.places import Places
from tests.proof.cheap import application

limits.LARGE_BODIES = limits.BODIES
application.places = Places(limits.BODIES)

__all__ = ["application"]
