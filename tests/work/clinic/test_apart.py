"""A booking beside somebody whom the person must not meet needs a reason, and a distance."""

from datetime import datetime

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries as opening
from madoguchi.work.clinic.bookings import actions, parting
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.public import Place, Wanted
from madoguchi.work.record.queries import entries
from tests.offices import actor_of, make_staff
from tests.work.clinic.coming import (
    DECEMBER,
    LAST,
    LATER,
    NEXT,
    NINE,
    PUBLISHED,
    WANTED,
    Coming,
    clinic,
    coming,
    desk,
    seen,
)

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
REASON = "入口を分けて案内する"
OFFER = Rules(clinic(), desk(), PUBLISHED)


@pytest.fixture
def other(office: OfficeCard, now: datetime) -> Coming:
    """The other party of `WANTED`, who comes at nine."""
    one = coming(office, now, "山田　太郎")
    one.books(NINE, wanted=Wanted())
    return one


def test_a_reason_is_needed_and_kept_in_the_record(other: Coming, one: Coming) -> None:
    for reason in ("", "  "):
        with pytest.raises(Refused, match=r"clinic\.apart"):
            one.books(LAST, reason=reason)
    assert Booking.objects.count() == 1
    one.books(LAST, reason=REASON)
    read = entries(opening.open_case(one.staff, one.case.id, now=one.now))
    (entry,) = [entry for entry in read if entry.kind == "apart"]
    assert entry.words["text"] == REASON
    assert one.steps() == ["booked"]


def test_too_near_no_reason_helps(other: Coming, one: Coming) -> None:
    with pytest.raises(Refused, match=r"clinic\.adjacent"):
        one.books(LATER, reason=REASON)
    one.books(Place(DECEMBER, 3), reason=REASON)


def test_another_day_needs_none(other: Coming, one: Coming) -> None:
    one.books(NEXT)


def test_moving_beside_them_needs_one_too(other: Coming, one: Coming) -> None:
    booked = one.books(NEXT)
    told = (seen(booked), OFFER, LAST)
    with pytest.raises(Refused, match=r"clinic\.apart"):
        actions.move(one.staff, one.case, *told, now=one.now)
    actions.move(one.staff, one.case, *told, REASON, now=one.now)


def test_it_reads_the_same_from_the_other_side(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    one.books(NINE)
    them = coming(office, now, "ヤマダ太郎", kana="やまだ たろう")
    met = parting.meetings(them.staff, them.case, OFFER, LAST, Wanted(), now=now)
    assert met == ()  # another spelling of which nobody told
    same = coming(office, now, "山田太郎")
    (found,) = parting.meetings(same.staff, same.case, OFFER, LAST, Wanted(), now=now)
    assert (found.case_id, set(found.links), found.near) == (one.case.id, {"other_party"}, False)


def test_the_same_telephone_is_warned_of(office: OfficeCard, now: datetime) -> None:
    first = coming(office, now, phone_digits="09012345678")
    first.books(NINE, wanted=Wanted())
    second = coming(office, now, phone_digits="+819012345678")
    (found,) = parting.meetings(second.staff, second.case, OFFER, LATER, Wanted(), now=now)
    assert found.links == {"same_person"}
    second.books(LATER, wanted=Wanted(), reason="同じ家の二人")


def test_who_may_not_see_a_case_is_not_warned_of_it(
    other: Coming, one: Coming, office: OfficeCard, now: datetime
) -> None:
    relative = actor_of(make_staff(office, "counsellor", "山田", now))
    cases.deny(other.staff, other.case, relative.colleague, now=now)
    assert parting.meetings(relative, one.case, OFFER, LAST, WANTED, now=now) == ()
    assert parting.meetings(one.staff, one.case, OFFER, LAST, WANTED, now=now)  # the control


def test_each_case_that_is_compared_leaves_its_line(other: Coming, one: Coming) -> None:
    before = Line.objects.filter(verb="clinic.apart").count()
    parting.meetings(one.staff, one.case, OFFER, LAST, WANTED, now=one.now)
    lines = Line.objects.filter(verb="clinic.apart").order_by("seq")[before:]
    assert [line.case_id for line in lines] == [one.case.id, other.case.id]
