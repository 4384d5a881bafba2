"""Addresses in what a person wrote (リンク): a page of ours shows first where one leads to.

The address stands on that page only. Our own address holds the number of its place in the words,
so that neither history nor log names what the person was shown.

The page must name the host that a browser asks, and browsers read some addresses otherwise than we
do: a backslash ends the host, `%61` is a letter, what stands before an @ is no host at all. Such
addresses stay words.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.rules.decision import Absent
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.sanitize import visible
from madoguchi.work.cases import queries
from madoguchi.work.record import queries as record

ADDRESS = re.compile(r"https?://[^\s<>\"\u3000「」『』（）【】、。]+", re.IGNORECASE)
ASKED = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|[0-9a-f:.]+")
READ_OTHERWISE = re.compile("[ßς\u200c\u200d]")  # letters since 2010, other ones or none before
AFTER = ".,;:!?)]}'"
MOST = 30
LONGEST = 2_000


@dataclass(frozen=True)
class Link:
    """An address: its place in the words, its host as it is written.

    `asked`: the host as machines ask for it, where that differs from what is written: letters of
    other scripts look alike.
    """

    place: int
    address: str = field(repr=False)
    host: str = field(repr=False)
    asked: str = field(repr=False)

    @property
    def whole(self) -> str:
        """The address with its hidden signs made visible."""
        return visible(self.address)


def links(words: Mapping[str, Any]) -> tuple[Link, ...]:
    """The addresses of an entry that a browser can follow: http and https, nothing else."""
    text = " ".join(str(words.get(name, "")) for name in ("urls", "text"))
    return tuple(dict.fromkeys(_found(text)))[:MOST]


def _found(text: str) -> Iterator[Link]:
    for place, found in enumerate(ADDRESS.finditer(text)):
        address = found[0].rstrip(AFTER)
        with suppress(ValueError):  # half an address is only words
            parts = urlsplit(address)
            host = parts.hostname or ""
            if "@" in parts.netloc or READ_OTHERWISE.search(host):
                continue  # a browser might read another host
            asked = host.encode("idna").decode()
            if ASKED.fullmatch(asked) and len(address) <= LONGEST:
                yield Link(place, address, visible(host), asked if asked != host else "")


@require_safe
def link(request: DeskRequest, case_id: UUID, entry_id: UUID, place: int) -> HttpResponse:
    """Where an address leads, and what to think of before following it; the case is opened."""
    opened = queries.open_case(request.actor, case_id, now=request.now)
    entry = record.entry(opened, entry_id)
    found = [each for each in links(entry.words) if each.place == place] if entry else []
    if not found:
        raise Absent
    values = {"page": "inbox", "case": opened.card, "link": found[0]}
    return render(request, "desk/case/link.html", values)
