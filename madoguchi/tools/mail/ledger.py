"""The notes about a mailbox: which mails were taken in (取込の控え), what is wrong with it."""

from datetime import datetime, timedelta
from uuid import UUID

from madoguchi.tools.mail.models import Fetched, Trouble
from madoguchi.tools.transaction import transaction

AWAY = "away"  # it cannot be reached, or does not let us in
STUCK = "stuck"  # a mail could not be taken in or moved away
LARGE = "large"  # a mail is larger than what is taken in
QUIET = timedelta(minutes=10)


def taken(office_id: UUID, validity: int, there: frozenset[int]) -> frozenset[int]:
    """Which of the numbers that are there were taken in; notes of mails that are gone go."""
    ours = Fetched.objects.filter(office_id=office_id)
    known = frozenset(ours.filter(validity=validity).values_list("uid", flat=True))
    if ours.count() > len(known & there):
        with transaction():
            ours.exclude(validity=validity, uid__in=known & there).delete()
    return known & there


def note(office_id: UUID, validity: int, uid: int) -> None:
    """This one was taken in: its rows are committed."""
    with transaction():
        Fetched.objects.get_or_create(office_id=office_id, validity=validity, uid=uid)


def forget(office_id: UUID, validity: int, uid: int) -> None:
    with transaction():
        Fetched.objects.filter(office_id=office_id, validity=validity, uid=uid).delete()


def note_trouble(office_id: UUID, kinds: frozenset[str], now: datetime) -> None:
    """Record the kinds of trouble there are now, each since it was first noted; forget others."""
    current = set(Trouble.objects.filter(office_id=office_id).values_list("kind", flat=True))
    if current == kinds:
        return
    with transaction():
        Trouble.objects.filter(office_id=office_id).exclude(kind__in=kinds).delete()
        for kind in kinds:
            Trouble.objects.get_or_create(office_id=office_id, kind=kind, defaults={"since": now})


def lasting_trouble(now: datetime) -> frozenset[str]:
    """The kinds of trouble that have lasted ten minutes or longer, in any office."""
    found = Trouble.objects.filter(since__lte=now - QUIET)
    return frozenset(found.values_list("kind", flat=True))
