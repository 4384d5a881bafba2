"""The sheet on which the master key is kept (復旧用の鍵): one page, to be printed twice.

A person copies the key as thirteen groups of four signs and a check sign. The signs are Crockford's
(no I, L, O, U). A check sign sums its group's signs and the group's number in the field of 32
elements, so it catches every single wrong sign, every two that changed places, and a group in
another group's place.
"""

import re
import unicodedata
from datetime import date
from pathlib import Path

from django.template import Context, Engine

from madoguchi.tools.vault.masterkey import check_value
from madoguchi.web.desk.signin.picture import picture

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, LENGTH = 13, 4
KEY = 32
SPARE_BITS = GROUPS * LENGTH * 5 - KEY * 8
REDUCTION = 0b100101  # x⁵ + x² + 1: its root has all 31 powers
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
HEX = re.compile(r"[0-9A-F]{64}")
BETWEEN = re.compile(r"[\s\-‐-―−ーｰ・,.、。]+")
HERE = Path(__file__).parent
STEPS = ("print", "type", "envelope", "places", "delete", "never")
BLANKS = ("house", "place", "keeper", "sealed_on", "seal")


def sheet(key: bytes, on: date) -> str:
    """A page of HTML that needs nothing beside itself."""
    engine = Engine(builtins=["madoguchi.web.kit.templatetags.words"])
    template = engine.from_string((HERE / "sheet.html").read_text("utf-8"))
    written = as_groups(key)
    context = {
        "css": (HERE / "sheet.css").read_text("utf-8"),
        "groups": [(place, group[:4], group[4:]) for place, group in enumerate(written, 1)],
        "picture": picture("-".join(written)),
        "check_value": check_value(key),
        "on": on,
        "steps": [f"desk_key.step.{step}" for step in STEPS],
        "blanks": [f"desk_key.blank.{blank}" for blank in BLANKS],
    }
    return template.render(Context(context))


class Mistyped(Exception):
    """Some groups are not as on the sheet; `numbers` says which, counted from one.

    `found` is how many signs were typed where it is not clear which group is which.
    """

    def __init__(self, numbers: tuple[int, ...], found: int = 0) -> None:
        super().__init__(numbers)
        self.numbers, self.found = numbers, found


def times_root(value: int) -> int:
    """The element times the root of the field's polynomial.

    >>> times_root(16)
    5
    """
    doubled = value << 1
    return doubled ^ REDUCTION if doubled > len(SIGNS) - 1 else doubled


def check(number: int, values: list[int]) -> int:
    """The check sign's value of a group: its signs and its number, each at a power of its own."""
    total = 0
    for value in (number, *values):
        total = times_root(total ^ value)
    return total


def as_groups(key: bytes) -> list[str]:
    """The thirteen groups of a key, each with its check sign.

    >>> as_groups(bytes(32))[:2]
    ['00005', '0000A']
    """
    number = int.from_bytes(key) << SPARE_BITS
    count = GROUPS * LENGTH
    values = [number >> 5 * (count - 1 - place) & 31 for place in range(count)]
    groups = [values[at : at + LENGTH] for at in range(0, count, LENGTH)]
    return [
        "".join(SIGNS[value] for value in (*group, check(place, group)))
        for place, group in enumerate(groups, 1)
    ]


def from_groups(typed: str) -> bytes:
    """The key that was typed: groups, or 64 hexadecimal signs.

    Small letters, full width, any spaces and dashes, O for 0 and I or L for 1 are taken.

    Raises:
        Mistyped: with the numbers of the groups to look at again.
    """
    folded = unicodedata.normalize("NFKC", typed).upper()
    together = BETWEEN.sub("", folded)
    if HEX.fullmatch(together):
        return bytes.fromhex(together)
    groups = [group for group in BETWEEN.split(folded) if group]
    if len(groups) != GROUPS:
        if len(together) != GROUPS * (LENGTH + 1):
            raise Mistyped((), len(together))
        groups = [together[at : at + LENGTH + 1] for at in range(0, len(together), LENGTH + 1)]
    read_groups = [_read(place, group) for place, group in enumerate(groups, 1)]
    wrong = tuple(place for place, values in enumerate(read_groups, 1) if values is None)
    if wrong:
        raise Mistyped(wrong)
    number = 0
    for value in (value for values in read_groups for value in values or ()):
        number = number << 5 | value
    if number & ((1 << SPARE_BITS) - 1):
        raise Mistyped((GROUPS,))
    return (number >> SPARE_BITS).to_bytes(KEY)


def _read(place: int, group: str) -> list[int] | None:
    """The values of a group; None when its check sign does not fit."""
    values = [SIGNS.find(sign) for sign in group.translate(LOOKALIKES)]
    if len(values) != LENGTH + 1 or -1 in values or check(place, values[:-1]) != values[-1]:
        return None
    return values[:-1]
