"""The settings: every subject as it is now, what waits for a colleague, the turn of the year."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.changes import ParagraphFrom
from madoguchi.rules.programme.words import COLUMNS, UNCONFIRMED
from madoguchi.rules.steps.proposal import OF_CLINIC, needs_two
from madoguchi.rules.validity import InForce
from madoguchi.rules.year_turn import Item, coming, walk
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.alarms import forget_proposed
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.desk.settings import subjects
from madoguchi.web.desk.settings.change import first_day, may
from madoguchi.web.desk.settings.in_force import (
    current,
    current_decisions,
    names,
    programme_today,
    subject_of,
    waiting,
    waiting_card,
)
from madoguchi.web.desk.settings.kinds import WORDS, page_of
from madoguchi.web.desk.settings.preview import Back, Draft, public_page
from madoguchi.web.desk.signing import acts
from madoguchi.web.kit.display import SCHEMES
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import actions, queries
from madoguchi.work.notices import public as notices

SHOWN = 10
STALE = (Reason("proposal.stale"),)
ENDS = {"confirm": acts.confirm, "drop": acts.drop}
WAYS = {
    "clinic": "clinic",
    "clinic_holiday": "clinic",
    "owner": "owner",
    "changes": "hours",
    "agencies": "agencies",
}
"""Items that the settings deal with; the others: the programme folder, or the staff page."""


@require_safe
def settings(request: DeskRequest) -> HttpResponse:
    """The subjects, what waits for a second colleague, what was decided last."""
    in_force = _readable(request)
    values = {
        "page": "settings",
        "subjects": subjects.SUBJECTS,
        "waiting": waiting(request, in_force),
        "decisions": current_decisions(request, in_force)[:SHOWN],
        "publishes": rights.may(request.actor.role, "notice.publish", "office"),
    }
    return render(request, "desk/settings/index.html", values)


@require_safe
def subject(request: DeskRequest, name: str) -> HttpResponse:
    return subject_page(request, name)


def subject_page(request: DeskRequest, name: str, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    """The page of a subject; with reasons, why something was not done."""
    in_force = _readable(request)
    values = {
        **_facts(in_force, name),
        "page": "settings",
        "subject": name,
        "title": f"desk.settings.subject.{name}",
        "may_decide": may(request, "desk_hours"),
        "may_propose": may(request, "number"),
        "decisions": current_decisions(request, in_force, name),
        "waiting": tuple(card for card in waiting(request, in_force) if card.subject == name),
        "grounds": reasons,
        "may_clinic": rights.may(request.actor.role, "clinic.list", "office"),
    }
    status = 409 if reasons else 200
    return render(request, f"desk/settings/{name}.html", values, status=status)


@require_safe
def agency(request: DeskRequest, agency_id: str) -> HttpResponse:
    """An agency: its numbers, each with what may be done about it."""
    in_force = _readable(request)
    found = next((row for row in subjects.agencies(in_force) if row.filed.id == agency_id), None)
    if found is None:
        raise Absent
    values = {
        "page": "settings",
        "agency": found,
        "may_decide": may(request, "desk_hours"),
        "may_propose": may(request, "number"),
    }
    return render(request, "desk/settings/agency.html", values)


@require_safe
def group(request: DeskRequest, name: str) -> HttpResponse:
    """The short words of a group, in three columns."""
    in_force = _readable(request)
    rows = subjects.keys(in_force, name)
    if not rows:
        raise Absent
    values = {
        "page": "settings",
        "group": subjects.group_name(in_force, name),
        "rows": rows,
        "may_decide": may(request, "words"),
    }
    return render(request, "desk/settings/words.html", values)


@require_safe
def prose(request: DeskRequest, name: str) -> HttpResponse:
    """The paragraphs of a page of prose."""
    in_force = _readable(request)
    if name not in in_force.texts.prose():
        raise Absent
    values = {
        "page": "settings",
        "name": name,
        "title": f"desk.settings.prose.{name}",
        "columns": tuple(
            (column, f"desk.decide.in_{column}.label", own, paragraphs)
            for column, own, paragraphs in subjects.prose(in_force, name)
        ),
        "may_decide": may(request, "words"),
    }
    return render(request, "desk/settings/prose.html", values)


def _facts(in_force: InForce, name: str) -> dict[str, object]:
    """What the page of a subject shows of it."""
    match name:
        case "hours":
            return {"rows": subjects.hours(in_force), "source": in_force.programme.desk.source}
        case "days":
            return {"closed": in_force.programme.desk.closed, "unconfirmed": UNCONFIRMED}
        case "agencies":
            return {"own": subjects.own_numbers(in_force), "agencies": subjects.agencies(in_force)}
        case "clinic":
            return {"clinic": in_force.programme.clinic, "years": subjects.clinic_years(in_force)}
        case "owner":
            city = programme_today(in_force).city
            return {"city": city, "division": city.division_on(in_force.today)}
        case "texts":
            changed = {each.page for each in in_force.changes if isinstance(each, ParagraphFrom)}
            pages = tuple((page, page in changed) for page in in_force.texts.prose())
            return {"groups": subjects.text_groups(in_force), "pages": pages}
        case _:
            raise Absent


def _readable(request: DeskRequest) -> InForce:
    """What holds now, for a colleague who may read it."""
    if not rights.may(request.actor.role, "notice.read", "office"):
        raise Absent
    return current(request)


@require_safe
def proposal(request: DeskRequest, proposal_id: UUID) -> HttpResponse:
    """A proposal, with who may confirm it."""
    return _proposal_page(request, proposal_id)


@require_safe
def sample(request: DeskRequest, proposal_id: UUID) -> HttpResponse:
    """The public page as the proposal would make it.

    Raises:
        Http404: no page of its own shows it.
    """
    card = queries.proposal(request.actor, AtOffice(request.office.id), proposal_id)
    in_force, change = current(request), acts.change_of(card)
    if change is None or card.takes_back:
        raise Http404
    path = page_of(card.kind, card.change)
    back = Back(reverse("settings-proposal", args=[proposal_id]))
    first = first_day(change, in_force.today)
    return public_page(request, Draft((*in_force.changes, change), first), path, back)


def end(request: DeskRequest, proposal_id: UUID, verb: str) -> HttpResponse:
    """Confirm or drop; 409 where somebody was faster or something else was decided since."""
    if request.method != "POST":
        return redirect("settings-proposal", proposal_id)
    card = queries.proposal(request.actor, AtOffice(request.office.id), proposal_id)
    stale = request.POST.get("revision") != notices.version(request.office.id)
    if verb == "confirm" and card.outcome == "open" and stale:
        return _proposal_page(request, proposal_id, STALE)
    try:
        ENDS[verb](request, card)
    except Refused as refused:
        return _proposal_page(request, proposal_id, refused.reasons)
    confirmed = "withdrawn" if card.takes_back else "published"
    ended = confirmed if verb == "confirm" else "dropped"
    sees_days = rights.may(request.actor.role, "clinic.list", "office")
    if verb == "confirm" and card.kind in OF_CLINIC and sees_days:
        told = reverse("clinic-told", args=[card.about]) if card.about else reverse("clinic-year")
        return go_on(request, told, f"desk.done.{ended}")
    here = reverse("settings-subject", args=[subject_of(card.kind)])
    return go_on(request, here, f"desk.done.{ended}")


@require_POST
def withdraw(request: DeskRequest, notice_id: UUID) -> HttpResponse:
    """Take a decision back; where that needs two, propose it."""
    at = AtOffice(request.office.id)
    cards = queries.standing(request.actor, at)
    card = next((each for each in cards if each.id == notice_id), None)
    if card is None:
        raise Absent
    try:
        if needs_two(card.kind, card.change, taken_back=True):
            made = actions.propose_withdrawal(request.actor, at, notice_id, now=request.now)
            forget_proposed(request.office.id)
            here = reverse("settings-proposal", args=[made])
            return go_on(request, here, "desk.done.proposed")
        actions.withdraw(request.actor, at, notice_id, now=request.now)
    except Refused as refused:
        return subject_page(request, subject_of(card.kind), refused.reasons)
    here = reverse("settings-subject", args=[subject_of(card.kind)])
    return go_on(request, here, "desk.done.withdrawn")


def _proposal_page(
    request: DeskRequest, proposal_id: UUID, reasons: tuple[Reason, ...] = ()
) -> HttpResponse:
    card = queries.proposal(request.actor, AtOffice(request.office.id), proposal_id)
    who = names(request)
    others = [
        colleague.name
        for colleague in colleagues(request.office.id, request.now)
        if colleague.works
        and colleague.id != card.staff_id
        and rights.may(colleague.role, card.signs, "office")
    ]
    values = {
        "page": "settings",
        "card": waiting_card(request, current(request), card, who),
        "news": (card.title, card.body),
        "outcome": f"desk.settings.outcome.{card.outcome}",
        "open": card.outcome == "open",
        "ended_at": card.ended_at,
        "ended_by": who.get(card.ended_by, "") if card.ended_by else "",
        "others": others,
        "may_sign": rights.may(request.actor.role, card.signs, "office"),
        "day": card.about if rights.may(request.actor.role, "clinic.list", "office") else "",
        "revision": notices.version(request.office.id),
        "shown": card.mark,
        "grounds": reasons,
        "schemes": tuple((scheme, f"kit.scheme_{scheme}") for scheme in SCHEMES),
        "columns": tuple((name, f"{WORDS}.in_{name}.label") for name in COLUMNS),
    }
    status = 409 if reasons else 200
    return render(request, "desk/settings/proposal.html", values, status=status)


@dataclass(frozen=True)
class Step:
    """An item in words, with the page where it is dealt with."""

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
    in_force = current(request)
    turn = coming(in_force.today)
    begins = datetime(turn, 4, 1, tzinfo=request.now.tzinfo)
    people = colleagues(request.office.id, request.now)
    ending = sum(bool(each.works and each.ends_at and each.ends_at <= begins) for each in people)
    waits = len(waiting(request, in_force))
    items = (
        *walk(in_force.programme, in_force.changes, turn),
        Item("staff", "look", ending),
        Item("proposals", "todo" if waits else "done", waits),
    )
    values = {
        "page": "settings",
        "year": wareki_fiscal_year(turn),
        "first_on": begins.date(),
        "steps": tuple(Step(item, _way(request, item.about)) for item in items),
    }
    return render(request, "desk/settings/year.html", values)


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
