"""The portal without shares of its places: first come, first served (a negative control)."""

from __future__ import annotations

from madoguchi.rules import limits
from madoguchi.web.kit.places import Places
from tests.proof.cheap import application

limits.LARGE_BODIES, limits.BODIES_OF_NEWCOMERS = limits.BODIES, 0
application.places = Places(shared=False)

__all__ = ["application"]
