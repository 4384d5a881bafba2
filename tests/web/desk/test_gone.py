"""What a colleague was writing about is gone meanwhile: it looks like nothing, the words stay."""

import re
import uuid
from datetime import datetime

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries
from madoguchi.work.intake.enquiry.models import Enquiry
from madoguchi.work.intake.enquiry.public import Question, ask
from tests.answers import Response
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, hidden
from tests.web.desk.test_mail import RULES, come, press

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
WORDS = "夕方にもう一度かける約束をした"


def send(browser: Client, path: str, page: str, **typed: str) -> Response:
    token = re.search(r'name="token" value="(\w+)"', page)
    assert token is not None
    return browser.post(path, {"token": token[1], **typed})


def test_a_mail_that_a_colleague_took_gives_back_what_was_typed(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    _, faster = colleague(office, "counsellor", now)
    row = come(office, now)
    page = browser.get(f"/mail/{row.pk}/").content.decode()
    assert press(faster, row, "take", town="渋川市", **RULES).status_code == 303
    late = send(browser, f"/mail/{row.pk}/take/", page, **{**RULES, "why": WORDS})
    assert (late.status_code, WORDS in late.content.decode()) == (409, True)
    assert "ほかの職員が先に受け付けました" in late.content.decode()


def test_the_second_press_of_ones_own_leads_to_the_case(office: OfficeCard, now: datetime) -> None:
    _, browser = colleague(office, "counsellor", now)
    row = come(office, now)
    page = browser.get(f"/mail/{row.pk}/").content.decode()
    typed = {**RULES, "why": WORDS}
    first = send(browser, f"/mail/{row.pk}/take/", page, **typed)
    again = send(browser, f"/mail/{row.pk}/take/", page, **typed)
    assert (first.status_code, again.status_code) == (303, 302)
    assert again["Location"] == f"/mail/{row.pk}/"


def test_a_question_that_a_colleague_took_in_gives_back_the_answer(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    ask(office, Question("日はいつですか", "toi@example.jp"), "token", "net", now=now)
    here = f"/enquiries/{Enquiry.objects.get().pk}/"
    _, faster = colleague(office, "counsellor", now)
    page = browser.get(here).content.decode()
    other = faster.get(here).content.decode()
    assert send(faster, f"{here}take/", other, take_why="person").status_code == 303
    late = send(browser, f"{here}answer/", page, answer_text=WORDS)
    assert (late.status_code, WORDS in late.content.decode()) == (404, True)


@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
def test_who_is_denied_meanwhile_keeps_the_words_and_learns_nothing(
    office: OfficeCard, now: datetime, role: str
) -> None:
    staff, browser = colleague(office, role, now)
    other, _ = colleague(office, "supervisor", now)
    case = asked(office, now)
    fields = hidden(browser.get(f"/cases/{case.pk}/").content.decode())
    cases.deny(actor_of(other), queries.find(actor_of(other), case.pk), staff.pk, now=now)
    typed = {**fields, "note_text": WORDS}
    denied, nothing = (
        browser.post(f"/cases/{one}/note/", typed) for one in (case.pk, uuid.uuid4())
    )
    assert denied.status_code == nothing.status_code == 404
    assert denied.content == nothing.content
    assert WORDS in denied.content.decode()


def test_an_address_that_is_only_opened_repeats_nothing(browser: Client) -> None:
    page = browser.get(f"/cases/{uuid.uuid4()}/?note_text={WORDS}").content.decode()
    assert WORDS not in page
