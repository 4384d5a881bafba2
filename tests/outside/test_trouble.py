"""What goes wrong around a command (no reader, no input, no room, no folder): a sentence."""

import fcntl
import os
import resource
import signal
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.outside.command import CITY, House, command, empty, furnished

MUCH = f"programme show {CITY}"
SHUT = "/sys/madoguchi"  # nobody makes a folder there, not even root


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return furnished(tmp_path_factory.mktemp("trouble"))


@pytest.mark.parametrize("line", [MUCH, f"{MUCH} --json", "--help", "programme document"])
def test_a_reader_who_has_seen_enough(line: str, tmp_path: Path) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    done = empty(tmp_path).run(line, stdout=writes, stderr=subprocess.PIPE)
    os.close(writes)
    assert (done.code, done.err) == (1, "")


def test_control_a_reader_who_stays_reads_all(tmp_path: Path) -> None:
    assert empty(tmp_path).run(MUCH).out.count("\n") > 100


def close(number: int) -> None:
    os.close(number)


@pytest.mark.parametrize("line", ["key verify", f"staff add {CITY} ono 小野 counsellor"])
@pytest.mark.parametrize("how", ["at its end", "closed"])
def test_nobody_answers(house: House, line: str, how: str) -> None:
    closed: dict[str, Any] = {"input": None, "preexec_fn": partial(close, 0)}
    done = house.run(line, **(closed if how == "closed" else {}), start_new_session=True)
    assert "標準入力：答えの前に" in done.sentence()


def test_nobody_listens(house: House) -> None:
    done = house.run(MUCH, stdout=None, preexec_fn=partial(close, 1))
    assert (done.code, done.err) == (0, "")


def test_the_output_has_no_room(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = empty(tmp_path).run(MUCH, stdout=full, stderr=subprocess.PIPE)
    assert "場所がいっぱいです" in done.sentence()


def small_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


@pytest.mark.parametrize(
    "line", ["backup --data data --keys keys", "key init", "key paper --to sheet.html"]
)
def test_the_disk_has_no_room(house: House, tmp_path: Path, line: str) -> None:
    here = empty(tmp_path) if line == "key init" else furnished(tmp_path)
    done = here.run(line, preexec_fn=small_files)
    assert "→" in done.sentence()
    assert not (tmp_path / "sheet.html").exists()  # no half of one


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (f"subsidy quote {CITY} --facts lost.toml --on 2026-11-30", "lost.toml"),
        (f"subsidy ledger {CITY} --fiscal-year 2026 --out lost/a.xlsx", "lost"),
        ("key verify --file lost", "lost"),
        ("key enter --file lost", "lost"),
        (f"key paper --to {SHUT}/sheet.html", SHUT),
        (f"city new minami 南市 --into {SHUT}", SHUT),
        (f"papers subsidy_guide --png {SHUT}", SHUT),
        (f"backup --data {SHUT}/data --keys {SHUT}/keys", SHUT),
        ("restore lost-data lost-keys --into new", "lost-data"),
        (f"rehearse --data lost --keys lost --scratch {SHUT}", "lost"),
    ],
)
def test_a_folder_is_missing_or_shut(house: House, line: str, named: str) -> None:
    typed = house.signed("kimura") if "ledger" in line else ""
    assert named in house.run(line, typed).sentence()


@pytest.mark.parametrize("name", ["MADOGUCHI_HOME", "MADOGUCHI_PROGRAMMES", "MADOGUCHI_DATABASE"])
def test_a_setting_names_what_is_not_there(house: House, name: str) -> None:
    wrong = "postgresql://nobody@127.0.0.1:1/none" if name == "MADOGUCHI_DATABASE" else SHUT
    line = f"hours {CITY}" if name == "MADOGUCHI_PROGRAMMES" else f"verify {CITY}"
    said = house.run(line, env=house.surroundings(**{name: wrong})).sentence()
    assert ("データベース" if name == "MADOGUCHI_DATABASE" else name) in said


@pytest.mark.parametrize("line", ["doctor desk", f"verify {CITY}", "worker --once"])
def test_a_database_that_is_away_is_named_without_its_password(house: House, line: str) -> None:
    away = "postgresql://kimura:himitsu@127.0.0.1:1/none"
    done = house.run(line, env=house.surroundings(MADOGUCHI_DATABASE=away))
    assert done.code in (1, 2)
    assert "PostgreSQL 127.0.0.1:1 none" in done.all
    assert "himitsu" not in done.all


@pytest.mark.parametrize("more", [{}, {"LANG": "C"}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX"}])
def test_no_home_no_language_and_nearly_no_surroundings(house: House, more: dict[str, str]) -> None:
    bare = {name: text for name, text in house.surroundings().items() if name.startswith("MADO")}
    here = {"PYTHONPATH": house.surroundings()["PYTHONPATH"], "PATH": os.environ["PATH"]}
    done = house.run(f"closed {CITY}", env=bare | here | more)
    assert (done.code, "渋川市" in done.out) == (0, True), done


def test_a_terminal_without_japanese(house: House) -> None:
    said = house.run(MUCH, env=house.surroundings(PYTHONIOENCODING="ascii")).sentence()
    assert "LC_ALL=C.UTF-8" in said


def at_a_terminal() -> None:
    """A key stops it there, also where these tests run behind a shell that ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_stopped_at_the_keyboard(house: House) -> None:
    words = command(("key", "verify"))
    with subprocess.Popen(
        words,
        env=house.surroundings(),
        cwd=house.beside,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=at_a_terminal,  # noqa: PLW1509 - no thread of ours takes a lock there
    ) as asking:
        assert asking.stdout is not None
        assert asking.stderr is not None
        asking.stdout.read(1)  # it asks
        time.sleep(0.5)  # and waits: a signal on the way there is seen after the line only
        asking.send_signal(signal.SIGINT)
        assert asking.wait(timeout=300) == 130  # and the line stays open as long
        assert asking.stderr.read() == b""


def test_a_town_that_is_open_is_not_put_aside(house: House) -> None:
    handle = os.open(house.home, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    refused = house.run("demo --build-only --fresh")
    os.close(handle)
    assert (refused.code, "作られているところです" in refused.err) == (2, True), refused
