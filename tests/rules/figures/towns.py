"""Invented towns: a fiscal year of people, contacts and referrals, from a seed."""

from __future__ import annotations

import random
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from madoguchi.rules.figures.tally import (
    AGES,
    KINDS,
    TABLES,
    WAYS,
    Contact,
    Facts,
    Person,
    Referral,
    Sheet,
    tally,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

MONTHS = tuple(date(2026 + (at + 3) // 12, (at + 3) % 12 + 1, 1) for at in range(12))
LATER = (0, 0, 0, 1, 2, 5)


def town(seed: int, people: int) -> Facts:
    """A year of a town: some ways, ages and kinds are rare, many people come again."""
    chance = random.Random(seed)
    told: dict[UUID, Person] = {}
    contacts: list[Contact] = []
    referrals: list[Referral] = []
    for _ in range(people):
        person, month = UUID(int=chance.getrandbits(128)), chance.randrange(12)
        on = MONTHS[month].replace(day=chance.randint(1, 28))
        kinds = tuple(chance.sample(KINDS, chance.randint(1, 2)))
        told[person] = Person(on, chance.choice((*AGES[2:5], *AGES)), kinds)
        contacts.append(Contact(person, on, _way(chance)))
        for _ in range(chance.choice((0, 1, 2, 5))):
            again = MONTHS[min(11, month + chance.choice(LATER))].replace(day=28)
            contacts.append(Contact(person, again, _way(chance)))
        if chance.random() < 0.5:
            referrals.append(Referral(person, on, chance.choice(TABLES["referral"])))
    return Facts(told, tuple(contacts), tuple(referrals))


def _way(chance: random.Random) -> str:
    return chance.choices(WAYS, (6, 2, 5, 3, 1, 1))[0]


def sheets(facts: Facts) -> Mapping[str, Sheet]:
    """The sheets of the year's months, by name."""
    return {f"{month:%Y-%m}": tally(facts, month) for month in MONTHS}
