"""What is missing on a form (足りないもの), by the number of its field, as a step holds it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from madoguchi.work.subsidy.desk import worded


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: the number of its field on the form, and what about it."""

    number: int
    what: str = field(repr=False)


def listed(missing: Iterable[Missing]) -> list[dict[str, Any]]:
    """Each as it is written down.

    Raises:
        Refused: of one it is not said what is missing.
    """
    return [
        {"field": each.number, "what": worded(each.what, "grant.nothing_missing")}
        for each in missing
    ]
