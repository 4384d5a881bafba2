"""X8: what stands in a telephone's field is rung only where it holds one number that can be."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.work.cases import public as cases
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import Wishes
from tests import pdf
from tests.answers import Response, squeezed
from tests.badinputs.ends import case_page
from tests.offices import actor_of
from tests.web.desk import clinics, sheets, test_heard, test_mail
from tests.web.desk.colleagues import asked, colleague
from tests.web.portal import browsing
from tests.work.intake.mail.writing import mail

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
TWO = "080-1234-5679（固定0279-22-1111にはかけない）"
GLUED = "080123456790279221111"
ONE = {
    "080-1234-5679　夜だけ": "08012345679",
    "0279-25-8526 内線12": "0279258526",
    "０８０−１２３４ー５６７９": "08012345679",
    "+1 (415) 555-0100": "+14155550100",
    "＋81 (0)80-1234-5679": "+818012345679",
}
NONE = {
    TWO: "番号を一つだけ",
    "080 1234 5679 0279 22 1111": "番号を一つだけ",
    GLUED: "もう一度お確かめください",
    "0279-25-852": "もう一度お確かめください",
    "分からない": "市外局番から",
}
UNDECIDED = "かける番号が、まだ一つに決まっていません"
DOORS = ("phone", "counter", "letter", "mail", "heard")


@pytest.fixture
def counsellor(office: OfficeCard, now: datetime) -> tuple[Staff, Client]:
    return colleague(office, "counsellor", now)


def typed_at(door: str, phone: str, browser: Client, office: OfficeCard, now: datetime) -> Response:
    """An officer types it at one of the doors."""
    if door == "mail":
        row = test_mail.come(office, now, mail(f"{phone}です。"))
        said = test_mail.RULES | {"contact_rule": "no_voicemail", "phone": phone}
        return test_mail.press(browser, row, "take", **said)
    if door == "heard":
        case = asked(office, now, about={"name": "花子"})
        sent = test_heard.form(browser, case) | {"phone": phone}
        return browser.post(f"/heard/{case.pk}/", sent)
    sheet = sheets.begin(browser, door)
    return sheets.press(browser, sheet, "take", **sheets.CALL | {"phone": phone})


@pytest.mark.parametrize("door", DOORS)
def test_one_number_is_dialled_and_its_words_stand_beside_it(
    counsellor: tuple[Staff, Client], office: OfficeCard, now: datetime, door: str
) -> None:
    staff, browser = counsellor
    for phone, dial in ONE.items():
        before = set(Case.objects.values_list("pk", flat=True))
        answer = typed_at(door, phone, browser, office, now)
        assert answer.status_code == 303, squeezed(answer)
        case = Case.objects.exclude(pk__in=before).get()
        about = queries.open_case(actor_of(staff), case.pk, now=now).about
        assert (about["phone"], about["phone_digits"]) == (phone, dial)
        page = squeezed(browser.get(f"/cases/{case.pk}/"))
        assert phone in page
        assert f"かける番号 {dial}" in page


@pytest.mark.parametrize("door", DOORS)
def test_an_officer_is_asked_for_one_number_and_nothing_typed_is_lost(
    browser: Client, office: OfficeCard, now: datetime, door: str
) -> None:
    for phone, said in NONE.items():
        page = squeezed(answer := typed_at(door, phone, browser, office, now))
        assert answer.status_code == 422
        assert said in page
        assert f'value="{phone}"' in page


def test_what_a_person_writes_themselves_is_kept_without_a_number_to_dial(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings
) -> None:
    browsing.begin(portal)
    browsing.answer(portal, "danger", **browsing.START)
    contact = browsing.CONTACT | {"phone": GLUED}
    asked_again = browsing.answer(portal, "contact", **contact, finish="1")
    assert "もう一度お確かめください" in squeezed(asked_again)
    assert GLUED in squeezed(portal.get("/s/c/contact/"))
    browsing.answer(portal, "contact", **contact | {"phone": TWO}, finish="1")
    about = cases.about(browsing.holding(office, browsing.receipt(portal)).drawer)
    assert about["phone"] == TWO
    assert "phone_digits" not in about
    page = case_page(settings, office, now)
    assert TWO in page
    assert UNDECIDED in page


def test_what_was_sealed_before_is_no_number_on_any_page_or_paper(
    clerk: Client, office: OfficeCard
) -> None:
    """Two numbers were made one of 21 digits until December 2026."""
    about: dict[str, Any] = {"name": "花子", "phone": TWO, "phone_digits": GLUED}
    case = clinics.taken_case(office, clerk, about=about, wishes=Wishes("no_voicemail"))
    ref = clinics.coming(office)[0].ref
    assert clinics.book(clerk, case, clinics.at(ref)).status_code == 303
    names_it = {
        f"/cases/{case.pk}/": True,
        f"/clinic/calls/{case.pk}/": True,
        f"/clinic/of/{case.pk}/": True,
        f"/heard/{case.pk}/": False,
        f"/refer/{case.pk}/": False,
        f"/shown/{case.pk}/": False,
        f"/clinic/on/{ref}/": False,
    }
    for address, undecided in names_it.items():
        answer = clerk.get(address)
        page = squeezed(answer)
        assert answer.status_code == 200, address
        assert not re.search(r"[0-9]{12,}", re.sub(r"[0-9a-f-]{32,}", "", page)), address
        assert (UNDECIDED in page) == undecided, address
    sheet = pdf.text(clerk.post(f"/sheets/{case.pk}/").content)
    assert GLUED not in sheet
    assert UNDECIDED in sheet
