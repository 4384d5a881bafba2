"""The step from a house whose windows shared a folder, as docs/running.md says it; with traps."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proof.booted import Machine, booted
from tests.proof.users import DESK, GROUP, PORTAL, RUNNING, at_work, founded, roles

PAGE = (RUNNING.parent / "running.md").read_text("utf-8")
AGAIN = PAGE.partition("**From a version whose windows listened on ports")[2]
(SHUT,) = re.findall(r"```sh\n(.*?)```", AGAIN, re.DOTALL)
FOLDERS = "\n".join(
    line
    for line in PAGE.splitlines()
    if line.startswith(("install -d -o", "cd /var/lib && install -d"))
)
AS_PORTAL = ("setpriv", f"--reuid={PORTAL}", f"--regid={GROUP}", "--clear-groups")
TRAPS = """
cd /var/lib/madoguchi
mkdir inbox
ln -s /etc/pretend inbox/portal
ln -s /etc/pretend lost
ln -s /etc/pretend static/worker
ln -s /etc/madoguchi/master.key files/5555555555555555555555555555555a
"""
TRY = """
import os
mine = "/var/lib/madoguchi/inbox/portal/x"
answers = []
for what in (
    lambda: os.listdir("/var/lib/madoguchi/files"),
    lambda: os.mkdir("/var/lib/madoguchi/x"),
    lambda: os.mkdir("/var/lib/madoguchi/files/x"),
    lambda: os.mkdir("/etc/pretend/x"),
    lambda: os.mkdir(mine),
):
    try:
        what()
        answers.append("done")
    except OSError as error:
        answers.append(error.strerror)
os.rmdir(mine)
print(*answers, sep=";")
"""


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A machine with a house of before: one shared folder, a home that the portal may write."""
    with founded() as house:
        at_work(house)
        as_before(house.home)
        with booted(house) as machine:
            yield machine


def as_before(home: Path) -> None:
    """Folders of root and the shared group, files of the portal."""
    for name in ("inbox/portal", "inbox/desk", "inbox", "lost"):
        (home / name).rmdir()
    for path in (home, home / "static", home / "files", *(home / "files").glob("??")):
        os.chown(path, 0, GROUP)
        path.chmod(0o3770 if path in (home, home / "static") else 0o2770)
    for path in (home / "files").glob("??/*"):
        os.chown(path, PORTAL, GROUP)
        path.chmod(0o660)


def test_the_house_is_shut_before_root_makes_a_folder(machine: Machine) -> None:
    machine.done("sh", "-ec", "mkdir -m 0755 /etc/pretend")
    machine.done(
        "setpriv", f"--reuid={PORTAL}", f"--regid={GROUP}", "--clear-groups", "sh", "-ec", TRAPS
    )
    machine.done("sh", "-ec", SHUT)
    machine.done("sh", "-ec", FOLDERS)
    for window in ("portal", "desk"):
        machine.done("systemctl", "start", f"madoguchi-{window}.socket", f"madoguchi-{window}")
    assert machine.done("stat", "-c", "%U %a", "/etc/pretend") == "root 755\n"
    assert machine.done("stat", "-c", "%U %a", "/etc/madoguchi/master.key") == "root 400\n"
    refused, allowed = machine.within("madoguchi-portal", TRY).strip().rsplit(";", 1)
    assert set(refused.split(";")) <= {"Permission denied", "Read-only file system"}
    assert allowed == "done"
    assert "すべて合っています" in machine.house.run(DESK, "-m", "madoguchi", "verify")


def test_control_without_shutting_it_root_gives_away_what_a_link_names(machine: Machine) -> None:
    machine.done("sh", "-ec", "mkdir -m 0755 /etc/pretend")
    machine.done(
        "setpriv", f"--reuid={PORTAL}", f"--regid={GROUP}", "--clear-groups", "sh", "-ec", TRAPS
    )
    machine.done("sh", "-ec", FOLDERS)
    assert not machine.done("stat", "-c", "%U", "/etc/pretend").startswith("root")


AGAIN_FROM_THE_BACKUP = """
cd /var/lib/madoguchi
mv files files-1
mv public public-1
install -d -o madoguchi-desk -g madoguchi -m 0710 files
install -d -o madoguchi-desk -g madoguchi -m 0750 public
chmod g+s files public
"""


def test_a_backup_is_put_back_into_folders_that_hand_on_their_group(machine: Machine) -> None:
    """The command line as shipped may not set that bit (`RestrictSUIDSGID`): none is copied."""
    desk = "/usr/local/sbin/madoguchi-desk"
    machine.install(desk, (RUNNING / "madoguchi-desk.sh").read_text("utf-8"), 0o755)
    machine.done("sh", "-ec", SHUT)
    machine.done("sh", "-ec", FOLDERS)
    machine.done("systemctl", "start", "madoguchi-backup")
    names = [
        machine.done("sh", "-c", f"ls -d /srv/madoguchi-{kind}/{kind}-*").strip()
        for kind in ("data", "keys")
    ]
    server = machine.house.server
    for name in ("cases", "staff"):
        server.psql(f"ALTER DATABASE madoguchi_{name} RENAME TO madoguchi_{name}_1")
    roles(server)
    machine.done("systemctl", "start", "madoguchi-migrate")
    roles(server)
    machine.done("sh", "-ec", AGAIN_FROM_THE_BACKUP)
    assert "すべて合っています" in machine.done(desk, "restore", *names)
    standing = machine.done(
        "find", "/var/lib/madoguchi", "-xdev", "-mindepth", "2", "-perm", "-2000"
    )
    assert not [path for path in standing.split() if "-1/" not in path]
