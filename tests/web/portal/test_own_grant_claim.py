"""The claim: an account as a passbook says it, read back before anything is done, shown once."""

import re
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from madoguchi.config.windows import DESK
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.models import Visit
from madoguchi.work.subsidy.models import Step
from tests.answers import Response
from tests.golden.windows import through
from tests.web.desk.granted import Seat, seat, slips
from tests.web.portal.granting import Comes
from tests.web.portal.own_page import ADDRESS, page, send
from tests.work.subsidy.granting import opened_year
from tests.work.subsidy.owning import STAFF, Owner

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

BANK = {
    "bank": "bank",
    "bank_name": "群馬みらい銀行",
    "branch_name": "渋川支店",
    "bank_code": "",
    "branch_code": "０１２",
    "account_kind": "ordinary",
    "account_number": "７６５４３２１",
    "holder_kana": "よしだ　はなこ",
}
YUCHO = {
    "bank": "yucho",
    "yucho_sign": "１４０３０",
    "yucho_number": "76543211",
    "holder_kana": "ヨシダ ハナコ",
}
NUMBER = "7654321"


@pytest.fixture
def one(comes: Comes) -> Owner:
    """A person whose amount is settled."""
    return comes("fixed")


def refused(portal: Client, **typed: Any) -> str:
    """The page that says what to change."""
    answer = send(portal, "q/", **typed)
    assert answer.status_code == 422
    return unescape(answer.content.decode())


def read_back(portal: Client, **typed: Any) -> str:
    """The account as the page reads it back."""
    assert send(portal, "q/", **typed)["Location"] == f"{ADDRESS}q/check/"
    return page(portal, "q/check/")


def confirm(portal: Client, shown: str) -> Response:
    return send(portal, "q/check/", shown)


def test_an_account_is_read_back_and_claimed_for(portal: Client, one: Owner) -> None:
    shown = read_back(portal, **BANK)
    assert "この口座でよいですか" in shown
    for words in ("群馬みらい銀行", "渋川支店", "012", "普通", NUMBER, "ﾖｼﾀﾞ ﾊﾅｺ"):
        assert words in shown
    assert one.own.state is State.FIXED  # nothing is done yet
    assert confirm(portal, shown)["Location"] == ADDRESS
    step = one.own.last(Verb.CLAIM)
    assert step is not None
    assert step.details["account"] == {
        "bank_name": "群馬みらい銀行",
        "branch_name": "渋川支店",
        "bank_code": "",
        "branch_code": "012",
        "kind": "ordinary",
        "number": NUMBER,
        "holder_kana": "ﾖｼﾀﾞ ﾊﾅｺ",
    }


def test_an_account_in_another_name_is_said_before_it_is_sent(portal: Client, one: Owner) -> None:
    assert one.own.state is State.FIXED
    words = "ほかの方の口座のときは"
    assert words not in read_back(portal, **BANK)
    assert words in read_back(portal, **{**BANK, "holder_kana": "ヨシダ タロウ"})


@pytest.mark.parametrize(
    ("holder", "held"), [("", False), ("ﾖｼﾀﾞ ﾊﾅｺ", False), ("ヨシダ タロウ", True)]
)
def test_the_form_begins_with_the_persons_own_account_and_anothers_still_holds_the_payment(
    portal: Client,
    one: Owner,
    office: OfficeCard,
    monkeypatch: pytest.MonkeyPatch,
    holder: str,
    held: bool,  # noqa: FBT001 - a case of the table
) -> None:
    """What is filled in spares three answers and decides nothing: who pays looks at what came."""
    shown = page(portal, "q/")
    known = {"bank": "bank", "account_kind": "ordinary"}
    for name, value in known.items():
        assert re.findall(rf'name="{name}" value="(\w+)" checked', shown) == [value]
    assert re.search(r'name="holder_kana" value="ヨシダ ハナコ"', shown)
    for name in ("bank_name", "branch_name", "account_number", "yucho_number"):
        assert re.search(rf'name="{name}" value=""', shown), "of the account nothing is known"
    named = {name: BANK[name] for name in ("bank_name", "branch_name", "account_number")}
    account = {**known, "holder_kana": holder or "ヨシダ ハナコ", **named}
    confirm(portal, read_back(portal, **account))
    opened_year(office)
    desk = seat(office, one.now, monkeypatch, desk=Seat(portal, one.own.id, STAFF))
    with through(DESK):
        refused = slips(desk.do("pay", order_number="支命第5号"))
        assert ("口座名義の確認" in refused) == held
        assert ("do=holder" in desk.page()) == held


def test_a_post_banks_sign_and_number_are_turned_and_shown_as_written(
    portal: Client, one: Owner
) -> None:
    shown = read_back(portal, **YUCHO)
    assert "店番 408" in shown
    assert NUMBER in shown
    assert "１４０３０ 76543211" in shown
    confirm(portal, shown)
    step = one.own.last(Verb.CLAIM)
    assert step is not None
    account = step.details["account"]
    assert (account["bank_code"], account["branch_code"]) == ("9900", "408")
    assert (account["kind"], account["number"]) == ("ordinary", NUMBER)
    assert (account["sign"], account["sign_number"]) == ("１４０３０", "76543211")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            {**BANK, "account_number": "12345678"},
            "8けたのときは、ゆうちょ銀行の番号ではありませんか",
        ),
        ({**BANK, "account_number": "12A4567"}, "口座番号は、数字だけで入れてください"),
        ({**BANK, "account_number": "123456"}, "0012345のように頭に0を付けて、7けたで"),
        ({**BANK, "branch_code": "12"}, "店番（支店コード）は、012のように3けたの数字で"),
        ({**BANK, "bank_code": "1"}, "金融機関コードは、0001のように4けたの数字で"),
        ({**BANK, "account_number": ""}, "口座番号を入れてください"),
        ({**BANK, "bank_name": ""}, "金融機関の名前を入れてください"),
        ({**BANK, "account_kind": ""}, "「預金の種類」の答えを選んでください"),
        ({**BANK, "holder_kana": "吉田花子"}, "口座名義に「吉」は使えません"),
        ({**BANK, "holder_kana": ""}, "口座の名義（カナ）を入れてください"),
        ({**BANK, "bank": ""}, "「どこの口座ですか」の答えを選んでください"),
        ({**YUCHO, "yucho_sign": "24030"}, "記号は、1か0で始まる5けたの数字です"),
        ({**YUCHO, "yucho_number": "123456789"}, "番号は、8けたまでです"),
        ({**YUCHO, "yucho_number": "12345678"}, "番号は、末尾が1です"),
    ],
)
def test_what_is_no_account_is_said_at_its_field_and_stays(
    portal: Client, one: Owner, typed: dict[str, str], says: str
) -> None:
    shown = refused(portal, **typed)
    assert says in shown
    for name in ("holder_kana", "account_number", "yucho_number"):
        if typed.get(name):
            assert f'value="{typed[name]}"' in shown
    assert one.own.state is State.FIXED


def test_what_the_other_kind_of_bank_asks_does_not_matter(portal: Client, one: Owner) -> None:
    shown = read_back(portal, **{**YUCHO, "account_number": "12345678", "branch_code": "x"})
    assert "店番 408" in shown


def test_a_double_click_claims_once(portal: Client, one: Owner) -> None:
    shown = read_back(portal, **BANK)
    for _ in range(3):
        assert confirm(portal, shown)["Location"] == ADDRESS
    assert Step.objects.filter(verb="claim").count() == 1
    assert "請求が届きました" in page(portal)


def test_an_account_that_another_page_changed_is_read_back_again(
    portal: Client, one: Owner
) -> None:
    first = read_back(portal, **BANK)
    read_back(portal, **{**BANK, "account_number": "1111111"})
    answer = confirm(portal, first)
    assert answer.status_code == 409
    again = unescape(answer.content.decode())
    assert "ほかの画面で口座が書き直されています" in again
    assert "1111111" in again
    assert one.own.state is State.FIXED
    confirm(portal, again)
    step = one.own.last(Verb.CLAIM)
    assert step is not None
    assert step.details["account"]["number"] == "1111111"


def test_afterwards_the_account_is_known_by_its_last_digits_alone(
    portal: Client, one: Owner
) -> None:
    confirm(portal, read_back(portal, **BANK))
    for place in (ADDRESS, "/s/f/"):
        shown = portal.get(place).content.decode()
        assert NUMBER not in shown
        assert "ﾖｼﾀﾞ" not in shown
    assert "最後の3けたが321の口座" in page(portal)
    assert portal.get(f"{ADDRESS}q/check/", follow=True).redirect_chain[-1][0] == ADDRESS


def test_the_form_shows_by_an_example_how_the_name_is_written(portal: Client, one: Owner) -> None:
    assert one.own.state is State.FIXED
    assert "例：ヨシダ ハナコ" in page(portal, "q/")


def test_the_desk_typed_the_claim_in_meanwhile(portal: Client, one: Owner) -> None:
    shown = read_back(portal, **BANK)
    one.goes(Verb.CLAIM)
    answer = confirm(portal, shown)
    assert answer.status_code == 303
    assert (
        "その手続きは、いまの段階ではありません"
        in portal.get(answer["Location"], follow=True).content.decode()
    )
    assert Step.objects.filter(verb="claim").count() == 1


def test_the_account_lies_nowhere_in_the_clear(portal: Client, one: Owner) -> None:
    read_back(portal, **BANK)
    rows = [bytes(row.blob) for row in Visit.objects.all()]
    confirm(portal, page(portal, "q/check/"))
    rows += [bytes(row.told) + bytes(row.shown) for row in Step.objects.all()]
    lines = [repr(line.__dict__).encode() for line in Line.objects.all()]
    for canary in (NUMBER, "７６５４３２１", "群馬みらい銀行", "ﾖｼﾀﾞ"):
        assert not [row for row in rows + lines if canary.encode() in row]
    who = visit.holder(one.held.office_id, portal.cookies[settings.VISIT_COOKIE].value)
    assert who is not None
    draft = visit.recall(who.papers, "draft", one.now)
    assert not draft or not draft["answers"]
