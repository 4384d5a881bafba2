"""What the desk recorded by mistake and took back, as its person reads it."""

from datetime import datetime

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.undoing import Undo
from madoguchi.work.subsidy.models import Budget, Grant
from tests.answers import squeezed
from tests.offices import actor_of, make_staff
from tests.web.portal.granting import Comes
from tests.web.portal.own_page import ADDRESS
from tests.work.subsidy.granting import YEN, opened_year

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
WHY = "ほかの申請と取り違えた"
COLUMNS = {
    "": ("記録のまちがい", "なかったことになります", "していただくことはありません"),
    "/easy": ("まちがい", "とりけしました", "する ことは ありません"),
    "/en": ("A mistake in our record", "it does not count", "need not do anything"),
}


@pytest.mark.parametrize("state", ["decided", "paid", "fixed"])
def test_a_mistake_of_the_city_is_no_step_of_the_persons_page_any_more(
    office: OfficeCard, now: datetime, comes: Comes, portal: Client, state: str
) -> None:
    comes(state)
    opened_year(office)
    Budget.objects.update(reserved_yen=YEN, spent_yen=YEN)
    before = _read(portal, "")
    officer = actor_of(make_staff(office, "subsidy_officer", "高井", now))
    perform(officer, Grant.objects.get(), Undo(why=WHY, sure=("unpaid",)), now=now)
    for column, words in COLUMNS.items():
        shown = _read(portal, column)
        assert all(each in shown for each in words), column
        assert WHY not in shown
    assert before.count("150,000") == _read(portal, "").count("150,000") + 1


def _read(portal: Client, column: str) -> str:
    answer = portal.get(f"{column}{ADDRESS}")
    assert answer.status_code == 200
    return squeezed(answer)
