"""The portal that waits a fifth of a second for its database, not twenty seconds."""

from django.conf import settings

from madoguchi.tools import transaction
from tests.proof.cheap import application

PATIENCE_S = 0.2
settings.DATABASES["default"]["OPTIONS"]["timeout"] = PATIENCE_S
transaction.PATIENCE_S = PATIENCE_S

__all__ = ["application"]
