"""The index of search: each page and agency with its words, weighed (索引)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.texts import Texts
from madoguchi.web.portal import pages
from madoguchi.web.portal.search.spelling import fold, one_slip, terms

EXACT, KEYWORD, INSIDE, TYPO, BODY = 12, 8, 5, 4, 1
BEST = 10
FAINT = 3
SHORTEST_BODY = 2


@dataclass(frozen=True)
class Entry:
    """One thing that can be found: a page, or an agency in the directory."""

    page: str
    agency: Agency | None
    names: tuple[str, ...]
    keywords: tuple[str, ...]
    body: str

    def weigh(self, term: str) -> int:
        """How well one folded word fits; 0 for not at all."""
        if term in self.names or term in self.keywords:
            return EXACT
        keyed = max((self._near(term, word) for word in self.keywords), default=0)
        named = max((INSIDE for name in self.names if len(term) > 1 and term in name), default=0)
        in_body = BODY if len(term) >= SHORTEST_BODY and term in self.body else 0
        return max(keyed, named, in_body)

    @staticmethod
    def _near(term: str, word: str) -> int:
        if len(word) > 1 and word in term:
            return KEYWORD
        if len(term) > 1 and term in word:
            return INSIDE
        return TYPO if one_slip(term, word) else 0


@lru_cache(maxsize=16)
def index(words: Texts, programme: Programme) -> tuple[Entry, ...]:
    """Everything that can be found at one office, built once from its texts and programme."""
    known = [_page(words, page) for page in pages.PAGES if page != pages.FIRST]
    return (*known, *(_agency(agency) for agency in programme.directory))


def search(entries: tuple[Entry, ...], words: str) -> tuple[Entry, ...]:
    """The best entries for what a person typed, best first; those far behind are left out."""
    typed = terms(words)[:12]
    weighed = [(sum(entry.weigh(term) for term in typed), entry) for entry in entries]
    least = max((weight for weight, _ in weighed), default=0) / FAINT
    found = sorted((pair for pair in weighed if pair[0] > least), key=lambda pair: -pair[0])
    return tuple(entry for _, entry in found[:BEST])


def _page(words: Texts, page: str) -> Entry:
    name = page.replace("/", "_")
    row = words.words[pages.title_key(page)]
    key = f"search.words.{name}"
    keywords = re.split("。", words.raw(key).words)
    prose = words.page(name).words if page.startswith("guide/") else ""
    return Entry(page, None, _folded((row.ja, row.easy, row.en)), _folded(keywords), fold(prose))


def _agency(agency: Agency) -> Entry:
    names = _folded((agency.name.ja, agency.name.easy, agency.name.en))
    numbers = _folded(line.number.number.replace("-", "") for line in agency.phone)
    body = f"{agency.can.ja}{agency.audience.ja}{agency.operator.ja}"
    return Entry("desks", agency, names, numbers, fold(body))


def _folded(words: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words if word and fold(word))
