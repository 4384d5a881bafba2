"""Who gets in: colleagues of this office, while their account lasts; everything else is refused."""

import re
import uuid
from datetime import datetime, timedelta

import pytest
from django.conf import settings as current
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from madoguchi.config.version import version
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.web.desk.door import SIGNED_IN_AT
from tests.answers import squeezed
from tests.digits import stand_in
from tests.offices import DESK_HOST, OTHER_DESK_HOST, make_staff
from tests.web.desk.colleagues import asked, colleague, do, hidden, inside, sign_in
from tests.web.portal.test_untaken import repeated

NOWHERE = "/cases/00000000-0000-4000-8000-000000000000/"


def verbs() -> list[str]:
    return list(Line.objects.order_by("seq").values_list("verb", flat=True))


@pytest.mark.parametrize(
    "path", ["/", NOWHERE, "/notices/", "/staff/", "/audit/", "/me/", "/hidden/"]
)
def test_a_stranger_is_sent_to_sign_in(desk: Client, path: str) -> None:
    answer = desk.get(path)
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/"
    assert answer["Cache-Control"] == "no-store"


def test_a_wrong_password_gets_a_sentence_and_a_line_and_locks_nobody_out(
    office: OfficeCard, desk: Client, now: datetime
) -> None:
    staff = make_staff(office, "counsellor", "木村", now)
    for _ in range(4):
        answer = desk.post("/sign-in/", {"login": staff.username, "password": "x" * 20})
        assert answer.status_code == 200
        assert "登録と異なります" in answer.content.decode()
        assert staff.username in answer.content.decode()
    assert verbs().count("staff.sign_in_refused") == 4
    assert Line.objects.filter(staff_id=staff.id, outcome="refused").count() == 4
    sign_in(staff)
    assert verbs()[-1] == "staff.signed_in"


def test_an_unknown_name_and_a_wrong_password_look_the_same(
    office: OfficeCard, desk: Client, now: datetime
) -> None:
    staff = make_staff(office, "counsellor", "木村", now)
    known = desk.post("/sign-in/", {"login": staff.username, "password": "x" * 20})
    other = desk.post("/sign-in/", {"login": "nobody@example.jp", "password": "x" * 20})
    sentence = "利用者名かパスワードが登録と異なります"
    assert sentence in known.content.decode()
    assert sentence in other.content.decode()


def test_whoever_is_in_sees_which_program_runs_and_no_stranger_does(
    office: OfficeCard, desk: Client, now: datetime
) -> None:
    _, browser = colleague(office, "counsellor", now)
    foot = squeezed(browser.get("/")).partition("<footer")[2]
    assert f"madoguchi {version()}" in foot
    assert version() not in squeezed(desk.get("/sign-in/"))


def test_an_account_of_another_office_does_not_get_in(
    office: OfficeCard, other_office: OfficeCard, desk: Client, now: datetime
) -> None:
    stranger = make_staff(other_office, "supervisor", "県の人", now)
    told = {"login": stranger.username, "password": f"{stranger.username}-password-long"}
    assert desk.post("/sign-in/", told).status_code == 200
    assert desk.get("/")["Location"] == "/sign-in/"
    assert not Line.objects.filter(office_id=office.id, staff_id=stranger.id).exists()
    assert sign_in(stranger, OTHER_DESK_HOST).get("/").status_code == 200


def test_a_session_does_not_open_another_office(
    browser: Client, office: OfficeCard, other_office: OfficeCard
) -> None:
    here = browser.get("/", headers={"host": OTHER_DESK_HOST})
    assert here.status_code == 302
    assert other_office.id != office.id


def test_an_account_that_ends_is_out_at_once(office: OfficeCard, now: datetime) -> None:
    staff, browser = colleague(office, "counsellor", now)
    Staff.objects.filter(pk=staff.pk).update(ends_at=now - timedelta(days=400))
    assert browser.get("/")["Location"] == "/sign-in/"
    assert browser.get("/")["Location"] == "/sign-in/"


def test_after_ten_hours_one_signs_in_again(browser: Client, now: datetime) -> None:
    session = browser.session
    session["signed_in_at"] = (now - timedelta(days=400)).isoformat()
    session.save()
    assert browser.get("/")["Location"] == "/sign-in/"


def test_an_idle_session_ends(browser: Client, now: datetime) -> None:
    assert current.SESSION_COOKIE_AGE == 15 * 60
    Session.objects.update(expire_date=now - timedelta(days=400))
    assert browser.get("/")["Location"] == "/sign-in/"


def test_what_was_typed_is_shown_when_the_session_was_over(
    office: OfficeCard, desk: Client, now: datetime
) -> None:
    case = asked(office, now)
    answer = desk.post(f"/cases/{case.pk}/answer/", {"answer_text": "長い返事 <b>", "token": "t"})
    assert answer.status_code == 403
    assert "長い返事 &lt;b&gt;" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("why", ["signed out in another tab", "ten hours"])
def test_what_was_chosen_is_shown_with_its_question_and_no_cause_is_guessed(
    office: OfficeCard, now: datetime, why: str
) -> None:
    case = asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    if why == "ten hours":
        session = browser.session
        session[SIGNED_IN_AT] = (now - timedelta(hours=11)).isoformat()
        session.save()
    else:
        browser.logout()
    said = {"contact_rule": "wait", "mail": "no", "said": "本人から電話で"}
    page = squeezed(browser.post(f"/wishes/{case.pk}/", said))
    shown = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page)
    plain = [tuple(re.sub(r"<[^>]+>", "", each).strip() for each in pair) for pair in shown]
    assert ("連絡の方法", "相談者から連絡があるまで、窓口からは連絡しない") in plain
    assert ("お知らせだけのメール", "送らない") in plain
    assert ("だれが、いつ、どうやって言ったか", "本人から電話で") in plain
    assert "時間がたった" not in page


def test_what_was_typed_is_sent_once_signed_in_again(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    staff, browser = colleague(office, "counsellor", now)
    assert do(browser, case, "take").status_code == 303
    address = f"/cases/{case.pk}/"
    typed = hidden(browser.get(address).content.decode()) | {"note_text": "書きかけの記録"}
    Session.objects.all().delete()
    page = browser.post(f"{address}note/", typed)
    assert page.status_code == 403
    assert repeated(page) == typed
    assert repeated(browser.post(f"{address}note/", typed)) == typed, "too early loses nothing"
    again = inside(staff).post(f"{address}note/", repeated(page))
    assert again.status_code == 303
    assert "書きかけの記録" in inside(staff).get(address).content.decode()


def token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return found[1]


def test_signing_in_changes_the_token_so_that_it_is_sent_by_two_presses(
    office: OfficeCard, now: datetime
) -> None:
    """What the page says: once there, and once more on the page that follows."""
    staff = make_staff(office, "counsellor", "木村", now)
    at_home = {"host": DESK_HOST, "origin": f"http://{DESK_HOST}"}
    browser = Client(enforce_csrf_checks=True, headers=at_home)

    def enter() -> None:
        name = {"login": staff.username, "password": f"{staff.username}-password-long"}
        form = name | {"csrfmiddlewaretoken": token(browser.get("/sign-in/").content.decode())}
        assert browser.post("/sign-in/", form).status_code == 302

    enter()
    old = token(browser.get("/search/").content.decode())
    typed = {"words": "見本", "purpose": "check", "csrfmiddlewaretoken": old}
    Session.objects.all().delete()
    ended = browser.post("/search/", typed)
    assert "次の画面でもう一度押すと、送れます" in ended.content.decode()
    enter()
    stale = browser.post("/search/", repeated(ended) | {"csrfmiddlewaretoken": old})
    assert (stale.status_code, repeated(stale)["words"]) == (403, "見本")
    fresh = {"csrfmiddlewaretoken": token(stale.content.decode())}
    assert browser.post("/search/", repeated(stale) | fresh).status_code == 200


def test_a_temporary_password_is_changed_first(office: OfficeCard, now: datetime) -> None:
    staff = make_staff(office, "counsellor", "木村", now)
    browser = inside(staff)
    Staff.objects.filter(pk=staff.pk).update(temporary_password=True)
    assert browser.get("/")["Location"] == "/me/password/"
    new = "しぶかわ の あさ は はやい です"
    old = f"{staff.username}-password-long"
    short = {"oldpassword": old, "password1": "みじかい", "password2": "みじかい"}
    assert "15文字以上" in browser.post("/me/password/", short).content.decode()
    changed = browser.post(
        "/me/password/", {"oldpassword": old, "password1": new, "password2": new}
    )
    assert changed.status_code == 302
    assert browser.get("/").status_code == 200
    assert "staff.password_changed" in verbs()


def test_production_asks_for_a_second_factor_first(browser: Client, settings: Settings) -> None:
    assert "パスワードだけで入っています" in browser.get("/").content.decode()
    settings.DEMO = False
    assert browser.get("/")["Location"] == "/me/"
    assert browser.get("/me/").status_code == 200


def test_signing_up_and_resetting_do_not_exist(desk: Client) -> None:
    paths = ("/sign-in/signup/", "/signup/", "/accounts/login/", "/password/reset/", "/me/email/")
    assert {desk.get(path).status_code for path in paths} == {404}


def test_signing_out_ends_the_session(browser: Client) -> None:
    assert browser.get("/sign-out/").status_code == 200
    assert browser.post("/sign-out/").status_code == 302
    assert browser.get("/")["Location"] == "/sign-in/"
    assert verbs()[-1] == "staff.signed_out"


def test_hiding_shows_nothing_of_the_desk(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    page = browser.get("/hidden/").content.decode()
    assert not stand_in(page, case.short_name)
    assert "相談" not in page.split("<main", 1)[1]


def test_a_strange_host_gets_nothing(office: OfficeCard) -> None:
    strange = Client(headers={"host": f"{uuid.uuid4().hex}.example"})
    assert strange.get("/sign-in/").status_code == 400
    assert Client(headers={"host": DESK_HOST}).get("/sign-in/").status_code == 200
    assert office.slug == "shibukawa"
