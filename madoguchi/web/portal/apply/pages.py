"""The pages of an application (申請の画面): the list of its tasks, and one of them."""

from django.http import HttpResponse

from madoguchi.rules.subsidy.fields import Task
from madoguchi.web.portal.apply import files
from madoguchi.web.portal.apply.begun import Begun
from madoguchi.web.portal.apply.cards import list_cards, task_cards
from madoguchi.web.portal.follow import opened
from madoguchi.web.portal.safety.visitor import draw

CONFLICT = 409


def task_list(at: Begun, note: str = "", status: int = 200) -> HttpResponse:
    """The list; `note`: why somebody is led back to it."""
    note = note or opened.take_note(at.who, at.now)
    return draw(at.request, "portal/apply/list.html", list_cards(at, note), status)


def page(
    at: Begun, name: Task, *, check: bool = False, unkept: dict[str, str] | None = None
) -> HttpResponse:
    """The page of a task; `check`: with what has to be changed."""
    filled = at.checked[name] if check else at.shown(name)
    for field, code in (unkept or {}).items():
        filled = filled.refuse(field, code, most=files.MOST.get(code, 0))
    changing = "change" in at.request.GET
    cards = task_cards(at, name, filled, changing=changing)
    template = "check" if name == "promise" else "task"
    return draw(at.request, f"portal/apply/{template}.html", cards, filled.status)
