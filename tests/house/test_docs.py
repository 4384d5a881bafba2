"""Documents stay true: links lead somewhere, locks and pages name nobody's machine."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.house.source import ROOT, files, name

PAGES = (*sorted(ROOT.glob("*.md")), *files(ROOT / "docs", "*.md"))
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
PRIVATE = re.compile(r"(?<![\w.*}>)\]-])/(?:home|root|Users|workspace|tmp/spec)/\w")
WANTED = (
    "README.md",
    "README.ja.md",
    "LICENSE",
    "NOTICE",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "publiccode.yml",
    "docs/house.md",
    "docs/glossary.md",
    "docs/privacy.md",
    "docs/threat-model.md",
    "docs/configuration.md",
)


def tracked() -> list[Path]:
    """The files that git would publish; every file where there is no git."""
    git = shutil.which("git")
    listed = git and subprocess.run(
        [git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if not listed or listed.returncode:
        return list(files(ROOT, "*"))
    return [ROOT / one for one in listed.stdout.split("\0") if one and (ROOT / one).is_file()]


def test_the_pages_that_are_looked_for_say_something() -> None:
    assert [page for page in WANTED if not (ROOT / page).read_text("utf-8").strip()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text("utf-8"))
    inside = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert not [target for target in inside if not (page.parent / target).exists()]


def test_each_decision_has_a_number_of_its_own() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    for page in pages:
        number = re.match(r"# (?:Decision )?0*(\d+)", page.read_text("utf-8"))
        assert number, page
        assert int(number[1]) == int(page.name[:4]), page


def test_no_published_file_names_a_private_path() -> None:
    binary = {".png", ".jpg", ".ico", ".pdf", ".gif", ".webp"}
    readable = [path for path in tracked() if path.suffix not in binary]
    assert not [
        name(path) for path in readable if PRIVATE.search(path.read_text("utf-8", "replace"))
    ]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_name_hashes_and_no_address(lock: str) -> None:
    words = (ROOT / lock).read_text("utf-8")
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==", words, re.MULTILINE)
    assert len(pinned) > 20
    assert words.count("--hash=sha256:") >= len(pinned)
    assert "://" not in words
    assert "index-url" not in words


def hashes(lock: str) -> dict[str, set[str]]:
    """The hashes in a lock by package."""
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text("utf-8"))
    return {
        entry.partition("==")[0].partition("[")[0]: set(re.findall(r"sha256:\w+", entry))
        for entry in entries
    }


def test_what_the_house_needs_in_earnest_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extra = project["optional-dependencies"]["postgresql"]
    wanted = {re.split(r"[\[<>=]", need)[0] for need in (*project["dependencies"], *extra)}
    assert "psycopg" in wanted
    assert wanted | {"psycopg-binary", "psycopg-pool"} <= set(hashes("requirements.lock"))


def test_what_runs_is_what_was_tested() -> None:
    tested = hashes("requirements-dev.lock")
    assert all(tested[package] == one for package, one in hashes("requirements.lock").items())
