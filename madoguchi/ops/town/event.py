"""Something that happens in the town at a moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Event:
    """Something that happens at a moment."""

    at: datetime
    happen: Callable[[datetime], None]
