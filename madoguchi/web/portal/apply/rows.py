"""The questions of one task as its page draws them (設問の並び)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.programme.words import Words
from madoguchi.web.kit.application import TICKED, cost_name, tax_name
from madoguchi.web.kit.form import FieldCard, Filled
from madoguchi.web.portal.apply.begun import TOLD, Begun
from madoguchi.work.evidence.public import FileCard
from madoguchi.work.subsidy.applying import public as applying

FOLLOWS = {
    "guardian_is_other": "by-minor",
    "other_aid_yen": "other_aid-yes",
    "delivery_address": "delivery-address",
    "sender_name": "sender-own",
}
"""Questions that an answer before them asks for, and which one: `<question>-<answer>`."""


@dataclass(frozen=True)
class FileTick:
    """A file of the case that can be ticked."""

    id: str
    value: str
    name: str = field(repr=False)
    at: date
    length: int
    ticked: bool


@dataclass(frozen=True)
class PromiseTick:
    """A promise that can be ticked."""

    id: str
    code: str
    words: Words | None
    ticked: bool

    @property
    def key(self) -> str:
        """The text key of one that is not in the city's own words."""
        return f"apply.promises.{self.code}"


@dataclass(frozen=True)
class Row:
    """One question of a task as the page draws it; `told`: known already, and only shown.

    `follows`: the answer without which the page folds it; empty where it is always asked.
    """

    card: FieldCard
    told: bool = False
    follows: str = ""
    files: tuple[FileTick, ...] = ()
    promises: tuple[PromiseTick, ...] = ()


def rows(at: Begun, filled: Filled, *, changing: bool) -> Iterator[Row]:
    """Each question; what is known already is only shown, unless it is being changed."""
    follows = FOLLOWS | dict(_costs(at.version))
    for card in filled.cards:
        name = card.field.name
        if name in TICKED:
            yield Row(card, files=tuple(_ticks(card, at.files)))
        elif name == "promises":
            yield Row(card, promises=tuple(_promises(at, card)))
        else:
            known = name in TOLD and list(card.typed) == at.told.get(name)
            told = known and not changing and not card.slip
            yield Row(card, told, "" if card.slip else follows.get(name, ""))


def _costs(version: SubsidyVersion) -> Iterator[tuple[str, str]]:
    """What an act costs is asked of who asks a lawyer for it."""
    for cost in version.cost:
        for name in (cost_name(cost.act, cost.fee), tax_name(cost.act, cost.fee)):
            yield name, f"acts-{cost.act}"


def _ticks(card: FieldCard, files: tuple[FileCard, ...]) -> Iterator[FileTick]:
    for place, one in enumerate(files):
        own = f"{card.id}-{place}" if place else card.id
        value = str(one.id)
        yield FileTick(own, value, one.name, day_in_japan(one.at), one.length, value in card.typed)


def _promises(at: Begun, card: FieldCard) -> Iterator[PromiseTick]:
    signed = at.applied.contract == "signed"
    asked = [one for one in applying.promises(at.version) if one.must or not signed]
    for place, one in enumerate(asked):
        own = f"{card.id}-{one.code}" if place else card.id
        yield PromiseTick(own, one.code, one.words, one.code in card.typed)
