"""May the subsidy be for me (対象になるかの確認)? One question a page; no answer is kept anywhere.

The answers travel in hidden fields of forms that are posted. What is missing or was forged on the
way is asked again.
"""

from django.http import HttpResponse
from django.urls import path

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.tools.forms.form import Filled
from madoguchi.web.kit import display, subsidy_year
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.check.questions import Answers, is_written, take
from madoguchi.web.portal.check.result import end_of, result
from madoguchi.web.portal.page import Cards, help_with_cost
from madoguchi.web.portal.safety.visitor import draw, private


@private
def check(request: OfficeRequest) -> HttpResponse:
    """The page after the one that was sent; the first question for who comes anew."""
    terms = subsidy_year.terms(request)
    if terms is None or terms.version is None:
        return draw(request, "portal/check/none.html", help_with_cost(request))
    answers = take(terms.version, request.POST)
    if not {"scheme", "size"} & request.POST.keys():
        return _page(request, terms, answers)
    request.display = chosen = display.pressed(request)
    response = _page(request, terms, answers)
    return display.remember(response, chosen, secure=request.is_secure())


def _page(request: OfficeRequest, terms: Terms, answers: Answers) -> HttpResponse:
    """What was asked for: a question to be shown again or changed, or what comes after one."""
    post, names = request.POST, answers.due
    at, to = post.get("at", ""), post.get("to", "")
    if post.get("stay") == "question":
        to = at
    if to in names:
        return _question(request, answers, to, answers.shown(to))
    if at not in names:
        at = answers.missing(names[-1]) or names[-1]
        return _question(request, answers, at, answers.shown(at))
    filled = answers.checked(at)
    if not filled.ok:
        return _question(request, answers, at, filled)
    # the next question, an ending, or the result; who changes an answer comes back to it
    last = names[-1] if _changing(request) else at
    if following := answers.missing(last):
        return _question(request, answers, following, answers.shown(following))
    if end := end_of(answers.until(last), terms):
        cards = {"end": end, "costs": terms.version.counted if terms.version else ()}
        cards |= _cards(request, answers, end.question) | help_with_cost(request) | _year(terms)
        return draw(request, "portal/check/end.html", cards)
    if following := answers.after(last):
        return _question(request, answers, following, answers.shown(following))
    cards = _cards(request, answers, last) | {"result": result(answers, terms)}
    cards["budget"] = subsidy_year.budget_key(request)
    return draw(request, "portal/check/result.html", cards | help_with_cost(request) | _year(terms))


def _question(request: OfficeRequest, answers: Answers, name: str, filled: Filled) -> HttpResponse:
    cards = {
        "form": filled,
        "number": answers.due.index(name) + 1,
        "heading": f"check.{name}.heading",
        "before": answers.before(name),
        "written": is_written(name),
        "about": answers.about(name),
        "stay": "question",
    }
    cards |= _cards(request, answers, name)
    return draw(request, "portal/check/question.html", cards, filled.status)


def _cards(request: OfficeRequest, answers: Answers, at: str) -> Cards:
    """What every page of the check carries on."""
    return {
        "at": at,
        "changing": _changing(request),
        "carried": answers.carried(),
        "others": answers.carried(at),
    }


def _changing(request: OfficeRequest) -> bool:
    return "changing" in request.POST


def _year(terms: Terms) -> Cards:
    """The year of rules that may have changed since; None where they are this year's."""
    stale = terms.state == "stale" and terms.version is not None
    return {"year": fiscal_year(terms.version.since) if stale and terms.version else None}


urlpatterns = [path("s/h/check/", check, name="check")]
