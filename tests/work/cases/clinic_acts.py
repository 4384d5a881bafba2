"""What staff can do to a case at the clinic, one call a verb, for tests of who may not."""

import uuid
from collections.abc import Callable
from datetime import datetime

from madoguchi.rules import slots
from madoguchi.rules.programme.changes import ClinicYearPublished
from madoguchi.rules.programme.load import programme
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import actions as bookings
from madoguchi.work.clinic.bookings import parting
from madoguchi.work.clinic.bookings import queries as booked
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.briefs import actions as briefs
from madoguchi.work.clinic.briefs.queries import BriefText
from madoguchi.work.clinic.packs import actions as packs
from madoguchi.work.clinic.public import BookingRevision, Place, Wanted
from madoguchi.work.clinic.sittings import actions
from madoguchi.work.clinic.waiting import actions as waiting

type Act = Callable[[Actor, Case, datetime], object]

CITY = programme("shibukawa")
CLINIC, DESK, PUBLIC = CITY.clinic, CITY.desk, (ClinicYearPublished(2026),)
assert CLINIC
DAY = slots.day(CLINIC, "2026-12-19", PUBLIC)
assert DAY
PLACE, SEEN, ID = Place(DAY.ref, 1), BookingRevision(uuid.uuid4(), 0), uuid.uuid4()
OFFER = Rules(CLINIC, DESK, PUBLIC)

CLINIC_ACTS: dict[str, Act] = {
    "clinic.book": lambda who, case, now: bookings.book(who, case, OFFER, PLACE, Wanted(), now=now),
    "clinic.confirm": lambda who, case, now: bookings.confirm(who, case, SEEN, now=now),
    "clinic.move": lambda who, case, now: bookings.move(who, case, SEEN, OFFER, PLACE, now=now),
    "clinic.cancel": lambda who, case, now: bookings.cancel(who, case, SEEN, now=now),
    "clinic.agree": lambda who, case, now: bookings.agree(who, case, SEEN, now=now),
    "clinic.take_back": lambda who, case, now: bookings.take_back(who, case, SEEN, now=now),
    "clinic.attend": lambda who, case, now: bookings.attend(who, case, SEEN, "came", now=now),
    "clinic.apart": lambda who, case, now: parting.known(who, case, now=now),
    "clinic.prepare": lambda who, case, now: booked._needs(who, case, set(), now=now),
    "clinic.wait": lambda who, case, now: waiting.wait(who, case, "", OFFER, now=now),
    "clinic.offer": lambda who, case, now: waiting.offer(who, case, ID, OFFER, PLACE, now=now),
    "clinic.accept": lambda who, case, now: waiting.accept(
        who, case, SEEN, CLINIC, PUBLIC, now=now
    ),
    "clinic.decline": lambda who, case, now: waiting.decline(who, case, SEEN, now=now),
    "clinic.brief": lambda who, case, now: briefs.write(
        who, case, ID, BriefText(agreed=True, how="phone", on=now.date()), 0, now=now
    ),
    "clinic.pack": lambda who, case, now: packs.print_pack(who, case, ID, DAY, now=now),
    "clinic.sheet": lambda who, case, now: packs._listed(who, case, ID, now=now),
    "clinic.outcome": lambda who, case, now: actions.write(
        who, case, SEEN, actions.Consultation("came"), now=now
    ),
}
