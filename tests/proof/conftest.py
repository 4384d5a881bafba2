"""Options of the proofs, and a plain word when something they need is not there."""

import os

import pytest

from madoguchi.rules import limits
from tests.proof import rota, sharing
from tests.proof.fixtures import chromium, desk_at, house, portal_at
from tests.proof.house import MADE
from tests.proof.needs import missing
from tests.proof.sharing import pytest_runtest_protocol, pytest_terminal_summary

__all__ = [
    "chromium",
    "desk_at",
    "house",
    "portal_at",
    "pytest_runtest_protocol",
    "pytest_terminal_summary",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long`: many more kill rounds, and a picture of every page in `out/`.

    `--pictures`: the manual's pictures are taken anew.
    """
    parser.addoption("--long", action="store_true", help="all, more rounds, pictures of every page")
    parser.addoption("--pictures", action="store_true", help="take the manual's pictures anew")
    sharing.pytest_addoption(parser)


collect_ignore = [  # programs of a house, run by `python -m`; they begin where they are imported
    "clinic_days.py",
    "clinic_people.py",
    "grant_states.py",
    "grants_made.py",
    "ledger_rows.py",
    # Portals with something changed, served by a process of their own; where they are looked
    # through for doctests, the change would hold for every proof of the run.
    "brief.py",
    "cheap.py",
    "cut.py",
    "hasty.py",
    "lasting.py",
    "small_day.py",
    "undrained.py",
    "unguarded.py",
]
LIMITS = dict(vars(limits))


def pytest_collection_finish() -> None:
    """Stop where a module that was only collected changed a limit of the house for all proofs."""
    changed = [name for name, value in vars(limits).items() if LIMITS.get(name) != value]
    if changed:
        raise pytest.UsageError(f"changed by a module that was collected: limits.{changed}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that open a browser are marked `browser`, so that one can run the others alone."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_configure(config: pytest.Config) -> None:
    """Stop before the first proof when something is missing; a proof is never skipped."""
    config.addinivalue_line("markers", "browser: opens Chromium (set by its fixture)")
    config.addinivalue_line("markers", "clock: holds the house to seconds; runs beside no other")
    config.pluginmanager.register(rota.Rota(config))
    if beside := config.getoption("--beside"):
        folder = config.rootpath / beside
        os.environ[MADE] = str(folder / "houses")
        config.pluginmanager.register(sharing.Floor(folder))
    lacking = missing()
    if lacking and not config.option.help:
        raise pytest.UsageError("the proofs need more:\n  " + "\n  ".join(lacking))
