"""`madoguchi doctor` tries what reads mails, and the mailbox."""

import pytest
from pytest_django import Settings

from madoguchi.ops.diagnostics import desk
from madoguchi.ops.diagnostics.result import OK, WRONG
from madoguchi.tools.mail import incoming
from madoguchi.tools.mail.mailbox import MailboxSettings
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.sandbox.run import Failed
from tests.dovecot import Dovecot
from tests.tools.mail.conftest import place, running, server
from tests.tools.mail.making import mail

__all__ = ["place", "running", "server"]


def test_the_child_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [look.mark for look in desk.reading()] == [OK]

    def fail(*_args: object) -> bytes:
        raise Failed

    monkeypatch.setattr(incoming, "run_sandboxed", fail)
    assert [look.mark for look in desk.reading()] == [WRONG]


def test_no_mailbox_is_nothing_to_look_at() -> None:
    assert list(desk.mailbox()) == []


@pytest.mark.needs("dovecot")
def test_a_mailbox_that_opens_and_one_that_is_gone(
    server: Dovecot,
    place: MailboxSettings,
    offices: tuple[OfficeCard, OfficeCard],
    settings: Settings,
) -> None:
    settings.MAILBOX, settings.MAILBOX_OFFICE = vars(place), offices[0].slug
    server.put([mail()])
    assert [(look.mark, look.line.count("1 通")) for look in desk.mailbox()] == [(OK, 1)]
    assert len(server.mails()) == 1
    server.stop()
    assert [look.mark for look in desk.mailbox()] == [WRONG]
