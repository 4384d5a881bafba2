"""The lawyer's clinic: its days and slots, and who is kept apart on one day.

Each part has a file of its own (`clinic_…`) with `figures`; all stand in one table.
"""

from __future__ import annotations

import sys

from benchmarks import clinic_rules
from benchmarks.command import arguments, finish


def main() -> int:
    """Measure every part, print."""
    short = arguments(__doc__).parse_args().short
    notes = [
        "Without the check: the same people in the same order, nobody asked whom they meet.",
    ]
    return finish("Clinic", clinic_rules.figures(short=short), notes, short=short)


if __name__ == "__main__":
    sys.exit(main())
