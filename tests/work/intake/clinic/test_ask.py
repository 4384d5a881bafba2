"""Who is new asks for a place: case, receipt and place in one act, or nothing of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.conf import settings
from django.db import connections

from madoguchi.rules import limits
from madoguchi.rules.decision import Refused
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.models import Receipt
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import public as clinics
from madoguchi.work.clinic.models import Booking
from madoguchi.work.intake import public
from tests.web.portal.browsing import holding
from tests.work.clinic.coming import (
    LATER,
    NINE,
    PUBLISHED,
    WANTED,
    booked_online,
    clinic,
    desk,
    work_through,
)
from tests.work.intake.test_ask import request

pytestmark = pytest.mark.race


@pytest.fixture
def who(office: OfficeCard, now: datetime) -> visit.Holder:
    return beginning(office, now)


def beginning(office: OfficeCard, now: datetime) -> visit.Holder:
    """A visitor with a draft."""
    visitor = visit.new_holder(office.id)
    visit.hold(visitor, lambda draft: draft["answers"].update(text="x"), now)
    return visitor


def hold(
    who: visit.Holder,
    now: datetime,
    place: clinics.Place = NINE,
    of: Clinic | None = None,
) -> None:
    told = (of or clinic(), desk(), PUBLISHED, place)
    clinics.hold(who, AtOffice(who.office_id), *told, now=now)


def send(
    who: visit.Holder,
    office: OfficeCard,
    now: datetime,
    network: str = "net",
    of: Clinic | None = None,
) -> bool:
    told = (request(now), WANTED, of or clinic(), desk(), PUBLISHED, network)
    return public.ask_with_booking(who, office, *told, now=now)


def test_the_case_comes_with_its_place(
    who: visit.Holder, office: OfficeCard, now: datetime
) -> None:
    hold(who, now)
    assert send(who, office, now)
    case, row = Case.objects.get(), Booking.objects.get()
    assert (row.case_id, row.state) == (case.id, "asked")
    assert list(Due.objects.values_list("kind", "on")) == [("clinic_asked", now.date())]
    done = visit.recall(who, "done", now)
    assert done
    held = holding(office, (done["number"], done["secret"]))
    assert [one.place for one in clinics.own(held)] == [NINE]
    verbs = list(Line.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs == ["clinic.hold", "case.open", "message.add", "clinic.ask", "intake.ask"]
    assert chain.faults(office.id) == []
    work_through(now)
    assert {kind for (kind,) in Due.objects.values_list("kind")} == {"clinic_asked", "clinic_day"}


def test_where_it_is_booked_at_once_the_desk_looks_at_the_case_still(
    who: visit.Holder, office: OfficeCard, now: datetime
) -> None:
    of = booked_online()
    hold(who, now, of=of)
    assert send(who, office, now, of=of)
    assert set(Due.objects.values_list("kind", flat=True)) == {"first_answer", "clinic_day"}


def test_a_place_that_is_gone_leaves_nothing_but_the_draft(
    who: visit.Holder, office: OfficeCard, now: datetime
) -> None:
    with pytest.raises(Refused, match=r"clinic\.hold_over"):
        send(who, office, now)
    assert not Case.objects.exists()
    assert not Receipt.objects.exists()
    assert visit.recall(who, "draft", now)
    hold(who, now)
    assert send(who, office, now)


def test_sent_fifty_times_at_once_it_is_one(
    who: visit.Holder, office: OfficeCard, now: datetime
) -> None:
    hold(who, now)

    def once_more(number: int) -> bool:
        try:
            return send(who, office, now, f"net-{number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        assert any(pool.map(once_more, range(50)))
    assert (Case.objects.count(), Booking.objects.count()) == (1, 1)
    assert chain.faults(office.id) == []
    assert send(who, office, now) is False


def test_a_network_asks_so_often_a_day(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    monkeypatch.setattr(limits, "DAY_BOOKINGS", 1)
    network = f"net-{office.id}"
    first, second = beginning(office, now), beginning(office, now)
    with pytest.raises(Refused, match=r"clinic\.hold_over"):
        send(first, office, now, network)  # what is refused does not count
    hold(first, now)
    assert send(first, office, now, network)
    hold(second, now, LATER)
    with pytest.raises(Refused, match=r"clinic\.many_today"):
        send(second, office, now, network)
    assert send(second, office, now, "another")
