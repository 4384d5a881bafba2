"""The lawyer's envelopes: what lacks, what is printed, what is old by now, and for whom."""

from datetime import date, datetime, timedelta

import pytest

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.programme.load import programme
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.clinic.bookings.public import in_force
from madoguchi.work.clinic.briefs import actions as briefs
from madoguchi.work.clinic.briefs.queries import BriefText
from madoguchi.work.clinic.models import Booking, Pack
from madoguchi.work.clinic.packs import actions, queries
from madoguchi.work.notices.public import changes
from tests.redteam.house import asked_with_file
from tests.web.desk.colleagues import asked
from tests.work.clinic.booked import booked, decided, published, the_day
from tests.work.reports.day import deny, somebody

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
FRIDAY = datetime(2026, 12, 18, 9, 0, tzinfo=JAPAN)
TOLD = BriefText(agreed=True, how="phone", on=date(2026, 11, 30), happened="住所を書かれた")
NO = BriefText(agreed=False, how="phone", on=date(2026, 11, 30))


class There:
    """A counsellor, their case with a file, its booking in the first slot."""

    def __init__(self, office: OfficeCard, now: datetime) -> None:
        published(office, now)
        self.office, self.who = office, somebody(office)
        row = Case.objects.get(pk=asked_with_file(office, now).case_id)
        opening.open_case(self.who, row.pk, now=now)
        cases.take(self.who, row, now=now)
        self.case_id, self.booking_id = row.pk, booked(office, row.pk, 1, now).pk

    @property
    def case(self) -> Case:
        return Case.objects.get(pk=self.case_id)

    def writes(self, told: BriefText, seen: int = 0) -> None:
        briefs.write(self.who, self.case, self.booking_id, told, seen, now=FRIDAY)

    def papers(self, actor: Actor | None = None) -> list[queries.Paper]:
        clinic = programme(self.office.slug).clinic
        assert clinic
        day, told = the_day(self.office), changes(self.office.id)
        found = queries.of_day(actor or self.who, clinic, day, told, now=FRIDAY)
        return [seat.paper for slot in found for seat in slot.seats if seat.paper]

    def prints(self, actor: Actor | None = None) -> list[actions.Contents]:
        who = actor or self.who
        day = the_day(self.office)
        return list(actions.print_packs(who, self.papers(who), day, now=FRIDAY).values())

    def lacks(self) -> list[tuple[bool, bool, bool]]:
        found = queries.missing(self.office.id, the_day(self.office))
        return [(one.consent, one.brief, one.print) for one in found]


@pytest.fixture
def there(office: OfficeCard, now: datetime) -> There:
    return There(office, now)


def test_what_lacks_is_named_until_it_is_there(there: There) -> None:
    assert there.lacks() == [(True, True, True)]
    there.writes(BriefText(agreed=True, how="phone", on=date(2026, 11, 30)))
    assert there.lacks() == [(False, True, True)]
    there.writes(TOLD, 1)
    assert there.lacks() == [(False, False, True)]
    there.prints()
    assert there.lacks() == [(False, False, False)]


def test_who_wants_nothing_passed_on_lacks_no_brief(there: There) -> None:
    there.writes(NO)
    there.prints()
    assert there.lacks() == [(False, False, False)]


def test_a_print_is_old_after_a_change_of_brief_booking_or_day(there: There) -> None:
    def stale() -> list[bool]:
        return [bool(paper.printed and paper.printed.stale) for paper in there.papers()]

    there.prints()
    assert stale() == [False]
    there.writes(TOLD)
    assert stale() == [True]
    there.prints()
    assert stale() == [False]
    Booking.objects.update(number=2, revision=1)
    assert stale() == [True]
    there.prints()
    decided(there.office, "clinic_moved", FRIDAY, was_on="2026-12-19", now_on="2026-12-20")
    assert stale() == [True]
    assert there.lacks() == [(False, False, True)]
    assert Pack.objects.count() == 3


def test_a_print_is_not_old_by_who_came_and_what_came_of_it(there: There) -> None:
    def stale() -> list[bool]:
        return [bool(paper.printed and paper.printed.stale) for paper in there.papers()]

    there.writes(TOLD)
    there.prints()
    Booking.objects.update(state="came", revision=1)
    assert stale() == [False]
    there.writes(TOLD, 1)
    assert stale() == [True], "the control: the lawyer has not read the newer brief yet"
    Booking.objects.update(outcome_at=FRIDAY, revision=2)
    assert stale() == [False]


def test_the_envelope_holds_the_brief_and_the_files_by_their_sums(there: There) -> None:
    there.writes(TOLD)
    (pack,) = there.prints()
    assert pack.brief
    assert pack.brief.happened == "住所を書かれた"
    (file,) = pack.files
    assert len(file.sha256) == 64
    assert (pack.person, pack.other_party) == ("", "")


@pytest.mark.parametrize("told", [None, NO, BriefText(agreed=True, how="phone", on=NO.on)])
def test_without_a_brief_that_the_person_agreed_to_nothing_is_in_it(
    there: There, told: BriefText | None
) -> None:
    if told:
        there.writes(told)
    (pack,) = there.prints()
    assert (pack.brief, pack.files, pack.person) == (None, (), "")


def test_names_are_in_it_only_where_the_person_agreed(there: There) -> None:
    there.writes(BriefText(agreed=True, how="phone", on=TOLD.on, names=True, asks="消せるか"))
    (pack,) = there.prints()
    assert pack.person


@pytest.mark.opens("clinic.pack", "clinic.sheet")
def test_each_print_is_a_line_with_who_printed(there: There) -> None:
    there.prints()
    actions.list_names(there.who, there.papers(), now=FRIDAY)
    for verb in ("clinic.pack", "clinic.sheet"):
        (line,) = Line.objects.filter(verb=verb, case_id=there.case_id)
        assert (line.staff_id, line.outcome) == (there.who.staff_id, "done")
    assert Pack.objects.get().staff_id == there.who.staff_id


def test_what_one_may_not_see_is_neither_named_nor_printed(there: There, now: datetime) -> None:
    other = somebody(there.office)
    deny(somebody(there.office, "supervisor"), there.case, other, now)
    assert there.papers(other) == []
    clinic = programme(there.office.slug).clinic
    assert clinic
    slots = queries.of_day(other, clinic, the_day(there.office), changes(there.office.id), now=now)
    assert slots[0].seats == (queries.Seat(shut=True),)
    Access.objects.all().delete()
    Case.objects.filter(pk=there.case_id).update(level="secret")
    assert there.papers(somebody(there.office, "supervisor")) == []
    day = the_day(there.office)
    with pytest.raises(Absent):
        actions.print_pack(other, there.case, there.booking_id, day, now=FRIDAY)
    assert not Pack.objects.exists()


def test_a_case_that_nobody_has_opened_yet_is_opened_for_the_list(
    there: There, now: datetime
) -> None:
    new = asked(there.office, now)
    booked(there.office, new.pk, 2, now)
    listed = actions.list_names(there.who, there.papers(), now=FRIDAY)
    assert len(listed) == 2


def test_no_envelope_for_who_is_not_expected(there: There) -> None:
    Booking.objects.update(state="cancelled")
    assert there.papers() == []
    day = the_day(there.office)
    with pytest.raises(Refused) as refused:
        actions.print_pack(there.who, there.case, there.booking_id, day, now=FRIDAY)
    assert [reason.code for reason in refused.value.reasons] == ["clinic.no_pack"]


def test_it_is_asked_for_from_the_working_day_before_until_the_day_is_over(
    there: There,
) -> None:
    def missing(at: datetime) -> bool:
        return bool(queries.unprinted(there.office.id, at))

    thursday = FRIDAY - timedelta(days=1)
    assert [missing(thursday), missing(FRIDAY)] == [False, True]
    saturday = FRIDAY + timedelta(days=1)
    assert missing(saturday.replace(hour=11, minute=59))
    assert not missing(saturday.replace(hour=12))
    there.prints()
    assert not missing(FRIDAY)
    offer = in_force(there.office.id, FRIDAY.date())
    assert offer
    assert [day.ref for day in queries.due_now(offer, FRIDAY)] == ["2026-12-19"]


def test_over_a_holiday_the_working_day_before_is_earlier(
    office: OfficeCard, now: datetime
) -> None:
    published(office, now)
    decided(office, "desk_closed", now, on="2026-12-18")
    booked(office, asked(office, now).pk, 1, now)
    thursday = FRIDAY - timedelta(days=1)
    assert queries.unprinted(office.id, thursday)
    assert not queries.unprinted(office.id, thursday - timedelta(days=1))
