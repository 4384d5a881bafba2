"""Every contract of the house is broken on purpose once, to see it caught."""

import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT

OPTIONS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in OPTIONS["contracts"]}


@dataclass(frozen=True)
class Breach:
    """An import that must be caught: `module` is planted and imports the last of `chain`."""

    contract: str
    module: str
    chain: tuple[str, ...]


BREACHES = (
    Breach("storeys", "madoguchi.work.cases.planted", ("madoguchi.web.kit.planted_too",)),
    Breach("storeys", "madoguchi.tools.planted", ("madoguchi.config.env",)),
    Breach("rules", "madoguchi.rules.koyomi.planted", ("madoguchi.rules.opening",)),
    Breach("tools", "madoguchi.tools.vault.planted", ("madoguchi.tools.act.planted_too",)),
    Breach("work", "madoguchi.work.cases.planted", ("madoguchi.work.record.planted_too",)),
    Breach("work", "madoguchi.work.referrals.planted", ("madoguchi.work.clinic.planted_too",)),
    Breach("web", "madoguchi.web.portal.planted", ("madoguchi.web.desk.planted_too",)),
    Breach("web-models", "madoguchi.web.desk.planted", ("madoguchi.work.cases.models",)),
    Breach("portal-public", "madoguchi.web.portal.planted", ("madoguchi.work.cases.actions",)),
    Breach(
        "portal-public", "madoguchi.web.portal.planted", ("madoguchi.work.subsidy.acts.payment",)
    ),
    Breach("web", "madoguchi.web.lawyer.planted", ("madoguchi.web.desk.planted_too",)),
    Breach("lawyer-clinic", "madoguchi.web.lawyer.planted", ("madoguchi.work.reports.queries",)),
    Breach("lawyer-clinic", "madoguchi.web.lawyer.planted", ("madoguchi.work.cases.queries",)),
    Breach("wall", "madoguchi.work.cases.public", ("madoguchi.tools.vault.unseal",)),
    Breach("wall", "madoguchi.web.kit.planted", ("madoguchi.tools.vault.masterkey",)),
    Breach(
        "wall",
        "madoguchi.web.portal.planted",
        ("madoguchi.tools.planted_between", "madoguchi.tools.vault.unseal"),
    ),
    Breach("pure", "madoguchi.rules.planted", ("time",)),
    Breach("pure", "madoguchi.rules.planted", ("django",)),
    Breach("ciphers", "madoguchi.work.cases.planted", ("cryptography",)),
    Breach("typst", "madoguchi.work.cases.planted", ("typst",)),
)


def copied(root: Path) -> Path:
    """The package's Python and the contracts, in a folder of their own."""
    others = shutil.ignore_patterns("__pycache__", "*.html", "*.md", "static", "migrations")
    shutil.copytree(PACKAGE, root / "madoguchi", ignore=others)
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """One of them to be spoiled by a test."""
    return copied(tmp_path)


def write(root: Path, module: str, line: str = "") -> None:
    """Append a line to the module, making it and its packages where they are missing."""
    path = root.joinpath(*module.split("."))
    for package in reversed(path.relative_to(root).parents[:-1]):
        folder = root / package
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    target = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    with target.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")


def lint(root: Path, *contracts: str) -> tuple[int, str]:
    """Exit code and words of import-linter, run in the folder."""
    command = "import sys; from importlinter.cli import lint_imports_command as lint; lint()"
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo", *chosen],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def plant(root: Path, breach: Breach) -> None:
    """Write the breach, a module importing the next, into the copied package."""
    importers = (breach.module, *breach.chain)
    for importer, imported in zip(importers, breach.chain, strict=False):
        if imported.startswith("madoguchi."):
            write(root, imported)
        write(root, importer, f"import {imported}")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is told of a house in which every breach was planted."""
    root = copied(tmp_path_factory.mktemp("broken"))
    for breach in BREACHES:
        plant(root, breach)
    code, words = lint(root)
    assert code == 1, words
    return words


@pytest.mark.parametrize("breach", BREACHES, ids=lambda b: f"{b.contract}:{b.chain[-1]}")
def test_a_forbidden_import_is_caught(said: str, breach: Breach) -> None:
    name = CONTRACTS[breach.contract]["name"]
    assert f"{name} BROKEN" in said
    _, _, after = said.partition(f"\n{name}\n{'-' * len(name)}\n")
    told = re.split(r"\n-{3,}\n", after)[0]  # up to the next contract
    assert breach.module in told
    assert breach.chain[-1].removesuffix(".planted_too") in told


def test_a_new_package_must_choose_its_storey(copy: Path) -> None:
    write(copy, "madoguchi.attic.planted")
    code, words = lint(copy, "storeys")
    assert code == 1
    assert "attic" in words


def test_every_contract_has_been_broken_on_purpose() -> None:
    assert {breach.contract for breach in BREACHES} == set(CONTRACTS)


def test_the_house_as_it_stands_keeps_every_contract(copy: Path) -> None:
    code, words = lint(copy)
    assert code == 0, words
    assert f"{len(CONTRACTS)} kept, 0 broken" in words


@pytest.mark.parametrize("contract", ["rules", "tools", "work", "web"])
def test_parentheses_stand_around_exactly_the_rooms_not_yet_built(contract: str) -> None:
    container = ROOT.joinpath(*CONTRACTS[contract]["containers"][0].split("."))
    named = [
        (room.strip("()"), room.startswith("("))
        for layer in CONTRACTS[contract]["layers"]
        for room in re.findall(r"\(?\w+\)?", layer)
    ]
    built = {
        room
        for room, _ in named
        if list(container.glob(f"{room}.py")) or list((container / room).glob("*.py"))
    }
    wrong = [room for room, waiting in named if waiting == (room in built)]
    assert not wrong, f"pyproject.toml, contract {contract}: move the parentheses of {wrong}"
