"""B1, B2, B5, B6: forms that no page of ours sent."""

from datetime import datetime
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.record.models import Entry
from tests.answers import squeezed
from tests.badinputs.ends import open_desk, taken, words
from tests.web.desk.colleagues import asked, colleague, do, hidden
from tests.web.portal import browsing
from tests.work.cases.awaiting import ticked


def test_b01_fields_that_no_form_has_are_ignored_and_counted(
    begun: Client, office: OfficeCard, caplog: pytest.LogCaptureFixture
) -> None:
    more = {"is_staff": "1", "status": "approved", "municipality": "2", "token": "x", "step": "9"}
    browsing.answer(begun, "danger", **browsing.START, **more)
    browsing.answer(begun, "contact", **browsing.CONTACT, **more, finish="1")
    about = cases.about(browsing.holding(office, browsing.receipt(begun)).drawer)
    assert not set(more) & set(about)
    assert Case.objects.get().state == "received"
    assert "consult: 4 fields that the form does not have" in caplog.text
    assert not [name for name in ("is_staff", "approved") if name in caplog.text]


def test_b01_the_desks_forms_take_their_own_fields_only(
    office: OfficeCard,
    now: datetime,
    settings: Settings,
    pair: tuple[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    browser, case = taken(settings, office, now)
    more = {"office_id": "2", "level": "normal", "assignee_id": "x", "state": "closed"}
    assert do(browser, case, "note", note_text="記録", **more).status_code == 303
    after = Case.objects.get()
    assert (after.office_id, after.state) == (case.office_id, "active")
    assert "desk.case: 4 fields" in caplog.text


def test_b02_repeated_and_unoffered_answers_count_once_or_not(begun: Client) -> None:
    response = begun.post("/s/c/danger/", {"danger": ["no", "yes"], "who": ["self", "admin"]})
    assert response.status_code == 303
    assert browsing.answer(begun, "danger", danger="perhaps", who="self").status_code == 422


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", ""])
def test_b02_what_is_no_form_is_refused_and_empties_no_draft(begun: Client, kind: str) -> None:
    browsing.answer(begun, "story", text="先に書いた文章")
    for path in ("/s/c/story/", "/s/f/", "/s/f/m/", "/search/"):
        response = begun.generic("POST", path, b'{"text": "x"}', content_type=kind)
        assert response.status_code == 400
        assert "0279-25-8526" in squeezed(response)
    assert "先に書いた文章" in squeezed(begun.get("/s/c/story/"))


def test_b02_a_form_without_a_boundary_is_refused(begun: Client) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary="):
        assert begun.post("/s/c/story/", b"x", content_type=kind).status_code == 400


@pytest.mark.parametrize("path", ["/s/c/story/", "/s/f/", "/s/"])
def test_b02_thousands_of_fields_are_refused(portal: Client, path: str) -> None:
    response = portal.post(path, {f"x{n}": "1" for n in range(10_000)})
    assert response.status_code == 400
    assert "0279-25-8526" in squeezed(response)


@pytest.mark.parametrize(
    "query",
    ["?__proto__=1", "?_connector=OR", "?order_by=password", "?user__password__startswith=a"],
)
def test_b06_a_query_changes_nothing(begun: Client, query: str) -> None:
    plain = begun.get("/s/c/contact/").content
    assert begun.get(f"/s/c/contact/{query}").content == plain


@pytest.mark.parametrize(
    "query",
    ["?order_by=password", "?tab=__proto__", "?tab=open&assignee__password__startswith=a"],
)
def test_b06_the_inbox_knows_its_own_tabs_only(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings, query: str
) -> None:
    open_desk(settings)
    asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    tab = "?tab=open" if "tab=open" in query else ""
    page = browser.get(f"/{query}")
    assert page.status_code == 200
    assert words(page) == words(browser.get(f"/{tab}"))
    assert browser.get("/?after=password").status_code == 404
    assert browser.get("/?tab=closed&after=\x00").status_code == 404


@pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
@pytest.mark.parametrize("path", ["/mail/?after=", "/?tab=closed&after=", "/?tab=closed&before="])
def test_b06_a_mark_at_the_edge_of_time_is_none(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings, path: str, edge: str
) -> None:
    open_desk(settings)
    _, browser = colleague(office, "counsellor", now)
    mark = quote(f"{edge}_00000000-0000-4000-8000-000000000000")
    assert browser.get(path + mark).status_code == 404


def test_b05_steps_may_come_in_any_order_and_file_nothing(portal: Client) -> None:
    assert browsing.answer(portal, "story", text="後のものから").status_code == 303
    assert not Case.objects.exists()
    assert "後のものから" in squeezed(portal.get("/s/c/story/"))


@pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
def test_b05_the_desk_skips_no_step(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings
) -> None:
    open_desk(settings)
    case = asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    skipped = do(browser, case, "answer", answer_text="返事", answer_days="5")
    assert skipped.status_code in (404, 409, 422)
    assert do(browser, case, "reopen").status_code in (404, 409, 422)
    assert do(browser, case, "take").status_code == 303
    form = hidden(squeezed(browser.get(f"/cases/{case.pk}/")))
    form |= ticked(case)
    done = browser.post(f"/cases/{case.pk}/close/", {**form, "close_reason": "solved"})
    assert done.status_code == 303
    late = browser.post(
        f"/cases/{case.pk}/close/", {**form, "token": "other", "close_reason": "withdrawn"}
    )
    assert late.status_code == 409
    assert Case.objects.get().closing == "solved"
    assert not Entry.objects.filter(kind="sent").exists()


def test_b05_the_last_button_does_not_skip_what_is_needed(begun: Client) -> None:
    browsing.answer(begun, "story", text="とばして書いた")
    response = begun.post("/s/c/check/")
    assert response.status_code == 422
    assert 'action="/s/c/danger/"' in squeezed(response)
    assert not Case.objects.exists()
