"""Which mails of a mailbox were taken in and still lie there (取込の控え), by its own numbers."""

from uuid import UUID

from madoguchi.tools.mail.models import Fetched
from madoguchi.tools.write import write


def taken(office_id: UUID, validity: int, there: frozenset[int]) -> frozenset[int]:
    """Which of the numbers that are there were taken in; mails that are gone are struck."""
    ours = Fetched.objects.filter(office_id=office_id)
    known = frozenset(ours.filter(validity=validity).values_list("uid", flat=True))
    if ours.count() > len(known & there):
        with write():
            ours.exclude(validity=validity, uid__in=known & there).delete()
    return known & there


def note(office_id: UUID, validity: int, uid: int) -> None:
    """This one was taken in: its rows are committed."""
    with write():
        Fetched.objects.get_or_create(office_id=office_id, validity=validity, uid=uid)


def strike(office_id: UUID, validity: int, uid: int) -> None:
    """This one was moved away."""
    with write():
        Fetched.objects.filter(office_id=office_id, validity=validity, uid=uid).delete()
