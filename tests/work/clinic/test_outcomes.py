"""What came of a consultation: an entry, the next days, what the person reads, once."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.steps.outcome import Result
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import Holding
from madoguchi.work.clinic.bookings.public import BookingRevision
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.sittings import actions, public
from madoguchi.work.clinic.sittings.actions import Consultation
from madoguchi.work.record import actions as record_actions
from madoguchi.work.record import queries as record
from madoguchi.work.record.promises import Ending
from tests import looking
from tests.web.desk.colleagues import asked
from tests.work.clinic.booked import booked, published
from tests.work.reports.day import somebody

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
SATURDAY = datetime(2026, 12, 19, 8, 59, tzinfo=JAPAN)
AFTERWARDS = datetime(2026, 12, 21, 9, 0, tzinfo=JAPAN)  # the Monday
DELETE = Consultation(
    "came", (Result.DELETION, Result.SUBSIDY), "消せる見込み", "まず証拠を残してください"
)


class There:
    """A counsellor, their case, its booking."""

    def __init__(self, office: OfficeCard, now: datetime) -> None:
        published(office, now)
        self.office, self.who, row = office, somebody(office), asked(office, now)
        opening.open_case(self.who, row.pk, now=now)
        cases.take(self.who, row, now=now)
        self.case_id, self.booking_id = row.pk, booked(office, row.pk, 1, now).pk
        Due.objects.all().update(done_at=now)
        Due.objects.create(
            office_id=office.id, case_id=row.pk, kind="clinic_day", on=SATURDAY.date(), how="booked"
        )

    @property
    def case(self) -> Case:
        return Case.objects.get(pk=self.case_id)

    @property
    def booking(self) -> Booking:
        return Booking.objects.get(pk=self.booking_id)

    def seen(self) -> BookingRevision:
        return BookingRevision(self.booking_id, self.booking.revision)

    def write(
        self, said: Consultation, now: datetime = AFTERWARDS, actor: Actor | None = None
    ) -> None:
        actions.write(actor or self.who, self.case, self.seen(), said, now=now)

    def dues(self) -> dict[str, date]:
        return {due.kind: due.on for due in Due.objects.filter(done_at=None).order_by("-on")}

    def marks(self) -> dict[str, list[bool]]:
        """Which entries of an outcome are marked as corrected, the oldest first."""
        opened = opening.open_case(self.who, self.case_id, now=AFTERWARDS)
        read = sorted(record.entries(opened), key=lambda entry: entry.number)
        kinds = ("consulted", "advice")
        return {kind: [one.corrected for one in read if one.kind == kind] for kind in kinds}

    def advice(self) -> tuple[public.Advice, ...]:
        shared, _ = looking.drawers(self.office.id, self.case_id)
        return public.advice(Holding(shared))


@pytest.fixture
def there(office: OfficeCard, now: datetime) -> There:
    return There(office, now)


def refused(there: There, said: Consultation, now: datetime = AFTERWARDS) -> list[str]:
    before = Booking.objects.values().get(pk=there.booking_id)
    with pytest.raises(Refused) as error:
        there.write(said, now)
    assert Booking.objects.values().get(pk=there.booking_id) == before
    assert set(there.dues()) == {"clinic_day"}
    return [reason.code for reason in error.value.reasons]


def test_it_drives_the_case(there: There) -> None:
    there.write(DELETE)
    assert there.dues() == {"subsidy_guide": date(2026, 12, 24), "follow_up": date(2027, 1, 8)}
    assert (there.case.state, there.case.next_on) == ("active", date(2026, 12, 24))
    assert (there.booking.state, there.booking.outcome_at) == ("came", AFTERWARDS)
    opened = opening.open_case(there.who, there.case_id, now=AFTERWARDS)
    kinds = {one.kind: one.words for one in record.entries(opened)}
    assert kinds["consulted"]["results"] == ["deletion", "subsidy"]
    assert kinds["consulted"]["text"] == "消せる見込み"


def test_the_person_reads_what_is_theirs_and_nothing_of_the_desks(there: There) -> None:
    there.write(DELETE)
    (one,) = there.advice()
    assert (one.booking_id, one.subsidy, one.text) == (there.booking_id, True, DELETE.advice)
    assert Outgoing.objects.filter(template="answered").count() == 1
    assert "消せる" not in str(one)


def test_where_there_is_nothing_for_them_nothing_is_sent(there: There) -> None:
    there.write(Consultation("late", (Result.DISCLOSURE,), "相手方を調べる"))
    assert there.advice() == ()
    assert not Outgoing.objects.filter(template="answered").exists()
    assert (there.booking.state, there.case.state) == ("late", "waiting")


def test_written_once_more_the_later_one_holds(there: There) -> None:
    there.write(DELETE)
    guide = Due.objects.get(kind="subsidy_guide", done_at=None)
    there.write(Consultation("came", (Result.ADVISED,)))
    assert there.dues() == {"subsidy_guide": guide.on, "follow_up": date(2027, 1, 8)}
    dropped = {guide.pk: Ending("dropped", why="書きまちがい")}
    actions.write(
        there.who,
        there.case,
        there.seen(),
        Consultation("came", (Result.ADVISED,)),
        said=dropped,
        now=AFTERWARDS,
    )
    assert there.dues() == {"follow_up": date(2027, 1, 8)}
    assert there.advice() == ()
    there.write(replace(DELETE, results=(Result.SUBSIDY,), advice=""))
    assert [one.subsidy for one in there.advice()] == [True]


def test_a_correction_marks_the_older_and_tells_only_what_changed(there: There) -> None:
    later = AFTERWARDS + timedelta(days=3)
    there.write(DELETE)
    there.write(replace(DELETE, results=(*DELETE.results, Result.DISCLOSURE)), later)
    assert there.marks() == {"consulted": [True, False], "advice": [False]}
    assert Outgoing.objects.filter(template="answered").count() == 1, "nothing new for them"
    looks = Due.objects.filter(kind="follow_up", done_at=None)
    assert looks.count() == 1, "the correction's own takes the place of the older one"
    assert looks.get().on > date(2027, 1, 8)
    there.write(replace(DELETE, advice="別のことば"), later)
    assert there.marks() == {"consulted": [True, True, False], "advice": [True, False]}
    assert Outgoing.objects.filter(template="answered").count() == 2, "the control: new words"
    there.write(Consultation("absent"), later)
    assert not looks.exists()


def test_who_did_not_come_is_asked_about(there: There) -> None:
    there.write(Consultation("absent", note="連絡なし"))
    assert there.dues() == {"clinic_missed": AFTERWARDS.date()}
    assert there.booking.state == "absent"
    assert there.advice() == ()


def test_the_officers_own_day_is_the_first_things(there: There) -> None:
    own = replace(DELETE, next_on=date(2026, 12, 22), why="申請書を渡す")
    there.write(own)
    assert there.dues()["subsidy_guide"] == date(2026, 12, 22)
    assert there.dues()["follow_up"] == date(2027, 1, 8)


def test_a_promise_of_the_first_sheet_is_not_set_twice(there: There) -> None:
    own = replace(DELETE, results=(Result.SUBSIDY,), next_on=date(2026, 12, 22), why="申請書を渡す")
    there.write(own)
    there.write(replace(own, why="申請書を送る"))
    there.write(replace(own, next_on=None, why=""))
    assert Due.objects.filter(kind="subsidy_guide", done_at=None).count() == 1
    opened = opening.open_case(there.who, there.case_id, now=AFTERWARDS)
    assert [due.why for due in opened.dues if due.kind == "subsidy_guide"] == ["申請書を送る"]


def test_what_was_to_be_looked_at_before_stands(there: There) -> None:
    today, earlier, own = AFTERWARDS.date(), date(2026, 12, 23), date(2027, 1, 8)
    for kind, on in (("follow_up", earlier), ("clinic_missed", today)):  # of another booking
        about = {"case_id": there.case_id, "kind": kind, "on": on, "how": "today"}
        Due.objects.create(office_id=there.office.id, **about)
    for _ in range(2):
        there.write(Consultation("came", (Result.DELETION,)))
        found = Due.objects.filter(done_at=None).order_by("on").values_list("kind", "on")
        assert list(found) == [("clinic_missed", today), ("follow_up", earlier), ("follow_up", own)]
    there.write(Consultation("absent"))
    Due.objects.filter(kind="follow_up").update(done_at=AFTERWARDS)
    there.write(Consultation("came", (Result.DELETION,)))
    assert there.dues() == {"follow_up": own}, "nobody missed it after all"


def test_a_message_that_waits_for_an_answer_goes_on_waiting(there: There) -> None:
    today = {"kind": "answer", "on": AFTERWARDS.date(), "how": "today"}
    Due.objects.create(office_id=there.office.id, case_id=there.case_id, **today)
    there.write(Consultation("came", (Result.DELETION,)))
    assert set(there.dues()) == {"answer", "follow_up"}
    assert (there.case.state, there.case.next_on) == ("active", AFTERWARDS.date())


def test_advice_alone_opens_no_closed_case(there: There) -> None:
    Booking.objects.update(state="came")
    Due.objects.all().update(done_at=AFTERWARDS)
    record_actions.close(there.who, there.case, "advised", now=AFTERWARDS)
    there.write(Consultation(None, (Result.ADVISED,), "助言した"))
    assert (there.case.state, there.dues()) == ("closed", {})
    there.write(Consultation(None, (Result.AGAIN,)))
    assert (there.case.state, set(there.dues())) == ("active", {"clinic"})


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Consultation(None, (Result.DELETION,)), "clinic.who_came"),
        (Consultation("came"), "clinic.no_result"),
        (Consultation("came", (Result.ADVISED, Result.AGAIN)), "clinic.only_advice"),
        (Consultation("absent", (Result.AGAIN,)), "clinic.absent_result"),
        (Consultation("absent", advice="お待ちしています"), "clinic.absent_result"),
        (replace(DELETE, next_on=date(2026, 12, 20)), "due.past"),
        (replace(DELETE, note="あ" * 4_001), "text.long"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    there: There, said: Consultation, code: str
) -> None:
    assert refused(there, said) == [code]


def test_not_before_it_begins_and_not_on_a_stale_page(there: There) -> None:
    assert refused(there, DELETE, SATURDAY) == ["clinic.not_begun"]
    seen = there.seen()
    there.write(DELETE, SATURDAY + timedelta(minutes=1))
    with pytest.raises(Refused) as error:
        actions.write(there.who, there.case, seen, DELETE, now=AFTERWARDS)
    assert [reason.code for reason in error.value.reasons] == ["clinic.stale"]


def test_only_for_a_booking_of_a_case_that_one_may_write(there: There, now: datetime) -> None:
    other = asked(there.office, now)
    with pytest.raises(Absent):
        actions.write(there.who, other, there.seen(), DELETE, now=AFTERWARDS)
    with pytest.raises(Absent):
        actions.write(there.who, there.case, BookingRevision(uuid4(), 0), DELETE, now=AFTERWARDS)
    Case.objects.filter(pk=there.case_id).update(level="secret")
    with pytest.raises(Absent):
        there.write(DELETE, actor=somebody(there.office, "supervisor"))
