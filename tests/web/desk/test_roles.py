"""What each role sees; what it may not see is byte for byte what is not there."""

import re
from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi.rules import rights
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Case
from madoguchi.work.record.models import Entry
from tests.answers import Response, squeezed
from tests.digits import stand_in
from tests.offices import OTHER_DESK_HOST, make_staff
from tests.web.desk.colleagues import asked, colleague, do, hidden, inside

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
HOMES = {
    "counsellor": "/",
    "supervisor": "/",
    "administrator": "/settings/",
    "auditor": "/grants/audit/",
    "subsidy_officer": "/grants/",
    "deputy": "/signing/",
}
PAGES = {
    "counsellor": {"/notices/", "/settings/", "/search/"},
    "supervisor": {"/notices/", "/settings/", "/search/", "/staff/"},
    "administrator": {"/staff/", "/settings/"},
    "auditor": {"/staff/", "/audit/"},
    "subsidy_officer": set[str](),
    "deputy": set[str](),
}


def same(one: Response, other: Response) -> bool:
    return (one.status_code, one.content, dict(one.headers)) == (
        other.status_code,
        other.content,
        dict(other.headers),
    )


def nowhere(browser: Client) -> Response:
    return browser.get(f"/cases/{uuid4()}/")


@pytest.mark.parametrize("role", HOMES)
def test_a_role_begins_where_it_works(office: OfficeCard, now: datetime, role: str) -> None:
    _, browser = colleague(office, role, now)
    first = browser.get("/")
    assert (first.status_code == 200) == (HOMES[role] == "/")
    assert first.status_code == 200 or first["Location"] == HOMES[role]


@pytest.mark.parametrize("role", ["counsellor", "administrator", "auditor"])
def test_a_role_opens_its_own_pages_only(office: OfficeCard, now: datetime, role: str) -> None:
    _, browser = colleague(office, role, now)
    for path in ("/notices/", "/settings/", "/staff/", "/audit/"):
        expected = 200 if path in PAGES[role] else 404
        assert browser.get(path).status_code == expected, path


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_those_without_cases_cannot_tell_that_one_exists(
    office: OfficeCard, now: datetime, role: str
) -> None:
    case = asked(office, now)
    _, browser = colleague(office, role, now)
    there = browser.get(f"/cases/{case.pk}/")
    assert there.status_code == 404
    assert same(there, nowhere(browser))
    for act in ("take", "answer", "note", "close", "nonsense"):
        form = {"token": "t", "revision": "0", "note_text": "x"}
        posted = browser.post(f"/cases/{case.pk}/{act}/", form)
        assert same(posted, browser.post(f"/cases/{uuid4()}/{act}/", form)), act
    assert not stand_in(squeezed(browser.get("/staff/")), case.short_name)


def test_another_office_finds_nothing(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    case = asked(office, now)
    stranger = inside(make_staff(other_office, "supervisor", "県の人", now), OTHER_DESK_HOST)
    there = stranger.get(f"/cases/{case.pk}/")
    assert same(there, nowhere(stranger))
    assert not stand_in(squeezed(stranger.get("/?tab=open")), case.short_name)


def test_a_denied_colleague_finds_nothing_and_a_line_stays(
    office: OfficeCard, now: datetime
) -> None:
    case = asked(office, now)
    denied, theirs = colleague(office, "counsellor", now)
    _, browser = colleague(office, "supervisor", now)
    assert do(browser, case, "deny", deny_staff=str(denied.pk)).status_code == 303
    there = theirs.get(f"/cases/{case.pk}/")
    assert there.status_code == 404
    assert same(there, nowhere(theirs))
    line = Line.objects.get(outcome="absent")
    assert (line.verb, line.staff_id) == ("case.read", denied.pk)


def test_one_flipped_cell_is_caught_at_the_page(
    browser: Client, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = asked(office, now)
    assert browser.get(f"/cases/{case.pk}/").status_code == 200
    flipped = {verb: dict(row) for verb, row in rights.table().items()}
    flipped["case.read"]["counsellor"] = frozenset({"assigned"})
    monkeypatch.setattr(rights, "table", lambda: flipped)
    assert browser.get(f"/cases/{case.pk}/").status_code == 404


def test_a_supervisor_reads_what_they_may_not_answer(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    _, theirs = colleague(office, "counsellor", now)
    assert do(theirs, case, "take").status_code == 303
    _, browser = colleague(office, "supervisor", now)
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "/note/" in page
    assert "/answer/" not in page
    answer = {**hidden(page), "answer_text": "x", "answer_days": "5"}
    refused = browser.post(f"/cases/{case.pk}/answer/", answer)
    assert refused.status_code == 409
    assert "担当の職員だけができる" in squeezed(refused)
    assert not Entry.objects.filter(kind="sent").exists()


def test_the_auditor_reads_lines_and_verifies(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    _, theirs = colleague(office, "counsellor", now)
    assert do(theirs, case, "note", note_text="秘密の言葉").status_code == 409
    _, browser = colleague(office, "auditor", now)
    page = squeezed(browser.get("/audit/"))
    assert "サインイン" in page
    assert "相談を開いた" in page
    assert "秘密の言葉" not in page
    assert not stand_in(page, case.short_name)
    assert str(case.pk) not in page
    assert "すべての行がつながっています" in squeezed(browser.post("/audit/verify/"))
    Line.objects.filter(seq=2).update(verb="case.list")
    assert re.search(r"合わない行の番号： 2", squeezed(browser.post("/audit/verify/")))
    assert Line.objects.filter(verb="audit.read").count() == 5  # each check is a reading too


def test_the_audit_turns_pages(office: OfficeCard, now: datetime) -> None:
    auditor, browser = colleague(office, "auditor", now)
    for odd in ("x", "-1", "9" * 30, "", "１"):
        assert browser.get("/audit/", {"before": odd}).status_code == 200
    assert auditor.name in squeezed(browser.get("/audit/"))
    assert "1</th>" in squeezed(browser.get("/audit/", {"before": "2"}))


def test_the_administrator_sees_accounts_and_no_case(office: OfficeCard, now: datetime) -> None:
    asked(office, now)
    staff, browser = colleague(office, "administrator", now)
    page = squeezed(browser.get("/staff/"))
    assert staff.username in page
    assert not stand_in(page, Case.objects.get().short_name)
    assert "password" not in page.replace("/me/password/", "")
