"""The portal's inbox as its hostile user fills it: nothing of the desk's comes out (red team).

Three system users, PostgreSQL with the shipped roles, the shipped commands; each attack beside the
house of before, in which it succeeds (`control`).
"""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import pytest

from tests.proof.users import DESK, GROUP, OWNER, PORTAL, Users, at_work, founded, with_tables

LENGTH = 64  # of the master key's file
LAY = """
import os, socket, sys
kind, path, target = sys.argv[1:]
match kind:
    case "link": os.symlink(target, path)
    case "pipe": os.mkfifo(path)
    case "folder": os.mkdir(path)
    case "socket": socket.socket(socket.AF_UNIX).bind(path)
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
    """A file of an invented case, as a role writes it down that no bound holds; its name."""
    name = uuid4()
    bring = (
        "INSERT INTO vault_heldfile"
        " (id, office_id, lookup, stored_bytes, shared, about, at, sealed_sha256)"
        f" SELECT '{name}', id, '', {stored_bytes}, true, '', now(), '\\x{digest}'"
        " FROM office_office LIMIT 1"
    )
    send = f"UPDATE vault_heldfile SET case_id = gen_random_uuid() WHERE id = '{name}'"
    done = house.sql(OWNER, "madoguchi_cases", bring, send, undone=False)
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
    assert f"　　　　{inbox(shared) / name}\n" in seen.stdout


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
    assert f"{stolen}：封をしたファイルではありません" in looked.stdout
    (keys,) = (house.folder / "keys").glob("keys-*")
    put = tried(house, "-m", "madoguchi", "restore", str(data), str(keys))
    assert put.returncode == 2
    assert not [path for path in (house.home / "files").rglob("*") if path.name == name]


def test_a_link_to_last_nights_keys_brings_them_nowhere(shared: Users) -> None:
    backup(shared)
    (table,) = max((shared.folder / "keys").glob("keys-*")).glob("tables/vault.receipt.jsonl")
    keys = table.read_bytes()
    name = row(shared, len(keys), hashlib.sha256(keys).hexdigest())
    shared.run(PORTAL, "-c", LAY, "link", str(inbox(shared) / name), str(table))
    shared.run(DESK, "-m", "madoguchi", "worker", "--once")
    code, said, data = backup(shared)
    assert (code, name in said.replace("-", "")) == (1, True), said
    held = [
        path for path in [*data.rglob("*"), *(shared.home / "files").rglob("*")] if path.is_file()
    ]
    assert not [path for path in held if keys in path.read_bytes()]
    code, said, data = backup(shared, OF_BEFORE)
    assert (data / "files" / name[:2] / name).read_bytes() == keys  # control
    code, said, data = backup(shared)
    assert not (data / "files" / name[:2] / name).exists()  # nor is it carried on


READ_ALL = """
import os, sys
home, key = sys.argv[1], sys.argv[2].encode()
paths = [os.path.join(folder, name) for folder, _, names in os.walk(home) for name in names]
for path in {*paths, *sys.argv[3:]}:
    try:
        found = open(path, "rb").read()
    except OSError:
        continue
    print("a key" if key in found else "read")
"""
UNCHECKED = """
from madoguchi.ops.main import main
from madoguchi.tools.vault import store
store.is_sealed = lambda path: True
sys.exit(main(["restore", *sys.argv[1:3]]))
"""
OPENED = """
import os, sys
for folder, _, names in os.walk(sys.argv[1]):
    os.chmod(folder, 0o770)
    for name in names:
        os.chmod(os.path.join(folder, name), 0o660)
"""


def test_a_house_that_is_put_back_from_a_poisoned_backup_gives_the_portal_no_key(
    house: Users,
) -> None:
    """Nothing is put back from it; and if something were, it would lie in the desk's own store."""
    digest = hashlib.sha256(house.key.read_bytes()).hexdigest()
    name = row(house, LENGTH, digest)
    house.run(PORTAL, "-c", LAY, "link", str(inbox(house) / name), str(house.key))
    code, said, data = backup(house, OF_BEFORE)
    assert code == 0, said
    (keys,) = (house.folder / "keys").glob("keys-*")
    assert (data / "files" / name[:2] / name).read_bytes() == house.key.read_bytes()
    house.folder.chmod(0o755)
    with founded(with_tables) as new:
        shutil.copyfile(house.key, new.key)
        os.chown(new.key, DESK, GROUP)
        new.key.chmod(0o400)
        stolen = str(new.home / "files" / name[:2] / name)
        look = ("-c", READ_ALL, str(new.folder), house.key.read_text("ascii"), stolen)
        refused = tried(new, "-m", "madoguchi", "restore", str(data), str(keys))
        assert refused.returncode == 2
        assert "封をしたファイルではありません" in refused.stdout
        assert "a key" not in new.run(PORTAL, *look)
        put = tried(new, "-c", START + UNCHECKED, str(data), str(keys))
        assert put.returncode == 0, put.stdout
        assert "a key" not in new.run(PORTAL, *look)
        new.run(DESK, "-c", OPENED, str(new.home / "files"))  # the control: a folder of before
        assert "a key" in new.run(PORTAL, *look)


BY_ROOT = ("device", "hard link", "another's")  # the kernel gives the portal's user none of them


def laid(house: Users, kind: str) -> str:
    """What somebody laid where a file of the portal's should be; its name."""
    name = row(house, LENGTH, hashlib.sha256(b"(" + bytes(LENGTH - 1)).hexdigest())
    path, target = inbox(house) / name, house.key.parent
    if kind in BY_ROOT:
        lay_as_root(kind, path, house.key)
    else:
        house.run(PORTAL, "-c", LAY, kind, str(path), str(target))
    return name


def lay_as_root(kind: str, path: Path, target: Path) -> None:
    match kind:
        case "device":
            os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # /dev/zero
            os.chown(path, PORTAL, GROUP)
        case "hard link":
            os.link(target, path)
        case _:  # one name, the right length, a sealed file's first byte: the desk's own
            path.write_bytes(b"(" + bytes(LENGTH - 1))
            os.chown(path, DESK, GROUP)


@pytest.mark.parametrize(
    "kind",
    ["pipe", "folder", "two names", "longer", "shorter", "text", "link", "socket", *BY_ROOT],
)
def test_whatever_else_lies_there_is_taken_for_nothing(shared: Users, kind: str) -> None:
    """A pipe hangs nothing, a link to a folder leads nowhere, no length is believed.

    Beside the house of before, below. What cannot be replayed is its sweep, which followed a linked
    folder into one of the desk's: an inbox has no folders, and the portal cannot write the store.
    Of a file that is longer or shorter both houses copy what the backup then names.
    """
    name = laid(shared, kind)
    shared.run(DESK, "-m", "madoguchi", "worker", "--once")
    code, said, data = backup(shared)
    assert (code, name in said.replace("-", "")) == (1, True)
    assert not (data / "files" / name[:2] / name).exists() or kind in ("longer", "shorter")
    assert not list((shared.home / "files").rglob(name))
    assert tried(shared, "-m", "madoguchi", "verify").returncode == 1


@pytest.fixture
def cleared(shared: Users) -> Users:
    """The house with nothing in the portal's inbox: one kind is tried at a time."""
    for path in inbox(shared).iterdir():
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()
    return shared


OF_THE_BACKUP = {
    **dict.fromkeys(("folder", "link", "socket"), "none"),
    **dict.fromkeys(("two names", "text", *BY_ROOT), "with it"),
}


@pytest.mark.parametrize("kind", OF_THE_BACKUP)
def test_control_the_backup_of_before_takes_it_or_ends(cleared: Users, kind: str) -> None:
    name = laid(cleared, kind)
    before = set((cleared.folder / "data").iterdir())
    _, said, data = backup(cleared, OF_BEFORE)
    copied = (data / "files" / name[:2] / name).exists()
    assert {True: "with it", False: "none"}[copied] == OF_THE_BACKUP[kind], said
    assert (data in before) == (not copied), said


def test_control_a_pipe_holds_the_backup_of_before(cleared: Users) -> None:
    """For as long as somebody likes: the portal's user may keep its other end."""
    path = inbox(cleared) / laid(cleared, "pipe")
    places = [str(cleared.folder / name) for name in ("data", "keys")]
    program = cleared.start(DESK, "-c", OF_BEFORE + BACKUP, *places)
    kept = other_end(path)
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            program.communicate(timeout=10)
    finally:
        os.close(kept)
        program.communicate(timeout=60)


def other_end(path: Path) -> int:
    """The end of a pipe that is written to, as soon as somebody has opened it to read."""
    for _ in range(600):
        with suppress(OSError):  # nobody yet
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.1)
    raise AssertionError("nobody reads it")


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
    assert " unnamed：" in seen.stdout


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
        f"　　　　{inbox(shared) / 'note'}\n" in tried(shared, "-m", "madoguchi", "verify").stdout
    )


SHUT = "import os, sys; os.chmod(sys.argv[1], int(sys.argv[2], 8))"


def test_an_inbox_that_is_shut_is_said(shared: Users) -> None:
    """Its owner may shut it: nothing that was sent comes over."""
    doctor, said = ("-m", "madoguchi", "doctor"), "受け取り場所が閉じられていて"
    assert said not in tried(shared, *doctor).stdout  # control
    shared.run(PORTAL, "-c", SHUT, str(inbox(shared)), "0")
    try:
        assert said in tried(shared, *doctor).stdout
        assert "an inbox is shut" in tried(shared, "-c", START + SWEEP).stdout
    finally:
        shared.run(PORTAL, "-c", SHUT, str(inbox(shared)), "770")
    assert said not in tried(shared, *doctor).stdout
