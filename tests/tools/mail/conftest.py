"""Fixtures of the mailbox: a real server, and what our settings say of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from madoguchi.config import env
from madoguchi.tools.mail.mailbox import MailboxSettings
from tests import dovecot
from tests.dovecot import Dovecot


@pytest.fixture(scope="module")
def running() -> Iterator[Dovecot]:
    """A server for the tests of a file."""
    with dovecot.dovecot() as one:
        yield one


@pytest.fixture
def server(running: Dovecot) -> Dovecot:
    """The server, answering, with an empty mailbox."""
    running.stop()
    for folder in running.home.glob("mail/*"):
        shutil.rmtree(folder)
    running.start()
    return running


@pytest.fixture
def place(server: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MailboxSettings:
    """The server's mailbox, as the settings read it."""
    return where(server.address(), tmp_path, monkeypatch)


def where(
    address: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    password: str = dovecot.PASSWORD,
) -> MailboxSettings:
    """What the settings make of an address and a password."""
    file = folder / "password"
    file.write_text(password + "\n")
    monkeypatch.setenv("MADOGUCHI_MAILBOX", address)
    monkeypatch.setenv("MADOGUCHI_MAILBOX_PASSWORD_FILE", str(file))
    read = env.mailbox()
    assert read is not None
    return MailboxSettings(**read)
