"""How contact is safe by the desk's lists, in the desk's own process.

`python -m tests.proof.contact_lists`: gives the house's one case a place on the clinic's next day
and a call for today, if it has none, and prints what inbox, day and call list say.
"""

import json
import uuid

from madoguchi.ops.start import django

django("desk")

from madoguchi.rules import slots  # noqa: E402 - Django first
from madoguchi.tools.office.actor import Actor  # noqa: E402
from madoguchi.tools.office.models import Office  # noqa: E402
from madoguchi.tools.office.public import card  # noqa: E402
from madoguchi.web.kit.arrival import now as moment  # noqa: E402
from madoguchi.work.cases import queries  # noqa: E402
from madoguchi.work.cases.models import Case, Due  # noqa: E402
from madoguchi.work.clinic.bookings import queries as bookings  # noqa: E402
from madoguchi.work.clinic.models import Booking  # noqa: E402
from madoguchi.work.notices.public import changes  # noqa: E402
from tests.web.desk.clinics import CLINIC, coming, publish  # noqa: E402


def main() -> None:
    office, now, case = card(Office.objects.get()), moment(), Case.objects.get()
    assert CLINIC
    if not Booking.objects.filter(state="booked").exists():
        publish(office)
        day = coming(office)[0]
        Booking.objects.create(
            office_id=office.id,
            case_id=case.pk,
            day=day.ref,
            number=1,
            state="booked",
            channel="desk",
            agreed_at=slots.begins(day, 1),
            at=now,
        )
        Due.objects.create(
            office_id=office.id, case_id=case.pk, kind="clinic_call", on=now.date(), how="today"
        )
    day = coming(office)[0]
    actor = Actor(office.id, "counsellor", uuid.uuid4())
    rows = bookings.of_day(actor, CLINIC, day, changes(office.id), now=now)
    calls = bookings.calls(actor, CLINIC, changes(office.id), now=now)
    said = {
        "inbox": [one.contact for one in queries.inbox(actor, "open", now.date()).cards],
        "day": [seat.card.contact for row in rows for seat in row.seats if seat.card],
        "calls": [call.contact for call in calls.rows],
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
