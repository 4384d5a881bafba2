"""With two requests (削除・特定) the desk asks for each sum; with one it asks as it always did."""

import re
from datetime import datetime

import pytest

from madoguchi.tools.office.public import OfficeCard
from tests.pdf import text
from tests.web.desk.granted import CLAIM, Seat, Sit, fields, slips
from tests.work.subsidy.granting import decided_for_two

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
DELEGATED = {"decision_class": "delegated"}
OTHER = {"estimate_yen_deletion": "100,000", "estimate_yen_disclosure": "60,000"}


@pytest.fixture
def here(sit: Sit, office: OfficeCard, now: datetime) -> Seat:
    return sit(decided_for_two(office, now))


def sums(page: str) -> dict[str, str]:
    """The sums that a page asks for, as they are prefilled."""
    return {name: given[0] for name, given in fields(page).items() if "_yen" in name}


def unspaced(pdf: bytes) -> str:
    return re.sub(r"\s", "", text(pdf))


def test_a_change_asks_for_the_estimate_of_each_request(here: Seat) -> None:
    assert sums(here.page("?do=change")) == {
        "estimate_yen_deletion": "165,000",
        "estimate_yen_disclosure": "330,000",
        "applied_yen": "",
        "amount_yen": "150,000",
    }
    refused = here.do("change", why="弁護士が変わった", amount_yen="80,001", **OTHER, **DELEGATED)
    assert "80,000円まで" in slips(refused)
    here.done("change", why="弁護士が変わった", amount_yen="80,000", **OTHER, **DELEGATED)
    assert "削除の請求 100,000円" in re.sub(r"<[^>]+>|\s+", " ", here.page())
    letter = unspaced(here.paper("change").content)
    assert "削除の着手金100,000円×1/2=50,000円" in letter
    assert "発信者の特定の着手金60,000円×1/2=30,000円" in letter


def test_contract_report_and_fixing_go_by_what_was_paid_for_each(here: Seat) -> None:
    missing = here.typed("contract", contract_on="11/30", contract_yen_disclosure="")
    assert missing.status_code == 422
    assert here.typed("contract", contract_on="11/30").status_code == 303
    over = here.typed(
        "report", paid_on="11/30", refunded_yen_deletion="165,001", refunded_yen_disclosure=""
    )
    assert "f-refunded_yen_deletion" in over.content.decode()
    assert over.status_code == 422
    paid = {"paid_yen_deletion": "200,000", "paid_yen_disclosure": "30,000"}
    asked = here.typed("report", paid_on="11/30", **paid)
    assert "契約の額（165,000円）より多く" in slips(asked)
    assert "f-paid_yen_deletion" in asked.content.decode()
    assert here.typed("report", paid_on="11/30", **paid, contract_why="誤り").status_code == 303
    page = re.sub(r"<[^>]+>|\s+", " ", here.page("?do=fix"))
    assert "削除の請求：契約 165,000円、支払 200,000円" in page
    assert "契約の額と支払った額が違います" in page
    why = {"amount_why": "端数は出ない", **DELEGATED}
    assert "97,500円まで" in slips(here.do("fix", amount_yen="115,000", **why))
    here.done("fix", amount_yen="97,500", **why)
    letter = unspaced(here.paper("fixing").content)
    assert "削除の着手金165,000円×1/2=82,500円" in letter
    assert "合わせて97,500円" in letter
    assert here.typed("claim", **CLAIM).status_code == 303


def test_with_one_request_each_form_asks_what_it_always_did(sit: Sit) -> None:
    here = sit(state="decided")
    assert set(sums(here.page("?do=change"))) == {"estimate_yen", "applied_yen", "amount_yen"}
    assert here.typed("contract", contract_on="11/30").status_code == 303
    assert here.typed("report", paid_on="11/30", paid_yen="330,000").status_code == 303
