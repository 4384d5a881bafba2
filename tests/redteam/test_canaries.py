"""What is typed or sent lies nowhere in the clear: databases, files, logs, temp, mail."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from tests.proof.house import House, prepared
from tests.redteam.canaries import CANARIES, ENCODINGS, MAIL, NOTE, found, sung

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, House]:
    """A house that was told the canaries, with everything that it left behind in one folder."""
    root = tmp_path_factory.mktemp("canaries")
    (root / "tmp").mkdir()
    house = prepared(root / "home")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TMPDIR", str(root / "tmp"))
        for window, program in (
            ("portal", ("-m", "tests.redteam.telling")),
            ("worker", ("-m", "madoguchi", "worker", "--once")),
        ):
            running = house.start(*program, window=window, to_log=True)
            assert running.wait(60) == 0, house.log(window).read_text()
    return root, house


def test_no_canary_anywhere(searched: tuple[Path, House]) -> None:
    root, house = searched
    left = {path.relative_to(root).parts[0] for path in root.rglob("*") if path.is_file()}
    assert left >= {"home", "portal.log", "worker.log"}
    assert (house.home / "cases.sqlite3").stat().st_size > 100_000
    assert len([path for path in (house.home / "files").rglob("*") if path.is_file()]) >= 2
    assert found(root) == []


def test_the_mail_was_sent_and_says_to_whom_only(searched: tuple[Path, House]) -> None:
    mails = [path.read_bytes() for path in (searched[1].home / "mail").glob("*")]
    assert len(mails) == 1
    assert f"To: {MAIL}".encode() in mails[0]
    assert mails[0].count(MAIL.encode()) == 1


def test_no_temporary_file_was_left(searched: tuple[Path, House]) -> None:
    assert [path for path in (searched[0] / "tmp").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_control_the_search_finds_what_lies_in_the_clear(encoding: str, tmp_path: Path) -> None:
    plain = b"\0\1" + NOTE.encode(encoding) + b"\2"
    (tmp_path / "plain").write_bytes(plain)
    (tmp_path / "base64").write_bytes(b"xx" + base64.b64encode(plain))
    assert found(tmp_path) == [f"{tmp_path / name}: {NOTE}" for name in ("base64", "plain")]


def test_control_every_canary_is_found() -> None:
    assert {canary for canary in CANARIES if canary in sung(canary.encode())} == set(CANARIES)
