"""A grant whose steps were changed in the database: what an officer is told, and what goes on."""

from datetime import datetime

import pytest

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.models import Step
from tests.web.desk.granted import FILING, Seat, fields, seat
from tests.work.subsidy.granting import YEAR, Desk, opened_year, sent

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
SAID = "何も書きかえずに、システム管理者と監査の担当にお知らせください"


@pytest.fixture
def broken(office: OfficeCard, now: datetime) -> Desk:
    opened_year(office)
    return sent(office, now).until("contracted")


@pytest.fixture
def here(office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch, broken: Desk) -> Seat:
    """A colleague who has the grant's page open."""
    return seat(office, now, monkeypatch, desk=broken)


def change(desk: Desk) -> None:
    Step.objects.filter(grant_id=desk.id, verb="decide").update(on="2026-04-01")


def test_the_officer_reads_one_sentence_and_loses_no_word(here: Seat, broken: Desk) -> None:
    before = here.browser.get(f"{here.path}type/report/").content.decode()
    change(broken)
    for answer in (
        here.browser.get(here.path),
        here.browser.post(
            f"{here.path}type/report/", {**fields(before), **FILING, "paid_on": "十一月の末日"}
        ),
    ):
        assert answer.status_code == 410  # nothing of ours broke: the row is damaged, and kept
        assert SAID in answer.content.decode()
        assert "madoguchi-desk verify" in answer.content.decode()
    assert "十一月の末日" in answer.content.decode()


def test_list_ledger_books_and_figures_stay_and_say_that_one_lacks(
    here: Seat, broken: Desk, office: OfficeCard, now: datetime
) -> None:
    sent(office, now).until("received")
    change(broken)
    assert here.browser.get("/grants/").status_code == 200
    assert here.browser.get(f"/grants/ledger/{YEAR}.xlsx").status_code == 200
    books = here.browser.get(f"/grants/budget/{YEAR}/")
    assert books.status_code == 200
    assert "1件の交付の記録が、開けないか、見つかりません" in books.content.decode()
