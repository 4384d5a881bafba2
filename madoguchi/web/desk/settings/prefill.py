"""What a form of the settings begins with (はじめの内容): what a link said, and what stands now."""

from collections.abc import Iterator

from madoguchi.rules.programme.rewording import reworded
from madoguchi.rules.programme.texts import paragraphs
from madoguchi.rules.programme.words import COLUMNS, Column
from madoguchi.rules.sound import Standing
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.kinds import Kind
from madoguchi.web.desk.settings.standing import standing, today
from madoguchi.web.desk.settings.typed import as_typed
from madoguchi.web.kit.form import Typed
from madoguchi.web.kit.reading import Reading, words_for
from madoguchi.web.kit.typed import showable


def prefilled(request: DeskRequest, kind: Kind) -> Typed:
    """What the fields hold at first."""
    fields = [field.name for field in kind.form.fields]
    linked = {name: showable(request.GET[name]) for name in fields if name in request.GET}
    here = standing(request)
    if kind.name == "paragraph":
        linked |= _paragraph(here, linked, request.GET.get("n", ""))
    now = dict(_now(here, kind.name, linked))
    day = Reading(words_for(request)).day(here.today).partition("（")[0]
    first = {"from_on": day, **now, **linked}
    return {name: [first[name]] for name in fields if first.get(name)}


def _paragraph(here: Standing, linked: dict[str, str], number: str) -> dict[str, str]:
    """The paragraph that a link counts, from the first one on."""
    column: Column = next((each for each in COLUMNS if each == linked.get("column")), "ja")
    try:
        words = reworded(here.texts, here.changes, here.today)
        return {
            "old_words": paragraphs(words.page(linked.get("page", ""), column).words)[int(number)]
        }
    except (KeyError, ValueError, IndexError):
        return {}


def _now(here: Standing, kind: str, linked: dict[str, str]) -> Iterator[tuple[str, str]]:
    whole = today(here)
    match kind:
        case "hours":
            channel = linked.get("channel", "desk")
            week = whole.desk.hours
            if channel in ("phone", "face", "email", "web"):
                week = whole.desk.hours_of(channel) or week  # type: ignore[arg-type] # of the four
            yield "hours", as_typed(week.text)
        case "division":
            yield "names", whole.city.division_on(here.today).name
        case "contact":
            contact = whole.city.contact
            for name in ("postal_code", "address", "phone", "fax"):
                yield name, str(getattr(contact, name) or "")
        case "words":
            words = reworded(here.texts, here.changes, here.today).words.get(linked.get("key", ""))
            for name in COLUMNS:
                yield f"in_{name}", getattr(words, name, None) or ""
        case "paragraph":
            yield "new_words", linked.get("old_words", "")
        case _:
            return
