"""Choose an agency (紹介先をえらぶ): by need, place, audience, hour; when and how to use each."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from madoguchi.rules.programme.city import City
from madoguchi.rules.referral import Wanted, fits
from madoguchi.rules.steps.case import State
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.refer import forms
from madoguchi.web.desk.refer.acting import opened
from madoguchi.web.desk.refer.cards import offer
from madoguchi.web.kit.form import Filled, Typed

ADULT_YEARS = 18


def choose(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The agencies that fit what is asked for; at first, what the person told."""
    case = opened(request, case_id)
    if case.card.state == State.CLOSED:
        return redirect("case", case_id)
    sent = request.method == "POST"
    find = forms.FIND.check(forms.FIND.take(request.POST) if sent else first_guess(case.about))
    found = fits(request.programme.directory, wanted(find, request.programme.city), request.now)
    shown = {
        "page": "inbox",
        "case": case.card,
        "find": find,
        "offers": tuple(offer(request, one) for one in found),
        "unconfirmed": tuple(one for one in request.programme.agencies if not one.confirmed),
    }
    return render(request, "desk/refer/page.html", shown)


def wanted(find: Filled, city: City) -> Wanted:
    """What the form asks for; elsewhere: none of the names of this city helps."""
    places = {"here": (city.prefecture, city.name.ja), "elsewhere": ()}
    return Wanted(
        need=find.value("need") or None,
        places=places.get(find.value("place")),
        audience=find.value("audience") or None,
        now=find.value("hour") == "now",
    )


def first_guess(about: Mapping[str, Any]) -> Typed:
    """What the person told of place, age and danger, as the form holds it, to be changed."""
    guess: dict[str, list[str]] = {}
    if about.get("danger") == "yes":
        guess["need"] = ["danger"]
    residence = {"inside": "here", "outside": "elsewhere"}.get(about.get("residence", ""))
    if residence:
        guess["place"] = [residence]
    age, band = about.get("age"), about.get("age_band", "")
    if isinstance(age, int):
        guess["audience"] = ["adult" if age >= ADULT_YEARS else "child"]
    elif band and band != "no_answer":
        guess["audience"] = ["child" if band == "under_18" else "adult"]
    return guess
