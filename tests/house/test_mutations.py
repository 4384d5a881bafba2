"""The mistakes that were chosen for the suite can still be made: none has gone stale."""

import pytest

from tests.house.source import ROOT
from tests.mutations.run import Mutation, thirty


@pytest.mark.parametrize("mutation", thirty(), ids=lambda mutation: mutation.name)
def test_it_can_be_made_where_it_says(mutation: Mutation) -> None:
    assert (ROOT / mutation.file).read_text("utf-8").count(mutation.before) == 1
    named = {test.partition("::")[0] for test in (*mutation.tests, mutation.killed_by)}
    assert not [test for test in named if not (ROOT / test).exists()]


def test_they_are_thirty() -> None:
    assert len({mutation.name for mutation in thirty()}) == 30
