"""The mail page: plain words, nothing ticked by itself, nothing lost, nothing where denied."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import public
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import Holding, Wishes, consultee
from madoguchi.work.intake.mail import jobs
from madoguchi.work.intake.mail.models import Mail
from madoguchi.work.record.models import Entry
from madoguchi.work.record.public import change_wishes
from tests import pdf
from tests.answers import Response, squeezed
from tests.digits import stand_in
from tests.looking import drawers
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, do, inside
from tests.work.cases.awaiting import ticked
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
    assert "先にこのメールの扱いを決めました" in squeezed(answer)
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
    answer = press(browser, row, "add", case=str(case.pk), whose="person")
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{case.pk}/")
    assert "件名：相談したいです" in squeezed(browser.get(answer["Location"]))
    row = come(office, now, mail("x"))
    assert press(browser, row, "add", case="nothing", whose="person").status_code == 404
    assert press(browser, row, "add", case=str(case.pk)).status_code == 404, "whose is said"


@pytest.mark.parametrize(
    ("whose", "kind", "state"), [("person", "received", "active"), ("other", "note", "closed")]
)
def test_a_mail_of_somebody_else_is_the_desks_own_note(
    office: OfficeCard, now: datetime, whose: str, kind: str, state: str
) -> None:
    """It promises no answer, opens no closed case, and is on no paper for the person."""
    _, browser = colleague(office, "supervisor", now)
    case = asked(office, now)
    do(browser, case, "take")
    assert do(browser, case, "close", close_reason="solved", **ticked(case)).status_code == 303
    row = come(office, now)
    found = squeezed(press(browser, row, "find", words=case.short_name))
    assert "本人以外からのメールとして、この相談に追加する" in found
    press(browser, row, "add", case=str(case.pk), whose=whose)
    by_person = whose == "person"
    assert Case.objects.get().state == state
    assert Entry.objects.filter(case_id=case.pk).latest("number").kind == kind
    answers = Due.objects.filter(case_id=case.pk, kind="answer", done_at=None)
    assert answers.exists() == by_person
    shown = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "件名：相談したいです" in shown
    assert "mail.eml" in shown, "with its file"
    assert ("届いた連絡に返事をする" in shown) == by_person
    sheet = pdf.text(browser.post(f"/sheets/{case.pk}/").content)
    assert ("相談したいです" in sheet) == by_person


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
    listed = squeezed(browser.get("/mail/"))
    assert "相談したいです" not in listed
    assert "メールを対象外にしました" in listed
    assert "に消えます" in squeezed(browser.get("/mail/?tab=aside"))
    assert press(browser, row, "back").status_code == 303
    assert "相談したいです" in squeezed(browser.get("/mail/"))


DANGER = {"Subject": "もう限界です"}


@pytest.mark.opens("mail.aside")
def test_words_of_danger_are_laid_aside_only_after_a_second_look_with_a_reason(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    row = come(office, now, mail("今夜、死にたい", DANGER))
    assert row.noticed
    shown = page(browser, row)
    assert "危険がないと確かめたときだけ" in shown
    acts = [shown.index(f"<summary>{name}") for name in ("新規として受付", "既存に追加", "対象外")]
    assert acts == sorted(acts), "what ends it stands last, folded as the others"
    for act, typed in (("aside", {}), ("aside-danger", {}), ("aside-danger", {"aside_why": " "})):
        answer = press(browser, row, act, **typed)
        assert answer.status_code in (409, 422), act
        row.refresh_from_db()
        assert row.state == "waiting"
    assert "対象外にした理由を入れてください" in squeezed(answer)
    done = press(browser, row, "aside-danger", aside_why="歌詞の引用だけだった")
    assert done.status_code == 303
    listed = squeezed(browser.get("/mail/?tab=aside"))
    assert 'class="flag">ことばに危険' in listed
    assert "歌詞の引用だけだった" in page(browser, row)
    assert press(browser, row, "back").status_code == 303
    assert 'class="flag">ことばに危険' in squeezed(browser.get("/mail/"))


def test_a_machines_mail_with_words_of_danger_waits_for_a_look(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    machine = {"Auto-Submitted": "auto-replied"}
    assert come(office, now, mail("今夜、死にたい", machine)).state == "waiting"
    assert come(office, now, mail("不在です", machine)).state == "aside"


def test_the_inbox_says_what_waits(browser: Client, office: OfficeCard, now: datetime) -> None:
    assert '<a href="/mail/">メール <span' not in squeezed(browser.get("/"))
    row = come(office, now)
    assert '<a href="/mail/">メール <span class="count">1</span>' in squeezed(browser.get("/"))
    Mail.objects.filter(pk=row.pk).update(arrived_at=moment() - timedelta(days=2))
    assert "前日以前の未処理 1通" in squeezed(browser.get("/"))
    assert "前日以前から未処理です" in squeezed(browser.get("/mail/"))


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


@pytest.mark.parametrize("state", ["taken", "added"])
@pytest.mark.parametrize("typed", ["渋川市の北のほう", ""])
def test_who_takes_a_mail_second_is_told_who_was_first_and_which_case_it_is(
    office: OfficeCard, now: datetime, state: str, typed: str
) -> None:
    first, theirs = colleague(office, "counsellor", now)
    _, browser = colleague(office, "counsellor", now)
    row = come(office, now)
    shown = [page(theirs, row), page(browser, row)]
    assert all('name="token"' in each for each in shown)
    if state == "taken":
        press(theirs, row, "take", **RULES)
    else:
        case = asked(office, now)
        opening.open_case(actor_of(first), case.pk, now=now)
        press(theirs, row, "add", case=str(case.pk), whose="person")
    case = Case.objects.get()
    late = browser.post(f"/mail/{row.pk}/take/", {"token": "other", **RULES, "town": typed})
    said = squeezed(late)
    assert late.status_code == 409
    assert first.name in said
    assert "このメールは、ほかの職員が先に受け付けました" in said
    assert f'href="/cases/{case.pk}/"' in said
    assert case.short_name in said
    assert typed in said
    assert Case.objects.count() == 1


def test_who_takes_a_mail_second_and_may_not_know_the_case_learns_nothing_of_it(
    office: OfficeCard, now: datetime
) -> None:
    taker, theirs = colleague(office, "counsellor", now)
    relative, browser = colleague(office, "counsellor", now)
    row = come(office, now)
    press(theirs, row, "take", **RULES)
    case = Case.objects.get()
    sent = {"token": "other", **RULES, "town": "渋川市の北のほう"}
    assert browser.post(f"/mail/{row.pk}/take/", sent).status_code == 409
    cases.deny(actor_of(taker), case, relative.pk, now=now)
    late = browser.post(f"/mail/{row.pk}/take/", sent)
    nothing = browser.post(f"/mail/{case.pk}/take/", sent)
    assert (late.status_code, bare(late)) == (404, bare(nothing))
    assert "渋川市の北のほう" in squeezed(late)
    said = squeezed(late)
    assert not any(each in said for each in (taker.name, str(case.pk)))
    assert not stand_in(said, case.short_name)


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


def test_where_somebody_lives_lands_in_its_own_field(office: OfficeCard, now: datetime) -> None:
    staff, browser = colleague(office, "counsellor", now)
    row = come(office, now, mail("お住まい：渋川市石原\n\n書き込みを消したい"))
    proposed = ticks(page(browser, row))
    assert (proposed["residence_0"], proposed["town_0"]) == ("市内（管内）", "石原")
    press(browser, row, "take", use=["residence_0", "town_0"], **RULES)
    opened = opening.open_case(actor_of(staff), Case.objects.get().pk, now=now)
    assert opened.about == {"residence": "inside", "town": "石原"}


def test_nobody_reads_a_number_aloud_to_who_wrote_a_mail(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    answer = press(browser, come(office, now), "take", town="渋川市", **RULES)
    shown = squeezed(browser.get(answer["Location"]))
    assert "読み上げ" not in shown
    assert "番号をメールに書いて送らないでください" in shown


@pytest.mark.parametrize(
    ("typed", "kind", "marked"),
    [
        ({"contact_rule": "mail_only", "notice": "yes", "use": ["email_0"]}, "mail", True),
        ({"contact_rule": "wait", "notice": "no"}, "when_asked", False),
        ({"contact_rule": "mail_only", "notice": "no"}, "when_asked", False),
    ],
)
def test_the_reply_is_a_promise_to_reach_out_and_marked_when_the_wish_changes(
    browser: Client,
    office: OfficeCard,
    now: datetime,
    typed: dict[str, str | list[str]],
    kind: str,
    *,
    marked: bool,
) -> None:
    row = come(office, now)
    assert press(browser, row, "take", **{**RULES, **typed}).status_code == 303
    case = Case.objects.get()
    assert Due.objects.get(case_id=case.pk, done_at=None).kind == kind
    held = Holding(drawers(office.id, case.pk)[0])
    change_wishes(consultee(office.id), held, Wishes("wait"), now=now)
    shown = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert ("連絡の方法が変わりました" in shown) == marked
    task = Due.objects.filter(case_id=case.pk, kind="contact_changed", done_at=None)
    assert task.exists() == marked


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize("rule", ["wait", "mail_only"])
def test_the_receipts_page_says_at_once_that_nobody_reaches_out(
    browser: Client, office: OfficeCard, now: datetime, rule: str
) -> None:
    """Nor is an answer promised on a page that nobody can open who has no number."""
    row = come(office, now)
    answer = press(browser, row, "take", **{**RULES, "contact_rule": rule})
    shown = squeezed(browser.get(answer["Location"]))
    assert "窓口から返事を届けられません" in shown
    assert "本人から連絡があったときに答えること（2026年12月1日（火）まで）" in shown
    assert "受付番号のページに返事を書く" not in shown
    assert "番号を持たない人には読めません" in shown


@pytest.mark.parametrize("rule", ["phone", "no_voicemail"])
@pytest.mark.parametrize("notice", ["no", "yes"])
def test_who_wrote_that_they_may_be_rung_is_rung(
    browser: Client, office: OfficeCard, now: datetime, rule: str, notice: str
) -> None:
    row = come(office, now)
    typed = {**RULES, "contact_rule": rule, "notice": notice, "phone": "090-0000-0101"}
    answer = press(browser, row, "take", **typed, use=["email_0"])
    assert answer.status_code == 303
    shown = squeezed(browser.get(answer["Location"]))
    assert "窓口から返事を届けられません" not in shown
    assert "電話してよい人には電話で" in shown
    case = Case.objects.get()
    assert Due.objects.get(case_id=case.pk, done_at=None).kind == "call"
    assert "電話する" in squeezed(browser.get(f"/cases/{case.pk}/"))


@pytest.mark.parametrize("notice", ["no", "yes"])
def test_an_answer_to_who_has_no_number_is_not_taken_for_read(
    browser: Client, office: OfficeCard, now: datetime, notice: str
) -> None:
    mail_only = {**RULES, "contact_rule": "mail_only", "notice": notice}
    press(browser, come(office, now), "take", **mail_only, use=["email_0"])
    case = Case.objects.get()
    browser.post(f"/receipts/{case.pk}/", {"handed": "no"})
    shown = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "ここに書いた返事は、相談者に読めません" in shown
    assert "「連絡の安全を変える」で選ぶと、ここに書いた返事がメールで届きます" in shown
    do(browser, case, "answer", answer_text="お答えします", answer_days="5")
    shown = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "受付番号を渡していないので、読めません" in shown
    assert "まだ読んでいません" not in shown


def test_who_was_given_the_number_reads_the_answer(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    """The control."""
    press(browser, come(office, now), "take", **{**RULES, "contact_rule": "mail_only"})
    case = Case.objects.get()
    browser.post(f"/receipts/{case.pk}/", {"handed": "yes"})
    shown = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "相談者に読めません" not in shown
    do(browser, case, "answer", answer_text="お答えします", answer_days="5")
    assert "まだ読んでいません" in squeezed(browser.get(f"/cases/{case.pk}/"))


def test_an_answer_without_an_address_says_what_is_true(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    row = come(office, now)
    press(browser, row, "take", **{**RULES, "contact_rule": "mail_only"})
    browser.post(f"/receipts/{Case.objects.get().pk}/", {"handed": "yes"})
    shown = squeezed(browser.get(f"/cases/{Case.objects.get().pk}/"))
    assert "メールアドレスを聞いていません。返事は受付番号で読めます" in shown
    assert "望んでいない" not in shown
    assert "連絡の安全を変える" in shown


@pytest.mark.usefixtures("stopped")  # days are expected
@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ({"urgent": "yes"}, "2026-11-30"),
        ({}, "2026-12-01"),
        ({"urgent": "yes", "next_days": "2"}, "2026-12-02"),
    ],
)
def test_a_mail_of_danger_is_due_on_the_day_itself(
    typed: dict[str, str], on: str, browser: Client, office: OfficeCard, now: datetime
) -> None:
    row = come(office, now)
    rules = {name: words for name, words in RULES.items() if name != "next_days"}
    assert press(browser, row, "take", **rules, **typed).status_code == 303
    own = Due.objects.filter(done_at=None).exclude(kind__in=("danger", "noticed"))
    assert [each.on.isoformat() for each in own] == [on]


def test_who_may_not_be_called_has_no_number_to_dial(
    office: OfficeCard, now: datetime, browser: Client
) -> None:
    about = {"name": "花子", "phone": "０２７９００１２３４", "who": "self", "danger": "no"}
    for rule, shown in (("phone", True), ("mail_only", False)):
        case = asked(office, now, about=about, wishes=Wishes(rule, mail=True))
        assert do(browser, case, "take").status_code == 303
        assert ("かける番号" in squeezed(browser.get(f"/cases/{case.pk}/"))) is shown


def test_an_answer_that_the_person_cannot_read_sends_no_mail_and_ends_nothing(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    row = come(office, now)
    rules = {**RULES, "contact_rule": "mail_only", "notice": "yes"}
    assert press(browser, row, "take", use=["email_0"], **rules).status_code == 303
    case = Case.objects.get()
    public.desks_turn(case, now.date(), "answer", now)
    Outgoing.objects.all().delete()
    typed_answer = {"answer_text": "答え", "answer_days": "5"}
    assert do(browser, case, "answer", **typed_answer).status_code == 303
    assert not Outgoing.objects.exists()
    assert Due.objects.filter(case_id=case.pk, kind="answer", done_at=None).exists()
    case.refresh_from_db()
    assert case.state == "active"
