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
from madoguchi.rules.programme.changes import decode
from madoguchi.rules.programme.words import COLUMNS
from madoguchi.rules.steps.proposal import OF_CLINIC, needs_two
from madoguchi.rules.validity import objections
from madoguchi.tools.forms.days import DayLine, read
from madoguchi.tools.forms.fields import Choice, Line, Story, plain
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.in_force import current
from madoguchi.web.desk.settings.kinds import WORDS
from madoguchi.web.desk.settings.preview import Back, Draft, public_page, stands
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
        DayLine("on", hint=True, when="near"),
        Line("hours", hint=True, limit=100, width="middle"),
    ),
)
SHOWN = 100
TWO = (Reason("notice.two"),)
STANDS = "notice.stands"


def notices(request: DeskRequest) -> HttpResponse:
    """The published notices and the form of a new one; a post shows a sample or publishes it."""
    if not rights.may(request.actor.role, "notice.publish", "office"):
        raise Absent
    if request.method != "POST":
        return _page(request, NOTICE.show({"kind": ["news"]}))
    button, typed = request.POST.get("do"), NOTICE.take(request.POST)
    if button == "back":
        return _page(request, NOTICE.show(typed))
    filled, change = check(NOTICE.check(typed), request.now.date())
    if not filled.ok:
        return _page(request, filled)
    if change and (reasons := objections(current(request), decode(filled.value("kind"), change))):
        return _page(request, filled, reasons)
    if button == "sample":
        return _sample(request, filled, change)
    found = _stands(request, filled.value("kind"), change)
    if any(found.values()) and request.POST.get("stands") != _seen(found):
        return _page(request, filled, (Reason(STANDS, values=found),))
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


def _stands(request: DeskRequest, kind: str, change: Mapping[str, object]) -> dict[str, int]:
    """What stands on the day that a notice decides about; nothing for mere news."""
    return stands(request, decode(kind, change)) if change else {}


def _seen(found: Mapping[str, object]) -> str:
    """What the second press says that its officer has read."""
    return "-".join(str(count) for count in found.values())


def _sample(request: DeskRequest, filled: Filled, change: Mapping[str, object]) -> HttpResponse:
    """The public page of notices with the new notice."""
    kind, today = filled.value("kind"), request.now.date()
    words = filled.words("title").strip(), filled.value("body")
    new = public.NewsCard(uuid4(), today, request.now, *words, kind)
    changes = [decode(kind, change)] if change else []
    typed = tuple((name, text) for name, texts in filled.typed.items() for text in texts)
    news = (new, *public.news(request.office.id, SHOWN))
    found = _stands(request, kind, change)
    draft = Draft((*current(request).changes, *changes), today, news, found)
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


def _page(request: DeskRequest, filled: Filled, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    rows = []
    for card in public.news(request.office.id, SHOWN):
        room = "notice" if card.kind in CHANGES else "settings"  # where that kind is decided
        stays = card.kind in OF_CLINIC
        alone = not stays and not needs_two(card.kind, {}, taken_back=True)
        title, body = sanitized(card.title), sanitized(card.body)
        rows.append((card, f"desk.{room}.kind.{card.kind}", title, body, alone, stays))
    values = {
        "page": "settings",
        "form": filled,
        "changes": filled.value("kind") not in ("", "news"),
        "grounds": reasons,
        "stands": next((_seen(each.values) for each in reasons if each.code == STANDS), ""),
        "token": secrets.token_hex(16),
        "may_clinic": rights.may(request.actor.role, "clinic.publish", "office"),
        "schemes": tuple((scheme, f"kit.scheme_{scheme}") for scheme in SCHEMES),
        "columns": tuple((name, f"{WORDS}.in_{name}.label") for name in COLUMNS),
        "standing": tuple(rows),
    }
    status = 422 if reasons else filled.status
    return render(request, "desk/notices/page.html", values, status=status)


def check(filled: Filled, today: date) -> tuple[Filled, dict[str, Any]]:
    """The form with what the kind asks for and nothing else, and the change as it is stored."""
    change: dict[str, Any] = {}
    asked = CHANGES.get(filled.value("kind"), ())
    for name in {"on", "hours"}.difference(asked):
        if filled.words(name).strip():
            filled = filled.refuse(name, "of_another_kind")
    for name in asked:
        if not filled.words(name).strip():
            filled = filled.refuse(name, "required")
        elif name == "on":
            filled, on = read(filled, "on", today, "near")
            change["on"] = on.isoformat() if on else ""
        else:
            change["hours"] = plain(filled.value("hours"))
            try:
                spans_from_text(change["hours"])
            except ValueError:
                filled = filled.refuse("hours", "hours")
    return filled, change


urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/<uuid:notice_id>/withdraw/", withdraw, name="notice-withdraw"),
]
