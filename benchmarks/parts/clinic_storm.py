"""A thousand bookings, moves and cancellations at random, by people and colleagues at once.

Run in a house of its own, by `STORM` with the number of attempts; prints what came of it.
"""

import json
import threading
from collections import Counter
from random import Random
from typing import Any
from uuid import UUID

from django.db import connections

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.programme.load import programme
from madoguchi.rules.slots import coming as days_to_come
from madoguchi.rules.slots import day
from madoguchi.rules.steps.booking import HOLDING, STANDING
from madoguchi.tools.audit import chain
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard, by_id
from madoguchi.web.kit.arrival import now
from madoguchi.work.cases.models import Due
from madoguchi.work.clinic import public
from madoguchi.work.clinic.bookings import actions
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.public import BookingRevision, Place, Wanted
from madoguchi.work.notices.public import changes
from tests.work.clinic.coming import Coming, coming

THREADS, PEOPLE = 8, 24
LOOKED_AT = "clinic_day", "clinic_asked"


class Storm:
    """The people, the places, and what came of each attempt."""

    def __init__(self, office: OfficeCard) -> None:
        clinic = programme(office.slug).clinic
        assert clinic
        self.clinic, self.desk = clinic, programme(office.slug).desk
        self.changes = changes(office.id)
        self.now = now()
        self.people = [coming(office, self.now) for _ in range(PEOPLE)]
        ahead = days_to_come(clinic, self.now.date(), self.changes)[:4]
        self.places = [Place(one.ref, slot.number) for one in ahead for slot in one.slots]
        self.came: Counter[str] = Counter()

    def blow(self, seed: int, many: int) -> None:
        """So many attempts of one thread."""
        random = Random(seed)
        for _ in range(many):
            try:
                told = self._attempt(random)
            except Refused:
                told = "refused"
            except Absent:
                told = "gone"
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                told = f"error {type(error).__name__}"
            self.came[told] += 1
        connections.close_all()

    def _attempt(self, random: Random) -> str:
        one, place = random.choice(self.people), random.choice(self.places)
        mine = [own for own in public.own(one.held) if own.state in STANDING]
        if not mine:
            return self._book(one, place)
        seen, told = mine[0].seen, random.choice(("move", "cancel", "change", "give back"))
        self._do(told, one, seen, place)
        return told

    def _book(self, one: Coming, place: Place) -> str:
        actions.book(
            one.staff,
            one.case,
            Rules(self.clinic, self.desk, self.changes),
            place,
            Wanted(),
            now=self.now,
        )
        return "book"

    def _do(self, told: str, one: Coming, seen: BookingRevision, place: Place) -> UUID:
        clinic, desk, standing, at = self.clinic, self.desk, self.changes, self.now
        match told:
            case "move":
                offer = Rules(clinic, desk, standing)
                return actions.move(one.staff, one.case, seen, offer, place, now=at)
            case "cancel":
                return actions.cancel(one.staff, one.case, seen, now=at)
            case "change":
                told_to = (one.person, one.held, seen, place, clinic, desk, standing, at.date())
                return public.change(*told_to, now=at)
            case _:
                return public.cancel(
                    one.person, one.held, seen, clinic, standing, at.date(), now=at
                )

    def faults(self) -> dict[str, int]:
        """What must not be, counted."""
        rows = list(Booking.objects.filter(state__in=HOLDING))
        places = Counter((row.day, row.number, row.seat) for row in rows)
        cases = Counter(row.case_id for row in rows if row.state in STANDING)
        found = {ref: day(self.clinic, ref, self.changes) for ref in {row.day for row in rows}}
        waited_for = Due.objects.filter(kind__in=LOOKED_AT, done_at__isnull=True)
        looked_at = set(waited_for.values_list("case_id", flat=True))
        return {
            "places twice": sum(many > 1 for many in places.values()),
            "people twice": sum(many > 1 for many in cases.values()),
            "no such slot": sum(
                (there := found[row.day]) is None or there.slot(row.number) is None for row in rows
            ),
            "nobody's day": len([one for one in cases if one not in looked_at]),
            "audit": len(list(chain.faults(self.people[0].held.office_id))),
        }


def main(many: int) -> None:
    """Let it blow and tell."""
    storm = Storm(by_id(Office.objects.get().id))
    crowd = [
        threading.Thread(target=storm.blow, args=(seed, many // THREADS)) for seed in range(THREADS)
    ]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    told: dict[str, Any] = {"came": storm.came, "faults": storm.faults()}
    print(json.dumps(told))
