"""Cases made in bulk are real ones: they open at the desk and with the receipt, the chain holds."""

from collections import Counter
from datetime import datetime

from madoguchi.ops.town import bulk
from madoguchi.tools.audit import chain
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import receipt
from madoguchi.tools.vault.models import Receipt
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case
from madoguchi.work.record import queries as record
from tests.offices import actor_of, make_staff


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


def test_cases_with_notes_in_bulk_open_with_all_of_them(office: OfficeCard, now: datetime) -> None:
    counsellor = actor_of(make_staff(office, "counsellor", "木村", now))
    bulk.cases(office, 3, now, [])
    bulk.add_notes(counsellor, 4, now)
    for case in Case.of(office.id):
        opened = queries.open_case(counsellor, case.id, now=now)
        kinds = Counter(entry.kind for entry in record.entries(opened))
        assert kinds == {"received": 1, "note": 4}
    assert chain.faults(office.id) == []


def test_cases_for_lists_stand_on_the_lists(office: OfficeCard, now: datetime) -> None:
    counsellor = actor_of(make_staff(office, "counsellor", "木村", now))
    bulk.listed(office, 70, now, [counsellor.colleague])
    counts = queries.counts(counsellor, now.date())
    assert 0 < counts.mine < counts.open < 70
