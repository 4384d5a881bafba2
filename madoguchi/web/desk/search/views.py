"""Look for words in the cases; the words come by POST, so that no URL holds them."""

from dataclasses import dataclass, field, replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.spelling import fold, needles
from madoguchi.tools.forms.fields import Choice, Line
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.tools.vault.fairness import Busy
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.formatting import key_of
from madoguchi.web.kit.sanitize import visible
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.cases.queries import CaseCard
from madoguchi.work.search import queries
from madoguchi.work.search.queries import PURPOSES, Found, Place

LEAST_SIGNS = 2
MOST_WORDS = 5
SEARCH = Form(
    "desk.search",
    (
        Line("words", required=True, hint=True, limit=60),
        Choice("purpose", required=True, options=PURPOSES),
    ),
)
BUSY = 503


def check(filled: Filled) -> Filled:
    """The form, checked: a single sign would be found nearly everywhere, words have a limit."""
    words = filled.value("words")
    if words and len(fold(words)) < LEAST_SIGNS:
        return filled.refuse("words", "too_short")
    if words and (count := len(needles(words))) > MOST_WORDS:
        return filled.refuse("words", "too_many_words", limit=MOST_WORDS, count=count)
    return filled


@dataclass(frozen=True)
class Row:
    """A case that was found, with where; hidden signs in what was typed are made visible."""

    card: CaseCard
    places: tuple[Place, ...] = field(repr=False)

    @property
    def state(self) -> str:
        """The text key of the state."""
        return key_of("state.desk", self.card.state)


def search(request: DeskRequest) -> HttpResponse:
    """The empty form; on POST what was found, or the form again with what has to be changed."""
    if not rights.may(request.actor.role, "case.search", "office"):
        raise Absent
    if request.method != "POST":
        return _page(request, SEARCH.show({}))
    filled = check(SEARCH.check(SEARCH.take(request.POST)))
    if not filled.ok:
        return _page(request, filled)
    at, words, purpose = AtOffice(request.office.id), filled.value("words"), filled.value("purpose")
    try:
        found = queries.search(request.actor, at, words, purpose, now=request.now)
    except Busy:
        return _page(request, filled, busy=True)
    return _page(request, filled, found)


def _page(
    request: DeskRequest, filled: Filled, found: Found | None = None, *, busy: bool = False
) -> HttpResponse:
    rows = []
    for hit in found.hits if found else ():
        places = tuple(
            replace(
                place,
                before=visible(place.before),
                word=visible(place.word),
                after=visible(place.after),
            )
            for place in hit.places
        )
        rows.append(Row(hit.card, places))
    values = {
        "page": "search",
        "form": filled,
        "busy": busy,
        "found": found,
        "rows": tuple(rows),
        "most_hits": queries.MOST_HITS,
        "most_cases": queries.MOST_CASES,
    }
    return render(request, "desk/search/page.html", values, status=BUSY if busy else filled.status)


urlpatterns = [path("search/", search, name="search")]
