"""Seven persons who need somebody now (いま話せる所をさがす人), and which agencies are for them."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from madoguchi.rules.programme.agency import Language

type PersonName = Literal["dying", "child", "pictures", "threatened", "foreign", "sued", "silent"]
PEOPLE: tuple[PersonName, ...] = get_args(PersonName.__value__)


@dataclass(frozen=True)
class Person:
    """Whom a person in need of somebody now is shown; agencies by file name, in the order shown.

    ``lines``: where a human answers what they ask. ``beside``: good to have in their place, but no
    answer to it. ``send``: what can be sent at any time and is answered later. ``languages``: those
    the person reads, best first; ``voice``: whether they can speak and hear on the telephone.
    """

    name: PersonName
    lines: tuple[str, ...]
    beside: tuple[str, ...] = ()
    send: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ("ja",)
    voice: bool = True

    def reading(self, language: Language) -> "Person":
        """The same person, who reads this language before theirs."""
        return replace(self, languages=tuple(dict.fromkeys((language, *self.languages))))


@dataclass(frozen=True)
class PeopleFile:
    """What ``people.toml`` holds: all seven, in the order shown."""

    person: tuple[Person, ...]

    def __post_init__(self) -> None:
        """Refuse a list that leaves somebody out or names somebody twice."""
        named = [each.name for each in self.person]
        if sorted(named) != sorted(PEOPLE):
            names = "・".join(PEOPLE)
            raise ValueError(f"person には {names} を、一つずつ、すべて書いてください。")
