"""Staff (職員): accounts of the `staff` database, not installed in the portal."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from madoguchi.rules.rights import STAFF
from madoguchi.tools import bounds


class StaffManager(BaseUserManager["Staff"]):
    """Finds accounts by their user name."""


class Staff(AbstractBaseUser):
    """One colleague of one office in one role, from a day until a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    office_id = models.UUIDField()
    role = models.CharField(max_length=20)
    temporary_password = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[StaffManager] = StaffManager()

    class Meta:
        app_label = "signin"
        constraints: ClassVar = [bounds.codes("signin_staff", role=STAFF)]

    def works_at(self, now: datetime) -> bool:
        """Whether the account holds at this moment (it ends by data, not by memory)."""
        return self.is_active and (self.ends_at is None or now < self.ends_at)

    @classmethod
    def named(cls, office_id: uuid.UUID) -> dict[uuid.UUID, Self]:
        """The colleagues of an office by their id."""
        return {row.id: row for row in cls._default_manager.filter(office_id=office_id)}  # type: ignore[misc]
