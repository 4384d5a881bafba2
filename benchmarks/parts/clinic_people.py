"""People with links who book a clinic at random, each name spelled as people spell it.

Who is who is known by number, so that what the rule finds in the words is held against the truth.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from uuid import UUID

from madoguchi.rules.apart import Party, far_enough, meets

PEOPLE, SLOTS, A_DAY = 600, 12, 9
MOST_TRIED = 4
FAMILY = (
    ("髙橋", "たかはし"), ("斎藤", "さいとう"), ("山田", "やまだ"), ("渡邊", "わたなべ"),
    ("櫻井", "さくらい"), ("浜口", "はまぐち"), ("長谷川", "はせがわ"), ("廣瀬", "ひろせ"),
    ("島田", "しまだ"), ("富岡", "とみおか"), ("吉川", "よしかわ"), ("宮﨑", "みやざき"),
)  # fmt: skip
GIVEN = (
    ("花子", "はなこ"), ("一郎", "いちろう"), ("真由美", "まゆみ"), ("健太", "けんた"),
    ("恵子", "けいこ"), ("大輔", "だいすけ"), ("陽菜", "ひな"), ("蓮", "れん"),
)  # fmt: skip
TODAY = str.maketrans("髙渡邊櫻廣﨑", "高渡辺桜広崎")
AROUND = ("{}", "{}さん", "元上司の{}", "{}（同じ学校）", "たぶん{}だと思います")


@dataclass(frozen=True)
class Person:
    """Somebody: a number, and the number of whom it is about."""

    number: int
    other: int


@dataclass(frozen=True)
class Booked:
    """A booking: who, on which day, in which slot, and whether a reason was given."""

    who: Person
    day: int
    number: int
    reason: bool


type There = list[tuple[Booked, Party]]


def book(many: int, *, heed: bool) -> list[Booked]:
    """So many bookings, with the check or without; the same people in the same order."""
    random, written = Random(20261219), Random(7)
    days: dict[int, There] = defaultdict(list)
    while sum(map(len, days.values())) < many:
        who = Person(random.randrange(PEOPLE), random.randrange(PEOPLE))
        tries = [random.randrange(many // A_DAY) for _ in range(random.randint(1, MOST_TRIED))]
        party = written_down(written, who)
        place = _place(party, tries, days, heed=heed)
        if place:
            days[place[0]].append((Booked(who, *place), party))
    return [one for day in days.values() for one, _ in day]


def met(booked: Sequence[Booked]) -> Iterator[tuple[Booked, Booked]]:
    """The pairs on one day who are, by their numbers, one person, parties, or have one other."""
    by_day: dict[int, list[Booked]] = defaultdict(list)
    for each in booked:
        by_day[each.day].append(each)
    for there in by_day.values():
        for place, one in enumerate(there):
            yield from ((one, other) for other in there[place + 1 :] if _linked(one.who, other.who))


def written_down(random: Random, who: Person) -> Party:
    """What the desk knows of a case, in some spelling."""
    (name, kana), (other, _) = _name(who.number), _name(who.other)
    tail = f"{who.number:08}"
    return Party.of(
        UUID(int=random.getrandbits(128)),
        [random.choice((name, name.translate(TODAY), name.replace("\u3000", ""))), kana],
        [random.choice((f"090-{tail[:4]}-{tail[4:]}", f"+81 90 {tail[:4]} {tail[4:]}"))],
        [random.choice(AROUND).format(random.choice((other, other.translate(TODAY))))],
    )


def _name(number: int) -> tuple[str, str]:
    """A name of its own for each number: the same number, the same name."""
    middle, given = divmod(number, len(GIVEN))
    part, family = divmod(middle, len(FAMILY))
    name, kana = GIVEN[given]
    return (
        f"{FAMILY[family][0]}\u3000{'甲乙丙丁戊己庚'[part]}{name}",
        f"{FAMILY[family][1]} {'きおへていつこ'[part]}{kana}",
    )


def _place(
    party: Party,
    tries: Sequence[int],
    days: Mapping[int, list[tuple[Booked, Party]]],
    *,
    heed: bool,
) -> tuple[int, int, bool] | None:
    """A day without anybody to be kept apart; else, with a reason, a slot far enough from them."""
    for day in tries:
        there = days.get(day, [])
        linked = [one.number for one, theirs in there if heed and meets(party, theirs)]
        taken = {one.number for one, _ in there}
        free = [n for n in range(1, SLOTS + 1) if n not in taken and far_enough(n, linked, 1)]
        if free and (day == tries[-1] or not linked):
            return day, free[len(taken) % len(free)], bool(linked)
    return None


def _linked(one: Person, other: Person) -> bool:
    return one.number in (other.number, other.other) or one.other in (other.number, other.other)
