"""Whom to ask about a page: division, address, telephone, FAX, and a form that is no consultation.

The form needs no cookie and keeps none: what was typed comes back with every refusal, and a token
in the page makes the second press one with the first.
"""

import os

from django.http import HttpResponse
from django.urls import path

from madoguchi.tools.forms.fields import Choice, Email, Story
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.tools.office.network import network
from madoguchi.web.kit.display import as_pressed, stays
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.page import Calm, Cards, calm, heard, information, reception
from madoguchi.web.portal.safety.visitor import draw, private, see, unmarked
from madoguchi.work.intake.enquiry import public as enquiries

ASK = Form(
    "enquiry",
    (
        Story("text", required=True, hint=True, limit=2000, rows=8, guarded=True),
        Choice("wants", required=True, options=("mail", "none")),
        Email("email", must_if=True),
    ),
)
LONGEST_TOKEN = 64


@information("enquiry", "portal/enquiry/page.html")
def enquiry(request: OfficeRequest) -> Cards:
    """What the contact is for; the contact itself is on every page."""
    return {"reception": reception(request)}


@unmarked
def ask(request: OfficeRequest) -> HttpResponse:
    """Shows the form, or files what was asked, once."""
    if request.method != "POST":
        return _page(request, ASK.show())
    if stays(request):
        return as_pressed(request, _page(request, ASK.show(ASK.take(request.POST))))
    filled = check(ASK.take(request.POST))
    if not filled.ok:
        return _page(request, filled)
    email = filled.value("email") if filled.value("wants") == "mail" else ""
    question = enquiries.Question(filled.value("text"), email)
    token, where = _token(request), network(request)
    enquiries.ask(request.office, question, token, where, now=request.now)
    lines = calm(request, heard(request, question.text))
    return _sent(request, lines) if lines else see("enquiry-sent")


@private
def sent(request: OfficeRequest) -> HttpResponse:
    """Says that it arrived, and when it is forgotten."""
    return _sent(request)


def _sent(request: OfficeRequest, lines: Calm | None = None) -> HttpResponse:
    """Where the words mean danger, with the lines: at once, so that no address tells of it."""
    cards: dict[str, object] = {"calm": lines, "days": request.programme.desk.enquiry_days}
    return draw(request, "portal/enquiry/sent.html", cards)


def check(typed: Typed) -> Filled:
    """The form checked; an answer needs an address."""
    filled = ASK.check(typed)
    if filled.value("wants") == "mail" and not filled.words("email").strip():
        return filled.refuse("email", "required")
    return filled


def _page(request: OfficeRequest, filled: Filled) -> HttpResponse:
    cards: dict[str, object] = {
        "calm": None if filled.ok else calm(request, heard(request, filled.words("text"))),
        "form": filled,
        "token": _token(request),
        "days": request.programme.desk.enquiry_days,
    }
    return draw(request, "portal/enquiry/ask.html", cards, filled.status)


def _token(request: OfficeRequest) -> str:
    return request.POST.get("token", "")[:LONGEST_TOKEN] or os.urandom(16).hex()


urlpatterns = [
    path("enquiry/", enquiry, name="enquiry"),
    path("enquiry/ask/", ask, name="enquiry-ask"),
    path("enquiry/sent/", sent, name="enquiry-sent"),
]
