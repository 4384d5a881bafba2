"""What `doctor` says of a window's unit was tried inside it, on a machine that systemd boots.

Each deed has its control: the line of the unit that stands against it taken out.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from madoguchi.ops.confinement import DONE, HELD, WINDOW_NAMES, deeds
from tests.proof.booted import Machine, booted
from tests.proof.test_neighbour import WINDOWS, page
from tests.proof.users import RUNNING, founded

DROP_IN = "/etc/systemd/system/madoguchi-portal.service.d/loose.conf"
WAIT_S = 20
LOOSE = {
    "tmp": "PrivateTmp=yes\nTemporaryFileSystem=\n"
    "TemporaryFileSystem=/dev/shm:nr_inodes=4k,size=64M,mode=1777",
    "shm": "TemporaryFileSystem=\nTemporaryFileSystem=/tmp:nr_inodes=4k,size=64M,mode=1777",
    "run": "RuntimeDirectory=\nRuntimeDirectory=madoguchi-portal",
    "port": "RestrictAddressFamilies=",
    "network": "PrivateNetwork=no",
    "system": "ProtectSystem=no",
    "home": "ProtectHome=no",
    "processes": "ProtectProc=default\nPrivatePIDs=no",
    "own": "PrivatePIDs=no",
    "bus": "InaccessiblePaths=",
    "kernel": "ProcSubset=all",
    "devices": "PrivateDevices=no",
    "capabilities": "CapabilityBoundingSet=CAP_KILL",
    "setuid": "RestrictSUIDSGID=no",
    "trace": "SystemCallFilter=",
    "namespace": "RestrictNamespaces=no",
    "memory": "MemoryDenyWriteExecute=no",
    "personality": "LockPersonality=no",
    "core": "LimitCORE=infinity",
}
OPEN = """
PrivateDevices=no
CapabilityBoundingSet=CAP_MKNOD
AmbientCapabilities=CAP_MKNOD
NoNewPrivileges=no
SystemCallFilter=
SystemCallArchitectures=
RestrictAddressFamilies=
RestrictNamespaces=no
RestrictRealtime=no
RestrictSUIDSGID=no
MemoryDenyWriteExecute=no
LockPersonality=no
ProtectClock=no
ProtectHostname=no
ProtectKernelLogs=no
ProtectKernelModules=no
ProtectKernelTunables=no
"""
LOOK = """
import sys
sys.path.insert(0, "/opt/madoguchi/src")
from pathlib import Path
from madoguchi.ops.confinement import DONE, HELD, deeds, succeeds
for deed in deeds("desk", Path("/var/lib/madoguchi")):
    if deed.code not in ("port", "network", "system", "home", "tmp", "shm", "own"):
        print(DONE if succeeds(deed) else HELD)
"""
AT_A_TERMINAL = """
with open("/dev/tty", "r+b", buffering=0) as terminal:
    print("asked:", terminal.isatty())
"""
FORGE = """
import json, os
path = "/run/madoguchi/tried/portal"

def tried(what, *words):
    try:
        what(*words)
    except OSError as error:
        return error.strerror
    return "done"

print(json.dumps([
    tried(open, path, "a"),
    tried(os.unlink, path),
    tried(os.rename, path, path + ".old"),
    tried(os.truncate, path, 0),
    tried(os.mkdir, "/run/madoguchi/tried/x"),
]))
"""


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with founded() as house, booted(house) as machine:
        for window in WINDOWS:
            machine.done("systemctl", "start", f"madoguchi-{window}.socket")
        machine.done("ip", "link", "set", "lo", "up")
        machine.done("ip", "route", "add", "192.0.2.0/24", "dev", "lo")  # a way out
        yield machine


def reported(machine: Machine, window: str) -> dict[str, str]:
    """What came of each deed when this window was started last."""
    codes = {deed.code for deed in deeds(window, Path())}
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        told = machine.done("cat", f"/run/madoguchi/tried/{window}").split()
        if len(told) == 2 * len(codes):
            assert set(told[::2]) == codes
            return dict(zip(told[::2], told[1::2], strict=True))
        time.sleep(0.1)
    raise AssertionError(machine.journal())


def restarted(machine: Machine, *lines: str) -> set[str]:
    """The deeds that the portal can do when these lines stand in its unit besides."""
    machine.install(DROP_IN, "\n".join(["[Service]", *lines, ""]))
    machine.done("systemctl", "daemon-reload")
    machine.run("systemctl", "reset-failed", "madoguchi-portal.service")
    machine.done("systemctl", "restart", "madoguchi-portal.service")
    return {code for code, result in reported(machine, "portal").items() if result == DONE}


@contextmanager
def changed(machine: Machine, there: tuple[str, ...], back: tuple[str, ...]) -> Iterator[None]:
    machine.done(*there)
    try:
        yield
    finally:
        machine.done(*back)


def test_neither_window_can_do_any_of_it_and_doctor_says_so(machine: Machine) -> None:
    assert [page(machine, window) for window in WINDOWS] == ["200", "302"]
    for window in WINDOWS:
        assert set(reported(machine, window).values()) == {HELD}
    machine.run("systemctl", "start", "madoguchi-doctor")
    told = machine.done("journalctl", "--output=cat", "--unit=madoguchi-doctor")
    for window, name in WINDOW_NAMES.items():
        count = len(deeds(window, Path()))
        assert f"よし　　{name}の囲い：{count} とおり試し、どれもできません" in told


def test_all_units_do_their_work_as_shut_in_as_they_are(machine: Machine) -> None:
    """Papers are made and mails are read without memory that is both written and executed."""
    for unit in ("migrate", "worker", "backup", "verify", "rehearse"):
        machine.done("systemctl", "start", f"madoguchi-{unit}")
    machine.run("systemctl", "start", "madoguchi-doctor")
    told = machine.done("journalctl", "--output=cat", "--unit=madoguchi-doctor")
    assert "よし　　メールを読む処理の隔離" in told
    assert "種類を刷れます" in told


def test_the_command_line_is_shut_in_and_still_does_what_root_asks(machine: Machine) -> None:
    text = (RUNNING / "madoguchi-desk.sh").read_text("utf-8")
    command, sheet = "/usr/local/sbin/madoguchi-desk", "/dev/shm/key.html"
    machine.install(command, text, mode=0o755)
    assert "すべて合っています" in machine.done(command, "verify")
    machine.done(command, "key", "paper", "--to", sheet)
    machine.done("test", "-s", sheet)
    machine.done("rm", sheet)
    machine.install(command, with_program(text, LOOK), mode=0o755)
    assert set(machine.done(command).split()) == {HELD}
    machine.install(command, with_program(text, AT_A_TERMINAL), mode=0o755)
    assert "asked: True" in machine.done("script", "-qec", command, "/dev/null")


DOWN = {
    "a socket": (
        ("systemctl", "stop", "madoguchi-portal-files.socket"),
        ("systemctl", "start", "madoguchi-portal-files.socket", "madoguchi-portal"),
        "systemctl enable --now madoguchi-portal-files.socket",
    ),
    "a window": (
        ("systemctl", "stop", "madoguchi-desk.service"),
        ("systemctl", "start", "madoguchi-desk.service"),
        "systemctl enable --now madoguchi-desk",
    ),
    "a folder of tmpfiles": (
        ("mv", "/run/madoguchi/tried", "/run/madoguchi/before"),
        ("mv", "/run/madoguchi/before", "/run/madoguchi/tried"),
        "systemd-tmpfiles --create madoguchi.conf",
    ),
}


@pytest.mark.parametrize("name", DOWN)
def test_what_cannot_be_called_is_said_with_what_mends_it(machine: Machine, name: str) -> None:
    command = "/usr/local/sbin/madoguchi-desk"
    machine.install(command, (RUNNING / "madoguchi-desk.sh").read_text("utf-8"), mode=0o755)
    assert [page(machine, window) for window in WINDOWS] == ["200", "302"]
    whole = "よし　　窓口の入口：3 つの入口と、2 つの窓口"
    assert whole in machine.run(command, "doctor", "desk").stdout
    stop, start, remedy = DOWN[name]
    with changed(machine, stop, start):
        told = machine.run(command, "doctor", "desk").stdout
    assert whole not in told
    assert any(line.startswith("要対応") and remedy in line for line in told.splitlines()), told
    assert whole in machine.run(command, "doctor", "desk").stdout


def with_program(script: str, program: str) -> str:
    """The command line's script, by which this runs instead of ours."""
    assert 'bin/madoguchi "$@"' in script
    return script.replace('bin/madoguchi "$@"', f"venv/bin/python -c '{program}'")


def test_who_takes_the_portal_over_cannot_change_what_was_found(machine: Machine) -> None:
    page(machine, "portal")
    before = reported(machine, "portal")
    refused = json.loads(machine.within("madoguchi-portal", FORGE))
    assert set(refused) <= {"Permission denied", "Read-only file system"}
    assert reported(machine, "portal") == before
    processes = machine.done(
        "cat", "/sys/fs/cgroup/system.slice/madoguchi-portal.service/cgroup.procs"
    ).split()
    assert processes
    for process in processes:
        assert "tried" not in machine.done("ls", "-l", f"/proc/{process}/fd")


@pytest.mark.parametrize(("code", "line"), LOOSE.items(), ids=LOOSE)
def test_control_a_line_that_is_taken_out_of_the_unit_is_found(
    machine: Machine, code: str, line: str
) -> None:
    besides = {"own"} if code == "processes" else set()  # of which both lines stand against one
    assert restarted(machine, line) == {code} | besides


def test_control_a_unit_that_is_open_lets_it_make_devices(machine: Machine) -> None:
    """Some lines stand against a deed only all together."""
    found = restarted(machine, *OPEN.split())
    assert {"node", "privileges", "capabilities", "trace"} <= found


def test_control_a_neighbours_door_secret_or_folder_that_is_open_is_found(
    machine: Machine,
) -> None:
    desk, secret = "/run/madoguchi/desk", "/etc/madoguchi/desk.secret"
    lost = "/var/lib/madoguchi/lost"
    with changed(machine, ("chgrp", "-R", "madoguchi", desk), ("chgrp", "-R", "www-data", desk)):
        assert restarted(machine) == {"call"}
    with changed(machine, ("chmod", "0444", secret), ("chmod", "0400", secret)):
        assert restarted(machine) == {"secrets"}
    with changed(machine, ("chmod", "0777", lost), ("chmod", "0700", lost)):
        assert restarted(machine) == {"house"}
    assert restarted(machine) == set()


def test_the_portal_does_not_open_where_it_can_read_the_master_key(machine: Machine) -> None:
    key = "/etc/madoguchi/master.key"
    with changed(machine, ("chmod", "0444", key), ("chmod", "0400", key)):
        assert restarted(machine) == {"secrets"}
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            if machine.run("systemctl", "is-failed", "madoguchi-portal").returncode == 0:
                break
            time.sleep(0.2)
        assert "公開側の利用者が、マスター鍵を読めます" in machine.journal()
