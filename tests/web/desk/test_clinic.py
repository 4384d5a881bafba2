"""The clinic's pages at the desk: one case's bookings; refused or stale, nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from madoguchi.rules.programme.changes import ClinicDayMoved
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.vault.seal import STAFF
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.clinic.models import Booking
from madoguchi.work.record.models import Entry
from tests.answers import squeezed
from tests.digits import stand_in
from tests.web.desk import clinics
from tests.web.desk.clinics import ASKED, Days, at, book, marked, offered, press
from tests.web.desk.colleagues import colleague

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks


def test_every_free_place_is_offered_and_no_other(
    clerk: Client, case: Case, office: OfficeCard, days: Days
) -> None:
    ref = days[0].ref
    assert book(clerk, clinics.taken_case(office, clerk), at(ref, 2)).status_code == 303
    page = squeezed(clerk.get(f"/clinic/of/{case.pk}/"))
    every = [at(day.ref, slot.number) for day in days for slot in day.slots]
    assert offered(page) == [one for one in every if one != at(ref, 2)]
    assert "電話で連絡してよい" in page


def test_booked_it_stands_on_the_day_in_the_record_and_among_the_days_of_the_case(
    clerk: Client, case: Case, days: Days
) -> None:
    said = {"people": "2", "other_party": "山田 太郎", "subject": "住所を書かれた"}
    answer = book(clerk, case, at(days[0].ref, 3), names_ok="yes", **said)
    assert (answer.status_code, answer["Location"]) == (303, f"/clinic/of/{case.pk}/")
    name, day = Case.objects.get().short_name, f"/clinic/on/{days[0].ref}/"
    sheet = squeezed(clerk.get(day))
    assert name in sheet
    assert "山田" not in sheet
    assert "住所を書かれた" not in sheet
    own = squeezed(clerk.get(f"/clinic/of/{case.pk}/"))
    assert all(words in own for words in ("山田 太郎", "住所を書かれた", "2人", "先に伝えてよい"))
    assert "予約した" in squeezed(clerk.get(f"/cases/{case.pk}/"))
    assert Due.objects.filter(kind="clinic_day", on=days[0].on, done_at=None).exists()


def test_without_a_choice_it_says_so_and_keeps_what_was_typed(clerk: Client, case: Case) -> None:
    answer = book(clerk, case, "", people="3", subject="住所を書かれた")
    page = squeezed(answer)
    assert answer.status_code == 422
    assert page.partition("<title>")[2].startswith("エラー：")
    assert 'href="#f-at"' in page
    assert 'id="f-at"' in page
    assert "住所を書かれた" in page
    assert 'value="3"' in page
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    "wrong", ["x", "2026-12-19", "2026-13-40/1", "2026-12-19/0", "2026-12-19/99", "'; DROP/1"]
)
def test_a_place_that_is_none(clerk: Client, case: Case, wrong: str) -> None:
    answer = book(clerk, case, wrong, note="車いすです")
    assert answer.status_code == 422
    assert 'value="車いすです"' in squeezed(answer)
    assert not Booking.objects.exists()


@pytest.mark.parametrize("people", ["", "0", "6", "たくさん"])
def test_more_people_than_a_group_may_be(
    clerk: Client, case: Case, days: Days, people: str
) -> None:
    answer = book(clerk, case, at(days[0].ref), people=people)
    assert answer.status_code == 422
    assert 'href="#f-people"' in squeezed(answer)
    assert marked(squeezed(answer)) == [at(days[0].ref)]


def test_who_loses_the_race_keeps_the_words_and_finds_the_next_place_chosen(
    clerk: Client, case: Case, office: OfficeCard, days: Days
) -> None:
    ref, other = days[0].ref, clinics.taken_case(office, clerk)
    page = squeezed(clerk.get(f"/clinic/of/{case.pk}/"))
    assert book(clerk, other, at(ref, 4)).status_code == 303
    sent = {"token": clinics.token(page), "at": at(ref, 4), "people": "2", "note": "母と行きます"}
    answer = clerk.post(f"/clinic/of/{case.pk}/", sent)
    lost = squeezed(answer)
    assert answer.status_code == 422
    assert 'value="母と行きます"' in lost
    assert marked(lost) == [at(ref, 1)]
    assert "次に空いている枠を選んであります" in lost
    assert not stand_in(lost, other.short_name)
    assert Booking.objects.count() == 1


def test_a_day_that_moved_while_the_page_lay_open_is_said_before_it_is_booked(
    clerk: Client, case: Case, office: OfficeCard, days: Days
) -> None:
    ref, on = days[0].ref, days[0].on
    shown = f"{at(ref, 2)}@{on}T09:45"
    assert f'value="{shown}"' in squeezed(clerk.get(f"/clinic/of/{case.pk}/"))
    clinics.decide(office, ClinicDayMoved(on, on + timedelta(days=1)))
    answer = book(clerk, case, shown, note="車いすです")
    page = squeezed(answer)
    assert answer.status_code == 422
    assert "日時が変わりました" in page
    assert 'value="車いすです"' in page
    assert f'value="{at(ref, 2)}@{on + timedelta(days=1)}T09:45" checked' in page
    assert not Booking.objects.exists()


def test_a_page_from_before_midnight(
    clerk: Client, case: Case, office: OfficeCard, days: Days
) -> None:
    yesterday = moment().date() - timedelta(days=1)
    clinics.decide(office, ClinicDayMoved(days[0].on, yesterday))
    answer = book(clerk, case, f"{at(days[0].ref)}@{yesterday}T09:00", note="車いすです")
    page = squeezed(answer)
    assert answer.status_code == 422
    assert 'value="車いすです"' in page
    assert marked(page) == [at(days[1].ref)]


def test_where_nothing_is_left_the_waiting_list_is_named(
    clerk: Client, case: Case, office: OfficeCard, days: Days
) -> None:
    for place in (at(day.ref, slot.number) for day in days for slot in day.slots):
        ref, _, number = place.partition("/")
        Booking.objects.create(
            office_id=office.id,
            day=ref,
            number=number,
            state="kept",
            at=moment(),
            agreed_at=moment(),
            channel="desk",
        )
    answer = book(clerk, case, at(days[0].ref), note="車いすです")
    assert answer.status_code == 422
    assert "キャンセル待ちに入れられます" in squeezed(answer)
    assert 'value="車いすです"' in squeezed(answer)
    assert not marked(squeezed(answer))


def test_pressed_twice_it_is_booked_once(clerk: Client, case: Case, days: Days) -> None:
    page = squeezed(clerk.get(f"/clinic/of/{case.pk}/"))
    sent = {"token": clinics.token(page), "at": at(days[0].ref), "people": "1"}
    for _ in range(2):
        assert clerk.post(f"/clinic/of/{case.pk}/", sent).status_code == 303
    assert Booking.objects.count() == 1


def test_moved_then_a_stale_page_changes_nothing(clerk: Client, case: Case, days: Days) -> None:
    book(clerk, case, at(days[0].ref))
    assert press(clerk, case, "move", at=at(days[1].ref, 2)).status_code == 303
    row = Booking.objects.get()
    assert (row.day, row.number) == (days[1].ref, 2)
    answer = press(clerk, case, "cancel", revision=0, **ASKED)
    assert answer.status_code == 409
    assert "予約に動きがありました" in squeezed(answer)
    assert press(clerk, case, "cancel", **ASKED).status_code == 303
    assert Booking.objects.get().state == "cancelled"
    assert at(days[1].ref, 2) in offered(squeezed(clerk.get(f"/clinic/of/{case.pk}/")))


def test_who_cancels_says_who_wished_it_and_why(clerk: Client, case: Case, days: Days) -> None:
    book(clerk, case, at(days[0].ref))
    bare = press(clerk, case, "cancel", cancelled_why="裁判の日と重なった")
    page = squeezed(bare)
    assert bare.status_code == 422
    assert 'value="裁判の日と重なった"' in page
    assert 'href="#f-cancelled_by"' in page
    assert Booking.objects.get().state == "booked"
    said = {"cancelled_by": "lawyer", "cancelled_why": "裁判の日と重なった"}
    assert press(clerk, case, "cancel", **said).status_code == 303
    assert "弁護士の都合。裁判の日と重なった" in squeezed(clerk.get(f"/cases/{case.pk}/"))
    because = Entry.objects.filter(case_id=case.pk, kind="clinic", drawer=STAFF)
    assert because.count() == 1, "the person reads that it is cancelled, not why"


def test_a_move_without_a_choice_says_so(clerk: Client, case: Case, days: Days) -> None:
    book(clerk, case, at(days[0].ref))
    answer = press(clerk, case, "move", at="")
    assert answer.status_code == 422
    assert "日時を選んでください" in squeezed(answer)


def test_the_next_booking_begins_with_what_was_said_but_asks_for_consent_anew(
    clerk: Client, case: Case, days: Days
) -> None:
    book(clerk, case, at(days[0].ref), other_party="山田 太郎", people="2", names_ok="yes")
    assert "予約は一つずつです" in squeezed(clerk.get(f"/clinic/of/{case.pk}/"))
    press(clerk, case, "cancel", **ASKED)
    page = squeezed(clerk.get(f"/clinic/of/{case.pk}/"))
    assert 'value="山田 太郎"' in page
    assert 'name="names_ok" value="yes" checked' not in page


def test_who_hears_of_a_moved_day_keeps_the_place_by_one_press(
    clerk: Client, case: Case, office: OfficeCard, days: Days
) -> None:
    book(clerk, case, at(days[0].ref, 2))
    clinics.bring_to_today(office, days[0].ref)
    page = squeezed(clerk.get(f"/clinic/of/{case.pk}/"))
    assert "変更の返事待ち" in page
    stale = press(clerk, case, "agree", to="2020-01-01T09:00:00+09:00")
    assert stale.status_code == 422
    assert "日時が変わりました" in squeezed(stale)
    to = f"{moment().date()}T00:45:00+09:00"
    assert press(clerk, case, "agree", to=to).status_code == 303
    assert "変更の返事待ち" not in squeezed(clerk.get(f"/clinic/of/{case.pk}/"))


def test_an_answer_to_a_moved_day_that_nobody_gave_is_taken_back(
    clerk: Client, case: Case, office: OfficeCard, days: Days
) -> None:
    book(clerk, case, at(days[0].ref, 2))
    agreed_at = Booking.objects.get().agreed_at
    moved_on = days[0].on + timedelta(days=1)
    clinics.decide(office, ClinicDayMoved(days[0].on, moved_on, "10:00-13:00"))
    own, of_day = f"/clinic/of/{case.pk}/", f"/clinic/on/{days[0].ref}/"
    assert "/take_back/" not in squeezed(clerk.get(own))
    assert press(clerk, case, "take_back").status_code == 422
    assert press(clerk, case, "agree", to=f"{moved_on}T10:45:00+09:00").status_code == 303
    open_dues = Due.objects.filter(case_id=case.pk, done_at=None)
    assert not open_dues.filter(kind="clinic_moved").exists()
    for page in (own, of_day):
        assert "/take_back/" in squeezed(clerk.get(page)), page
        assert "返事を取り消す（押しまちがい）" in squeezed(clerk.get(page))
    answer = press(clerk, case, "take_back", back=days[0].ref)
    assert (answer.status_code, answer["Location"]) == (303, of_day)
    row = Booking.objects.get()
    assert (row.agreed_at, row.agreed_before_at, row.state) == (agreed_at, None, "booked")
    assert open_dues.filter(kind="clinic_moved", on=moment().date()).count() == 1
    for page in (own, of_day):
        assert "変更の返事待ち" in squeezed(clerk.get(page)), page
        assert "/take_back/" not in squeezed(clerk.get(page)), page
    record = squeezed(clerk.get(f"/cases/{case.pk}/"))
    assert "でよいという返事の記録を、押しまちがいとして取り消した" in record
    assert press(clerk, case, "take_back").status_code == 422


def test_the_record_says_the_day_on_which_a_moved_booking_is_confirmed_and_cancelled(
    clerk: Client, case: Case, office: OfficeCard, days: Days
) -> None:
    book(clerk, case, at(days[0].ref, 2))
    Booking.objects.update(state="asked")
    now_on = days[0].on + timedelta(days=1)
    clinics.decide(office, ClinicDayMoved(days[0].on, now_on, "10:00-13:00"))
    assert press(clerk, case, "confirm").status_code == 303
    assert press(clerk, case, "cancel", **ASKED).status_code == 303
    page = squeezed(clerk.get(f"/cases/{case.pk}/"))
    record = page.partition('class="entries"')[2].partition("</ol>")[0]
    said = re.findall(r"(\d+)月(\d+)日[^<]*?の(仮予約を確定した|予約を取り消した)", record)
    assert {what for _, _, what in said} == {"仮予約を確定した", "予約を取り消した"}, record
    assert {(month, day) for month, day, _ in said} == {(str(now_on.month), str(now_on.day))}


def test_the_same_other_party_on_one_day_needs_a_reason(
    clerk: Client, case: Case, office: OfficeCard, days: Days
) -> None:
    ref, other = days[0].ref, clinics.taken_case(office, clerk)
    assert book(clerk, other, at(ref, 1), other_party="山田 太郎").status_code == 303
    answer = book(clerk, case, at(ref, 4), other_party="山田太郎", note="車いすです")
    page = squeezed(answer)
    assert answer.status_code == 422
    assert other.short_name in page
    assert "同じ相手方" in page
    assert 'name="reason"' in page
    assert 'value="車いすです"' in page
    said = {"other_party": "山田太郎", "reason": "待合を分けて案内する"}
    assert book(clerk, case, at(ref, 4), **said).status_code == 303
    assert "待合を分けて案内する" in squeezed(clerk.get(f"/cases/{case.pk}/"))


def test_what_was_asked_for_beside_the_other_party_is_confirmed_with_a_reason(
    clerk: Client, case: Case, office: OfficeCard, days: Days
) -> None:
    ref, other = days[0].ref, clinics.taken_case(office, clerk)
    for each, number in ((other, 1), (case, 4)):
        said = {"other_party": "山田 太郎", "reason": "待合を分ける"}
        assert book(clerk, each, at(ref, number), **said).status_code == 303
    mine = Booking.objects.filter(case_id=case.pk)
    mine.update(state="asked")
    answer = press(clerk, case, "confirm")
    page = squeezed(answer)
    assert answer.status_code == 422
    assert other.short_name in page
    forms = [part.partition("</form>")[0] for part in page.split('/confirm/"')]
    assert [form for form in forms if "確定する" in form and 'name="reason"' not in form] == []
    assert any('name="reason"' in form for form in forms)
    assert mine.get().state == "asked"
    assert press(clerk, case, "confirm", reason="入口を分ける").status_code == 303
    assert mine.get().state == "booked"
    assert "入口を分ける" in squeezed(clerk.get(f"/cases/{case.pk}/"))


def test_what_was_asked_for_too_near_the_other_party_is_not_confirmed(
    clerk: Client, case: Case, office: OfficeCard, days: Days
) -> None:
    ref, other = days[0].ref, clinics.taken_case(office, clerk)
    for each, number in ((other, 1), (case, 4)):
        said = {"other_party": "山田 太郎", "reason": "待合を分ける"}
        assert book(clerk, each, at(ref, number), **said).status_code == 303
    Booking.objects.filter(case_id=case.pk).update(state="asked", number=2)
    answer = press(clerk, case, "confirm", reason="入口を分ける")
    assert answer.status_code == 422
    assert "時刻が近すぎます" in squeezed(answer)
    assert other.short_name in squeezed(answer)
    assert Booking.objects.get(case_id=case.pk).state == "asked"


def test_whom_the_colleague_may_not_see_is_not_named_by_the_warning(
    clerk: Client, staff: tuple[Staff, Client], case: Case, office: OfficeCard, days: Days
) -> None:
    ref = days[0].ref
    _, browser = colleague(office, "supervisor", moment())
    hidden = clinics.taken_case(office, browser)
    book(browser, hidden, at(ref, 1), other_party="山田 太郎")
    Access.objects.create(
        office_id=office.id, case_id=hidden.pk, staff_id=staff[0].pk, kind="deny", at=moment()
    )
    answer = book(clerk, case, at(ref, 4), other_party="山田太郎")
    assert answer.status_code == 303
    assert not stand_in(squeezed(clerk.get(f"/clinic/of/{case.pk}/")), hidden.short_name)
    assert clerk.get(f"/clinic/of/{hidden.pk}/").status_code == 404


def test_whom_the_worker_noticed_is_looked_up_by_a_press_with_a_line_for_each_case(
    clerk: Client, staff: tuple[Staff, Client], case: Case, office: OfficeCard, days: Days
) -> None:
    ref, other = days[0].ref, clinics.taken_case(office, clerk)
    book(clerk, case, at(ref, 1), other_party="山田 太郎")
    said = {"other_party": "山田太郎", "reason": "待合を分ける"}
    assert book(clerk, other, at(ref, 4), **said).status_code == 303
    own = f"/clinic/of/{case.pk}/"
    assert "見比べる" not in squeezed(clerk.get(own))
    Due.objects.create(
        office_id=office.id, case_id=case.pk, kind="clinic_apart", on=moment().date(), how="today"
    )
    page = squeezed(clerk.get(own))
    assert "見比べる" in page
    assert not stand_in(page, other.short_name)
    before = Line.objects.filter(verb="clinic.apart", outcome="done").count()
    answer = clerk.post(f"{own}apart/")
    assert answer.status_code == 200
    assert other.short_name in squeezed(answer)
    assert Line.objects.filter(verb="clinic.apart", outcome="done").count() > before
    Access.objects.create(
        office_id=office.id, case_id=other.pk, staff_id=staff[0].pk, kind="deny", at=moment()
    )
    hidden = squeezed(clerk.post(f"{own}apart/"))
    assert not stand_in(hidden, other.short_name)
    assert "係長に確かめてください" in hidden


def test_a_place_stands_on_the_case_page_and_on_the_page_that_the_person_is_shown(
    clerk: Client, case: Case, days: Days
) -> None:
    for path in (f"/cases/{case.pk}/", f"/shown/{case.pk}/"):
        assert "11:15" not in squeezed(clerk.get(path)).replace("11時15分", "11:15")
    book(clerk, case, at(days[0].ref, 4))
    for path in (f"/cases/{case.pk}/", f"/shown/{case.pk}/"):
        assert "11:15" in squeezed(clerk.get(path)).replace("11時15分", "11:15")


def test_a_closed_case_and_an_unknown_verb(clerk: Client, case: Case, days: Days) -> None:
    book(clerk, case, at(days[0].ref))
    row = Booking.objects.get()
    assert clerk.post(f"/clinic/of/{case.pk}/{row.pk}/burn/").status_code == 404
    assert clerk.get(f"/clinic/of/{case.pk}/{row.pk}/cancel/").status_code == 302
    Case.objects.update(state="closed", closed_at=moment())
    page = squeezed(clerk.get(f"/clinic/of/{case.pk}/"))
    assert "終わった相談では予約できません" in page
    assert not offered(page)


def test_the_case_page_leads_there_and_so_does_a_call_that_wants_the_clinic(
    clerk: Client, case: Case
) -> None:
    own = f"/clinic/of/{case.pk}/"
    page = squeezed(clerk.get(f"/cases/{case.pk}/"))
    assert f'href="{own}"' in page
    sent = {"log_how": "call_in", "log_outcome": "clinic_wanted", "token": "t"}
    answer = clerk.post(f"/cases/{case.pk}/log/", {**sent, "revision": Case.objects.get().revision})
    assert (answer.status_code, answer["Location"]) == (303, own)


def test_another_office_has_nothing_of_it(
    clerk: Client, case: Case, other_office: OfficeCard
) -> None:
    assert clerk.get(f"/clinic/of/{case.pk}/").status_code == 200
    _, browser = colleague(other_office, "counsellor", moment())
    assert (
        browser.get(f"/clinic/of/{case.pk}/", headers={"host": "desk.pref.test"}).status_code == 404
    )


def test_the_page_says_that_the_lawyer_cannot_meet_the_person(clerk: Client, case: Case) -> None:
    today = {"on": moment().date(), "how": "today"}
    said = "この相談は受けられないと連絡がありました"
    assert said not in clerk.get(f"/clinic/of/{case.pk}/").content.decode()
    Due.objects.create(office_id=case.office_id, case_id=case.pk, kind="clinic_declined", **today)
    assert said in clerk.get(f"/clinic/of/{case.pk}/").content.decode()
