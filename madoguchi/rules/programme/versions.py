"""Rules that change with time: a version begins with ``since`` and ends where the next begins."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol


class Dated(Protocol):
    """Anything that holds from a day on."""

    @property
    def since(self) -> date:
        """The first day on which it holds."""
        ...


def version_on[V: Dated](versions: Sequence[V], day: date) -> V | None:
    """The version that holds on a day, or None before the first one.

    >>> from madoguchi.rules.programme.city import Division
    >>> old, new = (Division(date(y, 4, 1), (n,), "x", "x") for y, n in ((2022, "A"), (2024, "B")))
    >>> version_on((old, new), date(2024, 3, 31)).names
    ('A',)
    """
    held = [version for version in versions if version.since <= day]
    return held[-1] if held else None


def must_be_in_order(versions: Sequence[Dated], what: str) -> None:
    """Nothing, when each version begins after the one before it.

    Raises:
        ValueError: two begin on one day or one stands before an older one.
    """
    for before, after in pairwise(versions):
        if after.since == before.since:
            raise ValueError(
                f"{what}のうち二つが同じ日（since = {after.since}）から始まっています。"
                "どちらかの since を直してください。"
            )
        if after.since < before.since:
            raise ValueError(
                f"{what}が古い順に並んでいません（{before.since} の次に {after.since}）。"
                "since の古いものを先に書いてください。"
            )
