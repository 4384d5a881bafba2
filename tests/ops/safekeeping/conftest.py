"""The offices for these tests, and a house whose backups are attacked."""

from tests.offices import office, offices, other_office, portal
from tests.redteam.kept import places

__all__ = ["office", "offices", "other_office", "places", "portal"]
