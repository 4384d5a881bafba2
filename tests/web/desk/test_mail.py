"""The mail page: plain words, nothing ticked by itself, nothing lost, nothing where denied."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Case
from madoguchi.work.intake.mail import jobs
from madoguchi.work.intake.mail.models import Mail
from tests.answers import Response, squeezed
from tests.digits import stand_in
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, inside
from tests.work.intake.mail.writing import CLIENT, mail

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
RULES = {"contact_rule": "wait", "notice": "no", "next_days": "1", "why": "メールへの返事"}


def come(office: OfficeCard, now: datetime, raw: bytes | None = None) -> Mail:
    return Mail.objects.get(pk=jobs.receive(office.id, raw or mail(), now=now))


def page(browser: Client, row: Mail) -> str:
    answer = browser.get(f"/mail/{row.pk}/")
    assert answer.status_code == 200
    return squeezed(answer)


def press(browser: Client, row: Mail, act: str, **typed: str | list[str]) -> Response:
    """Press a button of the mail's page, with the page's hidden fields."""
    token = re.search(r'name="token" value="(\w+)"', page(browser, row))
    assert token is not None
    return browser.post(f"/mail/{row.pk}/{act}/", {"token": token[1], **typed})


def ticks(shown: str) -> dict[str, str]:
    """The proposals of a page: the words of each by its code."""
    found = re.findall(
        r'name="use" value="(\w+)"( checked)?><label[^>]*><strong[^>]*>([^<]*)</strong>', shown
    )
    assert not any(checked for _, checked, _ in found)
    return {code: words for code, _, words in found}


def test_a_mail_is_shown_as_plain_words(browser: Client, office: OfficeCard, now: datetime) -> None:
    row = come(office, now)
    listed = squeezed(browser.get("/mail/"))
    assert "相談したいです" in listed
    assert "髙橋花子" in listed
    shown = page(browser, row)
    assert f"&lt;{CLIENT}&gt;" in shown
    assert "書き込みを消したいです。" in shown
    assert "https://example.com/thread/1" in shown
    assert not re.findall(r'(?:href|src)="[^"]*example', shown)
    assert "本物かどうかは確かめられません" in shown


def test_what_it_seems_to_say_is_proposed_and_nothing_is_ticked(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    proposed = ticks(page(browser, come(office, now)))
    assert proposed["name_0"] == "髙橋 花子"
    assert proposed["phone_0"] == "090-1234-5678"
    assert proposed["age_0"] == "34"
    assert proposed["urls_0"] == "https://example.com/thread/1"
    assert proposed["email_0"] == CLIENT


def test_only_what_was_ticked_is_written_down(office: OfficeCard, now: datetime) -> None:
    staff, browser = colleague(office, "counsellor", now)
    row = come(office, now)
    answer = press(browser, row, "take", use=["name_0", "urls_0"], town="渋川市", **RULES)
    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/receipts/{case.pk}/")
    opened = opening.open_case(actor_of(staff), case.pk, now=now)
    assert opened.about == {"name": "髙橋 花子", "town": "渋川市"}
    assert (case.channel, case.contact_rule, opened.wishes.mail) == ("mail", "wait", False)
    assert browser.get(answer["Location"]).status_code == 200
    shown = squeezed(browser.get(f"/cases/{case.pk}/"))
    for word in (
        "https://example.com/thread/1",
        "件名：相談したいです",
        "mail.eml",
        "メールへの返事",
    ):
        assert word in shown
    assert browser.get(f"/mail/{row.pk}/")["Location"] == f"/cases/{case.pk}/"
    assert case.short_name in squeezed(browser.get("/mail/?tab=filed"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"use": ["name_0"], "name": "山田"}, "氏名の答えが2つ以上あります"),
        ({"use": ["phone_0"], "contact_rule": ""}, "「連絡の安全」の答えを選んでください"),
        ({"contact_rule": "phone", "name": "山田"}, "電話番号を入れてください"),
        ({"notice": "yes", "town": "渋川"}, "メールアドレスを入れてください"),
        ({"why": "", "town": "渋川"}, "次の対応を入れてください"),
    ],
)
def test_what_has_to_be_changed_is_said_and_nothing_typed_is_lost(
    browser: Client, office: OfficeCard, now: datetime, typed: dict[str, str | list[str]], said: str
) -> None:
    row = come(office, now)
    answer = press(browser, row, "take", **{**RULES, **typed})
    shown = squeezed(answer)
    assert answer.status_code == 422
    assert said in shown
    for name, words in typed.items():
        for word in [words] if isinstance(words, str) else words:
            kept = (
                rf'value="{word}"[^>]* checked'
                if name in ("use", "contact_rule", "notice")
                else f'value="{word}"'
            )
            assert not word or re.search(kept, shown), name
    assert not Case.objects.exists()


def test_pressed_twice_it_is_one_case(browser: Client, office: OfficeCard, now: datetime) -> None:
    row = come(office, now)
    token = re.search(r'name="token" value="(\w+)"', page(browser, row))
    assert token is not None
    for _ in range(2):
        answer = browser.post(f"/mail/{row.pk}/take/", {"token": token[1], **RULES})
        assert answer.status_code in (302, 303)
    assert Case.objects.count() == 1


def test_what_a_colleague_did_first_is_said_with_everything_typed(
    browser: Client, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from madoguchi.rules.decision import Reason, Refused
    from madoguchi.work.intake.mail import actions

    def decided(_: Mail) -> None:
        raise Refused(Reason("mail.decided"))

    row = come(office, now)
    monkeypatch.setattr(actions, "_hold", decided)
    answer = press(browser, row, "take", town="渋川市の北", **RULES)
    assert answer.status_code == 409
    assert "先にこのメールのあつかいを決めました" in squeezed(answer)
    assert "渋川市の北" in squeezed(answer)


def test_a_session_that_ended_gives_back_what_was_typed(office: OfficeCard, now: datetime) -> None:
    staff, browser = colleague(office, "counsellor", now)
    row = come(office, now)
    browser.logout()
    typed = {"town": "渋川市の北のほう", "use": ["name_0"], **RULES}
    answer = browser.post(f"/mail/{row.pk}/take/", typed)
    assert answer.status_code == 403
    shown = squeezed(answer)
    assert "渋川市の北のほう" in shown
    assert inside(staff).post(f"/mail/{row.pk}/take/", typed).status_code == 303


def test_a_mail_joins_the_case_that_was_looked_for(office: OfficeCard, now: datetime) -> None:
    staff, browser = colleague(office, "counsellor", now)
    case = asked(office, now)
    opening.open_case(actor_of(staff), case.pk, now=now)
    row = come(office, now)
    found = squeezed(press(browser, row, "find", words=case.short_name))
    assert f'name="case" value="{case.pk}"' in found
    answer = press(browser, row, "add", case=str(case.pk))
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{case.pk}/")
    assert "件名：相談したいです" in squeezed(browser.get(answer["Location"]))
    assert press(browser, come(office, now, mail("x")), "add", case="nothing").status_code == 404


def test_the_sender_alone_suggests_no_case(office: OfficeCard, now: datetime) -> None:
    _, browser = colleague(office, "counsellor", now)
    press(browser, come(office, now), "take", use=["name_0", "email_0"], **RULES)
    case = Case.objects.get()
    shown = page(browser, come(office, now, mail("続きです", {"In-Reply-To": "<1@example.jp>"})))
    assert str(case.pk) not in shown
    assert not stand_in(shown, case.short_name)


def test_laid_aside_and_put_back(browser: Client, office: OfficeCard, now: datetime) -> None:
    row = come(office, now)
    assert press(browser, row, "aside").status_code == 303
    assert "相談したいです" not in squeezed(browser.get("/mail/"))
    assert "に消えます" in squeezed(browser.get("/mail/?tab=aside"))
    assert press(browser, row, "back").status_code == 303
    assert "相談したいです" in squeezed(browser.get("/mail/"))


def test_the_inbox_says_what_waits(browser: Client, office: OfficeCard, now: datetime) -> None:
    assert '<a href="/mail/">メール <span' not in squeezed(browser.get("/"))
    row = come(office, now)
    assert '<a href="/mail/">メール <span class="count">1</span>' in squeezed(browser.get("/"))
    Mail.objects.filter(pk=row.pk).update(arrived_at=moment() - timedelta(days=2))
    assert "前の日から1通" in squeezed(browser.get("/"))
    assert "前の日から待っています" in squeezed(browser.get("/mail/"))


def test_for_a_denied_colleague_it_looks_as_if_nothing_were_there(
    office: OfficeCard, now: datetime
) -> None:
    taker, theirs = colleague(office, "counsellor", now)
    relative, browser = colleague(office, "counsellor", now)
    row = come(office, now)
    press(theirs, row, "take", **RULES)
    case = Case.objects.get()
    assert browser.get(f"/mail/{row.pk}/").status_code == 302
    cases.deny(actor_of(taker), Case.objects.get(), relative.pk, now=now)
    for path in (f"/mail/{row.pk}/", f"/mail/{row.pk}/take/"):
        denied = browser.get(path)
        nothing = browser.get(path.replace(str(row.pk), str(case.pk)))
        assert (denied.status_code, bare(denied)) == (404, bare(nothing))
    assert not stand_in(squeezed(browser.get("/mail/?tab=filed")), case.short_name)


def bare(answer: Response) -> str:
    """A page without what every drawing of it changes."""
    return re.sub(r'value="[\w-]{32,}"', "", squeezed(answer))


@pytest.mark.parametrize("role", ["administrator", "auditor", "subsidy_officer"])
def test_other_roles_find_no_page(office: OfficeCard, now: datetime, role: str) -> None:
    _, browser = colleague(office, role, now)
    row = come(office, now)
    for path in ("/mail/", "/mail/?tab=filed", f"/mail/{row.pk}/"):
        assert browser.get(path).status_code == 404


def test_a_mail_handed_in_waits(browser: Client) -> None:
    for _ in range(2):
        sent = SimpleUploadedFile("相談.eml", mail(), "message/rfc822")
        assert browser.post("/mail/", {"mails": sent}).status_code == 303
    assert Mail.objects.count() == 1
    assert "相談したいです" in squeezed(browser.get("/mail/"))


def test_what_is_no_mail_is_not_taken_and_says_why(browser: Client) -> None:
    sent = [SimpleUploadedFile("写真.png", b"\x89PNG"), SimpleUploadedFile("a.eml", mail())]
    answer = browser.post("/mail/", {"mails": sent})
    assert answer.status_code == 422
    assert "写真.png" in squeezed(answer)
    assert "メールのファイル（.eml、.msg）ではない" in squeezed(answer)
    assert Mail.objects.count() == 1  # the other one is here
    assert browser.post("/mail/", {}).status_code == 422


def test_x11_a_mails_own_code_is_words(browser: Client, office: OfficeCard, now: datetime) -> None:
    hostile = '<script>alert(1)</script><img src="https://evil.example/x.png">{{7*7}}'
    row = come(
        office,
        now,
        mail(
            f"氏名：{hostile}",
            {"Subject": hostile, "From": f'"{hostile.replace(chr(34), "")}" <a@b.jp>'},
        ),
    )
    for shown in (page(browser, row), squeezed(browser.get("/mail/"))):
        assert "<script>alert" not in shown
        assert "<img" not in shown
        assert "&lt;script&gt;" in shown


def test_each_page_has_a_title_of_its_own_that_says_nothing(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    first, second = come(office, now), come(office, now, mail("二通目", {"Subject": "秘密"}))
    Mail.objects.filter(pk=second.pk).update(arrived_at=now + timedelta(hours=1))
    shown = [squeezed(browser.get(f"/mail/{path}")) for path in ("", "?tab=aside", "?tab=filed")]
    shown += [page(browser, first), page(browser, second)]
    shown.append(squeezed(press(browser, first, "find", words="12345")))
    titles = [re.findall("<title>(.*?)</title>", one)[0] for one in shown]
    assert len(set(titles)) == len(titles)
    assert not any("秘密" in title or "相談したい" in title for title in titles)
    assert titles[3].startswith("メール受付: 2026年11月30日（月）10時に届いたメール")
