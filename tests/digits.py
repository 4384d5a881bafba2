"""A case's five digits in what a test was shown: five digits in a row stand in many a random id."""

import re


def stand_in(shown: str, digits: str) -> bool:
    """Whether the digits stand by themselves, not inside a longer number, an id or a token.

    >>> stand_in("受付番号 1234-5678-90123", "90123"), stand_in("#90123", "90123")
    (True, True)
    >>> stand_in("c1aa481f-1624-4dca-b9c4-e990123f1429", "90123")
    False
    """
    return re.search(rf"(?<![0-9A-Za-z]){digits}(?![0-9A-Za-z])", shown) is not None
