"""What is missing on a form (足りないもの), by the number of its field, as a step holds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from madoguchi.work.subsidy.desk import worded

if TYPE_CHECKING:
    from collections.abc import Iterable


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
