"""The subsidy's papers at the desk: the form with what was told, kept as issued; the guide."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.actions import set_level
from madoguchi.work.cases.models import Case
from madoguchi.work.issued.models import Issued
from tests.offices import OTHER_DESK_HOST
from tests.tools.papers.looking import joined
from tests.web.desk.colleagues import asked, colleague, do, inside
from tests.web.test_cards import watching

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
TOLD = {
    "who": "self",
    "name": "𠮷田　花子",
    "kana": "ヨシダ　ハナコ",
    "phone": "０９０-1234-5678",
    "residence": "inside",
    "town": "石原",
    "danger": "no",
}


def given(office: OfficeCard, now: datetime, **about: Any) -> tuple[Client, Case]:
    case = asked(office, now, about=TOLD | about)
    _, browser = colleague(office, "counsellor", now)
    assert do(browser, case, "take").status_code == 303
    return browser, case


def form(browser: Client, case: Case, token: str = "a") -> bytes:
    answer = browser.post(f"/cases/{case.pk}/subsidy/form/", {"token": token})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == 'inline; filename="paper.pdf"'
    assert answer["Cache-Control"] == "no-store"
    content: bytes = answer.content
    return content


def test_the_form_holds_the_answers_and_nothing_else(office: OfficeCard, now: datetime) -> None:
    browser, case = given(office, now)
    words = joined(form(browser, case))
    for told in ("𠮷田花子", "ヨシダハナコ", "０９０-1234-5678", f"下5桁{case.short_name}"):
        assert told in words
    assert "②住所〒石原" in words
    assert "☑" not in words
    assert "取扱注意" not in words  # it goes to the person


def test_what_was_not_answered_stays_blank(office: OfficeCard, now: datetime) -> None:
    browser, case = given(office, now, name="", kana=None, phone="", residence="outside")
    words = joined(form(browser, case))
    assert (
        "①氏名（前の氏名）②住所〒☐支援措置を受けています（住所は、窓口で確かめます）③電話番号④相談の受付番号"
        in words
    )


@pytest.mark.parametrize("who", ["guardian", "family", "supporter", "other", "no_answer"])
def test_who_asks_for_another_is_not_named_as_the_one_who_applies(
    office: OfficeCard, now: datetime, who: str
) -> None:
    browser, case = given(office, now, who=who)
    words = joined(form(browser, case))
    assert (
        "①氏名（前の氏名）②住所〒☐支援措置を受けています（住所は、窓口で確かめます）③電話番号④"
        in words
    )
    assert "𠮷田" not in words


def test_it_is_kept_as_it_was_issued_once_for_a_page(office: OfficeCard, now: datetime) -> None:
    browser, case = given(office, now)
    page = browser.get(f"/cases/{case.pk}/").content.decode()
    found = re.search(r'subsidy/form/".*?name="token" value="(\w+)"', page, re.DOTALL)
    assert found
    first = form(browser, case, found[1])
    assert form(browser, case, found[1]) == first
    assert Issued.objects.filter(case_id=case.pk).count() == 1
    assert Line.objects.filter(verb="paper.issue", outcome="done").count() == 1
    assert Line.objects.filter(verb="paper.copy", outcome="done").count() == 1
    form(browser, case, "another")
    assert Issued.objects.filter(case_id=case.pk).count() == 2
    with watching() as watch:
        page = browser.get(f"/cases/{case.pk}/").content.decode()
    assert "desk/subsidy/block.html" in watch.templates
    assert not watch.found
    assert page.count("補助金等交付申請書") >= 2
    row = Issued.objects.filter(case_id=case.pk).first()
    assert row
    assert browser.post(f"/cases/{case.pk}/issued/{row.pk}/").content == first


def test_a_link_makes_nothing(office: OfficeCard, now: datetime) -> None:
    browser, case = given(office, now)
    answer = browser.get(f"/cases/{case.pk}/subsidy/form/")
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.pk}/")
    assert not Issued.objects.exists()


@REAL
def test_for_who_may_not_it_is_not_there(office: OfficeCard, now: datetime) -> None:
    _, case = given(office, now)
    for role in ("auditor", "administrator"):
        _, other = colleague(office, role, now)
        assert other.post(f"/cases/{case.pk}/subsidy/form/").status_code == 404
    case.refresh_from_db()
    set_level(Actor(office.id, "counsellor", case.assignee_id), case, "secret", now=now)
    _, other = colleague(office, "supervisor", now)
    assert other.post(f"/cases/{case.pk}/subsidy/form/").status_code == 404
    assert not Issued.objects.exists()


def test_the_guide_and_the_empty_form_are_handed_over(office: OfficeCard, now: datetime) -> None:
    browser, case = given(office, now)
    assert "/handouts/subsidy_guide.pdf" in browser.get(f"/cases/{case.pk}/").content.decode()
    guide = browser.get("/handouts/subsidy_guide.pdf")
    assert "弁護士費用の一部補助のご案内" in joined(guide.content)
    empty = joined(browser.get("/handouts/subsidy_application.pdf").content)
    assert "①氏名（前の氏名）②住所〒☐支援措置を受けています" in empty
    assert browser.get("/handouts/record_sheet.pdf").status_code == 404
    assert browser.post("/handouts/subsidy_guide.pdf").status_code == 405


def test_nobody_outside_the_desk_gets_them_there(desk: Client) -> None:
    assert desk.get("/handouts/subsidy_guide.pdf").status_code == 302


def test_a_desk_without_a_subsidy_offers_none(other_office: OfficeCard, now: datetime) -> None:
    case = asked(other_office, now)
    staff, _ = colleague(other_office, "counsellor", now)
    browser = inside(staff, OTHER_DESK_HOST)
    page = browser.get(f"/cases/{case.pk}/")
    assert page.status_code == 200
    assert "補助金の書類" not in page.content.decode()
    assert browser.post(f"/cases/{case.pk}/subsidy/form/").status_code == 404
    assert browser.get("/handouts/subsidy_guide.pdf").status_code == 404


def test_no_word_of_the_person_leaves_the_drawer(
    office: OfficeCard, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    browser, case = given(office, now, name="#panic()花子", town='$x$ *石原* "\\')
    words = joined(form(browser, case))
    assert "#panic()花子" in words
    assert '$x$*石原*"\\' in words
    assert "花子" not in caplog.text
    assert not [line for line in Line.objects.all() if "花子" in str(line.__dict__)]
