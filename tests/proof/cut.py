"""The portal that cuts long bodies after three seconds, not after half an hour."""

from madoguchi.rules import limits
from tests.proof.cheap import application

limits.LARGE_BODY_MINUTES = 3 / 60  # type: ignore[assignment] # whole minutes in earnest

__all__ = ["application"]
