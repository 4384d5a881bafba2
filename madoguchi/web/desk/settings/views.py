"""The settings: every subject as it stands, with where each fact comes from, and what waits."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Ground
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.sound import Standing
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings import subjects
from madoguchi.web.desk.settings.change import may
from madoguchi.web.desk.settings.decisions import standing_decisions, waiting
from madoguchi.web.desk.settings.standing import standing, today

SHOWN = 10


@require_safe
def settings(request: DeskRequest) -> HttpResponse:
    """The subjects, what waits for a second colleague, what was decided last."""
    here = _standing(request)
    shown = {
        "page": "settings",
        "subjects": subjects.SUBJECTS,
        "waiting": waiting(request, here),
        "decisions": standing_decisions(request, here)[:SHOWN],
        "publishes": rights.may(request.actor.role, "notice.publish", "office"),
    }
    return render(request, "desk/settings/index.html", shown)


@require_safe
def subject(request: DeskRequest, name: str) -> HttpResponse:
    """One subject."""
    return subject_page(request, name)


def subject_page(request: DeskRequest, name: str, grounds: tuple[Ground, ...] = ()) -> HttpResponse:
    """The page of a subject; with grounds, why something was not done."""
    here = _standing(request)
    shown = {
        **_facts(here, name),
        "page": "settings",
        "subject": name,
        "title": f"desk.settings.subject.{name}",
        "may_decide": may(request, "desk_hours"),
        "may_propose": may(request, "words"),
        "decisions": standing_decisions(request, here, name),
        "waiting": tuple(one for one in waiting(request, here) if one.subject == name),
        "grounds": tuple((ground.code, dict(ground.values)) for ground in grounds),
        "may_clinic": rights.may(request.actor.role, "clinic.list", "office"),
    }
    status = 409 if grounds else 200
    return render(request, f"desk/settings/{name}.html", shown, status=status)


@require_safe
def agency(request: DeskRequest, agency_id: str) -> HttpResponse:
    """One agency: its numbers, each with what may be done about it."""
    here = _standing(request)
    found = next((row for row in subjects.agencies(here) if row.id == agency_id), None)
    if found is None:
        raise Absent
    shown = {
        "page": "settings",
        "agency": found,
        "filed": here.programme.agency(agency_id),
        "may_decide": may(request, "desk_hours"),
        "may_propose": may(request, "words"),
    }
    return render(request, "desk/settings/agency.html", shown)


@require_safe
def group(request: DeskRequest, name: str) -> HttpResponse:
    """The short words of one group, in three columns."""
    here = _standing(request)
    rows = subjects.keys(here, name)
    if not rows:
        raise Absent
    shown = {
        "page": "settings",
        "group": subjects.group_name(here, name),
        "rows": rows,
        "may_propose": may(request, "words"),
    }
    return render(request, "desk/settings/words.html", shown)


@require_safe
def prose(request: DeskRequest, name: str) -> HttpResponse:
    """The paragraphs of one page of prose."""
    here = _standing(request)
    if name not in here.texts.prose():
        raise Absent
    shown = {
        "page": "settings",
        "name": name,
        "title": f"desk.settings.prose.{name}",
        "columns": tuple(
            (column, f"desk.decide.in_{column}.label", own, standing)
            for column, own, standing in subjects.prose(here, name)
        ),
        "may_propose": may(request, "words"),
    }
    return render(request, "desk/settings/prose.html", shown)


def _facts(here: Standing, name: str) -> dict[str, object]:
    match name:
        case "hours":
            return {"rows": subjects.hours(here), "source": here.programme.desk.source}
        case "days":
            return {"closed": here.programme.desk.closed, "unconfirmed": UNCONFIRMED}
        case "agencies":
            return {"own": subjects.own_numbers(here), "agencies": subjects.agencies(here)}
        case "clinic":
            return {"clinic": here.programme.clinic, "years": subjects.clinic_years(here)}
        case "owner":
            city = today(here).city
            return {"city": city, "division": city.division_on(here.today)}
        case "texts":
            changed = subjects.reworded_pages(here)
            pages = tuple((page, page in changed) for page in here.texts.prose())
            return {"groups": subjects.text_groups(here), "pages": pages}
        case _:
            raise Absent


def _standing(request: DeskRequest) -> Standing:
    if not rights.may(request.actor.role, "notice.read", "office"):
        raise Absent
    return standing(request)
