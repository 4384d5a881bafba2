"""Mails are fetched once, whatever becomes of the server; nobody at the front waits."""

import threading
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from madoguchi.ops import fetching, worker
from madoguchi.ops.fetching import Fetching, fetch
from madoguchi.rules.programme.texts import texts
from madoguchi.tools.later.models import Job
from madoguchi.tools.mail import ledger, mailbox
from madoguchi.tools.mail.mailbox import MailboxSettings
from madoguchi.tools.mail.models import Fetched, Trouble
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import files
from madoguchi.web.desk import alarms
from madoguchi.work.intake.mail import jobs
from madoguchi.work.intake.mail.models import Mail
from tests import looking
from tests.dovecot import DONE, Dovecot
from tests.tools.mail.conftest import place, running, server
from tests.tools.mail.making import PICTURE, PLAIN, mail, of_parts
from tests.web.desk.colleagues import asked

pytestmark = pytest.mark.needs("dovecot")

__all__ = ["place", "running", "server"]
MAILS = [mail(Message_ID=f"<{one}@example.jp>") for one in range(3)]
DOWN = timedelta(hours=72)


@pytest.fixture(autouse=True)
def kept_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's transaction lies on this connection."""
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)
    monkeypatch.setattr("madoguchi.ops.fetching.connections.close_all", lambda: None)


def kept(office: OfficeCard) -> list[bytes]:
    """The raw mails that the office has, opened again."""
    return sorted(map(raw, Mail.of(office.id)))


def raw(row: Mail) -> bytes:
    drawer = looking.loose(row.office_id, row.id)
    about = dict(drawer.open("mail", row.id, bytes(row.about))["raw"])
    file_id = UUID(about.pop("id"))
    return b"".join(files.read(file_id, files.About.from_json(about)))


def kinds() -> set[str]:
    return set(Trouble.objects.values_list("kind", flat=True))


def test_what_waits_is_taken_in_once_and_moved(
    server: Dovecot, place: MailboxSettings, office: OfficeCard, now: datetime
) -> None:
    server.put([*MAILS, of_parts("mixed", PLAIN, PICTURE)])
    assert fetch(place, office.id, lambda: now)
    assert fetch(place, office.id, lambda: now)
    assert kept(office) == sorted(server.mails(DONE))
    assert (len(kept(office)), server.mails(), kinds()) == (4, [], set())
    assert not Fetched.objects.exists()


def test_the_same_mail_twice_in_the_mailbox_is_one(
    server: Dovecot, place: MailboxSettings, office: OfficeCard, now: datetime
) -> None:
    server.put([MAILS[0], MAILS[0]])
    assert fetch(place, office.id, lambda: now)
    assert (len(kept(office)), len(server.mails(DONE))) == (1, 2)


def test_a_mail_that_cannot_be_moved_is_not_fetched_again(
    server: Dovecot,
    place: MailboxSettings,
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The folder of those that were taken is full, for a day."""
    server.put(MAILS)
    received: list[bytes] = []
    receive = jobs.receive

    def note(office: UUID, raw: bytes, *, now: datetime) -> UUID:
        received.append(raw)
        return receive(office, raw, now=now)

    monkeypatch.setattr(jobs, "receive", note)
    with monkeypatch.context() as full:
        full.setattr(mailbox.Opened, "put_away", no_room)
        assert fetch(place, office.id, lambda: now)
        assert fetch(place, office.id, lambda: now)
    assert (kinds(), sorted(received)) == ({ledger.STUCK}, sorted(MAILS))
    assert fetch(place, office.id, lambda: now)
    assert (kinds(), sorted(received), server.mails()) == (set(), sorted(MAILS), [])
    assert not Fetched.objects.exists()


def no_room(_box: mailbox.Opened, _uid: int) -> None:
    raise mailbox.Unmoved


def test_a_strange_mail_does_not_hold_up_the_others(
    server: Dovecot,
    place: MailboxSettings,
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.put(MAILS)
    receive = jobs.receive

    def stumble(office: UUID, raw: bytes, *, now: datetime) -> UUID:
        if raw == MAILS[0]:
            raise LookupError
        return receive(office, raw, now=now)

    with monkeypatch.context() as strange:
        strange.setattr(jobs, "receive", stumble)
        assert fetch(place, office.id, lambda: now)
    assert (kept(office), server.mails(), kinds()) == (sorted(MAILS[1:]), MAILS[:1], {"stuck"})
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "LookupError at stumble"
    ]
    assert fetch(place, office.id, lambda: now)
    assert (kept(office), kinds()) == (sorted(MAILS), set())


def test_a_mail_that_is_too_large_stays_and_is_reported(
    server: Dovecot,
    place: MailboxSettings,
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    large = mail(b"x" * 2000)
    server.put([large, MAILS[0]])
    monkeypatch.setattr(fetching, "LARGEST", 2000)
    assert fetch(place, office.id, lambda: now)
    assert (kept(office), server.mails(), kinds()) == (MAILS[:1], [large], {ledger.LARGE})


def test_a_database_that_is_away_leaves_the_mails_where_they_are(
    server: Dovecot,
    place: MailboxSettings,
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.put(MAILS)

    def away(*_args: object, **_kwargs: object) -> None:
        raise OperationalError

    with monkeypatch.context() as during:
        during.setattr(jobs, "receive", away)
        assert Fetching(place, office.id, lambda: now).one() == fetching.WAITS_S[0]
    assert (server.mails(), kept(office)) == (MAILS, [])
    assert fetch(place, office.id, lambda: now)
    assert kept(office) == sorted(MAILS)


def test_three_days_without_a_server_are_reported_and_change_nothing_at_the_front(
    server: Dovecot, place: MailboxSettings, office: OfficeCard, portal: Client, now: datetime
) -> None:
    server.put(MAILS)
    server.stop()
    clock = [now]
    rounds, waits = Fetching(place, office.id, lambda: clock[0]), []
    while clock[0] < now + DOWN:
        waits.append(rounds.one())
        clock[0] += timedelta(seconds=waits[-1])
    assert waits[:7] == [*fetching.WAITS_S, fetching.WAITS_S[-1]]
    assert ledger.lasting_trouble(now + ledger.QUIET - timedelta(seconds=1)) == set()
    assert ledger.lasting_trouble(now + ledger.QUIET) == {ledger.AWAY}
    assert portal.get("/").status_code == 200
    assert asked(office, clock[0]).office_id == office.id
    worker.sweep(clock[0])
    while worker.do_next(clock[0]):
        pass
    assert not Job.objects.filter(name="cases.adopt", done_at__isnull=True).exists()
    server.start()
    assert rounds.one() == fetching.EVERY_S
    assert (kept(office), kinds(), server.mails()) == (sorted(MAILS), set(), [])


def test_whatever_lasts_is_reported_at_the_desk(office: OfficeCard, now: datetime) -> None:
    words = texts("_national")
    ledger.note_trouble(office.id, frozenset({"away", "stuck", "large"}), now)
    ledger.note_trouble(
        office.id, frozenset({"away", "stuck", "large"}), now + timedelta(minutes=9)
    )
    keys = {alarm.key for alarm in alarms.alarms(now + ledger.QUIET)}
    assert keys >= {f"desk.alarm.mailbox_{kind}" for kind in ("away", "stuck", "large")}
    assert all(words.get(key).words for key in keys)
    ledger.note_trouble(office.id, frozenset({"stuck"}), now + ledger.QUIET)
    assert ledger.lasting_trouble(now + ledger.QUIET) == {"stuck"}


def test_a_ledger_of_another_mailbox_says_nothing(office: OfficeCard, now: datetime) -> None:
    ledger.note(office.id, 1, 7)
    ledger.note(office.id, 1, 7)
    assert ledger.taken(office.id, 1, frozenset({7, 8})) == {7}
    ledger.forget(office.id, 1, 7)
    assert ledger.taken(office.id, 1, frozenset({7})) == frozenset()
    ledger.note(office.id, 1, 7)
    assert ledger.taken(office.id, 2, frozenset({7})) == frozenset()
    assert not Fetched.objects.exists()


def test_what_is_gone_from_the_mailbox_is_struck(office: OfficeCard, now: datetime) -> None:
    for uid in (7, 8):
        ledger.note(office.id, 1, uid)
    assert ledger.taken(office.id, 1, frozenset({8, 9})) == {8}
    assert list(Fetched.objects.values_list("uid", flat=True)) == [8]


def test_a_server_that_is_slow_holds_up_no_job(
    place: MailboxSettings, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(office, now)
    slow, begun = threading.Event(), threading.Event()

    def fetch_slowly(*_args: object) -> bool:
        begun.set()
        return slow.wait(60)

    monkeypatch.setattr(fetching, "fetch", fetch_slowly)
    beside = Fetching(place, office.id, lambda: now)
    beside.begin()
    assert begun.wait(10)
    rounds = worker.Rounds(beside)
    while rounds.one(now) == 0:
        pass
    assert not Job.objects.filter(name="cases.adopt", done_at__isnull=True).exists()
    assert beside._thread.is_alive()
    slow.set()
    beside.end()
    assert not beside._thread.is_alive()


def test_a_server_that_trickles_without_end_is_reported_and_left(
    place: MailboxSettings, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    wakes, lines = threading.Event(), []

    def hang(*_args: object) -> bool:
        lines.append("tried")
        return wakes.wait(60)

    monkeypatch.setattr(fetching, "fetch", hang)
    beside = Fetching(place, office.id, lambda: now)
    beside.begin()
    beside.look(now)
    assert (kinds(), len(lines)) == (set(), 1)
    beside._moved -= fetching.HANGS_S
    beside.look(now)
    assert ledger.lasting_trouble(now + ledger.QUIET - timedelta(seconds=fetching.HANGS_S)) == {
        "away"
    }
    assert len(lines) == 2
    wakes.set()
    beside.end()


def test_several_offices_need_one_that_is_named(
    offices: tuple[OfficeCard, OfficeCard], settings: Settings
) -> None:
    with pytest.raises(Misconfigured):
        fetching.office_id()
    settings.MAILBOX_OFFICE = "gunma_pref"
    assert fetching.office_id() == offices[1].id
    settings.MAILBOX_OFFICE = "nowhere"
    with pytest.raises(Misconfigured):
        fetching.office_id()
