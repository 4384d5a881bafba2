"""`madoguchi doctor`: every look has a day on which all is well and a fault that it names."""

import os
import shutil
import socket
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from pytest_django import Settings

from madoguchi.ops import checkpoints as written
from madoguchi.ops import confinement, folders, notes
from madoguchi.ops.commands import rehearse, verify
from madoguchi.ops.diagnostics import desk, machine
from madoguchi.ops.diagnostics.machine import NAMES, run_checks
from madoguchi.ops.diagnostics.result import ASK, OK, WRONG, CheckResult
from madoguchi.ops.findings import KINDS
from madoguchi.ops.roles import sql
from madoguchi.ops.safekeeping import artefact
from madoguchi.rules.programme import load
from madoguchi.tools.later import queue
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.network import neighbourhood
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import masterkey, store
from madoguchi.tools.vault.models import MasterMark
from madoguchi.tools.vault.seal import pinned, pinned_file
from tests.house.source import ROOT
from tests.offices import make_staff


def marks(looks: Iterable[CheckResult]) -> set[str]:
    return {look.mark for look in looks}


def wrongs(looks: Iterable[CheckResult]) -> list[str]:
    return [look.about for look in looks if look.mark == WRONG]


@pytest.fixture
def shut(settings: Settings, tmp_path: Path) -> Path:
    """A home folder of its own as docs/running.md makes it."""
    settings.HOME, settings.FILES = tmp_path, tmp_path / "files"
    settings.PUBLIC_KEYS, settings.INBOX = tmp_path / "public", tmp_path / "inbox"
    settings.LOST = tmp_path / "lost"
    folders = (settings.FILES, settings.PUBLIC_KEYS, settings.LOST, *store.inboxes())
    for folder in (tmp_path, settings.INBOX, *folders):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o770)
    return tmp_path


def test_mode(settings: Settings) -> None:
    settings.DEMO = False
    assert marks(machine.mode()) == {OK}
    settings.DEMO = True
    assert wrongs(machine.mode()) == ["MADOGUCHI_MODE"]


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the portal's unit refuses, as the portal wrote it down; the desk wrote nothing yet."""
    monkeypatch.setattr(confinement, "TRIED", tmp_path)
    codes = [deed.code for deed in confinement.deeds("portal", tmp_path)]
    path = tmp_path / "portal"
    path.write_text("".join(f"{code} {confinement.HELD}\n" for code in codes), "ascii")
    return path


def test_confined(tried: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "RUN", tmp_path)
    assert [look.mark for look in machine.confined()] == [OK, ASK]
    kept = tried.read_text("ascii")
    tried.write_text(kept.replace("port held", "port DONE"), "ascii")
    (look, _) = machine.confined()
    assert (look.mark, look.found) == (WRONG, "「ポートを開く」ことができます")
    assert "RestrictAddressFamilies" in look.remedy
    tried.write_text(kept.replace("core held\n", ""), "ascii")  # it fell while it tried
    assert wrongs(machine.confined()) == ["公開側の囲い"]
    tried.write_text("", "ascii")
    assert marks(machine.confined()) == {ASK}  # it has not been opened since the machine started
    (tmp_path / machine.OWN["portal"]).mkdir(parents=True)  # it is open, and tried nothing
    assert wrongs(machine.confined()) == ["公開側の囲い"]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Path]:
    """`/run` of a machine on which systemd holds all sockets and both windows run."""
    settings.DEMO = False
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:  # a short name, for sockets
        run = Path(folder)
        monkeypatch.setattr(machine, "RUN", run)
        monkeypatch.setattr(machine, "UNITS", (ROOT / "docs" / "running",))
        for name in ("systemd/system", "madoguchi/tried", *machine.OWN.values()):
            (run / name).mkdir(parents=True)
        for name in machine.SOCKETS:
            place = run / "madoguchi" / name
            place.parent.mkdir(exist_ok=True)
            held = stack.enter_context(socket.socket(socket.AF_UNIX))
            held.bind(str(place))
            held.listen()
        yield run


def test_entrances(run: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert marks(machine.entrances()) == {OK}
    for name in ("madoguchi/tried", "madoguchi-desk"):
        (run / name).rmdir()
        (look,) = machine.entrances()
        assert (look.mark, "systemd-tmpfiles" in look.remedy) == (WRONG, name.endswith("tried"))
        (run / name).mkdir()
    (run / "systemd" / "system").rmdir()  # a container, say
    assert marks(machine.entrances()) == {ASK}
    (run / "systemd" / "system").mkdir()
    monkeypatch.setattr(machine, "UNITS", (run,))  # it is not installed here
    assert marks(machine.entrances()) == {ASK}
    monkeypatch.setattr(machine, "UNITS", (ROOT / "docs" / "running",))
    settings.DEMO = True
    assert marks(machine.entrances()) == {ASK}


def test_a_socket_that_nobody_holds(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(machine.SOCKETS, "portal/other", "madoguchi-portal-files.socket")
    (look,) = machine.entrances()
    assert look.remedy == "systemctl enable --now madoguchi-portal-files.socket"


def test_each_folder_is_made_as_the_page_says() -> None:
    page = (ROOT / "docs" / "running.md").read_text("utf-8")
    told = {
        f"madoguchi/{name}".rstrip("/"): f"-o {owner} -g madoguchi -m {mode}"
        for name, (owner, mode) in folders.FOLDERS.items()
    }
    for line in page.splitlines():
        if line.startswith(("install -d -o", "cd /var/lib && install -d")):
            for name in told.keys() & set(line.split()):
                assert told.pop(name) in line
    assert told == {}


def test_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.DEMO = False
    monkeypatch.setattr(machine, "RUN", tmp_path)
    folder = tmp_path / machine.OWN["portal"]
    folder.mkdir(parents=True)
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(folder))
    neighbourhood({"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "192.0.2.1"})
    assert not list(machine.named())
    neighbourhood({"REMOTE_ADDR": ""})
    assert wrongs(machine.named()) == ["公開側に来る人の接続元"]


@pytest.mark.sqlite("one user for all; of three: tests/proof/test_administrator.py")
def test_folders(shut: Path, settings: Settings) -> None:
    assert marks(machine.folders()) == {OK}
    (shut / "files").chmod(0o775)
    assert wrongs(machine.folders()) == [str(shut / "files")]
    (shut / "files").rmdir()
    assert marks(machine.folders()) == {OK}  # made with the first file
    settings.DEMO = False
    (shut / "public").rmdir()
    assert wrongs(machine.folders()) == [str(shut / "public"), str(shut / "files")]


def test_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"
    monkeypatch.setenv("MADOGUCHI_SECRET_FILE", str(path))
    assert marks(machine.secret()) == {WRONG}
    path.write_text("s" * 50, "ascii")
    path.chmod(0o400)
    assert marks(machine.secret()) == {OK}
    path.chmod(0o440)
    assert marks(machine.secret()) == {WRONG}


def test_public_keys(office: OfficeCard, other_office: OfficeCard) -> None:
    assert marks(machine.public_keys()) == marks(desk.pairs()) == {OK}
    mine, other = pinned_file(office.slug), pinned_file(other_office.slug)
    kept = mine.read_text("utf-8")
    mine.write_text(other.read_text("utf-8"), "utf-8")
    pinned.cache_clear()
    assert wrongs(machine.public_keys()) == [str(mine)]
    mine.unlink()
    pinned.cache_clear()
    assert WRONG in marks(run_checks([machine.public_keys]))
    mine.write_text(kept, "utf-8")


def test_pairs(office: OfficeCard, other_office: OfficeCard) -> None:
    """Somebody pinned a key of their own: the desk could open nothing that comes."""
    path = pinned_file(office.slug)
    kept = path.read_text("utf-8")
    mine, theirs = pinned(office.slug)[2].hex(), pinned(other_office.slug)[2].hex()
    path.write_text(kept.replace(mine, theirs), "utf-8")
    pinned.cache_clear()
    assert wrongs(desk.pairs()) == [str(path)]
    path.write_text(kept, "utf-8")


def test_hosts(office: OfficeCard) -> None:
    assert marks(machine.hosts()) == {OK}
    Office.objects.filter(pk=office.id).update(desk_host="portal.test")
    assert wrongs(machine.hosts()) == [f"{office.slug} のホスト名"]
    Office.objects.all().delete()
    assert wrongs(machine.hosts()) == ["窓口"]


def test_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    assert marks(machine.tables()) == {OK}

    def old() -> None:
        raise Misconfigured("データベース", "表", "migrate")

    monkeypatch.setattr("madoguchi.ops.prepare.require_tables", old)
    (look,) = run_checks([machine.tables])
    assert (look.mark, look.remedy) == (WRONG, "migrate")


@pytest.mark.sqlite("asks SQLite's pragmas")
@pytest.mark.django_db(transaction=True)  # a pragma is no part of a transaction
def test_sqlite(settings: Settings) -> None:
    assert wrongs(machine.database()) == ["SQLite"]  # a test's own does not wait for the disk
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=FULL")
    assert marks(machine.database()) == {OK}
    settings.DEMO = False
    assert marks(machine.database()) == {OK, ASK}
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    monkey = pytest.MonkeyPatch()
    monkey.setattr("madoguchi.config.sqlite.SAFE", (99, 0, 0))
    assert wrongs(machine.database()) == ["SQLite"]
    monkey.undo()


@pytest.mark.postgresql(
    "asks PostgreSQL's settings; this server is hasty and its role is above all"
)
def test_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [connections[name].settings_dict["NAME"] for name in ("default", "staff")]
    loud = ("log_min_error_statement", "log_error_verbosity")  # as a server comes
    assert wrongs(machine.database()) == [
        *(f"PostgreSQL の {setting}（{name}）" for name in names for setting in loud),
        "PostgreSQL の fsync",
        "PostgreSQL の full_page_writes",
        "PostgreSQL の max_connections",
        "PostgreSQL の max_locks_per_transaction",
        "PostgreSQL の max_notify_queue_pages",
        *("PostgreSQL の権限",) * 2,  # it may change lines, and no roles.sql was laid down
    ]
    monkeypatch.setattr(sql, "mark", lambda: "standard public schema")
    for name in ("CONNECTIONS", "DESKS_CONNECTIONS", "MOST_LOCKS"):
        monkeypatch.setattr(machine, name, 1)
    monkeypatch.setattr(machine, "MOST_NOTES", 2**20)
    monkeypatch.setattr(machine, "SAFE_SETTINGS", ("synchronous_commit",))
    monkeypatch.setattr(machine, "QUIET_SETTINGS", {"log_statement": "none"})
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE low; GRANT SELECT, INSERT ON audit_line TO low; SET ROLE low")
        assert marks(machine.database()) == {OK}
        monkeypatch.setattr(machine, "OLDEST_POSTGRESQL", 99)
        assert wrongs(machine.database()) == ["PostgreSQL"]
        cursor.execute("RESET ROLE")


def test_master_key(office: OfficeCard, now: datetime, settings: Settings, tmp_path: Path) -> None:
    assert wrongs(desk.master_key()) == ["鍵の紙"]
    MasterMark.objects.update(verified_at=now)
    assert marks(desk.master_key()) == {OK}
    path = tmp_path / "master.key"
    path.write_text(Path(settings.MASTER_KEY_FILE).read_text("ascii"), "ascii")
    path.chmod(0o440)
    settings.MASTER_KEY_FILE = path
    assert wrongs(desk.master_key()) == [f"{masterkey.KEY_VARIABLE} {path}"]
    path.chmod(0o640)
    path.write_text("00" * 32, "ascii")
    assert marks(run_checks([desk.master_key])) == {WRONG}


def test_adders(office: OfficeCard, now: datetime) -> None:
    """A new desk needs none; later two, also after each end that is set."""
    assert wrongs(desk.adders(now)) == []
    make_staff(office, "supervisor", "責任者", now)
    second = make_staff(office, "administrator", "管理者", now)
    assert wrongs(desk.adders(now)) == []
    week = timedelta(days=7)
    second.ends_at = now + week
    second.save()
    (coming,) = (look.line for look in desk.adders(now) if look.mark == WRONG)
    assert "2026-12-07から" in coming
    (too_late,) = (look.line for look in desk.adders(now + week) if look.mark == WRONG)
    assert "から" not in too_late
    make_staff(office, "supervisor", "次の人", now)
    assert wrongs(desk.adders(now + week)) == []


def test_signs(office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madoguchi.tools.vault.files.fullness", lambda: 10)
    monkeypatch.setattr("madoguchi.tools.audit.chain.clock_wrong", lambda _now: False)
    (look,) = desk.signs(now)
    assert (look.mark, "自動処理" in look.found) == (WRONG, True)
    queue.beat(uuid.uuid4(), now)
    assert marks(desk.signs(now)) == {OK}
    monkeypatch.setattr("madoguchi.tools.audit.chain.clock_wrong", lambda _now: True)
    assert any("時計" in look.found for look in desk.signs(now))


@pytest.fixture
def relay() -> Iterator[int]:
    """A mail relay that greets and answers to EHLO."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            line, _ = listening.accept()
            with line, line.makefile("rwb") as talk:
                for answer in (b"220 relay\r\n", b"250 relay\r\n", b"221 bye\r\n"):
                    talk.write(answer)
                    talk.flush()
                    talk.readline()

        threading.Thread(target=greet, daemon=True).start()
        yield listening.getsockname()[1]


def test_mail(settings: Settings, relay: int) -> None:
    assert list(desk.mail()) == []  # the demo's folder
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": relay}}}
    assert marks(desk.mail()) == {OK}
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": 1}}}
    assert wrongs(desk.mail()) == ["MADOGUCHI_SMTP 127.0.0.1:1"]


def test_checkpoints(office: OfficeCard, settings: Settings, tmp_path: Path) -> None:
    moment = datetime.now().astimezone()
    settings.CHECKPOINTS = tmp_path
    assert wrongs(desk.checkpoints(moment))
    written.write(moment)
    for path in tmp_path.rglob("*"):
        os.utime(path, (moment.timestamp(), moment.timestamp()))
    assert marks(desk.checkpoints(moment)) == {OK, ASK}
    assert wrongs(desk.checkpoints(moment + timedelta(hours=3)))
    settings.HOME = tmp_path.parent
    assert wrongs(desk.checkpoints(moment)) == [f"MADOGUCHI_CHECKPOINTS {tmp_path}"]


def test_backups(now: datetime, tmp_path: Path) -> None:
    assert marks(desk.backups({"data": None, "keys": None}, now)) == {ASK}
    notes.write(tmp_path / rehearse.NOTE, notes.Note(now, {}))
    assert wrongs(desk.backups({"data": tmp_path}, now)) == [f"控え（data） {tmp_path}"]
    with artefact.writing(tmp_path, "data", now) as part:
        part.finish({}, str)
    assert marks(desk.backups({"data": tmp_path}, now)) == {OK}
    assert wrongs(desk.backups({"data": tmp_path}, now + timedelta(days=2)))


def test_rehearsals(now: datetime, tmp_path: Path) -> None:
    with artefact.writing(tmp_path, "data", now) as part:
        part.finish({}, str)
    assert wrongs(desk.backups({"data": tmp_path}, now)) == ["控えから戻す練習"]  # never
    notes.write(tmp_path / rehearse.NOTE, notes.Note(now - desk.REHEARSAL_AGE, {}))
    assert wrongs(desk.backups({"data": tmp_path}, now)) == []
    late = now - desk.REHEARSAL_AGE - timedelta(seconds=1)
    notes.write(tmp_path / rehearse.NOTE, notes.Note(late, {}))
    (look,) = (look for look in desk.backups({"data": tmp_path}, now) if look.mark == WRONG)
    assert (look.about, "2026-10-28" in look.found) == ("控えから戻す練習", True)
    (tmp_path / rehearse.NOTE).write_text("soon")
    assert wrongs(desk.backups({"data": tmp_path}, now)) == ["控えから戻す練習"]


def test_verified(now: datetime, settings: Settings, tmp_path: Path) -> None:
    settings.CHECKPOINTS = tmp_path
    assert wrongs(desk.verified(now))  # it never ended
    for counts, mark in (({}, OK), ({"forged": 2, "key": 1}, WRONG)):
        notes.write(tmp_path / verify.NOTE, notes.Note(now, counts))
        (look,) = desk.verified(now)
        assert look.mark == mark
    assert "3 件" in look.found
    assert f"{KINDS['forged'][0]} 2件" in look.found
    notes.write(tmp_path / verify.NOTE, notes.Note(now - timedelta(days=10), {}))
    (look,) = desk.verified(now)
    assert (look.mark, f"{now - timedelta(days=10):%Y-%m-%d}" in look.found) == (WRONG, True)


def test_programmes(office: OfficeCard, monkeypatch: pytest.MonkeyPatch) -> None:
    assert marks(desk.programmes()) <= {OK, ASK}
    monkeypatch.setattr("madoguchi.rules.check.failure", lambda *_: "例と違います")
    assert f"制度 {office.slug}" in wrongs(desk.programmes())


def test_papers(office: OfficeCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert marks(desk.papers()) == {OK}
    shutil.copytree(load.folder(office.slug), tmp_path / office.slug)
    for other in Office.objects.exclude(slug=office.slug):
        shutil.copytree(load.folder(other.slug), tmp_path / other.slug)
    broken = tmp_path / office.slug / "papers" / "receipt_card"
    shutil.copytree(load.folder("_national") / "papers" / "receipt_card", broken)
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(tmp_path))
    assert marks(desk.papers()) == {OK}
    (broken / "paper.typ").write_text("書類", "utf-8")
    assert wrongs(desk.papers()) == [f"書類 {office.slug} receipt_card"]


def test_what_no_program_sees_is_asked() -> None:
    assert marks(desk.proxy()) == {ASK}


def test_a_look_that_falls_over_stops_no_other(settings: Settings) -> None:
    def pairs() -> Iterable[CheckResult]:
        raise OSError

    first, second = run_checks([pairs, machine.mode])
    assert first.line.startswith("要対応　公開鍵と秘密鍵：確かめられませんでした（OSError） → ")
    assert second.about == "MADOGUCHI_MODE"


def test_every_check_has_a_name_to_fall_over_with() -> None:
    checks = [*machine.portal_checks(), *desk.desk_checks(None, None)]
    assert {check.__name__ for check in checks} == set(NAMES)


@pytest.mark.parametrize("checks", [machine.portal_checks, lambda: desk.desk_checks(None, None)])
def test_every_look_is_made(
    office: OfficeCard, checks: Callable[[], list[Callable[[], Iterable[CheckResult]]]]
) -> None:
    looks = list(run_checks(checks()))
    assert len(looks) >= len(checks())
    assert not any("Error" in look.found for look in looks)
    assert all(look.line.startswith(look.mark) for look in looks)


def test_the_portal_that_can_read_the_key_is_reported(
    settings: Settings, office: OfficeCard
) -> None:
    settings.DEMO = False
    assert os.access(settings.MASTER_KEY_FILE, os.R_OK)
    *_, last = run_checks(machine.portal_checks())
    assert (last.mark, last.about) == (WRONG, str(settings.MASTER_KEY_FILE))
