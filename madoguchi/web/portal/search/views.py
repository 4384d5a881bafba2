"""Search (目的別検索): finds where a worried person is helped, and keeps no word of theirs."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpResponse
from django.urls import path

from madoguchi.rules.asked import fold
from madoguchi.rules.programme.meaning import Meaning
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.texts import Texts
from madoguchi.tools.forms.fields import showable
from madoguchi.web.kit.arrival import in_force
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.refusals import own_pages_only
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal import pages
from madoguchi.web.portal.page import Cards, calm, heard, reached, reception, show, shown_agencies

LONGEST = 2000
BEST = 8
SHORTEST_NAME = 3
OTHERWISE = ("guide/talk", "desks")
FOREIGN = ("moj_foreign", "guide/talk", "desks")
OWN_SCRIPTS = (
    "LATIN",
    "HIRAGANA",
    "KATAKANA",
    "KATAKANA-HIRAGANA",
    "CJK",
    "FULLWIDTH",
    "HALFWIDTH",
)


@dataclass(frozen=True)
class Named:
    """A page or an agency by what it is called, and by its telephone numbers."""

    name: str
    called: tuple[str, ...]
    numbers: tuple[str, ...] = ()

    def fits(self, typed: str) -> bool:
        """Whether it was called by (part of) its name, or its whole number."""
        if len(typed) < SHORTEST_NAME:
            return False
        return typed in self.numbers or any(typed in name or name in typed for name in self.called)


@own_pages_only
def search(request: OfficeRequest) -> HttpResponse:
    """Where the words lead; a visit without words goes to the first page."""
    if request.method != "POST":
        return SeeOther(pages.link(pages.FIRST).href)
    words = showable(request.POST.get("words", ""))[:LONGEST].strip()
    programme = in_force(request, request.office.slug)
    meant = heard(request, words)
    found = look_up(programme, texts_for(request), words, meant)
    lines = calm(request, meant)
    above = [each.agency.id for each in lines.lines] if lines else []
    below = [name for name in found or otherwise(words) if name not in above]
    cards: Cards = {
        "words": words,
        "apart": f"\u2068{words}\u2069",  # whatever turns the words ends with them
        "blank": all(unicodedata.category(char)[0] in "ZC" for char in words),
        "nothing": not found,
        "calm": lines,
        "found": tuple(targets(request, programme, below)),
        "needs": pages.cards(),
        "reception": reception(request),
    }
    response = show(request, "search", "portal/search/page.html", cards)
    response["Cache-Control"] = "no-store"
    return response


def targets(
    request: OfficeRequest, programme: Programme, names: Iterable[str]
) -> Iterator[dict[str, object]]:
    """Each page as a link, between them the agencies with their first line, the open ones first."""
    shown = [name for name in names if may_be_shown(programme, name)]
    agencies = iter(reached(request, shown_agencies(programme, shown)))
    for name in shown:
        if name in pages.PAGES:
            yield {"link": pages.link(name)}
        else:
            yield {"reached": next(agencies)}


def look_up(
    programme: Programme, words: Texts, typed: str, meant: Iterable[Meaning]
) -> tuple[str, ...]:
    """Pages and agencies for what was typed: what it means first, then what is called so.

    The form for questions about pages helps nobody who is in trouble: it never comes first.
    """
    leads = (name for meaning in meant for name in meaning.leads)
    plain = fold(typed)
    called = (each.name for each in index(words, programme) if each.fits(plain))
    found = [name for name in dict.fromkeys((*leads, *called)) if may_be_shown(programme, name)]
    if found[:1] == ["enquiry"]:
        found = [*OTHERWISE, *found]
    return tuple(found[:BEST])


def may_be_shown(programme: Programme, name: str) -> bool:
    """Whether there is something here to show: an agency of the directory, a page of this city."""
    if name in pages.PAGES:
        return programme.has_page(name)
    return bool(shown_agencies(programme, (name,)))


def otherwise(typed: str) -> tuple[str, ...]:
    """Where words lead that nobody foresaw; of another script, to who speaks other languages."""
    scripts = {unicodedata.name(char, "LATIN").split(" ")[0] for char in typed if char.isalpha()}
    return FOREIGN if scripts - set(OWN_SCRIPTS) else OTHERWISE


@lru_cache(maxsize=16)
def index(words: Texts, programme: Programme) -> tuple[Named, ...]:
    """Everything that has a name at one office, built once from its texts and programme."""
    named = []
    for page in pages.PAGES:
        if page != pages.FIRST:
            title = words.words[pages.title_key(page)]
            named.append(Named(page, _folded((title.ja, title.easy, title.en))))
    for agency in programme.directory:
        called = _folded((agency.name.ja, agency.name.easy, agency.name.en))
        filed = programme.agency(agency.id).phone  # also what is not told: somebody knows it
        numbers = (fold(line.number.number) for line in filed)
        named.append(Named(agency.id, called, tuple(numbers)))
    return tuple(named)


def _folded(words: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words if word and fold(word))


urlpatterns = [path("search/", search, name="search")]
