"""The list of cases: what is to be done today first, and only what this colleague may know of."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.work.cases import queries
from madoguchi.work.cases.queries import CaseCard, Counts
from madoguchi.work.intake.enquiry import queries as enquiries
from madoguchi.work.intake.mail import queries as mails


@dataclass(frozen=True)
class Tab:
    """One tab with how many cases stand under it; `count` is None where nobody counts."""

    name: str
    key: str
    count: int | None
    many: bool
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
    if request.frame.home != "inbox":
        return redirect(request.frame.home)
    tabs, told = queries.TABS, request.GET
    chosen = told.get("tab", "")
    chosen = chosen if chosen in tabs else tabs[0]
    today = request.now.date()
    marks = {name: told.get(name, "") for name in ("after", "before")}
    page = queries.inbox(request.actor, chosen, today, **marks)
    counts = queries.counts(request.actor, today)
    names = {one.id: one.name for one in colleagues(request.office.id, request.now)}
    cards = {
        "page": "inbox",
        "tabs": tuple(_tab(name, chosen, counts) for name in tabs),
        "chosen": f"desk.tab.{chosen}",
        "rows": tuple(_row(card, request.now, names) for card in page.cards),
        "enquiries": enquiries.waiting(request.actor),
        "mails": mails.counts(request.actor, request.now),
        "earlier": _link(chosen, before=page.before),
        "later": _link(chosen, after=page.after),
    }
    return render(request, "desk/inbox/page.html", cards)


def _link(tab: str, **mark: str) -> str:
    """The query of a neighbouring page; empty where there is none."""
    return urlencode({"tab": tab, **mark}) if any(mark.values()) else ""


def _tab(name: str, chosen: str, counts: Counts) -> Tab:
    number: int | None = getattr(counts, name, None)
    many = number is not None and number > queries.MANY
    shown = queries.MANY if many else number
    return Tab(name, f"desk.tab.{name}", shown, many, name == chosen)


def _row(card: CaseCard, now: datetime, names: dict[UUID, str]) -> Row:
    return Row(
        card=card,
        days=(now.date() - day_in_japan(card.opened_at)).days,
        state=f"state.desk.{card.state}",
        contact=f"desk.contact.{card.contact_rule}",
        assignee=names.get(card.assignee_id, "") if card.assignee_id else "",
        overdue=card.next_on is not None and card.next_on < now.date(),
    )


urlpatterns = [path("", inbox, name="inbox")]
