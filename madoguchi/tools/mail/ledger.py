"""Which mails of a mailbox were taken in and still lie there (取込の控え), by its own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.tools.mail.models import Fetched
from madoguchi.tools.write import write

if TYPE_CHECKING:
    from uuid import UUID


def taken(office_id: UUID, validity: int) -> frozenset[int]:
    """The numbers of those that were taken in and not seen to be moved away."""
    found = Fetched.objects.filter(office_id=office_id, validity=validity)
    return frozenset(found.values_list("uid", flat=True))


def note(office_id: UUID, validity: int, uid: int) -> None:
    """This one was taken in: its rows are committed."""
    with write():
        Fetched.objects.get_or_create(office_id=office_id, validity=validity, uid=uid)


def strike(office_id: UUID, validity: int, uid: int) -> None:
    """This one was moved away."""
    with write():
        Fetched.objects.filter(office_id=office_id, validity=validity, uid=uid).delete()
