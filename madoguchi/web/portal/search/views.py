"""Search (目的別検索): finds the page for what a worried person types, and keeps nothing of it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpResponse
from django.urls import path

from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.texts import Texts
from madoguchi.tools.forms.fields import showable
from madoguchi.web.kit.arrival import in_force
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.refusals import own_pages_only
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal import pages
from madoguchi.web.portal.page import Cards, show
from madoguchi.web.portal.pages import need_cards

KATAKANA, HIRAGANA = 0x30A1, 0x3041
_KANA = {code: code - KATAKANA + HIRAGANA for code in range(KATAKANA, 0x30F7)}
_MARKS = re.compile(r"[\s、。，．・,.!?！？「」『』（）()\[\]〜~…‥:：;；/／\-‐−]+")
SHORTEST_TYPO = 3
EXACT, KEYWORD, INSIDE, TYPO, BODY = 12, 8, 5, 4, 1
BEST = 10
FAINT = 3
SHORTEST_BODY = 2
LONGEST = 200
FIRST_SEEN = 3


@dataclass(frozen=True)
class Entry:
    """What can be found: a page, or an agency in the directory."""

    page: str
    agency: Agency | None
    names: tuple[str, ...]
    keywords: tuple[str, ...]
    body: str

    def weigh(self, term: str) -> int:
        """How well one folded word fits; 0 for not at all."""
        if term in self.names or term in self.keywords:
            return EXACT
        weight = BODY if len(term) >= SHORTEST_BODY and term in self.body else 0
        if len(term) > 1 and any(term in word for word in (*self.names, *self.keywords)):
            weight = INSIDE
        elif any(one_typo(term, word) for word in self.keywords):
            weight = TYPO
        if any(len(word) > 1 and word in term for word in self.keywords):
            weight = KEYWORD
        return weight


@own_pages_only
def search(request: OfficeRequest) -> HttpResponse:
    """The pages for the words; a visit without words goes to the first page."""
    if request.method != "POST":
        return SeeOther(pages.link(pages.FIRST).href)
    words = showable(request.POST.get("words", ""))[:LONGEST].strip()
    entries = index(texts_for(request), in_force(request, request.office.slug))
    found = look_up(entries, words) if words else ()
    cards: Cards = {
        "words": words,
        "pages": [pages.link(entry.page) for entry in found if entry.agency is None],
        "agencies": [entry.agency.shown for entry in found if entry.agency],
        "urgent": any(entry.page == "guide/danger" for entry in found[:FIRST_SEEN]),
        "needs": need_cards(),
    }
    response = show(request, "search", "portal/search/page.html", cards)
    response["Cache-Control"] = "no-store"
    return response


def fold(words: str) -> str:
    """The words in one spelling: usual width, hiragana, lower case, without marks and spaces.

    >>> fold("ﾂｲｯﾀｰ　削除！"), fold("消シたい"), fold("Ｘ（旧Twitter）")
    ('ついったー削除', '消したい', 'x旧twitter')
    """
    usual = unicodedata.normalize("NFKC", words).casefold()
    return _MARKS.sub("", usual).translate(_KANA)


def terms(words: str) -> tuple[str, ...]:
    """What was typed, as folded words, cut at spaces and marks.

    >>> terms("削除　したい、ＸのツイートURL")
    ('削除', 'したい', 'xのついーとurl')
    """
    parts = _MARKS.split(unicodedata.normalize("NFKC", words))
    return tuple(dict.fromkeys(fold(part) for part in parts if fold(part)))


def one_typo(a: str, b: str) -> bool:
    """Whether words differ by one letter put in, left out or changed, or by two swapped.

    >>> one_typo("さくじょ", "さくじよ"), one_typo("しょうこ", "しょこ"), one_typo("削除", "証拠")
    (True, True, False)
    """
    if abs(len(a) - len(b)) > 1 or min(len(a), len(b)) < SHORTEST_TYPO:
        return False
    at = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    rest_a, rest_b = a[at:], b[at:]
    return (
        rest_a[1:] == rest_b[1:]
        or rest_a == rest_b[1:]
        or rest_a[1:] == rest_b
        or (rest_a[:2] == rest_b[:2][::-1] and rest_a[2:] == rest_b[2:])
    )


@lru_cache(maxsize=16)
def index(words: Texts, programme: Programme) -> tuple[Entry, ...]:
    """Everything that can be found at one office, built once from its texts and programme."""
    entries = []
    for page in pages.PAGES:
        if page == pages.FIRST:
            continue
        name, title = page.replace("/", "_"), words.words[pages.title_key(page)]
        keywords = re.split("。", words.raw(f"search.words.{name}").words)
        prose = words.page(name).words if page.startswith("guide/") else ""
        titles = _folded((title.ja, title.easy, title.en))
        entries.append(Entry(page, None, titles, _folded(keywords), fold(prose)))
    for agency in programme.directory:
        names = _folded((agency.name.ja, agency.name.easy, agency.name.en))
        numbers = _folded(line.number.number.replace("-", "") for line in agency.phone)
        body = f"{agency.can.ja}{agency.audience.ja}{agency.operator.ja}"
        entries.append(Entry("desks", agency, names, numbers, fold(body)))
    return tuple(entries)


def look_up(entries: tuple[Entry, ...], words: str) -> tuple[Entry, ...]:
    """The best entries for what a person typed, best first; those far behind are left out."""
    typed = terms(words)[:12]
    weighed = [(sum(entry.weigh(term) for term in typed), entry) for entry in entries]
    least = max((weight for weight, _ in weighed), default=0) / FAINT
    found = sorted((pair for pair in weighed if pair[0] > least), key=lambda pair: -pair[0])
    return tuple(entry for _, entry in found[:BEST])


def _folded(words: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words if word and fold(word))


urlpatterns = [path("search/", search, name="search")]
