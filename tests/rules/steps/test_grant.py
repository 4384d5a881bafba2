"""A grant's life, cell by cell: every state and verb, with each stage there or left out."""

from itertools import combinations, product
from pathlib import Path

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps import grant
from madoguchi.rules.steps.grant import STAGES, State, Verb, after, follows, path, possible

EXPECTED = Path(__file__).with_name("grant_expected.txt")
SOME_STAGES = [some for many in range(5) for some in combinations(STAGES, many)]

type Table = dict[tuple[State, Verb], State]


def agreed() -> Table:
    """(state, verb) → state, from the table that people agreed on."""
    lines = (line for line in EXPECTED.read_text("utf-8").splitlines() if line[:1] != "#")
    rows = (line.split(": ") for line in lines)
    return {
        (State(state), Verb(verb)): State(end)
        for state, cells in rows
        for verb, end in (cell.split(">") for cell in cells.split() if cell != "-")
    }


def differences(expected: Table) -> list[tuple[State, Verb]]:
    """The cells in which the rule and the table do not say the same."""
    return [cell for cell in product(State, Verb) if follows(*cell) != expected.get(cell)]


def test_every_cell_is_as_agreed() -> None:
    assert differences(agreed()) == []


def test_a_flip_of_any_cell_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    expected, real = agreed(), grant.follows
    for flipped in product(State, Verb):
        other = next(state for state in (None, *State) if state is not real(*flipped))
        with monkeypatch.context() as patch:
            patch.setitem(
                globals(),
                "follows",
                lambda state, verb, at=flipped, end=other: (
                    end if (state, verb) == at else real(state, verb)
                ),
            )
            assert differences(expected) == [flipped]


def test_what_is_not_possible_is_refused_by_its_verb() -> None:
    expected = agreed()
    for state, verb in product(State, Verb):
        if (state, verb) in expected:
            assert after(state, verb) is expected[state, verb]
            continue
        with pytest.raises(Refused) as refused:
            after(state, verb)
        assert [one.code for one in refused.value.reasons] == [f"grant.{verb}"]


@pytest.mark.parametrize("stages", SOME_STAGES, ids=lambda some: "+".join(some) or "none")
def test_any_stages_lead_from_the_decision_to_the_payment(stages: tuple[str, ...]) -> None:
    state, gone = State.DECIDED, []
    forward = (Verb.CONTRACT, Verb.REPORT, Verb.FIX, Verb.CLAIM, Verb.PAY)
    while state is not State.PAID:
        ways = [verb for verb in possible(state, stages) if verb in forward]
        assert len(ways) == 1
        state = after(state, ways[0], stages)
        gone.append(state)
    assert tuple(gone) == path(stages)[3:]


@pytest.mark.parametrize("stages", SOME_STAGES, ids=lambda some: "+".join(some) or "none")
def test_what_is_sent_back_goes_to_the_stage_before(stages: tuple[str, ...]) -> None:
    for state in (State.CONTRACTED, State.REPORTED, State.CLAIMED):
        if state in path(stages):
            before = after(state, Verb.SEND_BACK, stages)
            assert path(stages).index(before) == path(stages).index(state) - 1


def test_what_is_over_goes_nowhere_but_back() -> None:
    for state in grant.OVER:
        left = set(possible(state)) - {Verb.AMEND, Verb.UNDO}
        later = {Verb.REFUND, Verb.REDUCE, Verb.REVOKE}
        assert left == (later if state in (State.PAID, State.REPAID) else set())
