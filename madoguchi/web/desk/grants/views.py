"""The list of grants (補助金の一覧), where nobody has a name; and what lies in a grant's file."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from madoguchi.rules.programme.subsidy import Life
from madoguchi.rules.subsidy.year import application_day
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants.head import row
from madoguchi.web.kit import downloads
from madoguchi.web.kit.downloads import attachment
from madoguchi.web.kit.formatting import words_for
from madoguchi.work.issued.actions import copy
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.files.queries import GrantCard


@dataclass(frozen=True)
class Tab:
    """One tab with how many grants stand under it."""

    name: str
    key: str
    count: int
    chosen: bool


def key(tab: str) -> str:
    """The text key of a tab."""
    return f"desk.grant.tab.{tab}"


@require_safe
def grants(request: DeskRequest) -> HttpResponse:
    """One tab of the list; without one, the first under which something stands."""
    today = request.now.date()
    counts = queries.counts(request.actor, today)
    chosen = _chosen(request.GET.get("tab", ""), counts)
    words = words_for(request)
    listed = queries.listed(request.actor, chosen, today)
    cards = {
        "page": "grants",
        "tabs": tuple(Tab(one, key(one), counts[one], one == chosen) for one in queries.TABS),
        "chosen": key(chosen),
        "rows": tuple(row(card, _life(request, card), today, words) for card in listed),
    }
    return render(request, "desk/grants/list.html", cards)


def _life(request: DeskRequest, card: GrantCard) -> Life:
    """What follows a decision by the rules of its day; all that there is where there are none."""
    of = request.programme.subsidy
    on = application_day(of.version_on, card.sent_at, card.received_on) if of else None
    version = of.version_on(on) if of and on else None
    return version.life if version else Life()


def _chosen(asked: str, counts: Mapping[str, int]) -> str:
    if asked in queries.TABS:
        return asked
    return next((one for one in queries.TABS if counts[one]), queries.TABS[0])


def file(request: DeskRequest, grant_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The original, asked for by a button; asked for otherwise, back to the grant."""
    if request.method != "POST":
        return redirect("grant", grant_id)
    row = queries.find(request.actor, grant_id)
    card, pieces = queries.original(request.actor, row, file_id, now=request.now)
    try:
        return attachment(card.name, card.length, pieces)
    except (FileNotFoundError, Unreadable):
        return render(request, "desk/unopened.html", {"kind": "tampered"}, status=410)


def issued(request: DeskRequest, grant_id: UUID, issued_id: UUID) -> HttpResponse:
    """The bytes that were issued; asked for otherwise than by the button, back to the grant."""
    if request.method != "POST":
        return redirect("grant", grant_id)
    row = queries.find(request.actor, grant_id)
    try:
        card, content = copy(request.actor, row, issued_id, now=request.now)
    except (FileNotFoundError, Unreadable):
        return render(request, "desk/unopened.html", {"kind": "tampered"}, status=410)
    return downloads.pdf(content, f"paper-{card.number}.pdf")
