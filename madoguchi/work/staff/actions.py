"""Accounts are made and renewed by two (職員): one asks, another signs, the first does it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.signin import accounts
from madoguchi.tools.signin.models import Staff
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import proposals

ADDED, RENEWED = "staff_added", "staff_renewed"


@dataclass(frozen=True)
class NewAccount:
    """Whom an account is for; `username`: typed to sign in, never used again."""

    username: str
    name: str
    role: str


@action("staff.propose")
def propose(actor: Actor, at: AtOffice, new: NewAccount, *, now: datetime) -> UUID:
    """Ask a second to agree to a new account.

    Raises:
        Refused: a name cannot be used or is taken (`staff.username`, `staff.name`, `staff.taken`).
    """
    require_usable(new)
    change = {"username": new.username, "name": new.name, "role": new.role}
    return proposals.ask(actor, at.office_id, ADDED, change, now=now)


@action("staff.propose")
def propose_renewal(actor: Actor, at: AtOffice, staff_id: UUID, *, now: datetime) -> UUID:
    """Ask a second to agree that a colleague begins anew: telephone or password is lost.

    Raises:
        Absent: there is no such account here, or it has ended.
    """
    row = _working(at, staff_id, now)
    return proposals.ask(actor, at.office_id, RENEWED, {}, about=str(row.pk), now=now)


@action("staff.add")
def add(actor: Actor, at: AtOffice, proposal_id: UUID, *, now: datetime) -> str:
    """Make the account that another agreed to; its temporary password, shown once.

    Raises:
        Refused: nobody signed, or it was done or is too old; the name was taken meanwhile.
    """
    signed = proposals.use(actor, at, proposal_id, ADDED, now=now)
    new = NewAccount(**signed.change)
    require_usable(new)
    return accounts.make(at.office_id, new.username, new.name, new.role, now)


@action("staff.renew")
def renew(actor: Actor, at: AtOffice, proposal_id: UUID, *, now: datetime) -> str:
    """Let a colleague begin anew; the temporary password, shown once.

    Raises:
        Refused: nobody signed, or it was done or is too old.
        Absent: the account has ended meanwhile.
    """
    signed = proposals.use(actor, at, proposal_id, RENEWED, now=now)
    return accounts.renew(_working(at, UUID(signed.about), now))


def require_usable(new: NewAccount) -> None:
    """Raise Refused unless both names can be typed and read by everybody, and the first is free.

    Raises:
        Refused: which one cannot.
    """
    if not accounts.USERNAME.fullmatch(new.username):
        raise Refused(Reason("staff.username"))
    if not accounts.is_readable(new.name):
        raise Refused(Reason("staff.name"))
    if accounts.is_taken(new.username):
        raise Refused(Reason("staff.taken"))
    if new.role not in rights.STAFF:
        raise Absent


def _working(at: AtOffice, staff_id: UUID, now: datetime) -> Staff:
    row = Staff.objects.filter(office_id=at.office_id, pk=staff_id).first()
    if row is None or not row.works_at(now):
        raise Absent
    return row
