"""Where a telephone number stands (番号のある所): the places that follow, the words that do not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from madoguchi.rules.programme.changes import Change, NumberHidden, NumberReplaced
from madoguchi.rules.programme.lines import whereabouts
from madoguchi.rules.programme.rewording import reworded
from madoguchi.rules.programme.texts import is_desk
from madoguchi.rules.programme.words import COLUMNS
from madoguchi.rules.sound import Standing
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.reading import words_for

OWN = ("desk", "clinic", "contact")


@dataclass(frozen=True)
class Place:
    """One place; `href`: the words that an officer has to change there."""

    name: str
    href: str = ""


def places(request: DeskRequest, here: Standing, change: Change) -> tuple[Place, ...]:
    """Where the number of a decision stands; none for other decisions."""
    match change:
        case NumberHidden(number=number) | NumberReplaced(was=number):
            stands = whereabouts(here.programme, here.changes, number)
            return (
                *(Place(_name(request, here, each)) for each in stands),
                *_in_words(request, here, number.number),
            )
        case _:
            return ()


def _name(request: DeskRequest, here: Standing, place: str) -> str:
    if place in OWN:
        return words_for(request).get(f"desk.settings.place.{place}").words
    return here.programme.agency(place).name.ja


def _in_words(request: DeskRequest, here: Standing, number: str) -> Iterator[Place]:
    """The pages of prose and the groups of short words that say the number."""
    words = reworded(here.texts, here.changes, here.today)
    says = re.compile(rf"(?<![0-9#-]){re.escape(number)}(?![0-9-])")
    for page in words.prose():
        if any(says.search(words.page(page, column).words) for column in COLUMNS):
            name = words_for(request).get(f"desk.settings.prose.{page}").words
            yield Place(name, reverse("settings-prose", args=[page]))
    for key, row in words.words.items():
        said = " ".join(filter(None, (row.ja, row.easy, row.en)))
        if not is_desk(key) and says.search(said):
            yield Place(key, reverse("settings-words", args=[key.partition(".")[0]]))
