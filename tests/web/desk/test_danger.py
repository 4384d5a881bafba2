"""The flag of danger: lifted by who has the case, looked at again, told while nobody has it."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client

from madoguchi.ops import worker
from madoguchi.rules.programme import load, texts
from madoguchi.rules.programme.desk import Alarm
from madoguchi.rules.steps.proposal import TELEPHONE
from madoguchi.tools.audit import chain
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.web.kit import finished
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.danger import hear
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import actions as notices
from madoguchi.work.record import actions as record
from madoguchi.work.record import jobs
from madoguchi.work.record.models import Entry
from tests import pdf
from tests.answers import squeezed
from tests.digits import stand_in
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, do, hidden
from tests.web.desk.sheets import CALL, Shown, begin, press
from tests.work.cases.awaiting import ticked

REAL = pytest.mark.django_db(databases="__all__", transaction=True)
ADDRESS = "kakaricho@example.jp"
DESK_BLOCKS = "programmes/_national/texts/desk_blocks.toml"
FLAG = ">危険あり<"
OVER = {"danger_now": "over", "danger_text": "警察に相談し、母の家に移った"}
STAYS = {"danger_now": "stays", "danger_text": "まだ家を知られている"}


@pytest.fixture
def case(office: OfficeCard, now: datetime) -> Case:
    return asked(office, now, urgent=True)


@pytest.fixture
def alarming(monkeypatch: pytest.MonkeyPatch) -> None:
    """The city gave an address."""
    city = load.programme("shibukawa")
    assert city.desk.alarm is None
    told = replace(city, desk=replace(city.desk, alarm=Alarm(address=ADDRESS, source="見本")))
    monkeypatch.setattr("madoguchi.work.cases.danger.in_force", lambda _office, _day: told)


def looks(case: Case) -> list[date]:
    rows = Due.objects.filter(case_id=case.pk, kind="danger", done_at__isnull=True)
    return list(rows.values_list("on", flat=True))


@REAL
@pytest.mark.opens("case.danger")
def test_who_has_the_case_lifts_it_and_says_what_changed(
    office: OfficeCard, case: Case, now: datetime
) -> None:
    _, browser = colleague(office, "counsellor", now)
    assert f"/cases/{case.pk}/danger/" not in squeezed(
        browser.get(f"/cases/{case.pk}/")
    )  # nobody has it yet
    do(browser, case, "take")
    for missing in ({**OVER, "danger_text": " "}, {**OVER, "danger_now": ""}):
        assert do(browser, case, "danger", **missing).status_code == 422
    assert Case.objects.get(pk=case.pk).urgent
    assert do(browser, case, "danger", **OVER).status_code == 303
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert FLAG not in page
    assert "「危険あり」を外した" in page
    assert OVER["danger_text"] in page
    assert Entry.objects.get(case_id=case.pk, kind="lifted").drawer == "staff"
    assert do(browser, case, "danger", **OVER).status_code == 422  # there is none any more


@REAL
def test_nobody_else_lifts_it(office: OfficeCard, case: Case, now: datetime) -> None:
    _, hers = colleague(office, "counsellor", now)
    do(hers, case, "take")
    for role in ("counsellor", "supervisor"):
        _, other = colleague(office, role, now)
        assert do(other, case, "danger", **OVER).status_code == 409
    assert Case.objects.get(pk=case.pk).urgent


@REAL
@pytest.mark.usefixtures("stopped")
def test_it_is_looked_at_again_after_seven_days(
    office: OfficeCard, case: Case, now: datetime
) -> None:
    _, browser = colleague(office, "counsellor", now)
    do(browser, case, "take")
    worker.sweep(now)
    worker.sweep(now)
    first = now.date() + timedelta(days=7)
    assert looks(case) == [first]
    plan = {"plan_kind": "check", "plan_days": "3", "plan_why": "画面を見る"}
    assert do(browser, case, "plan", **plan).status_code == 303
    assert looks(case) == [first]  # another plan does not end it
    assert do(browser, case, "danger", **STAYS).status_code == 303
    assert looks(case) == [now.date() + timedelta(days=7)]
    assert Case.objects.get(pk=case.pk).urgent
    assert "まだ危険がある" in squeezed(browser.get(f"/cases/{case.pk}/"))
    do(browser, case, "danger", **OVER)
    assert looks(case) == []
    worker.sweep(now)
    assert looks(case) == []


@REAL
def test_age_lifts_nothing(office: OfficeCard, case: Case, now: datetime) -> None:
    cases.adopt(case.pk, now=now)
    worker.sweep(now + timedelta(days=400))
    assert Case.objects.get(pk=case.pk).urgent
    assert looks(case) == [(now + timedelta(days=400)).date()]


@REAL
def test_the_supervisor_sees_what_was_lifted_today(
    office: OfficeCard, case: Case, now: datetime
) -> None:
    staff, browser = colleague(office, "counsellor", now)
    _, boss = colleague(office, "supervisor", now)
    title = "きょう「危険あり」か「ことばに危険」を外した相談"
    assert title not in squeezed(boss.get("/"))
    do(browser, case, "take")
    do(browser, case, "danger", **OVER)
    page = squeezed(boss.get("/"))
    assert title in page
    assert staff.name in page.split(title)[1].split("</section>")[0]
    assert case.short_name in page.split(title)[1].split("</section>")[0]
    assert title not in squeezed(browser.get("/"))


@REAL
@pytest.mark.usefixtures("alarming")
def test_an_unassigned_danger_alarms_once_an_hour_while_the_desk_is_open(
    office: OfficeCard, case: Case, now: datetime
) -> None:
    cases.adopt(case.pk, now=now)
    Outgoing.objects.all().delete()
    monday = datetime.fromisoformat("2026-11-30T09:00:00+09:00")

    def told(at: datetime) -> int:
        mail.outbox.clear()
        worker.sweep(at)
        for row in Outgoing.objects.filter(sent_at__isnull=True, withheld=""):
            jobs.tell(row.pk, now=at)
        return len(mail.outbox)

    assert told(monday - timedelta(hours=1)) == 0  # closed
    assert told(monday) == 1
    (sent,) = mail.outbox
    assert sent.to == [ADDRESS]
    words = f"{sent.subject}{sent.body}"
    assert not stand_in(words, case.short_name)
    assert "危険" not in words
    assert told(monday + timedelta(minutes=30)) == 0
    assert told(monday + timedelta(minutes=61)) == 1
    _, browser = colleague(office, "counsellor", now)
    do(browser, case, "take")
    assert told(monday + timedelta(hours=3)) == 0
    case.refresh_from_db()
    with transaction(), chain.telling():
        hear(case, "もう消えたいです", now)
    assert told(monday + timedelta(hours=4)) == 1, "who has it may be away: nobody has read it"
    case.refresh_from_db()
    read = {"words_now": "stays", "words_text": "電話した"}
    assert do(browser, case, "words", **read).status_code == 303
    assert told(monday + timedelta(hours=6)) == 0


@REAL
@pytest.mark.usefixtures("alarming")
def test_of_many_the_desk_gets_one_mail_that_says_how_many(
    office: OfficeCard, case: Case, now: datetime
) -> None:
    Outgoing.objects.all().delete()
    worker.sweep(now)
    assert not Outgoing.objects.filter(template="danger"), "nobody's, or of seconds ago"
    for each in (case, asked(office, now, urgent=True)):
        cases.adopt(each.pk, now=now)
    mail.outbox.clear()
    worker.sweep(now)
    (row,) = Outgoing.objects.filter(template="danger")
    jobs.tell(row.pk, now=now)
    assert "2件" in mail.outbox[0].body


@REAL
def test_without_an_address_nobody_is_alarmed(case: Case) -> None:
    Outgoing.objects.all().delete()
    worker.sweep(datetime.fromisoformat("2026-11-30T09:00:00+09:00"))
    assert not Outgoing.objects.exists()
    assert case.urgent


def test_the_danger_panel_of_the_sheet_has_119(browser: Client) -> None:
    page = squeezed(browser.get("/phone/"))
    panel = page.split('class="danger"')[1].split("</details>")[0]
    assert "119" in panel
    assert panel.index("119") < panel.index("9110")


def ready(browser: Client, case: Case) -> dict[str, str]:
    """The ready answers of a case's page, by code."""
    page = squeezed(browser.get(f"/cases/{case.pk}/")).partition('id="block-answer"')[2]
    page = page.partition("</select>")[0]
    return dict(re.findall(r'<option value="([\w-]+)" data-words="([^"]*)"', page))


def test_the_ready_answer_for_danger_names_who_talks_in_three_languages(
    office: OfficeCard, now: datetime, case: Case
) -> None:
    who, browser = colleague(office, "supervisor", now)
    assert do(browser, case, "take").status_code == 303
    answers = ready(browser, case)
    written = (Path(texts.__file__).parents[2] / DESK_BLOCKS).read_text("utf-8")
    own = written.partition("[block.answer.danger]")[2].partition("[block.")[0]
    assert not TELEPHONE.search(own), "no number is typed into the text"
    programme = load.programme("shibukawa")
    for code, name in (("danger", "ja"), ("danger-easy", "easy"), ("danger-en", "en")):
        words = answers[code]
        numbers = re.findall(r"^[・-] ?(\S+?)[：:](?: |(?=\S))", words, re.MULTILINE)
        assert numbers[:2] == ["110", "119"], code
        assert len(numbers) > 2, code
        for line in programme.directory:
            if line.id == "inochi_sos":
                assert (str(line.phone[0].number) in numbers) == (name != "en"), code
    foreign = next(each for each in programme.directory if each.id == "moj_foreign")
    assert str(foreign.phone[0].number) in answers["danger-en"]
    assert "- 110: Police (110), 24 hours a day" in answers["danger-en"]
    change = {"number": "0120-061-338", "from_on": "2026-11-30"}
    at = AtOffice(office.id)
    notices.publish(actor_of(who), at, "number_hidden", "", "", now.date(), change, now=now)
    finished.forget(office.id)
    assert "0120-061-338" in answers["danger"]
    assert "0120-061-338" not in ready(browser, case)["danger"], "as the desk decided"


def test_a_ready_answer_tells_the_number_of_the_directory_and_else_none(
    office: OfficeCard, now: datetime, case: Case
) -> None:
    who, browser = colleague(office, "supervisor", now)
    assert do(browser, case, "take").status_code == 303
    assert "警察（110か#8103）に電話" in ready(browser, case)["evidence"]
    hidden = {"agency": "police_8103", "from_on": "2026-11-30"}
    at = AtOffice(office.id)
    notices.publish(actor_of(who), at, "agency_hidden", "", "", now.date(), hidden, now=now)
    finished.forget(office.id)
    assert "警察（110）に電話" in ready(browser, case)["evidence"]


ENDED = {"log_how": "call_in", "log_text": "警察に引き継いだ", "log_outcome": "advised"}
CALL_IN_DANGER = {**CALL, "danger_now": "yes"}


def words_came(case: Case, now: datetime) -> None:
    """Words that mean danger come into the case, and the worker reads them."""
    with transaction(), chain.telling():
        hear(Case.objects.get(pk=case.pk), "つらくて死にたい気持ちです", now)


@REAL
def test_no_case_closes_over_danger_that_nobody_reviewed(
    office: OfficeCard, case: Case, now: datetime
) -> None:
    _, browser = colleague(office, "counsellor", now)
    _, boss = colleague(office, "supervisor", now)
    do(browser, case, "take")
    for act, typed in (("close", {"close_reason": "withdrawn"}), ("log", ENDED)):
        refused = do(browser, case, act, **typed, **ticked(case))
        assert refused.status_code == 422, act
        assert "先に、担当が「危険を見直す」" in squeezed(refused), act
        assert all(said in squeezed(refused) for said in typed.values()), "what was typed stays"
    assert Case.objects.get(pk=case.pk).state == "active"
    assert not Entry.objects.filter(case_id=case.pk, kind__in=("call", "closed")).exists()
    do(browser, case, "danger", **OVER)
    assert do(browser, case, "close", close_reason="withdrawn", **ticked(case)).status_code == 303
    page = squeezed(boss.get("/")).partition("を外した相談")[2].partition("</section>")[0]
    assert case.short_name in page, "the supervisor reads why it was lifted, closed or not"


@REAL
def test_no_case_closes_over_words_of_danger_that_nobody_read(
    office: OfficeCard, now: datetime
) -> None:
    case = asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    do(browser, case, "take")
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    words_came(case, now)  # while the page is open
    close = f"/cases/{case.pk}/close/"
    refused = browser.post(close, {**hidden(page), "close_reason": "solved", **ticked(case)})
    assert refused.status_code == 422
    assert "先に「ことばを読んで確かめた」" in squeezed(refused)
    do(browser, case, "words", words_now="over", words_text="歌詞の引用だった")
    assert do(browser, case, "close", close_reason="solved", **ticked(case)).status_code == 303


@REAL
def test_words_of_danger_that_the_worker_reads_late_open_the_case_again(
    office: OfficeCard, now: datetime
) -> None:
    case = asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    do(browser, case, "take")
    assert do(browser, case, "close", close_reason="withdrawn", **ticked(case)).status_code == 303
    words_came(case, now)
    case.refresh_from_db()
    assert (case.state, case.next_on, case.closing) == ("active", now.date(), "")
    assert case.short_name in squeezed(browser.get("/"))
    assert chain.faults(office.id) == []


@REAL
def test_danger_that_a_colleague_hears_opens_a_closed_case_again(
    office: OfficeCard, now: datetime
) -> None:
    case = asked(office, now)
    staff, browser = colleague(office, "counsellor", now)
    do(browser, case, "take")
    do(browser, case, "close", close_reason="solved", **ticked(case))
    case.refresh_from_db()
    record.add_details(actor_of(staff), case, {"danger": "yes"}, now=now)
    case.refresh_from_db()
    assert (case.state, case.urgent, case.next_on) == ("active", True, now.date())
    assert looks(case) == [now.date()]


@REAL
def test_a_sheet_with_danger_does_not_end_at_once(office: OfficeCard, now: datetime) -> None:
    _, browser = colleague(office, "counsellor", now)
    sheet = begin(browser)
    refused = press(browser, sheet, "take", **{**CALL_IN_DANGER, "outcome": "advised"})
    assert refused.status_code == 422
    assert "その場で終了できません" in squeezed(refused)
    assert CALL["text"] in squeezed(refused)
    assert not Case.objects.exists()
    sheet = Shown.of(squeezed(refused))
    assert press(browser, sheet, "take", **CALL_IN_DANGER).status_code == 303
    assert Case.objects.get().urgent


@REAL
@pytest.mark.usefixtures("stopped")
def test_danger_stands_on_todays_list_whatever_its_day(office: OfficeCard, now: datetime) -> None:
    _, hers = colleague(office, "counsellor", now)
    _, other = colleague(office, "supervisor", now)
    later = (now + timedelta(days=28)).date().isoformat()
    assert press(hers, begin(hers), "take", **CALL_IN_DANGER, next_on=later).status_code == 303
    case = Case.objects.get()
    assert case.next_on == date.fromisoformat(later)
    assert case.short_name in squeezed(hers.get("/")), "who has it sees it until it is lifted"
    assert not stand_in(squeezed(other.get("/")), case.short_name)
    worker.sweep(now)
    case.refresh_from_db()
    assert case.next_on == (now + timedelta(days=7)).date(), "then it is on everybody's list"
    words_came(case, now)
    Due.objects.filter(case_id=case.pk, kind="noticed").update(on=later)
    Case.objects.filter(pk=case.pk).update(next_on=later)
    assert case.short_name in squeezed(other.get("/")), "unread words are for everybody"
    do(other, case, "words", words_now="over", words_text="引用")
    Case.objects.filter(pk=case.pk).update(assignee_id=None, next_on=later)
    assert case.short_name in squeezed(other.get("/")), "nobody has it"
    Case.objects.filter(pk=case.pk).update(urgent=False)
    assert not stand_in(squeezed(other.get("/")), case.short_name)


@REAL
def test_the_sheet_and_the_record_tell_words_from_the_flag(
    office: OfficeCard, now: datetime
) -> None:
    case = asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    do(browser, case, "take")
    words_came(case, now)
    printed = pdf.text(browser.post(f"/sheets/{case.pk}/").content)
    assert "ことばに危険（未確認）" in printed
    assert "危険あり" not in printed
    do(browser, case, "words", words_now="over", words_text="歌詞の引用だった")
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "「ことばに危険」を読んで外した" in page
    assert "「危険あり」を外した" not in page
    printed = pdf.text(browser.post(f"/sheets/{case.pk}/").content)
    assert "歌詞の引用だった" not in printed, "it is the desk's own note"
    assert "内部の記録が1件あります" in printed
    assert "歌詞の引用だった" in pdf.text(
        browser.post(f"/sheets/{case.pk}/", {"notes": "1"}).content
    )
    words_came(case, now)
    do(browser, case, "words", words_now="stays", words_text="電話した")
    assert "「ことばに危険」を読んだ：危険がある" in squeezed(browser.get(f"/cases/{case.pk}/"))
    printed = pdf.text(browser.post(f"/sheets/{case.pk}/").content)
    assert "危険あり" in printed
    assert "未確認" not in printed
    do(browser, case, "danger", **OVER)
    printed = pdf.text(browser.post(f"/sheets/{case.pk}/").content)
    assert OVER["danger_text"] not in printed


def test_danger_is_asked_before_the_sheet_is_filed(browser: Client) -> None:
    for door in ("phone", "counter", "letter"):
        page = squeezed(browser.get(f"/{door}/"))
        assert page.index('name="danger_now"') < page.index('value="take"'), door


@REAL
@pytest.mark.parametrize("danger", ["no", "", "yes"])
def test_words_of_a_request_raise_no_flag_that_its_person_did_not_mean(
    office: OfficeCard, now: datetime, danger: str
) -> None:
    """It arrives on top for its words; who said いいえ has ことばに危険 alone, until it is read."""
    about = {"name": "山田 花子", "who": "self", "danger": danger}
    case = asked(office, now, urgent=True, about=about, text="もう死にたいです")
    jobs.notice(Entry.objects.get(case_id=case.pk).pk, now=now)
    assert bool(looks(case)) == (danger == "yes")
    _, browser = colleague(office, "counsellor", now)
    do(browser, case, "take")
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert ">ことばに危険<" in page
    assert (FLAG in page) == (danger == "yes")
    assert do(browser, case, "words", words_now="over", words_text="歌詞だった").status_code == 303
    assert Case.objects.get(pk=case.pk).urgent == (danger == "yes")
