"""The recovery page, followed on a new server with three users and PostgreSQL; needs root."""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from madoguchi.ops.paper import sheet
from tests.ops.following import Server, blocks
from tests.postgresql import binaries, started
from tests.proof.users import DESK, GROUP, OWNER, PORTAL, UMASK, Users, empty, settled

ALWAYS = blocks("console")
GRANTS = ALWAYS[0]
(AGAIN,) = (block for block in blocks("sh") if "RENAME" in block)
BACKUPS = {"data": "srv/madoguchi-data", "keys": "srv/madoguchi-keys"}
ASK_ALL = """
import os, sys
for path in sys.argv[1:]:
    assert os.stat(path).st_size
    try:
        open(path, "rb")
    except PermissionError:
        continue
    raise AssertionError(path)
"""
FORGET_ALL = """
from madoguchi.ops.start import django
django("worker")
from madoguchi.web.kit.arrival import now
from madoguchi.work.cases import jobs
from madoguchi.work.cases.models import Case
for case in Case.objects.all():
    jobs.forget(case.pk, now=now())
"""


@dataclass(frozen=True)
class Lost:
    """What is left of a house: its backups, its key on paper, one person's receipt."""

    backups: Path
    paper: str
    receipt: tuple[str, str]


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Lost:
    """A house that worked, was backed up, and is gone with its server."""
    assert os.geteuid() == 0, "this proof starts programs of several users: run it as root"
    server = started()
    server.pgdata.chmod(0o711)
    kept = tmp_path_factory.mktemp("kept")
    with tempfile.TemporaryDirectory(prefix="madoguchi-lost-") as folder:
        house = settled(Path(folder), server)
        house.run(PORTAL, "-m", "madoguchi", "preflight", "portal")
        number, secret = house.run(PORTAL, "-m", "tests.proof.errands").split()
        house.run(DESK, "-m", "madoguchi", "worker", "--once")
        places = [(f"--{kind}", str(house.key.parent / kind)) for kind in BACKUPS]
        house.run(DESK, "-m", "madoguchi", "backup", *(word for pair in places for word in pair))
        for kind, place in BACKUPS.items():
            shutil.copytree(house.key.parent / kind, kept / place)
        paper = " ".join(sheet.as_groups(bytes.fromhex(house.key.read_text("ascii"))))
    server.cleanup()
    return Lost(kept, paper, (number, secret))


def programs(house: Users) -> dict[str, str]:
    """What the server's own programs do: users have numbers of their own, keys are lent."""
    root = house.folder
    found = {
        "runuser": f"shift 3; export PGHOST='{house.server.pgdata}' PGUSER=postgres\n"
        f'export PATH="{binaries()}:$PATH"; exec "$@"\n',
        "chown": f'shift 2; exec /usr/bin/chown -R {DESK}:{GROUP} "$@"\n',
    }
    for user, name in ((OWNER, "owner"), (DESK, "desk"), (PORTAL, "portal")):
        told = dict(house.told(user))
        lent = ""
        if user == DESK:
            told["MADOGUCHI_CHECKPOINTS"] = f"{root}/srv/madoguchi-checkpoints"
            told["MADOGUCHI_MASTER_KEY_FILE"] = f"${{KEY:-{house.key}}}"
            key = "/etc/madoguchi/master.key"
            lent = f"[ ! -f {key} ] || install -o {DESK} -g {GROUP} -m 0400 {key} {house.key}\n"
        variables = " ".join(f'{key}="{value}"' for key, value in told.items())
        found[f"as-{name}"] = (
            f"{lent}umask {UMASK[user]:04o}\n"
            f"exec setpriv --reuid {user} --regid {GROUP} --clear-groups"
            f' env -i {variables} {sys.executable} -m madoguchi "$@"\n'
        )
    return found


@dataclass(frozen=True)
class New:
    """The new server, and the page on it."""

    house: Users
    server: Server
    lost: Lost

    def words(self) -> list[tuple[str, str]]:
        """What an officer reads on the screen and puts into the page's commands."""
        (data,) = (self.lost.backups / BACKUPS["data"]).glob("data-*")
        (keys,) = (self.lost.backups / BACKUPS["keys"]).glob("keys-*")
        return [("data-日付", data.name), ("keys-日付", keys.name)]

    def restored(self) -> str:
        """What the whole page says when it is followed."""
        paper = ("key enter", f"key enter --file {self.house.folder}/paper")
        return self.server.follow("".join(ALWAYS), *self.words(), paper)


@pytest.fixture
def new(lost: Lost) -> Iterator[New]:
    """A server as docs/running.md has it after part 2; the backups' disks are another user's."""
    database = started(hasty=False)  # or the doctor finds fault
    database.pgdata.chmod(0o711)
    with tempfile.TemporaryDirectory(prefix="madoguchi-new-") as folder:
        house = empty(Path(folder), database)
        for place in ("etc/madoguchi/desk", "srv/madoguchi-checkpoints", "srv/madoguchi-scratch"):
            (house.folder / place).mkdir(parents=True, mode=0o755)
            os.chown(house.folder / place, DESK, GROUP)
        (house.folder / "var/lib").mkdir(parents=True)
        shutil.copytree(lost.backups / "srv", house.folder / "srv", dirs_exist_ok=True)
        (house.folder / "var/lib/madoguchi").symlink_to(house.home)
        (house.folder / "paper").write_text(lost.paper, "ascii")
        yield New(house, Server(house.folder, programs(house)), lost)
    database.cleanup()


def files(house: Users) -> list[Path]:
    return [path for path in (house.home / "files").glob("*/*") if path.is_file()]


def test_both_users_go_on_working(new: New) -> None:
    said = new.restored()
    assert "shibukawa：すべて合っています" in said
    assert "要対応 0 件" in said
    assert "戻せます" in said
    house, old = new.house, files(new.house)
    assert old
    house.run(PORTAL, "-c", ASK_ALL, *map(str, old))
    house.run(PORTAL, "-m", "tests.proof.returning", *new.lost.receipt)
    house.run(PORTAL, "-m", "tests.proof.errands")
    house.run(DESK, "-m", "madoguchi", "worker", "--once")
    assert "すべて合っています" in house.run(DESK, "-m", "madoguchi", "verify")
    assert len(files(house)) == len(old) + 2
    for path in files(house):
        assert path.stat().st_gid == GROUP
        assert not stat.S_IMODE(path.stat().st_mode | path.parent.stat().st_mode) & 0o007
    house.run(DESK, "-c", FORGET_ALL)
    assert files(house) == []
    assert not (house.folder / "etc/madoguchi/desk/master.key").exists()


def test_control_a_store_that_the_portal_can_write_is_named(new: New) -> None:
    (new.house.home / "files").chmod(0o770)
    done = new.server.tried(
        "".join(ALWAYS), *new.words(), ("key enter", f"key enter --file {new.house.folder}/paper")
    )
    assert done.returncode == 2  # the window itself does not open
    assert "shibukawa：すべて合っています" in done.stdout
    assert "この窓口から書けます。書けてはいけない場所です" in done.stdout


def test_control_without_the_grants_nothing_is_put_back(new: New) -> None:
    """The page's third line: what the owner made is nobody else's yet."""
    first, second, _ = GRANTS.splitlines(keepends=True)
    paper = ("key enter", f"key enter --file {new.house.folder}/paper")
    script = "".join(ALWAYS).replace(GRANTS, first + second)
    done = new.server.tried(script, *new.words(), paper)
    assert done.returncode == 2, done.stdout
    assert "この利用者は、データベースの表を使えません" in done.stdout
    assert files(new.house) == []


def test_a_restore_is_begun_again_as_the_page_says(new: New) -> None:
    new.restored()
    restore = "".join(block for block in ALWAYS if "madoguchi-desk restore" in block)
    done = new.server.tried(restore, *new.words())
    assert (done.returncode, "空ではありません" in done.stdout) == (2, True), done.stdout
    numbers = (("-o madoguchi-desk", f"-o {DESK}"), ("-g madoguchi", f"-g {GROUP}"))
    said = new.server.follow(AGAIN + GRANTS + restore, *numbers, *new.words())
    assert "shibukawa：すべて合っています" in said
    assert "要対応 0 件" in new.house.run(PORTAL, "-m", "madoguchi", "doctor", "portal")
    new.house.run(PORTAL, "-m", "tests.proof.returning", *new.lost.receipt)
