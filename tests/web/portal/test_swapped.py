"""Another municipality is another folder: Yamanashi stands on its own programme alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from madoguchi.ops import prepare
from madoguchi.web.kit import arrival, finished
from tests.web.portal.test_information import DATA, PATHS

if TYPE_CHECKING:
    from datetime import datetime

HOST = "portal.yamanashi.test"
NOT_OURS = ("渋川", "群馬県渋川市", "0279-")


@pytest.fixture
def yamanashi(portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Client:
    """A citizen's browser at the portal of Yamanashi Prefecture."""
    monkeypatch.setattr(arrival, "now", lambda: now)
    finished.forget()
    prepare.office("yamanashi", HOST, "desk.yamanashi.test")
    return Client(headers={"host": HOST})


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_every_page_is_there_and_names_no_other_city(yamanashi: Client, column: str) -> None:
    for path in (*PATHS, *DATA, "/s/c/1/"):
        answer = yamanashi.get(column + path, follow=True)
        assert answer.status_code == 200, path
        page = answer.content.decode()
        assert not [word for word in NOT_OURS if word in page], path


def test_its_own_telephone_and_hours_are_said(yamanashi: Client) -> None:
    page = yamanashi.get("/").content.decode()
    assert "055-223-1350" in page
    assert "山梨県" in page
