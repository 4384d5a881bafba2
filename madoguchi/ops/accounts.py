"""Accounts of colleagues: the first two made alone, each other by two people; ended by data."""

import re
import secrets
import sys
import unicodedata
from datetime import date, datetime, time

from madoguchi.ops import terminal
from madoguchi.rules import rights
from madoguchi.rules.koyomi.dates import JAPAN, day_in_japan
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.transaction import transaction
from madoguchi.web.kit import arrival

WITNESSES = 2
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
LONGEST_NAME = 100
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode's kinds of characters that show nothing, break a line or turn its direction."""


class Declined(Exception):
    """Not done; the text says why and what to do."""


def add(office: Office, username: str, name: str, role: str) -> None:
    """Make the account and print its temporary password once.

    Raises:
        Declined: a name cannot be used or is taken, or two colleagues did not agree.
    """
    check(username, name)
    if Staff.objects.filter(username__iexact=username).exists():
        raise Declined(f"{username}: taken; choose another user name")
    agreed = cosigners(office, arrival.now())
    password = secrets.token_urlsafe(15)
    row = Staff(
        username=username,
        name=name,
        office_id=office.id,
        role=role,
        temporary_password=True,
        added_at=arrival.now(),
    )
    row.set_password(password)
    row.save(force_insert=True)
    for actor in agreed:
        record(actor, "staff.add", arrival.now())
    sys.stdout.write(f"{username}: temporary password {password} (shown once; hand it over)\n")


def check(username: str, name: str) -> None:
    """Nothing where both names can be typed and read by everybody.

    Raises:
        Declined: which one cannot, and what to write.
    """
    if not USERNAME.fullmatch(username):
        plain = unicodedata.normalize("NFKC", username).lower()
        raise Declined(
            "user name: 2 to 60 of a-z, 0-9, . _ -, beginning with a letter or digit,"
            f" such as {plain if USERNAME.fullmatch(plain) else 'hayashi'}"
        )
    unseen = any(unicodedata.category(letter) in UNSEEN for letter in name)
    if unseen or not name.strip() or len(name) > LONGEST_NAME:
        raise Declined(
            f"name that colleagues see: 1 to {LONGEST_NAME} characters on one line, such as 林"
        )


def end(office: Office, username: str, on: date) -> None:
    """End the account at midnight of the day; a session of it ends with it.

    Raises:
        Declined: the day has passed, there is no such account, or it ends sooner already.
    """
    moment = arrival.now()
    if on < moment.date():
        raise Declined(
            f"{on} has passed; write a later day, or {moment.date()} to end the account at once"
        )
    midnight = datetime.combine(on, time(), JAPAN)
    row = Staff.objects.filter(office_id=office.id, username__iexact=username).first()
    if row is None:
        raise Declined(f"{username}: no such account in {office.slug}")
    if row.ends_at is not None and row.ends_at < midnight:
        how = "is set to end" if row.works_at(moment) else "has ended already,"
        raise Declined(f"{username}: {how} on {day_in_japan(row.ends_at)}; make a new account")
    row.ends_at = midnight
    row.save(update_fields=["ends_at"])
    record(Actor(office.id, "administrator"), "staff.end", moment)
    sys.stdout.write(f"{row.username}: ends at 00:00, cannot sign in from {on} on\n")
    if row.role in roles_allowed("staff.propose") and lacks_cosigners(office, midnight):
        sys.stderr.write(
            f"from {on} on fewer than the two are left who are needed to add a colleague:"
            " add another before, or this office can add nobody any more\n"
        )


def adders(office: Office) -> list[Staff]:
    """All who may sign for a new account, or might until their own ended."""
    return list(Staff.objects.filter(office_id=office.id, role__in=roles_allowed("staff.propose")))


def lacks_cosigners(office: Office, moment: datetime) -> bool:
    """Whether nobody can be added at that moment, since two had to sign and are not there."""
    ever = adders(office)
    return len(ever) >= WITNESSES > sum(row.works_at(moment) for row in ever)


def cosigners(office: Office, moment: datetime) -> list[Actor]:
    """Two colleagues who may, each with their own password; the first two accounts need none.

    Raises:
        Declined: one of them cannot sign, or it is the same person twice.
    """
    if len(adders(office)) < WITNESSES:
        sys.stdout.write("fewer than two colleagues may add accounts yet: made without them\n")
        return [Actor(office.id, "administrator")]
    seen: list[Staff] = []
    for who, verb in (("who proposes", "staff.propose"), ("who confirms", "staff.confirm")):
        row = signed(office, verb, moment, who=who)
        if row in seen:
            raise Declined("the same person twice: a second colleague has to agree")
        seen.append(row)
    return [Actor(office.id, row.role, row.id) for row in seen]


def signed(office: Office, verb: str, moment: datetime, *, who: str = "who signs") -> Staff:
    """The colleague who typed their own name and password, and may do the verb.

    Raises:
        Declined: one answer for a wrong name and a wrong password; a temporary password,
            which whoever made the account knows, too; a role that may not.
    """
    username = terminal.line(f"{who}: user name: ")
    password = terminal.secret("Password: ")
    rows = Staff.objects.filter(office_id=office.id)
    here = (row for row in rows if row.username.lower() == username.lower())
    row = next((row for row in here if row.works_at(moment)), None)
    if row is None or not row.check_password(password):
        raise Declined("name and password do not fit")
    if row.temporary_password:
        raise Declined(
            f"{username}: this password is temporary;"
            " sign in at the desk once and choose your own, then sign here"
        )
    if row.role not in roles_allowed(verb):
        raise Declined(
            f"{row.role}: no right to this act; these have it: {', '.join(roles_allowed(verb))}"
        )
    return row


def record(actor: Actor, verb: str, moment: datetime) -> None:
    """Write the audit line of an act on accounts."""
    with transaction():
        chain.append(actor, verb, None, outcome="done", now=moment)


def roles_allowed(verb: str) -> tuple[str, ...]:
    """The roles that may do the verb."""
    return tuple(role for role in rights.STAFF if rights.may(role, verb, "office"))
