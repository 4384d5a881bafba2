"""The office's accounts: who has one, and how two make or renew one; nothing of any case."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.tools.forms.fields import Choice, Line
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.tools.signin.colleagues import Colleague, colleagues
from madoguchi.web.desk.alarms import forget_proposed
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import proposals
from madoguchi.work.notices.proposals import ProposalCard
from madoguchi.work.staff import actions

NEW = Form(
    "desk.staff_new",
    (
        Line("username", required=True, hint=True, limit=60, width="middle"),
        Line("name", required=True, limit=100, width="middle"),
        Choice("role", required=True, options=rights.STAFF),
    ),
)
DO = {actions.ADDED: actions.add, actions.RENEWED: actions.renew}


@dataclass(frozen=True)
class Wish:
    """An account that two make or renew: `name` whose, `ready`: this colleague can do it now."""

    card: ProposalCard
    name: str
    ready: bool

    @property
    def key(self) -> str:
        """The text key of its kind."""
        return f"desk.settings.kind.{self.card.kind}"


@require_safe
def staff(request: DeskRequest) -> HttpResponse:
    """Who has an account, in which role, until when; what two are about to change."""
    return _page(request, NEW.show())


def propose(request: DeskRequest) -> HttpResponse:
    """Ask a second to agree to a new account."""
    if request.method != "POST":
        return redirect("staff")
    filled = NEW.check(NEW.take(request.POST))
    if not filled.ok:
        return _page(request, filled)
    new = actions.NewAccount(
        filled.value("username"), filled.value("name").strip(), filled.value("role")
    )
    try:
        actions.propose(request.actor, AtOffice(request.office.id), new, now=request.now)
    except Refused as refused:
        return _page(request, filled, refused.reasons)
    forget_proposed(request.office.id)
    return go_on(request, reverse("signing"), "desk.done.asked")


@require_POST
def propose_renewal(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    """Ask a second to agree that a colleague begins anew."""
    at = AtOffice(request.office.id)
    try:
        actions.propose_renewal(request.actor, at, staff_id, now=request.now)
    except Refused as refused:
        return _page(request, NEW.show(), refused.reasons)
    forget_proposed(request.office.id)
    return go_on(request, reverse("signing"), "desk.done.asked")


@require_POST
def do(request: DeskRequest, proposal_id: UUID) -> HttpResponse:
    """Do what was signed; the temporary password is on this one page and nowhere else."""
    at = AtOffice(request.office.id)
    card = proposals.find(at, proposal_id)
    if card.kind not in DO:
        raise Absent
    try:
        password = DO[card.kind](request.actor, at, proposal_id, now=request.now)
    except Refused as refused:
        return _page(request, NEW.show(), refused.reasons)
    who = _whose(card, colleagues(request.office.id, request.now))
    values = {"page": "staff", "name": who, "password": password}
    return render(request, "desk/staff/done.html", values)


def _page(request: DeskRequest, filled: Filled, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    role = request.actor.role
    if not rights.may(role, "staff.read", "office"):
        raise Absent
    people = colleagues(request.office.id, request.now)
    may_propose = rights.may(role, "staff.propose", "office")
    cards = proposals.of_kinds(request.office.id, *DO) if may_propose else ()
    values = {
        "page": "staff",
        "people": tuple((each, f"desk.role.{each.role}") for each in people),
        "wishes": tuple(
            Wish(card, _whose(card, people), card.usable(request.actor, request.now))
            for card in cards
            if card.outcome == "open" or card.usable(request.actor, request.now)
        ),
        "may_propose": may_propose,
        "form": filled,
        "grounds": reasons,
    }
    return render(request, "desk/staff/page.html", values, status=422 if reasons else filled.status)


def _whose(card: ProposalCard, people: tuple[Colleague, ...]) -> str:
    if card.kind == actions.ADDED:
        return str(card.change["name"])
    return next((each.name for each in people if str(each.id) == card.about), "")


urlpatterns = [
    path("staff/", staff, name="staff"),
    path("staff/new/", propose, name="staff-propose"),
    path("staff/<uuid:staff_id>/renew/", propose_renewal, name="staff-renew"),
    path("staff/agreed/<uuid:proposal_id>/", do, name="staff-do"),
]
