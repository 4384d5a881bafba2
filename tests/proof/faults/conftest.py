"""What the fault proofs measured goes into docs/reliability.md, from long runs only."""

from collections.abc import Iterator

import pytest

from benchmarks.parts import report

NOTES = (
    """What cannot be stored is answered with 503 「受け付けできていません」, the desk's telephone
and hours, what was typed, and a button that sends it again under the same key. Opening a receipt
or a case is an act with a line of its own: where no line can be written, nothing is opened.""",
    """What remains: a worker killed between the mail server's acceptance and its own mark sends
that mail once more, under the same Message-ID. There is one migration a room so far, so the
upgrade that is interrupted here is one that the proof brings along.""",
)


@pytest.fixture(scope="session")
def told(pytestconfig: pytest.Config) -> Iterator[list[report.Figure]]:
    """The figures; each proof adds its own."""
    figures: list[report.Figure] = []
    yield figures
    if pytestconfig.getoption("--long") and figures:
        report.write(report.RELIABILITY, "Faults", figures, NOTES)


@pytest.fixture(scope="session")
def long(pytestconfig: pytest.Config) -> bool:
    """Whether there is time for everything."""
    return bool(pytestconfig.getoption("--long"))
