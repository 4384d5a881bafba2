"""The clinic's calls: whom to ring, how safely, what to say; the call is written down once."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from madoguchi.rules.programme.changes import ClinicDayCancelled, ClinicDayMoved
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases import public
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.cases.public import Wishes
from madoguchi.work.clinic.models import Booking, Waiting
from madoguchi.work.record import actions as recording
from madoguchi.work.record import public as record_public
from madoguchi.work.record.models import Entry
from tests.answers import Response, squeezed
from tests.digits import stand_in
from tests.looking import drawers
from tests.offices import actor_of
from tests.web.desk import clinics
from tests.web.desk.clinics import at, book, coming, press
from tests.web.desk.colleagues import colleague

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
NUMBER = "0279-00-0101"


@pytest.fixture
def case(clerk: Client, office: OfficeCard) -> Case:
    """A booked case whose person is told by telephone."""
    case = clinics.taken_case(
        office, clerk, about={"name": "花子", "phone": NUMBER}, wishes=Wishes("no_voicemail")
    )
    assert book(clerk, case, at(coming(office)[0].ref)).status_code == 303
    return case


def due(case: Case, kind: str = "clinic_call") -> Due:
    """Somebody is to be rung today."""
    return Due.objects.create(
        office_id=case.office_id, case_id=case.pk, kind=kind, on=moment().date(), how="today"
    )


def ring(browser: Client, case: Case, **typed: object) -> Response:
    """Write down how the call ended, as the page's form sends it."""
    page = browser.get(f"/clinic/calls/{case.pk}/").content.decode()
    revision = Case.objects.get(pk=case.pk).revision
    sent = {"token": clinics.token(page), "revision": revision, **typed}
    return browser.post(f"/clinic/calls/{case.pk}/", sent)


def answer(browser: Client, page: str, case: Case, verb: str, **typed: object) -> Response:
    """Press an answer of the page, with what was written beside it."""
    button = re.search(rf'name="answer"\s+value="({verb}/[^"]+)"', page)
    assert button, page
    sent = {"token": clinics.token(page), "revision": "0", "answer": button[1], **typed}
    return browser.post(f"/clinic/calls/{case.pk}/", sent)


def sheet(browser: Client, case: Case) -> str:
    """The page of the call."""
    return browser.get(f"/clinic/calls/{case.pk}/").content.decode()


def test_the_list_says_who_and_why_and_nothing_that_needs_opening(
    clerk: Client, case: Case
) -> None:
    assert "電話をかける相談はありません" in clerk.get("/clinic/calls/").content.decode()
    due(case)
    page = clerk.get("/clinic/calls/").content.decode()
    assert case.short_name in page
    assert "日時の確認" in page
    assert "留守電に残さない" in page
    assert NUMBER not in page


def test_a_call_shows_number_rule_and_words(clerk: Client, case: Case) -> None:
    due(case)
    page = clerk.get(f"/clinic/calls/{case.pk}/").content.decode()
    assert NUMBER in page
    assert "何も残さずに切ります" in page
    assert "counsellorの人と申します" in page
    assert "渋川市の" not in page.partition("<main")[2], "the person does not want the desk named"
    assert "お約束の確認です" in page
    assert "9時からの" in page


def test_a_call_that_reached_is_written_down_and_leads_back(clerk: Client, case: Case) -> None:
    one = due(case)
    answer = ring(clerk, case, outcome="answered", text="来られると言った", minutes="5")
    assert (answer.status_code, answer["Location"]) == (303, "/clinic/calls/")
    one.refresh_from_db()
    assert one.done_at
    assert not stand_in(clerk.get("/clinic/calls/").content.decode(), case.short_name)
    assert "来られると言った" in clerk.get(f"/cases/{case.pk}/").content.decode()
    assert Due.objects.filter(case_id=case.pk, kind="clinic_day", done_at=None).exists()
    after = Due.objects.get(case_id=case.pk, kind="follow_up", done_at=None)
    assert after.on > Due.objects.get(kind="clinic_day", done_at=None).on


def test_nobody_answered_three_times(clerk: Client, case: Case) -> None:
    due(case)
    for count in ("1", "2", "3"):
        page = clerk.get(f"/clinic/calls/{case.pk}/").content.decode()
        assert f'value="no_answer_{count}"' in page
        assert page.count('value="no_answer_') == 1
        assert ring(clerk, case, outcome=f"no_answer_{count}").status_code == 303


def test_pressed_twice_it_is_written_down_once(clerk: Client, case: Case) -> None:
    due(case)
    page = clerk.get(f"/clinic/calls/{case.pk}/").content.decode()
    sent = {"token": clinics.token(page), "outcome": "call_back", "text": "夜にかけ直す"}
    sent["revision"] = str(Case.objects.get().revision)
    for _ in range(2):
        assert clerk.post(f"/clinic/calls/{case.pk}/", sent).status_code == 303
    assert clerk.get(f"/cases/{case.pk}/").content.decode().count("夜にかけ直す") == 1


def test_without_an_ending_or_stale_nothing_typed_is_lost(clerk: Client, case: Case) -> None:
    due(case)
    answer = ring(clerk, case, text="来られると言った")
    assert answer.status_code == 422
    assert "来られると言った" in answer.content.decode()
    answer = ring(clerk, case, text="来られると言った", outcome="answered", revision="0")
    assert answer.status_code == 409
    assert "来られると言った" in answer.content.decode()


def test_whoever_is_never_rung_is_not_rung(clerk: Client, office: OfficeCard) -> None:
    case = clinics.taken_case(
        office, clerk, about={"name": "夏子", "phone": NUMBER}, wishes=Wishes("wait")
    )
    due(case)
    page = clerk.get(f"/clinic/calls/{case.pk}/").content.decode()
    assert "窓口から電話をかけない" in page
    assert NUMBER not in page
    assert 'name="outcome"' not in page


def test_the_answer_to_a_moved_day_is_pressed_there(
    clerk: Client, case: Case, office: OfficeCard
) -> None:
    tomorrow = moment().date() + timedelta(days=1)
    was = date.fromisoformat(Booking.objects.get().day)
    clinics.decide(office, ClinicDayMoved(was, tomorrow, "10:00-13:00"))
    due(case, "clinic_moved")
    assert "変わった日時の返事" in clerk.get("/clinic/calls/").content.decode()
    page = sheet(clerk, case)
    assert "このままお取りしておいて" in page
    done = answer(clerk, page, case, "agree", text="孫と来ると言った", minutes="4")
    assert (done.status_code, done["Location"]) == (303, "/clinic/calls/")
    assert "電話の結果を記録に残しました" in clerk.get("/clinic/calls/").content.decode()
    record = clerk.get(f"/cases/{case.pk}/").content.decode()
    assert "孫と来ると言った" in record
    assert "話ができた" in record
    assert not stand_in(clerk.get("/clinic/calls/").content.decode(), case.short_name)


def test_what_is_confirmed_on_the_telephone_needs_no_second_call(clerk: Client, case: Case) -> None:
    Booking.objects.update(state="asked")
    due(case, "clinic_asked")
    page = sheet(clerk, case)
    assert "お取りできます" in page
    assert "確定する" in page
    done = answer(clerk, page, case, "confirm", text="車で来ると言った")
    assert done.status_code == 303
    assert "車で来ると言った" in clerk.get(f"/cases/{case.pk}/").content.decode()
    assert Booking.objects.get().state == "booked"
    assert "電話をかける相談はありません" in clerk.get("/clinic/calls/").content.decode()
    assert "話ができた" in clerk.get(f"/cases/{case.pk}/").content.decode()


@pytest.mark.parametrize(
    ("state", "kind"), [("asked", "clinic_asked"), ("offered", "clinic_offer")]
)
def test_of_a_day_that_is_off_nothing_is_promised(
    clerk: Client, case: Case, office: OfficeCard, state: str, kind: str
) -> None:
    until = moment() + timedelta(days=1) if state == "offered" else None
    Booking.objects.update(state=state, until_at=until)
    due(case, kind)
    due(case, "clinic_off")
    day = coming(office)[0]
    if state == "offered":
        Waiting.objects.create(office_id=office.id, case_id=case.pk, day=day.ref, at=moment())
    clinics.decide(office, ClinicDayCancelled(day.on))
    page = sheet(clerk, case)
    assert "取りやめになりました" in page
    for shown in (page, clerk.get(f"/clinic/on/{day.ref}/").content.decode()):
        for words in (
            "お取りできます",
            "枠が空きました",
            "確定する",
            "本人が受けた",
            "本人が断った",
        ):
            assert words not in shown
    assert press(clerk, case, "confirm" if state == "asked" else "accept").status_code == 422
    assert Booking.objects.get().state == state


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_what_was_said_stands_with_the_answer_to_an_offer(
    clerk: Client, case: Case, verb: str
) -> None:
    Booking.objects.update(state="offered", until_at=moment() + timedelta(days=1))
    due(case, "clinic_offer")
    assert answer(clerk, sheet(clerk, case), case, verb, text="家族に聞いた").status_code == 303
    assert Booking.objects.get().state == ("booked" if verb == "accept" else "cancelled")
    assert "家族に聞いた" in clerk.get(f"/cases/{case.pk}/").content.decode()


def test_an_answer_that_cannot_be_taken_any_more_loses_nothing_typed(
    clerk: Client, case: Case
) -> None:
    Booking.objects.update(state="asked")
    due(case, "clinic_asked")
    page = sheet(clerk, case)
    wrong = answer(clerk, page, case, "confirm", text="来ると言った", minutes="何分も")
    assert wrong.status_code == 422
    assert "来ると言った" in wrong.content.decode()
    assert press(clerk, case, "confirm").status_code == 303
    stale = answer(clerk, page, case, "confirm", text="来ると言った")
    assert stale.status_code == 409
    assert "来ると言った" in stale.content.decode()
    assert not Entry.objects.filter(case_id=case.pk, kind="call").exists()


def test_who_would_meet_another_party_is_confirmed_in_the_call_with_the_reason(
    clerk: Client, office: OfficeCard
) -> None:
    case, other = (clinics.taken_case(office, clerk, about={"name": "花子"}) for _ in range(2))
    for each, number in ((other, 1), (case, 4)):
        said = {"other_party": "山田 太郎", "reason": "待合を分ける"}
        assert book(clerk, each, at(coming(office)[0].ref, number), **said).status_code == 303
    Booking.objects.filter(case_id=case.pk).update(state="asked")
    due(case, "clinic_asked")
    page = sheet(clerk, case)
    refused = answer(clerk, page, case, "confirm", text="来ると言った")
    assert refused.status_code == 422
    shown = refused.content.decode()
    assert "来ると言った" in shown
    assert other.short_name in shown
    again = answer(clerk, shown, case, "confirm", text="来ると言った", reason="別の部屋で待つ")
    assert again.status_code == 303
    record = clerk.get(f"/cases/{case.pk}/").content.decode()
    assert "来ると言った" in record
    assert "別の部屋で待つ" in record


def test_what_is_confirmed_elsewhere_is_answered_by_telephone(clerk: Client, case: Case) -> None:
    Booking.objects.update(state="asked")
    due(case, "clinic_asked")
    assert press(clerk, case, "confirm").status_code == 303
    page = clerk.get("/clinic/calls/").content.decode()
    assert case.short_name in page
    assert "日時の確認" in page


def test_a_relative_hears_of_no_call(case: Case, office: OfficeCard) -> None:
    due(case)
    relative, browser = colleague(office, "counsellor", moment())
    assert case.short_name in browser.get("/clinic/calls/").content.decode()
    Access.objects.create(
        office_id=office.id, case_id=case.pk, staff_id=relative.pk, kind="deny", at=moment()
    )
    assert not stand_in(browser.get("/clinic/calls/").content.decode(), case.short_name)
    assert browser.get(f"/clinic/calls/{case.pk}/").status_code == 404


def test_a_call_against_the_wish_asks_for_the_reason(
    clerk: Client, case: Case, office: OfficeCard
) -> None:
    due(case)
    place = f"/clinic/calls/{case.pk}/"
    sent = {"token": clinics.token(clerk.get(place).content.decode()), "outcome": "no_answer_1"}
    shared, _ = drawers(office.id, case.pk)
    held = public.Holding(shared)
    record_public.change_wishes(public.consultee(office.id), held, Wishes("wait"), now=moment())
    sent["revision"] = str(Case.objects.get(pk=case.pk).revision)
    refused = clerk.post(place, sent)
    assert refused.status_code == 422
    assert "（行うときは必須）" in refused.content.decode()
    looked = {**sent, "against_rule": "wait"}
    again = clerk.post(place, {**looked, "against_why": " "}).content.decode()
    assert "希望と異なる連絡をする理由を入れてください" in again
    assert clerk.post(place, {**looked, "against_why": "命の危険"}).status_code == 303


def test_a_wish_that_the_desk_wrote_down_meanwhile_loses_nothing_typed(
    clerk: Client, case: Case, office: OfficeCard
) -> None:
    due(case)
    place = f"/clinic/calls/{case.pk}/"
    page = clerk.get(place).content.decode()
    sent = {"token": clinics.token(page), "outcome": "answered", "text": "来られると言った"}
    sent["revision"] = str(Case.objects.get(pk=case.pk).revision)
    supervisor = actor_of(colleague(office, "supervisor", moment())[0])
    row = cases.find(supervisor, case.pk)
    recording.record_wishes(supervisor, row, Wishes("wait", said="電話で"), now=moment())
    refused = clerk.post(place, sent)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "来られると言った" in page
    assert 'name="against_why"' in page
    assert not Entry.objects.filter(case_id=case.pk, kind="call").exists()


@pytest.mark.parametrize("by", ["person", "desk"])
def test_what_is_confirmed_in_a_call_that_the_wish_forbids_by_now_is_not_confirmed(
    clerk: Client, case: Case, office: OfficeCard, by: str
) -> None:
    Booking.objects.update(state="asked")
    due(case, "clinic_asked")
    page = sheet(clerk, case)
    assert "確定する" in page
    if by == "desk":
        supervisor = actor_of(colleague(office, "supervisor", moment())[0])
        row = cases.find(supervisor, case.pk)
        recording.record_wishes(supervisor, row, Wishes("wait", said="電話で"), now=moment())
    else:
        shared, _ = drawers(office.id, case.pk)
        held = public.Holding(shared)
        record_public.change_wishes(public.consultee(office.id), held, Wishes("wait"), now=moment())
    refused = answer(clerk, page, case, "confirm", text="来ると言った")
    assert refused.status_code == 422
    shown = refused.content.decode()
    assert "この方法で連絡しません" in shown
    assert "来ると言った" in shown
    assert Booking.objects.get().state == "asked"
    assert 'name="answer"' not in sheet(clerk, case), "nobody is rung"
    assert f"/clinic/of/{case.pk}/{Booking.objects.get().pk}/confirm/" in sheet(clerk, case)
    assert press(clerk, case, "confirm").status_code == 303, "without a call it may be"


def test_who_is_not_rung_is_listed_apart_with_the_way_to_write(
    clerk: Client, case: Case, office: OfficeCard
) -> None:
    silent = clinics.taken_case(office, clerk, wishes=Wishes("wait"))
    assert book(clerk, silent, at(coming(office)[0].ref, 2)).status_code == 303
    due(case, "clinic_moved")
    due(silent, "clinic_moved")
    rung, _, written = clerk.get("/clinic/calls/").content.decode().partition("文で知らせる相談")
    assert stand_in(rung, case.short_name)
    assert not stand_in(rung, silent.short_name)
    assert stand_in(written, silent.short_name)
    booking = Booking.objects.get(case_id=silent.pk)
    assert f'href="/clinic/on/{booking.day}/told/#b-{booking.pk}"' in written
    assert f'href="/cases/{silent.pk}/#composer-title"' in sheet(clerk, silent)


def test_who_gives_up_a_place_of_a_cancelled_day_is_not_rung_again(
    clerk: Client, case: Case, office: OfficeCard
) -> None:
    day = coming(office)[0]
    clinics.decide(office, ClinicDayCancelled(day.on))
    due(case, "clinic_off")
    assert ring(clerk, case, outcome="no_answer_1").status_code == 303
    calls = Due.objects.filter(case_id=case.pk, kind="call", done_at=None)
    assert calls.exists()
    page = sheet(clerk, case)
    assert "予約をやめる（本人の申し出）" in page
    done = answer(clerk, page, case, "cancel", text="別の弁護士に頼む", minutes="4")
    assert (done.status_code, done["Location"]) == (303, "/clinic/calls/")
    assert Booking.objects.get().state == "cancelled"
    assert not calls.exists()
    assert not stand_in(clerk.get("/clinic/calls/").content.decode(), case.short_name)
    record = clerk.get(f"/cases/{case.pk}/").content.decode()
    assert "別の弁護士に頼む" in record
    assert "相談者の申し出" in record


def test_giving_a_place_back_stands_apart_and_says_what_it_does(
    clerk: Client, case: Case, office: OfficeCard
) -> None:
    due(case)
    page = squeezed(clerk.get(f"/clinic/calls/{case.pk}/"))
    before, _, apart = page.partition("<summary>予約をやめる（本人の申し出）")
    assert 'value="cancel/' not in before
    day = coming(office)[0].on
    asks = apart.partition("</details>")[0]
    assert f"{day.month}月{day.day}日" in asks
    assert "次の人に案内します" in asks
    done = answer(clerk, page, case, "cancel", text="別の弁護士に頼む")
    assert "予約を取り消しました" in squeezed(clerk.get(done["Location"]))


def test_what_was_answered_is_said_back(clerk: Client, case: Case) -> None:
    Booking.objects.update(state="asked")
    due(case, "clinic_asked")
    done = answer(clerk, sheet(clerk, case), case, "confirm", text="来ると言った")
    assert "予約を確定しました" in squeezed(clerk.get(done["Location"]))
