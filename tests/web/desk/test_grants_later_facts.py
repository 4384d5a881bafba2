"""What an officer reads when money comes back after the sum was fixed, and what the page offers."""

from dataclasses import replace
from datetime import datetime

import pytest

from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.tools.office.public import OfficeCard
from tests.answers import squeezed
from tests.web.desk.granted import Seat, seat, slips
from tests.work.subsidy import lawful
from tests.work.subsidy.granting import looked_at, opened_year, sent

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def offered(here: Seat, act: str = "") -> str:
    """The page of the grant, with the form of an act."""
    answer = here.browser.get(f"/grants/{here.id}/?do={act}")
    assert answer.status_code == 200
    return squeezed(answer)


def test_a_refund_is_shown_as_what_is_to_come_back_and_then_as_owed(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_year(office)
    desk = looked_at(office, now, 330_000)
    lawful.draft(desk, 150_000)
    desk.decide()
    here = seat(office, now, monkeypatch, desk=desk)
    assert 'name="estimate_yen"' in offered(here, "change")
    lawful.contract(desk, 330_000)
    lawful.report(desk, 330_000)
    assert 'name="less"' in offered(here, "fix")
    lawful.fix(desk, 150_000)
    lawful.claim(desk)
    assert 'name="refunded_yen"' in offered(here, "refund")
    lawful.pay(desk, 150_000)
    lawful.refund(desk, 130_000)
    owing = offered(here, "reduce")
    assert "要返還" in owing
    assert "50,000円" in owing
    assert 'name="amount_yen" value="100,000"' in owing.replace(' type="text"', "")
    assert 'name="repay_yen"' in offered(here, "revoke")
    lawful.reduce(desk, 100_000)
    lawful.repay(desk, 20_000)
    owed = offered(here, "repay")
    assert "要返還" not in owed
    assert "未収" in owed
    assert 'value="30,000"' in owed
    assert here.paper("reduction").headers["Content-Type"] == "application/pdf"


def test_a_contract_before_the_application_is_decided_on_from_the_page(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_year(office)
    desk = looked_at(office, now, 330_000)
    lawful.draft(desk, 150_000)
    desk.decide()
    here = seat(office, now, monkeypatch, desk=desk)
    assert "do=proceed" not in offered(here)
    lawful.contract(desk, 330_000, now.date().replace(day=1), why="本人の勘違い")
    assert "do=proceed" in offered(here)
    assert 'name="document_number"' in offered(here, "proceed")
    lawful.go_on_in_spite(desk, "渋安第80号", "説明が遅れたため")
    assert "do=proceed" not in offered(here)


def test_what_was_performed_after_the_year_is_shown_with_its_three_roads(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which year pays is proposed from the day on which the retainer was paid (practice 16)."""
    opened_year(office)
    desk = sent(office, now).until("contracted")
    april = replace(desk, now=datetime(2027, 4, 5, 10, tzinfo=JAPAN))
    april.report()
    here = seat(office, april.now, monkeypatch, desk=april)
    page = offered(here)
    head = page.split('class="rows-head"')[0]
    for road in ("年度末の後も続ける", "取消し", "新しい年度の申請", "令和9年4月5日"):
        assert road in head
    assert "令和9年度（履行の日" in page
    assert "決定した年度（令和8年度）と違います" in page
    assert "?do=carry#act" in page
    typed = {"decision_class": "delegated", "amount_yen": "150000"}
    stopped = here.do("fix", drafted_on="3/31", decided_on="3/31", enforced_on="3/31", **typed)
    assert "履行の日" in slips(stopped)
    here.done("carry", why="繰越の手続をした")
    assert "それまで、額の確定と支払はできません" not in offered(here)
