"""What bad input gets at a grant's law: the order of things, the year's terms, the letters.

A4 to A8 and A14 are tries of a stranger; the rest is what the issue adds to them.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.rules.decision import Refused
from madoguchi.rules.programme.subsidy import AfterPayment, Terms
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.grants import opened
from madoguchi.work.cases.dues import GRANT_SENT
from madoguchi.work.cases.models import Due
from madoguchi.work.issued.models import Issued
from madoguchi.work.subsidy.reviewing.findings import CODES
from tests.pdf import text
from tests.web.desk.granted import Seat, Sit, seat, slips
from tests.web.portal import applying
from tests.web.portal.checking import HERE, answer, asked, body, walk
from tests.web.portal.saturdays import Clock
from tests.work.subsidy import lawful
from tests.work.subsidy.granting import (
    APPLIED,
    SEEN,
    YEN,
    Desk,
    looked_at,
    opened_year,
    sent,
    terms,
)
from tests.work.subsidy.lawful import refusal

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
UNCONFIRMED = (
    *("not_granted_before", "no_tax_arrears", "no_gang_ties"),
    *("not_refunded", "not_recovered"),
)
"""What Shibukawa's page does not say, so that nobody is asked about it."""
CONFIRMED = tuple(code for code in SEEN if code not in UNCONFIRMED)
UNLAWFUL = "下書き"


@pytest.fixture(autouse=True)
def _year(office: OfficeCard, request: pytest.FixtureRequest) -> None:
    if "sit" not in request.fixturenames:  # which opens it
        opened_year(office)


def signed(applied_on: date, days: int) -> str:
    return (applied_on + timedelta(days)).isoformat()


# -- A4: contract or payment before the application ------------------------------------------


def go_on(desk: Desk, signed_on: date, paid_on: date) -> Desk:
    """Every next verb is tried, with a friendly reason wherever one is taken; three days later."""
    later = replace(desk, now=desk.now + timedelta(days=3))
    ways: tuple[Callable[[], None], ...] = (
        lambda: lawful.draft(desk, YEN),
        desk.decide,
        lambda: lawful.contract(later, 330_000, signed_on, why="本人の勘違い"),
        lambda: lawful.report(later, 330_000, paid_on=paid_on),
        lambda: lawful.fix(later, YEN, "急いでいたと聞いた"),
        lambda: lawful.claim(later),
        lambda: lawful.pay(later, YEN),
    )
    for way in ways:
        with suppress(Refused):
            way()
    return later


BEFORE, AFTER = -9, 1
WAYS = [(BEFORE, AFTER, False), (AFTER, BEFORE, False), (BEFORE, BEFORE, False), (AFTER, 2, True)]


@pytest.mark.parametrize(("contract", "payment", "paid"), WAYS)
def test_a4_contract_or_payment_before_the_application_is_not_paid_by_a_sentence(
    office: OfficeCard,
    now: datetime,
    contract: int,
    payment: int,
    paid: bool,  # noqa: FBT001 - a case of the table
) -> None:
    """The last of the ways is the control: in the right order it is paid."""
    applied_on = now.date()
    desk = looked_at(office, now, 330_000)
    go_on(desk, applied_on + timedelta(contract), applied_on + timedelta(payment))
    assert (desk.state == "paid") is paid


def test_a4_it_is_paid_once_it_was_decided_to_go_on_with_its_number_and_reason(
    office: OfficeCard, now: datetime
) -> None:
    desk = looked_at(office, now, 330_000)
    before = now.date() - timedelta(days=9)
    go_on(desk, before, now.date())
    assert desk.state != "paid"
    assert refusal(lawful.go_on_in_spite, desk, "", "本人の勘違い"), "the number is asked for"
    assert refusal(lawful.go_on_in_spite, desk, "渋安第80号", ""), "and the reason"
    lawful.go_on_in_spite(desk, "渋安第80号", "窓口の説明が遅れたため")
    go_on(desk, before, now.date())
    assert desk.state == "paid"


def test_a4_an_application_that_says_it_is_no_draft_whatever_an_officer_ticks(
    office: OfficeCard, now: datetime
) -> None:
    told = replace(APPLIED, contract="signed", contract_on=signed(now.date(), BEFORE))
    desk = sent(office, now, told).until("received")
    with suppress(Refused):
        desk.check_all()
    assert refusal(lawful.draft, desk, YEN)
    assert desk.state == "received"


def test_a4_where_payment_comes_first_by_the_programme_nothing_is_stopped(
    office: OfficeCard, now: datetime
) -> None:
    """The control: a city that pays after the payment (後払い)."""
    desk = looked_at(office, now, 330_000)
    rules = desk.terms
    assert rules.version
    after = AfterPayment(source="要綱", or_legal_aid=True, or_legal_aid_source="要綱")
    desk.rules = replace(rules, version=replace(rules.version, timing=after))
    desk.check("after_payment")
    before = now.date() - timedelta(days=9)
    go_on(desk, before, before)
    assert desk.state == "paid"


@pytest.mark.usefixtures("clock")
def test_a4_signed_today_is_never_maybe(portal: Client) -> None:
    found = body(walk(portal, contract="today"))
    assert "対象になるかもしれません" not in found
    assert "/s/h/" not in re.findall(r'href="([^"]+)"', found.split("<main")[1]), "no way on"


@pytest.mark.usefixtures("clock")
def test_a4_who_signed_for_one_act_is_asked_on_about_another(portal: Client) -> None:
    page = portal.get(HERE)
    for words in (["yes", "phone"], ["earlier"]):
        page = answer(portal, page, *words)
    assert asked(page), "it is no end for who wants another act"


@pytest.mark.usefixtures("clock")
def test_a4_after_sending_the_first_thing_read_is_not_to_sign_yet(portal: Client) -> None:
    """First and large: it is no application yet, and what to do in a hurry is said below."""
    applying.come(portal)
    applying.write(portal)
    done = applying.send(portal)
    shown = body(portal.get(done["Location"])) if done.status_code == 303 else body(done)
    main = re.sub(r"<[^>]+>", "", shown.split("<h1")[1].split("</h1>")[0])
    assert "まだ申請は終わっていません" in main
    first = re.sub(r"<[^>]+>", "", shown.split("<h1")[1])[:400]
    assert "弁護士と契約しないで" in first
    assert "急ぐ" in first


def test_a4_in_a_hurry_while_nobody_is_there_one_reads_when_somebody_is(
    portal: Client, clock: Clock
) -> None:
    clock.now = clock.now.replace(hour=20)
    applying.come(portal)
    applying.write(portal)
    applying.send(portal)
    first = re.sub(r"<[^>]+>", "", body(portal.get("/s/h/sent/")).split("<h1")[1])[:400]
    assert "窓口が開いたら（明日の8時30分から）、すぐに" in first
    assert "今日、窓口に" not in first


@pytest.mark.parametrize(
    ("sent_on", "due_on"),
    [
        (date(2026, 11, 30), date(2026, 12, 1)),
        (date(2026, 12, 5), date(2026, 12, 7)),
        (date(2026, 12, 29), date(2027, 1, 4)),
    ],
)
def test_a4_what_was_sent_and_not_received_is_due_by_the_next_open_morning(
    portal: Client, clock: Clock, sent_on: date, due_on: date
) -> None:
    """Over New Year it is the first day on which somebody is there."""
    clock.now = clock.now.replace(year=sent_on.year, month=sent_on.month, day=sent_on.day)
    applying.come(portal)
    applying.write(portal)
    applying.send(portal)
    due = Due.objects.get(kind=GRANT_SENT, done_at=None)
    assert sent_on <= due.on <= due_on


# -- A5, A6, A8: what a letter needs ----------------------------------------------------------

ALWAYS = ("correction", "payment")  # filing alone
NEEDS_LAW = ("decision", "refusal", "change", "fixing", "revocation")


def at(office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch, name: str) -> Seat:
    """An officer at a grant for which this letter is the newest."""
    desk = sent(office, now, APPLIED)
    match name:
        case "correction":
            desk.until("received")
            lawful.ask(desk)
        case "refusal":
            desk.until("received")
            desk.check("resident", "unmet")
            lawful.refuse(desk)
        case "change":
            lawful.change(told(desk, monkeypatch), 100_000, 200_000)
        case "fixing":
            told(desk, monkeypatch).contract()
            desk.report(200_000)
            lawful.fix(desk, 90_000)
        case "revocation":
            lawful.revoke(told(desk, monkeypatch), 0)
        case "payment":
            desk.until("paid")
        case _:
            desk.until("decided")
    return seat(office, now, monkeypatch, desk=desk)


BUILDS = ("change", "fixing", "revocation")
"""The letters that name the decision, which goes out before them."""


def told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """It is decided, and the letter of the decision was issued where the year has its law."""
    seat(desk.office, desk.now, monkeypatch, desk=desk.until("decided")).paper("decision")
    return desk


def said(answer: Any) -> str:
    return "".join(text(answer.content).split())


@pytest.mark.parametrize("name", NEEDS_LAW)
def test_a5_without_its_law_a_letter_is_a_draft_that_nobody_issues(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    here = at(office, now, monkeypatch, name)
    letter = here.paper(name)
    assert letter.headers["Content-Type"] == "application/pdf"
    assert UNLAWFUL in said(letter)
    assert not Issued.objects.filter(of_id=here.id).exists()


@pytest.mark.parametrize("name", ALWAYS)
def test_a5_what_needs_filing_alone_is_issued_without_it(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    here = at(office, now, monkeypatch, name)
    assert UNLAWFUL not in said(here.paper(name))
    assert Issued.objects.filter(of_id=here.id).count() == 1


@pytest.mark.parametrize("name", [*ALWAYS, *NEEDS_LAW])
def test_a5_no_letter_prints_a_remark_of_the_office(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    letter = said(at(office, now, monkeypatch, name).paper(name))
    remarks = ("欄です", "要確認", "照合", "市で確かめた文", "お確かめいただく", ".html")
    assert [words for words in remarks if words in letter] == []


LAW: dict[str, Any] = {
    "title": "令和8年度渋川市インターネット上の誹謗中傷等に係る削除請求等支援補助金交付要領",
    "number": "令和8年渋川市告示第31号",
    "on": date(2026, 4, 1),
    "regulation": "渋川市補助金等交付規則（平成18年渋川市規則第61号）",
    "clauses": {"resident": "要領第3条第1号", "before_contract": "要領第6条第1項"},
    "conditions": ("変更の承認を受けること。", "実績を報告すること。", "取消しと返還があること。"),
    "disposition": "treat",
    "review_to": "渋川市長",
    "court": "前橋地方裁判所",
    "defendant": "渋川市（代表者　渋川市長）",
    "binder": "令和8年度補助金交付",
    "retention_years": 5,
    "disclosure": "closed",
}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "decision",
            (LAW["title"], LAW["number"], "変更の承認", "実績を報告", "返還", "金150,000円"),
        ),
        ("refusal", (LAW["title"], "要領第3条第1号", "審査請求", "取消訴訟", "6か月", "3か月")),
        ("change", (LAW["title"], "金100,000円", "200,000円", "審査請求", "取消訴訟", "確かめた")),
        ("fixing", (LAW["title"], "金90,000円", "200,000円", "審査請求", "取消訴訟")),
        ("revocation", (LAW["title"], "要領第", "審査請求", "取消訴訟", LAW["defendant"])),
    ],
)
def test_a6_a8_with_its_law_a_letter_cites_it_whole(
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    words: tuple[str, ...],
) -> None:
    lawful.open_law(office, 2026, **LAW)
    here = at(office, now, monkeypatch, name)
    letter = said(here.paper(name))
    assert [one for one in words if one.replace("　", "") not in letter.replace("　", "")] == []
    assert UNLAWFUL not in letter
    assert Issued.objects.filter(of_id=here.id).count() == 1 + (name in BUILDS)


@pytest.mark.parametrize("name", NEEDS_LAW)
def test_a6_no_letter_of_this_year_cites_the_terms_of_another(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert "令和6年度" not in said(at(office, now, monkeypatch, name).paper(name))


def test_a5_no_disposition_no_teaching_and_other_words(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """扱わない: no 審査請求; 取消し becomes 解除, and where to ask again is said instead."""
    lawful.open_law(office, 2026, **{**LAW, "disposition": "do_not_treat"})
    letter = said(at(office, now, monkeypatch, "revocation").paper("revocation"))
    assert "審査請求" not in letter
    assert "取消訴訟" not in letter
    assert "解除" in letter
    assert UNLAWFUL not in letter


def test_a5_not_decided_yet_holds_back_what_needs_teaching_alone(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    lawful.open_law(office, 2026, **{**LAW, "disposition": "undecided"})
    for name, held in (("decision", False), ("revocation", True)):
        letter = said(at(office, now, monkeypatch, name).paper(name))
        assert (UNLAWFUL in letter) is held, name


def test_a_teaching_with_a_wrong_court_waits_for_the_second_who_looks_at_it(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No list of ours knows the courts: two people look, and what was issued stays as it was."""
    lawful.open_law(office, 2026, **{**LAW, "court": "渋川簡易裁判所"}, seconds=False)
    assert not lawful.law_is_in_force(office, 2026)
    here = at(office, now, monkeypatch, "refusal")
    assert UNLAWFUL in said(here.paper("refusal"))
    lawful.open_law(office, 2026, **LAW)
    assert "渋川簡易裁判所" not in said(here.paper("refusal"))


def test_a_letter_goes_out_after_the_notice_that_it_names(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was never told cannot be revoked by a letter that names it; nor is it a mistake."""
    lawful.open_law(office, 2026, **LAW)
    desk = sent(office, now, APPLIED).until("decided")
    here = seat(office, now, monkeypatch, desk=desk)
    lawful.change(desk, 100_000, 200_000)
    assert "先に「交付決定通知書」を発行します" in here.page()
    refused = slips(here.paper("change"))
    assert "先に「交付決定通知書」を発行してください" in refused
    lawful.revoke(desk, 0)
    refused = slips(here.paper("revocation"))
    assert "「変更決定通知書」が発行されていません" in refused
    assert "文書の担当と相談して" in refused
    assert not Issued.objects.filter(of_id=here.id).exists()


@pytest.mark.parametrize(
    ("follows", "words"), [("application", "第31号"), ("decision", "第99号"), ("", None)]
)
def test_a_decision_under_terms_that_were_replaced_follows_what_their_end_says(
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    follows: str,
    words: str | None,
) -> None:
    """The 附則 says whether the day of application or of decision counts; nobody guesses it."""
    lawful.open_law(office, 2026, **LAW)
    second = {**LAW, "number": "令和8年渋川市告示第99号", "on": now.date() + timedelta(days=1)}
    if words is None:
        assert refusal(lawful.open_law, office, 2026, **second, follows=follows)
        return
    lawful.open_law(office, 2026, **second, follows=follows)
    desk = sent(office, now).until("drafted")
    later = replace(desk, now=now + timedelta(days=4))
    later.decide()
    assert words in said(seat(office, later.now, monkeypatch, desk=later).paper("decision"))


def test_until_a_year_has_its_law_nothing_of_it_is_issued_under_the_last_years(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written first as "received and not judged"; but without its law a grant is drafted (A7)."""
    lawful.open_law(office, 2026, **LAW)
    opened_year(office, 2027)
    april = lawful.later(sent(office, now), date(2027, 4, 5)).until("decided")
    assert UNLAWFUL in said(seat(office, april.now, monkeypatch, desk=april).paper("decision"))
    assert not Issued.objects.filter(of_id=april.id).exists()


# -- A7: what nobody asked for ----------------------------------------------------------------


@pytest.mark.parametrize("code", UNCONFIRMED)
def test_a7_what_the_city_never_wrote_is_not_asked_of_the_officer(sit: Sit, code: str) -> None:
    assert f"subsidy.{code}" in CODES, "the control: there is such a condition"
    page = sit(state="received").page()
    assert f"verdict-subsidy.{code}" not in page
    assert f"verdict-subsidy.{CONFIRMED[1]}" in page


def test_a7_without_them_a_grant_is_drafted(office: OfficeCard, now: datetime) -> None:
    desk = sent(office, now).until("received")
    for code in CONFIRMED:
        desk.check(code)
    lawful.draft(desk, YEN)
    assert desk.state == "drafted"


@pytest.mark.parametrize("verdict", ["unmet", "unknown"])
def test_a7_a_verdict_on_one_of_them_closes_neither_road(
    office: OfficeCard, now: datetime, verdict: str
) -> None:
    desk = sent(office, now).until("received")
    for code in CONFIRMED:
        desk.check(code)
    with suppress(Refused):
        desk.check("no_gang_ties", verdict)
    lawful.draft(desk, YEN)
    assert desk.state == "drafted"


def test_a7_the_tax_register_is_not_asked_without_consent(sit: Sit) -> None:
    told = replace(APPLIED, register_consent="bring")
    assert "市税" not in sit(told=told, state="received").page().split("<form")[0]
    assert "no_tax_arrears" not in sit(told=told, state="received").page()


# -- A14 and names ----------------------------------------------------------------------------


def test_a14_no_title_of_a_document_holds_a_name(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sent(office, now).until("drafted")
    here = seat(office, now, monkeypatch, desk=desk)
    name = APPLIED.name.replace(" ", "")
    draft = text(here.paper("draft").content)
    title = re.search(r"件\s*名\s*(.+?)(?:\n\s*\n|伺)", draft, re.DOTALL)
    assert title, draft
    found = "".join(title[1].split())
    assert name not in found
    assert "第1号" in found, "the grant's own number (整理番号)"
    card = lawful.issued_titles(desk)
    assert card
    assert [one for one in card if APPLIED.name.split()[0] in one or "花子" in one] == []


def test_an_applicant_named_by_a_formula_is_words_everywhere(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sent(office, now, replace(APPLIED, name="=1+1")).until("decided")
    here = seat(office, now, monkeypatch, desk=desk)
    assert "=1+1" in said(here.paper("decision"))
    assert "=1+1" in here.page()
    cells = lawful.named_cells(here.browser, 2026)
    ours = r"=SUBTOTAL\(109,[$\w:]+\)|=SUM(IFS)?\([^+]+\)|=[A-Z]\d+-[A-Z]\d+"
    formulas = [str(one.value) for one in cells if one.data_type == "f"]
    assert [one for one in formulas if not re.fullmatch(ours, one)] == []
    assert [one.value for one in cells if "1+1" in str(one.value)] == ["'=1+1"]


def in_force(monkeypatch: pytest.MonkeyPatch, rules: Terms) -> None:
    """The pages of the desk reckon by these rules."""
    monkeypatch.setattr(opened, "terms_on", lambda *_: rules)


def test_a_look_into_the_tax_register_needs_the_rule_and_the_consent(
    sit: Sit, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """Where the city's terms have the condition: asked with the consent, a paper without it."""
    rules = terms(now.date())
    assert rules.version
    confirmed = tuple(
        replace(rule, source="規則第4条") if type(rule).__name__ == "NoTaxArrears" else rule
        for rule in rules.version.condition
    )
    in_force(monkeypatch, replace(rules, version=replace(rules.version, condition=confirmed)))
    assert "verdict-subsidy.no_tax_arrears" in sit(state="received").page()
    bring = sit(told=replace(APPLIED, register_consent="bring"), state="received").page()
    condition = bring.split('id="c-subsidy-no_tax_arrears"')[1].split("</li>")[0]
    assert "証明" in condition
