"""What is typed at a command: days and years in its words, lines and secrets that it asks for."""

import argparse
import getpass
import sys
from datetime import date

from madoguchi.rules.koyomi.wareki import NotADate, read_date

FIRST_YEAR, LAST_YEAR = 1950, 2150  # those whose holidays are known
YEARS = "the western year in which it begins: 2026 is 令和8年度"


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


def year(text: str) -> int:
    """A fiscal year for which holidays are known.

    Raises:
        ArgumentTypeError: no such year.
    """
    if len(text) == len("2026") and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    raise argparse.ArgumentTypeError(
        f"{text!r} is no fiscal year from {FIRST_YEAR} to {LAST_YEAR}; write {YEARS}"
    )


def line(prompt: str) -> str:
    """One line.

    Raises:
        EOFError: nothing comes any more; `main` says so.
    """
    sys.stdout.write(prompt)
    sys.stdout.flush()
    typed = sys.stdin.readline()
    if not typed:
        raise EOFError
    return typed.strip()


def secret(prompt: str) -> str:
    """The same, without showing it at a terminal."""
    return getpass.getpass(prompt) if sys.stdin.isatty() else line(prompt)
