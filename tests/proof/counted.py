"""People who came last month and a year ago: something to count and to compare with."""

from tests.proof.house import House

LAST_MONTH = """
from madoguchi.ops.start import django
django("desk")
from datetime import timedelta
from uuid import uuid4
from madoguchi.tools.office.public import by_host
from madoguchi.web.kit.arrival import now
from madoguchi.work.reports.actions import settle
from tests.work.clinic.booked import around
from tests.work.reports.day import NEEDS, came, somebody
office, then = by_host("localhost", "desk"), now().replace(day=1) - timedelta(days=10)
around(office, now())
for way in ["phone"] * 7 + ["mail"] * 2:
    came(somebody(office), office, way, then, age=34)
ago = now() - timedelta(days=365)
came(somebody(office), office, "phone", ago)
month = ago.date().replace(day=1)
key = uuid4().hex
settle(somebody(office, "supervisor"), office.id, month, NEEDS, now=now(), idempotency_key=key)
print(then.strftime("%Y-%m"))
"""


def last_month(house: House) -> str:
    """Nine contacts and the lawyer's days of last month; a month settled a year ago.

    Last month, as addresses name it.
    """
    return house.run("-c", LAST_MONTH).strip()
