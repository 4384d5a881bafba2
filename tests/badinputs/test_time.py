"""B10 to B12: midnight, the end of a fiscal year, a host elsewhere: the office's time counts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from madoguchi.web.kit import arrival
from tests.badinputs.ends import words
from tests.conftest import TOKYO
from tests.web.portal import browsing

if TYPE_CHECKING:
    from django.test import Client


def test_b12_the_host_computers_time_zone_changes_nothing(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    midnight = datetime(2026, 11, 28, 0, 30, tzinfo=TOKYO)
    monkeypatch.setenv("TZ", "America/New_York")
    monkeypatch.setattr(arrival, "now", lambda: midnight)
    browsing.fill(portal)
    pair = browsing.send(portal)
    assert "2026年11月28日（土）" in words(portal.get("/s/c/done/"))
    browsing.open_receipt(portal, *pair)
    assert "2026年11月28日（土） 0時30分" in words(portal.get("/s/f/"))
