"""A day of the lawyer's to prepare, and one that is over: places that people have."""

from dataclasses import dataclass

from tests.proof.house import House

DAY = """
import sys
from madoguchi.ops.start import django
django("desk")
from madoguchi.tools.office.public import by_host
from madoguchi.tools.signin.models import Staff
from madoguchi.web.kit.arrival import now
from madoguchi.work.cases import actions as cases, queries
from madoguchi.work.cases.models import Access, Case
from madoguchi.tools.office.actor import Actor
from madoguchi.work.clinic.models import Lawyer, Sitting
from tests.redteam.house import asked_with_file
from tests.web.desk.colleagues import asked
from tests.work.clinic.booked import around, booked
office, staff = by_host("localhost", "desk"), Staff.objects.get(username=sys.argv[1])
who, at = Actor(office.id, staff.role, staff.id), now()
over, coming = around(office, at)
case = Case.objects.get(pk=asked_with_file(office, at).case_id)
queries.open_case(who, case.pk, now=at)
cases.take(who, case, now=at)
about = {"name": "\\U00020bb7田 花子", "phone": "0279-00-0000"}
second, hidden = asked(office, at, about=about), asked(office, at)
queries.open_case(who, second.pk, now=at)
cases.take(who, second, now=at)
Access.objects.create(
    office_id=office.id, case_id=hidden.pk, staff_id=staff.id, kind="deny", at=at
)
first = booked(office, case.pk, 1, at, ref=coming.ref)
booked(office, second.pk, 2, at, ref=coming.ref)
booked(office, hidden.pk, 3, at, ref=coming.ref)
past = booked(office, case.pk, 1, at, ref=over.ref)
lawyer = Lawyer.objects.create(office_id=office.id, name="弁護 太郎")
Sitting.objects.create(office_id=office.id, day=coming.ref, lawyer_id=lawyer.id)
print(coming.ref, over.ref, first.pk, past.pk)
"""


@dataclass(frozen=True)
class Saturday:
    """The names of the day to come and of the one that is over; a booking of each."""

    coming: str
    over: str
    first: str
    past: str


def saturday(house: House, officer: str) -> Saturday:
    """Two places of the officer's cases and one of a case that they may not see."""
    return Saturday(*house.run("-c", DAY, officer).split())
