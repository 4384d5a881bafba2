"""An answer's words go out by mail only where somebody wrote down that the person wants it so."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail

from madoguchi.rules.decision import Refused
from madoguchi.tools.later import queue
from madoguchi.tools.later.models import Job
from madoguchi.tools.mail import outbox
from madoguchi.tools.mail.models import Addressed, Outgoing
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import Holding, Wishes, consultee
from madoguchi.work.record import actions as record
from madoguchi.work.record import jobs
from madoguchi.work.record import public as record_public
from madoguchi.work.record.models import Entry
from tests.web.desk.colleagues import asked

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
SUBJECT, NOTHING = "【渋川市】お知らせ", "手続きについて、お知らせがあります。"
ADDRESS = "h@example.jp"
ANSWER = "消す手順をお送りします。"
TOLD = Wishes("mail_only", mail=True, words=True, said="本人から電話で、11月30日")


@pytest.fixture
def case(office: OfficeCard, who: Actor, now: datetime) -> Case:
    case = asked(office, now, about={"name": "花子", "email": ADDRESS})
    queries.open_case(who, case.pk, now=now)
    actions.take(who, Case.objects.get(pk=case.pk), now=now)
    Outgoing.objects.all().delete()
    return case


def record_wishes(who: Actor, case: Case, wishes: Wishes, now: datetime) -> None:
    record.record_wishes(who, queries.find(who, case.pk), wishes, now=now)


def answered(who: Actor, case: Case, now: datetime, to: str = ADDRESS) -> tuple[str, str] | None:
    """Subject and words of the mail that an answer sends; None where none goes out."""
    mail.outbox.clear()
    record.answer(who, queries.find(who, case.pk), ANSWER, now.date(), now=now)
    row = Outgoing.objects.latest("at")
    jobs.tell(row.pk, now=now)
    if not mail.outbox:
        assert Outgoing.objects.get(pk=row.pk).withheld == "wishes"
        return None
    (sent,) = mail.outbox
    assert sent.to == [to]
    return str(sent.subject), str(sent.body)


def test_by_default_the_mail_says_nothing(who: Actor, case: Case, now: datetime) -> None:
    assert answered(who, case, now) == (SUBJECT, NOTHING)


def test_words_go_out_under_a_neutral_subject(who: Actor, case: Case, now: datetime) -> None:
    record_wishes(who, case, TOLD, now)
    assert answered(who, case, now) == (SUBJECT, ANSWER)
    assert queries.open_case(who, case.pk, now=now).wishes == TOLD


@pytest.mark.parametrize("wishes", [Wishes("phone", said="本人"), Wishes("wait", said="本人")])
def test_to_who_wants_no_mail_none_goes(
    who: Actor, case: Case, now: datetime, wishes: Wishes
) -> None:
    record_wishes(who, case, TOLD, now)
    record_wishes(who, case, wishes, now)
    assert answered(who, case, now) is None


def test_who_says_anew_how_contact_is_safe_ends_it(who: Actor, case: Case, now: datetime) -> None:
    record_wishes(who, case, TOLD, now)
    held = Holding(queries.open_case(who, case.pk, now=now).shared)
    record_public.change_wishes(
        consultee(case.office_id), held, Wishes("mail_only", mail=True), now=now
    )
    assert answered(who, case, now) == (SUBJECT, NOTHING)


def test_another_address_gets_no_words_before_it_was_asked_about(
    who: Actor, case: Case, now: datetime
) -> None:
    """Somebody who rings as the person names an address of their own."""
    record_wishes(who, case, TOLD, now)
    record.add_details(
        who, queries.find(who, case.pk), {"email": ADDRESS, "town": "渋川市"}, now=now
    )
    assert answered(who, case, now) == (SUBJECT, ANSWER)
    shown_before = queries.find(who, case.pk)
    record.add_details(who, queries.find(who, case.pk), {"email": "x@example.com"}, now=now)
    with pytest.raises(Refused, match=r"case\.stale"):
        record.record_wishes(who, shown_before, TOLD, now=now)
    wishes = queries.open_case(who, case.pk, now=now).wishes
    assert (wishes.mail, wishes.words, wishes.said) == (True, False, "")
    later = now + timedelta(minutes=61)
    assert answered(who, case, later, "x@example.com") == (SUBJECT, NOTHING)


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes("mail_only", mail=True, words=True),
        Wishes("mail_only", mail=True, words=True, said="  "),
        Wishes("phone", words=True, said="本人"),
        Wishes("wait", mail=True, words=True, said="本人"),
    ],
)
def test_it_needs_who_said_so_and_a_mail_that_may_come(
    who: Actor, case: Case, now: datetime, wishes: Wishes
) -> None:
    with pytest.raises(Refused):
        record_wishes(who, case, wishes, now)
    assert not queries.open_case(who, case.pk, now=now).wishes.words


def sent_at(case: Case, count: int, begins: datetime) -> tuple[list[int], list[str]]:
    """So many mails are asked for at once: in which minutes one goes out, what became of all."""
    Job.objects.all().delete()
    for _ in range(count):
        outbox.queue(case.office_id, case.pk, "received", now=begins)
    minutes = []
    for minute in range(0, 200, 5):
        mail.outbox.clear()
        while job := queue.claim(begins + timedelta(minutes=minute)):
            assert queue.run(job, begins + timedelta(minutes=minute))
        minutes += [minute] * len(mail.outbox)
    rows = Outgoing.objects.values_list("withheld", flat=True)
    return minutes, sorted(rows)


def test_a_mailbox_is_not_flooded(case: Case, now: datetime) -> None:
    """Whoever can write rows has one mail sent about a case, as a request has."""
    assert sent_at(case, 60, now) == ([0], [""] + ["repeated"] * 59)


def test_control_where_none_is_looked_for_all_are_sent(
    case: Case, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for question in ("repeats", "mailbox_full"):
        monkeypatch.setattr(outbox, question, lambda _: False)
    assert sent_at(case, 6, now) == ([0] * 6, [""] * 6)


def went(case: Case, begins: datetime, asks: dict[int, Callable[[datetime], object]]) -> list[int]:
    """In which minutes a mail goes out where these acts are done, each in its minute."""
    Job.objects.all().delete()
    minutes = []
    for minute in range(0, 200, 5):
        at = begins + timedelta(minutes=minute)
        if minute in asks:
            asks[minute](at)
        mail.outbox.clear()
        while job := queue.claim(at):
            assert queue.run(job, at)
        minutes += [minute] * len(mail.outbox)
    rows = Outgoing.objects.filter(case_id=case.pk, template="answered")
    assert not rows.exclude(sent_at__isnull=False, withheld="").exists(), "each is told of"
    return minutes


def test_a_mail_without_words_says_once_an_hour_that_there_is_news(
    who: Actor, case: Case, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes in between waits for the hour's end; one mail tells of all that is there then."""

    def act(at: datetime) -> None:
        record.answer(who, queries.find(who, case.pk), ANSWER, at.date(), now=at)

    assert went(case, now, {0: act, 10: act, 20: act, 130: act}) == [0, 60, 130]
    monkeypatch.setattr(outbox, "sent_lately", lambda *_: [])
    tomorrow = now + timedelta(days=1)
    assert went(case, tomorrow, {0: act, 10: act, 20: act}) == [0, 10, 20]  # control


def test_a_mail_with_words_tells_of_its_own_answer_alone(
    who: Actor, case: Case, now: datetime
) -> None:
    record_wishes(who, case, TOLD, now)

    def act(at: datetime) -> None:
        record.answer(who, queries.find(who, case.pk), ANSWER, at.date(), now=at)

    def news(at: datetime) -> None:
        outbox.queue(case.office_id, case.pk, "answered", now=at)

    assert went(case, now, {0: news, 10: news, 15: act, 30: act}) == [0, 15, 30, 60]


SPELT = "h@example.jp", "H@Example.jp", "h+1@example.jp", "ｈ@example.jp", '"h"@example.jp'


def test_one_mailbox_gets_three_confirmations_a_day(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever can write rows files whole requests, each of which names the same person's."""

    def filed(at: datetime, *addresses: str) -> tuple[int, int]:
        mail.outbox.clear()
        for address in addresses:
            asked(office, at, about={"name": "花子", "email": address})
        while job := queue.claim(at):
            assert queue.run(job, at)
        others = sum("other" in one.to[0] for one in mail.outbox)
        return len(mail.outbox) - others, others

    assert filed(now, *SPELT, "other@example.jp") == (3, 1)
    assert Outgoing.objects.filter(withheld="repeated").count() == len(SPELT) - 3
    assert sorted(Addressed.objects.values_list("count", flat=True)) == [1, 3]
    marks = set(Addressed.objects.values_list("mark", flat=True))
    tomorrow = now + timedelta(days=1)
    assert filed(tomorrow, *SPELT) == (3, 0)
    outbox.sweep(tomorrow)
    (row,) = Addressed.objects.all()
    assert row.mark not in marks, "no day says that it is the address of another one"
    monkeypatch.setattr(outbox, "mailbox_full", lambda _: False)
    assert filed(tomorrow, *SPELT) == (len(SPELT), 0)  # control


def test_words_that_were_agreed_to_go_out_each(who: Actor, case: Case, now: datetime) -> None:
    record_wishes(who, case, TOLD, now)
    assert answered(who, case, now) == (SUBJECT, ANSWER)
    assert answered(who, case, now + timedelta(minutes=1)) == (SUBJECT, ANSWER)


def test_words_that_the_record_says_go_by_mail_go_so_or_not_at_all(
    who: Actor, case: Case, now: datetime
) -> None:
    record_wishes(who, case, TOLD, now)
    mail.outbox.clear()
    record.answer(who, queries.find(who, case.pk), ANSWER, now.date(), now=now)
    record_wishes(who, case, Wishes("mail_only", mail=True, said="本人"), now)
    row = Outgoing.objects.latest("at")
    jobs.tell(row.pk, now=now)
    assert not mail.outbox
    assert Outgoing.objects.get(pk=row.pk).withheld == "wishes"


def test_a_damaged_answer_holds_up_no_later_mail(who: Actor, case: Case, now: datetime) -> None:
    """What it said is not known; so the next mail waits for the hour's end, and then goes."""
    assert answered(who, case, now)
    sent = Entry.objects.filter(case_id=case.pk, kind="sent")
    sent.update(words=bytes(40))
    later = now + timedelta(minutes=10)
    mail.outbox.clear()
    outbox.queue(case.office_id, case.pk, "answered", now=later)
    row = Outgoing.objects.latest("at")
    jobs.tell(row.pk, now=later)
    assert not mail.outbox
    jobs.tell(row.pk, now=now + timedelta(minutes=61))
    assert len(mail.outbox) == 1
