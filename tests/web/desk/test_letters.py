"""The paper of a referral: a draft that the person signs, and what is issued for the agency."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from madoguchi.rules.koyomi.wareki import wareki
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.cases.public import Holding, Wishes, consultee
from madoguchi.work.issued.models import Issued
from madoguchi.work.record.public import change_wishes
from madoguchi.work.referrals.models import Referral
from tests.answers import Response, squeezed
from tests.looking import drawers
from tests.tools.papers.looking import joined, opened, text
from tests.web.desk.colleagues import colleague, hidden
from tests.web.desk.test_refer import NEW, make, step, taken

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
HOSTILE = (
    '#text("x") $x^2$ *太* _斜_ `code` @ref <label> // no /* \\n \\ "]',
    "𠮷田 葛󠄀城 髙﨑 渡邉󠄁 神 Maria dela Cruz ｶﾞｷﾞ",
    "שלום \u202egpj.exe abc \u2066مرحبا\u2069",
    "長" * 100,
)


class There:
    """A counsellor, their case and a referral of it."""

    def __init__(self, office: OfficeCard, now: datetime, **typed: object) -> None:
        _, self.browser = colleague(office, "counsellor", now)
        self.case = taken(self.browser, office, now)
        made = make(self.browser, self.case, **{"agency": "step_gunma", **typed})
        self.path = made["Location"]

    @property
    def page(self) -> str:
        return self.browser.get(self.path).content.decode()

    def draft(self, browser: Client | None = None) -> Response:
        return (browser or self.browser).post(f"{self.path}draft/")

    def issue(self, number: str = "", **typed: str) -> Response:
        sent = {"document_number": number, **hidden(self.page), **typed}
        return self.browser.post(f"{self.path}issue/", sent)

    def step(self, name: str, **typed: str) -> None:
        assert step(self.browser, self.path, name, **typed).status_code == 303


@pytest.fixture
def there(office: OfficeCard, now: datetime) -> There:
    return There(office, now)


def lines(case: Case, verb: str) -> int:
    return Line.objects.filter(verb=verb, case_id=case.pk, outcome="done").count()


def test_the_draft_says_that_nothing_was_passed_on_and_has_a_line_to_sign(there: There) -> None:
    assert "確認用の紙を作る" in there.page
    answer = there.draft()
    said = joined(answer.content)
    for words in (
        "本人の確認用",
        "まだ、どこにも渡していません",
        "本人の署名",
        "渡すことに同意します",
    ):
        assert words in said, words
    assert "counsellorの人" in said, "who printed it"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == 'inline; filename="draft.pdf"'
    assert lines(there.case, "referral.print") == 1
    assert not Issued.objects.exists()


def test_what_the_person_approved_goes_out_and_nothing_else(there: There) -> None:
    there.step("approve_paper")
    answer = there.issue("渋安第12号")
    said = joined(answer.content)
    today = wareki(moment().date())
    for words in (
        "群馬県インターネット上の誹謗中傷相談窓口御中",
        f"渋安第12号{today}",
        f"{today}に、本人が紙で読み、同意しています",
        "0279-00-0000",
        "https://example.com/1",
        "同じ人の書き込みが続いている",
        "消し方の助言",
        "担当counsellorの人",
        "情報防災部危機管理室安全安心係",
        "〒377-8501群馬県渋川市石原80番地",
        "電話0279-25-8526",
    ):
        assert words in said, words
    assert "𠮷田" not in said, "not ticked"
    assert "まだ、どこにも" not in said


def test_what_is_issued_is_kept_as_the_bytes_that_were_shown(there: There) -> None:
    there.step("approve_screen")
    answer = there.issue("渋安第12号")
    row = Issued.objects.get()
    assert lines(there.case, "paper.issue") == 1
    kept = there.browser.post(f"/cases/{there.case.pk}/issued/{row.pk}/")
    assert kept.content == answer.content
    assert answer["Cache-Control"] == "no-store"
    for page in (there.page, there.browser.get(f"/cases/{there.case.pk}/").content.decode()):
        assert "ご相談の引き継ぎについて（群馬県 インターネット上の誹謗中傷相談窓口）" in page
        assert "渋安第12号" in page


def test_sent_twice_it_is_one_paper(there: There) -> None:
    there.step("approve_screen")
    sent = {"document_number": "", **hidden(there.page)}
    first, second = (there.browser.post(f"{there.path}issue/", sent) for _ in range(2))
    assert first.content == second.content
    assert Issued.objects.count() == lines(there.case, "paper.issue") == 1
    assert lines(there.case, "paper.copy") == 1
    assert there.issue().status_code == 200
    assert Issued.objects.count() == 2, "another press is another paper"


@pytest.mark.parametrize("how", ["screen", "paper", "aloud"])
def test_each_way_to_agree_has_its_sentence(office: OfficeCard, now: datetime, how: str) -> None:
    there = There(office, now)
    there.step(f"approve_{how}")
    ways = {"screen": "画面で読み", "paper": "紙で読み", "aloud": "読み上げを聞き"}
    said = joined(there.issue().content)
    assert [way for way, words in ways.items() if words in said] == [how]
    told = {"screen": "画面で読んで認めた", "paper": "紙で読んで認めた", "aloud": "聞いて認めた"}
    page = there.browser.get(f"/cases/{there.case.pk}/").content.decode()
    assert f"本人が渡す内容を認めた（{told[how]}）" in page
    sheet = there.browser.post(f"/sheets/{there.case.pk}/").content
    assert f"本人が渡す内容を認めた（{told[how]}）" in joined(sheet)
    assert f"話す方法の希望：{how}" not in joined(sheet)


def test_before_the_person_read_it_nothing_is_issued(there: There) -> None:
    assert "書面を発行する" not in there.page
    answer = there.issue("渋安第12号")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "本人が渡す内容を確かめていません" in page
    assert not Issued.objects.exists()


def test_what_was_only_named_has_no_paper(office: OfficeCard, now: datetime) -> None:
    there = There(office, now, consent="told_only")
    assert "書面を発行する" not in there.page
    assert there.issue().status_code == 422
    assert not Issued.objects.exists()


def test_without_consent_it_says_so_and_keeps_the_reason_here(
    office: OfficeCard, now: datetime
) -> None:
    there = There(office, now, consent="none", reason="命の危険がある")
    assert "確認用の紙を作る" not in there.page
    said = joined(there.issue().content)
    assert "本人の同意を得ずにお伝えするものです" in said
    assert "命の危険" not in said
    assert "本人の署名" not in said
    assert there.draft().status_code == 422


def test_when_the_referral_has_ended_no_paper_is_made(there: There) -> None:
    there.step("approve_screen")
    assert "書面を発行する" in there.page
    there.step("withdraw")
    assert "書面を発行する" not in there.page
    answer = there.browser.post(f"{there.path}issue/", {"document_number": "", "token": "t"})
    assert answer.status_code == 422
    assert "この紹介は終わっている" in answer.content.decode()
    assert there.draft().status_code == 422
    assert lines(there.case, "referral.print") == 0


def test_a_number_that_is_too_long_is_said_at_its_field(there: There) -> None:
    there.step("approve_screen")
    answer = there.issue("第" * 41)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第" * 41 in page
    assert "40文字" in page
    assert 'href="#f-document_number"' in page
    assert not Issued.objects.exists()


@pytest.mark.parametrize("words", HOSTILE, ids=["markup", "names", "right to left", "long"])
def test_words_of_any_kind_stay_words(office: OfficeCard, now: datetime, words: str) -> None:
    there = There(office, now, told=words, asks=words)
    there.step("approve_screen")
    said = joined(there.issue(words[:40]).content)
    plain = "".join(
        sign for sign in words if sign not in "\u202e\u2066\u2069" and not sign.isspace()
    )
    if "שלום" in words:
        assert "gpj.exe" in said, "no sign turns the words round"
    else:
        assert said.count(plain) >= 2, said


def test_the_longest_that_may_be_passed_on_is_not_cut(office: OfficeCard, now: datetime) -> None:
    told, asks = "長い話です。" * 130 + "終わり", "お願いです。" * 40 + "以上"
    there = There(office, now, told=told, asks=asks)
    there.step("approve_screen")
    content = there.issue().content
    said = joined(content)
    assert len(opened(content).pages) == 2
    assert "別紙1のとおり" in said
    assert told in said
    assert asks in said


def test_a_usual_one_is_one_sheet(there: There) -> None:
    there.step("approve_screen")
    content = there.issue().content
    assert len(opened(content).pages) == 1
    assert text(content).strip().endswith("1／1")


def test_asked_for_otherwise_nothing_is_made(there: There) -> None:
    for part, to in (("draft/", f"{there.path}show/"), ("issue/", there.path)):
        assert there.browser.get(there.path + part)["Location"] == to
    assert not Issued.objects.exists()


@pytest.mark.parametrize("role", ["counsellor", "administrator", "auditor"])
def test_whoever_may_not_gets_nothing(there: There, office: OfficeCard, role: str) -> None:
    _, other = colleague(office, role, moment())
    there.step("approve_screen")
    for part in ("draft/", "issue/"):
        assert other.post(there.path + part, NEW).status_code == 404
    assert not Issued.objects.exists()
    assert not lines(there.case, "referral.print")


def test_the_denied_get_nothing_and_leave_a_line(there: There) -> None:
    there.step("approve_screen")
    Access.objects.filter(case_id=there.case.pk).update(kind="deny")
    before = Line.objects.filter(outcome="absent").count()
    for part in ("draft/", "issue/"):
        assert there.browser.post(there.path + part, {"token": "t"}).status_code == 404
    assert Line.objects.filter(outcome="absent").count() == before + 2


def test_another_cases_referral_is_not_there(
    there: There, office: OfficeCard, now: datetime
) -> None:
    other = There(office, now)
    row = Referral.objects.filter(case_id=there.case.pk).get()
    mixed = f"/refer/{other.case.pk}/{row.pk}/"
    for part in ("draft/", "issue/"):
        assert there.browser.post(mixed + part).status_code == 404
        assert other.browser.post(mixed + part).status_code == 404


def wishes_now(office: OfficeCard, case: Case, rule: str) -> None:
    """The person chooses it on their own page."""
    held = Holding(drawers(office.id, case.pk)[0])
    change_wishes(consultee(office.id), held, Wishes(rule), now=moment() + timedelta(minutes=1))


def test_the_letter_says_how_the_person_wishes_to_be_reached_now(
    office: OfficeCard, now: datetime
) -> None:
    there = There(office, now, facts=["phone", "contact_rule"])
    there.step("approve_aloud")
    first = joined(there.issue().content)
    assert "ご本人への連絡についてご本人の希望：電話で連絡してよい" in first
    assert "窓口からの連絡" not in first, "the agency is no such desk"
    wishes_now(office, there.case, "wait")
    shown = squeezed(there.browser.get(there.path))
    assert "紹介を決めたあとに、連絡の希望が変わりました" in shown
    assert "電話してよい → <strong>相談者から連絡があるまで" in shown
    tasks = Due.objects.filter(case_id=there.case.pk, kind="contact_changed", done_at=None)
    assert tasks.count() == 1, "the referral is looked at today"
    refused = there.issue("2号")
    assert refused.status_code == 422
    assert "希望が変わりました。まだ保存していません" in squeezed(refused)
    assert 'name="against_rule" value="wait"' in squeezed(refused)
    assert Issued.objects.count() == 1
    assert there.issue("2号", against_rule="wait").status_code == 422, "no reason"
    other = there.issue("2号", against_rule="phone", against_why="命の危険")
    assert other.status_code == 422, "spoken of another wish than the newest"
    issued = there.issue("2号", against_rule="wait", against_why="本人に頼まれた")
    said = joined(issued.content)
    assert "ご本人の希望：ご本人から連絡するまで、だれからも連絡しないでほしい" in said
    assert "わたし" not in said
    assert "いまの希望です" in said
    assert "電話で連絡してよい" not in said
    assert "本人に頼まれた" in squeezed(there.browser.get(f"/cases/{there.case.pk}/"))


@pytest.mark.parametrize(("facts", "said"), [(["phone"], True), (["urls"], False)])
def test_no_number_goes_without_how_the_person_wishes_to_be_reached(
    office: OfficeCard, now: datetime, facts: list[str], *, said: bool
) -> None:
    there = There(office, now, facts=facts)
    assert ("電話で連絡してよい" in there.page) == said, "the person reads it before"
    there.step("approve_aloud")
    letter = joined(there.issue().content)
    assert ("0279-00-0000" in letter) == ("電話で連絡してよい" in letter) == said
    wishes_now(office, there.case, "wait")
    assert "変わる前に発行した書面には、いまの希望は書いてありません" in there.page


@pytest.mark.parametrize(("facts", "said"), [(["phone"], True), (["urls"], False)])
def test_no_number_goes_without_who_else_answers_it(
    office: OfficeCard, now: datetime, facts: list[str], *, said: bool
) -> None:
    browser = colleague(office, "counsellor", now)[1]
    case = taken(browser, office, now, phone_note=["shared"])
    path = make(browser, case, agency="step_gunma", facts=facts)["Location"]
    assert ("ほかの人も出る" in browser.get(path).content.decode()) == said


def test_a_changed_wish_stands_in_the_letter_though_it_was_not_ticked(
    office: OfficeCard, now: datetime
) -> None:
    there = There(office, now, facts=["phone"])
    there.step("approve_aloud")
    wishes_now(office, there.case, "mail_only")
    issued = there.issue(against_rule="mail_only", against_why="本人に頼まれた")
    assert "電話はせず、メールだけにしてほしい" in joined(issued.content)


def test_handing_over_after_a_changed_wish_is_looked_at_twice(
    office: OfficeCard, now: datetime
) -> None:
    there = There(office, now)
    there.step("approve_aloud")
    wishes_now(office, there.case, "wait")
    refused = step(there.browser, there.path, "give", text="電話で話した")
    assert refused.status_code == 422
    assert "電話で話した" in squeezed(refused)
    assert Referral.objects.get().state == "prepared"
    there.step("give", against_rule="wait", against_why="本人に頼まれた")
    assert Referral.objects.get().state == "given"
    assert "本人に頼まれた" in squeezed(there.browser.get(f"/cases/{there.case.pk}/"))


def test_while_the_wish_is_the_same_nothing_is_asked(office: OfficeCard, now: datetime) -> None:
    there = There(office, now)
    there.step("approve_aloud")
    wishes_now(office, there.case, "phone")
    assert "希望が変わりました" not in there.page
    assert there.issue()["Content-Type"] == "application/pdf"
    there.step("give")
