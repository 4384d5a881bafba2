"""Publish and withdraw notices; the public pages follow at once."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.koyomi.hours import spans_from_text
from madoguchi.rules.koyomi.wareki import NotADate, read_date
from madoguchi.rules.programme.changes import decode
from madoguchi.rules.programme.words import COLUMNS
from madoguchi.rules.steps.proposal import OF_CLINIC, needs_two
from madoguchi.rules.validity import unsound
from madoguchi.tools.forms.fields import Choice, Line, Story, plain
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.kinds import WORDS
from madoguchi.web.desk.settings.preview import Back, Draft, public_page
from madoguchi.web.desk.settings.standing import standing
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SCHEMES, SeeOther
from madoguchi.web.kit.sanitize import sanitized
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import actions, public

CHANGES: dict[str, tuple[str, ...]] = {
    "news": (),
    "desk_closed": ("on",),
    "desk_hours": ("on", "hours"),
}
NOTICE = Form(
    "desk.notice",
    (
        Choice("kind", required=True, options=tuple(CHANGES)),
        Line("title", required=True, limit=100, guarded=True),
        Story("body", limit=4000, rows=5, guarded=True),
        Line("on", hint=True, limit=40, width="middle"),
        Line("hours", hint=True, limit=100, width="middle"),
    ),
)
SHOWN = 100
TWO = (Reason("notice.two"),)


def notices(request: DeskRequest) -> HttpResponse:
    """The notices that stand and the form of a new one; a post shows a sample or publishes it."""
    if not rights.may(request.actor.role, "notice.publish", "office"):
        raise Absent
    if request.method != "POST":
        return _page(request, NOTICE.show({"kind": ["news"]}))
    todo, typed = request.POST.get("do"), NOTICE.take(request.POST)
    if todo == "back":
        return _page(request, NOTICE.show(typed))
    filled, change = check(NOTICE.check(typed))
    if not filled.ok:
        return _page(request, filled)
    if reasons := _unsound(request, filled.value("kind"), change):
        return _page(request, filled, reasons)
    if todo == "sample":
        return _sample(request, filled, change)
    actions.publish(
        request.actor,
        AtOffice(request.office.id),
        filled.value("kind"),
        filled.words("title").strip(),
        filled.value("body"),
        request.now.date(),
        change,
        now=request.now,
        idempotency_key=submission_key(request, "notice", typed),
    )
    return SeeOther(reverse("notices"))


def _sample(request: DeskRequest, filled: Filled, change: Mapping[str, object]) -> HttpResponse:
    """The public page of notices as it would be with this one."""
    kind, today = filled.value("kind"), request.now.date()
    words = filled.words("title").strip(), filled.value("body")
    new = public.NewsCard(uuid4(), today, request.now, *words, kind)
    told = [decode(kind, change)] if change else []
    typed = tuple((name, word) for name, all_ in filled.typed.items() for word in all_)
    draft = Draft(
        (*standing(request).changes, *told), today, (new, *public.news(request.office.id, SHOWN))
    )
    return public_page(request, draft, "/news/", Back(reverse("notices"), (*typed, ("do", "back"))))


@require_POST
def withdraw(request: DeskRequest, notice_id: UUID) -> HttpResponse:
    """Take a notice back; what needs two is proposed in the settings, a clinic's day stays."""
    try:
        actions.withdraw(request.actor, AtOffice(request.office.id), notice_id, now=request.now)
    except Refused as refused:
        if refused.reasons == TWO:
            return SeeOther(reverse("settings"))
        return _page(request, NOTICE.show({"kind": ["news"]}), refused.reasons)
    return SeeOther(reverse("notices"))


def _kind(kind: str) -> str:
    """The text key of a kind, decided here or in the settings."""
    return f"desk.notice.kind.{kind}" if kind in CHANGES else f"desk.settings.kind.{kind}"


def _alone(kind: str) -> bool:
    """Whether one colleague may take it back here."""
    return kind not in OF_CLINIC and not needs_two(kind, taken_back=True)


def _unsound(request: DeskRequest, kind: str, change: Mapping[str, object]) -> tuple[Reason, ...]:
    """Why the change that a notice tells of is not fit for the public; none where it may be."""
    return unsound(standing(request), decode(kind, change)) if change else ()


def _page(request: DeskRequest, filled: Filled, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    shown = {
        "page": "settings",
        "form": filled,
        "changes": filled.value("kind") not in ("", "news"),
        "grounds": reasons,
        "token": secrets.token_hex(16),
        "may_clinic": rights.may(request.actor.role, "clinic.publish", "office"),
        "schemes": tuple((scheme, f"kit.scheme_{scheme}") for scheme in SCHEMES),
        "columns": tuple((name, f"{WORDS}.in_{name}.label") for name in COLUMNS),
        "standing": tuple(
            (
                card,
                _kind(card.kind),
                sanitized(card.title),
                sanitized(card.body),
                _alone(card.kind),
                card.kind in OF_CLINIC,
            )
            for card in public.news(request.office.id, SHOWN)
        ),
    }
    return render(
        request, "desk/notices/page.html", shown, status=422 if reasons else filled.status
    )


def check(filled: Filled) -> tuple[Filled, dict[str, Any]]:
    """The form with what the kind asks for, and the change as it is stored."""
    change: dict[str, Any] = {}
    for name in CHANGES.get(filled.value("kind"), ()):
        if not filled.words(name).strip():
            filled = filled.refuse(name, "required")
        elif name == "on":
            filled, found = _day(filled, name)
            change[name] = found.isoformat() if found else ""
        else:
            filled = _hours(filled)
            change[name] = plain(filled.value(name))
    return filled, change


def _day(filled: Filled, name: str) -> tuple[Filled, date | None]:
    try:
        return filled, read_date(filled.words(name)).day
    except NotADate as wrong:
        code = "no_such_day" if wrong.code == "no_such_day" else "date"
        return filled.refuse(name, code), None


def _hours(filled: Filled) -> Filled:
    try:
        spans_from_text(plain(filled.value("hours")))
    except ValueError:
        return filled.refuse("hours", "hours")
    return filled


urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/<uuid:notice_id>/withdraw/", withdraw, name="notice-withdraw"),
]
