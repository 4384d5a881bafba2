"""What the public is told with a decision about days (お知らせの文): typed, seen as a sample."""

from uuid import uuid4

from django.http import HttpResponse

from madoguchi.rules.programme.changes import Change
from madoguchi.rules.sound import Standing
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.kinds import COLUMNS, WORDS
from madoguchi.web.desk.settings.preview import Back, Draft, public_page
from madoguchi.web.kit.display import SCHEMES
from madoguchi.web.kit.fields import Line, Story
from madoguchi.web.kit.form import Filled, Form, Typed
from madoguchi.work.clinic.actions import Said
from madoguchi.work.notices import public as notices

SAYING = Form(
    "desk.clinic_days",
    (
        Line("title", required=True, hint=True, limit=100, guarded=True),
        Story("body", limit=4000, rows=8, guarded=True),
    ),
)


def typed(request: DeskRequest) -> Typed:
    """What was typed of the notice; the days' own fields are read elsewhere."""
    names = [each.name for each in SAYING.fields]
    return SAYING.take({name: request.POST.getlist(name) for name in names})


def said(request: DeskRequest, filled: Filled) -> Said:
    """The notice, and the state of things that the page showed."""
    return Said(
        filled.words("title").strip(), filled.value("body"), request.POST.get("revision", "")
    )


def samples() -> dict[str, object]:
    """The columns and colours in which a sample may be seen."""
    return {
        "schemes": tuple((scheme, f"kit.scheme_{scheme}") for scheme in SCHEMES),
        "columns": tuple((name, f"{WORDS}.in_{name}.label") for name in COLUMNS),
    }


def sample(
    request: DeskRequest,
    here: Standing,
    change: Change,
    filled: Filled,
    back: str,
    beside: tuple[tuple[str, str], ...],
) -> HttpResponse:
    """The public page of the clinic as the decision would make it; `beside`: what is sent back."""
    words = tuple((name, word) for name, all_ in filled.typed.items() for word in all_)
    new = notices.NewsCard(
        uuid4(),
        here.today,
        request.now,
        filled.words("title").strip(),
        filled.value("body"),
        "clinic",
    )
    draft = Draft((*here.changes, change), here.today, (new, *notices.news(request.office.id)))
    return public_page(request, draft, "/clinic/", Back(back, (*words, *beside)))
