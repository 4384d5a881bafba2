"""Which version runs: of a checkout also its commit, read without the program git."""

from pathlib import Path

import pytest

from madoguchi.config.version import version

COMMIT = "3dc9ede1e39f" + "0" * 28


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n', "utf-8")
    return tmp_path


def written(root: Path, **files: str) -> None:
    for name, words in files.items():
        path = root / ".git" / name.replace("__", "/").replace("_", "-")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, "utf-8")


def test_no_checkout_is_named_without_a_commit(checkout: Path) -> None:
    assert version(checkout) == "1.2.3"


@pytest.mark.parametrize(
    "files",
    [
        {"HEAD": f"{COMMIT}\n"},
        {"HEAD": "ref: refs/heads/main\n", "refs__heads__main": f"{COMMIT}\n"},
        {"HEAD": "ref: refs/heads/main\n", "packed_refs": f"# x\n{COMMIT} refs/heads/main\n"},
    ],
    ids=["no branch", "a branch", "packed"],
)
def test_a_checkout_names_its_commit(checkout: Path, files: dict[str, str]) -> None:
    written(checkout, **files)
    assert version(checkout) == "1.2.3 (3dc9ede1e39f)"


def test_so_does_a_worktree(checkout: Path, tmp_path: Path) -> None:
    own = tmp_path / "elsewhere" / "worktrees" / "w"
    own.mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/w\n", "utf-8")
    (own / "commondir").write_text("../..\n", "utf-8")
    (tmp_path / "elsewhere" / "packed-refs").write_text(f"{COMMIT} refs/heads/w\n", "utf-8")
    (checkout / ".git").write_text(f"gitdir: {own}\n", "utf-8")
    assert version(checkout) == "1.2.3 (3dc9ede1e39f)"


def test_a_branch_without_a_commit_is_no_fault(checkout: Path) -> None:
    written(checkout, HEAD="ref: refs/heads/main\n")
    assert version(checkout) == "1.2.3"
