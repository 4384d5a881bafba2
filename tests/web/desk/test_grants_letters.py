"""A letter states what was said and written down: no day and no sum of its own."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from madoguchi.rules.programme.subsidy import Life, Terms
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.grants import opened
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.payment import Fix
from tests.badinputs.test_grant_law import LAW
from tests.pdf import text
from tests.web.desk.granted import seat
from tests.work.subsidy import lawful
from tests.work.subsidy.granting import (
    BUDGET_YEN,
    YEN,
    Desk,
    filing,
    new_sum,
    opened_year,
    repayment,
    revocation,
    sent,
    terms,
)

LATER = timedelta(days=20)


@pytest.fixture
def desk(office: OfficeCard, now: datetime) -> Desk:
    """A grant that was sent just now, in a year with a budget."""
    opened_year(office)
    return sent(office, now)


def said(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str) -> str:
    """The words of the paper as it is made now."""
    here = seat(desk.office, desk.now, monkeypatch, desk=desk)
    return "".join(text(here.paper(name).content).split())


def test_a_change_is_written_with_its_decision_not_with_an_application_that_nobody_made(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = replace(desk.until("decided"), now=desk.now + LATER)
    changed = new_sum(120_000, "見積が変わった", filing(desk.now))
    perform(desk.officer, desk.grant, changed, desk.life, desk.terms, now=desk.now)
    letter = said(desk, monkeypatch, "change")
    assert "令和8年11月30日付けで交付の決定をした弁護士費用の一部補助について" in letter
    assert "申請のあった" not in letter


@pytest.mark.parametrize("asks", [True, False])
def test_a_sum_is_settled_after_a_report_only_where_one_came(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, asks: bool
) -> None:
    desk.life = Life() if asks else Life(stages=("fixing", "claim"))

    def of_city(_office: UUID, _subsidy: object, on: date) -> Terms:
        known = terms(on)
        assert known.version
        return replace(known, version=replace(known.version, life=desk.life))

    monkeypatch.setattr(opened, "terms_on", of_city)
    desk.until("decided")
    if asks:
        desk.contract()
        replace(desk, now=desk.now + timedelta(days=3)).report()
    desk.now += LATER
    desk.fix()
    letter = said(desk, monkeypatch, "fixing")
    assert ("令和8年12月3日付けで実績報告のあった" in letter) == asks
    assert ("令和8年11月30日付けで交付の決定をした" in letter) == (not asks)


@pytest.mark.parametrize(
    ("state", "repay", "sums", "words"),
    [
        ("decided", 0, ("150,000円", "0円"), "交付の決定を取り消した"),
        ("paid", 150_000, ("150,000円", "0円"), "交付の決定を取り消した"),
        ("paid", 50_000, ("50,000円", "100,000円"), "交付の決定の一部を取り消した"),
    ],
)
def test_what_is_revoked_and_what_is_left_make_the_decision(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    repay: int,
    sums: tuple[str, str],
    words: str,
) -> None:
    desk.until(state)
    revoked = revocation("契約がなくなったため", filing(desk.now), repay)
    perform(desk.officer, desk.grant, revoked, desk.life, desk.terms, now=desk.now)
    letter = said(desk, monkeypatch, "revocation")
    assert words in letter
    assert "（根拠" not in letter  # a reason in an officer's words names no article
    assert f"取り消す額金{sums[0]}残る額金{sums[1]}" in letter
    assert (f"返す額金{repay:,}円" in letter) == bool(repay)


def test_the_letter_of_a_revocation_names_the_decision_not_the_fixing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.until("reported")
    less = filing(desk.now, document_number="渋安第77号の2")
    fixed = Fix(amount_yen=YEN - 12_000, amount_why="消費税を除いて計算した", filing=less)
    perform(desk.officer, desk.grant, fixed, desk.life, desk.terms, now=desk.now)
    revoked = revocation("契約がなくなったため", filing(desk.now))
    perform(desk.officer, desk.grant, revoked, desk.life, desk.terms, now=desk.now)
    letter = said(desk, monkeypatch, "revocation")
    assert "渋安第77号の2" not in letter
    assert f"交付の額{YEN - 12_000:,}円取り消す額金{YEN - 12_000:,}円残る額金0円" in letter


@pytest.mark.parametrize("state", ["drafted", "decided", "fixed", "paid", "repaid"])
def test_the_draft_says_what_the_year_had_without_this_grant_whenever_it_is_printed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    other = sent(desk.office, desk.now).until("paid")
    assert other.state == "paid"
    desk.until("paid" if state == "repaid" else state)
    if state == "repaid":
        revoked = revocation("契約がなくなったため", filing(desk.now), YEN)
        perform(desk.officer, desk.grant, revoked, desk.life, desk.terms, now=desk.now)
        perform(
            desk.officer,
            desk.grant,
            repayment(desk.now.date(), YEN),
            desk.life,
            desk.terms,
            now=desk.now,
        )
    paper = said(desk, monkeypatch, "draft")
    assert f"{BUDGET_YEN - 2 * YEN:,}円" in paper
    assert f"{BUDGET_YEN - YEN:,}円" not in paper


def test_less_than_is_reckoned_is_decided_with_its_reason_and_clause_or_is_a_draft(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part (一部交付) needs clause, facts and teaching; the whole sum needs none of them."""
    opened_year(office)
    desk = sent(office, now).until("received")
    desk.check_all()
    desk.draft(amount_yen=100_000, reason="budget")
    desk.decide()
    facts = "計算した額は150,000円、この決定の額は100,000円です"
    law = {**LAW, "clauses": {"before_contract": "要領第6条第1項"}}
    lawful.open_law(office, 2026, **law)
    letter = said(desk, monkeypatch, "decision")
    assert facts in letter
    assert "下書き" in letter, "no clause says by what it is less"
    lawful.open_law(office, 2026, **{**law, "clauses": {"decision": "要領第7条第2項"}})
    letter = said(desk, monkeypatch, "decision")
    assert "交付要領第7条第2項の規定により、下記のとおり交付することに決定した" in letter
    assert f"予算の範囲内で交付すること（根拠要領第7条第2項）{facts}" in letter
    assert "下書き" not in letter
