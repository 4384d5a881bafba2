"""Telephone, counter and letter: one sheet, kept as it grows, filed once, shown to nobody else."""

import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.vault import receipt, visit
from madoguchi.tools.vault.models import HeldFile, Visit
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import Wishes
from madoguchi.work.evidence import public as evidence
from madoguchi.work.record import actions as record
from madoguchi.work.record.queries import entries
from tests import lying
from tests.answers import squeezed
from tests.offices import actor_of, make_staff
from tests.web import outage as outages
from tests.web.desk.colleagues import colleague, do, inside
from tests.web.desk.sheets import CALL, Shown, begin, digits, keep, press
from tests.web.portal.test_untaken import repeated
from tests.work.cases.awaiting import ticked

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks


@pytest.fixture
def kimura(office: OfficeCard, now: datetime) -> tuple[Staff, Client]:
    """The counsellor at the telephone."""
    return colleague(office, "counsellor", now)


def test_a_call_is_taken_in_and_its_receipt_read_aloud(
    office: OfficeCard, now: datetime, kimura: tuple[Staff, Client]
) -> None:
    staff, browser = kimura
    answer = press(browser, begin(browser), "take", **CALL, kinds=["threat", "lie"], minutes="12")
    assert answer.status_code == 303
    case = Case.objects.get()
    assert answer.headers["Location"] == f"/receipts/{case.id}/"
    page = squeezed(browser.get(f"/receipts/{case.id}/"))
    number = "".join(digits(page)[:3])
    secret = "".join(digits(page)[3:])
    assert page.count("ゼロ") == (number + secret).count("0")
    assert receipt.present(office.id, number, secret, "net") is not None
    assert browser.post(f"/receipts/{case.id}/").headers["Location"] == f"/cases/{case.id}/"
    gone = squeezed(browser.get(f"/receipts/{case.id}/"))
    assert not digits(gone)
    assert secret not in gone

    opened = queries.open_case(actor_of(staff), case.id, now=now)
    assert (opened.card.channel, opened.card.contact) == ("phone", "no_voicemail")
    assert opened.about["phone"] == CALL["phone"]
    assert opened.about["phone_digits"] == "09012345678"
    (entry,) = entries(opened)
    assert entry.words["kinds"] == ["lie", "threat"]
    assert entry.words["minutes"] == 12
    assert "未聴取" in squeezed(browser.get(f"/cases/{case.id}/"))
    assert chain.faults(office.id) == []


@pytest.mark.parametrize(
    ("door", "kind", "way"),
    [("phone", "call", "phone"), ("counter", "interview", "counter"), ("letter", "letter", "fax")],
)
def test_every_door_ends_in_the_same_case(
    now: datetime, kimura: tuple[Staff, Client], door: str, kind: str, way: str
) -> None:
    staff, browser = kimura
    press(browser, begin(browser, door), "take", **CALL, way="fax", support=["sign"], officer="any")
    opened = queries.open_case(actor_of(staff), Case.objects.get().id, now=now)
    (entry,) = entries(opened)
    assert (opened.card.channel, entry.kind, entry.words["way"]) == (door, kind, way)
    assert (opened.about["support"], opened.about["officer"]) == (["sign"], "any")


def test_nothing_is_needed_but_how_to_reach_and_what_next(browser: Client) -> None:
    page = squeezed(press(browser, begin(browser), "take", text="名乗らない人"))
    assert "「連絡の安全」の答えを選んでください。" in page
    assert "「次の対応」の答えを選んでください。" in page
    assert "名乗らない人" in page
    assert page.count('class="slip"') == 2
    assert not Case.objects.exists()
    press(browser, Shown.of(page), "take", contact_rule="wait", outcome="advised")
    assert Case.objects.get().state == "closed"


@pytest.mark.parametrize("outcome", ["call_back", "other"])
def test_what_is_promised_to_who_wants_no_contact_is_read_at_the_receipt(
    browser: Client, outcome: str
) -> None:
    said = {"contact_rule": "wait", "outcome": outcome, "next_on": "12/8"}
    taken = press(browser, begin(browser), "take", **said)
    assert taken.status_code == 303, squeezed(taken)
    assert "相談者の希望では、窓口から連絡できません" in squeezed(browser.get(taken["Location"]))
    shown = squeezed(browser.get(f"/cases/{Case.objects.get().id}/"))
    assert "受付番号のページに返事を書く（こちらから連絡はしない）" in shown


MAIL_ONLY = {"contact_rule": "mail_only", "email": "h@example.jp", "outcome": "call_back"}
REACH_BY_MAIL = "返事を書いて、メールで知らせる"


def test_without_a_tick_no_mail_goes_and_every_page_says_that_it_was_not_asked(
    kimura: tuple[Staff, Client], now: datetime
) -> None:
    staff, browser = kimura
    taken = press(browser, begin(browser), "take", **MAIL_ONLY)
    case = Case.objects.get()
    assert not Outgoing.objects.exists()
    assert "相談者の希望では、窓口から連絡できません" in squeezed(browser.get(taken["Location"]))
    shown = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "お知らせだけのメールを送ってよいか：未聴取。聞くまでは送りません。" in shown
    assert "受付番号のページに返事を書く（こちらから連絡はしない）" in shown
    assert "お知らせのメールを送れます" not in shown
    assert "「お知らせだけのメール」は未聴取です" in shown, "the form for an answer"
    asked = squeezed(browser.get(f"/wishes/{case.pk}/"))
    assert re.findall(r'name="mail"\s+value="\w+"\s+checked', asked) == []
    actor = actor_of(staff)
    said = Wishes("wait", mail=False, said="本人")
    record.record_wishes(actor, queries.find(actor, case.pk), said, now=now)
    shown = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "お知らせだけのメール：未聴取 → 送らない" in shown


def test_with_the_tick_a_mail_goes_and_is_what_is_done_next(browser: Client) -> None:
    """The control."""
    taken = press(browser, begin(browser), "take", **MAIL_ONLY, mail="yes")
    assert Outgoing.objects.get().template == "received"
    assert "窓口から連絡できません" not in squeezed(browser.get(taken["Location"]))
    shown = squeezed(browser.get(f"/cases/{Case.objects.get().pk}/"))
    assert "お知らせのメールを送れます" in shown
    assert REACH_BY_MAIL in shown
    assert "（こちらから連絡はしない）" not in shown


def test_who_took_no_number_gets_no_answer_on_a_page(browser: Client) -> None:
    said = {"contact_rule": "wait", "outcome": "call_back"}
    taken = press(browser, begin(browser), "take", **said)
    shown = squeezed(browser.get(taken["Location"]))
    assert "番号を渡さずに終える" in shown
    browser.post(taken["Location"], {"handed": "no"})
    case = Case.objects.get()
    shown = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "受付番号のページに返事を書く（こちらから" not in shown
    assert "ここに書いた返事は、相談者に読めません" in shown


def test_a_promise_stands_though_its_person_took_no_number(browser: Client) -> None:
    said = {"contact_rule": "wait", "outcome": "call_back", "next_on": "2026-12-04"}
    taken = press(browser, begin(browser), "take", **said)
    browser.post(taken["Location"], {"handed": "no"})
    case = Case.objects.get()
    promised = "本人から連絡があったら答える（こちらから連絡はしない）"
    answered = do(browser, case, "answer", answer_text="お答えします", answer_days="5")
    assert promised in squeezed(browser.get(answered["Location"]))
    assert Due.objects.filter(case_id=case.pk, done_at=None, on="2026-12-04").exists()
    closed = do(browser, case, "close", close_reason="advised", **ticked(case))
    assert closed.status_code == 422
    assert promised in squeezed(closed).partition("まだ残っています：")[2].partition("</")[0]


def test_who_has_the_number_reads_the_answer_on_the_page(browser: Client) -> None:
    """The control."""
    said = {"contact_rule": "wait", "outcome": "call_back"}
    taken = press(browser, begin(browser), "take", **said)
    browser.post(taken["Location"], {"handed": "yes"})
    shown = squeezed(browser.get(f"/cases/{Case.objects.get().pk}/"))
    assert "（こちらから連絡はしない）" in shown
    assert "相談者に読めません" not in shown


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"contact_rule": "phone", "outcome": "call_back"}, "phone"),
        ({"contact_rule": "mail_only", "outcome": "call_back"}, "email"),
        ({"contact_rule": "wait", "outcome": "visit_booked"}, "next_on"),
        ({"contact_rule": "wait", "outcome": "call_back", "next_on": "2020-01-01"}, "next_on"),
        ({"contact_rule": "wait", "outcome": "call_back", "next_on": "来週日曜"}, "next_on"),
    ],
)
def test_what_one_answer_asks_of_another(
    browser: Client, typed: dict[str, str], field: str
) -> None:
    answer = press(browser, begin(browser), "take", text="残る言葉", **typed)
    assert answer.status_code == 422
    page = squeezed(answer)
    assert f'id="f-{field}-error"' in page
    folded = re.findall(r"<details[^>]*?>(?:(?!</details>).)*", page, re.DOTALL)
    assert not [one for one in folded if f'id="f-{field}-error"' in one and " open" not in one]
    assert "残る言葉" in page
    assert not Case.objects.exists()


def test_pressed_twice_it_is_one_case(browser: Client) -> None:
    sheet = begin(browser)
    first = press(browser, sheet, "take", **CALL)
    again = press(browser, sheet, "take", **CALL)
    assert first.headers["Location"] == again.headers["Location"]
    assert Case.objects.count() == 1
    press(browser, begin(browser), "take", **CALL)  # the control: the next call is another case
    assert Case.objects.count() == 2


def test_what_was_changed_after_filing_is_kept_apart(browser: Client) -> None:
    sheet = begin(browser)
    press(browser, sheet, "take", **CALL)
    changed = press(browser, sheet, "take", **{**CALL, "text": "戻って書き足した"})
    assert changed.status_code == 303
    page = squeezed(browser.get(changed.headers["Location"]))
    assert "別の書きかけとして残しました" in page
    assert "戻って書き足した" in page
    assert Case.objects.count() == 1


def test_two_screens_on_one_sheet_lose_nothing(browser: Client) -> None:
    sheet = keep(browser, begin(browser), text="はじめ")
    keep(browser, sheet, text="左の画面")
    other = keep(browser, sheet, text="右の画面")
    assert other.to != sheet.to
    assert "別の書きかけとして残しました" in other.page
    assert "右の画面" in other.page
    assert "左の画面" in squeezed(browser.get(sheet.to))


def test_more_than_a_draft_holds_stays_on_the_page(browser: Client) -> None:
    sheet, long = begin(browser), "長" * 61_000
    told = press(browser, sheet, "autosave", text=long)
    assert told.status_code == 422
    sheet.revision = told.json()["revision"]
    page = press(browser, sheet, "keep", text=long)
    assert page.status_code == 422
    assert long in squeezed(page)
    assert press(browser, begin(browser), "autosave", text=long[:20_000]).status_code == 200


def test_saving_the_same_again_is_no_other_sheet(browser: Client) -> None:
    """The control: only words that differ stand apart."""
    sheet = begin(browser)
    keep(browser, sheet, text="同じ")
    assert keep(browser, sheet, text="同じ").to == sheet.to


def test_a_lost_session_in_the_middle_of_a_call_loses_nothing(kimura: tuple[Staff, Client]) -> None:
    staff, browser = kimura
    sheet = begin(browser)
    saved = press(browser, sheet, "autosave", text="話の途中").json()
    sheet.revision = saved["revision"]
    browser.logout()
    assert press(browser, sheet, "autosave", text="話の途中。続き").status_code == 403
    lost = press(browser, sheet, "take", **{**CALL, "text": "話の途中。続き"})
    assert lost.status_code == 403
    assert "話の途中。続き" in squeezed(lost)
    again = inside(staff)
    start = squeezed(again.get("/phone/"))
    assert sheet.to in start
    assert "話の途中" in squeezed(again.get(sheet.to))
    assert press(again, sheet, "take", **{**CALL, "text": "話の途中。続き"}).status_code == 303
    assert sheet.to not in squeezed(again.get("/phone/"))


@pytest.mark.parametrize("outage", [outages.full, outages.away], ids=["full", "away"])
def test_where_nothing_can_be_written_the_words_come_back_and_are_filed_once(
    browser: Client, outage: Callable[[], AbstractContextManager[None]]
) -> None:
    sheet = begin(browser)
    browser.raise_request_exception = False
    with outage():
        lost = press(browser, sheet, "take", **CALL)
    assert lost.status_code == 503
    assert not Case.objects.exists()
    assert CALL["text"] in squeezed(lost)
    again = repeated(lost)
    assert {**CALL, "do": "take"}.items() <= again.items()
    for _ in range(2):
        assert browser.post(sheet.to, again).headers["Location"].startswith("/receipts/")
    assert Case.objects.count() == 1


def test_half_of_a_filing_is_none(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What breaks after the case was written takes the case with it; the sheet is still there."""
    sheet = keep(browser, begin(browser), **CALL)
    browser.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(visit, "remember", _break)
        assert press(browser, sheet, "take", **CALL).status_code == 500
    assert not Case.objects.exists()
    assert CALL["text"] in squeezed(browser.get(sheet.to))
    assert press(browser, sheet, "take", **CALL).status_code == 303  # the control: it was that


def _break(*_: object) -> None:
    raise RuntimeError


def test_a_sheet_is_its_writers_alone(browser: Client, office: OfficeCard, now: datetime) -> None:
    sheet = keep(browser, begin(browser), text="木村だけ")
    for role in ("counsellor", "supervisor"):
        _, other = colleague(office, role, now)
        assert sheet.to not in squeezed(other.get("/phone/"))
        assert other.get(sheet.to).headers["Location"] == "/phone/"
        unknown = other.get(f"/intake/{uuid.uuid4()}/")
        assert unknown.headers["Location"] == "/phone/"
        keep(other, sheet, text="ほかの人が書く")
    assert "木村だけ" in squeezed(browser.get(sheet.to))


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_others_have_no_sheet(office: OfficeCard, now: datetime, role: str) -> None:
    _, browser = colleague(office, role, now)
    for path in ("/phone/", "/counter/", "/letter/", f"/intake/{uuid.uuid4()}/"):
        assert browser.get(path).status_code == 404
    sheet = Shown(f"/intake/{uuid.uuid4()}/", "phone", "0", "")
    assert press(browser, sheet, "take", **CALL).status_code == 404
    assert not Case.objects.exists()


def test_a_draft_is_sealed_writes_no_line_and_ends_after_a_day(browser: Client) -> None:
    before = Line.objects.count()
    keep(browser, begin(browser), text="カナリア")
    assert Line.objects.count() == before
    assert not any("カナリア".encode() in bytes(row.blob) for row in Visit.objects.all())
    sheets = Visit.objects.all()
    assert sheets.count() == 2  # the sheet, and the list of sheets
    latest = max(row.expires_at for row in sheets)
    visit.sweep(latest + timedelta(seconds=1))
    assert not Visit.objects.exists()


def test_thrown_away_it_is_gone(browser: Client) -> None:
    sheet = keep(browser, begin(browser), text="間違い電話")
    assert press(browser, sheet, "drop", text="間違い電話").headers["Location"] == "/phone/"
    assert sheet.to not in squeezed(browser.get("/phone/"))
    assert not Case.objects.exists()


def test_danger_is_flagged_logged_and_said_again(
    now: datetime, kimura: tuple[Staff, Client]
) -> None:
    staff, browser = kimura
    page = begin(browser).page
    assert "#9110" in page
    danger = {"danger_now": "yes", "danger_done": ["told_110", "supervisor"]}
    press(browser, begin(browser), "take", **CALL, **danger, danger_log="佐藤係長 10:24")
    case = Case.objects.get()
    assert case.urgent
    assert "110" in squeezed(browser.get(f"/receipts/{case.id}/"))
    said = entries(queries.open_case(actor_of(staff), case.id, now=now))
    (note,) = [entry for entry in said if entry.kind == "note"]
    assert note.words["text"] == ("危険への対応：110番をすすめた、上司に知らせた（佐藤係長 10:24）")


UNHEARD = "電話で窓口の名前を言ってよいか：未聴取"
BARE, NAMED = "電話では個人の名字だけを名乗ります", "電話で窓口の名前を言ってかまいません"


@pytest.mark.parametrize(
    ("answer", "shown"),
    [(None, UNHEARD), ("no", BARE), ("yes", NAMED)],
    ids=["unasked", "no", "yes"],
)
def test_whether_the_desk_may_be_named_is_unheard_until_it_was_heard(
    kimura: tuple[Staff, Client], answer: str | None, shown: str
) -> None:
    _, browser = kimura
    heard = {} if answer is None else {"name_desk": answer}
    press(browser, begin(browser), "take", **CALL, **heard)
    case = Case.objects.get()
    page = squeezed(browser.get(f"/cases/{case.id}/"))
    assert [words for words in (UNHEARD, BARE, NAMED) if words in page] == [shown]
    wishes = squeezed(browser.get(f"/wishes/{case.id}/"))
    marked = re.findall(r'name="name_desk"\s+value="(\w+)"\s+checked', wishes)
    assert marked == [each for each in [answer] if each]


@pytest.mark.parametrize(("answer", "urgent"), [("no", False), ("yes", True)])
def test_that_there_is_no_danger_is_written_down_as_heard(
    now: datetime, kimura: tuple[Staff, Client], answer: str, *, urgent: bool
) -> None:
    staff, browser = kimura
    press(browser, begin(browser), "take", **CALL, danger_now=answer)
    case = Case.objects.get()
    assert case.urgent is urgent
    opened = queries.open_case(actor_of(staff), case.id, now=now)
    assert opened.about["danger"] == answer


def test_b20_a_form_that_came_by_post_is_typed_with_its_scan(
    now: datetime, kimura: tuple[Staff, Client]
) -> None:
    staff, browser = kimura
    scan = SimpleUploadedFile("用紙.pdf", b"%PDF-1.4 scan")
    sheet = begin(browser, "letter")
    refused = press(browser, sheet, "take", text="同封の用紙", files=scan)
    assert refused.status_code == 422
    page = squeezed(refused)
    assert "用紙.pdf" in page  # the file is held while the rest is put right
    kept = Shown.of(page)
    assert press(browser, kept, "take", **CALL).status_code == 303
    case = Case.objects.get()
    opened = queries.open_case(actor_of(staff), case.id, now=now)
    (entry,), (card,) = entries(opened), evidence.cards(opened.shared)
    assert (card.entry_id, card.name, card.looks) == (entry.id, "用紙.pdf", "pdf")
    row = HeldFile.objects.get()
    assert (row.case_id, row.lookup, bytes(row.about)) == (case.id, "", b"")
    assert b"scan" not in lying.place(row.id).read_bytes()


def test_a_scan_is_taken_out_again(browser: Client) -> None:
    scan = SimpleUploadedFile("a.pdf", b"%PDF-1.4 scan")
    sheet = keep(browser, begin(browser, "letter"), text="x", files=scan)
    row = HeldFile.objects.get()
    assert "a.pdf" in sheet.page
    press(browser, sheet, "keep", text="x", remove=str(row.id))
    assert not HeldFile.objects.exists()
    assert not lying.place(row.id).exists()


def test_a_denied_colleague_sees_no_receipt(
    office: OfficeCard, now: datetime, kimura: tuple[Staff, Client]
) -> None:
    staff, browser = kimura
    press(browser, begin(browser), "take", **CALL)
    case = Case.objects.get()
    supervisor = actor_of(make_staff(office, "supervisor", "佐藤", now))
    actions.deny(supervisor, queries.find(supervisor, case.id), staff.id, now=now)
    for answer in (browser.get(f"/receipts/{case.id}/"), browser.post(f"/receipts/{case.id}/")):
        assert answer.status_code == 404
    assert browser.get(f"/receipts/{uuid.uuid4()}/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"phone_note": "withheld"}, "番号がわからないので、折り返せません"),
        ({"phone": "0279-22-2111", "phone_note": "shared"}, "ほかの人も出る番号です"),
        ({"phone": "+1 415 555 0100"}, "海外の番号です"),
        ({"phone": "0120-000-000"}, "無料通話などの番号です"),
        ({"phone": "22-2111 内線3"}, "市外局番がないかもしれません"),
    ],
)
def test_b16_each_kind_of_number_has_its_sentence(
    browser: Client, typed: dict[str, str], words: str
) -> None:
    page = keep(browser, begin(browser), text="番号のこと", **typed).page
    assert words in page
    assert typed.get("phone", "") in page  # kept as it was typed


def test_a_referral_that_was_agreed_on_leads_to_its_page(kimura: tuple[Staff, Client]) -> None:
    _, browser = kimura
    press(browser, begin(browser), "take", **{**CALL, "outcome": "referred"})
    case = Case.objects.get()
    assert "/refer/" in squeezed(browser.get(f"/receipts/{case.id}/"))
    assert browser.post(f"/receipts/{case.id}/").headers["Location"] == f"/refer/{case.id}/"
