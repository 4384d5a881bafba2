"""The files of docs/running agree with the program, with each other and with the page."""

import configparser
import re
from itertools import pairwise
from pathlib import Path

import pytest

from madoguchi.config.env import KNOWN
from madoguchi.ops.main import found
from madoguchi.rules import limits
from tests.house.source import ROOT

RUNNING = ROOT / "docs" / "running"
PROXY = (RUNNING / "nginx.conf").read_text("utf-8")
PAGE = (ROOT / "docs" / "running.md").read_text("utf-8")
SERVICES = sorted(RUNNING.glob("*.service"))
RELOAD = RUNNING / "madoguchi-reload.service"
PROGRAMS = [unit for unit in SERVICES if unit != RELOAD]  # ours
WINDOWS = ("madoguchi-portal", "madoguchi-desk")
IN_MEMORY, BOUNDED = ("/tmp", "/dev/shm"), "mode=1777,size=64M,nr_inodes=4k"
ENVIRONMENTS = sorted(RUNNING.glob("*.env"))


def read(unit: Path) -> configparser.RawConfigParser:
    """A unit's sections; a key that stands twice keeps its last value."""
    parsed = configparser.RawConfigParser(strict=False)
    parsed.optionxform = str  # type: ignore[assignment, method-assign] # systemd's keys keep their case
    parsed.read_string(unit.read_text("utf-8"))
    return parsed


def variables(file: Path) -> dict[str, str]:
    """What an .env file says."""
    lines = file.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


@pytest.mark.parametrize("unit", PROGRAMS, ids=lambda path: path.stem)
def test_a_unit_starts_a_verb_that_exists(unit: Path) -> None:
    program, verb, *_ = read(unit)["Service"]["ExecStart"].split()
    assert program == "/opt/madoguchi/bin/madoguchi"
    assert verb in found()


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.stem)
def test_a_unit_is_shut_in(unit: Path) -> None:
    service = read(unit)["Service"]
    assert service["NoNewPrivileges"] == "yes"
    if unit.stem in WINDOWS:  # a folder of its own, and bounded: the machine's can be filled
        assert service["TemporaryFileSystem"] == " ".join(f"{name}:{BOUNDED}" for name in IN_MEMORY)
    else:
        assert service["PrivateTmp"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["LimitCORE"] == "0"
    assert service["MemoryMax"]


SHUT_IN = {
    "CapabilityBoundingSet": "",
    "MemoryDenyWriteExecute": "yes",
    "MemorySwapMax": "0",  # what it remembers reaches no disk
    "PrivateDevices": "yes",
    "ProcSubset": "pid",
    "ProtectHome": "yes",
    "ProtectProc": "invisible",
    "RemoveIPC": "yes",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallFilter": "@system-service",
}
OF_A_WINDOW = {
    "InaccessiblePaths": "-/run/dbus",
    "IPAddressDeny": "any",
    "PrivatePIDs": "yes",
    "OOMPolicy": "continue",  # a worker that takes too much is killed alone
    "PrivateNetwork": "yes",
    "RestrictAddressFamilies": "AF_UNIX",
    "SocketBindDeny": "any",
}


def lacking(unit: Path) -> set[str]:
    """The lines of a program's unit that are not as they should be."""
    service = read(unit)["Service"]
    window = unit.stem in WINDOWS
    needed = SHUT_IN | (OF_A_WINDOW if window else {})
    return {name for name, value in needed.items() if service.get(name) != value}


@pytest.mark.parametrize("unit", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_has_each_line_that_no_window_can_try(unit: Path, tmp_path: Path) -> None:
    """Swap above all; what a window tries (`tests/proof/test_confined.py`) stands here, too."""
    assert lacking(unit) == set()
    loose = tmp_path / unit.name
    loose.write_text(unit.read_text("utf-8").replace("MemorySwapMax=0\n", ""), "utf-8")
    assert lacking(loose) == {"MemorySwapMax"}  # control


def test_the_command_line_is_shut_in_as_a_program_is() -> None:
    script = (RUNNING / "madoguchi-desk.sh").read_text("utf-8")
    wider = {"ProtectHome", "RemoveIPC"}  # it writes where root names a place
    for name in SHUT_IN.keys() - wider:
        assert f"-p {name}={SHUT_IN[name]} " in script, name


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.stem)
def test_what_runs_once_ends_by_itself(unit: Path) -> None:
    """Without a limit a pipe that somebody laid would stop it, and every later one, for good."""
    service = read(unit)["Service"]
    if service["Type"] == "oneshot":
        assert re.fullmatch(r"\d+(min|h)", service["TimeoutStartSec"])
    else:
        assert service["Type"] == "exec"


@pytest.mark.parametrize("unit", PROGRAMS, ids=lambda path: path.stem)
def test_only_the_portal_shares_what_it_writes(unit: Path) -> None:
    shares = unit.stem == "madoguchi-portal"
    assert read(unit)["Service"]["UMask"] == ("0007" if shares else "0077")


def test_only_the_desk_is_given_the_master_key() -> None:
    for unit in SERVICES:
        text = unit.read_text("utf-8")
        assert ("master.key" in text) == ("User=madoguchi-desk" in text), unit.name


@pytest.mark.parametrize("file", ENVIRONMENTS, ids=lambda path: path.stem)
def test_an_environment_sets_variables_that_are_read(file: Path) -> None:
    assert set(variables(file)) <= set(KNOWN)


def test_the_portal_knows_neither_the_key_nor_the_staff() -> None:
    told = variables(RUNNING / "common.env") | variables(RUNNING / "portal.env")
    assert not {"MADOGUCHI_MASTER_KEY_FILE", "MADOGUCHI_STAFF_DATABASE"} & set(told)


@pytest.mark.parametrize("unit", PROGRAMS, ids=lambda path: path.stem)
def test_every_file_a_unit_names_stands_on_the_page(unit: Path) -> None:
    named = re.findall(r"(?:=|[: ])(/(?:etc|srv|var)/[\w./-]+)", unit.read_text("utf-8"))
    assert named
    for path in named:
        assert path in PAGE or path.removeprefix("/etc/madoguchi/") in PAGE, path


def test_every_file_of_the_folder_stands_on_the_page() -> None:
    for path in RUNNING.iterdir():
        assert path.name in PAGE, path.name


def test_every_timer_has_its_service() -> None:
    for timer in RUNNING.glob("*.timer"):
        assert timer.with_suffix(".service").exists()


@pytest.mark.parametrize("page", ["running.md", "recovery.ja.md"])
def test_programs_that_one_line_starts_wait_for_the_one_before(page: str) -> None:
    """Units are started at once, unless one says after which: a rehearsal needs a backup."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    lines = re.findall(r"^systemctl start (madoguchi-\S+ .+)$", text, re.MULTILINE)
    assert lines
    for units in map(str.split, lines):
        for first, then in pairwise(units):
            assert f"{first}.service" in read(RUNNING / f"{then}.service")["Unit"]["After"].split()


@pytest.mark.parametrize("timer", sorted(RUNNING.glob("*.timer")), ids=lambda path: path.stem)
def test_an_hour_is_one_of_japan(timer: Path) -> None:
    """A server's own zone is often UTC: then the morning's look would come in the afternoon."""
    at = read(timer)["Timer"]["OnCalendar"]
    assert at == "hourly" or at.endswith(" Asia/Tokyo")


def test_the_command_line_is_started_twice_at_once() -> None:
    """Each start is a unit of its own, with its own credential; what it says goes into a file."""
    script = (RUNNING / "madoguchi-desk.sh").read_text("utf-8")
    assert "--unit=madoguchi-command-$$ " in script
    assert "/run/credentials/madoguchi-command-$$.service/master.key" in script
    assert "--pty --pipe " in script


def test_a_body_takes_no_longer_than_the_page_says() -> None:
    """A worker that is left by a reload ends within the hour, and every hour there is one."""
    assert read(RELOAD)["Service"]["ExecStart"].endswith("systemctl reload nginx")
    assert read(RELOAD.with_suffix(".timer"))["Timer"]["OnCalendar"] == "hourly"
    assert "'worker_shutdown_timeout 60m;' > /etc/nginx/modules-enabled/" in PAGE
    assert "no short body takes longer than about two hours" in PAGE


def waits_in_the_proxy(told: str) -> bool:
    """Whether nginx passes a body of this announced length on only when it is whole."""
    begun = PROXY.partition('map "$request_method:$content_length" $passed_on {')[2]
    patterns = re.findall(r'"~(\^POST\S+)" 0;', begun.partition("\n}")[0])
    assert patterns
    return any(re.search(pattern, f"POST:{told}") for pattern in patterns)


def test_what_does_not_wait_in_the_proxy_is_large_for_the_portal() -> None:
    short = (*range(1, 1_000), *range(limits.LARGE - 1_000, limits.LARGE))
    large = (*range(limits.LARGE, limits.LARGE + 1_000), *(10**more for more in range(6, 12)))
    assert all(waits_in_the_proxy(str(length)) for length in short)
    assert not any(waits_in_the_proxy(str(length)) for length in large)
    assert waits_in_the_proxy("000000500"), "zeros in front make no body long"
    assert not waits_in_the_proxy(""), "who knows how long"


def test_what_waits_in_the_proxy_has_room_in_its_memory() -> None:
    (kilobytes,) = re.findall(r"client_body_buffer_size (\d+)k;", PROXY)
    assert int(kilobytes) * 1024 >= limits.LARGE
