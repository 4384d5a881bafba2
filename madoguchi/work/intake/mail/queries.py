"""What staff read of mails: the queue, one mail, what became of others. Each reading is a line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.dates import moment
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import files, unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import LOOSE
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.cases.queries import visible
from madoguchi.work.intake.mail.models import ASIDE, FILED, WAITING, Mail

type Found = Mail  # the row for an act, for packages that may not import models

PAGE = 50
TABS = (WAITING, ASIDE)


@dataclass(frozen=True)
class FileLine:
    """A file in a mail, by what the mail calls it."""

    name: str = field(repr=False)
    kind: str
    length: int
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """What a mail says. None of it proves who wrote it.

    `aside`: why it was set aside although words in it mean danger.
    """

    from_address: str = field(repr=False)
    from_name: str = field(repr=False)
    to: tuple[str, ...] = field(repr=False)
    to_count: int
    subject: str = field(repr=False)
    at: datetime | None
    text: str = field(repr=False)
    files: tuple[FileLine, ...]
    spf: str
    dkim: str
    dmarc: str
    automatic: bool
    flags: tuple[str, ...]
    aside: str = field(default="", repr=False)


@dataclass(frozen=True)
class MailLine:
    """A mail in the queue; `contents` is None where it cannot be opened."""

    id: UUID
    state: str
    arrived_at: datetime
    forget_at: datetime | None
    noticed: bool
    contents: Contents | None


@dataclass(frozen=True)
class Opened:
    """One mail, opened, with its line in the queue; `raw`: the file that it came as.

    `before`: the cases of which the same mail became part earlier, by id and name, as far as this
    actor may know of them.
    """

    mail: Found = field(repr=False)
    line: MailLine
    contents: Contents
    raw: tuple[UUID, files.About] = field(repr=False)
    before: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True)
class Page:
    """One page of a tab, those with words of danger first, then the oldest.

    `after`: the mark of the next page, empty at the end.
    """

    lines: tuple[MailLine, ...]
    after: str


@dataclass(frozen=True)
class Counts:
    """How many mails wait, with words of danger, since an earlier day; how many were set aside."""

    waiting: int = 0
    noticed: int = 0
    late: int = 0
    aside: int = 0


@dataclass(frozen=True)
class Filed:
    """A mail that became part of a case, without its contents."""

    arrived_at: datetime
    decided_at: datetime
    staff_id: UUID | None
    state: str
    became_id: UUID
    name: str


def counts(actor: Actor, now: datetime) -> Counts:
    """How many mails wait; nothing for who may not read them."""
    if not rights.may(actor.role, "mail.list", "office"):
        return Counts()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    waits = Q(state=WAITING)
    numbers = Mail.of(actor.office_id).aggregate(
        waiting=Count("pk", filter=waits),
        noticed=Count("pk", filter=waits & Q(noticed=True)),
        late=Count("pk", filter=waits & Q(arrived_at__lt=today)),
        aside=Count("pk", filter=Q(state=ASIDE)),
    )
    return Counts(**numbers)


@action("mail.list")
def listed(
    _actor: Actor,
    at: AtOffice,
    state: str,
    after: str = "",
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> Page:
    """One page of the mails that wait, or that were set aside.

    Raises:
        Absent: the mark cannot be read.
    """
    return _page(at.office_id, state, after)


def find(actor: Actor, mail_id: UUID) -> Found:
    """The row, for an act on it.

    Raises:
        Absent: not of this office or not there, or part of a case that is not for this actor.
    """
    mail = Mail.of(actor.office_id).filter(pk=mail_id).first()
    if mail is None or not (mail.became_id is None or allowed(actor, "case.list", mail)):
        raise Absent
    return mail


@action("mail.read")
def read(actor: Actor, mail: Found, *, now: datetime) -> tuple[Opened, Page]:  # noqa: ARG001
    """The mail, opened, and the first page of its queue.

    Raises:
        Absent: it is part of a case by now, or forgotten.
    """
    if mail.state not in TABS:
        raise Absent
    stored = unseal.loose(mail.office_id, mail.id).open("mail", mail.id, mail.about)
    raw = stored.pop("raw")
    file_id = UUID(raw.pop("id"))
    before: tuple[tuple[UUID, str], ...] = ()
    if mail.copy:
        same = Mail.of(mail.office_id).filter(mark=mail.mark, state__in=FILED)
        cases = visible(actor).filter(pk__in=same.values("became_id"))
        before = tuple(cases.order_by("opened_at", "id").values_list("pk", "short_name"))
    opened = Opened(
        mail=mail,
        line=_line(mail, stored),
        contents=_contents(stored),
        raw=(file_id, files.About.from_json(raw)),
        before=before,
    )
    return opened, _page(mail.office_id, mail.state, "")


def filed(actor: Actor) -> tuple[Filed, ...]:
    """The mails that became part of cases which this actor may know of, the newest first."""
    if not rights.may(actor.role, "mail.list", "office"):
        raise Absent
    known = visible(actor)
    rows = Mail.of(actor.office_id).filter(state__in=FILED, became_id__in=known.values("pk"))
    newest = rows.order_by("-decided_at", "id")[:PAGE]
    named = known.filter(pk__in=[row.became_id for row in newest])
    names = dict(named.values_list("pk", "short_name"))
    return tuple(
        Filed(row.arrived_at, decided_at, row.staff_id, row.state, case_id, names[case_id])
        for row in newest
        if (decided_at := row.decided_at) and (case_id := row.became_id) and case_id in names
    )


def _page(office_id: UUID, state: str, after: str) -> Page:
    rows = Mail.of(office_id).filter(state=state)
    if after:
        try:
            noticed, at, mail_id = after.split("_")
            first, arrived_at, last = noticed == "1", moment(at), UUID(mail_id)
        except ValueError as error:
            raise Absent from error
        later = Q(arrived_at__gt=arrived_at) | Q(arrived_at=arrived_at, id__gt=last)
        rows = rows.filter(later | Q(noticed=False)) if first else rows.filter(later, noticed=False)
    found = list(rows.order_by("-noticed", "arrived_at", "id")[: PAGE + 1])
    drawers = unseal.drawers_of(office_id, [row.id for row in found[:PAGE]]).drawers
    lines: list[MailLine] = []
    for row in found[:PAGE]:
        drawer = drawers.get(row.id, {}).get(LOOSE)
        try:
            line = _line(row, drawer.open("mail", row.id, row.about) if drawer else None)
        except (Tampered, Unreadable):
            line = _line(row, None)
        lines.append(line)
    chain.tell(mails=len(lines))
    if len(found) <= PAGE:
        return Page(tuple(lines), "")
    last_line = lines[-1]
    mark = f"{last_line.noticed:d}_{last_line.arrived_at.isoformat()}_{last_line.id}"
    return Page(tuple(lines), mark)


def _line(mail: Mail, stored: dict[str, Any] | None) -> MailLine:
    contents = None
    if stored:
        contents = _contents({name: value for name, value in stored.items() if name != "raw"})
    return MailLine(mail.id, mail.state, mail.arrived_at, mail.forget_at, mail.noticed, contents)


def _contents(stored: dict[str, Any]) -> Contents:
    stored_files: Sequence[dict[str, Any]] = stored["files"]
    return Contents(
        **{
            **stored,
            "to": tuple(stored["to"]),
            "at": datetime.fromisoformat(stored["at"]) if stored["at"] else None,
            "files": tuple(
                FileLine(**{**each, "flags": tuple(each["flags"])}) for each in stored_files
            ),
            "flags": tuple(stored["flags"]),
        }
    )
