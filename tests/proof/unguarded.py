"""The portal without shares of its places, where nobody waits for one (a negative control)."""

from madoguchi.rules import limits
from madoguchi.web.kit.body import Places
from tests.proof.cheap import application

limits.LARGE_BODIES, limits.BODIES_OF_NEWCOMERS = limits.BODIES, 0
application.places = Places(shared=False, patience_s=0)

__all__ = ["application"]
