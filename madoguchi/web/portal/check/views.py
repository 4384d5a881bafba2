"""May the subsidy be for me (対象になるかの確認)? Five screens at most for the common case.

The answers travel in hidden fields of forms that are posted, and are kept nowhere. What is missing
or was forged on the way is asked again.
"""

from django.http import HttpResponse
from django.urls import path

from madoguchi.rules.opening import NeverOpenError, opening
from madoguchi.rules.programme.subsidy import Terms, UsedDesk
from madoguchi.rules.subsidy.year import counts_online
from madoguchi.tools.forms.form import Filled
from madoguchi.web.kit import display, subsidy_year
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.check.questions import QUESTIONS, Answers, screen_of, take
from madoguchi.web.portal.check.result import end_of, result
from madoguchi.web.portal.page import Cards, help_with_cost
from madoguchi.web.portal.safety.visitor import draw, unmarked


@unmarked
def check(request: OfficeRequest) -> HttpResponse:
    """The page after the one that was sent; the first question for who comes anew."""
    terms = subsidy_year.terms(request)
    if terms is None or terms.version is None:
        return draw(request, "portal/check/none.html", help_with_cost(request))
    answers = take(terms.version, request.POST)
    if not {"scheme", "size"} & request.POST.keys():
        return _page(request, terms, answers)
    request.display = chosen = display.pressed(request)
    return display.remember(_page(request, terms, answers), chosen)


def _page(request: OfficeRequest, terms: Terms, answers: Answers) -> HttpResponse:
    """What was asked for: a screen to be shown again or changed, or what comes after one."""
    post, screens = request.POST, answers.screens
    at, to = post.get("at", ""), post.get("to", "")
    to = screen_of(to) if to in QUESTIONS else to
    if post.get("stay") == "question":
        to = at
    if to in screens:
        return _question(request, answers, to, answers.shown(to))
    if at not in screens:
        at = answers.missing(screens[-1]) or screens[-1]
        return _question(request, answers, at, answers.shown(at))
    filled = answers.checked(at)
    if not filled.ok:
        return _question(request, answers, at, filled)
    # the next screen, an ending, or the result; who changes an answer comes back to it
    last = screens[-1] if _changing(request) else at
    if following := answers.missing(last):
        return _question(request, answers, following, answers.shown(following))
    in_time = answers.value("contract") != "today" or may_arrive_today(request, terms)
    end = end_of(answers.until(last), terms, in_time=in_time)
    if end is None and (following := answers.after(last)):
        return _question(request, answers, following, answers.shown(following))
    cards = _cards(request, answers, last) | help_with_cost(request)
    cards["year"] = subsidy_year.stale_year(request, terms)
    if end:
        cards["web_unsure"] = end.question == "used_desk" and not web_counts(terms)
        return draw(request, "portal/check/end.html", cards | {"end": end})
    cards["result"] = result(answers, terms, in_time=in_time)
    cards["budget"] = subsidy_year.budget_key(request)
    return draw(request, "portal/check/result.html", cards)


def _question(request: OfficeRequest, answers: Answers, at: str, filled: Filled) -> HttpResponse:
    cards = {
        "form": filled,
        "asked": answers.asked(filled),
        "number": answers.screens.index(at) + 1,
        "of": len(answers.screens),
        "heading": f"check.screen.{at}",
        "before": answers.before(at),
        "stay": "question",
    }
    cards |= _cards(request, answers, at)
    return draw(request, "portal/check/question.html", cards, filled.status)


def _cards(request: OfficeRequest, answers: Answers, at: str) -> Cards:
    """What every page of the check carries on."""
    return {
        "at": at,
        "changing": _changing(request),
        "carried": answers.carried(),
        "others": answers.carried(at),
    }


def may_arrive_today(request: OfficeRequest, terms: Terms) -> bool:
    """Whether an application can still be one today: at the counter, or on the web if it counts."""
    if terms.version and counts_online(terms.version):
        return True
    try:
        counter = opening(request.programme.desk, "face", request.now, changes(request))
    except NeverOpenError:
        return False
    return counter.open or counter.next_opening.date() == request.now.date()


def web_counts(terms: Terms) -> bool:
    """Whether writing to the desk on the web is a way of having used it that its rules name."""
    asked = terms.version.condition if terms.version else ()
    return all("web" in rule.desk_used_means for rule in asked if isinstance(rule, UsedDesk))


def _changing(request: OfficeRequest) -> bool:
    return "changing" in request.POST


urlpatterns = [path("s/h/check/", check, name="check")]
