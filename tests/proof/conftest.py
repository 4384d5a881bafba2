"""Options of the proofs, and a plain word when something they need is not there."""

from __future__ import annotations

import pytest

from tests.proof.fixtures import chromium, desk_at, house, portal_at
from tests.proof.needs import missing

__all__ = ["chromium", "desk_at", "house", "portal_at"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long`: many more kill rounds, and a picture of every page in `out/`."""
    parser.addoption("--long", action="store_true", help="more rounds, a picture of every page")


def pytest_configure() -> None:
    """Stop before the first proof when something is missing; a proof is never skipped."""
    lacking = missing()
    if lacking:
        raise pytest.UsageError("the proofs need more:\n  " + "\n  ".join(lacking))
