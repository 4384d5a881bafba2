"""Something that happens in the town at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True)
class Event:
    """Something that happens at a moment."""

    at: datetime
    happen: Callable[[datetime], None]
