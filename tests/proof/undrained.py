"""The portal of the demo, where one process serves all, that answers while a body still comes.

A negative control.
"""

from madoguchi.web.kit.body import Counted
from tests.proof.cheap import application

application.takes_long_bodies = True
setattr(Counted, "drain", lambda *_: None)  # noqa: B010 - the control

__all__ = ["application"]
