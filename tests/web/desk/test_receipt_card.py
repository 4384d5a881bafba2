"""The card to take home: two numbers for a purse, printed once more at most, kept by nobody."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.config.windows import PORTAL
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import receipt
from madoguchi.web.desk.phone.views import ANSWERS
from madoguchi.work.cases.models import Case
from tests import pdf
from tests.answers import Response, squeezed
from tests.offices import PORTAL_HOST
from tests.web.desk.colleagues import colleague
from tests.web.desk.sheets import CALL, begin, digits, press

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
TELLING = ("相談", "誹謗", "中傷", "被害", "支援", "弁護士", "削除", "窓口", "担当")


@pytest.fixture
def browser(office: OfficeCard, now: datetime) -> Client:
    """A colleague who has just taken in who stands at the counter."""
    _, browser = colleague(office, "counsellor", now)
    assert press(browser, begin(browser, "counter"), "take", **CALL).status_code == 303
    return browser


def card(browser: Client) -> Response:
    return browser.post(f"/receipts/{Case.objects.get().pk}/card/")


def test_the_card_opens_the_case_and_says_where(browser: Client, office: OfficeCard) -> None:
    answer = card(browser)
    assert answer["Content-Disposition"] == 'inline; filename="card.pdf"'
    assert answer["Cache-Control"] == "no-store"
    shown = digits(squeezed(browser.get(f"/receipts/{Case.objects.get().pk}/")))
    (page,) = pdf.pages(answer.content)
    number, secret = "".join(shown[:3]), "".join(shown[3:])
    assert [word for word in page.split() if word.isdigit()] == shown
    assert receipt.present(office.id, number, secret, "net") is not None
    assert f"{PORTAL_HOST}{ANSWERS}" in page
    assert reverse("follow", urlconf=PORTAL.urls) == ANSWERS


def test_nothing_on_it_says_what_it_is_about(browser: Client) -> None:
    words = pdf.text(card(browser).content)
    assert "番号のひかえ" in words
    assert [word for word in (*TELLING, CALL["name"], "counsellorの人") if word in words] == []


def test_once_handed_over_no_card_is_made(browser: Client) -> None:
    case = Case.objects.get()
    assert browser.post(f"/receipts/{case.pk}/").status_code == 303
    answer = card(browser)
    assert (answer.status_code, answer["Location"]) == (303, f"/receipts/{case.pk}/")


def test_every_card_is_a_line_and_the_line_says_no_digit(browser: Client) -> None:
    case = Case.objects.get()
    shown = digits(squeezed(browser.get(f"/receipts/{case.pk}/")))
    card(browser)
    (line,) = Line.objects.filter(verb="receipt.print", case_id=case.pk)
    told = "".join(str(getattr(line, one.name)) for one in Line._meta.fields)
    assert shown[3] + shown[4] not in told
    assert str(line.staff_id) == browser.session["_auth_user_id"]


def test_nobody_else_gets_it(browser: Client, office: OfficeCard, now: datetime) -> None:
    _, other = colleague(office, "counsellor", now)
    assert card(other).status_code == 404
    _, supervisor = colleague(office, "supervisor", now)
    assert card(supervisor).status_code == 404
    assert browser.get(f"/receipts/{Case.objects.get().pk}/card/").status_code == 405
    assert not Line.objects.filter(verb="receipt.print", outcome="done").exists()
