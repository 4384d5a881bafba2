"""The portal without shares of its places, where nobody waits for one (a negative control).

One process serves all bodies, as before.
"""

from madoguchi.rules import limits
from madoguchi.web.kit.body import Places
from tests.proof.cheap import application

limits.LARGE, limits.BODIES_OF_NEWCOMERS = limits.BYTES_OF_A_BODY, 0  # files take words' places
application.takes_long_bodies = True
application.places = Places(shared=False, patience_s=0)

__all__ = ["application"]
