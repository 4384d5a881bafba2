"""Measurements: each is named in their page, and what judges a long run sees a leak."""

from __future__ import annotations

import pytest

from benchmarks import oracle, soak
from tests.house.source import ROOT

BENCHES = ROOT / "benchmarks"
NAMES = [
    path.stem
    for path in sorted(BENCHES.glob("*.py"))
    if "def main() -> int:" in path.read_text("utf-8")
]


@pytest.mark.parametrize("name", NAMES)
def test_every_measurement_is_named_in_their_page(name: str) -> None:
    assert f"\n| `{name}` |" in (BENCHES / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("mib_a_sample", "opened_a_sample", "flat"),
    [(0.0, 0, True), (0.1, 0, True), (0.5, 0, False), (0.0, 1, False)],
)
def test_growth_is_seen_in_the_second_half(
    mib_a_sample: float, opened_a_sample: int, *, flat: bool
) -> None:
    warming = [(80.0 + number, 20) for number in range(30)]  # the first half may grow
    after = [(110.0 + mib_a_sample * n, 20 + opened_a_sample * n) for n in range(90)]
    assert soak.flat(warming + after) is flat


@pytest.mark.parametrize(("hidden_ms", "told"), [(20.0, False), (24.0, False), (26.0, True)])
def test_a_slower_answer_is_seen(hidden_ms: float, *, told: bool) -> None:
    noise = (0.0, 0.3, 0.1, 400.0, 0.2)  # one try in five waits for something else
    times = {"hit": 20.0, "miss": 20.2, "hidden": hidden_ms}
    tries = {name: [one + more for more in noise] for name, one in times.items()}
    assert (oracle.apart_ms(tries) >= oracle.BAR_MS) is told
