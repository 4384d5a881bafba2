"""The list of cases: what is to be done today first, and only what this colleague may know of."""

from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.steps.case import BY_PHONE
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.formatting import key_of
from madoguchi.work.cases import danger, queries
from madoguchi.work.cases.queries import CaseCard
from madoguchi.work.intake.enquiry import queries as enquiries
from madoguchi.work.intake.mail import queries as mails
from madoguchi.work.interviews import queries as interviews
from madoguchi.work.record import queries as record

MOST_SHOWN, INTERVIEW = 3, "interview"


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
class Todo:
    """A due of a case as the list shows it; `changed`: the person's wish forbids it by now.

    `at`: when its interview begins.
    """

    on: date
    at: time | None
    kind: str
    changed: bool
    overdue: bool

    @property
    def key(self) -> str:
        """The text key of what is to be done."""
        return key_of("desk.due", self.kind)


@dataclass(frozen=True)
class Row:
    """A case as the list shows it; `days`: since it was opened."""

    card: CaseCard
    days: int
    assignee: str
    todos: tuple[Todo, ...]

    @property
    def shown(self) -> tuple[Todo, ...]:
        """As many of what is to be done as fit into the row."""
        return self.todos[:MOST_SHOWN]

    @property
    def others(self) -> int:
        """How many more there are."""
        return len(self.todos[MOST_SHOWN:])

    @property
    def state(self) -> str:
        """The text key of the state."""
        return key_of("state.desk", self.card.state)

    @property
    def contact(self) -> str:
        """The text key of how contact is safe."""
        return key_of("desk.contact", self.card.contact)


@dataclass(frozen=True)
class Lifted:
    """A flag of danger that was taken off today, or a case that was taken; `who`: by whom."""

    case: CaseCard
    at: datetime
    who: str


@dataclass(frozen=True)
class Hidden:
    """Danger in a case that this supervisor may not see; `who`: has it, empty for nobody."""

    who: str
    kind: str

    @property
    def key(self) -> str:
        """The text key of what waits."""
        return f"desk.hidden_danger.{self.kind}"


@dataclass(frozen=True)
class HiddenDues:
    """How much is due in cases that this supervisor may not see; `who`: has them."""

    who: str
    count: int
    late: int


@require_safe
def inbox(request: DeskRequest) -> HttpResponse:
    if request.frame.home != "inbox":
        return redirect(request.frame.home)
    chosen = request.GET.get("tab", "")
    chosen = chosen if chosen in queries.TABS else queries.TABS[0]
    today = request.now.date()
    marks = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = queries.inbox(request.actor, chosen, today, **marks)
    dues = queries.open_dues(page.cards)
    meeting = [case_id for case_id, own in dues.items() if any(k == INTERVIEW for _, k in own)]
    starts = interviews.times(meeting) if meeting else {}
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
                todos=tuple(
                    Todo(
                        on,
                        starts.get((card.id, on)) if kind == INTERVIEW else None,
                        kind,
                        kind == "call" and card.contact not in BY_PHONE,
                        on < today,
                    )
                    for on, kind in dues.get(card.id, ())
                ),
            )
            for card in page.cards
        ),
        "lifted": tuple(
            Lifted(one.case, one.at, names.get(one.staff_id, "") if one.staff_id else "")
            for one in record.lifted_today(request.actor, request.now)
        ),
        "taken": tuple(
            Lifted(
                one.card,
                one.at,
                names.get(one.card.assignee_id, "") if one.card.assignee_id else "",
            )
            for one in queries.taken_over(request.actor, request.now)
        ),
        "hidden": tuple(
            Hidden(names.get(one.assignee_id, "") if one.assignee_id else "", one.kind)
            for one in danger.hidden(request.actor, today)
        ),
        "hidden_dues": tuple(
            HiddenDues(
                names.get(one.assignee_id, "") if one.assignee_id else "", one.count, one.late
            )
            for one in queries.hidden_dues(request.actor, today)
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
