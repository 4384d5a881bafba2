"""An answer's words go out by mail only where somebody wrote down that the person wants it so."""

from datetime import datetime, timedelta

import pytest
from django.core import mail

from madoguchi.rules.decision import Refused
from madoguchi.tools.later import queue
from madoguchi.tools.later.models import Job
from madoguchi.tools.mail import outbox
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import Holding, Wishes, change_wishes, consultee
from madoguchi.work.record import actions as record
from madoguchi.work.record import jobs
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
    actions.record_wishes(who, queries.find(who, case.pk), wishes, now=now)


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
    change_wishes(consultee(case.office_id), held, Wishes("mail_only", mail=True), now=now)
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
        actions.record_wishes(who, shown_before, TOLD, now=now)
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
    """Whoever can write rows has one mail sent, and one more when the hour is over."""
    assert sent_at(case, 60, now) == ([0, 60], [""] * 2 + ["repeated"] * 58)


def test_control_without_the_hour_between_all_are_sent(
    case: Case, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BETWEEN", timedelta())
    assert sent_at(case, 6, now) == ([0] * 6, [""] * 6)


def test_words_that_were_agreed_to_go_out_each(who: Actor, case: Case, now: datetime) -> None:
    record_wishes(who, case, TOLD, now)
    assert answered(who, case, now) == (SUBJECT, ANSWER)
    assert answered(who, case, now + timedelta(minutes=1)) == (SUBJECT, ANSWER)
