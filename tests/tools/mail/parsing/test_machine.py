"""What a machine wrote is known as such; what a person wrote is not."""

import pytest

from madoguchi.tools.mail.parsing.heading import automatic, heading


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied (vacation)",
        "Precedence: bulk",
        "X-Auto-Response-Suppress: All",
        "List-Id: <town.example.jp>",
        "Content-Type: multipart/report; report-type=delivery-status",
        "Return-Path: <>",
    ],
)
def test_a_machine(line: str) -> None:
    assert automatic(heading(line.encode()), "someone@example.jp")


def test_senders_that_are_no_people() -> None:
    assert automatic(heading(b"Subject: x"), "MAILER-DAEMON@example.jp")


@pytest.mark.parametrize(
    "line", ["Auto-Submitted: no", "Precedence: normal", "Return-Path: <a@example.jp>", "Re: auto"]
)
def test_a_person(line: str) -> None:
    assert not automatic(heading(line.encode()), "someone@example.jp")
