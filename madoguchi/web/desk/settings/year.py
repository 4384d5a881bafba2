"""The walk through the turn of the fiscal year (年度の切り替え): each item, its state, its link."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.year_turn import Item, coming, walk
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.decisions import waiting
from madoguchi.web.desk.settings.standing import standing

WAYS = {
    "clinic": "clinic",
    "clinic_holiday": "clinic",
    "owner": "owner",
    "changes": "hours",
    "agencies": "agencies",
}
"""Items that the settings answer; the others stand in the programme folder or at the staff page."""


@dataclass(frozen=True)
class Step:
    """One item in words, with the page where it is dealt with."""

    item: Item
    href: str

    @property
    def key(self) -> str:
        """The text key of the item."""
        return f"desk.settings.turn.{self.item.about}"

    @property
    def state(self) -> str:
        """The text key of its state."""
        return f"desk.settings.turn_state.{self.item.state}"


@require_safe
def year(request: DeskRequest) -> HttpResponse:
    """What ends, begins or needs a look on 1 April."""
    if not rights.may(request.actor.role, "notice.read", "office"):
        raise Absent
    here = standing(request)
    turn = coming(here.today)
    begins = datetime(turn, 4, 1, tzinfo=request.now.tzinfo)
    people = colleagues(request.office.id, request.now)
    ending = sum(bool(one.works and one.ends_at and one.ends_at <= begins) for one in people)
    waits = len(waiting(request, here))
    items = (
        *walk(here.programme, here.changes, turn),
        Item("staff", "look", ending),
        Item("proposals", "todo" if waits else "done", waits),
    )
    shown = {
        "page": "settings",
        "year": wareki_fiscal_year(turn),
        "first_on": begins.date(),
        "steps": tuple(Step(item, _way(request, item.about)) for item in items),
    }
    return render(request, "desk/settings/year.html", shown)


def _way(request: DeskRequest, about: str) -> str:
    if about.startswith("clinic") and rights.may(request.actor.role, "clinic.list", "office"):
        return f"{reverse('clinic-year')}?year={coming(request.now.date())}"
    if about in WAYS:
        return reverse("settings-subject", args=[WAYS[about]])
    if about == "proposals":
        return reverse("settings")
    if about == "staff" and rights.may(request.actor.role, "staff.read", "office"):
        return reverse("staff")
    return ""
