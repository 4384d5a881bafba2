"""docs/adding/paper.md, followed block by block."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from madoguchi.ops.main import main
from madoguchi.rules.programme.load import NATIONAL, folder
from madoguchi.rules.programme.paper import Boxes, Paper, everywhere
from tests import hour
from tests.house.source import PACKAGE, ROOT

PAGE = (ROOT / "docs" / "adding" / "paper.md").read_text("utf-8")
CITYS, NEW = PAGE.partition("## A paper of new facts")[::2]


def blocks(part: str, kind: str) -> list[str]:
    """The page's own blocks of one kind, as they would be typed."""
    found = re.findall(rf"```{kind}\n(.+?)```", part, re.DOTALL)
    return [re.sub(r"(?m)^   ", "", block) for block in found]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new city's folder."""
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    page = "https://www.city.minami.lg.jp/"
    assert main(["city", "new", "minami", "南市", "--page", page]) == 0
    return tmp_path / "minami"


def test_a_citys_own_form_needs_no_python(
    own: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = own / "papers" / "referral"
    here.mkdir(parents=True)
    (here / "paper.toml").write_text(blocks(CITYS, "toml")[0], "utf-8")
    (here / "paper.typ").write_text(blocks(CITYS, "typst")[0], "utf-8")
    copying, looking = blocks(CITYS, "sh")
    _, source, target = copying.split()
    assert target == "minami/papers/referral/"
    shutil.copy(ROOT / source, own.parent / target)
    monkeypatch.setattr("madoguchi.ops.start.django", lambda _: None)
    commands = re.findall(r"\./run madoguchi (.+)", looking)
    capsys.readouterr()
    assert [main(command.split()) for command in commands] == [0, 0]
    said = capsys.readouterr().out
    assert said.startswith("1/1 minami/papers/referral  1 ページ")
    assert (own.parent / "out" / "minami-referral-1.png").exists()


def test_a_paper_of_new_facts(tmp_path: Path) -> None:
    """In a copy of the whole package, run as a program of its own."""
    shutil.copytree(PACKAGE, tmp_path / "madoguchi", ignore=shutil.ignore_patterns("__pycache__"))
    facts = tmp_path / "madoguchi" / "work" / "interviews" / "papers.py"
    (block,) = blocks(NEW, "python")
    facts.write_text(facts.read_text("utf-8") + "\n\n" + block, "utf-8")
    here = tmp_path / "madoguchi" / "programmes" / "_national" / "papers" / "invitation"
    here.mkdir()
    toml, sample = blocks(NEW, "toml")
    (here / "paper.toml").write_text(toml, "utf-8")
    (here / "paper.typ").write_text(blocks(NEW, "typst")[0], "utf-8")
    (here / "sample.toml").write_text(sample, "utf-8")
    kept = {name: text for name, text in os.environ.items() if not name.startswith("MADOGUCHI")}
    done = subprocess.run(
        [sys.executable, "-m", "madoguchi", "papers", "invitation", "--png", "out"],
        cwd=tmp_path,
        env=kept | {"MADOGUCHI_HOME": str(tmp_path / "home"), "PYTHONPATH": hour.path(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("1/1 _national/papers/invitation  1 ページ")
    assert (tmp_path / "out" / "_national-invitation-1.png").exists()


def test_the_page_names_every_key_and_every_facts() -> None:
    table = PAGE.partition("## Keys of `paper.toml`")[2]
    for key in (*fields(Paper), *fields(Boxes)):
        assert f"`{key.name}`" in table, key.name
    rows = set(re.findall(r"^\| `(\w+)` \| `([\w.]+)` \|$", PAGE, re.MULTILINE))
    assert rows == {
        (each.name, each.paper.facts)
        for each in everywhere()
        if each.folder.is_relative_to(folder(NATIONAL))
    }
