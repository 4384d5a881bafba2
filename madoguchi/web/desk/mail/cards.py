"""A mail as the page shows it: signs made visible, verdicts and warnings as text keys."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.web.kit.reveal import Said, said, shown
from madoguchi.work.intake.mail import queries

WORDS = "desk.mail"
SHOWN_TO = 3
CHECKS = ("spf", "dkim", "dmarc")


@dataclass(frozen=True)
class Line:
    """A mail in the list."""

    id: UUID
    arrived_at: datetime
    forget_at: datetime | None
    sender: str = field(repr=False)
    subject: str = field(repr=False)
    files: int
    automatic: bool
    opens: bool
    late: bool
    chosen: bool


@dataclass(frozen=True)
class File:
    """A file in the mail, by name."""

    name: str = field(repr=False)
    length: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Message:
    """A mail, opened. Nothing in it leads anywhere and no picture is shown."""

    sender: str = field(repr=False)
    address: str = field(repr=False)
    to: tuple[str, ...] = field(repr=False)
    more_to: int
    subject: str = field(repr=False)
    at: datetime | None
    text: Said = field(repr=False)
    files: tuple[File, ...]
    verdict: str
    checks: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def line(told: queries.MailLine, now: datetime, chosen: UUID | None = None) -> Line:
    """A mail as the list shows it; late when it waits since another day."""
    mail = told.said
    return Line(
        id=told.id,
        arrived_at=told.arrived_at,
        forget_at=told.forget_at,
        sender=shown(mail.from_name or mail.from_address) if mail else "",
        subject=shown(mail.subject) if mail else "",
        files=len(mail.files) if mail else 0,
        automatic=bool(mail and mail.automatic),
        opens=mail is not None,
        late=told.forget_at is None and day_in_japan(told.arrived_at) < now.date(),
        chosen=told.id == chosen,
    )


def message(mail: queries.Said) -> Message:
    """A mail as the page shows it."""
    automatic = ("automatic",) if mail.automatic else ()
    return Message(
        sender=shown(mail.from_name),
        address=shown(mail.from_address),
        to=tuple(shown(one) for one in mail.to[:SHOWN_TO]),
        more_to=max(0, mail.to_count - SHOWN_TO),
        subject=shown(mail.subject),
        at=mail.at,
        text=said(mail.text),
        files=tuple(
            File(shown(one.name), one.length, tuple(f"{WORDS}.flag.{flag}" for flag in one.flags))
            for one in mail.files
        ),
        verdict=f"{WORDS}.verdict.{verdict(mail)}",
        checks=tuple((name.upper(), f"{WORDS}.check.{getattr(mail, name)}") for name in CHECKS),
        warnings=tuple(f"{WORDS}.flag.{flag}" for flag in (*automatic, *mail.flags)),
    )


def verdict(mail: queries.Said) -> str:
    """What the checks of our mail server come to: `matches`, `differs` or `unknown`.

    Only DMARC looks at the address that people see; the others may speak of another one.
    """
    if mail.dmarc == "pass":
        return "matches"
    if mail.dmarc == "fail" or "fail" in (mail.spf, mail.dkim):
        return "differs"
    return "unknown"
