"""Measurements: each is named in their page, and what judges a long run sees a leak."""

from __future__ import annotations

import pytest

from benchmarks import soak
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
