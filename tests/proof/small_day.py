"""The portal with a day that a proof can use up: 8 MiB of files, ten requests a network."""

from madoguchi.rules import limits
from tests.proof.cheap import application

limits.DAY_BYTES = 8 * limits.MEGABYTE
limits.DAY_DRAFTS = 10

__all__ = ["application"]
