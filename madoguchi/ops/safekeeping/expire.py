"""What has stood long enough: *keys* after 35 days, *data* beyond a number (控えの期限)."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from madoguchi.ops.safekeeping import artefact
from madoguchi.ops.safekeeping.artefact import Artefact

KEYS_LIVE = timedelta(days=35)


def keys(place: Path, now: datetime) -> list[Path]:
    """Remove *keys* older than 35 days, never the newest good one; what was removed."""
    old = [one for one in artefact.whole(place, "keys") if now - one.at > KEYS_LIVE]
    return _remove(place, old)


def data(place: Path, keep: int) -> list[Path]:
    """Remove all *data* but the newest so many, never the newest good one; what was removed."""
    return _remove(place, artefact.whole(place, "data")[:-keep])


def _remove(place: Path, old: list[Artefact]) -> list[Path]:
    if not old:
        return []
    standing = reversed(artefact.whole(place, old[0].kind))
    good = next((one.folder for one in standing if not one.faults()), None)
    doomed = [one.folder for one in old if one.folder != good]
    for folder in doomed:
        shutil.rmtree(folder.rename(artefact.part(place, folder.name)))  # half of one has no name
    return doomed
