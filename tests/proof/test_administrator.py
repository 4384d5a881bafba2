"""What an administrator reads when something of the house is not as it must be.

Three system users, PostgreSQL, the shipped roles file. Each trouble is made, `doctor` and the
command that meets it are started as processes, and it is taken away again: then doctor is silent.
"""

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from madoguchi.ops.databases import MIGRATE, ROLES
from madoguchi.ops.folders import FOLDERS
from tests.proof.users import DESK, GROUP, PORTAL, Users, at_work, empty, founded, roles

CASES = "madoguchi_cases"
NAMES = re.compile(  # what is called so in Japanese, too: files, settings, commands, products
    r"[A-Za-z_.-]*(?:/|_)[^\s、。（）：]*|[\w.-]+\.(?:sql|md|conf|socket)|PostgreSQL|SQLite|systemd|nginx"
    r"|systemctl [a-z-]+(?: --now)? [\w.-]+|madoguchi[a-z-]*(?: [a-z]+){0,2}|X-Forwarded-For|UTF-8"
    r"|runuser -u postgres|psql -v"
)


@pytest.fixture(scope="module")
def house() -> Iterator[Users]:
    with founded() as house:
        at_work(house)
        yield house


def said(house: Users, user: int, *words: str) -> tuple[int | None, str]:
    """Exit code and words of a command of that user; never a traceback."""
    program = house.start(user, "-m", "madoguchi", *words)
    told, _ = program.communicate(timeout=100)
    assert "Traceback" not in told, told
    return program.returncode, told


def of_cases(house: Users, statement: str) -> None:
    house.server.psql(f"\\connect {CASES}\n{statement}")


@contextmanager
def away(house: Users) -> Iterator[None]:
    """The server's socket is gone, as while it is stopped."""
    socket = house.server.pgdata / ".s.PGSQL.5432"
    socket.rename(socket.with_name("kept"))
    yield
    socket.with_name("kept").rename(socket)


@contextmanager
def no_databases(house: Users) -> Iterator[None]:
    house.server.psql(f"ALTER DATABASE {CASES} RENAME TO elsewhere")
    yield
    house.server.psql(f"ALTER DATABASE elsewhere RENAME TO {CASES}")


@contextmanager
def old_tables(house: Users) -> Iterator[None]:
    """As before the migration that brought the MACs, and its line in the list of those done."""
    note = "app = 'audit' AND name >= '0003'"
    of_cases(
        house,
        "ALTER TABLE audit_line RENAME COLUMN mac TO later;\n"
        f"CREATE TABLE kept AS SELECT * FROM django_migrations WHERE {note};\n"
        f"DELETE FROM django_migrations WHERE {note};",
    )
    yield
    of_cases(
        house,
        "ALTER TABLE audit_line RENAME COLUMN later TO mac;\n"
        "INSERT INTO django_migrations OVERRIDING SYSTEM VALUE SELECT * FROM kept;\n"
        "DROP TABLE kept;",
    )


@contextmanager
def revoked(house: Users) -> Iterator[None]:
    right = 'SELECT ON vault_linekey {} "madoguchi-desk"'
    of_cases(house, f"REVOKE {right.format('FROM')}")
    yield
    of_cases(house, f"GRANT {right.format('TO')}")


@contextmanager
def owned(path: Path, owner: int, mode: int) -> Iterator[None]:
    before = path.stat()
    os.chown(path, owner, before.st_gid)
    path.chmod(mode)
    yield
    os.chown(path, before.st_uid, before.st_gid)
    path.chmod(stat.S_IMODE(before.st_mode))


@contextmanager
def folder(name: str, mode: int | None, house: Users) -> Iterator[None]:
    """A folder of the house with another mode, or away."""
    place = house.home / name
    kept, before = house.folder / "kept", place.stat()
    if mode is None:
        place.rename(kept)
    else:
        place.chmod(mode)
    yield
    if mode is None:
        kept.rename(place)
    else:
        place.chmod(stat.S_IMODE(before.st_mode))


@contextmanager
def no_static(house: Users) -> Iterator[None]:
    place = house.home / "static" / "portal"
    place.rename(house.folder / "kept")
    yield
    shutil.rmtree(place, ignore_errors=True)
    (house.folder / "kept").rename(place)


@contextmanager
def readable_key(house: Users) -> Iterator[None]:
    """A key that the portal's user can read, where it is looked for."""
    key = house.home / "master.key"
    key.write_text("00" * 32)
    key.chmod(0o644)
    yield
    key.unlink()


@dataclass(frozen=True)
class Trouble:
    """What the doctor of `user` names, and what the command that meets it says."""

    make: Callable[[Users], AbstractContextManager[None]]
    user: int
    doctor: tuple[str, ...]
    command: tuple[str, ...]
    sentence: tuple[str, ...]


def secret(house: Users) -> AbstractContextManager[None]:
    return owned(house.folder / f"{DESK}.secret", 0, 0o400)


SECRET = f"chown {DESK} "
MADE = "install -d -o {} -g madoguchi -m {} "
STATIC = "install -d -o madoguchi-portal -g madoguchi -m 0750 "
TROUBLES = {
    "the database is away": Trouble(
        away,
        DESK,
        ("データベース（PostgreSQL）が答えません", ".s.PGSQL.5432 madoguchi_cases", "systemctl"),
        ("verify",),
        (".s.PGSQL.5432 madoguchi_cases", "答えません", "systemctl status postgresql"),
    ),
    "there is no database": Trouble(
        no_databases,
        DESK,
        ("データベース madoguchi_cases がありません", ROLES),
        ("verify",),
        ("データベース madoguchi_cases がありません", "docs/running.md の3"),
    ),
    "the tables are old": Trouble(
        old_tables,
        DESK,
        ("表が、このプログラムの版になっていません", MIGRATE),
        ("verify",),
        ("この", MIGRATE),
    ),
    "old tables, the worker": Trouble(old_tables, DESK, (MIGRATE,), ("worker",), ("この", MIGRATE)),
    "a right was revoked": Trouble(
        revoked,
        DESK,
        ("vault_linekey", "SELECT の権限がありません", ROLES),
        ("verify",),
        ("vault_linekey", ROLES),
    ),
    "the secret is another's": Trouble(
        secret,
        DESK,
        ("読めません", f"{DESK}.secret", SECRET),
        ("verify",),
        (f"{DESK}.secret を", "読めません", SECRET),
    ),
    "the portal can read the key": Trouble(
        readable_key,
        PORTAL,
        ("マスター鍵を読めます", "chmod 0400 "),
        ("preflight", "portal"),
        ("master.key：公開側の利用者が、マスター鍵を読めます", "chmod 0400 "),
    ),
    **{
        f"{name} is {what}": Trouble(
            partial(folder, name, mode),
            PORTAL,
            (f"/{name}", MADE.format(*FOLDERS[name])),
            ("preflight", "portal"),
            (f"/{name}：", MADE.format(*FOLDERS[name])),
        )
        for name, what, mode in (
            ("public", "shut to the group", 0o700),
            ("public", "no folder to enter", 0o600),
            ("public", "open to all", 0o777),
            ("public", "missing", None),
            ("files", "shut to the group", 0o700),
            ("inbox/portal", "shut", 0o070),
            ("inbox/portal", "missing", None),
        )
    },
    "the folder of styles is missing": Trouble(
        no_static,
        PORTAL,
        ("static/portal：ありません", STATIC),
        ("preflight", "portal"),
        ("static/portal：", STATIC),
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_each_trouble_is_named_with_what_mends_it(house: Users, name: str) -> None:
    trouble = TROUBLES[name]
    window = "portal" if trouble.user == PORTAL else "desk"
    with trouble.make(house):
        code, doctor = said(house, trouble.user, "doctor", window)
        ended, sentence = said(house, trouble.user, *trouble.command)
    assert code == 1, doctor
    wrong = [line for line in doctor.splitlines() if line.startswith("要対応　")]
    assert any(all(words in line for words in trouble.doctor) for line in wrong), doctor
    assert "先に、ほかの要対応" not in doctor
    assert ended in (2, 75), sentence
    assert all(words in sentence for words in trouble.sentence), sentence
    _, healed = said(house, trouble.user, "doctor", window)
    assert trouble.doctor[0] not in healed, healed
    for line in doctor.splitlines():
        assert not re.search(r"[A-Za-z]{3,} [a-z]{2,}", NAMES.sub("", line)), line


SHUT = {"public": 0o700, "files": 0o700, "inbox/portal": 0o700}


def test_the_desks_doctor_names_what_is_shut_to_the_portal(house: Users) -> None:
    """It is the one that runs every morning; the desk itself opens, whatever the portal did."""
    for name, mode in SHUT.items():
        with folder(name, mode, house):
            code, doctor = said(house, DESK, "doctor", "desk")
            _, opening = said(house, DESK, "preflight", "desk")
        assert code == 1
        made = MADE.format(*FOLDERS[name])
        (line,) = (line for line in doctor.splitlines() if f"/{name}：" in line)
        assert made in line, line
        assert "install -d" not in opening  # it opens whatever the portal did to its own


def test_verify_is_told_to_the_doctor(house: Users) -> None:
    """Three users, one note: it lies where the desk's user writes, and the doctor reads it."""
    _, before = said(house, DESK, "doctor", "desk")
    assert "まだ終わったことがありません" in before
    assert said(house, DESK, "verify")[0] == 0
    _, after = said(house, DESK, "doctor", "desk")
    assert re.search("よし　　記録とファイルの点検.*すべて合っています", after), after


def test_what_needs_the_database_is_not_looked_at_while_it_is_away(house: Users) -> None:
    with away(house):
        _, doctor = said(house, DESK, "doctor", "desk")
    assert doctor.count("答えません") == 2, doctor  # one line a database
    (later,) = (line for line in doctor.splitlines() if "データベースの要対応を直してから" in line)
    assert later.startswith("確認")
    assert "ホスト名" in later


def test_a_restore_before_the_tables_are_made_says_what_comes_first(house: Users) -> None:
    places = [str(house.key.parent / kind) for kind in ("data", "keys")]
    said(house, DESK, "backup", "--data", places[0], "--keys", places[1])
    newest = [str(max(Path(place).glob("*-*"))) for place in places]

    def bare(folder: Path, server: object) -> Users:
        new = empty(folder, server)  # type: ignore[arg-type] # the server of founded()
        roles(new.server)
        shutil.copy(house.key, new.key)
        os.chown(new.key, DESK, GROUP)
        for place in newest:
            shutil.copytree(place, new.key.parent / Path(place).name)
        subprocess.run(["chown", "-R", f"{DESK}:{GROUP}", new.key.parent], check=True)
        return new

    with founded(bare) as new:
        data, keys = (str(new.key.parent / Path(place).name) for place in newest)
        code, told = said(new, DESK, "restore", data, keys)
        assert (code, "docs/running.md" in told, "migrate" in told) == (2, True, True), told
