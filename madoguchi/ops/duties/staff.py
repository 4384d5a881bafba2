"""Accounts of colleagues: made by two people, ended by data. One person alone makes none."""

from __future__ import annotations

import argparse
import secrets
import sys
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from madoguchi.ops import keyboard, start
from madoguchi.rules import rights

if TYPE_CHECKING:
    from madoguchi.tools.office.actor import Actor
    from madoguchi.tools.office.models import Office
    from madoguchi.tools.signin.models import Staff

HELP = "add a colleague (two people are needed), or end an account on a day"
WITNESSES = 2


class Declined(Exception):
    """The account is not made; the text says why and what to do."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, for whom."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    add = verbs.add_parser(
        "add",
        help="make an account with a temporary password",
        description="Make an account and print its temporary password once."
        " OFFICE USERNAME NAME ROLE come in this order: staff add shibukawa hayashi 林 counsellor",
        epilog=f"Witnesses: none are asked until the office has had {WITNESSES} colleagues who may"
        f" add others ({', '.join(able())}). From then on two of them agree to each account: their"
        " user names and passwords are asked for one after the other, at this terminal or as four"
        " lines of standard input.",
    )
    end = verbs.add_parser("end", help="end an account at 00:00 of a day")
    for each in (add, end):
        each.add_argument("office", help="the folder of the office's programme, such as shibukawa")
        each.add_argument("username", help="what is typed to sign in; it cannot be used again")
    add.add_argument("name", help="the name that colleagues see")
    add.add_argument(
        "role", choices=rights.STAFF, metavar="role", help=f"one of: {', '.join(rights.STAFF)}"
    )
    end.add_argument("--on", type=day, required=True, metavar="DAY", help="such as 2027-03-31")


def able() -> tuple[str, ...]:
    """The roles that may agree to an account."""
    return tuple(role for role in rights.STAFF if rights.may(role, "staff.propose", "office"))


def day(text: str) -> date:
    """The day that was written.

    Raises:
        ArgumentTypeError: no such day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no day; write it as 2027-03-31 (year-month-day)"
        ) from None


def run(args: argparse.Namespace) -> int:
    """0 when it is done; 1 with a sentence when it was declined."""
    start.django("desk")
    from madoguchi.tools.office.models import Office

    office = Office.objects.filter(slug=args.office).first()
    if office is None:
        sys.stderr.write(f"{args.office}: no such office; `madoguchi office add` makes one\n")
        return 1
    try:
        if args.what == "add":
            add(office, args.username, args.name, args.role)
        else:
            end(office, args.username, args.on)
    except Declined as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


def add(office: Office, username: str, name: str, role: str) -> None:
    """Make the account and print its temporary password once.

    Raises:
        Declined: the name is taken, or two colleagues did not agree.
    """
    from madoguchi.tools.signin.models import Staff
    from madoguchi.web.kit.arrival import now

    if Staff.objects.filter(username=username).exists():
        raise Declined(f"{username}: taken; choose another user name")
    agreed = witnesses(office, now())
    password = secrets.token_urlsafe(15)
    row = Staff(
        username=username,
        name=name,
        office_id=office.id,
        role=role,
        temporary_password=True,
        added_at=now(),
    )
    row.set_password(password)
    row.save(force_insert=True)
    for actor in agreed:
        record(actor, "staff.add", now())
    sys.stdout.write(f"{username}: temporary password {password} (shown once; hand it over)\n")


def end(office: Office, username: str, on: date) -> None:
    """End the account at midnight of the day; a session of it ends with it.

    Raises:
        Declined: there is no such account, or it ends sooner already.
    """
    from madoguchi.tools.office.actor import Actor
    from madoguchi.tools.signin.models import Staff
    from madoguchi.web.kit.arrival import now

    midnight = datetime.combine(on, time(), ZoneInfo("Asia/Tokyo"))
    row = Staff.objects.filter(office_id=office.id, username=username).first()
    if row is None:
        raise Declined(f"{username}: no such account in {office.slug}")
    if row.ends_at is not None and row.ends_at < midnight:
        raise Declined(f"{username}: ends already on {row.ends_at:%Y-%m-%d}; make a new account")
    row.ends_at = midnight
    row.save(update_fields=["ends_at"])
    record(Actor(office.id, "administrator"), "staff.end", now())
    sys.stdout.write(f"{username}: ends {midnight.isoformat()}\n")


def witnesses(office: Office, moment: datetime) -> list[Actor]:
    """Two colleagues who may, each with their own password; the first two accounts need none.

    Raises:
        Declined: unknown name, wrong password, the same person twice, or one who may not.
    """
    from madoguchi.tools.office.actor import Actor
    from madoguchi.tools.signin.models import Staff

    ever = Staff.objects.filter(office_id=office.id, role__in=able())
    working = [row for row in ever if row.works_at(moment)]
    if len(ever) < WITNESSES:
        sys.stdout.write("fewer than two colleagues may add accounts yet: made without them\n")
        return [Actor(office.id, "administrator")]
    seen: list[Staff] = []
    for verb in ("staff.propose", "staff.confirm"):
        row = signed(working, verb)
        if row in seen:
            raise Declined("the same person twice: a second colleague has to agree")
        seen.append(row)
    return [Actor(office.id, row.role, row.id) for row in seen]


def signed(able: list[Staff], verb: str) -> Staff:
    """The colleague who typed their own name and password.

    Raises:
        Declined: one answer for a wrong name, a wrong password and one who may not.
    """
    username = keyboard.line(f"{verb}: user name: ")
    password = keyboard.secret("Password: ")
    for row in able:
        right = row.username == username and row.check_password(password)
        if right and rights.may(row.role, verb, "office"):
            return row
    raise Declined("name and password do not fit, or this colleague may not agree to accounts")


def record(actor: Actor, verb: str, moment: datetime) -> None:
    """Write the audit line of an act on accounts."""
    from madoguchi.tools.audit import chain
    from madoguchi.tools.write import write

    with write():
        chain.append(actor, verb, None, outcome="done", now=moment)
