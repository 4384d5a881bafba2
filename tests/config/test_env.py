"""A program that starts finds its secret whole, or says what is missing."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from madoguchi.config import env
from madoguchi.tools.misconfigured import Misconfigured

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


@pytest.fixture
def mailbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    """What is made of an address of a mailbox whose password lies in a file."""
    monkeypatch.setenv("MADOGUCHI_MAILBOX_PASSWORD_FILE", str(tmp_path / "password"))

    def read(address: str) -> dict[str, Any]:
        monkeypatch.setenv("MADOGUCHI_MAILBOX", address)
        return env.mailbox() or {}

    return read


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("imaps://a@mail.example.jp", ("mail.example.jp", 993, "a", "INBOX", "tls")),
        ("imaps://a@b.jp@mail.example.jp:9/", ("mail.example.jp", 9, "a@b.jp", "INBOX", "tls")),
        ("imap://a%40b@mail.example.jp/x/y", ("mail.example.jp", 143, "a@b", "x/y", "starttls")),
        ("imap://a@127.0.0.1/%E7%AA%93%E5%8F%A3", ("127.0.0.1", 143, "a", "窓口", "loopback")),
        ("", ()),
    ],
)
def test_an_address_of_a_mailbox(
    mailbox: Callable[[str], dict[str, Any]], address: str, said: tuple[object, ...]
) -> None:
    read = mailbox(address)
    assert tuple(read[key] for key in ("host", "port", "user", "folder", "secure") if read) == said


@pytest.mark.parametrize(
    "address",
    ["http://a@mail.example.jp", "imaps://mail.example.jp", "imaps://a:b@mail.example.jp"],
)
def test_an_address_that_is_none_or_holds_a_password_is_refused(
    mailbox: Callable[[str], dict[str, Any]], address: str
) -> None:
    with pytest.raises(Misconfigured):
        mailbox(address)


def test_a_mailbox_without_a_password_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_MAILBOX", "imaps://a@mail.example.jp")
    monkeypatch.delenv("MADOGUCHI_MAILBOX_PASSWORD_FILE", raising=False)
    with pytest.raises(Misconfigured):
        env.mailbox()
