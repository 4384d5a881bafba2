"""Several runs side by side share the proofs: each takes the next file that no other has taken.

What is marked `clock` holds the house to seconds: it comes last, and while it runs no other does.
"""

import fcntl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

TAKEN = pytest.StashKey[dict["Path", bool]]()
LEFT = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--beside`: a folder, empty at first, in which the runs note who has taken what."""
    parser.addoption("--beside", metavar="FOLDER", help="share the proofs with the runs given it")


def takes(config: pytest.Config, file: Path) -> bool:
    """Whether this run proves the file: it is the first that asks for it."""
    known = config.stash.setdefault(TAKEN, {})
    if file not in known:
        known[file] = _first(config.rootpath / config.getoption("--beside"), config, file)
    return known[file]


def _first(folder: Path, config: pytest.Config, file: Path) -> bool:
    try:
        (folder / ".".join(file.relative_to(config.rootpath).parts)).mkdir(parents=True)
    except FileExistsError:
        return False
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Leave the proof to the run that has taken its file.

    What stands for it – its folder, say – is taken down before the next one, as after a proof.
    """
    if not item.config.getoption("--beside") or takes(item.config, item.path):
        return None
    item.config.stash.setdefault(LEFT, []).append(item.nodeid)
    item.session._setupstate.teardown_exact(nextitem)
    return True


@contextmanager
def floor(folder: Path, *, alone: bool) -> Iterator[None]:
    """Be one of those at work, or the only one; who waits to be alone is before who comes later."""
    with (folder / "door").open("w") as door, (folder / "floor").open("w") as taken:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(taken, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(door, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(taken, fcntl.LOCK_UN)  # a child may have it open yet


class Floor:
    """Has proofs that are held to seconds wait for the runs beside this one, and these for them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """They come last, so that nobody waits long for them."""
        items.sort(key=against_the_clock)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Run the proof in its turn."""
        if not takes(item.config, item.path):
            return (yield)
        with floor(self.folder, alone=against_the_clock(item)):
            return (yield)


def against_the_clock(item: pytest.Item) -> bool:
    """Whether the proof holds the house to seconds."""
    return item.get_closest_marker("clock") is not None


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Count what the runs beside this one have taken."""
    if left := config.stash.get(LEFT, []):
        terminalreporter.line(f"{len(left)} proofs were taken by a run beside this one")
