"""The pages of interviews: a week, a day, a case's own; refused or stale, nothing typed is lost."""

import re
import uuid
from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client

from madoguchi.rules.interviews import slots
from madoguchi.rules.opening import working_days
from madoguchi.rules.programme.load import programme
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.web.desk.door import SIGNED_IN_AT
from madoguchi.web.kit import arrival
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.interviews.models import Interview
from madoguchi.work.notices import actions as notices
from tests.answers import Response, squeezed
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, do

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
DESK = programme("shibukawa").desk


ASKED = {"cancelled_by": "person", "cancelled_why": "用事ができた"}


def a_day_ahead() -> date:
    """The second working day from now: its times are all to come."""
    days = working_days(DESK, moment().date() + timedelta(days=1))
    return next(days)


@pytest.fixture
def staff(office: OfficeCard) -> tuple[Staff, Client]:
    return colleague(office, "counsellor", moment())


@pytest.fixture
def case(clerk: Client, office: OfficeCard) -> Case:
    """A case that the colleague took."""
    about = {"name": "花子", "officer": "female", "language": "中国語", "support": ["sign"]}
    row = asked(office, moment(), about=about, visit_when="水曜の午後")
    assert do(clerk, row, "take").status_code == 303
    return row


def at(on: date, starts: time = time(10, 30)) -> str:
    return f"{on.isoformat()}T{starts:%H:%M}"


def token(page: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', page)
    assert found
    return found[1]


def book(browser: Client, case: Case, when: str, **typed: object) -> Response:
    """Fill and press the form of a new interview."""
    page = squeezed(browser.get(f"/interviews/of/{case.pk}/"))
    sent = {"token": token(page), "at": when, **typed}
    return browser.post(f"/interviews/of/{case.pk}/", sent)


def press(browser: Client, case: Case, verb: str, **typed: object) -> Response:
    """Press a verb of the case's only interview."""
    row = Interview.objects.get()
    sent = {"token": "t", "revision": row.revision, **typed}
    return browser.post(f"/interviews/of/{case.pk}/{row.pk}/{verb}/", sent)


def test_the_form_begins_with_what_the_person_said(clerk: Client, case: Case) -> None:
    page = squeezed(clerk.get(f"/interviews/of/{case.pk}/"))
    assert "水曜の午後" in page
    assert 'value="中国語"' in page
    assert 'value="female" checked' in page
    assert 'value="sign" checked' in page
    free = re.findall(r'<option value="(\d[^"]+)"', page)
    assert at(a_day_ahead()) in free
    offered = [datetime.fromisoformat(one) for one in free]
    assert all(one.time() in {s.starts for s in slots(DESK, one.date())} for one in offered)


def test_booked_it_stands_in_week_day_and_record(clerk: Client, case: Case) -> None:
    on = a_day_ahead()
    answer = book(clerk, case, at(on), support=["sign"], note="車いすです")
    assert (answer.status_code, answer["Location"]) == (303, f"/interviews/of/{case.pk}/")
    name = Case.objects.get().short_name
    for path in (f"/interviews/?from={on}", f"/interviews/on/{on}/"):
        page = squeezed(clerk.get(path))
        assert name in page
        assert "車いす" not in page
    assert "車いすです" in squeezed(clerk.get(f"/interviews/of/{case.pk}/"))
    page = squeezed(clerk.get(f"/cases/{case.pk}/"))
    assert "に予約した" in page
    for due in (page[page.index("次の対応") :], squeezed(clerk.get("/?tab=mine"))):
        words = re.sub("<[^>]+>", "", due)
        assert re.search(rf"{on.month}月{on.day}日[^面]*10時30分[^面]*面談", words)


def test_a_closed_day_is_refused_in_words_and_nothing_typed_is_lost(
    clerk: Client, case: Case
) -> None:
    on = a_day_ahead()
    sunday = on + timedelta(days=6 - on.weekday())
    answer = book(clerk, case, at(sunday), support=["writing"], note="母と行きます")
    page = squeezed(answer)
    assert answer.status_code == 422
    assert "その日は窓口が休みです" in page
    assert 'value="母と行きます"' in page
    assert 'value="writing" checked' in page
    assert not Interview.objects.exists()


def test_a_day_closed_while_the_page_lay_open(
    clerk: Client, staff: tuple[Staff, Client], case: Case, office: OfficeCard
) -> None:
    on = a_day_ahead()
    assert at(on) in squeezed(clerk.get(f"/interviews/of/{case.pk}/"))
    notices.publish(
        actor_of(staff[0]),
        AtOffice(office.id),
        "desk_closed",
        "臨時休み",
        "",
        on,
        {"on": on.isoformat()},
        now=moment(),
    )
    assert "その日は窓口が休みです" in squeezed(book(clerk, case, at(on)))


def test_a_time_that_is_full_meanwhile(clerk: Client, case: Case, office: OfficeCard) -> None:
    on = a_day_ahead()
    assert book(clerk, asked(office, moment()), at(on)).status_code == 303
    answer = book(clerk, case, at(on), language="ベトナム語")
    assert answer.status_code == 422
    assert "予約がいっぱいです" in squeezed(answer)
    assert 'value="ベトナム語"' in squeezed(answer)


@pytest.mark.parametrize("wrong", ["", "x", "2026-13-40T99:99", "2026-12-04", "'; DROP TABLE"])
def test_no_time_or_none_that_can_be_read(clerk: Client, case: Case, wrong: str) -> None:
    answer = book(clerk, case, wrong, note="母と行きます")
    assert answer.status_code == 422
    assert 'value="母と行きます"' in squeezed(answer)


def test_pressed_twice_it_is_booked_once(clerk: Client, case: Case) -> None:
    page = squeezed(clerk.get(f"/interviews/of/{case.pk}/"))
    sent = {"token": token(page), "at": at(a_day_ahead())}
    for _ in range(2):
        assert clerk.post(f"/interviews/of/{case.pk}/", sent).status_code == 303
    assert Interview.objects.count() == 1


def test_moved_then_a_stale_page_changes_nothing(clerk: Client, case: Case) -> None:
    on = a_day_ahead()
    book(clerk, case, at(on))
    assert press(clerk, case, "move", at=at(on, time(14))).status_code == 303
    assert Interview.objects.get().starts == time(14)
    answer = press(clerk, case, "cancel", revision=0, **ASKED)
    assert answer.status_code == 409
    assert "予約に動きがありました" in squeezed(answer)
    assert press(clerk, case, "cancel", **ASKED).status_code == 303
    assert Interview.objects.get().state == "cancelled"


def test_nobody_is_said_to_have_come_before(clerk: Client, case: Case) -> None:
    book(clerk, case, at(a_day_ahead()))
    for verb in ("come", "miss"):
        answer = press(clerk, case, verb)
        assert answer.status_code == 422
        assert "面談の時刻の前です" in squeezed(answer)
    assert clerk.post(f"/interviews/of/{case.pk}/{case.pk}/burn/").status_code == 404


def test_who_came_today_is_said_from_the_days_sheet(clerk: Client, case: Case) -> None:
    book(clerk, case, at(a_day_ahead()))
    today = moment().date()
    Interview.objects.update(on=today, starts=time(0), ends=time(1))
    answer = press(clerk, case, "come", back=today.isoformat())
    assert answer["Location"] == f"/interviews/on/{today}/"
    page = squeezed(clerk.get(f"/interviews/of/{case.pk}/"))
    assert f'href="/cases/{case.pk}/#composer-title"' in page
    assert press(clerk, case, "miss", back="//evil.test/")["Location"].startswith("/interviews/")
    assert Interview.objects.get().state == "absent"


def go_to(browser: Client, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """It is then; the browser signed in a moment ago."""
    monkeypatch.setattr(arrival, "now", lambda: now)
    session = browser.session
    session[SIGNED_IN_AT] = now.isoformat()
    session.save()


def test_who_is_said_to_have_come_too_early_is_expected_again(
    clerk: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(clerk, case, at(a_day_ahead()))
    today, two = moment().date(), moment().replace(hour=14, minute=0, second=0)
    Interview.objects.update(on=today, starts=time(14), ends=time(15))
    go_to(clerk, monkeypatch, two - timedelta(hours=4))
    own, of_day = f"/interviews/of/{case.pk}/", f"/interviews/on/{today}/"
    assert "/expect/" not in squeezed(clerk.get(own))
    assert press(clerk, case, "come").status_code == 303
    assert "来所を取り消す（押しまちがい）" in squeezed(clerk.get(own))
    assert press(clerk, case, "miss").status_code == 422, "nobody is absent before the time"
    assert press(clerk, case, "expect", back=today.isoformat())["Location"] == of_day
    assert Interview.objects.get().state == "booked"
    open_dues = Due.objects.filter(case_id=case.pk, done_at=None)
    assert open_dues.filter(kind="interview", on=today).exists()
    assert not open_dues.filter(kind="interview_came").exists()
    assert "押しまちがいとして取り消した" in squeezed(clerk.get(f"/cases/{case.pk}/"))
    assert press(clerk, case, "come").status_code == 303
    go_to(clerk, monkeypatch, two + timedelta(minutes=5))
    late = press(clerk, case, "expect")
    assert late.status_code == 422
    assert "「来なかった」を押してください" in squeezed(late)
    assert press(clerk, case, "miss").status_code == 303
    assert set(open_dues.values_list("kind", flat=True)) >= {"interview_missed"}
    assert not open_dues.filter(kind__in=("interview", "interview_came")).exists()


def test_a_place_is_kept_free_and_given_back(clerk: Client, case: Case, office: OfficeCard) -> None:
    on = a_day_ahead()
    sent = {"token": "t", "at": at(on)}
    assert clerk.post(f"/interviews/on/{on}/keep/", sent).status_code == 303
    assert at(on) not in squeezed(clerk.get(f"/interviews/of/{case.pk}/"))
    _, other = colleague(office, "supervisor", moment())
    kept = Interview.objects.get().pk
    assert other.post(f"/interviews/kept/{kept}/", {"back": f"{on}"}).status_code == 404
    page = squeezed(clerk.get(f"/interviews/on/{on}/"))
    assert f"/interviews/kept/{kept}/" in page
    assert f"/interviews/kept/{kept}/" not in squeezed(other.get(f"/interviews/on/{on}/"))
    assert clerk.post(f"/interviews/kept/{kept}/", {"back": f"{on}"}).status_code == 303
    assert not Interview.objects.exists()


def inside(answer: Response) -> str:
    """What the page itself says, without tokens and the moment at which it was made."""
    page = squeezed(answer).partition("<main")[2]
    return re.sub(r'value="[A-Za-z0-9]{32,}"|datetime="[^"]+T[^"]+"', "", page)


def test_to_a_relative_it_is_a_place_not_used_byte_for_byte(
    clerk: Client, case: Case, office: OfficeCard
) -> None:
    on = a_day_ahead()
    relative, browser = colleague(office, "counsellor", moment())
    book(clerk, case, at(on))
    Access.objects.create(
        office_id=office.id, case_id=case.pk, staff_id=relative.pk, kind="deny", at=moment()
    )
    paths = (f"/interviews/?from={on}", f"/interviews/on/{on}/")
    hidden = [inside(browser.get(path)) for path in paths]
    press(clerk, case, "cancel", **ASKED)
    clerk.post(f"/interviews/on/{on}/keep/", {"token": "t", "at": at(on)})
    kept = [inside(browser.get(path)) for path in paths]
    assert hidden == kept
    assert squeezed(clerk.get(paths[1])) != squeezed(browser.get(paths[1]))
    assert browser.get(f"/interviews/of/{case.pk}/").status_code == 404
    booked = Interview.objects.get(state="cancelled").pk
    answer = browser.post(f"/interviews/of/{case.pk}/{booked}/cancel/", {"revision": 1})
    assert answer.status_code == 404


@pytest.mark.opens("interview.prepare")
def test_what_a_day_needs_is_shown_when_asked_for_and_has_a_line_for_each_case(
    clerk: Client, case: Case, office: OfficeCard
) -> None:
    on = a_day_ahead()
    book(clerk, case, at(on), support=["sign"], note="車いすです")
    relative, browser = colleague(office, "counsellor", moment())
    Access.objects.create(
        office_id=office.id, case_id=case.pk, staff_id=relative.pk, kind="deny", at=moment()
    )
    lines = Line.objects.filter(verb="interview.prepare")
    assert "車いす" not in squeezed(browser.post(f"/interviews/on/{on}/"))
    assert not lines.exists()
    page = squeezed(clerk.post(f"/interviews/on/{on}/"))
    assert "車いすです" in page
    assert "手話" in page
    assert [line.case_id for line in lines] == [case.pk]


@pytest.mark.parametrize("said", ["x", "2026-02-30", "1900-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_not_there(clerk: Client, said: str) -> None:
    assert clerk.get(f"/interviews/?from={said}").status_code == 404
    assert clerk.get(f"/interviews/on/{said}/").status_code == 404


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_roles_beside_the_cases_have_no_calendar(office: OfficeCard, role: str) -> None:
    _, browser = colleague(office, role, moment())
    assert browser.get("/interviews/").status_code == 404
    assert Line.objects.filter(outcome="done", verb="interview.list").count() == 0


def test_who_cancels_says_who_wished_it_and_why(clerk: Client, case: Case) -> None:
    book(clerk, case, at(a_day_ahead()))
    bare = press(clerk, case, "cancel", cancelled_why="用事ができた")
    assert bare.status_code == 422
    assert 'value="用事ができた"' in squeezed(bare)
    assert Interview.objects.get().state == "booked"
    assert press(clerk, case, "cancel", **ASKED).status_code == 303
    assert "相談者の申し出。用事ができた" in squeezed(clerk.get(f"/cases/{case.pk}/"))


def unfolded(page: str) -> str:
    """What stands on a page without a press."""
    innermost = re.compile(r"<details(?! open)[^>]*>(?:(?!<details).)*?</details>")
    while innermost.search(page):
        page = innermost.sub("", page)
    return page


def test_the_week_begins_with_today_and_folds_what_is_over(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    thursday = a_day_ahead() + timedelta(days=7 + 3 - a_day_ahead().weekday())
    at_ten = datetime.combine(thursday, time(10), moment().tzinfo)
    monkeypatch.setattr(arrival, "now", lambda: at_ten)
    session = clerk.session
    session[SIGNED_IN_AT] = at_ten.isoformat()
    session.save()
    page = squeezed(clerk.get("/interviews/"))
    shown = unfolded(page)
    assert "今週の過ぎた日（3日）" in page
    days = [f'href="/interviews/on/{thursday + timedelta(days=n)}/"' for n in range(-3, 2)]
    assert all(one in page for one in days)
    assert [one in shown for one in days] == [False, False, False, True, True]
    for place in (f"/interviews/on/{thursday}/", "/interviews/"):
        today = (
            squeezed(clerk.get(place))
            .partition(str(thursday))[2]
            .partition(str(thursday + timedelta(days=1)))[0]
        )
        assert "空き" in today, "from ten o'clock on"
        assert "空き" not in today.partition("10:00")[0], "what is over is not free"
    earlier = squeezed(clerk.get(f"/interviews/?from={thursday - timedelta(days=7)}"))
    assert "過ぎた日" not in earlier, "of a week that is over nothing is folded"


def test_of_many_interviews_and_promises_what_waits_stands_first(
    clerk: Client, case: Case, office: OfficeCard
) -> None:
    today = moment().date()
    assert book(clerk, case, at(a_day_ahead())).status_code == 303
    row = Interview.objects.get()
    for ago, state in ((1, "booked"), (2, "came"), (3, "absent"), (0, "came")):
        kept = Interview.objects.get(pk=row.pk)
        kept.pk, kept.on, kept.state = uuid.uuid4(), today - timedelta(days=ago), state
        kept.save(force_insert=True)
    for ahead in (-2, 0, *range(1, 9)):
        Due.objects.create(
            office_id=office.id,
            case_id=case.pk,
            kind="call",
            on=today + timedelta(days=ahead),
            how="chosen",
        )
    page = squeezed(clerk.get(f"/interviews/of/{case.pk}/"))
    shown = unfolded(page)
    assert "あとの日の約束（8件）" in page
    assert len(set(re.findall(r'name="(how_\w+)"', page))) == 10
    assert len(set(re.findall(r'name="(how_\w+)"', shown))) == 2
    assert len(re.findall('<li class="entry">', page)) == len(re.findall("<h3>", page))
    assert len(re.findall('<li class="entry">', shown)) + 2 == len(
        re.findall('<li class="entry">', page)
    ), "only what is over and written down is folded"


def test_a_promise_of_a_later_day_that_was_wrongly_answered_is_not_folded(
    clerk: Client, case: Case, office: OfficeCard
) -> None:
    later = Due.objects.create(
        office_id=office.id,
        case_id=case.pk,
        kind="call",
        on=moment().date() + timedelta(days=9),
        how="chosen",
    )
    wrong = book(clerk, case, at(a_day_ahead()), **{f"how_{later.pk.hex}": "dropped"})
    assert wrong.status_code == 422
    assert f'name="how_{later.pk.hex}"' in unfolded(squeezed(wrong))
