"""Which rows a page passes over: `?entries=500` (ページ送り); `parts/older.html` leads there."""

import re
from collections.abc import Iterable

from django.http import HttpRequest

COUNT = re.compile(r"[0-9]{1,8}")


def skipped(request: HttpRequest, kinds: Iterable[str]) -> dict[str, int]:
    """How many rows of each kind the address asks to pass over; what is no number is not there."""
    asked = {kind: request.GET.get(kind, "") for kind in kinds}
    return {kind: int(count) for kind, count in asked.items() if COUNT.fullmatch(count)}
