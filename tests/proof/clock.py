"""A house whose programs live at an hour of our choice: a day can be gone through in a minute."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.proof.needs import FAKETIME

TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class Clock:
    """A clock in a file, read anew at every look; it goes on from where it was set."""

    path: Path
    day: datetime

    @property
    def variables(self) -> Mapping[str, str]:
        """What programs are started with, so that they read this clock."""
        return {
            "LD_PRELOAD": FAKETIME,
            "FAKETIME_TIMESTAMP_FILE": str(self.path),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def strike(self, hour: int, minute: int = 0) -> None:
        """Set it to this time of its day."""
        ahead = self.day + timedelta(hours=hour, minutes=minute) - datetime.now(UTC)
        anew = self.path.with_suffix(".new")
        anew.write_text(f"{ahead.total_seconds():+.0f}\n", "utf-8")
        anew.replace(self.path)  # who reads half of it ends


def clock(path: Path, year: int, month: int, day: int) -> Clock:
    """A clock of this day, at midnight."""
    one = Clock(path, datetime(year, month, day, tzinfo=TOKYO))
    one.strike(0)
    return one
