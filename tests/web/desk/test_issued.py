"""The case page lists what was issued; a button opens it as it was, byte for byte."""

from datetime import datetime

import pytest
from django.test import Client

from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import queries
from madoguchi.work.cases.actions import set_level
from madoguchi.work.cases.models import Case
from madoguchi.work.issued.queries import IssuedCard
from tests import lying
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, do
from tests.web.test_cards import watching
from tests.work.issued.papers import PDF, TITLE, issue, made

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back


def given(office: OfficeCard, now: datetime) -> tuple[Client, Case, IssuedCard]:
    case = asked(office, now)
    staff, browser = colleague(office, "counsellor", now)
    assert do(browser, case, "take").status_code == 303
    actor = actor_of(staff)
    return browser, case, issue(actor, queries.find(actor, case.pk), made(), now=now)


def test_what_was_issued_is_listed_and_opens_as_it_was(office: OfficeCard, now: datetime) -> None:
    browser, case, card = given(office, now)
    with watching() as watch:
        page = browser.get(f"/cases/{case.pk}/").content.decode()
    assert "desk/issued/list.html" in watch.templates
    assert not watch.found
    for said in (TITLE, "発行番号1", "2ページ", "渋人第12号", "〓で印字した文字：𪚥", "書類の発行"):
        assert said in page
    answer = browser.post(f"/cases/{case.pk}/issued/{card.id}/")
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="paper-1.pdf"'
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Line.objects.filter(verb="paper.copy", outcome="done").count() == 1


def test_without_one_there_is_no_list(browser: Client, office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    with watching() as watch:
        assert browser.get(f"/cases/{case.pk}/").status_code == 200
    assert "desk/case/page.html" in watch.templates
    assert "desk/issued/list.html" not in watch.templates


def test_a_link_opens_nothing(office: OfficeCard, now: datetime) -> None:
    browser, case, card = given(office, now)
    answer = browser.get(f"/cases/{case.pk}/issued/{card.id}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.pk}/")
    assert not Line.objects.filter(verb="paper.copy").exists()


@REAL
def test_for_who_may_not_it_is_not_there(office: OfficeCard, now: datetime) -> None:
    _, case, card = given(office, now)
    for role in ("auditor", "administrator"):
        _, other = colleague(office, role, now)
        assert other.post(f"/cases/{case.pk}/issued/{card.id}/").status_code == 404
    case.refresh_from_db()
    set_level(Actor(office.id, "counsellor", case.assignee_id), case, "secret", now=now)
    _, other = colleague(office, "supervisor", now)
    assert other.post(f"/cases/{case.pk}/issued/{card.id}/").status_code == 404
    assert Line.objects.filter(verb="paper.copy", outcome="absent").count() == 3


def test_changed_bytes_are_said_to_be_changed(office: OfficeCard, now: datetime) -> None:
    browser, case, card = given(office, now)
    path = lying.place(card.id)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    answer = browser.post(f"/cases/{case.pk}/issued/{card.id}/")
    assert answer.status_code == 410
    assert "壊れているため" in answer.content.decode()
    assert PDF not in answer.content
    assert Line.objects.filter(verb="paper.copy", outcome="done").count() == 1
