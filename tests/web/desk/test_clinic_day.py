"""The clinic's day at the desk: who comes, what is free, what is kept; nobody hidden shows."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.web.desk.door import SIGNED_IN_AT
from madoguchi.web.kit import arrival
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.clinic.models import Booking
from tests.answers import Response, squeezed
from tests.digits import stand_in
from tests.web.desk import clinics
from tests.web.desk.clinics import ASKED, at, book, coming, press
from tests.web.desk.colleagues import colleague

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks


def keep(browser: Client, ref: str, number: int = 1) -> Response:
    """Keep a place free."""
    return browser.post(f"/clinic/on/{ref}/keep/", {"token": "t", "at": at(ref, number)})


def day(browser: Client, ref: str) -> str:
    """The day's page."""
    return squeezed(browser.get(f"/clinic/on/{ref}/"))


def inside(page: str) -> str:
    """What the page itself says, without tokens and the moment at which it was made."""
    chance = r'value="[A-Za-z0-9]{32,}"|<time datetime="[^"]+T[^"]+">[^<]*</time>'
    return re.sub(chance, "", page.partition("<main")[2])


def test_who_may_see_a_case_sees_its_name_and_how_contact_is_safe(
    clerk: Client, case: Case, ref: str
) -> None:
    book(clerk, case, at(ref, 2))
    page = day(clerk, ref)
    assert case.short_name in page
    assert "電話できます" in page
    assert page.count("相談を入れる") == 3
    assert "9:45–10:30" in page


def test_a_place_is_kept_free_and_given_back_by_who_kept_it(
    clerk: Client, case: Case, office: OfficeCard, ref: str
) -> None:
    assert keep(clerk, ref).status_code == 303
    refused = keep(clerk, ref)
    assert refused.status_code in (303, 422)  # the same press again changes nothing
    answer = book(clerk, case, at(ref, 1), note="車いすです")
    assert answer.status_code == 422
    assert 'value="車いすです"' in squeezed(answer)
    _, other = colleague(office, "supervisor", moment())
    kept = Booking.objects.get().pk
    assert other.post(f"/clinic/kept/{kept}/", {"back": ref}).status_code == 404
    assert f"/clinic/kept/{kept}/" not in day(other, ref)
    assert f"/clinic/kept/{kept}/" in day(clerk, ref)
    answer = clerk.post(f"/clinic/kept/{kept}/", {"back": ref})
    assert (answer.status_code, answer["Location"]) == (303, f"/clinic/on/{ref}/")
    assert not Booking.objects.exists()


@pytest.mark.parametrize("wrong", ["", "x", "2026-12-19/77"])
def test_a_place_that_is_none_is_not_kept(clerk: Client, ref: str, wrong: str) -> None:
    answer = clerk.post(f"/clinic/on/{ref}/keep/", {"token": "t", "at": wrong})
    assert answer.status_code == 422
    assert 'id="slips"' in squeezed(answer)


def test_to_a_relative_it_is_a_place_not_used_byte_for_byte(
    clerk: Client, case: Case, office: OfficeCard, ref: str
) -> None:
    relative, browser = colleague(office, "counsellor", moment())
    book(clerk, case, at(ref, 3))
    Access.objects.create(
        office_id=office.id, case_id=case.pk, staff_id=relative.pk, kind="deny", at=moment()
    )
    hidden = inside(day(browser, ref))
    assert inside(day(clerk, ref)) != hidden
    press(clerk, case, "cancel", **ASKED)
    keep(clerk, ref, 3)
    assert inside(day(browser, ref)) == hidden
    assert not stand_in(hidden, case.short_name)
    booked = Booking.objects.get(state="cancelled").pk
    answer = browser.post(f"/clinic/of/{case.pk}/{booked}/cancel/", {"revision": 1})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("verb", "state", "due"),
    [
        ("come", "came", "clinic_outcome"),
        ("come_late", "late", "clinic_outcome"),
        ("miss", "absent", "clinic_missed"),
    ],
)
def test_who_came_is_said_from_the_day_and_leads_back_to_it(
    clerk: Client, case: Case, office: OfficeCard, ref: str, verb: str, state: str, due: str
) -> None:
    book(clerk, case, at(ref, 1))
    assert press(clerk, case, verb, back=ref).status_code == 422
    clinics.bring_to_today(office, ref)
    shown = day(clerk, ref)
    assert f"/{verb}/" in shown
    assert "/agree/" not in shown, "who is there need not say that they will come"
    answer = press(clerk, case, verb, back=ref)
    assert (answer.status_code, answer["Location"]) == (303, f"/clinic/on/{ref}/")
    assert Booking.objects.get().state == state
    assert Due.objects.filter(kind=due, on=moment().date(), done_at=None).exists()
    assert f"/{verb}/" not in day(clerk, ref)


def test_a_wrong_press_is_corrected(
    clerk: Client, case: Case, office: OfficeCard, ref: str
) -> None:
    book(clerk, case, at(ref, 1))
    clinics.bring_to_today(office, ref)
    for verb, state in (("miss", "absent"), ("come_late", "late"), ("come", "came")):
        assert press(clerk, case, verb).status_code == 303
        assert Booking.objects.get().state == state


def test_a_no_show_that_is_overturned_by_a_press_comes_back_by_a_press(
    clerk: Client, case: Case, office: OfficeCard, ref: str
) -> None:
    book(clerk, case, at(ref, 1))
    clinics.bring_to_today(office, ref)
    row = Booking.objects.get()
    told = {"came": "absent", "note": "連絡がつかない", "token": "t", "revision": row.revision}
    assert clerk.post(f"/clinic/outcome/{row.pk}/", told).status_code == 303
    missed = Due.objects.filter(kind="clinic_missed", done_at=None)
    written_at = Booking.objects.get().outcome_at
    assert written_at
    assert missed.exists()
    assert press(clerk, case, "come").status_code == 303
    assert not missed.exists()
    assert Booking.objects.get().outcome_at is None, "of a consultation nothing is written yet"
    assert press(clerk, case, "miss").status_code == 303
    row = Booking.objects.get()
    assert (row.state, row.outcome_at) == ("absent", written_at)
    assert missed.count() == 1
    assert not Due.objects.filter(kind="clinic_outcome", done_at=None).exists()
    assert "連絡がつかない" in clerk.get(f"/cases/{case.pk}/").content.decode()


def go_to(browser: Client, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """It is then; the browser signed in a moment ago."""
    monkeypatch.setattr(arrival, "now", lambda: now)
    session = browser.session
    session[SIGNED_IN_AT] = now.isoformat()
    session.save()


def test_who_is_said_to_have_come_too_early_is_expected_again(
    clerk: Client, case: Case, office: OfficeCard, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(clerk, case, at(ref, 1))
    clinics.bring_to_today(office, ref, "14:00-17:00")
    two = moment().replace(hour=14, minute=0, second=0)
    go_to(clerk, monkeypatch, two - timedelta(hours=3))
    assert "/expect/" not in day(clerk, ref)
    assert press(clerk, case, "come").status_code == 303
    assert "/expect/" in day(clerk, ref)
    assert press(clerk, case, "expect", back=ref).status_code == 303
    assert Booking.objects.get().state == "booked"
    kinds = set(Due.objects.filter(case_id=case.pk, done_at=None).values_list("kind", flat=True))
    assert "clinic_day" in kinds
    assert "clinic_outcome" not in kinds
    assert "押しまちがいとして取り消した" in clerk.get(f"/cases/{case.pk}/").content.decode()
    assert press(clerk, case, "come").status_code == 303
    go_to(clerk, monkeypatch, two + timedelta(minutes=5))
    assert "/expect/" not in day(clerk, ref)
    late = press(clerk, case, "expect")
    assert late.status_code == 422
    assert "「来なかった」を押してください" in late.content.decode()
    assert press(clerk, case, "miss").status_code == 303


def test_a_result_is_not_contradicted_by_a_press(
    clerk: Client, case: Case, office: OfficeCard, ref: str
) -> None:
    book(clerk, case, at(ref, 1))
    clinics.bring_to_today(office, ref)
    assert press(clerk, case, "come").status_code == 303
    Booking.objects.update(outcome_at=moment())
    Due.objects.filter(kind="clinic_outcome").update(done_at=moment())
    refused = press(clerk, case, "miss")
    assert refused.status_code == 422
    assert "結果が記録されています" in refused.content.decode()
    assert press(clerk, case, "come_late").status_code == 303
    assert not Due.objects.filter(kind="clinic_outcome", done_at=None).exists()


def test_who_walks_in_takes_a_place_that_is_free_today(
    clerk: Client, case: Case, office: OfficeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    today, noon = clinics.add_today(office), moment().replace(hour=12, minute=0)
    monkeypatch.setattr(arrival, "now", lambda: noon)  # late at night no place of the day is left
    session = clerk.session
    session[SIGNED_IN_AT] = noon.isoformat()
    session.save()
    page = day(clerk, today)
    assert "今日" in page
    number = max(map(int, re.findall(rf'href="/clinic/on/{today}/(\d+)/"', page)))
    place = at(today, number)
    found = squeezed(clerk.post(f"/clinic/on/{today}/{number}/", {"number": case.short_name}))
    assert f"/clinic/of/{case.pk}/?at={place}" in found
    chosen = squeezed(clerk.get(f"/clinic/of/{case.pk}/?at={place}"))
    assert clinics.marked(chosen) == [place]
    assert book(clerk, case, place).status_code == 303
    row = Booking.objects.get()
    assert (row.state, row.channel) == ("came", "walk_in")


def test_who_came_on_paper_is_written_down_afterwards(
    clerk: Client, case: Case, office: OfficeCard
) -> None:
    past = clinics.add_past(office)
    assert f'href="/clinic/on/{past}/2/"' in day(clerk, past)
    place = at(past, 2)
    chosen = squeezed(clerk.get(f"/clinic/of/{case.pk}/?at={place}"))
    assert clinics.marked(chosen) == [place]
    assert past not in squeezed(clerk.get(f"/clinic/of/{case.pk}/"))
    assert f'name="over" value="{past}"' in chosen
    assert book(clerk, case, place).status_code == 422, "a page that lay open over midnight"
    assert book(clerk, case, place, over=past).status_code == 303
    row = Booking.objects.get()
    assert (row.state, row.channel, row.number) == ("came", "walk_in", 2)


def test_a_case_is_found_by_its_number_in_any_writing(
    clerk: Client, staff: tuple[Staff, Client], case: Case, office: OfficeCard, ref: str
) -> None:
    wide = case.short_name.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for typed in (case.short_name, wide, f"1234-5678-{case.short_name}"):
        page = squeezed(clerk.post(f"/clinic/on/{ref}/1/", {"number": typed}))
        assert f"/clinic/of/{case.pk}/" in page
    for typed in ("", "123", "x"):
        assert clerk.post(f"/clinic/on/{ref}/1/", {"number": typed}).status_code == 422
    Access.objects.create(
        office_id=office.id, case_id=case.pk, staff_id=staff[0].pk, kind="deny", at=moment()
    )
    sent = {"number": case.short_name}
    assert "見つかりません" in squeezed(clerk.post(f"/clinic/on/{ref}/1/", sent))


@pytest.mark.parametrize("said", ["x", "2026-02-30", "1900-01-01", "9999-12-31", "2026-12-19_kita"])
def test_a_day_that_is_none_is_not_there(clerk: Client, said: str) -> None:
    assert clerk.get(f"/clinic/on/{said}/").status_code == 404
    assert clerk.get(f"/clinic/on/{said}/1/").status_code == 404
    assert clerk.post(f"/clinic/on/{said}/keep/", {"at": f"{said}/1"}).status_code == 404


def test_a_draft_is_shown_without_a_way_to_book(
    office: OfficeCard, other_office: OfficeCard
) -> None:
    _, browser = colleague(office, "counsellor", moment())
    assert clinics.CLINIC
    draft = clinics.draft()
    page = day(browser, draft)
    assert "公表していません" in page
    assert "相談を入れる" not in page
    assert other_office.id != office.id


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_roles_beside_the_cases_have_no_clinic(office: OfficeCard, role: str) -> None:
    clinics.publish(office)
    _, browser = colleague(office, role, moment())
    ref = coming(office)[0].ref
    for path in (f"/clinic/on/{ref}/", f"/clinic/on/{ref}/1/", "/clinic/calls/"):
        assert browser.get(path).status_code == 404
    assert not Line.objects.filter(outcome="done", verb__startswith="clinic.").exists()
