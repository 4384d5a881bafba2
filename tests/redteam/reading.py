"""A desk that reads all that was confided; prints it. Run as `python -m tests.redteam.reading`."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from madoguchi.ops.start import django

django("desk")

from madoguchi.tools.office.actor import Actor  # noqa: E402 - Django first
from madoguchi.work.cases import actions, queries  # noqa: E402
from madoguchi.work.cases.models import Case  # noqa: E402
from madoguchi.work.evidence import public as evidence  # noqa: E402
from madoguchi.work.evidence.queries import original  # noqa: E402
from madoguchi.work.intake.enquiry import queries as enquiries  # noqa: E402
from madoguchi.work.record.queries import entries  # noqa: E402


def main() -> None:
    """Open the case, its entries and its files."""
    now = datetime.now(ZoneInfo("Asia/Tokyo"))
    case = Case.objects.get()
    actor = Actor(case.office_id, "counsellor", uuid4())
    opened = queries.open_case(actor, case.id, now=now)
    actions.take(actor, case, now=now)
    print(opened.about, *(entry.words for entry in entries(opened)))
    for card in evidence.cards(opened.shared):
        _, content = original(actor, case, card.id, now=now)
        print(card.name, b"".join(content))
    (asked,) = enquiries.enquiries(actor)
    print(enquiries.open_enquiry(actor, asked.id, now=now).question.text)


if __name__ == "__main__":
    main()
