"""The list of cases: what is to be done today first, and only what this colleague may know of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.work.cases import queries

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from django.http import HttpResponse

    from madoguchi.web.desk.frame import DeskRequest
    from madoguchi.work.cases.queries import CaseCard, Counts

TABS = ("today", "mine", "unassigned", "waiting", "open", "closed")


@dataclass(frozen=True)
class Tab:
    """One tab with how many cases stand under it; `count` is empty where nobody counts."""

    name: str
    key: str
    count: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """One case as the list shows it."""

    card: CaseCard
    days: int
    state: str
    contact: str
    assignee: str
    overdue: bool


@require_safe
def inbox(request: DeskRequest) -> HttpResponse:
    """One page of a tab."""
    if request.frame.home != "inbox":
        return redirect(request.frame.home)
    chosen = request.GET.get("tab", TABS[0])
    chosen = chosen if chosen in TABS else TABS[0]
    today = request.now.date()
    page = queries.inbox(request.actor, chosen, today, request.GET.get("after", ""))
    counts = queries.counts(request.actor, today)
    names = {one.id: one.name for one in colleagues(request.office.id, request.now)}
    cards = {
        "page": "inbox",
        "tabs": tuple(_tab(name, chosen, counts) for name in TABS),
        "chosen": f"desk.tab.{chosen}",
        "rows": tuple(_row(card, request.now, names) for card in page.cards),
        "next": urlencode({"tab": chosen, "after": page.after}) if page.after else "",
    }
    return render(request, "desk/inbox/page.html", cards)


def _tab(name: str, chosen: str, counts: Counts) -> Tab:
    number = getattr(counts, name, None)
    many = "+" if counts.capped else ""
    return Tab(
        name, f"desk.tab.{name}", "" if number is None else f"{number}{many}", name == chosen
    )


def _row(card: CaseCard, now: datetime, names: dict[UUID, str]) -> Row:
    return Row(
        card=card,
        days=(now.date() - card.opened_at.astimezone(now.tzinfo).date()).days,
        state=f"state.desk.{card.state}",
        contact=f"desk.contact.{card.contact_rule}",
        assignee=names.get(card.assignee_id, "") if card.assignee_id else "",
        overdue=_overdue(card.next_on, now.date()),
    )


def _overdue(next_on: date | None, today: date) -> bool:
    return next_on is not None and next_on < today
