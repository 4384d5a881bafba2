"""Many acts on one case at once: every one is kept, numbered without a gap, none waits forever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connections

from madoguchi.tools.audit import chain
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.work.cases import actions, jobs, queries
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Due, Wish
from madoguchi.work.intake import public as intake
from madoguchi.work.record import actions as record
from madoguchi.work.record import public as record_public
from madoguchi.work.record.models import Entry
from tests.offices import actor_of, make_staff
from tests.redteam.house import asked_with_file
from tests.web.portal.browsing import holding

TIMES = 24
pytestmark = pytest.mark.race


def test_messages_wishes_and_notes_at_once_are_all_kept(office: OfficeCard, now: datetime) -> None:
    asked = asked_with_file(office, now)
    held = holding(office, (asked.number, asked.secret))
    person = cases.consultee(office.id)
    staff = actor_of(make_staff(office, "counsellor", "木村", now))
    jobs.adopt(held.case_id, now=now)
    actions.take(staff, queries.find(staff, held.case_id), now=now)
    before = Due.objects.count()

    def act(number: int) -> None:
        try:
            if number % 3 == 0:
                visitor = visit.new_holder(office.id)
                intake.add(person, held, {"text": str(number)}, visitor, now.date(), now=now)
            elif number % 3 == 1:
                record_public.change_wishes(person, held, cases.Wishes("mail_only"), now=now)
            else:
                record.note(staff, queries.find(staff, held.case_id), str(number), now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(act, range(TIMES)))
    each = TIMES // 3
    entries = Entry.of(office.id).filter(case_id=held.case_id).order_by("number")
    assert list(entries.values_list("number", flat=True)) == list(range(1, 3 * each + 2))
    assert Wish.of(office.id).filter(case_id=held.case_id).count() == each + 1
    assert Due.objects.count() == before + each
    assert chain.faults(office.id) == []
