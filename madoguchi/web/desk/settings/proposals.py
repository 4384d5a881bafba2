"""A proposal (変更の提案): looked at, confirmed or dropped by a colleague."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Ground, Refused
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.rules.programme.written import decode
from madoguchi.rules.sound import unsound
from madoguchi.rules.steps.proposal import needs_two
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.change import first_day
from madoguchi.web.desk.settings.decisions import names, subject_of, waiting_card
from madoguchi.web.desk.settings.kinds import COLUMNS, WORDS, page_of
from madoguchi.web.desk.settings.preview import Back, Draft, public_page
from madoguchi.web.desk.settings.standing import standing
from madoguchi.web.desk.settings.views import subject_page
from madoguchi.web.kit.display import SCHEMES, SeeOther
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import actions, queries
from madoguchi.work.notices import public as notices

STALE = (Ground("proposal.stale"),)
VERBS = {"confirm": actions.confirm, "drop": actions.drop}


@require_safe
def proposal(request: DeskRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal, with who may confirm it."""
    return _page(request, proposal_id)


@require_safe
def sample(request: DeskRequest, proposal_id: UUID) -> HttpResponse:
    """The public page as the proposal would make it.

    Raises:
        Http404: no page of its own shows it.
    """
    card = queries.proposal(request.actor, AtOffice(request.office.id), proposal_id)
    here, change = standing(request), _change(card)
    if change is None or card.takes_back:
        raise Http404
    path = page_of(card.kind, card.change)
    back = Back(reverse("settings-proposal", args=[proposal_id]))
    first = first_day(change, here.today)
    return public_page(request, Draft((*here.changes, change), first), path, back)


def end(request: DeskRequest, proposal_id: UUID, verb: str) -> HttpResponse:
    """Confirm or drop; 409 where somebody was faster or something else was decided since."""
    if request.method != "POST":
        return redirect("settings-proposal", proposal_id)
    at = AtOffice(request.office.id)
    card = queries.proposal(request.actor, at, proposal_id)
    change = _change(card)
    if verb == "confirm" and card.outcome == "open":
        if request.POST.get("revision") != notices.version(request.office.id):
            return _page(request, proposal_id, STALE)
        grounds = unsound(standing(request), change) if change and not card.takes_back else ()
        if grounds := tuple(each for each in grounds if each.code != "setting.past"):
            return _page(request, proposal_id, grounds)
    try:
        VERBS[verb](request.actor, at, proposal_id, now=request.now)
    except Refused as refused:
        return _page(request, proposal_id, refused.grounds)
    return SeeOther(reverse("settings-subject", args=[subject_of(card.kind)]))


@require_POST
def withdraw(request: DeskRequest, notice_id: UUID) -> HttpResponse:
    """Take a decision back; where that needs two, propose it."""
    at = AtOffice(request.office.id)
    cards = queries.standing(request.actor, at)
    card = next((each for each in cards if each.id == notice_id), None)
    if card is None:
        raise Absent
    if needs_two(card.kind, taken_back=True):
        made = actions.propose_withdrawal(request.actor, at, notice_id, now=request.now)
        return SeeOther(reverse("settings-proposal", args=[made]))
    try:
        actions.withdraw(request.actor, at, notice_id, now=request.now)
    except Refused as refused:
        return subject_page(request, subject_of(card.kind), refused.grounds)
    return SeeOther(reverse("settings-subject", args=[subject_of(card.kind)]))


def _change(card: queries.ProposalCard) -> Change | None:
    try:
        return decode(card.kind, card.change)
    except ProgrammeError:
        return None


def _page(
    request: DeskRequest, proposal_id: UUID, grounds: tuple[Ground, ...] = ()
) -> HttpResponse:
    card = queries.proposal(request.actor, AtOffice(request.office.id), proposal_id)
    who = names(request)
    others = [
        one.name
        for one in colleagues(request.office.id, request.now)
        if one.works
        and one.id != card.staff_id
        and rights.may(one.role, "notice.confirm", "office")
    ]
    shown = {
        "page": "settings",
        "card": waiting_card(request, standing(request), card, who),
        "news": (card.title, card.body),
        "outcome": f"desk.settings.outcome.{card.outcome}",
        "open": card.outcome == "open",
        "ended_at": card.ended_at,
        "ended_by": who.get(card.ended_by, "") if card.ended_by else "",
        "others": others,
        "revision": notices.version(request.office.id),
        "grounds": tuple((ground.code, dict(ground.values)) for ground in grounds),
        "schemes": tuple((scheme, f"kit.scheme_{scheme}") for scheme in SCHEMES),
        "columns": tuple((name, f"{WORDS}.in_{name}.label") for name in COLUMNS),
    }
    status = 409 if grounds else 200
    return render(request, "desk/settings/proposal.html", shown, status=status)
