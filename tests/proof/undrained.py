"""The portal that answers while a body still comes (a negative control)."""

from madoguchi.web.kit.body import Counted
from tests.proof.cheap import application

setattr(Counted, "drain", lambda *_: None)  # noqa: B010 - the control

__all__ = ["application"]
