"""The lawyer's brief: only with recorded consent, append-only, and nobody's is lost."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from madoguchi.rules.decision import Absent, Refused
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.clinic.briefs import actions, queries
from madoguchi.work.clinic.briefs.queries import BriefText
from madoguchi.work.clinic.models import Booking, Brief
from tests import looking
from tests.web.desk.colleagues import asked
from tests.work.clinic.booked import booked, published
from tests.work.reports.day import deny, somebody

type There = tuple[Actor, Case, Booking]

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
TOLD = BriefText(
    agreed=True,
    how="phone",
    on=date(2026, 11, 30),
    happened="掲示板に住所を書かれた",
    asks="消せるか",
)


@pytest.fixture
def there(office: OfficeCard, now: datetime) -> There:
    """A counsellor, their case, its booking."""
    published(office, now)
    who, case = somebody(office), asked(office, now)
    opening.open_case(who, case.pk, now=now)
    cases.take(who, case, now=now)
    case = Case.objects.get(pk=case.pk)
    return who, case, booked(office, case.pk, 1, now)


def read(case: Case, booking: Booking) -> queries.Version | None:
    _, staff = looking.drawers(case.office_id, case.pk)
    return queries.newest(staff, booking.pk)


def lawyer_reads(case: Case, booking: Booking) -> queries.Version | None:
    _, staff = looking.drawers(case.office_id, case.pk)
    return queries.for_lawyer(staff, booking.pk)


def test_each_version_stays_and_the_newest_is_read(there: There, now: datetime) -> None:
    who, case, booking = there
    assert read(case, booking) is None
    actions.write(who, case, booking.pk, TOLD, 0, now=now)
    actions.write(who, case, booking.pk, replace(TOLD, done="証拠を残した"), 1, now=now)
    found = read(case, booking)
    assert found
    assert (found.number, found.text.done, found.staff_id) == (2, "証拠を残した", who.staff_id)
    assert Brief.objects.filter(booking_id=booking.pk).count() == 2
    assert queries.states(case.office_id, [booking.pk]) == {booking.pk: (2, "ready")}
    assert not any("住所".encode() in bytes(row.brief) for row in Brief.objects.all())


def test_the_day_to_prepare_it_is_done_once_it_is_there_or_refused(
    there: There, now: datetime
) -> None:
    who, case, booking = there
    due = {"office_id": case.office_id, "case_id": case.pk, "kind": "clinic_brief", "how": "today"}
    Due.objects.create(on=now.date(), **due)
    waiting = Due.objects.filter(kind="clinic_brief", done_at=None)
    actions.write(who, case, booking.pk, replace(TOLD, happened="", asks=""), 0, now=now)
    assert waiting.exists(), "consent alone is no brief"
    actions.write(who, Case.objects.get(pk=case.pk), booking.pk, TOLD, 1, now=now)
    assert not waiting.exists()
    Due.objects.create(on=now.date(), **due)
    no = BriefText(agreed=False, how="phone", on=now.date())
    actions.write(who, Case.objects.get(pk=case.pk), booking.pk, no, 2, now=now)
    assert not waiting.exists()


def test_of_two_who_write_at_once_the_later_is_refused(there: There, now: datetime) -> None:
    who, case, booking = there
    actions.write(who, case, booking.pk, TOLD, 0, now=now)
    with pytest.raises(Refused) as refused:
        actions.write(who, case, booking.pk, replace(TOLD, asks="別の問い"), 0, now=now)
    assert [reason.code for reason in refused.value.reasons] == ["clinic.brief_stale"]
    assert Brief.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (replace(TOLD, agreed=False), "clinic.no_consent"),
        (replace(TOLD, on=date(2026, 12, 1)), "clinic.consent_ahead"),
        (replace(TOLD, happened="あ" * 4_001), "clinic.brief_long"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_row(
    there: There, now: datetime, told: BriefText, code: str
) -> None:
    who, case, booking = there
    with pytest.raises(Refused) as refused:
        actions.write(who, case, booking.pk, told, 0, now=now)
    assert [reason.code for reason in refused.value.reasons] == [code]
    assert not Brief.objects.exists()


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (BriefText(agreed=False, how="counter", on=date(2026, 11, 30)), "refused"),
        (BriefText(agreed=True, how="counter", on=date(2026, 11, 30)), "agreed"),
        (replace(TOLD, happened="", asks=" "), "agreed"),
        (TOLD, "ready"),
    ],
)
def test_the_lawyer_reads_nothing_but_what_the_person_agreed_to(
    there: There, now: datetime, told: BriefText, state: str
) -> None:
    who, case, booking = there
    actions.write(who, case, booking.pk, told, 0, now=now)
    assert queries.states(case.office_id, [booking.pk])[booking.pk] == (1, state)
    assert (lawyer_reads(case, booking) is not None) == (state == "ready")


def test_who_takes_their_consent_back_hears_no_more(there: There, now: datetime) -> None:
    who, case, booking = there
    actions.write(who, case, booking.pk, replace(TOLD, names=True), 0, now=now)
    _, staff = looking.drawers(case.office_id, case.pk)
    assert queries.names_for_lawyer(staff, booking.pk, wanted=False)
    actions.write(
        who, case, booking.pk, BriefText(agreed=False, how="phone", on=now.date()), 1, now=now
    )
    assert lawyer_reads(case, booking) is None
    assert not queries.names_for_lawyer(staff, booking.pk, wanted=True)
    assert queries.names_for_lawyer(staff, uuid4(), wanted=True), "nobody asked them since"


def test_only_for_a_booking_of_the_case_and_by_who_may_read_it(
    there: There, office: OfficeCard, now: datetime
) -> None:
    who, case, booking = there
    other = asked(office, now)
    for actor, about, booking_id in (
        (who, case, uuid4()),
        (who, other, booking.pk),
        (somebody(office, "auditor"), case, booking.pk),
        (somebody(office, "administrator"), case, booking.pk),
    ):
        with pytest.raises(Absent):
            actions.write(actor, about, booking_id, TOLD, 0, now=now)
    other_one = somebody(office)
    deny(somebody(office, "supervisor"), case, other_one, now)
    with pytest.raises(Absent):
        actions.write(other_one, case, booking.pk, TOLD, 0, now=now)
    assert not Brief.objects.exists()
    case = Case.objects.get(pk=case.pk)
    actions.write(somebody(office, "supervisor"), case, booking.pk, TOLD, 0, now=now)
    later = now + timedelta(days=1)
    actions.write(who, Case.objects.get(pk=case.pk), booking.pk, TOLD, 1, now=later)
