"""What the record says of what was booked (面談・法律相談の経過), as a sentence."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from madoguchi.rules.programme.texts import Texts
from madoguchi.web.kit.reading import Reading

ROOMS = {"booking": "interview", "clinic": "clinic"}  # kinds of entries -> whose words they have


def sentence(kind: str, said: Mapping[str, Any], words: Texts) -> str:
    """The sentence of an entry of one of these kinds; empty for the others."""
    if kind not in ROOMS:
        return ""
    values = {**_when(said, words), **_when(said["was"], words, "was_")}
    return words.get(f"desk.{ROOMS[kind]}.step.{said['step']}", "ja", **values).words


def _when(said: Mapping[str, str], words: Texts, mark: str = "") -> dict[str, str]:
    if not said:
        return {}
    reading = Reading(words)
    return {
        f"{mark}on": reading.day(date.fromisoformat(said["on"])),
        f"{mark}starts": reading.clock(time.fromisoformat(said["starts"])),
    }
