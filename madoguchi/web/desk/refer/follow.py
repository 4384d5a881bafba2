"""One referral (紹介のあと): its page for the person, their approval, what the agency answered."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.rules.decision import Refused
from madoguchi.rules.referral import Wanted
from madoguchi.rules.steps.referral import Verb, after, look_again
from madoguchi.tools.act.action import done_before
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.issued.cards import papers
from madoguchi.web.desk.refer import acting, forms
from madoguchi.web.desk.refer.cards import agency_name, following, sheet
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.form import Filled
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.referrals import actions, queries
from madoguchi.work.referrals.queries import ReferralCard


def referral(request: DeskRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """The referral; or, when its form was sent, what happened written down."""
    case = acting.opened(request, case_id)
    card = queries.one(case, referral_id)
    form = forms.step(card)
    if request.method != "POST":
        return page(request, case, card, form.show())
    typed = form.take(request.POST)
    once = acting.once(request, referral_id, typed)
    here = SeeOther(reverse("referral", args=[case_id, referral_id]))
    if done_before(request.actor, "case.refer", once):
        return here
    filled = form.check(typed)
    if request.POST.get("revision") != str(case.card.revision):
        return page(request, case, card, filled, ("case.stale",))
    if not filled.ok:
        return page(request, case, card, filled)
    row = cases.find(request.actor, case_id)
    try:
        actions.move(
            request.actor,
            row,
            referral_id,
            _move(request, card, filled),
            now=request.now,
            once=once,
        )
    except Refused as refused:
        return page(request, case, card, filled, tuple(one.code for one in refused.grounds))
    return here


def _move(request: DeskRequest, card: ReferralCard, filled: Filled) -> actions.Move:
    step = filled.value("step")
    how = step.removeprefix(forms.APPROVE) if step.startswith(forms.APPROVE) else ""
    verb = Verb.APPROVE if how else Verb(step)
    days = filled.value("days") or look_again(after(card.state, verb)).days
    return actions.Move(verb, acting.day_after(request, days), how, filled.value("text"))


def page(
    request: DeskRequest,
    case: OpenedCase,
    card: ReferralCard,
    filled: Filled | None = None,
    grounds: tuple[str, ...] = (),
    letter: Filled | None = None,
) -> HttpResponse:
    """The referral's page; `filled`, `letter`: its two forms as they were sent."""
    staff = colleagues(request.office.id, request.now)
    form, paper = filled or forms.step(card).show(), letter or forms.LETTER.show()
    status = 409 if "case.stale" in grounds else 422 if grounds else max(form.status, paper.status)
    issued = papers(request.actor, case, staff)
    shown = {
        "page": "inbox",
        "case": case.card,
        "one": following(request, card, {one.id: one.name for one in staff}, Wanted()),
        "form": form,
        "letter": paper,
        "issued": tuple(one for one in issued if one.card.paper == "referral"),
        "grounds": tuple(f"ground.{code}" for code in grounds),
        "token": acting.fresh_token(),
    }
    return render(request, "desk/refer/referral.html", shown, status=status)


@require_safe
def show(request: DeskRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """The page that is passed on, alone: for a second screen."""
    case = acting.opened(request, case_id)
    card = queries.one(case, referral_id)
    name = agency_name(request.programme.agencies, card.agency)
    shown = {
        "case": case.card,
        "card": card,
        "sheet": sheet(name, card.summary),
        "division": request.programme.city.division_on(request.now.date()),
    }
    return render(request, "desk/refer/show.html", shown)
