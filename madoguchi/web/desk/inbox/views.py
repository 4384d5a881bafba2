"""The list of cases: what is to be done today first, and only what this colleague may know of."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.work.cases import queries
from madoguchi.work.cases.queries import CaseCard
from madoguchi.work.intake.enquiry import queries as enquiries
from madoguchi.work.intake.mail import queries as mails


@dataclass(frozen=True)
class Tab:
    """A tab with how many cases are under it; `count` is None where they are not counted.

    `many`: there are more than `count`.
    """

    name: str
    count: int | None
    many: bool
    chosen: bool

    @property
    def key(self) -> str:
        """The text key of its name."""
        return f"desk.tab.{self.name}"


@dataclass(frozen=True)
class Row:
    """A case as the list shows it; `days`: since it was opened."""

    card: CaseCard
    days: int
    assignee: str
    overdue: bool

    @property
    def state(self) -> str:
        """The text key of the state."""
        return f"state.desk.{self.card.state}"

    @property
    def contact(self) -> str:
        """The text key of how contact is safe."""
        return f"desk.contact.{self.card.contact_rule}"


@require_safe
def inbox(request: DeskRequest) -> HttpResponse:
    if request.frame.home != "inbox":
        return redirect(request.frame.home)
    chosen = request.GET.get("tab", "")
    chosen = chosen if chosen in queries.TABS else queries.TABS[0]
    today = request.now.date()
    marks = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = queries.inbox(request.actor, chosen, today, **marks)
    counts = queries.counts(request.actor, today)
    tabs = []
    for name in queries.TABS:
        count: int | None = getattr(counts, name, None)
        many = count is not None and count > queries.MANY
        tabs.append(Tab(name, queries.MANY if many else count, many, name == chosen))
    staff = colleagues(request.office.id, request.now)
    names = {colleague.id: colleague.name for colleague in staff}
    values = {
        "page": "inbox",
        "tabs": tuple(tabs),
        "chosen": f"desk.tab.{chosen}",
        "rows": tuple(
            Row(
                card=card,
                days=(today - day_in_japan(card.opened_at)).days,
                assignee=names.get(card.assignee_id, "") if card.assignee_id else "",
                overdue=card.next_on is not None and card.next_on < today,
            )
            for card in page.cards
        ),
        "enquiries": enquiries.waiting(request.actor),
        "mails": mails.counts(request.actor, request.now),
        "earlier": _link(chosen, before=page.before),
        "later": _link(chosen, after=page.after),
    }
    return render(request, "desk/inbox/page.html", values)


def _link(tab: str, **mark: str) -> str:
    """The query of a neighbouring page; empty where there is none."""
    return urlencode({"tab": tab, **mark}) if any(mark.values()) else ""


urlpatterns = [path("", inbox, name="inbox")]
