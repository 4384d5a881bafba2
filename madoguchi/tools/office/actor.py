"""Who acts: a plain value that every action takes first (行為の主体)."""

from dataclasses import dataclass
from uuid import UUID

from madoguchi.rules.decision import Absent


@dataclass(frozen=True)
class Actor:
    """Someone of one office in one role; a consultee or the worker has no `staff_id`."""

    office_id: UUID
    role: str
    staff_id: UUID | None = None

    @property
    def colleague(self) -> UUID:
        """The id of the colleague.

        Raises:
            Absent: for someone who is not staff.
        """
        if self.staff_id is None:
            raise Absent
        return self.staff_id
