"""A program that starts finds its secret whole, or says what is missing."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from madoguchi.config import env

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AT_ONCE, ROUNDS = 8, 40


def started_at_once(folder: Path, start: Callable[[Path], str]) -> list[set[str]]:
    """What so many starts find, round by round; an error's name where one fails."""

    def found(path: Path) -> str:
        try:
            return start(path)
        except OSError as error:
            return type(error).__name__

    with ThreadPoolExecutor(AT_ONCE) as starts:
        paths = [folder / str(number) for number in range(ROUNDS)]
        return [set(starts.map(found, [path] * AT_ONCE)) for path in paths]


def test_all_that_start_at_once_find_the_same_secret(tmp_path: Path) -> None:
    found = started_at_once(tmp_path / "secrets", lambda path: env.secret("UNSET", path))
    assert all(len(secrets) == 1 for secrets in found)
    assert all(len(secret) >= env.SECRET_LENGTH for secrets in found for secret in secrets)
    assert len(list((tmp_path / "secrets").iterdir())) == ROUNDS
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()} == {0o600}


def test_control_a_file_that_is_made_where_it_is_read_stops_the_others(tmp_path: Path) -> None:
    def one_after_the_other(path: Path) -> str:
        if not path.exists():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            path.write_text("a secret")
        return path.read_text()

    assert any(len(found) > 1 for found in started_at_once(tmp_path, one_after_the_other))
