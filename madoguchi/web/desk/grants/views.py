"""The list of grants (補助金の一覧), without names; the files and issued papers of a grant."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from madoguchi.rules.programme.subsidy import Life
from madoguchi.rules.subsidy.year import application_day
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants.summary import row
from madoguchi.web.kit import downloads
from madoguchi.web.kit.downloads import attachment
from madoguchi.web.kit.formatting import texts_for
from madoguchi.work.issued.actions import copy
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.files.queries import GrantCard


@dataclass(frozen=True)
class Tab:
    """A tab of the list, and how many grants are under it."""

    name: str
    count: int
    chosen: bool

    @property
    def key(self) -> str:
        """The text key of the tab."""
        return f"desk.grant.tab.{self.name}"


@require_safe
def grants(request: DeskRequest) -> HttpResponse:
    """A tab of the list; where none is asked for, the first that has a grant."""
    today, words = request.now.date(), texts_for(request)
    counts = queries.counts(request.actor, today)
    chosen = request.GET.get("tab", "")
    if chosen not in queries.TABS:
        chosen = next((tab for tab in queries.TABS if counts[tab]), queries.TABS[0])
    listed = queries.listed(request.actor, chosen, today)
    cards = {
        "page": "grants",
        "tabs": tuple(Tab(tab, counts[tab], tab == chosen) for tab in queries.TABS),
        "chosen": f"desk.grant.tab.{chosen}",
        "rows": tuple(row(card, _life(request, card), today, words) for card in listed),
    }
    return render(request, "desk/grants/list.html", cards)


def _life(request: DeskRequest, card: GrantCard) -> Life:
    """What follows a decision by the rules of the grant's day; without rules, every stage."""
    of_city = request.programme.subsidy
    on = application_day(of_city.version_on, card.sent_at, card.received_on) if of_city else None
    version = of_city.version_on(on) if of_city and on else None
    return version.life if version else Life()


def file(request: DeskRequest, grant_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The original as it was sent; without the button's POST, back to the grant."""
    if request.method != "POST":
        return redirect("grant", grant_id)
    row = queries.find(request.actor, grant_id)
    card, pieces = queries.original(request.actor, row, file_id, now=request.now)
    try:
        return attachment(card.name, card.length, pieces)
    except (FileNotFoundError, Unreadable):
        return render(request, "desk/unopened.html", {"kind": "tampered"}, status=410)


def issued(request: DeskRequest, grant_id: UUID, issued_id: UUID) -> HttpResponse:
    """The bytes that were issued; without the button's POST, back to the grant."""
    if request.method != "POST":
        return redirect("grant", grant_id)
    row = queries.find(request.actor, grant_id)
    try:
        card, content = copy(request.actor, row, issued_id, now=request.now)
    except (FileNotFoundError, Unreadable):
        return render(request, "desk/unopened.html", {"kind": "tampered"}, status=410)
    return downloads.pdf(content, f"paper-{card.number}.pdf")
