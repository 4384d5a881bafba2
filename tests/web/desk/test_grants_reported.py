"""What a person reported stands beside the act that needs it, and a refusal leads to its form."""

import re

import pytest

from madoguchi.rules.steps.grant import State
from tests.answers import squeezed
from tests.web.desk.granted import CLAIM, Seat, Sit, slips

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
REPORTED = re.compile(r'<section class="reported">.*?</section>', re.DOTALL)
OWN = "額を決めた人だけでは、同じ交付の支払いを記録できません"
SCREENS = 'name="what-11" value="画面の写真などを印刷したもの"'


def reported(here: Seat) -> str:
    """What stands beside the act of what was reported; empty where nothing does."""
    return re.sub(r"<[^>]+>|\s+", " ", "".join(REPORTED.findall(here.page())))


def test_what_was_reported_stands_beside_the_act_until_it_is_sent_back(sit: Sit) -> None:
    here = sit(state="decided")
    assert reported(here) == ""
    assert here.typed("contract", contract_on="11/30").status_code == 303
    report = {"paid_on": "11/30", "paid_yen": "250,000", "contract_why": "分割"}
    assert here.typed("report", **report).status_code == 303
    assert "契約の届け出" in reported(here)
    assert "250,000円" in reported(here)
    here.done("send_back", into=State.CONTRACTED, why="領収書の額が読めない")
    assert "契約の届け出" in reported(here)
    assert "250,000円" not in reported(here)
    assert here.typed("report", paid_on="11/30").status_code == 303
    here.done("fix", decision_class="delegated")
    assert here.typed("claim", **CLAIM).status_code == 303
    assert "1234567" in reported(here)
    assert OWN in here.page(), "who settled the sum reads it before typing"
    other = sit(here)
    assert OWN not in other.page()
    page = here.page()
    assert page.index('class="reported"') < page.index('id="payment"'), "above the row of the act"


def fixing(here: Seat) -> str:
    """The sum that stands in the form of the fixing."""
    found = re.search(r'name="amount_yen" value="([^"]*)"', here.page("?do=fix"))
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("paid", "due", "written", "reason"),
    [
        ("330,000", "", "150,000", {"less": "partly"}),
        ("220,000", "100,000円から110,000円まで", "", {"amount_why": "消費税を含めた"}),
    ],
)
def test_less_paid_than_the_estimate_said_is_reckoned_and_not_written_as_granted(
    sit: Sit, paid: str, due: str, written: str, reason: dict[str, str]
) -> None:
    here = sit(state="decided")
    assert here.typed("contract", contract_on="11/30").status_code == 303
    report = {"paid_on": "11/30", "paid_yen": paid, "contract_why": "領収書のとおり"}
    assert here.typed("report", **report).status_code == 303
    assert ("いまの着手金で計算した額" in here.page()) == bool(due)
    assert due in here.page()
    assert fixing(here) == written
    assert here.do("fix", decision_class="delegated", amount_yen="11万円").status_code == 422
    here.done("fix", decision_class="delegated", amount_yen="11万円", **reason)
    assert "いまの着手金で計算した額" not in here.page()


@pytest.mark.parametrize(
    ("back", "reckoned"),
    [
        ({"refunded_yen": "330,000"}, "0円"),
        ({"refunded_yen": "110,000"}, "0円から110,000円まで"),
        ({"recovered_yen": "500,000"}, "0円から150,000円まで"),
        ({"other_aid_yen": "30,000"}, "120,000円から150,000円まで"),
    ],
)
def test_what_came_back_is_taken_off_and_no_sum_is_written(
    sit: Sit, back: dict[str, str], reckoned: str
) -> None:
    """Whether anything is granted where money came back, this city has not confirmed."""
    here = sit(state="decided")
    assert here.typed("contract", contract_on="11/30").status_code == 303
    form = {"paid_on": "11/30", "paid_yen": "330,000", **back}
    assert here.typed("report", **form).status_code == 303
    page = here.page()
    assert f"いまの着手金で計算した額</dt><dd><strong>{reckoned}</strong>" in page
    assert ("市の決まりを確かめて" in page) == reckoned.startswith("0円から")
    assert fixing(here) == ""


def test_a_day_that_was_amended_is_the_one_beside_the_act(sit: Sit) -> None:
    here = sit(state="decided")
    assert here.typed("contract", contract_on="11/30", lawyer="法務 一朗").status_code == 303
    beside = re.search(
        r"法務 一朗</span>\s*</p>\s*<a [^>]*do=amend&amp;of=(\d+:lawyer)", here.page()
    )
    assert beside
    here.done("amend", of=beside[1], value="法務 一郎", why="打ちまちがい")
    assert "法務 一郎" in reported(here)
    assert "法務 一朗" not in reported(here)


def test_a_paper_that_the_officer_did_not_find_is_asked_for_without_typing(sit: Sit) -> None:
    here = sit()
    here.done("receive")
    assert SCREENS not in here.page("?do=return"), "it was to be brought"
    note = {"note-subsidy.printed_screens": "窓口では出なかった"}
    assert here.check("unmet", only="printed_screens", **note).status_code == 303
    asked = here.page("?do=return")
    assert SCREENS in asked
    assert "窓口では出なかった" not in asked[asked.index('id="act"') :].partition("</form>")[0]


def test_a_refusal_leads_to_the_form_that_was_pressed(sit: Sit) -> None:
    here = sit()
    here.done("receive")
    refused = here.do("return", **{"what-11": "", "by_on": "12/14"})
    assert "入力した欄を見る" in slips(refused)
    page = squeezed(refused)
    assert page.index('href="#act"') < page.index('id="act"')
