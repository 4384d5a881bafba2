"""What is wrong with the mailbox, and since when (受信箱の見張り): codes, no content."""

from datetime import datetime, timedelta
from uuid import UUID

from madoguchi.tools.mail.models import Trouble
from madoguchi.tools.write import write

AWAY = "away"  # it cannot be reached, or does not let us in
STUCK = "stuck"  # a mail could not be taken in or moved away
LARGE = "large"  # a mail is larger than what is taken in
QUIET = timedelta(minutes=10)


def note(office_id: UUID, kinds: frozenset[str], now: datetime) -> None:
    """These stand now, since they were first noted; all others are over."""
    standing = set(Trouble.objects.filter(office_id=office_id).values_list("kind", flat=True))
    if standing == kinds:
        return
    with write():
        Trouble.objects.filter(office_id=office_id).exclude(kind__in=kinds).delete()
        for kind in kinds:
            Trouble.objects.get_or_create(office_id=office_id, kind=kind, defaults={"since": now})


def lasting(now: datetime) -> frozenset[str]:
    """The kinds that stand for ten minutes or longer, in any office."""
    found = Trouble.objects.filter(since__lte=now - QUIET)
    return frozenset(found.values_list("kind", flat=True))
