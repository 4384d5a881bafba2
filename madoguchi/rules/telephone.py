"""What a telephone number is like (電話番号): the same one spelled in two ways, what to heed."""

from typing import Literal

type Heed = Literal["", "abroad", "free", "short"]

_HOME = "+81"
_ABROAD = ("+", "010")
_FREE = ("0120", "0800", "0570")
_LEAST = 9


def at_home(digits: str) -> str:
    """The digits as they are dialled within Japan, where they lead there.

    >>> at_home("+819012345678"), at_home("09012345678"), at_home("+14155550100")
    ('09012345678', '09012345678', '+14155550100')
    """
    if not digits.startswith(_HOME):
        return digits
    return "0" + digits.removeprefix(_HOME).removeprefix("0")


def same(one: str, other: str) -> bool:
    """Whether both lead to the same telephone; no number is the same as none.

    >>> same("+81 90-1234-5678".replace(" ", "").replace("-", ""), "09012345678"), same("", "")
    (True, False)
    """
    return bool(one) and at_home(one) == at_home(other)


def heed(digits: str) -> Heed:
    """What to think of before ringing back: abroad, a company's free line, too few digits.

    >>> heed("+14155550100"), heed("0120000000"), heed("8526"), heed("+819012345678")
    ('abroad', 'free', 'short', '')
    """
    home = at_home(digits)
    if home.startswith(_ABROAD):
        return "abroad"
    if home.startswith(_FREE):
        return "free"
    return "short" if home and len(home) < _LEAST else ""
