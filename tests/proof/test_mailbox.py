"""The portal's inbox as its hostile user fills it: nothing of the desk's comes out (red team).

Three system users, PostgreSQL with the shipped roles, the shipped commands; each attack beside the
house of before, in which it succeeds.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tests.proof.users import DESK, OWNER, PORTAL, Users, at_work, founded

LENGTH = 64  # of the master key's file
LAY = """
import os, sys
kind, path, target = sys.argv[1:]
match kind:
    case "link": os.symlink(target, path)
    case "pipe": os.mkfifo(path)
    case "folder": os.mkdir(path)
    case "two names": open(path, "wb").write(b"(" + bytes(63)); os.link(path, path + ".part")
    case "longer": open(path, "wb").write(b"(" + bytes(99))
    case "shorter": open(path, "wb").write(b"(" + bytes(9))
    case "text": open(path, "wb").write(b"x" * 64)
if kind != "link":
    os.utime(path, (0, 0))
"""
OF_BEFORE = """
import os, shutil, stat, sys
from pathlib import Path
from django.conf import settings
from madoguchi.ops.start import django
django("worker")
from madoguchi.tools.vault import files, store

def opened(file_id):  # as it was: whatever lies there
    path = store.place(file_id)
    return (path if path.exists() else store.inboxes()[0] / file_id.hex).open("rb")

store.opened = opened
store.begins_sealed = lambda first: True
store.lay_aside = store.delete  # bytes that no row names were removed
"""
BACKUP = """
from madoguchi.ops.main import main
sys.exit(main(["backup", "--data", sys.argv[1], "--keys", sys.argv[2]]))
"""
SWEEP = """
from datetime import timedelta
from madoguchi.ops import worker
from madoguchi.web.kit.arrival import now
for path in Path(settings.FILES).rglob("*"):
    os.utime(path, (0, 0))
worker.sweep(now() + timedelta(days=2))
"""
START = OF_BEFORE.split("def opened", maxsplit=1)[0]
RACE = """
import os, sys
path, size = sys.argv[1], int(sys.argv[2])
kept = os.open(path, os.O_RDWR | os.O_CREAT, 0o660)
os.write(kept, b"(" + b"a" * (size - 1))
print("laid", flush=True)
for line in sys.stdin:
    os.pwrite(kept, b"z" * size, 0)
    print("written", flush=True)
"""


@pytest.fixture
def house() -> Iterator[Users]:
    """One of its own, with a case and its files, which the worker has taken in."""
    with furnished() as house:
        yield house


@pytest.fixture(scope="module")
def shared() -> Iterator[Users]:
    """One for attacks that leave nothing behind but what they laid down."""
    with furnished() as house:
        yield house


@contextmanager
def furnished() -> Iterator[Users]:
    with founded() as house:
        for name in ("data", "keys"):
            (house.folder / name).mkdir()
            os.chown(house.folder / name, DESK, 0)
        at_work(house)
        yield house


def row(house: Users, stored_bytes: int, digest: str = "00" * 32) -> str:
    """A file of an invented case, as the portal's role writes it down; its name."""
    name = uuid4()
    bring = (
        "INSERT INTO vault_heldfile"
        " (id, office_id, lookup, stored_bytes, shared, about, at, sealed_sha256)"
        f" SELECT '{name}', id, '', {stored_bytes}, true, '', now(), '\\x{digest}'"
        " FROM office_office LIMIT 1"
    )
    send = f"UPDATE vault_heldfile SET case_id = gen_random_uuid() WHERE id = '{name}'"
    done = house.sql(PORTAL, "madoguchi_cases", bring, send, undone=False)
    assert set(done.values()) == {"done"}
    return name.hex


def tried(house: Users, *words: str) -> subprocess.CompletedProcess[str]:
    """What comes of a program of the desk's that may fail."""
    program = house.start(DESK, *words)
    said, _ = program.communicate(timeout=60)
    return subprocess.CompletedProcess(words, program.returncode, said)


def backup(house: Users, before: str = "") -> tuple[int, str, Path]:
    """Exit code, words and folder of a backup by the program of today, or by that of `before`."""
    places = [str(house.folder / name) for name in ("data", "keys")]
    program = ("-c", before + BACKUP, *places)
    if not before:
        program = ("-m", "madoguchi", "backup", "--data", places[0], "--keys", places[1])
    done = tried(house, *program)
    return done.returncode, done.stdout, max(Path(places[0]).glob("data-*"), default=Path())


def inbox(house: Users) -> Path:
    return house.home / "inbox" / "portal"


def test_a_link_to_the_master_key_brings_it_nowhere(shared: Users) -> None:
    name = row(shared, LENGTH)
    shared.run(PORTAL, "-c", LAY, "link", str(inbox(shared) / name), str(shared.key))
    shared.run(DESK, "-m", "madoguchi", "worker", "--once")
    code, said, data = backup(shared)
    assert code == 1
    assert name in said.replace("-", "")
    key = shared.key.read_bytes()
    kept = [
        path for path in [*data.rglob("*"), *(shared.home / "files").rglob("*")] if path.is_file()
    ]
    assert kept
    assert not [path for path in kept if key in path.read_bytes()]
    seen = tried(shared, "-m", "madoguchi", "verify")
    assert seen.returncode == 1
    assert f"{inbox(shared) / name}: no file of ours" in seen.stdout


def test_control_the_house_of_before_copies_it_and_the_check_and_the_restore_name_it(
    house: Users,
) -> None:
    name = row(house, LENGTH, hashlib.sha256(house.key.read_bytes()).hexdigest())
    house.run(PORTAL, "-c", LAY, "link", str(inbox(house) / name), str(house.key))
    code, said, data = backup(house, OF_BEFORE)
    assert code == 0, said
    stolen = data / "files" / name[:2] / name
    assert stolen.read_bytes() == house.key.read_bytes()
    looked = tried(house, "-m", "madoguchi", "backup", "check", "--data", str(data.parent))
    assert looked.returncode == 1
    assert f"{stolen}: no sealed file; destroy this backup" in looked.stdout
    (keys,) = (house.folder / "keys").glob("keys-*")
    put = tried(house, "-m", "madoguchi", "restore", str(data), str(keys))
    assert put.returncode == 2
    assert not [path for path in (house.home / "files").rglob("*") if path.name == name]


@pytest.mark.parametrize(
    "kind", ["pipe", "folder", "two names", "longer", "shorter", "text", "link"]
)
def test_whatever_else_lies_there_is_taken_for_nothing(shared: Users, kind: str) -> None:
    """A pipe hangs nothing, a link to a folder leads nowhere, no length is believed."""
    name = row(shared, LENGTH)
    target = str(shared.key.parent)
    shared.run(PORTAL, "-c", LAY, kind, str(inbox(shared) / name), target)
    shared.run(DESK, "-m", "madoguchi", "worker", "--once")
    code, said, data = backup(shared)
    assert (code, name in said.replace("-", "")) == (1, True)
    assert not (data / "files" / name[:2] / name).exists() or kind in ("longer", "shorter")
    assert not list((shared.home / "files").rglob(name))
    assert tried(shared, "-m", "madoguchi", "verify").returncode == 1


def test_who_still_holds_the_file_open_writes_into_nothing_that_is_kept(shared: Users) -> None:
    size = 4096
    name = row(shared, size, hashlib.sha256(b"(" + b"a" * (size - 1)).hexdigest())
    writer = subprocess.Popen(
        [sys.executable, "-c", RACE, str(inbox(shared) / name), str(size)],
        user=PORTAL,
        group=inbox(shared).stat().st_gid,
        extra_groups=[],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    with writer:
        assert writer.stdout.readline() == "laid\n"
        shared.run(DESK, "-m", "madoguchi", "worker", "--once")
        (kept,) = (shared.home / "files").rglob(name)
        before = kept.read_bytes()
        writer.stdin.write("again\n")
        writer.stdin.flush()
        assert writer.stdout.readline() == "written\n"
        assert kept.read_bytes() == before == b"(" + b"a" * (size - 1)
        assert not (inbox(shared) / name).exists()
        writer.stdin.close()


def bytes_of(house: Users, *names: str) -> int:
    folders = [house.home / name for name in names]
    return sum(path.stat().st_size for one in folders for path in one.rglob("*") if path.is_file())


ERASE = "DELETE FROM vault_heldfile"


def test_rows_that_somebody_removes_cost_no_evidence(house: Users) -> None:
    """The portal's role reaches no row of a file that was handed over; a bolder one might."""
    before = bytes_of(house, "files")
    assert before > 0
    house.sql(PORTAL, "madoguchi_cases", ERASE, undone=False)
    house.run(DESK, "-c", START + SWEEP)
    assert (bytes_of(house, "files"), bytes_of(house, "lost")) == (before, 0)
    assert house.sql(OWNER, "madoguchi_cases", ERASE, undone=False)[ERASE] == "done"
    house.run(DESK, "-c", START + SWEEP)
    assert bytes_of(house, "lost") == before
    seen = tried(house, "-m", "madoguchi", "verify")
    assert seen.returncode == 1
    assert "no row names it; kept apart for 35 days" in seen.stdout


def test_control_the_sweep_of_before_erased_it(house: Users) -> None:
    house.sql(OWNER, "madoguchi_cases", ERASE, undone=False)
    house.run(DESK, "-c", OF_BEFORE + SWEEP)
    assert bytes_of(house, "files", "lost") == 0


STOPPERS = """
import os, sys
from pathlib import Path
inbox, name = Path(sys.argv[1]), sys.argv[2]
(inbox / name).mkdir()
(inbox / "x.part").mkdir()
os.utime(inbox / "x.part", (0, 0))
if sys.argv[3] == "shut":
    inbox.chmod(0)
"""
JOB = """
import sys
from madoguchi.ops.start import django
django("worker")
from madoguchi.ops import worker
from madoguchi.tools.later.models import Job
from madoguchi.web.kit.arrival import now
rounds = worker.Rounds()
for _ in range(40):
    rounds.one(now())
print(Job.objects.filter(done_at=None, tries=0).count())
"""


@pytest.mark.parametrize("kind", ["shut", "folders"])
def test_nothing_that_lies_in_the_inbox_stops_the_worker(house: Users, kind: str) -> None:
    """A folder under a kept file's name, a folder called a part, an inbox that is shut."""
    (kept, *_) = (path.name for path in (house.home / "files").glob("*/*"))
    house.run(PORTAL, "-m", "tests.proof.errands")  # with jobs that wait
    house.run(PORTAL, "-c", STOPPERS, str(inbox(house)), kept, kind)
    assert house.run(DESK, "-c", JOB).splitlines()[-1] == "0"
    seen = tried(house, "-m", "madoguchi", "verify")
    assert seen.returncode == 1
    assert str(inbox(house)) in seen.stdout


WRITE = """
import json, os, sys
from pathlib import Path
home = Path(sys.argv[1])

def tried(what, *words):
    try:
        what(*words)
    except OSError as error:
        return type(error).__name__
    return "done"

print(json.dumps({
    "a file beside the folders": tried((home / "x").touch),
    "a page of the desk": tried((home / "static" / "desk" / "evil.js").touch),
    "a folder for the desk": tried(os.mkdir, home / "static" / "worker"),
    "into the store": tried((home / "files" / "x").touch),
    "into the desk's inbox": tried((home / "inbox" / "desk" / "x").touch),
    "an inbox exchanged": tried(os.rename, home / "inbox" / "portal", home / "inbox" / "old"),
    "a public key": tried((home / "public" / "x.json").touch),
    "its own inbox": tried((home / "inbox" / "portal" / "note").touch),
}))
"""


def test_the_portals_user_writes_into_its_inbox_and_nowhere_else(shared: Users) -> None:
    answers = json.loads(shared.run(PORTAL, "-c", WRITE, str(shared.home)))
    assert answers.pop("its own inbox") == "done"
    assert set(answers.values()) == {"PermissionError"}
    assert (
        f"{inbox(shared) / 'note'}: no file of ours"
        in tried(shared, "-m", "madoguchi", "verify").stdout
    )
