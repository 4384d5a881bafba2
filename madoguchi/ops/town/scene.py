"""Where the town plays: office, desk, past, Saturdays, colleagues, subsidy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from madoguchi.ops.town.past import Past
    from madoguchi.ops.town.saturday import Saturdays
    from madoguchi.rules.programme.desk import Desk
    from madoguchi.rules.programme.subsidy import Subsidy
    from madoguchi.tools.office.actor import Actor
    from madoguchi.tools.office.public import OfficeCard


@dataclass(frozen=True)
class Scene:
    """What every event of the town needs to happen; `staff` by user name."""

    office: OfficeCard
    desk: Desk
    past: Past
    saturdays: Saturdays | None
    staff: Mapping[str, Actor]
    subsidy: Subsidy | None = None

    def colleague(self, role: str) -> Actor:
        """The first colleague of a role."""
        return next(one for one in self.staff.values() if one.role == role)
