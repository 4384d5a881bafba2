"""The hour for duties that need no Django (`web.kit.arrival` has it for all others)."""

from datetime import datetime

from madoguchi.rules.koyomi.dates import JAPAN


def now() -> datetime:
    """This moment in office time, to the second."""
    return datetime.now(JAPAN).replace(microsecond=0)
