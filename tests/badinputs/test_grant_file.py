"""B1, B5, B9, B13, B14 at a grant's file: what is typed or pressed wrongly costs nobody."""

import html
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from madoguchi.rules.programme.subsidy import SubsidyVersion, Terms
from madoguchi.rules.programme.subsidy_amount import Overall
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.grants import opened
from madoguchi.web.desk.grants.acts import ACTS
from madoguchi.work.subsidy.application import CostLine
from madoguchi.work.subsidy.models import Budget, Grant, Step
from tests.answers import Response, squeezed
from tests.web.desk.granted import CLAIM, Seat, Sit, fields, slips
from tests.work.subsidy.granting import APPLIED, YEN, each_cap, sent, terms

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
DRAFT = {"outcome": "grant", "amount_yen": "15万円", "amount_why": "端数は出ない"}
DECIDED = {"decision_class": "delegated", "document_number": "渋安第12号"}
MORE = {
    "state": "paid",
    "status": "decided",
    "office_id": "2",
    "case_id": "3",
    "number": "99",
    "fiscal_year": "1999",
    "drafted_by": "x",
    "is_staff": "1",
}
WHY = "打っておいた理由"
EVERYTHING = {
    "received_on": "11/30",
    "received_number": WHY,
    "by_on": "12/14",
    "note": WHY,
    "outcome": "grant",
    "amount_yen": "150,000",
    "amount_why": WHY,
    "drafted_on": "11/30",
    "decided_on": "11/30",
    "enforced_on": "11/30",
    "decision_class": "delegated",
    "why": WHY,
    "document_number": WHY,
    "paid_on": "11/30",
    "order_number": WHY,
    "repay_yen": "150,000",
    "repaid_on": "11/30",
    "yen": "150,000",
    "what-11": WHY,
    "value": WHY,
}
PAPERS: dict[str, dict[str, str]] = {
    "contract": {"contract_on": "11/30", "lawyer": WHY, "contract_yen": "300,000"},
    "report": {"paid_on": "11/30", "paid_yen": "123,456"},
    "claim": CLAIM,
}


def said(answer: Response) -> str:
    return html.unescape(squeezed(answer))


def post(here: Seat, what: str, **typed: Any) -> Response:
    """Send a form that the page does not offer, with the revision of now."""
    revision = str(Grant.objects.get(pk=here.id).revision)
    return here.browser.post(f"{here.path}{what}/", {"token": "t", "revision": revision, **typed})


def under(
    monkeypatch: pytest.MonkeyPatch, changed: Callable[[SubsidyVersion], SubsidyVersion]
) -> None:
    """From here on the city has decided this."""

    def decided(_office: UUID, _subsidy: object, on: date) -> Terms:
        known = terms(on)
        assert known.version
        return replace(known, version=changed(known.version))

    monkeypatch.setattr(opened, "terms_on", decided)


def one_cap(known: SubsidyVersion) -> SubsidyVersion:
    """The cap is known to be one for all contracts."""
    cap = known.amount.cap
    assert isinstance(cap, Overall)
    return replace(known, amount=replace(known.amount, cap=replace(cap, kind_source=cap.source)))


def books() -> tuple[int, int]:
    year = Budget.objects.get()
    return year.reserved_yen, year.spent_yen


# ---- what no form has, and what is not its turn


def test_b01_the_acts_on_a_grant_take_their_own_fields_only(
    office: OfficeCard, sit: Sit, caplog: pytest.LogCaptureFixture
) -> None:
    here = sit()
    here.done("receive", received_number="渋安収第3号", **MORE)
    row = Grant.objects.get()
    assert (row.state, row.office_id, row.number) == ("received", office.id, 1)
    assert row.fiscal_year == 2026
    assert "desk.grant.form: 8 fields" in caplog.text
    here.check(**MORE)
    here.done("draft", **DRAFT, **MORE)
    here.done("decide", **DECIDED, **MORE, amount_yen="999,999")
    assert Grant.objects.get().state == "decided"
    assert books() == (YEN, 0)


@pytest.mark.parametrize("name", sorted(ACTS))
def test_b05_no_act_on_a_grant_is_done_out_of_turn(sit: Sit, name: str) -> None:
    """Each is sent, whole, to a grant that is not there yet or is past it."""
    past = {"receive", "return", "draft", "withdraw", "change", "revoke", "amend"}
    state = "paid" if name in past else "received"
    here = sit(state=state)
    before = (Step.objects.count(), books())
    if name in ("revoke", "amend"):  # in turn even now: without a reason nothing is done
        answer = post(here, f"do/{name}", **{**EVERYTHING, "why": ""})
    else:
        answer = post(here, f"do/{name}", **EVERYTHING)
    assert answer.status_code == 422
    assert slips(answer).strip()
    assert WHY in said(answer)
    assert Grant.objects.get().state == state
    assert (Step.objects.count(), books()) == before


@pytest.mark.parametrize("name", sorted(PAPERS))
def test_b05_no_paper_is_typed_in_before_its_turn(sit: Sit, name: str) -> None:
    here = sit(state="received")
    assert here.browser.get(f"{here.path}type/{name}/").status_code == 409
    steps = Step.objects.count()
    answer = post(here, f"type/{name}", **PAPERS[name])
    assert answer.status_code == 422
    assert slips(answer).strip()
    for words in PAPERS[name].values():
        assert f'value="{words}"' in said(answer)
    assert (Grant.objects.get().state, Step.objects.count()) == ("received", steps)


def test_b05_paid_twice_is_paid_once(sit: Sit) -> None:
    here = sit(state="claimed")
    other = sit(here)
    form = other.page("?do=pay").partition("/do/pay/")[2].partition("</form>")[0]
    here.done("pay", order_number="支命第5号")
    typed = {**fields(form), "order_number": "支命第6号"}
    late = other.browser.post(f"{other.path}do/pay/", typed)
    assert late.status_code == 409
    assert "この画面を開いたあとに" in slips(late)
    assert "支命第6号" in said(late)
    again = post(other, "do/pay", paid_on="11/30", amount_yen="150,000", order_number="支命第6号")
    assert again.status_code == 422
    assert "二重に払わないよう、いまの状態を確かめてください" in slips(again)
    assert "支命第6号" in said(again)
    assert books() == (0, YEN)
    assert Step.objects.filter(verb="pay").count() == 1


def test_b05_nobody_approves_their_own_draft(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a city that decides in the tool."""
    under(monkeypatch, lambda known: replace(known, life=replace(known.life, approval="in_tool")))
    here = sit(state="received", role="supervisor")
    assert here.check().status_code == 303
    here.done("draft", **DRAFT)
    assert "決めるのは、起案した人とは別の係長です" in here.page()
    answer = here.do("decide", **DECIDED, commitment_number="支負第8号")
    assert answer.status_code == 422
    assert "起案した人だけでは、同じ申請を決定できません" in slips(answer)
    assert 'value="支負第8号"' in said(answer)
    assert (Grant.objects.get().state, books()) == ("drafted", (0, 0))
    sit(here, role="supervisor").done("decide", **DECIDED)
    assert books() == (YEN, 0)


# ---- contracts, days, sums


def test_b09_a_contract_of_the_day_before_is_read_by_a_human(sit: Sit) -> None:
    signed = replace(APPLIED, contract="signed", contract_on="2026-11-29")
    here = sit(told=signed, state="received")
    assert "契約の前に申請が必要" in here.page()
    assert here.check(do="as_found").status_code == 303
    assert here.check("unmet", only="before_contract").status_code == 422, "a no says why"
    why = {"note-subsidy.before_contract": "契約書の日付が申請の前日"}
    assert here.check("unmet", only="before_contract", **why).status_code == 303
    answer = here.do("draft", **DRAFT)
    assert answer.status_code == 422
    assert "満たしていない条件が1件あります" in slips(answer)
    assert 'value="15万円"' in said(answer)
    assert Grant.objects.get().state == "received"


@pytest.mark.parametrize("typed", ["1e9", "−1"])
def test_b13_what_is_no_amount_is_said_at_its_field_and_stays(sit: Sit, typed: str) -> None:
    here = sit(state="received")
    here.check()
    answer = here.do("draft", **{**DRAFT, "amount_yen": typed})
    assert answer.status_code == 422
    assert "円" in slips(answer)
    assert f'value="{typed}"' in said(answer)
    assert 'value="端数は出ない"' in said(answer)
    assert Grant.objects.get().state == "received"


BOTH = ("deletion", "disclosure")
TWICE = replace(
    APPLIED, acts=BOTH, costs=tuple(CostLine(act, "retainer", 330_000, 30_000) for act in BOTH)
)


@pytest.mark.parametrize(
    ("decided", "most"),
    [
        pytest.param(None, YEN, id="as published"),
        pytest.param(one_cap, YEN, id="one for all"),
        pytest.param(each_cap, 2 * YEN, id="for each"),
    ],
)
def test_b13_two_contracts_have_one_cap_until_the_city_says_it_is_for_each(
    sit: Sit,
    monkeypatch: pytest.MonkeyPatch,
    decided: Callable[[SubsidyVersion], SubsidyVersion] | None,
    most: int,
) -> None:
    """One yen above it no reason helps; the cap itself needs none."""
    if decided:
        under(monkeypatch, decided)
    here = sit(told=TWICE, state="received")
    here.check()
    answer = here.do("draft", **{**DRAFT, "amount_yen": f"{most + 1:,}"})
    assert answer.status_code == 422
    assert f"交付できるのは{most:,}円までです" in slips(answer)
    assert f'value="{most + 1:,}"' in said(answer)
    assert Grant.objects.get().state == "received"
    here.done("draft", outcome="grant", amount_yen=f"{most:,}円")
    assert Grant.objects.get().state == "drafted"


def test_b13_another_sum_than_was_settled_is_not_paid(sit: Sit) -> None:
    here = sit(state="claimed")
    answer = here.do("pay", amount_yen="1,500,000", order_number="支命第5号")
    assert answer.status_code == 422
    assert "記録されている額は150,000円です" in slips(answer)
    assert 'value="1,500,000"' in said(answer)
    assert 'value="支命第5号"' in said(answer)
    assert books() == (YEN, 0)


# ---- who it is


def test_b14_an_old_and_a_new_name_are_shown_and_decided_by_nobody(
    office: OfficeCard, now: datetime, sit: Sit
) -> None:
    before = replace(APPLIED, name="佐藤 花子", kana="サトウ ハナコ", phone="", address="前の所")
    after = replace(APPLIED, name="田中 花子", kana="ﾀﾅｶ ﾊﾅｺ", former_name="佐藤 花子")
    other = sent(office, now, before).until("received")
    here = sit(told=after, state="received")
    page = here.page()
    assert f"/grants/{other.id}/" in page
    assert "名字が変わった方や、同じ世帯の方のこともあります" in page
    assert "名前の読み（名字を除く）" in page[page.index("似ている申請") :]
    assert "前の所" not in page
    here.check()
    here.done("draft", **DRAFT)


def test_b14_who_moved_away_meanwhile_is_decided_by_a_human(now: datetime, sit: Sit) -> None:
    here = sit(state="received")
    here.check()
    later = sit(here, at=now + timedelta(days=10))
    moved = {"moved-subsidy.resident": "12/4", "note-subsidy.resident": "12月4日に転出"}
    assert later.check(only="resident", **moved).status_code == 303
    answer = later.do("draft", **DRAFT)
    assert answer.status_code == 422
    assert "まだ確かめていない条件が1件あります" in slips(answer)
    assert 'value="端数は出ない"' in said(answer)
    assert "転出した日 2026年12月4日" in later.page()
    assert Grant.objects.get().state == "received"


# ---- where it is paid to


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"account_number": "12345678"}, "8けたのときは、ゆうちょ銀行の番号ではありませんか"),
        ({"account_number": "12A4567"}, "口座番号は、数字だけで入れてください"),
        ({"holder_kana": "吉田花子"}, "口座名義に「吉」は使えません"),
        ({"bank": "yucho", "yucho_sign": "24030", "yucho_number": "76543211"}, "5けたの数字です"),
        ({"bank": "yucho", "yucho_sign": "14030", "yucho_number": "12345678"}, "末尾が1です"),
    ],
)
def test_what_is_no_account_is_said_at_the_desk_too(
    sit: Sit, typed: dict[str, str], sentence: str
) -> None:
    here = sit(state="fixed")
    answer = here.typed("claim", **{**PAPERS["claim"], **typed})
    assert answer.status_code == 422
    assert sentence in said(answer)
    for name, words in typed.items():
        assert name == "bank" or f'value="{words}"' in said(answer)
    assert Grant.objects.get().state == "fixed"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ({"holder_kana": "ﾖｼﾀﾞ ﾊﾅｺ"}, ("1234567", "012")),
        (
            {"bank": "yucho", "yucho_sign": "１４０３０", "yucho_number": "76543211"},
            ("7654321", "408"),
        ),
    ],
)
def test_a_passbooks_own_spelling_is_read_at_the_desk_too(
    sit: Sit, typed: dict[str, str], read: tuple[str, str]
) -> None:
    here = sit(state="fixed")
    assert here.typed("claim", **{**PAPERS["claim"], **typed}).status_code == 303
    page = here.page()
    for words in ("ﾖｼﾀﾞ ﾊﾅｺ", *read):
        assert words in page
