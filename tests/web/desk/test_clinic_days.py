"""The clinic's year at the desk: published after a look, days moved with whom it meets, told."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.test import Client

from madoguchi.rules import clinic_year
from madoguchi.rules.programme.changes import (
    ClinicDayAdded,
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
)
from madoguchi.rules.programme.load import programme
from madoguchi.rules.slots import days
from madoguchi.tools.audit.models import Line
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.web.desk.door import SIGNED_IN_AT
from madoguchi.web.kit import arrival
from madoguchi.work.cases import public as case_public
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.cases.public import AtOffice, Holding, Wishes
from madoguchi.work.clinic import actions
from madoguchi.work.clinic.actions import Announcement
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.decisions import Year
from madoguchi.work.clinic.decisions import flagged as flagged_day
from madoguchi.work.clinic.models import Booking, Lawyer, Sitting, Waiting
from madoguchi.work.clinic.public import Wanted
from madoguchi.work.clinic.sittings import actions as kept_actions
from madoguchi.work.notices import public as notices
from madoguchi.work.notices.models import Notice, Proposal
from madoguchi.work.notices.public import changes
from madoguchi.work.record import actions as recording
from madoguchi.work.record import public
from madoguchi.work.record.models import Entry
from tests.answers import Response, squeezed
from tests.badinputs.test_at_once import at_once
from tests.digits import stand_in
from tests.looking import drawers
from tests.offices import actor_of
from tests.two import sign_all, signed
from tests.web.desk.colleagues import colleague
from tests.web.test_cards import watching
from tests.work.clinic.coming import (
    DECEMBER,
    LAST,
    NINE,
    Coming,
    at,
    clinic,
    coming,
    desk,
    work_through,
)

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
THIRD, NEXT_DAY = date(2026, 12, 19), date(2026, 12, 26)
MOVE = f"/clinic/on/{DECEMBER}/move/"
TO = {"now_on": "令和8年12月26日", "spans": ""}
SAID = {"title": "相談の日が変わります", "body": "12月26日です"}
ALONE = Wanted("なりすまし")
NEVER = "相談者から連絡があるまで、窓口からは連絡しない"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Every page and session is of this moment."""
    monkeypatch.setattr(arrival, "now", lambda: now)


@pytest.fixture
def on_a_holiday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The third Saturday of December is a holiday."""
    monkeypatch.setattr(clinic_year, "holiday_name", lambda on: "祝いの日" if on == THIRD else None)


@pytest.fixture
def staff(office: OfficeCard, now: datetime) -> tuple[Staff, Client]:
    """A counsellor at the desk."""
    return colleague(office, "counsellor", now)


@pytest.fixture
def browser(staff: tuple[Staff, Client]) -> Client:
    """Their browser."""
    return staff[1]


@pytest.fixture
def published(office: OfficeCard, staff: tuple[Staff, Client], now: datetime) -> None:
    """This year is public."""
    dates = of_year(2026)
    plan = Year(2026, dates, looked=dates)
    actor = actor_of(staff[0])
    signed(
        actions.publish, actor, AtOffice(office.id), plan, Announcement("日程を決めました"), now=now
    )


def of_year(year: int) -> tuple[date, ...]:
    """The days that the rule gives."""
    clinic = programme("shibukawa").clinic
    assert clinic
    return tuple(day.on for day in days(clinic, year))


def hidden(page: str) -> dict[str, str]:
    """What the page's form sends along unseen."""
    return dict(re.findall(r'name="(token|revision|case_revision|to)" value="([^"]+)"', page))


def reached(browser: Client) -> str:
    """The page of who is to be told, with how each of them may be reached."""
    return squeezed(browser.post(f"/clinic/on/{DECEMBER}/told/", {"do": "reach"}))


def looked_at(year: int) -> dict[str, str]:
    """Every flagged day is to be held."""
    clinic = programme("shibukawa").clinic
    assert clinic
    flagged = [day.on for day in days(clinic, year) if flagged_day(day)]
    return {f"look-{on.isoformat()}": "open" for on in flagged}


def move(browser: Client, **typed: str) -> Response:
    """Look at the move as it is typed, and do it."""
    look = browser.post(MOVE, {**TO, "do": "look", **typed})
    assert look.status_code == 200, squeezed(look)
    sent = {**TO, **SAID, **hidden(squeezed(look)), **typed, "do": "do"}
    answer = browser.post(MOVE, sent)
    row = Proposal.objects.get(outcome="open")
    sign_all(row.office_id, row.at)
    return answer


def test_the_year_is_a_draft_until_it_is_published(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    page = squeezed(browser.get("/clinic/"))
    assert "下書き" in page
    assert "公表しています" not in page
    lawyer = Lawyer.objects.create(office_id=office.id, name="佐藤 一郎")
    form = squeezed(browser.get("/clinic/publish/2026/"))
    assert "令和8年度" in form
    assert "佐藤 一郎" in form
    chosen = {f"lawyer-{DECEMBER}": str(lawyer.id), **looked_at(2026)}
    sent = {**SAID, **chosen, **hidden(form), "do": "do"}
    for _ in range(2):
        answer = browser.post("/clinic/publish/2026/", sent)
        assert (answer.status_code, answer["Location"]) == (303, "/clinic/?year=2026")
    assert not notices.changes(office.id)
    assert not notices.news(office.id)
    waits = squeezed(browser.get("/clinic/"))
    assert "確かめを待っている変更" in waits
    assert "公表しています" not in waits
    sign_all(office.id, now)
    (change,) = notices.changes(office.id)
    assert change == ClinicYearPublished(2026, of_year(2026))
    assert [card.title for card in notices.news(office.id)] == [SAID["title"]]
    assert Sitting.objects.get().day == DECEMBER
    after = squeezed(browser.get("/clinic/"))
    assert "公表しています" in after
    assert "佐藤 一郎" in after
    assert "0／4" in after
    assert now.date().year == 2026


def test_the_notice_begins_with_the_days(browser: Client) -> None:
    form = squeezed(browser.get("/clinic/publish/2027/"))
    assert "令和9年度の弁護士の無料相談の日程を決めました" in form
    assert "2027年4月17日（土） 9時" in form


@pytest.mark.usefixtures("on_a_holiday")
def test_a_flagged_day_needs_a_look_and_nothing_typed_is_lost(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    address = "/clinic/publish/2026/"
    form = squeezed(browser.get(address))
    answer = browser.post(address, {**SAID, **hidden(form), "do": "do"})
    page = squeezed(answer)
    assert answer.status_code == 422
    assert "開くかどうかを選んでください" in page
    assert SAID["title"] in page
    assert SAID["body"] in page
    assert "祝いの日" in page
    assert not Notice.objects.exists()
    left = dict.fromkeys(looked_at(2026), "leave")
    answer = browser.post(address, {**SAID, **left, **hidden(page), "do": "do"})
    assert answer.status_code == 303
    sign_all(office.id, now)
    (change,) = notices.changes(office.id)
    assert change == ClinicYearPublished(2026, tuple(on for on in of_year(2026) if on != THIRD))


def test_a_sample_of_the_year_shows_the_public_page_and_publishes_nothing(browser: Client) -> None:
    form = squeezed(browser.get("/clinic/publish/2026/"))
    sent = {**SAID, **looked_at(2026), **hidden(form), "do": "sample", "scheme": "blue"}
    page = squeezed(browser.post("/clinic/publish/2026/", sent))
    assert "これは見本です" in page
    assert "12月19日" in page
    assert not Notice.objects.exists()
    again = squeezed(browser.post("/clinic/publish/2026/", {**sent, "do": "back"}))
    assert SAID["body"] in again


def test_a_colleague_who_published_meanwhile_is_named_and_words_stay(
    browser: Client, published: None
) -> None:
    sent = {**SAID, **looked_at(2026), "revision": "0/0/0", "token": "x", "do": "do"}
    answer = browser.post("/clinic/publish/2026/", sent)
    assert answer.status_code == 409
    page = squeezed(answer)
    assert "もう公表しています" in page or "ほかの決定がありました" in page
    assert SAID["title"] in page
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["/clinic/?year=1999", "/clinic/?year=x", "/clinic/publish/2040/"]
)
def test_a_year_too_far_away_is_not_there(browser: Client, address: str) -> None:
    assert browser.get(address).status_code == 404


@pytest.mark.usefixtures("published")
def test_a_day_is_moved_after_a_look_at_whom_it_meets(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now, wishes=Wishes("phone", hours=("morning",), name_desk=False))
    one.books(NINE, wanted=ALONE)
    assert "2026年12月19日" in squeezed(browser.get(MOVE))
    look = browser.post(MOVE, {**TO, "do": "look"})
    page = squeezed(look)
    assert look.status_code == 200
    assert one.case.short_name in page
    assert "2026年12月26日" in page
    assert "弁護士の無料相談は、2026年12月26日（土）に変わります" in page
    assert "午前" not in page
    opened = squeezed(browser.post(MOVE, {**TO, **SAID, **hidden(page), "do": "reach"}))
    assert "午前" in opened
    assert SAID["body"] in opened
    assert Line.objects.filter(verb="clinic.prepare", case_id=one.held.case_id).count() == 1
    answer = move(browser)
    assert (answer.status_code, answer["Location"]) == (303, "/clinic/")
    assert ClinicDayMoved(THIRD, NEXT_DAY) in notices.changes(office.id)
    assert notices.news(office.id)[0].title == SAID["title"]
    told = squeezed(browser.get(f"/clinic/on/{DECEMBER}/told/"))
    assert one.case.short_name in told
    assert "電話で知らせる" in told
    assert "12月26日" in told
    assert "日にちが12月26日（土）に変わりました" not in told, "no script without the number"


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("answer", "words", "state", "moved"),
    [
        ("keeps", "新しい日で来る", "booked", False),
        ("gives", "予約をやめる", "cancelled", False),
        ("later", "あとで返事", "booked", True),
        ("nobody", "出なかった", "booked", True),
    ],
)
def test_a_call_is_written_down_with_what_the_person_said(
    browser: Client,
    office: OfficeCard,
    now: datetime,
    answer: str,
    words: str,
    state: str,
    moved: bool,  # noqa: FBT001 - a case of the table
) -> None:
    one = coming(office, now, wishes=Wishes("phone"))
    booking = one.books(NINE, wanted=ALONE)
    move(browser)
    work_through(now)
    address = f"/clinic/on/{DECEMBER}/told/{one.held.case_id}/{booking}/"
    page = reached(browser)
    sent = {**hidden(page), "answer": answer, "note": "母が出た"}
    for _ in range(2):
        assert browser.post(address, sent).status_code == 303
    work_through(now)
    row = Booking.objects.get(pk=booking)
    assert row.state == state
    assert ("clinic_moved" in one.kinds()) is moved
    record = squeezed(browser.get(f"/cases/{one.held.case_id}/"))
    assert record.count("母が出た") == 1
    assert words in record
    assert ("予約の取り消し：相談者の申し出。" in record) == (answer == "gives")


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("answer", ["keeps", "gives"])
def test_an_answer_about_a_day_that_moved_again_meanwhile_is_not_taken(
    browser: Client, office: OfficeCard, now: datetime, answer: str
) -> None:
    one = coming(office, now, wishes=Wishes("phone"))
    booking = one.books(NINE, wanted=ALONE)
    agreed_at = Booking.objects.get(pk=booking).agreed_at
    move(browser)
    told = f"/clinic/on/{DECEMBER}/told/"
    page = reached(browser)
    move(browser, now_on="令和8年12月27日")
    sent = {**hidden(page), "answer": answer, "note": "母が出た"}
    late = browser.post(f"{told}{one.held.case_id}/{booking}/", sent)
    assert late.status_code == 409
    assert all(words in squeezed(late) for words in ("日時が変わりました", "母が出た"))
    row = Booking.objects.get(pk=booking)
    assert (row.state, row.agreed_at) == ("booked", agreed_at)
    assert "clinic_moved" in one.kinds()
    again = {**sent, **hidden(squeezed(late))}
    assert browser.post(f"{told}{one.held.case_id}/{booking}/", again).status_code == 303


@pytest.mark.usefixtures("published")
def test_a_call_without_an_answer_chosen_keeps_the_note(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now, wishes=Wishes("phone"))
    booking = one.books(NINE, wanted=ALONE)
    move(browser)
    address = f"/clinic/on/{DECEMBER}/told/{one.held.case_id}/{booking}/"
    answer = browser.post(address, {"note": "母が出た", "revision": "0", "token": "t"})
    assert answer.status_code == 422
    page = squeezed(answer)
    assert "母が出た" in page
    assert 'href="#f-answer"' in page
    assert page.count('id="f-answer"') == 1
    stale = browser.post(address, {"answer": "keeps", "revision": "9", "token": "t", "note": "母"})
    assert stale.status_code == 409
    assert "母" in squeezed(stale)
    assert browser.get(address).status_code == 302


@pytest.mark.usefixtures("published")
def test_a_case_that_one_may_not_see_is_neither_named_nor_counted(
    browser: Client, staff: tuple[Staff, Client], office: OfficeCard, now: datetime
) -> None:
    hidden_ones = [coming(office, now), coming(office, now)]
    for one, place in zip(hidden_ones, (NINE, LAST), strict=True):
        one.books(place, wanted=ALONE)
        Access.objects.create(
            office_id=office.id,
            case_id=one.held.case_id,
            staff_id=staff[0].pk,
            kind="deny",
            at=now,
        )
    page = squeezed(browser.post(MOVE, {**TO, "do": "look"}))
    main = page.partition("<main")[2]
    for one in hidden_ones:
        assert not stand_in(main, Case.objects.get(pk=one.held.case_id).short_name)
    assert "ほかにも使えない枠があります" in main
    alone = main
    cancel(hidden_ones[1], now)
    again = squeezed(browser.post(MOVE, {**TO, "do": "look"})).partition("<main")[2]
    assert without_marks(again) == without_marks(alone)
    move(browser)
    for one in hidden_ones[:1]:
        assert "clinic_moved" in one.kinds()


@pytest.mark.usefixtures("published")
def test_a_move_does_not_tell_a_hidden_place_from_one_that_is_kept_free(
    browser: Client, staff: tuple[Staff, Client], office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now)
    one.books(LAST, wanted=ALONE)
    Access.objects.create(
        office_id=office.id, case_id=one.held.case_id, staff_id=staff[0].pk, kind="deny", at=now
    )
    shorter = {**TO, "spans": "9:00-11:15", "do": "look"}
    hidden_one = browser.post(MOVE, shorter)
    cancel(one, now)
    assert browser.post(MOVE, shorter).status_code == 200  # the control: the place is free
    offer = Rules(clinic(), desk(), changes(office.id))
    kept_actions.keep(one.staff, AtOffice(office.id), offer, LAST, now=now)
    kept = browser.post(MOVE, shorter)
    assert hidden_one.status_code == kept.status_code == 422
    assert without_marks(squeezed(hidden_one)) == without_marks(squeezed(kept))


def cancel(one: Coming, now: datetime) -> None:
    """One of them gives the place back."""
    Booking.objects.filter(case_id=one.held.case_id).update(state="cancelled", at=now)


def without_marks(page: str) -> str:
    """The page without what differs every time."""
    return re.sub(r'name="(token|csrfmiddlewaretoken)" value="[^"]+"', "", page)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"now_on": ""}, "新しい日"),
        ({"now_on": "2026-02-30"}, "こよみにありません"),
        ({"now_on": "2026-11-01"}, "過ぎた日です"),
        ({"now_on": "2027-01-16"}, "もう相談があります"),
        ({"now_on": "2026-12-19"}, "変わっていません"),
        ({"spans": "朝から"}, "8:30-12:00"),
        ({"spans": "9:00-9:10"}, "枠が一つも入りません"),
    ],
)
def test_a_move_that_cannot_be_gets_a_sentence_and_keeps_what_was_typed(
    browser: Client, typed: dict[str, str], said: str
) -> None:
    answer = browser.post(MOVE, {**TO, **typed, "do": "look"})
    assert answer.status_code == 422
    page = squeezed(answer)
    assert said in page
    for words in {**TO, **typed}.values():
        assert words in page
    assert Notice.objects.count() == 1


@pytest.mark.usefixtures("published")
def test_a_decision_meanwhile_shows_the_look_again_with_the_words(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    look = squeezed(browser.post(MOVE, {**TO, "do": "look"}))
    _, other = colleague(office, "supervisor", now)
    other.post("/notices/", {"kind": "news", "title": "別のお知らせ", "token": "x"})
    sent = {**TO, **SAID, **hidden(look), "do": "do"}
    stale = browser.post(MOVE, sent)
    assert stale.status_code == 409
    page = squeezed(stale)
    assert "ほかの決定がありました" in page
    assert SAID["body"] in page
    assert Notice.objects.count() == 2
    assert browser.post(MOVE, {**sent, **hidden(page)}).status_code == 303


@pytest.mark.usefixtures("published")
def test_an_equal_proposal_for_a_day_leads_to_the_first(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    def propose(who: Client, on: str) -> Response:
        typed = {**TO, "now_on": on}
        look = squeezed(who.post(MOVE, {**typed, "do": "look"}))
        return who.post(MOVE, {**typed, **SAID, **hidden(look), "do": "do"})

    assert propose(browser, "令和8年12月26日").status_code == 303
    first = Proposal.objects.get(outcome="open")
    _, other = colleague(office, "supervisor", now)
    for who in (browser, other):
        late = propose(who, "令和8年12月26日")
        assert late.status_code == 422
        page = squeezed(late)
        assert "同じことが、もう署名を待っています" in page
        assert f'href="/signing/#p-{first.pk}"' in page
        assert SAID["body"] in page
    assert propose(other, "令和8年12月27日").status_code == 303, "another day is not the same"
    assert Proposal.objects.filter(outcome="open").count() == 2


@pytest.mark.usefixtures("published")
def test_words_that_were_written_anew_stay_when_the_date_is_changed(browser: Client) -> None:
    look = squeezed(browser.post(MOVE, {**TO, "do": "look"}))
    first = dict(re.findall(r'<input type="text"[^>]* name="(title)" value="([^"]*)"', look))
    assert "12月26日" in first["title"]
    own = squeezed(browser.post(MOVE, {**TO, **SAID, "do": "back"}))
    assert SAID["body"] in own
    body = re.search(r'<textarea id="f-body"[^>]*>\n([^<]*)</textarea>', look)
    assert body
    given = {"title": first["title"], "body": body[1]}
    untouched = squeezed(browser.post(MOVE, {**TO, **given, "do": "back"}))
    assert first["title"] not in untouched


@pytest.mark.usefixtures("published")
def test_a_day_is_cancelled_and_another_added(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now, wishes=Wishes("wait"))
    one.books(NINE, wanted=ALONE)
    address = f"/clinic/on/{DECEMBER}/cancel/"
    look = squeezed(browser.get(address))
    assert one.case.short_name in look
    assert "中止します" in look
    sent = {**SAID, **hidden(look), "do": "do"}
    assert browser.post(address, sent).status_code == 303
    waits = browser.get("/clinic/").content.decode()
    which = "相談の日を中止する：2026年12月19日（土）"
    assert which in squeezed(waits)
    (proposal,) = set(re.findall(r'href="(/settings/proposals?/[^"]+)"', waits))
    assert which in squeezed(browser.get(proposal))
    sign_all(office.id, now)
    assert ClinicDayCancelled(THIRD) in notices.changes(office.id)
    told = squeezed(browser.get(f"/clinic/on/{DECEMBER}/told/"))
    assert "この日は中止です" in told
    assert "文で知らせる" in told
    assert "電話で知らせる" not in told
    assert "中止" in squeezed(browser.get("/clinic/"))
    assert browser.get(address).status_code == 422
    look = squeezed(browser.post("/clinic/add/", {**TO, "do": "look"}))
    sent = {**TO, **SAID, **hidden(look), "do": "do"}
    answer = browser.post("/clinic/add/", sent)
    assert (answer.status_code, answer["Location"]) == (303, "/clinic/")
    sign_all(office.id, now)
    assert ClinicDayAdded(NEXT_DAY) in notices.changes(office.id)


@pytest.mark.usefixtures("published")
def test_who_waits_for_a_day_is_among_those_to_tell_when_it_is_cancelled(
    browser: Client, staff: tuple[Staff, Client], office: OfficeCard, now: datetime
) -> None:
    rung, written = coming(office, now, wishes=Wishes("phone")), coming(office, now)
    for one in (rung, written):
        Access.objects.create(
            office_id=office.id, case_id=one.case.id, staff_id=staff[0].id, kind="assigned", at=now
        )
        Waiting.objects.create(office_id=office.id, case_id=one.case.id, day=DECEMBER, at=now)
    address = f"/clinic/on/{DECEMBER}/cancel/"
    look = squeezed(browser.get(address))
    assert all(stand_in(look, one.case.short_name) for one in (rung, written))
    assert "キャンセル待ちの人" in look
    assert "キャンセル待ちの人" not in squeezed(browser.post(MOVE, {**TO, "do": "look"}))
    assert browser.post(address, {**SAID, **hidden(look), "do": "do"}).status_code == 303
    sign_all(office.id, now)
    work_through(now)
    told = squeezed(browser.get(f"/clinic/on/{DECEMBER}/told/"))
    assert f'href="/clinic/calls/{rung.case.id}/"' in told
    assert f'href="/cases/{written.case.id}/#composer-title"' in told
    assert stand_in(squeezed(browser.get("/clinic/calls/")), rung.case.short_name)
    said = squeezed(browser.get(f"/clinic/calls/{rung.case.id}/"))
    assert "空きをお待ちいただいていた12月19日（土）は、取りやめになりました" in said
    row = Waiting.objects.get(case_id=rung.case.id)
    stop = f"/clinic/of/{rung.case.id}/wait/{row.pk}/stop/"
    assert stop in squeezed(browser.get(f"/clinic/of/{rung.case.id}/"))
    assert browser.post(stop).status_code == 303
    assert not stand_in(squeezed(browser.get("/clinic/calls/")), rung.case.short_name)


@pytest.mark.usefixtures("published")
def test_a_sample_of_a_move_is_the_public_page(browser: Client) -> None:
    look = squeezed(browser.post(MOVE, {**TO, "do": "look"}))
    sent = {**TO, **SAID, **hidden(look), "do": "sample"}
    page = squeezed(browser.post(MOVE, sent))
    assert "これは見本です" in page
    assert "12月19日" in page
    assert Notice.objects.count() == 1
    again = squeezed(browser.post(MOVE, {**TO, **SAID, "do": "look"}))
    assert SAID["body"] in again


def test_the_roster_and_who_sits(browser: Client, published: None, office: OfficeCard) -> None:
    form = squeezed(browser.get("/clinic/lawyers/"))
    token = re.search(r'name="token" value="(\w+)"', form)
    assert token
    sent = {"token": token[1], "lawyer_name": "佐藤 一郎", "firm": "第一法律事務所"}
    for _ in range(2):
        assert browser.post("/clinic/lawyers/", sent).status_code == 303
    row = Lawyer.objects.get(office_id=office.id)
    twice = browser.post("/clinic/lawyers/", {**sent, "token": "y"})
    assert twice.status_code == 422
    assert "もう名簿にあります" in squeezed(twice)
    seats = f"/clinic/on/{DECEMBER}/lawyers/"
    assert "佐藤 一郎" in squeezed(browser.get(seats))
    answer = browser.post(seats, {"seat-1": str(row.pk)})
    assert (answer.status_code, answer["Location"]) == (303, "/clinic/?year=2026")
    for page in ("/clinic/", f"/clinic/on/{DECEMBER}/"):
        assert "佐藤 一郎" in squeezed(browser.get(page))
    wrong = browser.post(f"/clinic/lawyers/{row.pk}/end/", {"last_on": "2020-01-01"})
    assert wrong.status_code == 422
    assert "過ぎた日です" in squeezed(wrong)
    ended = browser.post(f"/clinic/lawyers/{row.pk}/end/", {"last_on": "令和8年12月1日"})
    assert ended.status_code == 303
    assert not Sitting.objects.exists()
    assert browser.post(f"/clinic/lawyers/{row.pk}/end/", {"last_on": "x"}).status_code == 422
    assert browser.get("/clinic/on/2020-01-01/lawyers/").status_code == 404


def test_who_may_not_finds_nothing(office: OfficeCard, now: datetime) -> None:
    for role in ("auditor", "administrator"):
        _, other = colleague(office, role, now)
        for address in (
            "/clinic/",
            "/clinic/publish/2026/",
            MOVE,
            "/clinic/add/",
            "/clinic/lawyers/",
            f"/clinic/on/{DECEMBER}/told/",
            f"/clinic/on/{DECEMBER}/lawyers/",
        ):
            assert other.get(address).status_code == 404, (role, address)


@pytest.mark.usefixtures("published")
def test_a_day_that_is_none_is_not_there(browser: Client) -> None:
    for ref in ("2026-12-18", "x", "2026-12-19_kita"):
        for what in ("move", "cancel", "told", "lawyers"):
            assert browser.get(f"/clinic/on/{ref}/{what}/").status_code == 404, (ref, what)


def test_the_settings_lead_to_the_clinics_own_page(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    assert '<a href="/clinic/">' in squeezed(browser.get("/settings/clinic/"))
    assert "/clinic/?year=2027" in squeezed(browser.get("/settings/year/"))
    _, administrator = colleague(office, "administrator", now)
    assert '<a href="/clinic/">' not in squeezed(administrator.get("/settings/clinic/"))


@pytest.mark.usefixtures("published")
def test_who_is_not_called_gets_words_and_a_mail_that_says_nothing(
    browser: Client, staff: tuple[Staff, Client], office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now, wishes=Wishes("mail_only", mail=True))
    booking = one.books(NINE, wanted=ALONE)
    move(browser)
    told = f"/clinic/on/{DECEMBER}/told/"
    address = f"{told}{one.held.case_id}/{booking}/write/"
    page = reached(browser)
    assert "担当の職員が相談の画面から送ります" in page
    assert "message_text" not in page
    assert browser.post(address, {"message_text": "x"}).status_code == 404  # not one's own case
    Access.objects.create(
        office_id=office.id,
        case_id=one.held.case_id,
        staff_id=staff[0].pk,
        kind="assigned",
        at=now,
    )
    Case.objects.filter(pk=one.held.case_id).update(assignee_id=staff[0].pk)
    page = reached(browser)
    assert "12月26日（土）に変わりました" in page
    empty = browser.post(address, {**hidden(page), "message_text": " "})
    assert empty.status_code == 422
    assert 'href="#f-message_text"' in squeezed(empty)
    assert squeezed(empty).count('id="f-message_text"') == 1
    sent = {**hidden(page), "message_text": "日にちが変わりました。"}
    for _ in range(2):
        assert browser.post(address, sent).status_code == 303
    mail = Outgoing.objects.get(case_id=one.held.case_id, template="answered")
    assert "日にち" not in str(vars(mail))
    record = squeezed(browser.get(f"/cases/{one.held.case_id}/"))
    assert record.count("日にちが変わりました。") == 1
    assert browser.get(address).status_code == 302


@pytest.mark.usefixtures("published")
def test_who_was_written_to_is_said_to_be_and_when_until_the_day_moves_again(
    browser: Client, staff: tuple[Staff, Client], office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now, wishes=Wishes("mail_only", mail=True))
    booking = one.books(NINE, wanted=ALONE)
    Case.objects.filter(pk=one.held.case_id).update(assignee_id=staff[0].pk)
    Access.objects.create(
        office_id=office.id, case_id=one.held.case_id, staff_id=staff[0].pk, kind="assigned", at=now
    )
    move(browser)
    told = f"/clinic/on/{DECEMBER}/told/"
    assert "文を送りました" not in squeezed(browser.get(told))
    sent = {**hidden(reached(browser)), "message_text": "日にちが変わりました。"}
    address = f"{told}{one.held.case_id}/{booking}/write/"
    for _ in range(2):
        assert browser.post(address, sent).status_code == 303
    entry = Entry.objects.get(case_id=one.held.case_id, kind="sent")
    assert Booking.objects.get(pk=booking).written_at == entry.at
    page = squeezed(browser.get(told))
    assert "文を送りました。" in page
    assert "文を送りました：" in page
    assert "文を送りました。" not in squeezed(browser.get(told)), "said once"
    again = reached(browser)
    draft = again.partition('name="message_text"')[2].partition("</textarea>")[0]
    assert "変わりました" not in draft, "the same words are not offered again"
    assert "続けて送るときだけ" in again
    move(browser, now_on="令和8年12月27日")
    assert "文を送りました：" not in squeezed(browser.get(told))


@pytest.mark.usefixtures("published")
def test_who_has_no_number_is_told_apart(
    browser: Client, staff: tuple[Staff, Client], office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now, wishes=Wishes("wait"))
    one.books(NINE, wanted=ALONE)
    Case.objects.filter(pk=one.held.case_id).update(assignee_id=staff[0].pk, channel="mail")
    move(browser)
    page = reached(browser)
    assert "受付番号を渡した記録がないので" in page
    assert "message_text" not in page
    assert f'href="/cases/{one.held.case_id}/#composer-title"' in page
    Case.objects.filter(pk=one.held.case_id).update(channel="web")
    page = reached(browser)
    assert "返事は受付番号で読めます" in page
    assert "message_text" in page


@pytest.mark.usefixtures("published")
def test_the_script_says_nothing_before_it_is_the_person_and_shows_number_and_hours(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    wishes = Wishes("no_voicemail", hours=("morning",), name_desk=False)
    phones = ("0279-00-0101", "0279-00-0202")
    ones = [coming(office, now, wishes=wishes, phone=phone) for phone in phones]
    for one, place in zip(ones, (NINE, LAST), strict=True):
        one.books(place, wanted=ALONE)
    move(browser)
    told, first = f"/clinic/on/{DECEMBER}/told/", ones[0]
    booking = Booking.objects.get(case_id=first.held.case_id)
    page = squeezed(browser.get(told))
    assert "0279-00-0101" not in page
    assert "日にちが" not in page
    page = squeezed(browser.post(told, {"do": "reach", "booking": str(booking.pk)}))
    said = page.partition(f'id="b-{booking.pk}"')[2].partition('</li> <li class="entry"')[0]
    order = ["午前", "0279-00-0101", "本人と分かるまで、用件を言いません", "日にちが12月26日"]
    assert [said.index(words) for words in order] == sorted(said.index(words) for words in order)
    assert "と申します。いま、お話ししても" in said
    assert "何も残さずに切ります" in said
    assert page.count("0279-00-0101") == 1
    assert "0279-00-0202" not in page, "the other's case stays shut"
    assert Line.objects.filter(verb="clinic.prepare").count() == 1
    call = squeezed(browser.get(f"/clinic/calls/{first.held.case_id}/"))
    assert "本人と分かるまで、用件を言いません" in call


@pytest.mark.usefixtures("published")
def test_who_was_offered_a_place_has_not_answered(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now, wishes=Wishes("phone"))
    one.books(NINE, wanted=ALONE)
    Booking.objects.update(state="offered", until_at=now + timedelta(days=30))
    move(browser)
    page = squeezed(browser.get(f"/clinic/on/{DECEMBER}/told/"))
    assert "空きを案内中" in page
    assert "返事あり" not in page
    assert "回答待ち" in page
    assert f'href="/clinic/calls/{one.held.case_id}/"' in page


@pytest.mark.usefixtures("published")
def test_an_answer_written_down_of_the_wrong_person_is_taken_back_where_it_was_written(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now, wishes=Wishes("phone"))
    booking = one.books(NINE, wanted=ALONE)
    move(browser)
    work_through(now)
    told = f"/clinic/on/{DECEMBER}/told/"
    sent = {**hidden(reached(browser)), "answer": "keeps"}
    assert browser.post(f"{told}{one.held.case_id}/{booking}/", sent).status_code == 303
    page = squeezed(browser.get(told))
    address = f"/clinic/of/{one.held.case_id}/{booking}/take_back/"
    assert f'action="{address}"' in page
    assert f'name="told" value="{DECEMBER}"' in page
    assert "clinic_moved" not in one.kinds()
    back = browser.post(address, {**hidden(page), "told": DECEMBER})
    assert (back.status_code, back["Location"]) == (303, told)
    assert "回答待ち" in squeezed(browser.get(told))
    assert "clinic_moved" in one.kinds()


@pytest.mark.usefixtures("published")
def test_who_answered_is_not_rung_again_for_the_tries_of_before(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now, wishes=Wishes("phone"))
    booking = one.books(NINE, wanted=ALONE)
    move(browser)
    work_through(now)
    address = f"/clinic/on/{DECEMBER}/told/{one.held.case_id}/{booking}/"
    for answer in ("nobody", "later", "gives"):
        sent = {**hidden(reached(browser)), "answer": answer}
        assert browser.post(address, sent).status_code == 303
        assert ("call" in one.kinds()) is (answer != "gives")
    assert "clinic_moved" not in one.kinds()


@pytest.mark.usefixtures("published")
def test_a_page_that_is_stale_after_midnight_says_so_and_keeps_the_words(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    eve, after = at("2026-12-18 23:59"), at("2026-12-19 09:00")
    monkeypatch.setattr(arrival, "now", lambda: eve)
    session = browser.session
    session[SIGNED_IN_AT] = eve.isoformat()
    session.save()
    for act in ("move", "cancel"):
        address = f"/clinic/on/{DECEMBER}/{act}/"
        look = squeezed(browser.post(address, {**TO, "do": "look"}))
        monkeypatch.setattr(arrival, "now", lambda: after)
        late = browser.post(address, {**TO, **SAID, **hidden(look), "do": "do"})
        assert late.status_code == 422
        page = squeezed(late)
        assert "もう始まったか、終わっています" in page
        assert SAID["body"] in page
        monkeypatch.setattr(arrival, "now", lambda: eve)
    assert Notice.objects.count() == 1


@pytest.mark.usefixtures("published")
def test_pages_get_cards_and_no_rows(browser: Client, office: OfficeCard, now: datetime) -> None:
    coming(office, now, wishes=Wishes("phone")).books(NINE, wanted=ALONE)
    with watching() as watch:
        for path in ("/clinic/", "/clinic/publish/2027/", "/clinic/lawyers/", "/clinic/add/", MOVE):
            assert browser.get(path).status_code == 200, path
        assert browser.get(f"/clinic/on/{DECEMBER}/lawyers/").status_code == 200
        assert browser.post(MOVE, {**TO, "do": "reach"}).status_code == 200
        assert browser.post(f"/clinic/on/{DECEMBER}/told/", {"do": "reach"}).status_code == 200
    pages = ("year", "publish", "lawyers", "where_to", "seats", "look", "told")
    assert {f"desk/clinic/{page}.html" for page in pages} <= watch.templates
    assert not watch.found


def windows(one: Coming, *browsers: Client) -> list[Callable[..., Response]]:
    """The page of who is to be told, open in each of these before any of them presses."""
    booking = Booking.objects.get(case_id=one.held.case_id)
    told = f"/clinic/on/{DECEMBER}/told/"
    address = f"{told}{one.held.case_id}/{booking.pk}/"

    def press(browser: Client, shown: dict[str, str], **typed: str) -> Response:
        return browser.post(address, {**shown, **typed})

    return [partial(press, each, hidden(reached(each))) for each in browsers]


def calls_of(one: Coming) -> int:
    return Entry.objects.filter(case_id=one.held.case_id, kind="call").count()


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("answer", ["nobody", "later"])
@pytest.mark.parametrize("two_officers", [False, True])
def test_two_windows_write_one_call_down_once(
    browser: Client,
    office: OfficeCard,
    now: datetime,
    answer: str,
    two_officers: bool,  # noqa: FBT001 - a case of the table
) -> None:
    one = coming(office, now, wishes=Wishes("phone"))
    one.books(NINE, wanted=ALONE)
    move(browser)
    _, colleagues = colleague(office, "counsellor", now)
    first, second = windows(one, browser, colleagues if two_officers else browser)
    assert first(answer=answer).status_code == 303
    late = second(answer=answer, note="留守電でした")
    assert late.status_code == 409
    assert "ほかの職員が先に電話したのかもしれません" in squeezed(late)
    assert "留守電でした" in squeezed(late)
    assert calls_of(one) == 1


@pytest.mark.usefixtures("published")
def test_control_a_case_read_anew_at_the_press_counts_a_call_twice(
    browser: Client, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = cases.find
    monkeypatch.setattr(cases, "find", lambda actor, case_id, **_: find(actor, case_id))
    one = coming(office, now, wishes=Wishes("phone"))
    one.books(NINE, wanted=ALONE)
    move(browser)
    for press in windows(one, browser, browser):
        assert press(answer="nobody").status_code == 303
    assert calls_of(one) == 2


@pytest.mark.race
@pytest.mark.usefixtures("published")
def test_two_windows_at_the_same_moment_write_one_call_down_once(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    one = coming(office, now, wishes=Wishes("phone"))
    one.books(NINE, wanted=ALONE)
    move(browser)
    others = [browser, *(colleague(office, "counsellor", now)[1] for _ in range(3))]
    presses = windows(one, *others)
    answers = at_once(lambda n: presses[n](answer="nobody").status_code, len(presses))
    assert sorted(answers) == [303, 409, 409, 409]
    assert calls_of(one) == 1


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("by", ["person", "desk"])
@pytest.mark.parametrize("answer", ["keeps", "gives", "later", "nobody"])
def test_a_wish_changed_since_the_page_was_opened_asks_why_they_were_rung(
    browser: Client, office: OfficeCard, now: datetime, answer: str, by: str
) -> None:
    one = coming(office, now, wishes=Wishes("phone"))
    booking = one.books(NINE, wanted=ALONE)
    move(browser)
    work_through(now)
    (press,) = windows(one, browser)
    if by == "desk":
        supervisor = actor_of(colleague(office, "supervisor", now)[0])
        case = cases.find(supervisor, one.held.case_id)
        recording.record_wishes(supervisor, case, Wishes("wait", said="電話で"), now=now)
    else:
        shared, _ = drawers(office.id, one.held.case_id)
        public.change_wishes(
            case_public.consultee(office.id), Holding(shared), Wishes("wait"), now=now
        )
    refused = press(answer=answer, note="母が出た")
    assert refused.status_code == 409
    page = squeezed(refused)
    assert all(words in page for words in ("母が出た", "希望と異なる連絡をする理由", NEVER))
    assert (calls_of(one), Booking.objects.get(pk=booking).state) == (0, "booked")
    looked = {**hidden(page), "answer": answer, "note": "母が出た", "against_rule": "wait"}
    again = press(**looked, against_why=" ")
    assert again.status_code == 409
    assert "希望と異なる連絡をする理由を入れてください" in squeezed(again)
    assert calls_of(one) == 0
    assert press(**{**looked, **hidden(squeezed(again))}, against_why="命の危険").status_code == 303
    assert calls_of(one) == 1
    assert "命の危険" in squeezed(browser.get(f"/cases/{one.held.case_id}/"))
