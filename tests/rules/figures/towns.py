"""Invented towns: a fiscal year of people, contacts, referrals and consultations, from a seed."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from madoguchi.rules.figures.granted import REASONS, Granted
from madoguchi.rules.figures.tally import (
    AGES,
    CAME,
    KINDS,
    TABLES,
    WAYS,
    Consultation,
    Contact,
    Facts,
    Person,
    Referral,
    Sheet,
    tally,
)

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
    offered = tuple(month.replace(day=19) for month in MONTHS for _ in range(seed % 3 * 4 + 4))
    consultations = _consultations(chance, tuple(told), offered)
    grants = tuple(_grant(chance, who) for who in told if chance.random() < 0.4)
    asked = tuple(contacts), tuple(referrals), consultations, offered
    return Facts(told, *asked, grants, MONTHS)


def _grant(chance: random.Random, who: UUID) -> Granted:
    """An application of the year; most are decided and paid, in the year or after it."""
    first_on = chance.choice(MONTHS) + timedelta(days=chance.randrange(28))
    on = first_on + timedelta(days=chance.randint(5, 60))
    how = chance.random()
    if how < 0.1:
        return Granted(who, first_on)
    if how < 0.2:
        reasons = tuple(chance.sample(REASONS, chance.randint(1, 2)))
        return Granted(who, first_on, refused_on=on, reasons=reasons)
    yen = min(150, chance.randrange(50, 300)) * 1000
    if how < 0.4:
        return Granted(who, first_on, on, yen)
    paid_on = on + timedelta(days=chance.randint(20, 90))
    return Granted(who, first_on, on, yen, paid_on=paid_on, paid_yen=yen)


def _consultations(
    chance: random.Random, people: tuple[UUID, ...], offered: tuple[date, ...]
) -> tuple[Consultation, ...]:
    """Most places of the lawyer's days are booked, where there are people enough."""
    asked = (chance.choice(people) for _ in offered if chance.random() < len(people) / 100)
    return tuple(
        Consultation(who, on, chance.choices(CAME, (8, 2, 1))[0], chance.randint(1, 60))
        for who, on in zip(asked, chance.sample(offered, len(offered)), strict=False)
    )


def _way(chance: random.Random) -> str:
    return chance.choices(WAYS, (6, 2, 5, 3, 1, 1))[0]


def sheets(facts: Facts) -> Mapping[str, Sheet]:
    """The sheets of the year's months, by name."""
    return {f"{month:%Y-%m}": tally(facts, month) for month in MONTHS}
