"""People who have booked the next public day, one of each way to be reached; prints their cases."""

from madoguchi.ops.start import django

django("desk")

from madoguchi.rules.programme.load import programme  # noqa: E402 - Django must have started
from madoguchi.rules.slots import coming  # noqa: E402
from madoguchi.tools.office.actor import Actor  # noqa: E402
from madoguchi.tools.office.models import Office  # noqa: E402
from madoguchi.tools.office.public import by_id  # noqa: E402
from madoguchi.tools.signin.models import Staff  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.cases.actions import take  # noqa: E402
from madoguchi.work.cases.models import Case  # noqa: E402
from madoguchi.work.cases.public import Wishes  # noqa: E402
from madoguchi.work.cases.queries import find, open_case  # noqa: E402
from madoguchi.work.clinic.bookings.actions import book  # noqa: E402
from madoguchi.work.clinic.bookings.public import Rules  # noqa: E402
from madoguchi.work.clinic.public import Place, Wanted  # noqa: E402
from madoguchi.work.notices.public import changes  # noqa: E402
from tests.web.desk.colleagues import asked  # noqa: E402

NOW = now()
OFFICE = by_id(Office.objects.get().id)
WHOLE = programme(OFFICE.slug)
STANDING = changes(OFFICE.id)
WAYS = (
    Wishes("phone", hours=("morning", "evening"), name_desk=True),
    Wishes("no_voicemail", mail=True),
    Wishes("mail_only", mail=True),
)


def main() -> None:
    """Book one place for each way to be reached; the last case is on the first colleague's list."""
    assert WHOLE.clinic
    offer = Rules(WHOLE.clinic, WHOLE.desk, STANDING)
    day = coming(WHOLE.clinic, NOW.date(), STANDING)[0]
    row = Staff.objects.filter(role="counsellor").order_by("added_at").first()
    assert row
    actor = Actor(OFFICE.id, row.role, row.pk)
    for number, wishes in enumerate(WAYS, start=1):
        about = {"name": f"相談 {number}", "phone": f"0279-00-000{number}", "who": "self"}
        case: Case = asked(OFFICE, NOW, wishes=wishes, about=about)
        open_case(actor, case.pk, now=NOW)
        there = find(actor, case.pk)
        if number == len(WAYS):
            take(actor, there, now=NOW)
        wanted, place = Wanted("なりすまし"), Place(day.ref, number)
        book(actor, there, offer, place, wanted, now=NOW)
    print(day.ref)


main()
