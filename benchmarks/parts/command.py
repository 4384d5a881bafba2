"""How a measurement is called and how it ends: `--try` prints a short run, else it is recorded."""

import argparse
import os
from collections.abc import Sequence

from benchmarks.parts.report import PERFORMANCE, Figure, section, write


def arguments(told: str | None) -> argparse.ArgumentParser:
    """The parser that every measurement has."""
    parser = argparse.ArgumentParser(description=told)
    parser.add_argument(
        "--try", dest="short", action="store_true", help="a short run: printed, not recorded"
    )
    return parser


def busy() -> str:
    """How many programs wanted the cores of late; with more than cores all work takes longer."""
    wanted, *_ = os.getloadavg()
    return f"In the last minute {wanted:.1f} programs at a time wanted the {os.cpu_count()} cores."


def finish(title: str, figures: Sequence[Figure], notes: Sequence[str], *, short: bool) -> int:
    """Print the table, record it unless the run was short; 1 when a bar is missed."""
    if short:
        print(section(title, figures, notes))
    else:
        write(PERFORMANCE, title, figures, notes)
    return 1 if any(figure.met is False for figure in figures) else 0
