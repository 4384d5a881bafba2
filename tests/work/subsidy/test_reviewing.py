"""The desk reviews an application: received, checked, returned, drafted, decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.work.subsidy.models import Budget
from tests.work.subsidy.granting import YEN, opened_year, sent

if TYPE_CHECKING:
    from datetime import datetime

    from madoguchi.tools.office.public import OfficeCard


def test_an_application_goes_from_the_letterbox_to_the_payment(
    office: OfficeCard, now: datetime
) -> None:
    opened_year(office)
    desk = sent(office, now).until("paid")
    assert [str(step.state) for step in desk.opened.steps] == [
        *("sent", "received", "drafted", "decided"),
        *("contracted", "reported", "fixed", "claimed", "paid"),
    ]
    year = Budget.objects.get()
    assert (year.reserved_yen, year.spent_yen) == (0, YEN)
