"""An officer takes back what was recorded by mistake (誤記録), on the page of the grant."""

import re

import pytest

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.models import Budget
from tests.badinputs.test_grant_law import LAW
from tests.web.desk.granted import Seat, Sit, slips
from tests.work.subsidy import lawful
from tests.work.subsidy.granting import YEN

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
WHY = "ほかの申請と取り違えた"


def test_a_decision_is_taken_back_and_its_letter_is_marked(office: OfficeCard, sit: Sit) -> None:
    here = sit(state="decided")
    lawful.open_law(office, 2026, **LAW)
    assert here.paper("decision").status_code == 200
    assert "4 交付を決定した" in _form(here)
    assert "理由を入れて" in slips(here.do("undo", why=" ", sure=["unsent"]))
    assert "通知書を発行しています" in slips(here.do("undo", why=WHY))
    here.done("undo", why=WHY, sure=["unsent"])

    page = here.page()
    assert "誤った記録を取り消しました。" in page
    assert "取り消した記録（誤記録・経過の" in page
    assert WHY in page
    assert "取り消した記録の書類です。渡しません。" in page
    assert f"{here.path}paper/decision/" not in page
    assert "?do=undo" not in page
    assert Budget.objects.get().reserved_yen == 0
    here.done("decide", decision_class="delegated")
    assert Budget.objects.get().reserved_yen == YEN


def test_a_payment_takes_the_tick_that_nothing_was_paid(sit: Sit) -> None:
    here = sit(state="paid")
    assert "会計が支払っていないことを確かめ" in slips(here.do("undo", why=WHY))
    here.done("undo", why=WHY, sure=["unpaid"])
    year = Budget.objects.get()
    assert (year.reserved_yen, year.spent_yen) == (YEN, 0)
    assert "支払を記録する" in here.page()


def _form(here: Seat) -> str:
    form = re.search(r'id="act">(.*?)</section>', here.page("?do=undo"), re.DOTALL)
    assert form
    return re.sub(r"<[^>]+>|\s+", " ", form[1])
