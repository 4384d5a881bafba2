"""The offices for these tests."""

from tests.offices import office, offices

__all__ = ["office", "offices"]
