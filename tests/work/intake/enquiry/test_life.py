"""Looked at, answered or made a case; then forgotten on the day that the form named."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.db import connections

from madoguchi.ops.safekeeping import put_back
from madoguchi.ops.soundness import findings
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.programme.load import programme
from madoguchi.tools.later import queue
from madoguchi.tools.later.models import Job
from madoguchi.tools.mail import outbox
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import Thing
from madoguchi.work.intake.enquiry import actions, jobs
from madoguchi.work.intake.enquiry.actions import answer, end, take
from madoguchi.work.intake.enquiry.models import Enquiry
from madoguchi.work.intake.enquiry.public import Question, ask
from madoguchi.work.intake.enquiry.queries import Waiting, enquiries, open_enquiry, waiting
from madoguchi.work.record.queries import entries
from tests import looking
from tests.offices import actor_of, make_staff

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

DAYS = programme("shibukawa").desk.enquiry_days


@pytest.fixture
def thing(office: OfficeCard, now: datetime) -> Thing:
    """A question that wants an answer by mail."""
    return asked(office, now, "toi@example.jp")


def asked(office: OfficeCard, now: datetime, email: str = "") -> Thing:
    ask(office, Question("法律相談の日はいつですか", email), "token", "net", now=now)
    return Thing(office.id, Enquiry.objects.get().pk)


def work(moment: datetime) -> None:
    while (job := queue.claim(moment)) is not None:
        queue.run(job, moment)


def test_the_answer_leaves_for_the_address_given_and_says_nothing_outside(
    thing: Thing, who: Actor, now: datetime
) -> None:
    answer(who, thing, "第3土曜日です。", now=now)
    work(now)
    (letter,) = mail.outbox
    assert letter.to == ["toi@example.jp"]
    assert letter.subject == "【渋川市】お知らせ"
    assert letter.body.startswith("第3土曜日です。")
    assert "法律相談の日" not in letter.body  # the question is not quoted
    work(now)
    jobs.send(thing.case_id, now=now)
    assert len(mail.outbox) == 1
    assert Enquiry.objects.get().sent_at == now


def test_it_is_forgotten_on_the_day_that_was_named_and_not_before(
    thing: Thing, who: Actor, now: datetime
) -> None:
    answer(who, thing, "第3土曜日です。", now=now)
    work(now)
    jobs.sweep(now + timedelta(days=DAYS - 1))
    assert open_enquiry(who, thing.case_id, now=now).answer == "第3土曜日です。"
    jobs.sweep(now + timedelta(days=DAYS))
    assert not Enquiry.objects.exists()
    assert not DrawerKey.objects.filter(case_id=thing.case_id).exists()
    with pytest.raises(unseal.Forgotten):
        looking.loose(thing.office_id, thing.case_id)
    assert findings(Office.objects.get(pk=thing.office_id)) == []


def test_an_answer_that_no_server_has_taken_is_not_forgotten(
    thing: Thing, who: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OSError

    with monkeypatch.context() as down:
        down.setattr(outbox, "line", away)
        answer(who, thing, "第3土曜日です。", now=now)
        work(now)
        jobs.sweep(now + timedelta(days=DAYS))
    later = now + timedelta(days=DAYS)
    work(later)
    (letter,) = mail.outbox
    assert letter.body.startswith("第3土曜日です。")
    jobs.sweep(later)
    assert not Enquiry.objects.exists()


def test_what_wants_no_answer_is_read_and_forgotten(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    thing = asked(office, now)
    with pytest.raises(Refused, match=r"enquiry\.no_address"):
        answer(who, thing, "第3土曜日です。", now=now)
    end(who, thing, now=now)
    assert waiting(who) == Waiting(0, noticed=False)
    jobs.sweep(now + timedelta(days=DAYS))
    assert not Enquiry.objects.exists()


def test_danger_in_a_later_question_stands_on_top_and_is_marked(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    calm = asked(office, now)
    ask(office, Question("もう死にたい"), "other", "net", now=now + timedelta(hours=1))
    work(now + timedelta(hours=1))
    assert [(each.noticed, each.id == calm.case_id) for each in enquiries(who)] == [
        (True, False),
        (False, True),
    ]
    assert waiting(who) == Waiting(2, noticed=True)


@pytest.mark.opens("danger.notice")
@pytest.mark.parametrize("came_by", ["upgrade", "restore"])
def test_what_waited_before_questions_were_looked_at_is_looked_at(
    office: OfficeCard, who: Actor, now: datetime, came_by: str
) -> None:
    ask(office, Question("もう死にたい"), "token", "net", now=now)
    Job.objects.all().delete()
    work(now)
    assert waiting(who) == Waiting(1, noticed=False)  # control
    if came_by == "upgrade":
        name = "madoguchi.work.intake.enquiry.migrations.0004_look"
        importlib.import_module(name).look(apps, None)
    else:
        put_back.decisions(now)
    work(now)
    assert waiting(who) == Waiting(1, noticed=True)


def test_a_question_that_does_not_open_or_went_keeps_no_job(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    end(who, asked(office, now), now=now)
    ask(office, Question("死にたい"), "other", "net", now=now)
    Enquiry.objects.filter(ended="").update(words=b"x" * 80)
    work(now)
    assert not Job.objects.filter(name="intake.enquiry.notice", done_at__isnull=True).exists()


def test_an_unread_question_is_never_forgotten(thing: Thing, now: datetime) -> None:
    jobs.sweep(now + timedelta(days=1000))
    assert Enquiry.objects.get().pk == thing.case_id


def test_a_mail_that_no_server_takes_comes_back_to_the_desk(
    thing: Thing, who: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise outbox.Undeliverable

    monkeypatch.setattr(outbox, "send", refuse)
    answer(who, thing, "第3土曜日です。", now=now)
    work(now)
    assert waiting(who) == Waiting(1, noticed=False)
    jobs.sweep(now + timedelta(days=1000))
    opened = open_enquiry(who, thing.case_id, now=now)
    assert (opened.card.undelivered, opened.answer) == (True, "第3土曜日です。")
    end(who, thing, now=now)
    assert not Enquiry.objects.get().undelivered


def test_an_answer_that_waited_in_a_backup_is_sent_by_nobody(
    thing: Thing, who: Actor, now: datetime
) -> None:
    answer(who, thing, "第3土曜日です。", now=now)
    put_back.withhold(now)
    work(now)
    assert mail.outbox == []
    assert open_enquiry(who, thing.case_id, now=now).card.undelivered


def test_an_answer_that_may_not_have_arrived_stays_in_the_case(
    thing: Thing, office: OfficeCard, who: Actor, now: datetime
) -> None:
    answer(who, thing, "第3土曜日です。", now=now)
    jobs.hand_back()
    case_id = take(who, thing, office, "本人が望んだ", urgent=False, now=now, idempotency_key="k")
    (note, asked_for) = entries(cases.open_case(who, case_id, now=now))
    assert (note.kind, note.words["text"]) == ("note", "返事が届いたか不明\n第3土曜日です。")
    assert asked_for.kind == "received"


def test_a_question_becomes_a_case_and_is_gone_here(
    thing: Thing, office: OfficeCard, who: Actor, now: datetime
) -> None:
    case_id = take(who, thing, office, "本人が望んだ", urgent=True, now=now, idempotency_key="k")
    assert (
        take(who, thing, office, "本人が望んだ", urgent=True, now=now, idempotency_key="k")
        == case_id
    )
    case = Case.objects.get()
    assert (case.pk, case.urgent, case.contact_rule) == (case_id, True, "mail_only")
    assert (case.channel, case.assignee_id) == ("web", who.staff_id)
    opened = cases.open_case(who, case_id, now=now)
    assert opened.about["email"] == "toi@example.jp"
    assert not opened.wishes.mail  # the address was given for one answer
    assert [one.words["text"] for one in entries(opened)] == ["法律相談の日はいつですか"]
    assert not Enquiry.objects.exists()
    assert not DrawerKey.objects.filter(case_id=thing.case_id).exists()
    work(now)
    assert not Job.objects.filter(name="intake.enquiry.settle", done_at__isnull=True).exists()
    assert findings(Office.objects.get(pk=office.id)) == []


def test_what_a_colleague_ended_is_refused(
    thing: Thing, office: OfficeCard, who: Actor, now: datetime
) -> None:
    end(who, thing, now=now)
    with pytest.raises(Refused, match=r"enquiry\.ended"):
        answer(who, thing, "第3土曜日です。", now=now)
    with pytest.raises(Refused, match=r"enquiry\.ended"):
        take(who, thing, office, "本人が望んだ", urgent=False, now=now, idempotency_key="k")
    assert not Case.objects.exists()


def answers_at_once(thing: Thing, office: OfficeCard, now: datetime) -> int:
    """How many of four colleagues who answer in the same moment get their answer in."""
    staff = [actor_of(make_staff(office, "counsellor", f"人{n}", now)) for n in range(4)]

    def press(who: Actor) -> bool:
        try:
            answer(who, thing, f"{who.staff_id}の返事", now=now)
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        return sum(pool.map(press, staff))


def test_of_answers_at_once_one_leaves(thing: Thing, office: OfficeCard, now: datetime) -> None:
    assert answers_at_once(thing, office, now) == 1
    work(now)
    assert len(mail.outbox) == 1


def test_control_without_looking_whether_it_ended_they_all_get_in(
    thing: Thing, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = lambda thing: Enquiry.of(thing.office_id).get(pk=thing.case_id)  # noqa: E731 - in its place
    monkeypatch.setattr(actions, "_lock", blind)
    assert answers_at_once(thing, office, now) == 4


@pytest.mark.parametrize("role", ["administrator", "auditor", "lawyer"])
def test_others_do_nothing_with_it(
    thing: Thing, office: OfficeCard, now: datetime, role: str
) -> None:
    other = actor_of(make_staff(office, role, "ほかの人", now))
    for do in (
        lambda: answer(other, thing, "第3土曜日です。", now=now),
        lambda: end(other, thing, now=now),
        lambda: take(other, thing, office, "x", urgent=False, now=now, idempotency_key="k"),
        lambda: open_enquiry(other, thing.case_id, now=now),
    ):
        with pytest.raises(Absent):
            do()
    assert Enquiry.objects.get().ended == ""
