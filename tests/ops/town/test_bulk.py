"""Cases made in bulk are real ones: they open at the desk and with the receipt, the chain holds."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from madoguchi.ops.town import bulk
from madoguchi.tools.audit import chain
from madoguchi.tools.vault import receipt
from madoguchi.tools.vault.models import Receipt
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case
from tests.offices import actor_of, make_staff

if TYPE_CHECKING:
    from madoguchi.tools.office.public import OfficeCard


def test_cases_in_bulk_are_real(office: OfficeCard, now: datetime) -> None:
    counsellor = make_staff(office, "counsellor", "木村", now)
    secret = bulk.cases(office, 60, now, [counsellor.id])
    bulk.cases(office, 5, now, [], seed=9)
    states = Counter(Case.of(office.id).values_list("state", flat=True))
    assert sum(states.values()) == 65
    assert set(states) == {"received", "waiting", "active", "closed"}
    assert chain.faults(office.id) == []

    case = Case.of(office.id).filter(state="received").first()
    assert case is not None
    opened = queries.open_case(actor_of(counsellor), case.id, now=now)
    assert opened.about["name"] == "例 太郎"
    row = Receipt.objects.get(case_id=case.id)
    assert receipt.present(office.id, row.number, secret, "net") is not None
    assert chain.faults(office.id) == []
