"""Mails that nobody would write: each is kept, opens nothing, and has its sentence at the desk."""

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.rules import limits
from madoguchi.rules.programme.texts import texts
from madoguchi.tools.mail.incoming import FLAGS, UNKNOWN, VERDICTS
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import files
from madoguchi.work.cases.models import Case
from madoguchi.work.evidence.models import Item
from madoguchi.work.intake.mail import jobs, queries
from madoguchi.work.intake.mail.models import Mail
from tests.offices import actor_of
from tests.tools.mail.making import PLAIN, Inside, mail, of_parts
from tests.web.desk.colleagues import colleague
from tests.web.desk.test_mail import RULES, page, press

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
EVERYBODY = ",\r\n ".join(f"p{one}@example.jp" for one in range(1000))
FILM = Inside("video/mp4", b"0123456789abcdef" * (36 * limits.MEGABYTE // 16), "film.mp4")


def test_every_flag_and_every_verdict_has_words() -> None:
    words = texts("_national")
    for code in ("automatic", *FLAGS):
        assert words.get(f"desk.mail.flag.{code}").words
    for code in (UNKNOWN, *VERDICTS):
        assert words.get(f"desk.mail.check.{code}").words


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (of_parts("mixed", PLAIN, FILM), "film.mp4"),
        (of_parts("mixed", *[b"\r\nx"] * 300_000), "部品がとても多い"),
        (
            of_parts("mixed", PLAIN, Inside("text/calendar", b"BEGIN:VCALENDAR", "a.ics")),
            "予定には入れていません",
        ),
        (
            of_parts(
                "mixed", PLAIN, Inside("application/ms-tnef", b"\x78\x9f\x3e\x22", "winmail.dat")
            ),
            "ここでは開きません",
        ),
        (
            mail(b"\xe3\x81\x82 \xff\xfe\x80", Content_Type="text/plain; charset=utf-8"),
            "文字化けがあります",
        ),
        (mail(b""), "文章も添付もないメールです"),
        (b"", "文章も添付もないメールです"),
        (bytes(range(256)) * 100, "中身を取り出せませんでした"),
        (mail(To=EVERYBODY), "宛先がとても多いメールです"),
        (mail(To=EVERYBODY), "ほか997件"),
        (b"From: mayor@city.example.jp\r\n" + mail(), "なりすましのしるしです"),
        (mail(Subject="+2AA-", Content_Type="text/plain; charset=utf-7"), "メール受付"),
        (mail(b"+2AA- x", Content_Type="text/plain; charset=utf-7"), "メール受付"),
        (mail(b"a\x00b\x08c", Content_Type="text/plain; charset=utf-8"), "メール受付"),
        (mail(Subject="x" * 5000), "メール受付"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_is_kept_said_and_becomes_a_case_like_any_other(
    office: OfficeCard, now: datetime, raw: bytes, said: str
) -> None:
    staff, browser = colleague(office, "counsellor", now)
    row = Mail.objects.get(pk=jobs.receive(office.id, raw, now=now))
    opened, _ = queries.read(actor_of(staff), row, now=now)
    assert b"".join(files.read(*opened.raw)) == raw
    shown = page(browser, row)
    assert said in shown
    assert not {sign for sign in shown if ord(sign) < 32} - set("\n\t")
    assert browser.get("/mail/").status_code == 200
    assert press(browser, row, "take", **RULES).status_code == 303
    assert browser.get(f"/cases/{Case.objects.get().pk}/").status_code == 200


@pytest.mark.parametrize("name", ["", ".", "..", "../../etc/passwd", "a/", "\x00", "件\r\n名.txt"])
def test_a_file_of_any_name_is_kept(office: OfficeCard, now: datetime, name: str) -> None:
    _, browser = colleague(office, "counsellor", now)
    coded = f"=?utf-8?q?{''.join(f'={byte:02X}' for byte in name.encode())}?="
    inside = Inside("application/octet-stream", b"content", coded)
    row = Mail.objects.get(pk=jobs.receive(office.id, of_parts("mixed", PLAIN, inside), now=now))
    page(browser, row)
    assert press(browser, row, "take", **RULES).status_code == 303
    assert Item.objects.count() == 2
    assert browser.get(f"/cases/{Case.objects.get().pk}/").status_code == 200


def test_what_a_gateway_changed_is_called_no_original(
    browser: Client, office: OfficeCard, now: datetime, settings: Settings
) -> None:
    settings.MAIL_GATEWAY = ("*_無害化*",)
    changed = Inside("image/png", b"x", "shot_無害化.png")
    row = Mail.objects.get(pk=jobs.receive(office.id, of_parts("mixed", PLAIN, changed), now=now))
    assert "原本ではありません" in page(browser, row)
    assert press(browser, row, "take", **RULES).status_code == 303
    shown = browser.get(f"/cases/{Case.objects.get().pk}/").content.decode()
    assert "添付：shot_無害化.png（原本ではない）" in shown


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ("spf=pass; dkim=pass; dmarc=pass", "書いた人が本人かどうかは分かりません"),
        ("spf=pass; dkim=none; dmarc=fail", "なりすましかもしれません"),
        ("spf=fail; dkim=none; dmarc=none", "なりすましかもしれません"),
        ("spf=none; dkim=none; dmarc=none", "本物かどうかは確かめられません"),
    ],
)
def test_what_our_mail_server_found_is_said_in_words(
    browser: Client, office: OfficeCard, now: datetime, settings: Settings, verdicts: str, said: str
) -> None:
    settings.MAIL_SERVER = "mx.city.example.jp"
    raw = mail(Authentication_Results=f"mx.city.example.jp; {verdicts}")
    row = Mail.objects.get(pk=jobs.receive(office.id, raw, now=now))
    assert said in page(browser, row)
