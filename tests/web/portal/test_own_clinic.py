"""A person's own booking: kept, changed, given back, offered, waited for; nothing is lost."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from madoguchi.rules.programme.changes import (
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
)
from madoguchi.rules.steps.outcome import Result
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.models import Visit
from madoguchi.work.cases import actions, queries
from madoguchi.work.clinic import public as bookings
from madoguchi.work.clinic.models import Booking, Waiting
from madoguchi.work.clinic.sittings import actions as outcomes_actions
from tests.answers import squeezed
from tests.offices import actor_of, make_staff
from tests.web.portal import browsing, saturdays
from tests.web.portal.browsing import Pair
from tests.web.portal.saturdays import DECEMBER, JANUARY, Clock, decide, offer, page, press

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
TOKYO = ZoneInfo("Asia/Tokyo")
NINE_FORTY_FIVE = datetime(2026, 12, 19, 9, 45, tzinfo=TOKYO)
MOVED = ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 26))
AGAIN = ClinicDayMoved(date(2026, 12, 26), date(2027, 1, 9))
BACK = ClinicDayMoved(date(2026, 12, 26), date(2026, 12, 19))
SHORT = ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 26), hours="9:00-9:45")
OFF = ClinicDayCancelled(date(2026, 12, 19))


@pytest.fixture
def pair(portal: Client, office: OfficeCard, clock: Clock) -> Pair:
    """A town that published its year, and a person whose receipt is open: its two numbers."""
    decide(office, ClinicYearPublished(2026), clock.now)
    return come(portal)


def come(browser: Client) -> tuple[str, str]:
    browsing.fill(browser)
    pair = browsing.send(browser)
    browsing.open_receipt(browser, *pair)
    return pair


@pytest.fixture
def booked(office: OfficeCard, pair: Pair, clock: Clock) -> UUID:
    """The second place of the Saturday in December, confirmed."""
    return saturdays.book(office, pair, clock.now)


def row(booking: UUID) -> Booking:
    return Booking.objects.get(pk=booking)


def test_before_a_day_is_public_there_is_nothing_to_book(
    portal: Client, office: OfficeCard, clock: Clock
) -> None:
    come(portal)
    assert "弁護士の無料相談" not in portal.get("/s/f/").content.decode()
    assert 'href="/s/l/"' not in page(portal)
    decide(office, ClinicYearPublished(2026), clock.now)
    assert 'href="/s/l/"' in page(portal)
    assert 'name="to" value="book"' in squeezed(portal.get("/s/f/"))


def test_the_booking_stands_on_both_pages_with_day_time_place_and_state(
    portal: Client, booked: UUID
) -> None:
    follow = squeezed(portal.get("/s/f/"))
    assert "2026年12月19日（土）" in follow
    assert "予約済み" in follow
    assert 'name="to" value="own-clinic"' in follow
    shown = page(portal)
    for words in ("2026年12月19日（土）", "9時45分", "10時30分", "予約済み", "渋川市役所"):
        assert words in shown
    assert row(booked).agreed_at == NINE_FORTY_FIVE


def test_a_provisional_booking_is_called_one(
    portal: Client, office: OfficeCard, pair: Pair, clock: Clock
) -> None:
    saturdays.book(office, pair, clock.now, state="asked")
    assert "仮予約" in page(portal)
    assert "窓口が確かめてから、予約が決まります" in page(portal)


def test_the_moved_place_is_kept_by_one_click(
    portal: Client, office: OfficeCard, booked: UUID, clock: Clock
) -> None:
    decide(office, MOVED, clock.now)
    for shown in (page(portal), portal.get("/s/f/").content.decode()):
        assert "日が変わりました" in shown
        assert "2026年12月26日（土）" in shown
    assert "2026年12月19日（土）" in page(portal)  # what it was
    assert press(portal, "k")["Location"] == "/s/f/l/"
    assert row(booked).agreed_at == NINE_FORTY_FIVE + timedelta(days=7)
    shown = page(portal)
    assert "新しい日時で予約を続けます" in shown
    assert "予約済み" in shown
    assert "日が変わりました" not in shown


def test_kept_twice_it_is_kept_once(
    portal: Client, office: OfficeCard, booked: UUID, clock: Clock
) -> None:
    decide(office, MOVED, clock.now)
    shown = page(portal)
    assert [press(portal, "k", shown).status_code for _ in range(2)] == [303, 303]
    assert row(booked).revision == 2


@pytest.mark.parametrize("what", ["k", "x", "c"])
def test_a_day_that_moved_again_meanwhile_is_said_and_nothing_is_done(
    portal: Client, office: OfficeCard, booked: UUID, clock: Clock, what: str
) -> None:
    decide(office, MOVED, clock.now)
    shown = page(portal)
    decide(office, AGAIN, clock.now)
    answer = press(portal, what, shown, at=saturdays.free(shown)[-1])
    assert answer.status_code == 422
    assert "2027年1月9日（土）" in answer.content.decode()
    assert row(booked).agreed_at == NINE_FORTY_FIVE
    assert press(portal, "k", answer.content.decode()).status_code == 303
    assert row(booked).agreed_at == datetime(2027, 1, 9, 9, 45, tzinfo=TOKYO)


def test_a_day_that_moved_back_needs_no_answer(
    portal: Client, office: OfficeCard, booked: UUID, clock: Clock
) -> None:
    decide(office, MOVED, clock.now)
    decide(office, BACK, clock.now)
    assert "日が変わりました" not in page(portal)
    assert row(booked).agreed_at == NINE_FORTY_FIVE


@pytest.mark.parametrize(("change", "said"), [(OFF, "中止"), (SHORT, "時間が短くなり")])
def test_a_day_that_is_off_or_shorter_leads_to_another(
    portal: Client,
    office: OfficeCard,
    booked: UUID,
    clock: Clock,
    change: ClinicDayCancelled | ClinicDayMoved,
    said: str,
) -> None:
    decide(office, change, clock.now)
    shown = page(portal)
    assert said in shown
    assert "新しい日時で予約を続ける" not in shown
    january = next(one for one in saturdays.free(shown) if one.startswith(JANUARY))
    assert press(portal, "c", at=january)["Location"] == "/s/f/l/"
    assert (row(booked).day, row(booked).number) == (JANUARY, 1)


def test_changed_to_another_free_place(portal: Client, booked: UUID) -> None:
    places = saturdays.free(page(portal))
    assert not [one for one in places if one.startswith(f"{DECEMBER}/2/")]  # one's own
    assert press(portal, "c", at=places[-1]).status_code == 303
    assert f"{row(booked).day}/{row(booked).number}/" in places[-1]
    assert "日時を変えました" in page(portal)
    assert "仮予約" in page(portal)  # the desk confirms it again


def test_nothing_chosen_is_said(portal: Client, booked: UUID) -> None:
    answer = press(portal, "c", at="")
    assert answer.status_code == 422
    assert "エラー：" in answer.content.decode()
    assert row(booked).number == 2


def test_a_place_lost_meanwhile_leaves_ones_own(
    portal: Client, office: OfficeCard, booked: UUID, clock: Clock
) -> None:
    shown = page(portal)
    taken = next(one for one in saturdays.free(shown) if one.startswith(f"{DECEMBER}/3/"))
    Booking.objects.create(
        office_id=office.id,
        day=DECEMBER,
        number=3,
        state="kept",
        channel="desk",
        agreed_at=NINE_FORTY_FIVE,
        at=clock.now,
    )
    answer = press(portal, "c", shown, at=taken)
    assert answer.status_code == 422
    assert (row(booked).number, row(booked).state) == (2, "booked")
    assert taken not in saturdays.free(answer.content.decode())


def test_given_back_the_place_is_free_again(portal: Client, booked: UUID) -> None:
    assert press(portal, "x")["Location"] == "/s/f/l/"
    assert row(booked).state == "cancelled"
    shown = page(portal)
    assert "予約を取り消しました" in shown
    assert "いま、弁護士の無料相談の予約はありません" in shown


def test_two_tabs_the_second_hears_how_it_is(portal: Client, booked: UUID) -> None:
    first, second = page(portal), page(portal)
    assert press(portal, "x", first).status_code == 303
    answer = press(portal, "x", second)
    assert answer.status_code == 422
    assert "いま、弁護士の無料相談の予約はありません" in answer.content.decode()


def test_what_has_begun_is_changed_by_telephone_only(
    portal: Client, office: OfficeCard, pair: Pair, booked: UUID, clock: Clock
) -> None:
    clock.now = NINE_FORTY_FIVE - timedelta(minutes=5)
    browsing.open_receipt(portal, *pair)
    shown = page(portal)
    clock.now = NINE_FORTY_FIVE
    for what in ("x", "c"):
        answer = press(portal, what, shown, at=saturdays.free(shown)[-1])
        assert answer.status_code == 422
    assert row(booked).state == "booked"
    assert "始まる時刻を過ぎました" in page(portal)
    assert "/s/f/l/x/" not in page(portal)


def test_an_offer_is_accepted_and_answered_once(
    portal: Client, office: OfficeCard, pair: Pair, clock: Clock
) -> None:
    made = offer(office, pair, clock.now, clock.now + timedelta(hours=7))
    shown = page(portal)
    assert "2026年11月30日（月）17時まで" in shown
    assert press(portal, "o", shown, answer="yes").status_code == 303
    assert row(made).state == "booked"
    assert press(portal, "o", shown, answer="yes").status_code == 303  # the same button again
    later = press(portal, "o", shown, answer="no")
    assert later.status_code == 422
    assert row(made).state == "booked"
    assert "予約済み" in later.content.decode()


def test_an_offer_is_declined(portal: Client, office: OfficeCard, pair: Pair, clock: Clock) -> None:
    made = offer(office, pair, clock.now, clock.now + timedelta(hours=7))
    assert press(portal, "o", answer="no").status_code == 303
    assert row(made).state == "cancelled"
    assert "今回は見送りました" in page(portal)


def test_an_offer_whose_time_is_over_says_so(
    portal: Client, office: OfficeCard, pair: Pair, clock: Clock
) -> None:
    made = offer(office, pair, clock.now, clock.now + timedelta(minutes=5))
    shown = page(portal)
    assert "お返事をお待ちしています" in shown
    clock.now += timedelta(minutes=5)
    answer = press(portal, "o", shown, answer="yes")
    assert answer.status_code == 422
    assert row(made).state != "booked"
    assert "お返事をお待ちしています" not in answer.content.decode()


def test_the_list_is_joined_for_any_day_and_left(portal: Client, pair: Pair) -> None:
    assert press(portal, "w", day="").status_code == 303
    assert Waiting.objects.get().state == "waiting"
    assert "どの日でも、空きを待っています" in page(portal)
    assert press(portal, "e").status_code == 303
    assert Waiting.objects.get().state == "left"
    assert "どの日でも、空きを待っています" not in page(portal)
    assert press(portal, "w", day="").status_code == 303  # and again
    assert Waiting.objects.filter(state="waiting").count() == 1


@pytest.mark.parametrize(("rule", "silent"), [("wait", True), ("phone", False)])
def test_who_waits_and_wants_no_contact_is_told_to_look(
    portal: Client, pair: Pair, rule: str, *, silent: bool
) -> None:
    browsing.open_receipt(portal, *pair)
    portal.post("/s/f/w/", {"contact_rule": rule, "case": browsing.mark(portal)})
    page = squeezed(portal.get("/s/f/l/"))
    assert ("窓口からは連絡しません" in page) is silent
    assert ("順にご案内します" in page) is not silent


def test_a_full_day_can_be_waited_for_and_whose_it_is_is_not_said(
    portal: Client, office: OfficeCard, pair: Pair, clock: Clock
) -> None:
    for number in range(1, 5):
        Booking.objects.create(
            office_id=office.id,
            day=DECEMBER,
            number=number,
            state="kept",
            channel="desk",
            agreed_at=NINE_FORTY_FIVE,
            at=clock.now,
        )
    shown = page(portal)
    assert f'<option value="{DECEMBER}">' in shown
    assert f'<option value="{JANUARY}">' not in shown
    assert press(portal, "w", day=DECEMBER).status_code == 303
    assert "2026年12月19日（土）の空きを待っています" in page(portal)


def test_who_waits_for_a_day_that_is_cancelled_reads_that_it_is(
    portal: Client, office: OfficeCard, pair: Pair, clock: Clock
) -> None:
    assert press(portal, "w", day=DECEMBER).status_code == 303
    assert "空きを待っています" in page(portal)
    decide(office, OFF, clock.now)
    for shown in (page(portal), portal.get("/s/f/").content.decode()):
        assert "空きを待っていた2026年12月19日（土）の相談は、中止になりました" in shown
        assert "空きを待っています。" not in shown
    assert press(portal, "e").status_code == 303
    assert "中止になりました" not in page(portal)


@pytest.mark.parametrize("day", ["2026-12-20", "x", "2020-01-18"])
def test_a_day_that_is_none_is_not_waited_for(portal: Client, pair: Pair, day: str) -> None:
    assert press(portal, "w", day=day).status_code == 422
    assert not Waiting.objects.exists()


@pytest.mark.parametrize("what", ["k", "x", "c", "o", "w", "e", "t"])
def test_while_the_receipt_is_closed_nothing_happens_and_the_page_says_so(
    portal: Client, booked: UUID, what: str
) -> None:
    sent = saturdays.fields(page(portal), "x")
    Visit.objects.filter(kind="opened").delete()
    answer = portal.post(f"/s/f/l/{what}/", sent)
    if what == "t":
        assert answer["Location"] == "/s/f/l/"
    else:
        assert "まだ届いていません" in answer.content.decode()
    assert row(booked).revision == 1
    assert portal.get("/s/f/l/")["Location"] == "/s/f/"


@pytest.mark.parametrize(
    "changed",
    [
        {"booking": "x"},
        {"booking": "00000000-0000-4000-8000-000000000000"},
        {"revision": "x"},
        {"revision": "99999999999999999999"},
        {"case": "0" * 16},
        {"begins": "x"},
        {"begins": ""},
        {"begins": "2026-12-19T09:45:00"},
    ],
)
@pytest.mark.parametrize("what", ["k", "x"])
def test_what_no_page_sent_changes_nothing(
    portal: Client,
    office: OfficeCard,
    booked: UUID,
    clock: Clock,
    what: str,
    changed: dict[str, str],
) -> None:
    decide(office, MOVED, clock.now)
    assert press(portal, what, **changed).status_code in {200, 422}
    assert (row(booked).state, row(booked).agreed_at) == ("booked", NINE_FORTY_FIVE)


def test_nobody_elses_booking_is_touched(portal: Client, booked: UUID) -> None:
    sent = saturdays.fields(page(portal), "x")
    come(portal)  # another person in the same browser
    for changed in ({}, {"case": browsing.mark(portal)}):
        assert portal.post("/s/f/l/x/", sent | changed).status_code in {200, 422}
    assert row(booked).state == "booked"
    assert "2026年12月19日" not in page(portal)


def advise(office: OfficeCard, booking: UUID, now: datetime, told: str, *results: Result) -> None:
    """The desk writes down what came of the consultation."""
    case_id = row(booking).case_id
    assert case_id is not None
    actor = actor_of(make_staff(office, "counsellor", "木村", now))
    queries.open_case(actor, case_id, now=now)
    actions.take(actor, queries.find(actor, case_id), now=now)
    said = outcomes_actions.Consultation("came", results, advice=told)
    outcomes_actions.write(actor, queries.find(actor, case_id), seen(booking), said, now=now)


def seen(booking: UUID) -> bookings.BookingRevision:
    return bookings.BookingRevision(booking, row(booking).revision)


def test_what_comes_next_stands_there_as_the_desk_wrote_it(
    portal: Client, office: OfficeCard, pair: Pair, booked: UUID, clock: Clock
) -> None:
    assert "相談のあと" not in page(portal)
    clock.now = NINE_FORTY_FIVE + timedelta(days=2)
    text = "見積書を\n<b>もらって</b>ください。"
    advise(office, booked, clock.now, text, Result.DELETION, Result.SUBSIDY)
    browsing.open_receipt(portal, *pair)
    assert 'href="/s/f/l/#next"' in portal.get("/s/f/").content.decode()
    shown = page(portal)
    assert "見積書を<br>&lt;b&gt;もらって&lt;/b&gt;ください。" in shown
    assert 'href="/subsidy/"' in shown
    assert "対象になるかもしれません" in shown  # never a promise
    advise(office, booked, clock.now, "見積書は要りません。", Result.DELETION)
    shown = page(portal)
    assert "見積書は要りません" in shown
    assert 'href="/subsidy/"' not in shown  # the later one holds


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_every_column_and_never_kept(portal: Client, booked: UUID, column: str) -> None:
    answer = portal.get(f"{column}/s/f/l/")
    assert answer["Cache-Control"] == "no-store"
    shown = answer.content.decode()
    title = shown.partition("<title>")[2].partition("</title>")[0]
    assert not [word for word in ("弁護士", "lawyer", "相談", "そうだん") if word in title]
    assert f'action="{column}/s/f/l/x/"' in shown
    assert "渡辺" not in shown  # the other party is nobody's business who looks at the screen
