"""The lawyer's day: their own people, for some days, and nothing else; a line for each reading."""

import re
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from madoguchi.config.urls import lawyer as urls
from madoguchi.rules import rights
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.clinic.models import Booking, Lawyer, Sitting
from madoguchi.work.evidence.models import Item
from tests.answers import Response, squeezed
from tests.digits import stand_in
from tests.offices import OTHER_DESK_HOST, make_staff
from tests.web.desk.colleagues import colleague
from tests.web.lawyer.saturday import (
    ADVERSE,
    MORNING,
    PICTURE,
    REF,
    SATURDAY,
    Clerk,
    at,
    books,
    briefed,
    clock,
    decided,
    lawyer,
    person,
    year,
)

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
BEFORE, AFTER = date(2026, 12, 16), date(2027, 1, 2)
NAME = "𠮷田 花子"


@pytest.fixture(autouse=True)
def morning(office: OfficeCard, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day is public, and it is its morning."""
    year(office)
    clock(monkeypatch, MORNING)


def lines() -> list[str]:
    return list(Line.objects.filter(role="lawyer").order_by("seq").values_list("verb", flat=True))


def slot(booking: Booking) -> str:
    return f"/day/{booking.pk}/"


def without_chance(browser: Client) -> str:
    page = browser.get("/day/").content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def press(browser: Client, booking: Booking, act: str) -> Response:
    """Press a button of the slot's page, with what the page hides in its form."""
    page = browser.get(slot(booking)).content.decode()
    shown = page.partition('name="shown" value="')[2].partition('"')[0]
    return browser.post(f"{slot(booking)}{act}/", {"shown": shown})


def test_the_day_shows_time_name_and_how_many_files(clerk: Clerk, office: OfficeCard) -> None:
    case = person(office, [("gazou.png", PICTURE), ("gazou-2.png", PICTURE)])
    books(case, 2)
    page = clerk.browser(MORNING).get("/day/").content.decode()
    assert "2026年12月19日" in page
    assert case.short_name in page
    assert "資料 2件" in page
    assert [time in page for time in ("9:00–9:45", "9:45–10:30", "11:15–12:00")] == [True] * 3
    assert page.count("ご覧いただくものはありません") == 3
    assert NAME not in page
    assert ADVERSE not in page
    assert "秘密の相談" not in page
    assert lines() == ["clinic.sit"]


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (at(BEFORE - timedelta(days=1), 23, 59, 59), 404),
        (at(BEFORE, 0), 200),
        (at(AFTER, 23, 59, 59), 200),
        (at(AFTER + timedelta(days=1), 0), 404),
    ],
)
def test_it_is_open_from_three_days_before_to_fourteen_after(
    clerk: Clerk, booking: Booking, monkeypatch: pytest.MonkeyPatch, moment: datetime, status: int
) -> None:
    clock(monkeypatch, moment)
    browser = clerk.browser(moment)
    assert browser.get("/day/").status_code == status
    assert browser.get(slot(booking)).status_code == status


def test_after_the_last_day_every_address_is_nothing_and_a_form_gets_a_sentence(
    clerk: Clerk, booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = clerk.browser(at(AFTER, 23))
    clock(monkeypatch, at(AFTER, 23, 59))
    page = browser.get(slot(booking)).content.decode()
    assert NAME in page
    clock(monkeypatch, at(AFTER + timedelta(days=1), 0))
    for name in ("lawyer-day", "lawyer-slot", "lawyer-file"):
        args = {"lawyer-day": [], "lawyer-file": [booking.pk, uuid4()]}.get(name, [booking.pk])
        late = clerk.browser(at(AFTER, 23))
        assert late.get(reverse(name, urls.__name__, args=args)).status_code == 404, name
    clock(monkeypatch, at(AFTER, 23, 59))
    assert browser.get("/day/").status_code == 200
    clock(monkeypatch, at(AFTER + timedelta(days=1), 0))
    answer = browser.post(f"{slot(booking)}decline/", {"note": "書きかけの要旨"})
    assert answer.status_code == 404
    told = answer.content.decode()
    assert "資料をご覧いただける期間が終わりました" in told
    assert "0279-25-8526" in told
    assert "書きかけの要旨" in told
    assert browser.get("/day/")["Location"] == "/sign-in/", "the session ended with the day"
    assert browser.session.session_key not in Session.objects.values_list("pk", flat=True)
    assert not Due.objects.filter(kind="clinic_declined").exists()


def test_two_lawyers_of_one_day_meet_their_own_people_only(office: OfficeCard) -> None:
    first, second = person(office), person(office)
    mine, theirs = books(first, 1), books(second, 1, seat=2)
    one = lawyer(office, REF)
    other = lawyer(office, REF, seat=2, name="弁護士 高崎")
    for clerk, own, foreign in (
        (one, (first, mine), (second, theirs)),
        (other, (second, theirs), (first, mine)),
    ):
        browser = clerk.browser(MORNING)
        page = browser.get("/day/").content.decode()
        assert own[0].short_name in page
        assert not stand_in(page, foreign[0].short_name)
        assert "弁護士" not in page.partition("<main")[2]
        assert browser.get(slot(own[1])).status_code == 200
        assert browser.get(slot(foreign[1])).status_code == 404


def test_another_day_of_the_same_lawyer_is_not_there(case: Case, office: OfficeCard) -> None:
    booking = books(case, 1, ref="2027-01-16")
    clerk = lawyer(office, REF, "2027-01-16")
    browser = clerk.browser(MORNING)
    page = browser.get("/day/").content.decode()
    assert not stand_in(page, case.short_name)
    assert "1月" not in page.partition("<main")[2].replace("1月2日", "")
    assert browser.get(slot(booking)).status_code == 404


def test_lawyers_of_two_offices_do_not_meet(
    clerk: Clerk, booking: Booking, other_office: OfficeCard
) -> None:
    stranger = lawyer(other_office, REF, name="県の弁護士")
    assert clerk.browser(MORNING).get(slot(booking)).status_code == 200
    far = stranger.browser(MORNING, OTHER_DESK_HOST)
    assert far.get("/day/").status_code == 404
    assert far.get(slot(booking)).status_code == 404
    assert far.get(slot(booking), headers={"host": "desk.test"})["Location"] == "/sign-in/"


def test_a_moved_day_moves_its_window_and_a_cancelled_one_has_none(
    clerk: Clerk, booking: Booking, office: OfficeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(office, "clinic_moved", was_on=REF, now_on="2027-01-09")
    assert clerk.browser(MORNING).get(slot(booking)).status_code == 404
    then = at(date(2027, 1, 9))
    clock(monkeypatch, then)
    assert "2027年1月9日" in clerk.browser(then).get("/day/").content.decode()
    decided(office, "clinic_cancelled", on="2027-01-09")
    assert clerk.browser(then).get(slot(booking)).status_code == 404


@pytest.mark.parametrize("state", ["asked", "offered", "cancelled", "lapsed"])
def test_a_place_that_is_nobody_s_yet_or_any_more_looks_like_none(
    browser: Client, case: Case, state: str
) -> None:
    booking = books(case, 1, state=state)
    assert browser.get("/day/").content.decode().count("ご覧いただくものはありません") == 4
    assert browser.get(slot(booking)).status_code == 404


def test_whoever_does_not_sit_or_has_ended_has_no_day(
    clerk: Clerk, booking: Booking, office: OfficeCard
) -> None:
    idle = lawyer(office, name="弁護士 高崎")
    assert idle.browser(MORNING).get("/day/").status_code == 404
    assert clerk.browser(MORNING).get(slot(booking)).status_code == 200
    Lawyer.objects.filter(pk=clerk.row.pk).update(ended_on=SATURDAY - timedelta(days=1))
    assert clerk.browser(MORNING).get(slot(booking)).status_code == 404
    Lawyer.objects.filter(pk=clerk.row.pk).update(ended_on=SATURDAY)
    assert clerk.browser(MORNING).get(slot(booking)).status_code == 200
    Sitting.objects.all().delete()
    assert clerk.browser(MORNING).get(slot(booking)).status_code == 404


def test_names_come_first_and_only_with_consent(browser: Client, office: OfficeCard) -> None:
    agreed, silent = books(person(office), 1), books(person(office), 2, names_ok=False)
    page = browser.get(slot(agreed)).content.decode()
    assert NAME in page
    assert "ヨシダ ハナコ" in page
    assert ADVERSE in page
    page = browser.get(slot(silent)).content.decode()
    assert NAME not in page
    assert ADVERSE not in page
    assert "本人の同意がありません" in page
    assert lines() == ["clinic.names", "clinic.names"]


def test_the_brief_is_read_after_the_check_with_its_version(
    browser: Client, office: OfficeCard
) -> None:
    case = person(office, [("gazou.png", PICTURE)])
    booking = books(case, 1)
    writer = make_staff(office, "counsellor", "木村", MORNING).pk
    briefed(case, booking, writer, "古い要点")
    briefed(case, booking, writer, "新しい要点")
    assert "新しい要点" not in browser.get(slot(booking)).content.decode()
    assert press(browser, booking, "clear")["Location"] == slot(booking)
    page = browser.get(slot(booking)).content.decode()
    assert "新しい要点" in page
    assert "古い要点" not in page
    assert "第2版" in page
    assert "資料1" in page
    assert "gazou.png" not in page, "a name may say what nobody agreed to"
    assert "秘密の相談" not in page
    assert lines() == ["clinic.names", "clinic.names", "clinic.clear", "clinic.brief_read"]


def test_without_a_brief_no_file_is_named(browser: Client, office: OfficeCard) -> None:
    case = person(office, [("gazou.png", PICTURE)])
    booking = books(case, 1, names_ok=False)
    assert press(browser, booking, "clear").status_code == 303
    page = browser.get(slot(booking)).content.decode()
    assert "要点は、お渡ししていません" in page
    assert "資料1" not in page
    assert NAME not in page


def test_what_the_person_took_back_is_not_shown_any_more(
    browser: Client, clerk: Clerk, office: OfficeCard
) -> None:
    case = person(office, [("gazou.png", PICTURE)])
    booking = books(case, 1)
    briefed(case, booking, clerk.account.pk, "要点のことば")
    assert press(browser, booking, "clear").status_code == 303
    assert "要点のことば" in browser.get(slot(booking)).content.decode()
    briefed(case, booking, clerk.account.pk, "", agreed=False, names=False)
    page = browser.get(slot(booking)).content.decode()
    assert "本人の同意がありません" in page
    assert NAME not in page
    assert press(browser, booking, "clear").status_code == 303
    page = browser.get(slot(booking)).content.decode()
    assert "要点は、お渡ししていません" in page
    assert "資料1" not in page
    item = Item.objects.get(case_id=case.pk)
    assert browser.get(f"{slot(booking)}files/{item.pk}/").status_code == 404


def test_names_that_changed_are_looked_through_again(
    browser: Client, booking: Booking, case: Case
) -> None:
    page = browser.get(slot(booking)).content.decode()
    shown = page.partition('name="shown" value="')[2].partition('"')[0]
    booking.delete()
    other = books(case, 1, other_party="別の相手")
    answer = browser.post(f"{slot(other)}clear/", {"shown": shown})
    assert answer.status_code == 409
    assert "お名前が変わりました" in answer.content.decode()
    assert "別の相手" in answer.content.decode()
    for odd in ("", "x", "0" * 64):
        assert browser.post(f"{slot(other)}clear/", {"shown": odd}).status_code == 409
    assert press(browser, other, "clear").status_code == 303


@pytest.mark.opens("clinic.clear", "clinic.view")
def test_a_picture_is_shown_and_nothing_else(
    browser: Client, clerk: Clerk, office: OfficeCard
) -> None:
    case = person(office, [("gazou.png", PICTURE), ("b.html", b"<html><script>x</script>")])
    foreign = person(office, [("c.png", PICTURE)])
    booking = books(case, 1)
    books(foreign, 2)
    picture, page = Item.objects.filter(case_id=case.pk).order_by("at")
    other = Item.objects.get(case_id=foreign.pk)
    path = f"{slot(booking)}files/{picture.pk}/"
    assert browser.get(path)["Location"] == slot(booking), "names first"
    assert press(browser, booking, "clear").status_code == 303
    assert browser.get(path).status_code == 404, "no brief, no files"
    briefed(case, booking, clerk.account.pk)
    answer = browser.get(path)
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Cache-Control"] == "no-store"
    assert b"".join(answer) == PICTURE
    assert lines()[-1] == "clinic.view"
    for row in (page, other):
        assert browser.get(f"{slot(booking)}files/{row.pk}/").status_code == 404
    assert "gazou.png" not in answer["Content-Disposition"]
    for change in ({"locked": True}, {"locked": False, "drawer": "staff"}):
        Item.objects.filter(pk=picture.pk).update(**change)
        assert browser.get(path).status_code == 404
        assert "資料 2件" not in browser.get("/day/").content.decode()


def test_declining_tells_the_desk_nothing_but_that(
    browser: Client, case: Case, office: OfficeCard
) -> None:
    booking, kept = books(case, 1), books(person(office), 2)
    for _ in range(2):  # a double click
        assert browser.post(f"{slot(booking)}decline/").status_code == 303
    assert lines().count("clinic.decline_case") == 1
    due = Due.objects.get(case_id=case.pk, kind="clinic_declined")
    assert (due.on, due.why) == (SATURDAY, b"")
    assert Case.objects.filter(pk=case.pk, next_on__lte=SATURDAY).exists()
    assert Booking.objects.get(pk=booking.pk).state == "booked"
    page = browser.get("/day/").content.decode()
    assert "「担当の都合」と窓口に伝えました" in page
    assert not stand_in(page, case.short_name)
    assert browser.get(slot(booking)).status_code == 404
    assert browser.get(slot(kept)).status_code == 200


def test_the_desk_sees_on_the_day_that_a_place_has_no_lawyer_now(
    browser: Client, case: Case, office: OfficeCard
) -> None:
    booking = books(case, 1)
    books(person(office), 2)
    _, desk = colleague(office, "counsellor", MORNING)
    relative, theirs = colleague(office, "counsellor", MORNING)
    Access.objects.create(
        office_id=office.id, case_id=case.pk, staff_id=relative.pk, kind="deny", at=MORNING
    )
    address, alone = f"/clinic/on/{booking.day}/", "この枠には、いま弁護士がいません"
    assert alone not in squeezed(desk.get(address))
    assert browser.post(f"{slot(booking)}decline/").status_code == 303
    assert squeezed(desk.get(address)).count(alone) == 1
    assert alone not in squeezed(theirs.get(address)), "of that case they know nothing"
    other = Lawyer.objects.create(office_id=office.id, name="別の弁護士")
    Sitting.objects.filter(day=booking.day, seat=booking.seat).update(lawyer_id=other.pk)
    assert alone not in squeezed(desk.get(address)), "another lawyer sits there now"


def test_a_case_that_is_denied_to_the_lawyer_is_a_place_without_anybody(
    browser: Client, clerk: Clerk, booking: Booking, case: Case, office: OfficeCard
) -> None:
    Access.objects.create(
        office_id=office.id, case_id=case.pk, staff_id=clerk.account.pk, kind="deny", at=MORNING
    )
    denied = without_chance(browser)
    assert browser.get(slot(booking)).status_code == 404
    assert browser.post(f"{slot(booking)}decline/").status_code == 404
    booking.delete()
    assert without_chance(browser) == denied


@pytest.mark.parametrize("verb", ["sit", "names", "clear", "brief_read", "view", "decline_case"])
def test_each_flipped_right_is_caught_at_its_page(
    browser: Client, clerk: Clerk, office: OfficeCard, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    case = person(office, [("gazou.png", PICTURE)])
    booking = books(case, 1)
    briefed(case, booking, clerk.account.pk)
    hidden = browser.get(slot(booking)).content.decode()
    shown = hidden.partition('name="shown" value="')[2].partition('"')[0]
    if verb not in ("names", "clear"):
        assert press(browser, booking, "clear").status_code == 303
    flipped = {name: dict(row) for name, row in rights.table().items()}
    flipped[f"clinic.{verb}"]["lawyer"] = frozenset()
    monkeypatch.setattr(rights, "table", lambda: flipped)
    picture = f"{slot(booking)}files/{Item.objects.get().pk}/"
    answer = {
        "sit": lambda: browser.get("/day/"),
        "names": lambda: browser.get(slot(booking)),
        "clear": lambda: browser.post(f"{slot(booking)}clear/", {"shown": shown}),
        "brief_read": lambda: browser.get(slot(booking)),
        "view": lambda: browser.get(picture),
        "decline_case": lambda: browser.post(f"{slot(booking)}decline/"),
    }[verb]()
    assert answer.status_code == 404
    assert Line.objects.filter(verb=f"clinic.{verb}", outcome="absent").count() == 1
