"""A machine of its own: systemd boots the units of docs/running over the files of this one.

In namespaces, as root: what is written lands in memory and is gone with the machine. The house is
that of `users`; its database server runs outside, behind the same socket.
"""

import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.proof.users import DESK, GROUP, OWNER, PORTAL, RUNNING, Users

APART = r"""
set -eu
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs {folder}
cd {folder}
mkdir cgroup # one of its own: two machines beside each other must not stop each other's units
mount -t cgroup2 cgroup2 cgroup
mkdir cgroup/{name}
echo $$ > cgroup/{name}/cgroup.procs
exec unshare -C bash -c {boot}
"""
BOOT = r"""
set -eu
cd {folder}
mkdir up work root
mount -t overlay overlay -o lowerdir=/,upperdir=up,workdir=work root
cd root
mount -t proc proc proc
mount -t tmpfs tmpfs sys
mkdir -p sys/fs/cgroup
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount --rbind /dev dev
hostname booted

# docs/running.md, parts 1 to 4 and 6: users, folders, settings, keys, units
echo madoguchi:x:{group}: >> etc/group
for who in portal:{portal} desk:{desk} owner:{owner}; do
    echo "madoguchi-${{who%:*}}:x:${{who#*:}}:{group}::/:/usr/sbin/nologin" >> etc/passwd
    install -D -o "${{who#*:}}" -m 0400 \
        {house}/"${{who#*:}}".secret etc/madoguchi/"${{who%:*}}".secret
done
install -o root -m 0400 {house}/desk/master.key etc/madoguchi/master.key
install -d -o {desk} -g {group} -m 0700 etc/madoguchi/desk srv/madoguchi-checkpoints \
    srv/madoguchi-data srv/madoguchi-keys srv/madoguchi-scratch
install -m 0644 {running}/*.env etc/madoguchi/
rm -rf etc/systemd/system etc/fstab
mkdir -p etc/systemd/system opt/madoguchi/bin
install -m 0644 {running}/journald@*.conf etc/systemd/
install -m 0644 {running}/madoguchi-*.service {running}/madoguchi-*.socket \
    {running}/madoguchi-*.timer {running}/*.mount etc/systemd/system/
install -m 0644 {running}/madoguchi.tmpfiles etc/tmpfiles.d/madoguchi.conf
cat > opt/madoguchi/bin/madoguchi <<END
#!/bin/sh
cd /opt/madoguchi/src && exec {python} -B -m madoguchi "\$@"
END
chmod 755 opt/madoguchi opt/madoguchi/bin opt/madoguchi/bin/madoguchi
for pair in {root}:/opt/madoguchi/src {venv}:/opt/madoguchi/venv \
    {house}/home:/var/lib/madoguchi; do
    mkdir -p ".${{pair#*:}}"
    mount --bind "${{pair%%:*}}" ".${{pair#*:}}"
done
mkdir -p run/postgresql # of which only the socket: systemd sets the owner of the folder
touch run/postgresql/.s.PGSQL.5432
mount --bind {data}/.s.PGSQL.5432 run/postgresql/.s.PGSQL.5432
ln -s /dev/null etc/systemd/system/postgresql.service # the server runs outside
mount --make-rshared . # as a container's manager does: credentials come to a unit by propagation
exec env -i container=other PATH=/usr/sbin:/usr/bin chroot . /lib/systemd/systemd --system \
    --unit=basic.target --show-status=0
"""
TRY_BOOT = r"""
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs "$0"
cd "$0"
mkdir cgroup up work root
mount -t cgroup2 cgroup2 cgroup
mkdir cgroup/madoguchi && rmdir cgroup/madoguchi
mount -t overlay overlay -o lowerdir=/,upperdir=up,workdir=work root
"""
NAMESPACES = ("--kill-child", "--fork", "-m", "-p", "-u", "-i", "-n")
PYTHON = "/opt/madoguchi/venv/bin/python"  # the tree and its packages, where units see them
ALL_LINES = ("--no-pager", "--namespace=*")  # the portal's unit has a journal of its own
UP_S = 180
UNMADE = r"""
set -eu
mount --make-rprivate /
mount -t cgroup2 cgroup2 "$0"
[ ! -d "$0/$1" ] || find "$0/$1" -depth -type d -exec rmdir {} +
"""
LEFT_OUT = (  # of a unit whose place a hostile program takes: what only its own program needs
    *("Requires=", "After=", "ExecStart=", "Restart", "Type=", "OpenFile=", "RuntimeDirectory"),
)


class NotBooted(Exception):
    """No machine can be booted where this runs; nothing is known of the units then."""

    def __init__(self, why: str) -> None:
        super().__init__(f"NOT RUN: no machine can be booted here: {why}")


@dataclass(frozen=True)
class Machine:
    """A booted machine: its first process, seen from outside."""

    pid: int
    house: Users

    def run(self, *words: str, within_s: float = 120) -> subprocess.CompletedProcess[str]:
        """A program in it, as root; outside of every unit."""
        enter = ["nsenter", f"--target={self.pid}", "--all", "--root", "--wdns=/"]
        return subprocess.run(
            [*enter, *words], capture_output=True, text=True, check=False, timeout=within_s
        )

    def done(self, *words: str) -> str:
        """What it prints; it must end well."""
        done = self.run(*words)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}{self.journal()}"
        return done.stdout

    def journal(self) -> str:
        """What the units have said lately."""
        return self.run("journalctl", *ALL_LINES, "--lines=60", "--output=cat").stdout

    def install(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write a file of the machine's."""
        place = Path(f"/proc/{self.pid}/root{path}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        place.chmod(mode)

    def within(self, unit: str, script: str, *, changed: Mapping[str, str] | None = None) -> str:
        """What a Python script prints as the user of a shipped unit, shut in as it is.

        changed: words of the unit that are others for this once.
        """
        text = (RUNNING / f"{unit}.service").read_text("utf-8")
        lines = [line for line in text.splitlines() if not line.startswith(LEFT_OUT)]
        service = lines.index("[Service]") + 1
        lines[service:service] = [
            "Type=oneshot",
            f"ExecStart={PYTHON} -B /opt/madoguchi/hostile.py",
            "StandardOutput=truncate:/opt/madoguchi/hostile.out",
        ]
        text = "\n".join(lines)
        for before, after in (changed or {}).items():
            assert before in text, before
            text = text.replace(before, after)
        self.install("/opt/madoguchi/hostile.py", script)
        self.install("/etc/systemd/system/hostile.service", text)
        self.done("systemctl", "daemon-reload")
        self.done("systemctl", "start", "hostile")
        return self.done("cat", "/opt/madoguchi/hostile.out")


def _require_bootable() -> None:
    for program in ("unshare", "nsenter", "systemctl", "setpriv"):
        if not shutil.which(program):
            raise NotBooted(f"no {program}")
    if not Path("/lib/systemd/systemd").exists():
        raise NotBooted("no systemd")
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run(
            [
                *("unshare", *NAMESPACES, "sh", "-c"),
                TRY_BOOT,
                folder,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    if tried.returncode:
        raise NotBooted(tried.stderr.strip())


@contextmanager
def booted(house: Users) -> Iterator[Machine]:
    """The machine on which the house was installed as docs/running.md says.

    Raises:
        NotBooted: none can be booted where this runs; the proof is red, for it was not run.
    """
    _require_bootable()
    with tempfile.TemporaryDirectory(prefix="madoguchi-machine-") as folder:
        log = house.folder / "machine.log"
        with log.open("w") as file:
            running = subprocess.Popen(
                ["unshare", *NAMESPACES, "bash", "-c", _boot(house, folder)],
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield _up(running, house, log)
        finally:
            inits = _children(running)
            running.send_signal(signal.SIGKILL)
            running.wait()
            for init in inits:  # it ends after the last of its programs, so that none writes on
                _wait_for_the_end(init)
            unmake = ["unshare", "-m", "sh", "-c", UNMADE, folder, Path(folder).name]
            subprocess.run(unmake, check=True)  # its groups of programs are the kernel's, and stay


def _boot(house: Users, folder: str) -> str:
    boot = BOOT.format(
        folder=folder,
        house=house.folder,
        root=ROOT,
        venv=(ROOT / ".venv").resolve(),
        python=PYTHON,
        running=RUNNING,
        data=house.server.pgdata,
        group=GROUP,
        portal=PORTAL,
        desk=DESK,
        owner=OWNER,
    )
    return APART.format(folder=folder, name=Path(folder).name, boot=shlex.quote(boot))


def _children(running: subprocess.Popen[bytes]) -> list[int]:
    of = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    return [int(pid) for pid in of.read_text().split()] if running.poll() is None else []


def _wait_for_the_end(pid: int) -> None:
    until = time.monotonic() + UP_S
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.05)


def _up(running: subprocess.Popen[bytes], house: Users, log: Path) -> Machine:
    until = time.monotonic() + UP_S
    while time.monotonic() < until and running.poll() is None:
        for init in _children(running):
            machine = Machine(init, house)
            if machine.run("systemctl", "is-active", "basic.target").returncode == 0:
                return machine
        time.sleep(0.2)
    pytest.fail(f"the machine was not up after {UP_S} s: {log.read_text('utf-8')[-500:]}")
