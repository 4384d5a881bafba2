"""What the machine needs from people stands above every page of the desk, without names."""

import os
import shutil
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import pytest

from madoguchi.rules.programme.texts import texts
from madoguchi.tools.audit import chain
from madoguchi.tools.later.models import Beat, Job
from madoguchi.tools.later.queue import QUIET, beat
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import files, store
from madoguchi.tools.vault.models import HeldFile, MasterMark
from madoguchi.web.desk import alarms
from tests.redteam.house import asked_with_file
from tests.web.desk.colleagues import asked, colleague


class Usage(NamedTuple):
    """What `shutil.disk_usage` tells."""

    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def calm(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that lives, a disk with room, a database whose clock tells the tests' moment."""
    monkeypatch.setattr(chain, "_difference", lambda _now: timedelta(0))
    beat(uuid4(), now)
    disk(monkeypatch, 50)


def disk(monkeypatch: pytest.MonkeyPatch, used: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(100, used, 100 - used))


def codes(now: datetime) -> list[str]:
    """The alarms that stand, each of which has words."""
    standing, words = alarms.alarms(now), texts("_national")
    assert all(words.get(alarm.key).words for alarm in standing)
    return [alarm.code for alarm in standing]


def test_nothing_is_said_while_all_is_well(office: OfficeCard, now: datetime) -> None:
    assert codes(now) == []


def test_a_worker_not_seen_for_ten_minutes(office: OfficeCard, now: datetime) -> None:
    assert codes(now + QUIET) == ["worker"]


@pytest.mark.parametrize(
    ("used", "said"), [(79, []), (80, ["disk_80"]), (89, ["disk_80"]), (90, ["disk_90"])]
)
def test_a_disk_that_fills(
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    used: int,
    said: list[str],
) -> None:
    disk(monkeypatch, used)
    assert codes(now) == said


def test_mail_that_keeps_failing_and_other_jobs(office: OfficeCard, now: datetime) -> None:
    mail = Job.objects.create(
        name="record.tell", subject_id=uuid4(), run_at=now, tries=4, failed="OSError"
    )
    assert codes(now) == ["mail"]
    Job.objects.filter(pk=mail.pk).update(name="cases.adopt")
    assert codes(now) == ["jobs"]


def test_a_job_that_nobody_takes(office: OfficeCard, now: datetime) -> None:
    Job.objects.create(name="cases.adopt", subject_id=uuid4(), run_at=now - QUIET)
    assert codes(now) == ["jobs"]


def test_a_clock_that_went_back(office: OfficeCard, now: datetime) -> None:
    actor, ahead = Actor(office.id, "worker"), now + timedelta(minutes=1)
    chain.append(actor, "case.tell", None, outcome="done", now=ahead)
    assert codes(now) == ["clock"]


def test_a_paper_key_not_tried_for_over_a_year(office: OfficeCard, now: datetime) -> None:
    MasterMark.objects.update(verified_at=now - timedelta(days=400))
    assert codes(now) == []
    assert codes(now + timedelta(seconds=1)) == ["key"]


def test_an_alarm_stands_on_the_page(office: OfficeCard, now: datetime) -> None:
    _, browser = colleague(office, "counsellor", now)
    alarms.forget()
    Job.objects.create(name="cases.adopt", subject_id=uuid4(), run_at=now)
    Beat.objects.update(seen_at=now - QUIET)
    page = browser.get("/").content.decode()
    alarms.forget()
    assert "自動処理が10分以上止まっています" in page


def test_kept_files_that_lost_their_rows_are_said_on_the_page(
    office: OfficeCard, now: datetime
) -> None:
    """Whoever removes rows erases nothing: the sweep lays the bytes apart, and it is said."""
    said = "保管しているファイルの記録が、消されています"
    held = asked_with_file(office, now)
    files.take_in()
    for row in HeldFile.objects.all():
        os.utime(store.place(row.id), (now.timestamp(),) * 2)  # not the day outside
    _, browser = colleague(office, "counsellor", now)
    later, pages = now + timedelta(days=2), []
    for rows in (HeldFile.objects.none(), HeldFile.objects.filter(case_id=held.case_id)):
        rows.delete()
        files.sweep(later)
        alarms.forget()
        pages.append(said in browser.get("/").content.decode())
        assert pages[-1] == bool(store.laid_aside())
    for path in store.lost().iterdir():
        path.unlink()  # an administrator has moved it
    alarms.forget()
    pages.append(said in browser.get("/").content.decode())
    alarms.forget()
    assert pages == [False, True, False]


def test_the_administrator_reads_where_to_look(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk(monkeypatch, 90)
    said = {}
    for role, path in (("administrator", "/staff/"), ("counsellor", "/")):
        _, browser = colleague(office, role, now)
        alarms.forget()
        said[role] = "madoguchi-desk doctor desk" in browser.get(path).content.decode()
    alarms.forget()
    assert said == {"administrator": True, "counsellor": False}


def test_nobody_outside_the_door_reads_them(office: OfficeCard, desk: object) -> None:
    alarms.forget()
    page = desk.get("/sign-in/").content.decode()  # type: ignore[attr-defined] # a client
    assert "自動処理" not in page


def test_a_page_asks_nothing_within_half_a_minute(
    office: OfficeCard, now: datetime, django_assert_num_queries: object
) -> None:
    alarms.forget()
    alarms.recent(now)
    with django_assert_num_queries(0):  # type: ignore[operator] # pytest-django's fixture
        alarms.recent(now)
    alarms.forget()


def test_the_case_says_that_a_mail_was_refused(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    said = "届けられませんでした"
    assert said not in browser.get(f"/cases/{case.pk}/").content.decode()
    Outgoing.objects.filter(case_id=case.pk).update(withheld="refused")
    assert said in browser.get(f"/cases/{case.pk}/").content.decode()
