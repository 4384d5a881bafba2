"""A clinic day with a lawyer who has an account, and people who come to them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import visit
from madoguchi.web.desk.door import SIGNED_IN_AT
from madoguchi.web.kit import arrival
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import Wishes
from madoguchi.work.cases.queries import adopt
from madoguchi.work.clinic.briefs.queries import BriefText
from madoguchi.work.clinic.models import Booking, Brief, Lawyer, Sitting
from madoguchi.work.intake.public import Request, ask
from madoguchi.work.notices.models import Notice
from tests import looking
from tests.offices import DESK_HOST, make_staff
from tests.web.desk.colleagues import ABOUT, inside
from tests.web.desk.test_files import upload

SATURDAY = date(2026, 12, 19)
REF = SATURDAY.isoformat()
PICTURE = b"\x89PNG\r\n\x1a\n" + b"not really" * 20
ADVERSE = "相手方 太郎"


@dataclass(frozen=True)
class Clerk:
    """A lawyer of the roster with the account that they use."""

    account: Staff
    row: Lawyer

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return Actor(self.account.office_id, "lawyer", self.account.pk)

    def browser(self, at: datetime, host: str = DESK_HOST) -> Client:
        """Their browser, signed in a moment ago."""
        browser = inside(self.account, host)
        session = browser.session
        session[SIGNED_IN_AT] = at.isoformat()
        session.save()
        return browser


def at(on: date, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """A moment at the office."""
    return datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=JAPAN)


MORNING = at(SATURDAY, 8, 30)


def clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """For every request it is this moment."""
    monkeypatch.setattr(arrival, "now", lambda: moment)


def decided(office: OfficeCard, kind: str, **change: object) -> None:
    """A decision of the desk's about its days."""
    number = Notice.objects.count() + 1
    moment = at(date(2026, 4, 1))
    Notice.objects.create(
        office_id=office.id, number=number, kind=kind, on=moment.date(), at=moment, change=change
    )


def year(office: OfficeCard) -> None:
    """The days of fiscal 2026 are public, 19 December among them."""
    decided(office, "clinic_year", fiscal_year=2026)


def lawyer(office: OfficeCard, *refs: str, seat: int = 1, name: str = "弁護士 前橋") -> Clerk:
    """A lawyer with an account who sits on these days."""
    account = make_staff(office, "lawyer", name, at(date(2026, 4, 1)))
    row = Lawyer.objects.create(office_id=office.id, name=name, account_id=account.pk)
    for ref in refs:
        Sitting.objects.create(office_id=office.id, day=ref, lawyer_id=row.pk, seat=seat)
    return Clerk(account, row)


def person(office: OfficeCard, files: Sequence[tuple[str, bytes]] = ()) -> Case:
    """The case of somebody who asked, with files, its keys at the office."""
    known = set(Case.objects.values_list("pk", flat=True))
    moment = at(SATURDAY - timedelta(days=30))
    who = visit.new_holder(office.id)
    sent = [upload(name, content) for name, content in files]
    visit.hold(who, lambda draft: draft["answers"].update(text="x"), moment, sent)
    request = Request(
        urgent=False,
        about={**ABOUT, "kana": "ヨシダ ハナコ"},
        wishes=Wishes("mail_only", mail=True),
        story={"text": "秘密の相談"},
        first_due_on=moment.date(),
        read_at=moment,
    )
    assert ask(who, office, request, "net", now=moment)
    case = Case.objects.exclude(pk__in=known).get()
    adopt(Actor(office.id, "worker"), case, now=moment)
    return case


def books(
    case: Case, number: int, *, ref: str = REF, seat: int = 1, state: str = "booked", **wanted: Any
) -> Booking:
    """A booking of the case; what is wanted is sealed as the desk seals it."""
    moment = at(SATURDAY - timedelta(days=20))
    row = Booking(office_id=case.office_id, case_id=case.pk, day=ref, number=number, seat=seat)
    row.state, row.channel, row.agreed_at, row.at = state, "desk", moment, moment
    row.until_at = moment + timedelta(hours=1) if state in ("held", "offered") else None
    told = {"subject": "", "other_party": ADVERSE, "people": 1, "names_ok": True, "note": ""}
    with lined(case, moment):
        shared, _ = looking.drawers(case.office_id, case.pk)
        row.wanted = shared.seal("booking", row.id, {**told, **wanted})
        row.save(force_insert=True)
    return row


@contextmanager
def lined(case: Case, moment: datetime) -> Iterator[None]:
    """One audit line for what is sealed inside the block."""
    with transaction(), chain.seals() as sealed:
        yield
        chain.append(
            Actor(case.office_id, "worker"),
            "case.tell",
            case.pk,
            outcome="done",
            now=moment,
            sealed=sealed,
        )


def briefed(
    case: Case,
    booking: Booking,
    staff_id: UUID,
    words: str = "要点のことば",
    *,
    agreed: bool = True,
    names: bool = True,
    asks: str = "",
) -> None:
    """The desk wrote the next version of a brief, as the person agreed to it."""
    moment = at(SATURDAY - timedelta(days=5))
    row = Brief(office_id=case.office_id, case_id=case.pk, booking_id=booking.pk, at=moment)
    row.number = Brief.objects.filter(booking_id=booking.pk).count() + 1
    told = BriefText(
        agreed=agreed, how="phone", on=moment.date(), names=names, happened=words, asks=asks
    )
    row.staff_id, row.state = staff_id, told.state
    with lined(case, moment):
        _, staff = looking.drawers(case.office_id, case.pk)
        row.brief = staff.seal("brief", row.id, told.to_json())
        row.save(force_insert=True)


@pytest.fixture
def case(office: OfficeCard) -> Case:
    """Somebody who wants to see a lawyer."""
    return person(office)


@pytest.fixture
def booking(case: Case) -> Booking:
    """Their place, the first of the day."""
    return books(case, 1)


@pytest.fixture
def clerk(office: OfficeCard) -> Clerk:
    """The lawyer who sits there."""
    return lawyer(office, REF)


@pytest.fixture
def browser(clerk: Clerk) -> Client:
    """The lawyer's browser, in the morning of the day."""
    return clerk.browser(MORNING)
