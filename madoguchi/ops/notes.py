"""What a run leaves for `doctor`: when it ended, what it counted; nothing of anybody."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from madoguchi.tools.misconfigured import Misconfigured, reason


class Note(NamedTuple):
    at: datetime
    counts: Mapping[str, int]


def write(path: Path, note: Note) -> None:
    """Write it whole, or not at all.

    Raises:
        Misconfigured: nothing can be written there.
    """
    lines = [note.at.isoformat(), *(f"{name} {count}" for name, count in note.counts.items())]
    made = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made.write_text("\n".join(lines) + "\n", "ascii")
        made.replace(path)
    except OSError as error:
        found = f"いつ、どう終わったかを書けません（{reason(error)}）"
        remedy = f"{path.parent} に、職員側の利用者が書けるようにしてください"
        raise Misconfigured(str(path), found, remedy) from error


def read(path: Path) -> Note | None:
    """The last one; None where there is none, or it cannot be read as one."""
    try:
        at, *counts = path.read_text("ascii").splitlines()
        pairs = (line.split(" ") for line in counts)
        return Note(datetime.fromisoformat(at), {name: int(count) for name, count in pairs})
    except (OSError, ValueError):
        return None
