"""The second factor: taken into use, asked for, slowed down when wrong, sealed at rest."""

import re
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.signin.signals import SECOND_STEPS
from madoguchi.web.kit import arrival
from tests.offices import DESK_HOST, make_staff
from tests.web.desk.colleagues import inside

HERE, ELSEWHERE = "127.0.0.0/24", "192.0.2.9"


def code_of(secret: str) -> str:
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


def next_code_of(secret: str) -> str:
    """The one that a telephone's clock which is half a minute ahead shows: not used yet."""
    return str(format_hotp_value(hotp_value(secret, max(yield_hotp_counters_from_time()))))


def enrolled(office: OfficeCard, now: datetime) -> tuple[Staff, Client, str]:
    staff = make_staff(office, "counsellor", "木村", now)
    browser, secret = enrol(staff)
    return staff, browser, secret


def enrol(staff: Staff) -> tuple[Client, str]:
    browser = inside(staff)
    to = "/me/application/"
    assert browser.get(to)["Location"].startswith("/me/again/")
    wrong = browser.post("/me/again/", {"password": "x" * 20, "next": to})
    assert "登録と異なります" in wrong.content.decode()
    confirmed = {"password": f"{staff.username}-password-long", "next": to}
    assert browser.post("/me/again/", confirmed)["Location"] == to
    page = browser.get(to).content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)
    assert secret is not None
    assert "<svg" in page
    assert "data:" not in page
    taken = browser.post("/me/application/", {"code": code_of(secret[1])})
    assert taken.status_code == 302, taken.content.decode()
    return browser, secret[1]


def second_step(staff: Staff, address: str = "127.0.0.1") -> Client:
    browser = Client(headers={"host": DESK_HOST}, REMOTE_ADDR=address)
    told = {"login": staff.username, "password": f"{staff.username}-password-long"}
    assert browser.post("/sign-in/", told)["Location"] == "/sign-in/code/"
    return browser


@pytest.mark.usefixtures("stopped")  # a slow machine waits by itself
def test_a_code_is_asked_for_and_the_secret_is_sealed(
    office: OfficeCard,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        staff, first, secret = enrolled(office, now)
    assert "パスワードだけで入っています" not in first.get("/").content.decode()
    kept = Authenticator.objects.get(user_id=staff.pk, type="totp")
    assert secret not in str(kept.data)
    browser = second_step(staff)
    assert browser.get("/")["Location"] == "/sign-in/"
    assert browser.get("/sign-in/code/").status_code == 200
    assert browser.post("/sign-in/code/", {"code": "000000"}).status_code == 200
    told = browser.post("/sign-in/code/", {"code": code_of(secret)}).content.decode()
    assert "少し待って" in told
    SECOND_STEPS.right(staff.pk, HERE)
    codes = {line.verb for line in Line.objects.filter(staff_id=staff.pk)}
    assert {"staff.factor_added", "staff.code_refused"} <= codes


@pytest.mark.usefixtures("stopped")  # a slow machine waits by itself
def test_who_knows_the_password_cannot_keep_its_owner_waiting(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = arrival.now()
    monkeypatch.setattr(arrival, "now", lambda: moment)  # a slow machine waits out no second
    staff, _, secret = enrolled(office, now)
    thief = second_step(staff, ELSEWHERE)
    for _ in range(2):
        told = thief.post("/sign-in/code/", {"code": "000000"}).content.decode()
    assert "少し待って" in told
    owner = second_step(staff)
    assert owner.post("/sign-in/code/", {"code": next_code_of(secret)}).status_code == 302
    told = thief.post("/sign-in/code/", {"code": code_of(secret)}).content.decode()
    assert "少し待って" in told  # the owner's right code frees nobody else


def test_a_recovery_code_works_once(office: OfficeCard, now: datetime) -> None:
    staff, browser, _ = enrolled(office, now)
    page = browser.get("/me/recovery/").content.decode()
    recovery = re.findall(r"<code>([\w-]+)</code>", page)
    assert len(recovery) == 10
    again = second_step(staff)
    assert again.post("/sign-in/code/", {"code": recovery[0]}).status_code == 302
    assert again.get("/").status_code == 200
    third = second_step(staff)
    assert third.post("/sign-in/code/", {"code": recovery[0]}).status_code == 200
    SECOND_STEPS.right(staff.pk, HERE)


def test_every_page_of_ones_own_opens(office: OfficeCard, now: datetime) -> None:
    _, browser, _ = enrolled(office, now)
    for path in (
        "/me/",
        "/me/password/",
        "/me/again/",
        "/me/again/code/",
        "/me/application/end/",
        "/me/recovery/",
        "/me/recovery/new/",
        "/me/passkeys/",
        "/me/passkeys/add/",
    ):
        answer = browser.get(path)
        assert answer.status_code in (200, 302), path
        assert answer["Cache-Control"] == "no-store"
    assert browser.post("/me/application/end/").status_code == 302
    assert not Authenticator.objects.exists()


def test_a_session_from_before_the_factor_ends(
    office: OfficeCard,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    staff = make_staff(office, "counsellor", "木村", now)
    earlier = inside(staff)
    assert earlier.get("/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        browser, _ = enrol(staff)
    assert earlier.get("/").status_code == 302
    assert browser.get("/").status_code == 200  # the control: the session that enrolled goes on
