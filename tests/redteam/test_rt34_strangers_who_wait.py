"""34. Who waits for a place learns of nobody who has one: what is offered knows places and order.

Two strangers wait at the same clock, one after the other in the same house: the words of one fit
somebody who is at the clinic that day, the other's fit nobody. Both read the same.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.programme.load import programme
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic import public
from madoguchi.work.clinic.bookings import actions, parting
from madoguchi.work.clinic.bookings.public import Place, Rules
from madoguchi.work.clinic.models import Booking, Waiting
from madoguchi.work.clinic.public import Wanted
from madoguchi.work.clinic.waiting import jobs
from madoguchi.work.clinic.waiting.giving import to_offer
from madoguchi.work.notices import public as notices
from tests.answers import squeezed
from tests.offices import PORTAL_HOST, browser_of
from tests.web.portal.browsing import open_receipt
from tests.web.portal.saturdays import DECEMBER, JANUARY, Clock
from tests.work.clinic.coming import (
    LAST,
    NINE,
    PUBLISHED,
    Coming,
    begins,
    coming,
    decide,
    desk,
    seen,
    work_through,
)

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
OFTEN = 100
OWN = re.compile(r'value="[^"]*"|\b[0-9]{5}-[0-9]{5}-[0-9]{5}\b|[0-9a-f]{8}-[0-9a-f-]{27}')
CLASS = [f"{family}{given}" for family in ("田中", "小林", "中村") for given in "一二三四五六七"]


@dataclass(frozen=True)
class Words:
    """What a stranger typed of themselves, and whom they named at a booking they gave back."""

    name: str = "佐々木 結"
    digits: str = "08000001111"
    other: str = ""


FITS = {
    "number": (Words(digits="09012345678"), Words(digits="09087654321")),
    "name": (Words("高橋 美咲"), Words("大野 里奈")),
    "whom_they_named": (Words("黒田 健二"), Words("白田 信二")),
    "who_names_them": (Words(other="高橋 美咲"), Words(other="大野 里奈")),
    "within_a_word": (Words(other="株式会社の高橋美咲課長"), Words(other="株式会社の大野里奈課長")),
    "of_21_names": (
        Words(other="、".join([*CLASS[:20], "高橋美咲"])),
        Words(other="、".join(CLASS)),
    ),
    "whom_both_name": (Words(other="黒田 健二"), Words(other="白田 信二")),
}


class Town:
    """Somebody has a place of the clinic, and strangers may wait for one."""

    def __init__(self, office: OfficeCard, now: datetime) -> None:
        decide(office, "clinic_year", PUBLISHED[0], now)
        self.office, self.now = office, now
        self.browsers: dict[tuple[str, str], Client] = {}
        victim = coming(
            office, now, "高橋 美咲", kana="たかはし みさき", phone_digits="09012345678"
        )
        other = coming(office, now, "森 大地")
        self.made = [
            victim.books(LAST, self.rules.clinic, Wanted(other_party="元夫の 黒田 健二")),
            other.books(NINE, self.rules.clinic, Wanted()),
        ]
        self.first = coming(office, now, "林 陽子")
        self.pairs = {kind: tuple(map(self.stranger, words)) for kind, words in FITS.items()}

    @property
    def rules(self) -> Rules:
        """As the worker knows them."""
        clinic = programme(self.office.slug).clinic
        assert clinic
        return Rules(clinic, desk(), notices.changes(self.office.id))

    def stranger(self, words: Words) -> Coming:
        """Somebody who asked for help; whom they named stands at a booking that they gave back."""
        one = coming(self.office, self.now, words.name, phone_digits=words.digits)
        if words.other:
            place = Place("2027-03-20", 1)
            made = one.books(place, self.rules.clinic, Wanted(other_party=words.other))
            actions.cancel(one.staff, one.case, seen(made), now=self.now)
        work_through(self.now)
        self.browsers[one.pair] = browser_of(PORTAL_HOST)
        open_receipt(self.browsers[one.pair], *one.pair)
        return one

    def fill(self, chance: Random) -> None:
        """The victim has a place of one of two days, somebody else another one."""
        places = [Place(day, number) for day in (DECEMBER, JANUARY) for number in (1, 2, 3, 4)]
        Booking.objects.filter(pk__in=self.made).update(state="lapsed")
        for made, place in zip(self.made, chance.sample(places, 2), strict=True):
            at = {"agreed_at": begins(place, self.rules.changes), "state": "booked"}
            Booking.objects.filter(pk=made).update(day=place.day, number=place.number, **at)

    def reads(self, one: Coming, day: str, before: Coming | None) -> tuple[object, ...]:
        """What a stranger who waits sees and counts; afterwards all is as it was.

        `before`: who waits before them. The worker's time is counted in questions to the database.
        """
        waits = [each for each in (before, one) if each]
        told = (day, self.rules.clinic, desk(), self.rules.changes)
        for minutes, each in enumerate(reversed(waits)):
            moment = self.now - timedelta(minutes=minutes)
            public.wait(each.person, each.held, *told, now=moment)
        mails = Outgoing.objects.filter(case_id=one.case.pk)
        sent = mails.count()
        with CaptureQueriesContext(connection) as asked:
            jobs.offer(self.office.id, now=self.now)
        work_through(self.now)
        browser = self.browsers[one.pair]
        pages = (squeezed(browser.get(address)) for address in ("/s/f/l/", "/s/f/"))
        read = (*(OWN.sub("", page) for page in pages), mails.count() - sent, len(asked))
        for each in waits:
            Booking.objects.filter(case_id=each.case.pk, channel="list").delete()
            Waiting.objects.filter(case_id=each.case.pk).delete()
        return read

    def differences(self, seed: int, kinds: Iterable[str] = ()) -> Iterator[str]:
        """The kinds of words (one at random) by which a stranger reads what others do not."""
        chance = Random(seed)
        self.fill(chance)
        day, before = chance.choice(["", DECEMBER, JANUARY]), chance.choice([self.first, None])
        for kind in kinds or [chance.choice(list(FITS))]:
            fits, other = (self.reads(one, day, before) for one in self.pairs[kind])
            if fits != other:
                yield kind


@pytest.fixture
def town(office: OfficeCard, portal: Client, clock: Clock, now: datetime) -> Town:
    """A clinic of four places a day; the portal's clock stands."""
    return Town(office, now)


def test_whose_words_fit_somebody_of_the_day_reads_what_every_stranger_reads(town: Town) -> None:
    assert not [(seed, kind) for seed in range(OFTEN) for kind in town.differences(seed)]


def test_a_list_that_passes_over_who_would_meet_somebody_is_found_by_each_of_these_words(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: as it was until December 2026."""

    def unless_they_meet(case: Case, rules: Rules, place: Place, now: datetime) -> Booking:
        worker = Actor(case.office_id, "worker")
        if parting.meetings(worker, case, rules, place, Wanted(), now=now):
            raise Refused(Reason("clinic.apart"))
        return to_offer(case, rules, place, now)

    monkeypatch.setattr("madoguchi.work.clinic.waiting.jobs.to_offer", unless_they_meet)
    found = {kind for seed in range(3) for kind in town.differences(seed, FITS)}
    assert found == set(FITS)
