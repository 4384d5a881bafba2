"""The cast of every test: two offices, their staff, both windows, a fixed moment."""

import gc
import os
from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from typing import Any

import hypothesis
import pytest
from django.test import client

from tests import shapes
from tests.hour import MONDAY_MORNING, TOKYO, hour_of

__all__ = ["MONDAY_MORNING", "TOKYO"]
pytest_plugins = ["tests.heavy", "tests.pages"]
OTHER = "sqlite" if os.environ.get("MADOGUCHI_DATABASE") else "postgresql"
collect_ignore = ["on_postgresql.py"]  # its import starts a server
hypothesis.settings.register_profile("same", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("same")  # the same commit is asked the same


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """What a file makes of the day when it is imported."""
    with hour_of(collector.path):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """The test, and its fixtures of every scope."""
    with hour_of(item.path):
        return (yield)


@pytest.fixture
def now() -> datetime:
    """Monday, 30 November 2026, ten o'clock: the desk is open."""
    return MONDAY_MORNING


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Whatever is asked comes at `now`, whatever day it is outside."""
    from madoguchi.web.kit import arrival

    monkeypatch.setattr(arrival, "now", lambda: now)


@pytest.fixture(autouse=True)
def without_their_lines(request: pytest.FixtureRequest) -> Iterator[None]:
    """Acts of a test that is marked `opens` are first tried without what writes their line."""
    marked = request.node.get_closest_marker("opens")
    if marked is None:
        yield
        return
    from tests.lineless import Tries

    with pytest.MonkeyPatch.context() as patch:
        tries = Tries(patch)
        yield
        tries.require(*marked.args)


@pytest.fixture(autouse=OTHER == "sqlite")
def one_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's clock tells the real day: only who asks for it is told."""
    if not request.node.get_closest_marker("postgresql"):
        from madoguchi.tools.audit import chain

        monkeypatch.setattr(chain, "_difference", lambda _now: timedelta(0))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Django's databases; after a test, only tables that were written are emptied."""
    from tests.emptied import only_what_was_written

    with only_what_was_written(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "store_rendered_templates", lambda *_, **__: None)  # nobody asks
        yield


WITH_DATABASE = ("tools/", "work/", "web/", "ops/", "redteam/", "badinputs/", "golden/")

WITHOUT = (  # these ask for none and get none; where they fail for want of one, strike them out
    "badinputs/test_grants.py",
    "badinputs/test_mail.py",
    "badinputs/test_on_paper.py",
    "ops/paper/test_groups.py",
    "ops/safekeeping/test_artefact.py",
    "ops/test_papers.py",
    "ops/test_programme_duties.py",
    "ops/test_recovery_page.py",
    "ops/test_rule_recipe.py",
    "ops/test_subsidy_duty.py",
    "ops/town/test_people.py",
    "redteam/test_rt14_exploited_parser.py",
    "redteam/test_rt18_figures.py",
    "web/kit/test_form.py",
    "work/subsidy/test_application_paper.py",
    "work/subsidy/test_letters.py",
    "work/subsidy/test_letters_writing.py",
    "work/subsidy/test_papers.py",
)
FOLDERS_WITHOUT = ("tools/sandbox/", "tools/mail/parsing/", "tools/papers/")

BARE = "asks no database"
LEFT_OUT = pytest.StashKey[list[pytest.Item]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of the upper storeys get both databases; those marked `race` real transactions."""
    for item in items:
        place = item.nodeid.partition("::")[0].removeprefix("tests/")
        if place in WITHOUT or place.startswith(FOLDERS_WITHOUT):
            item.add_marker(pytest.mark.sqlite(BARE))
        elif place.startswith(WITH_DATABASE) and item.get_closest_marker("django_db") is None:
            race = item.get_closest_marker("race") is not None
            item.add_marker(pytest.mark.django_db(databases="__all__", transaction=race))
    config.stash[LEFT_OUT] = [item for item in items if item.get_closest_marker(OTHER)]
    config.hook.pytest_deselected(items=config.stash[LEFT_OUT])
    items[:] = [item for item in items if not item.get_closest_marker(OTHER)]
    if OTHER == "sqlite" and not config.option.all:
        asked = shapes.lane(config, items)
        kept = set(asked)
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = asked


def pytest_addoption(parser: pytest.Parser) -> None:
    shapes.pytest_addoption(parser)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was collected, and look ten times more rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Count what only the other database can answer, and say why."""
    reasons = [
        (item.name, mark.args[0])
        for item in config.stash.get(LEFT_OUT, [])
        if (mark := item.get_closest_marker(OTHER))
    ]
    for name, why in reasons:
        if why != BARE:
            terminalreporter.line(f"left to {OTHER}: {name}: {why}")
    if bare := sum(why == BARE for _, why in reasons):
        terminalreporter.line(f"left to {OTHER}: {bare} tests that ask no database")


def pytest_configure(config: pytest.Config) -> None:
    """Name our markers; a whole run on SQLite notes what PostgreSQL has to be asked."""
    if OTHER == "postgresql" and config.option.all:
        config.pluginmanager.register(shapes.Shapes(config))
    config.addinivalue_line("markers", "race: threads write at once; real transactions")
    config.addinivalue_line("markers", "opens(verb, ...): tried without their lines, too")
    for database in ("sqlite", "postgresql"):
        config.addinivalue_line("markers", f"{database}(reason): a question to {database} alone")
