"""Say what is passed on, to whom, with which consent (紹介の内容): a page that the person reads."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.referral import Wanted
from madoguchi.rules.steps.referral import State, look_again
from madoguchi.tools.act.action import earlier_result
from madoguchi.web.desk.case.days import ahead
from madoguchi.web.desk.case.facts import PERSON, STORY, facts
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.refer import acting, forms
from madoguchi.web.desk.refer.cards import offer_of
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.form import Filled, Form
from madoguchi.web.kit.reading import words_for
from madoguchi.work.cases import queries
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.record import queries as record
from madoguchi.work.referrals import actions
from madoguchi.work.referrals.public import Summary

type Told = dict[str, tuple[str, str]]

NOT_PASSED = ("danger", "who", "officer", "effects", "measures", "how", "visit_when")
CONTACT = "contact_rule"


def prepare(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The form for the chosen agency; or, when it was sent, the referral made."""
    if request.method != "POST":
        return redirect("refer", case_id)
    case = acting.opened(request, case_id)
    offer = offer_of(request, request.POST.get("agency", ""), Wanted())
    if offer is None:
        raise Absent
    told = _told(request, case)
    form = forms.new(tuple(told))
    if "token" not in request.POST:
        return _page(request, case, form.show({"agency": [offer.agency.id], "facts": [CONTACT]}))
    return _make(request, case, form, told)


def _make(request: DeskRequest, case: OpenedCase, form: Form, told: Told) -> HttpResponse:
    case_id, typed = case.card.id, form.take(request.POST)
    once = acting.once(request, case_id, typed)
    if earlier := earlier_result(request.actor, "case.refer", once):
        return SeeOther(reverse("referral", args=[case_id, earlier]))
    filled = forms.check(form.check(typed), request.now.date())
    if request.POST.get("revision") != str(case.card.revision):
        return _page(request, case, filled, ("case.stale",))
    if not filled.ok:
        return _page(request, case, filled)
    row = queries.find(request.actor, case_id)
    new = _new(request, filled, told)
    try:
        made = actions.refer(request.actor, row, new, now=request.now, once=once)
    except Refused as refused:
        return _page(request, case, filled, tuple(one.code for one in refused.grounds))
    return SeeOther(reverse("referral", args=[case_id, made]))


def _told(request: DeskRequest, case: OpenedCase) -> Told:
    """What the person told, by name: the text key of the question and the words."""
    words = words_for(request)
    names = [name for name in (*PERSON, *STORY) if name not in NOT_PASSED]
    found = {
        name: (fact.label, fact.said.words)
        for name, fact in zip(names, facts(names, _answers(case), words), strict=True)
        if fact.said.words
    }
    rule = words.get(f"consult.contact_rule.{case.wishes.contact_rule}").words
    return {**found, CONTACT: ("consult.contact_rule.label", rule)}


def _answers(case: OpenedCase) -> dict[str, Any]:
    """Of themselves and of what happened, by whichever door they told it, and what came later."""
    return {**case.about, **record.told(record.entries(case))}


def _new(request: DeskRequest, filled: Filled, told: Told) -> actions.NewReferral:
    _, until = ahead(filled, "until", request.now.date())
    kind = filled.value("consent")
    state = State.PREPARED if kind == "person" else State.GIVEN
    days = filled.value("days") or look_again(state).days
    summary = Summary(
        tuple(told[name] for name in filled.value("facts")),
        filled.value("told"),
        filled.value("asks"),
    )
    return actions.NewReferral(
        filled.value("agency"),
        actions.Consent(kind, until.isoformat() if until else "", filled.value("reason")),
        acting.day_after(request, days),
        summary,
    )


def _page(
    request: DeskRequest, case: OpenedCase, filled: Filled, grounds: tuple[str, ...] = ()
) -> HttpResponse:
    status = 409 if "case.stale" in grounds else 422 if grounds else filled.status
    shown = {
        "page": "inbox",
        "case": case.card,
        "offer": offer_of(request, request.POST.get("agency", ""), Wanted()),
        "form": filled,
        "grounds": tuple(f"ground.{code}" for code in grounds),
        "facts": facts((*PERSON, *STORY), _answers(case), words_for(request)),
        "token": acting.fresh_token(),
    }
    return render(request, "desk/refer/form.html", shown, status=status)
