"""A mail server that refuses, is deaf, busy or hangs up: intake never notices, no mail is lost."""

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from madoguchi.tools.later import queue
from madoguchi.tools.later.models import Job
from madoguchi.tools.later.queue import QUIET, watch
from madoguchi.tools.mail import outbox
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from tests.tools.mail import postman as moods
from tests.tools.mail.postman import Postman, postman
from tests.web.desk.colleagues import ABOUT, asked

SMTP = "django.core.mail.backends.smtp.EmailBackend"
DOWN = timedelta(hours=72)
NO_ANSWER = "SMTPServerDisconnected"  # what smtplib makes of a time that ran out


@pytest.fixture
def server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postman]:
    """A server of the test's own, waited for half a second; nobody rests after a failure."""
    with postman() as one:
        options = {"host": "127.0.0.1", "port": one.port, "timeout": 0.5}
        settings.MAILERS = {"default": {"BACKEND": SMTP, "OPTIONS": options}}
        monkeypatch.setattr(outbox, "REST_S", 0.0)
        yield one


def ask(office: OfficeCard, now: datetime, email: str = "hanako@example.jp") -> Outgoing:
    """The mail that a person waits for who asked for help just now."""
    case = asked(office, now, about={**ABOUT, "email": email})
    return Outgoing.objects.get(case_id=case.pk)


def work(moment: datetime) -> None:
    """Do what is due at this moment."""
    while (job := queue.claim(moment)) is not None:
        queue.run(job, moment)


def work_from(start: datetime, until: datetime) -> datetime:
    """Do what falls due from job to job; the moment of the next."""
    moment = start
    while moment < until:
        work(moment)
        undone = Job.objects.filter(done_at__isnull=True).order_by("run_at").first()
        if undone is None:
            return moment
        moment = undone.run_at
    return moment


def message_id(mail: Outgoing) -> str:
    return f"<{mail.pk.hex}@example.jp>"


def test_after_three_days_every_mail_comes_once(
    server: Postman, office: OfficeCard, now: datetime
) -> None:
    mails = [ask(office, now), ask(office, now)]
    server.mood = moods.BUSY
    moment = work_from(now, now + QUIET)
    assert watch(moment).failing == {"record.tell"}
    server.mood = moods.CLOSED
    moment = work_from(moment, now + DOWN)
    assert server.taken == []
    server.mood = moods.GOOD
    work(moment + queue.LONGEST_WAIT)
    work(moment + 2 * queue.LONGEST_WAIT)
    assert sorted(server.taken) == sorted(map(message_id, mails))
    assert not Outgoing.objects.filter(sent_at__isnull=True).exists()


def test_a_good_server_has_it_at_once(server: Postman, office: OfficeCard, now: datetime) -> None:
    mail = ask(office, now)
    work(now)
    assert server.taken == [message_id(mail)]


def test_a_deaf_server_is_waited_for_once_a_minute(
    server: Postman, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "REST_S", 60.0)
    monkeypatch.setattr(outbox, "_rest_until", 0.0)
    server.mood = moods.DEAF
    for _ in range(3):
        ask(office, now)
    work(now)
    failed = Job.objects.filter(name="record.tell").values_list("failed", flat=True)
    assert sorted(one.split()[0] for one in failed) == ["Resting", "Resting", NO_ANSWER]
    assert not Job.objects.filter(name="cases.adopt", done_at__isnull=True).exists()


def test_a_server_that_is_not_there(
    settings: Settings, server: Postman, office: OfficeCard, now: datetime
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    settings.MAILERS["default"]["OPTIONS"]["port"] = port
    mail = ask(office, now)
    work(now)
    settings.MAILERS["default"]["OPTIONS"]["port"] = server.port
    work(now + queue.WAITS[0])
    assert server.taken == [message_id(mail)]


def test_a_server_that_hangs_up_before_it_answers_is_sent_the_same_id_again(
    server: Postman, office: OfficeCard, now: datetime
) -> None:
    """In doubt: taken, but not told so. A repeat is the lesser harm, and carries the same id."""
    server.mood = moods.DROPS
    mail = ask(office, now)
    work(now)
    server.mood = moods.GOOD
    work(now + queue.WAITS[0])
    assert server.taken == [message_id(mail)] * 2


def test_an_address_that_does_not_exist_is_not_tried_for_ever(
    server: Postman, office: OfficeCard, now: datetime
) -> None:
    server.mood = moods.UNKNOWN
    mail = ask(office, now)
    work(now)
    mail.refresh_from_db()
    assert (mail.withheld, mail.sent_at) == ("refused", None)
    assert outbox.withheld(mail.case_id) == "refused"
    assert not Job.objects.filter(done_at__isnull=True).exists()


def test_an_address_that_mail_cannot_write_is_withheld(
    server: Postman, office: OfficeCard, now: datetime
) -> None:
    mail = ask(office, now, email="花子@example.jp")
    work(now)
    mail.refresh_from_db()
    assert mail.withheld == "refused"


@pytest.mark.parametrize("email", ["hana..ko@example.jp", "hanako.@example.jp"])
def test_an_old_carriers_address_is_reached(
    server: Postman, office: OfficeCard, now: datetime, email: str
) -> None:
    mail = ask(office, now, email=email)
    work(now)
    assert server.taken == [message_id(mail)]


def test_a_worker_killed_before_its_mark_sends_the_same_id_again(
    server: Postman, office: OfficeCard, now: datetime
) -> None:
    """The window that stays: the server has it, our mark was never written."""
    mail = ask(office, now)
    work(now)
    Outgoing.objects.update(sent_at=None)
    Job.objects.filter(name="record.tell").update(done_at=None)
    work(now + queue.LEASE + timedelta(seconds=1))
    assert server.taken == [message_id(mail)] * 2


@pytest.mark.parametrize("guarded", [True, False])
def test_a_worker_paused_before_sending_sends_nothing_when_it_wakes(
    server: Postman,
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,  # noqa: FBT001 - the control: without asking, the mail goes out twice
) -> None:
    mail = ask(office, now)
    after = now + queue.LEASE + timedelta(seconds=1)
    calls = []

    def pause() -> None:
        calls.append("asked")
        if len(calls) == 1:
            work(after)  # a second worker takes over meanwhile
        if guarded:
            queue.require_ours()

    monkeypatch.setattr("madoguchi.work.record.jobs.require_ours", pause)
    work(now)
    assert server.taken == [message_id(mail)] * (1 if guarded else 2)
