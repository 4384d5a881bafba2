"""Reads what was sealed as JSON: nothing that is too deep, no number, key or type unheard of."""

import json
from typing import Any, NoReturn

from madoguchi.rules.sealed import DEEPEST, MOST_DIGITS, SHAPES
from madoguchi.tools.vault.cipher import Damaged


def decode(label: str, plain: bytes) -> Any:  # noqa: ANN401 - what was sealed
    """The value of this label.

    Raises:
        Damaged: it is no JSON or not of the label's shape, it nests deeper than `DEEPEST`, or it
            holds a fraction, NaN, an integer of more than `MOST_DIGITS` digits or half a character.
    """
    try:
        read = plain.decode()
        value = json.loads(read, parse_float=_no, parse_constant=_no, parse_int=_whole)
        if "\\" in read:  # only so can half a character have come in
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Damaged from error
    if _too_deep(value) or not SHAPES.get(label, _anything)(value):
        raise Damaged
    return value


def _no(number: str) -> NoReturn:
    raise Damaged(len(number))


def _whole(digits: str) -> int:
    return int(digits) if len(digits) <= MOST_DIGITS + digits.startswith("-") else _no(digits)


def _anything(_value: object) -> bool:
    return True


def _too_deep(value: object, left: int = DEEPEST) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, list) and (not left or any(_too_deep(one, left - 1) for one in value))
