"""The lawyer's clinic: its days and slots, and who is kept apart on one day.

Each part has a file of its own (`clinic_…`) with `figures`; all stand in one table.
"""

import sys

from benchmarks.parts import clinic_http, clinic_rules
from benchmarks.parts.command import arguments, finish


def main() -> int:
    """Measure every part, print."""
    short = arguments(__doc__).parse_args().short
    notes = [
        "Without the check: the same people in the same order, nobody asked whom they meet.",
    ]
    figures = [*clinic_rules.figures(short=short), *clinic_http.figures(short=short)]
    return finish("Clinic", figures, notes, short=short)


if __name__ == "__main__":
    sys.exit(main())
