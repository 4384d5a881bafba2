"""20. What a lawyer with an account, or whoever has their password, can get out of the house."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest
from django.test import Client

from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import Wishes
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.sittings import queries as sittings_queries
from madoguchi.work.evidence.models import Item
from madoguchi.work.record import actions as record
from tests.answers import squeezed
from tests.digits import stand_in
from tests.offices import actor_of, make_staff
from tests.web.desk.colleagues import inside
from tests.web.lawyer.addresses import addresses
from tests.web.lawyer.saturday import (
    MORNING,
    PICTURE,
    REF,
    books,
    briefed,
    clock,
    lawyer,
    person,
    year,
)
from tests.web.lawyer.test_day import press, slot

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
NEXT = "2027-01-16"
PHONE, STORY, NOTE, BRIEF = "0279-00-0000", "秘密の相談", "職員の覚え", "要点のことば"
METHODS = ("GET", "POST")


@pytest.fixture(autouse=True)
def morning(office: OfficeCard, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day is public, and it is its morning."""
    year(office)
    clock(monkeypatch, MORNING)


class Town:
    """A lawyer, the two who come to them, and everybody else."""

    def __init__(self, office: OfficeCard) -> None:
        """Book them, write notes and briefs for all."""
        self.mine = lawyer(office, REF, NEXT)
        lawyer(office, REF, seat=2, name="弁護士 高崎")
        self.staff = make_staff(office, "supervisor", "木村", MORNING)
        self.cases = [person(office, [(f"{n}.png", PICTURE)]) for n in range(5)]
        places = ((1, REF, 1), (2, REF, 1), (1, REF, 2), (1, NEXT, 1))
        self.bookings = [
            books(case, number, ref=ref, seat=seat)
            for case, (number, ref, seat) in zip(self.cases, places, strict=False)
        ]
        for case, booking in zip(self.cases, self.bookings, strict=False):
            briefed(case, booking, self.staff.pk, f"{BRIEF} {case.short_name}")
        for case in self.cases:
            head = actor_of(self.staff)
            record.note(head, queries.find(head, case.pk), NOTE, now=MORNING)

    @property
    def own(self) -> list[Booking]:
        """The bookings of those who come to the lawyer."""
        return self.bookings[:2]

    @property
    def foreign(self) -> list[Case]:
        """The cases of those who do not."""
        return self.cases[2:]


def seen(browser: Client, town: Town) -> Iterator[str]:
    """Whatever the lawyer's browser is shown, pressing all that may be pressed but declining."""
    for booking in town.own:
        yield squeezed(browser.get(slot(booking)))
        assert press(browser, booking, "clear").status_code == 303
        yield squeezed(browser.get(slot(booking)))
    yield squeezed(browser.get("/day/"))
    for path, method in product(sorted(addresses("madoguchi.config.urls.desk")), METHODS):
        answer = browser.generic(method, path)
        yield "" if answer.streaming else squeezed(answer)


@pytest.fixture
def town(office: OfficeCard) -> Town:
    return Town(office)


def test_nothing_of_anybody_else_and_no_way_to_reach_anybody_gets_out(town: Town) -> None:
    out = "\n".join(seen(town.mine.browser(MORNING), town))
    for booking, case in zip(town.own, town.cases, strict=False):
        assert f"{BRIEF} {case.short_name}" in out
        assert str(booking.pk) in out
    for word in (PHONE, STORY, NOTE, "弁護士 高崎", "木村", "2027年1月16日"):
        assert word not in out, word
    for case in town.foreign:
        assert not stand_in(out, case.short_name)
        assert str(case.pk) not in out
    assert not [case for case in town.cases if str(case.pk) in out]


def test_control_the_desk_s_page_shows_those_words(town: Town) -> None:
    browser = inside(town.staff)
    session = browser.session
    session["signed_in_at"] = MORNING.isoformat()
    session.save()
    page = squeezed(browser.get(f"/cases/{town.cases[0].pk}/"))
    assert [word for word in (PHONE, STORY, NOTE) if word in page] == [PHONE, STORY, NOTE]


def test_no_pair_of_ids_but_their_own_opens_a_file(town: Town) -> None:
    browser = town.mine.browser(MORNING)
    for booking in town.own:
        assert press(browser, booking, "clear").status_code == 303
    files = {item.pk: item.case_id for item in Item.objects.all()}
    ids = [*(booking.pk for booking in town.bookings), *(case.pk for case in town.cases)]
    opened = set()
    for named, file_id in product(ids, files):
        answer = browser.get(f"/day/{named}/files/{file_id}/")
        if answer.status_code == 200:
            opened.add((named, file_id))
            b"".join(answer)
        else:
            assert answer.status_code == 404
    expected = {(b.pk, f) for b in town.own for f, case in files.items() if case == b.case_id}
    assert opened == expected
    assert Line.objects.filter(verb="clinic.view", outcome="done").count() == len(expected)


def test_control_without_the_seat_the_other_lawyer_s_people_open(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, theirs = town.mine.browser(MORNING), town.bookings[2]
    assert browser.get(slot(theirs)).status_code == 404
    anybody = lambda seat, _actor: Booking.of(seat.office_id).filter(day=seat.day.ref)  # noqa: E731 - one line
    monkeypatch.setattr(sittings_queries, "appointments", anybody)
    assert browser.get(slot(theirs)).status_code == 200


def test_nothing_that_is_posted_changes_anybody_else(town: Town) -> None:
    browser = town.mine.browser(MORNING)
    before = list(Booking.objects.order_by("pk").values_list("pk", "state", "revision"))
    stood = {case.pk: case.revision for case in Case.objects.all()}
    forms = {"shown": "0" * 64, "came": "came", "result": "advised", "revision": "0", "token": "t"}
    for booking, act in product(town.bookings[2:], ("clear", "decline", "outcome")):
        assert browser.post(f"{slot(booking)}{act}/", forms).status_code == 404
    assert list(Booking.objects.order_by("pk").values_list("pk", "state", "revision")) == before
    assert {case.pk: case.revision for case in Case.objects.all()} == stood


def test_a_case_denied_while_it_is_open_closes_at_once(town: Town) -> None:
    browser = town.mine.browser(MORNING)
    booking, case = town.own[0], town.cases[0]
    assert press(browser, booking, "clear").status_code == 303
    assert browser.get(slot(booking)).status_code == 200
    head = actor_of(town.staff)
    later = MORNING + timedelta(minutes=1)
    actions.deny(head, queries.find(head, case.pk), town.mine.account.pk, now=later)
    assert browser.get(slot(booking)).status_code == 404
    assert not stand_in(squeezed(browser.get("/day/")), case.short_name)
    assert browser.post(f"{slot(booking)}outcome/", {"came": "came"}).status_code == 404


def test_wishes_and_address_are_nowhere_even_where_the_name_is(town: Town) -> None:
    browser, booking = town.mine.browser(MORNING), town.own[0]
    page = squeezed(browser.get(slot(booking)))
    assert "𠮷田 花子" in page
    assert PHONE not in page
    assert Wishes("mail_only", mail=True).contact_rule not in page
