"""What to do when somebody may be in danger (危険を聞いたときの手順), on one page."""

from operator import itemgetter

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.programme.agency import Agency, AgencyPhone, Language
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import Column
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.column import speaking
from madoguchi.web.kit.formatting import Closing, Formatter, texts_for

AT_ONCE = ("police_110", "fire_119")
LINES = (*AT_ONCE, "police_9110", "dv_plus", "inochi_sos")
PARTS = ("stay", "call", "second", "write", "wrote", "after")


@require_safe
def danger(request: DeskRequest) -> HttpResponse:
    """The page; for whoever talks to people."""
    if not rights.may(request.actor.role, "case.list", "unit"):
        raise Absent
    values = {
        "lines": emergency(request.programme),
        "supervisor": texts_for(request).get("desk.role.supervisor").words,
        "parts": tuple(f"desk.danger_steps.{part}" for part in PARTS),
    }
    return render(request, "desk/danger/page.html", values)


def emergency(programme: Programme) -> tuple[Agency, ...]:
    """The agencies with a telephone to name to somebody in danger."""
    shown = {agency.id: agency for agency in programme.directory}
    return tuple(shown[name] for name in LINES if name in shown and shown[name].phone)


def in_writing(programme: Programme, words: Texts, name: Column) -> dict[str, str]:
    """The same lines for an answer in a column: `at_once`, and `lines` at which somebody talks.

    Read whenever it may be: so each stands with its hours, those that answer day and night first.
    """
    language: Language = "en" if name == "en" else "ja"
    beside = programme.person("foreign").lines if name == "en" else ()
    shown = {agency.id: agency for agency in programme.directory}
    rows: dict[str, tuple[bool, str]] = {}
    with speaking(name):
        say = Formatter(words)
        for agency in (shown[each] for each in (*LINES, *beside) if each in shown):
            talks = "danger" in agency.needs or "talk" in agency.needs
            own = (each for each in agency.lines if language in agency.languages_of(each))
            line = next(
                (each for each in own if each.way in ("phone", "chat") and each.hours), None
            )
            if talks and line and line.hours:
                to = str(line.number) if isinstance(line, AgencyPhone) else line.address
                closed: Closing = "closed" if line.closed_on_holidays else ""
                hours = say.hours(line.hours, closed=closed)
                row = say.text("written_line", to=to, name=agency.name.get(name).words, hours=hours)
                rows[agency.id] = (not line.hours.always, row)
    others = [rows[each] for each in rows if each not in AT_ONCE]
    return {
        "at_once": "\n".join(rows[each][1] for each in AT_ONCE if each in rows),
        "lines": "\n".join(row for _, row in sorted(others, key=itemgetter(0))),
    }


urlpatterns = [path("danger/", danger, name="danger")]
