"""Questions about a page at the desk: counted in the inbox, answered, ended, taken in as a case."""

import re
from datetime import datetime

import pytest
from django.test import Client

from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.fairness import Busy
from madoguchi.work.cases.models import Case
from madoguchi.work.intake.desk import actions as desk
from madoguchi.work.intake.enquiry.models import Enquiry
from madoguchi.work.intake.enquiry.public import Question, ask
from tests.answers import Response, squeezed
from tests.web.desk.colleagues import colleague

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back


def came(office: OfficeCard, now: datetime, email: str = "toi@example.jp") -> Enquiry:
    ask(office, Question("法律相談の日はいつですか", email), "token", "net", now=now)
    return Enquiry.objects.get()


def press(browser: Client, row: Enquiry, name: str, **typed: str) -> Response:
    page = squeezed(browser.get(f"/enquiries/{row.pk}/"))
    found = re.search(r'name="token" value="(\w+)"', page)
    token = found[1] if found else ""
    return browser.post(f"/enquiries/{row.pk}/{name}/", {"token": token, **typed})


def test_the_inbox_counts_what_waits(browser: Client, office: OfficeCard, now: datetime) -> None:
    assert "ページへの問い合わせ</a>" in squeezed(browser.get("/"))
    row = came(office, now)
    counted = r'ページへの問い合わせ <span class="count">1</span>'
    assert re.search(counted, squeezed(browser.get("/")))
    listed = squeezed(browser.get("/enquiries/"))
    assert "返事がまだ" in listed
    assert "法律相談の日" not in listed
    assert press(browser, row, "end").status_code == 303
    assert not re.search(counted, squeezed(browser.get("/")))


def test_words_of_danger_are_marked_at_the_desk_until_somebody_has_ended_it(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    row = came(office, now)
    pages = ("/", "/enquiries/", f"/enquiries/{row.pk}/")
    assert not any("ことばに危険" in squeezed(browser.get(page)) for page in pages)
    Enquiry.objects.update(noticed=True)  # as the worker says
    assert all("ことばに危険" in squeezed(browser.get(page)) for page in pages)
    press(browser, row, "end")
    assert not any("ことばに危険" in squeezed(browser.get(page)) for page in pages)


def test_an_answer_is_sent_and_says_when_it_is_forgotten(office: OfficeCard, now: datetime) -> None:
    row = came(office, now)
    _, browser = colleague(office, "counsellor", now)
    page = squeezed(browser.get(f"/enquiries/{row.pk}/"))
    assert "法律相談の日はいつですか" in page
    assert "toi@example.jp" in page
    sent = press(browser, row, "answer", answer_text="第3土曜日です。")
    assert (sent.status_code, sent["Location"]) == (303, "/enquiries/")
    after = squeezed(browser.get(f"/enquiries/{row.pk}/"))
    assert "第3土曜日です。" in after
    assert "<textarea" not in after
    row.refresh_from_db()
    assert row.forget_on is not None
    assert f"{row.forget_on.month}月{row.forget_on.day}日" in after


@REAL
def test_nothing_typed_is_lost(
    browser: Client, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = came(office, now)
    empty = press(browser, row, "answer", answer_text=" ")
    assert (empty.status_code, "返事を入れてください" in squeezed(empty)) == (422, True)
    long = press(browser, row, "answer", answer_text="あ" * 4001)
    assert (long.status_code, "あ" * 4001 in squeezed(long)) == (422, True)
    assert press(browser, row, "take").status_code == 422
    Enquiry.objects.update(ended="read")
    late = press(browser, row, "answer", answer_text="第3土曜日です。")
    assert late.status_code == 422
    assert "ほかの職員が先に終えています" in squeezed(late)
    assert "第3土曜日です。" in squeezed(late)
    Enquiry.objects.update(ended="")

    def busy(*_: object) -> None:
        raise Busy

    monkeypatch.setattr(desk, "prepare", busy)
    full = press(browser, row, "take", take_why="danger")
    assert (full.status_code, "混み合っています" in squeezed(full)) == (503, True)
    assert not Case.objects.exists()


def test_it_becomes_a_case_of_who_took_it(office: OfficeCard, now: datetime) -> None:
    row = came(office, now)
    staff, browser = colleague(office, "counsellor", now)
    made = press(browser, row, "take", take_why="danger")
    case = Case.objects.get()
    assert str(case.pk) in made["Location"]
    assert (case.urgent, case.assignee_id) == (True, staff.pk)
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "法律相談の日はいつですか" in page
    assert browser.get(f"/enquiries/{row.pk}/").status_code == 404


def test_one_opening_is_one_line(office: OfficeCard, now: datetime) -> None:
    row = came(office, now)
    _, browser = colleague(office, "supervisor", now)
    browser.get("/enquiries/")
    browser.get(f"/enquiries/{row.pk}/")
    assert Line.objects.filter(verb="enquiry.read").count() == 1


@REAL
@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_other_roles_find_nothing(office: OfficeCard, now: datetime, role: str) -> None:
    row = came(office, now)
    _, browser = colleague(office, role, now)
    paths = ("/enquiries/", f"/enquiries/{row.pk}/", f"/enquiries/{row.pk}/end/")
    answers = [browser.get(path) for path in paths[:2]] + [browser.post(paths[2])]
    assert {answer.status_code for answer in answers} == {404}
    row.refresh_from_db()
    assert row.ended == ""
