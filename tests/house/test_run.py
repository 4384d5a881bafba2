"""`./run` lists its verbs, finds a Python that answers, and says what is missing."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.house.source import ROOT

VERBS = ("demo", "test", "rules", "check", "proof", "gate", "bench", "madoguchi")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout with `run` and an empty lock, and nothing else."""
    shutil.copy(ROOT / "run", tmp_path)
    (tmp_path / "requirements.lock").write_text("", "utf-8")
    package = tmp_path / "madoguchi"
    package.mkdir()
    (package / "__main__.py").write_text("import sys\nprint('ran', *sys.argv[1:])\n", "utf-8")
    return tmp_path


def run(folder: Path, *words: str, path: str = os.environ["PATH"]) -> tuple[int, str]:
    """Exit code and output of `./run` with a path to search."""
    done = subprocess.run(
        ["/bin/sh", str(folder / "run"), *words],
        env={"PATH": path, "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def program(folder: Path, called: str, script: str) -> None:
    """Put a small program of that name into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / called).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    (folder / called).chmod(0o755)


def test_alone_it_lists_its_verbs(bare: Path) -> None:
    code, words = run(bare)
    assert code == 0
    assert tuple(re.findall(r"^  (\w+) +\S", words, re.MULTILINE)) == VERBS


def test_an_unknown_verb_is_refused_with_the_list(bare: Path) -> None:
    code, words = run(bare, "dmeo")
    assert code == 1
    assert "there is no verb 'dmeo'" in words
    assert "demo" in words


def test_a_python_that_does_not_answer_is_passed_over(bare: Path) -> None:
    tools = bare / "tools"
    program(tools, "python3.14", "echo 'pyenv: python3.14: command not found' >&2; exit 127")
    program(tools, "python3.13", f'exec "{sys.executable}" "$@"')
    program(tools, "uv", "exit 0")
    code, words = run(bare, "madoguchi", "hours", path=f"{tools}:/usr/bin:/bin")
    assert code == 0, words
    assert "making .venv with python3.13" in words
    assert "ran hours" in words


def test_the_lock_is_installed_once_until_it_changes(bare: Path) -> None:
    tools = bare / "tools"
    program(tools, "uv", f'echo "$@" >> "{bare}/installed"')
    path = f"{tools}:{os.environ['PATH']}"
    for _ in range(2):
        assert run(bare, "madoguchi", path=path)[0] == 0
    (bare / "requirements.lock").write_text("# changed\n", "utf-8")
    assert run(bare, "madoguchi", path=path)[0] == 0
    installed = (bare / "installed").read_text("utf-8").splitlines()
    assert len(installed) == 2
    assert all("--require-hashes" in line for line in installed)


def test_without_any_python_it_says_what_to_install(bare: Path) -> None:
    tools = bare / "tools"
    for each in ("python3.14", "python3.13", "python3.12", "python3"):
        program(tools, each, "exit 1")
    for each in ("dirname", "printf", "cmp", "pwd"):
        (tools / each).symlink_to(str(shutil.which(each)))
    script = (bare / "run").read_text("utf-8").replace("/usr/bin/python3", "/nowhere/python3")
    (bare / "run").write_text(script, "utf-8")
    code, words = run(bare, "demo", path=str(tools))
    assert code == 1
    assert "no Python 3.12 or newer" in words
    assert "apt-get install python3" in words


def test_two_at_once_install_once(bare: Path) -> None:
    tools = bare / "tools"
    program(tools, "uv", f'sleep 0.3; echo "$@" >> "{bare}/installed"')
    path = f"{tools}:{os.environ['PATH']}"
    with ThreadPoolExecutor(2) as two:
        runs = [two.submit(run, bare, "madoguchi", "hours", path=path) for _ in range(2)]
    assert [each.result()[0] for each in runs] == [0, 0], runs
    assert len((bare / "installed").read_text("utf-8").splitlines()) == 1


def test_without_a_network_what_is_installed_goes_on(bare: Path) -> None:
    tools = bare / "tools"
    path = f"{tools}:{os.environ['PATH']}"
    program(tools, "uv", "exit 0")
    assert run(bare, "madoguchi", "hours", path=path)[0] == 0
    program(tools, "uv", "echo 'no route to host' >&2; exit 2")
    code, words = run(bare, "madoguchi", "hours", path=path)
    assert (code, "ran hours" in words) == (0, True)
    (bare / "requirements.lock").write_text("# changed\n", "utf-8")
    code, words = run(bare, "madoguchi", "hours", path=path)
    assert code == 1
    assert "Without a network nothing new can be installed" in words


def test_a_python_without_venv_is_named_with_its_package(bare: Path) -> None:
    tools = bare / "tools"
    script = 'case "$*" in *ensurepip*) exit 1;; *) exit 0;; esac'
    for each in ("python3.14", "python3.13", "python3.12", "python3"):
        program(tools, each, script)
    text = (bare / "run").read_text("utf-8").replace("/usr/bin/python3", "/nowhere/python3")
    (bare / "run").write_text(text, "utf-8")
    code, words = run(bare, "demo", path=f"{tools}:/usr/bin:/bin")
    assert code == 1
    assert "cannot make a virtual environment" in words
    assert "apt-get install python3-venv" in words


def test_a_path_with_spaces_and_japanese_and_no_home(bare: Path) -> None:
    there = bare.parent / "まど 窓口"
    shutil.copytree(bare, there)
    program(there / "tools", "uv", "exit 0")
    done = subprocess.run(
        ["/bin/sh", "./run", "madoguchi", "hours"],
        cwd=there,
        env={"PATH": f"{there / 'tools'}:{os.environ['PATH']}", "LANG": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "ran hours" in done.stdout) == (0, True), done.stderr


def test_an_environment_that_was_made_by_half_is_made_anew(bare: Path) -> None:
    tools = bare / "tools"
    program(tools, "uv", "exit 0")
    program(
        bare / ".venv/bin",
        "python",
        f'case "$*" in *pip*) exit 1;; esac; exec {sys.executable} "$@"',
    )
    code, words = run(bare, "madoguchi", "hours", path=f"{tools}:{os.environ['PATH']}")
    assert (code, "making .venv" in words, "ran hours" in words) == (0, True, True), words


def test_a_path_given_to_the_program_is_the_callers(bare: Path) -> None:
    program(bare / "tools", "uv", "exit 0")
    (bare / "madoguchi/__main__.py").write_text(
        "import os\nprint('ran in', os.getcwd())\n", "utf-8"
    )
    away = bare / "away"
    away.mkdir()
    done = subprocess.run(
        ["/bin/sh", "../run", "madoguchi", "hours"],
        cwd=away,
        env={"PATH": f"{bare / 'tools'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"ran in {away}" in done.stdout


def test_where_the_disk_is_full_no_test_begins(bare: Path) -> None:
    (bare / "requirements-dev.lock").write_text("", "utf-8")
    tools = bare / "tools"
    program(tools, "uv", "exit 0")
    program(tools, "df", "echo head; echo none 500 488 12 98% /tmp")
    code, words = run(bare, "test", path=f"{tools}:{os.environ['PATH']}")
    assert code == 1
    assert "/tmp has 12 MB left" in words
    assert "TMPDIR=FOLDER ./run test" in words
    program(tools, "df", "echo head; echo none 500 0 500 0% /tmp")
    assert "MB left" not in run(bare, "test", path=f"{tools}:{os.environ['PATH']}")[1]
