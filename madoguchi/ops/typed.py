"""What people type on the command line, read as the desk reads it."""

import argparse
from datetime import date

from madoguchi.rules.koyomi.wareki import NotADate, read_date


def day(text: str) -> date:
    """The day that was written, in western or era years.

    Raises:
        ArgumentTypeError: no such day.
    """
    try:
        return read_date(text).day
    except NotADate as wrong:
        why = "is not in the calendar" if wrong.code == "no_such_day" else "is no day"
        raise argparse.ArgumentTypeError(
            f"{text!r} {why}; write it as 2026-11-30 or 令和8年11月30日"
        ) from None
