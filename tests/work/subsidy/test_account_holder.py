"""An account in another name holds the payment until it was found out why (口座名義の確認)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.acts import payment
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.payment import ConfirmHolder
from tests.work.subsidy import lawful
from tests.work.subsidy.granting import ACCOUNT, APPLIED, YEN, Desk, opened_year, sent
from tests.work.subsidy.lawful import refusal

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
FATHERS = replace(ACCOUNT, holder_kana="ﾖｼﾀﾞ ﾀﾛｳ")
MAIDEN = replace(ACCOUNT, holder_kana="ﾔﾏﾀﾞ ﾊﾅｺ")


@pytest.fixture
def claimed(office: OfficeCard, now: datetime) -> Callable[..., Desk]:
    """A grant whose money was claimed to an account."""
    opened_year(office)

    def claim(account: object = FATHERS, **applied: object) -> Desk:
        desk = sent(office, now, replace(APPLIED, **applied)).until("fixed")  # type: ignore[arg-type]
        lawful.claim(desk, account)  # type: ignore[arg-type]
        return desk

    return claim


def confirm(desk: Desk, holder: str, proof: str = "", *, asked: bool = False) -> None:
    """An officer says why the account is in another name."""
    on = desk.now.date() if asked else None
    told = ConfirmHolder(holder=holder, proof=proof, asked_on=on)
    perform(desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)


def test_the_applicants_own_account_is_asked_nothing(claimed: Callable[..., Desk]) -> None:
    """However wide its kana are and wherever its gaps."""
    desk = claimed(replace(ACCOUNT, holder_kana="ﾖｼﾀﾞﾊﾅｺ"))
    assert "名義" in refusal(confirm, desk, "same")
    lawful.pay(desk, YEN)
    assert desk.state == "paid"


def test_anothers_account_is_not_paid_until_its_paper_is_there_and_the_person_was_asked(
    claimed: Callable[..., Desk],
) -> None:
    desk = claimed()
    assert "口座名義の確認" in refusal(lawful.pay, desk, YEN)
    for proof, asked in (("", False), ("委任状", False), ("  ", True)):
        assert "委任状" in refusal(confirm, desk, "entrusted", proof, asked=asked)
    assert "口座名義の確認" in refusal(lawful.pay, desk, YEN)
    confirm(desk, "entrusted", "委任状 令和8年11月29日付 簿冊12", asked=True)
    lawful.pay(desk, YEN)
    assert desk.state == "paid"


def test_the_control_without_it_the_father_is_paid(
    claimed: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = claimed()
    monkeypatch.setattr(payment, "in_another_name", lambda *_: False)
    lawful.pay(desk, YEN)
    assert desk.state == "paid"


def test_another_account_is_looked_at_anew(claimed: Callable[..., Desk]) -> None:
    desk = claimed()
    confirm(desk, "entrusted", "委任状", asked=True)
    lawful.send_back(desk)
    lawful.claim(desk, replace(ACCOUNT, holder_kana="ｽｽﾞｷ ｼﾞﾛｳ"))
    assert "口座名義の確認" in refusal(lawful.pay, desk, YEN)
    lawful.send_back(desk)
    lawful.claim(desk, ACCOUNT)
    lawful.pay(desk, YEN)
    assert desk.state == "paid"


def test_a_maiden_name_is_one_press_and_a_fathers_name_is_not(
    claimed: Callable[..., Desk],
) -> None:
    def offered(desk: Desk) -> str:
        return ConfirmHolder.initial(lawful.view(desk))["holder"] or ""  # type: ignore[return-value]

    desk = claimed(MAIDEN)
    assert offered(desk) == "same"
    confirm(desk, "same")
    lawful.pay(desk, YEN)
    assert desk.state == "paid"


def test_another_given_name_is_the_applicants_own_by_grounds_alone(
    claimed: Callable[..., Desk],
) -> None:
    """Nothing is prefilled, and a tick alone pays no stranger."""
    desk = claimed()
    assert not ConfirmHolder.initial(lawful.view(desk))["holder"]
    for proof in ("", "  "):
        assert "本人の口座とする根拠" in refusal(confirm, desk, "same", proof, asked=True)
    assert "口座名義の確認" in refusal(lawful.pay, desk, YEN)
    confirm(desk, "same", "通称。住民票の写し（簿冊12）")
    lawful.pay(desk, YEN)
    assert desk.state == "paid"


@pytest.mark.parametrize("says", ["yes", "unsure"])
def test_a_guardian_who_is_the_other_party_is_never_paid(
    claimed: Callable[..., Desk], says: str
) -> None:
    desk = claimed(guardian_is_other=says)
    assert "相手方" in refusal(confirm, desk, "guardian", "戸籍", asked=True)


def test_who_wrote_no_kana_is_confirmed_too(claimed: Callable[..., Desk]) -> None:
    desk = claimed(ACCOUNT, kana="")
    assert "口座名義の確認" in refusal(lawful.pay, desk, YEN)
    assert "根拠" in refusal(confirm, desk, "same")
    confirm(desk, "same", "申請書の氏名と通帳の写し")
    lawful.pay(desk, YEN)
    assert desk.state == "paid"
