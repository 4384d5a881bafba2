"""The ledger of 2,000 grants as the desk saves it, beside writing the same cells unopened."""

import json
import statistics
from typing import Any

from benchmarks.parts.report import Figure
from benchmarks.parts.serving import new_house

GRANTS, FEW = 2000, 200
BAR_S = 2.0
NOTE = """The ledger goes through the desk's whole stack but the network: rights, every step opened
from its drawer and checked against its line, two sheets, one line. Beside it the same cells are
written from an opened ledger. Both in seconds of processor time."""


def ledger(*, short: bool) -> Figure:
    """One press of the button, by turns with its floor, in a house of its own."""
    count = FEW if short else GRANTS
    with new_house() as house:
        said = house.run("-m", "benchmarks.parts.grant_ledger_rows", str(count))
    told: dict[str, Any] = json.loads(said.splitlines()[-1])
    took, floor = statistics.median(told["pages"]), statistics.median(told["written"])
    ratio = statistics.median(
        one / other for one, other in zip(told["pages"], told["written"], strict=True)
    )
    cells, steps = f"{told['cells']:,}", f"{told['steps']:,}"
    return Figure(
        f"the ledger of {count:,} grants: {steps} steps, {cells} cells, {told['kib']:,} KiB",
        f"{took:.2f} s",
        f"the same cells written unopened {floor:.2f} s, ratio {ratio:.1f}",
        f"≤ {BAR_S:.0f} s",
        took <= BAR_S,
    )
