"""Words that mean danger in what comes after the first request put the case on top (practice 4)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from uuid import UUID

import pytest

from madoguchi.ops import worker
from madoguchi.rules.steps.grant import STAGES
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.later.models import Job
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import visit
from madoguchi.work.cases import danger, queries
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.clinic.bookings.public import Wanted as ForLawyer
from madoguchi.work.intake import public as intake
from madoguchi.work.intake.mail import actions as mails
from madoguchi.work.intake.mail import queries as mail_queries
from madoguchi.work.interviews import public as interviews
from madoguchi.work.record import jobs
from madoguchi.work.record.models import Entry
from madoguchi.work.subsidy import jobs as grant_jobs
from madoguchi.work.subsidy.applying import public as applying
from madoguchi.work.subsidy.models import Grant, Step
from madoguchi.work.subsidy.own import public as grants
from madoguchi.work.subsidy.typing import actions as typing
from tests.answers import squeezed
from tests.digits import stand_in
from tests.offices import actor_of, make_staff
from tests.redteam.test_rt30_grant_canaries import rows
from tests.web.desk.colleagues import do, inside
from tests.work.clinic import coming as clinic
from tests.work.interviews import coming as meeting
from tests.work.subsidy.owning import APPLICATION, goes_to, owner
from tests.work.subsidy.test_applying import APPLIED

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
DANGER, HARMLESS = "もう消えたいです", "必死に探しています"
RULES = grants.ActRules(STAGES, date(2026, 12, 1))
type Sent = Callable[[OfficeCard, str, datetime], UUID]


def message(office: OfficeCard, text: str, now: datetime) -> UUID:
    one = meeting.coming(office, now)
    visitor = visit.new_holder(office.id)
    person = cases.consultee(office.id)
    intake.add(person, one.held, {"text": text}, visitor, now.date(), now=now)
    return one.held.case_id


def interview(office: OfficeCard, text: str, now: datetime) -> UUID:
    one = meeting.coming(office, now)
    wanted = interviews.Wanted((), "", "", text)
    person, desk = cases.consultee(office.id), meeting.desk()
    interviews.book(person, one.held, desk, (), meeting.FRIDAY, wanted, now.date(), now=now)
    return one.held.case_id


def consultation(office: OfficeCard, text: str, now: datetime) -> UUID:
    one = clinic.coming(office, now)
    one.holds()
    one.asks(ForLawyer(subject=text, people=1))
    return one.held.case_id


def application(office: OfficeCard, text: str, now: datetime) -> UUID:
    one = meeting.coming(office, now)
    applied = replace(APPLIED, law_office=text)
    applying.apply(cases.consultee(office.id), one.held, applied, now.date(), now=now)
    return one.held.case_id


def asked(office: OfficeCard, text: str, now: datetime) -> UUID:
    """What the desk asked for, answered in words."""
    one = owner(office, now, "returned")
    answers = ({"field": 11, "how": "words", "words": text},)
    grants.complete(one.actor, one.seen, grants.Completion(APPLICATION, answers), RULES, now=now)
    return one.held.case_id


def contract(office: OfficeCard, text: str, now: datetime) -> UUID:
    one = owner(office, now, "decided")
    told = grants.ContractReport(now.date(), "法務 一郎", 300_000, words=text)
    grants.report_contract(one.actor, one.seen, told, RULES, now=now)
    return one.held.case_id


def report(office: OfficeCard, text: str, now: datetime) -> UUID:
    one = owner(office, now, "contracted")
    told = grants.CostReport(now.date(), 300_000, bring=True, words=text)
    grants.report(one.actor, one.seen, told, RULES, now=now)
    return one.held.case_id


def claim(office: OfficeCard, text: str, now: datetime) -> UUID:
    one = owner(office, now, "fixed")
    grants.claim(one.actor, one.seen, {"bank_name": text}, RULES, now=now)
    return one.held.case_id


def withdrawal(office: OfficeCard, text: str, now: datetime) -> UUID:
    one = owner(office, now, "received")
    grants.withdraw(one.actor, one.seen, text, RULES, now=now)
    return one.held.case_id


OF_GRANT = application, asked, contract, report, claim, withdrawal


@pytest.mark.parametrize("sent", [message, interview, consultation, *OF_GRANT])
@pytest.mark.parametrize(("text", "noticed"), [(DANGER, True), (HARMLESS, False)])
def test_what_comes_later_is_noticed(
    office: OfficeCard, now: datetime, sent: Sent, text: str, *, noticed: bool
) -> None:
    case_id = sent(office, text, now)
    assert not Case.objects.get(pk=case_id).urgent
    worker.empty()
    reader = actor_of(make_staff(office, "counsellor", "別の人", now))
    (card,) = queries.inbox(reader, "open", now.date()).cards
    assert (card.urgent, card.noticed) == (noticed, noticed)
    assert card.flag == ("desk.noticed" if noticed else "")
    assert (card.next_on == now.date()) or not noticed


@pytest.mark.parametrize("sent", OF_GRANT)
def test_of_a_grants_words_a_job_says_their_step_and_no_table_has_any(
    office: OfficeCard, now: datetime, sent: Sent
) -> None:
    case_id = sent(office, DANGER, now)
    (job,) = Job.objects.filter(name="subsidy.notice")
    assert job.subject_id == Step.objects.filter(case_id=case_id).latest("number").pk
    worker.empty()
    assert danger.noticed(Case.objects.get(pk=case_id))
    assert [where for where, raw in rows() if DANGER.encode() in raw] == []


@pytest.mark.parametrize(("law_office", "noticed"), [(DANGER, False), ("殺すと言われた", True)])
def test_an_answer_brings_back_nothing_of_the_application_that_was_read(
    office: OfficeCard, now: datetime, law_office: str, *, noticed: bool
) -> None:
    one = meeting.coming(office, now)
    person, applied = cases.consultee(office.id), replace(APPLIED, law_office=DANGER)
    applying.apply(person, one.held, applied, now.date(), now=now)
    worker.empty()
    case = Case.objects.get(pk=one.held.case_id)
    said = {"words_now": "over", "words_text": "歌詞の引用だった"}
    reader = inside(make_staff(office, "counsellor", "別の人", now))
    assert do(reader, case, "words", **said).status_code == 303
    goes_to(one.held, now, "returned")
    own = grants.own(one.held)
    assert own is not None
    held = grants.HeldGrant(one.held, own.id, own.turn)
    done = grants.Completion(replace(applied, law_office=law_office).to_json(), ())
    grants.complete(person, held, done, RULES, now=now)
    worker.empty()
    assert danger.noticed(case) == noticed


def test_a_job_of_an_earlier_version_names_the_grant_and_is_read(
    office: OfficeCard, now: datetime
) -> None:
    case_id = application(office, DANGER, now)
    grant = Grant.objects.get(case_id=case_id)
    Job.objects.filter(name="subsidy.notice").update(subject_id=grant.pk)
    worker.empty()
    assert danger.noticed(Case.objects.get(pk=case_id))


def test_what_the_desk_typed_in_is_not_read_for_who_asks(office: OfficeCard, now: datetime) -> None:
    """Else whoever holds the portal's role would learn by asking what lies in a paper."""
    case = Case.objects.get(pk=meeting.coming(office, now).held.case_id)
    paper = typing.PaperApplication(replace(APPLIED, law_office=DANGER), now.date(), "渋安収第7号")
    officer = actor_of(make_staff(office, "subsidy_officer", "担当", now))
    grant_id = typing.type_in(officer, typing.Applicant(case), paper, now=now)
    step = Step.objects.get(grant_id=grant_id)
    assert step.drawer == "shared"
    for asked_for in (step.pk, grant_id):
        grant_jobs.notice(asked_for, now=now)
    assert not danger.noticed(case)
    assert not Line.objects.filter(case_id=case.pk, verb="danger.notice").exists()


@pytest.mark.opens("case.words")
def test_whoever_read_it_says_what_it_came_to(office: OfficeCard, now: datetime) -> None:
    case_id = message(office, DANGER, now)
    worker.empty()
    case = Case.objects.get(pk=case_id)
    browser = inside(make_staff(office, "counsellor", "別の人", now))  # it is not theirs
    listed = squeezed(browser.get("/?tab=open"))
    assert "ことばに危険" in listed
    assert "危険あり" not in listed
    page = squeezed(browser.get(f"/cases/{case_id}/"))
    assert '<span class="flag" title=' in page
    assert do(browser, case, "words", words_now="over", words_text="").status_code == 422
    said = {"words_now": "over", "words_text": "歌詞の引用だった"}
    assert do(browser, case, "words", **said).status_code == 303
    assert not Case.objects.get(pk=case_id).urgent
    assert not Due.objects.filter(case_id=case_id, kind="noticed", done_at__isnull=True).exists()
    page = squeezed(browser.get(f"/cases/{case_id}/"))
    assert '<span class="flag" title=' not in page
    assert said["words_text"] in page


def test_what_was_read_once_is_not_read_again_for_who_asks_again(
    office: OfficeCard, now: datetime
) -> None:
    """Asked again, danger and harmless words leave the same, and bring nothing back."""
    lines = []
    for text in (DANGER, HARMLESS):
        case_id = message(office, text, now)
        worker.empty()
        if text == DANGER:
            browser = inside(make_staff(office, "counsellor", "別の人", now))
            said = {"words_now": "over", "words_text": "歌詞の引用だった"}
            assert do(browser, Case.objects.get(pk=case_id), "words", **said).status_code == 303
        sent = Entry.objects.filter(case_id=case_id, kind="received", drawer="shared")
        before = set(Line.objects.values_list("seq", flat=True))
        jobs.notice(sent.latest("number").pk, now=now)
        new = Line.objects.exclude(seq__in=before)
        lines.append(list(new.values_list("verb", "outcome")))
        assert not Case.objects.get(pk=case_id).urgent
    assert lines[0] == lines[1]
    assert "danger.notice" not in dict(lines[0])


def test_read_as_danger_it_becomes_the_flag(office: OfficeCard, now: datetime) -> None:
    case_id = message(office, DANGER, now)
    worker.empty()
    browser = inside(make_staff(office, "supervisor", "係長", now))
    said = {"words_now": "stays", "words_text": "今夜と言っている。電話した"}
    assert do(browser, Case.objects.get(pk=case_id), "words", **said).status_code == 303
    assert Case.objects.get(pk=case_id).urgent
    listed = squeezed(browser.get("/?tab=open"))
    assert "危険あり" in listed
    assert "ことばに危険" not in listed
    assert do(browser, Case.objects.get(pk=case_id), "words", **said).status_code == 422


def test_words_in_a_case_that_has_the_flag_are_told_apart_and_take_it_off_no_more(
    office: OfficeCard, now: datetime
) -> None:
    reader = make_staff(office, "counsellor", "木村", now)
    browser = inside(reader)
    one = meeting.coming(office, now)
    case = Case.objects.get(pk=one.held.case_id)
    Case.objects.filter(pk=case.pk).update(urgent=True)
    assert do(browser, case, "take").status_code == 303
    visitor, person = visit.new_holder(office.id), cases.consultee(office.id)
    for text, told in ((HARMLESS, "危険あり"), (DANGER, "危険あり・新しいことばに危険")):
        intake.add(person, one.held, {"text": text}, visitor, now.date(), now=now)
        worker.empty()
        (card,) = queries.inbox(actor_of(reader), "open", now.date()).cards
        assert card.urgent
        listed = squeezed(browser.get("/?tab=open"))
        assert f'class="flag">{told}<' in listed, text
    case.refresh_from_db()
    said = {"words_now": "over", "words_text": "友人のことばの引用だった"}
    assert do(browser, case, "words", **said).status_code == 303
    case.refresh_from_db()
    assert case.urgent, "who has the case lifts what was meant before"
    assert 'class="flag">危険あり<' in squeezed(browser.get("/?tab=open"))
    assert do(browser, case, "danger", danger_now="over", danger_text="転居した").status_code == 303
    case.refresh_from_db()
    assert not case.urgent


SEEN = "あなたに見えない相談の危険"


def test_of_a_hidden_case_a_supervisor_learns_that_danger_waits_and_with_whom(
    office: OfficeCard, now: datetime
) -> None:
    holder = make_staff(office, "counsellor", "木村", now)
    hers = inside(holder)
    boss, kept_away, officer = (
        make_staff(office, role, name, now)
        for role, name in (("supervisor", "係長"), ("supervisor", "親戚"), ("counsellor", "別の人"))
    )
    case_id = message(office, HARMLESS, now)
    case = Case.objects.get(pk=case_id)
    assert do(hers, case, "take").status_code == 303
    assert do(hers, case, "deny", deny_staff=str(kept_away.pk)).status_code == 303
    case.refresh_from_db()
    assert do(hers, case, "level", level_to="secret").status_code == 303
    assert SEEN not in squeezed(inside(boss).get("/"))
    case.refresh_from_db()
    hear(case, now)
    shown = squeezed(inside(boss).get("/"))
    panel = shown.partition(SEEN)[2].partition("</section>")[0]
    assert "まだ読まれていない" in panel
    assert holder.name in panel
    assert not stand_in(shown, case.short_name)
    assert str(case_id) not in shown
    for other in (kept_away, officer, holder):
        assert SEEN not in squeezed(inside(other).get("/")), other.name
    case.refresh_from_db()
    said = {"words_now": "stays", "words_text": "電話した"}
    assert do(hers, case, "words", **said).status_code == 303
    assert SEEN not in squeezed(inside(boss).get("/")), "she has read it"
    Due.objects.filter(case_id=case_id, kind="danger").update(on=now.date() - timedelta(days=1))
    assert "見直しの日が過ぎている" in squeezed(inside(boss).get("/"))
    assert SEEN not in squeezed(inside(kept_away).get("/"))


def hear(case: Case, now: datetime) -> None:
    """Words that mean danger come into the case."""
    with transaction(), chain.telling():
        danger.hear(case, DANGER, now)


def test_a_mail_with_such_words_is_first_in_the_queue(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.work.intake.mail.writing import mail

    worker_of = Actor(office.id, "worker")
    browser = inside(make_staff(office, "counsellor", "木村", now))
    monkeypatch.setattr(mail_queries, "PAGE", 1)  # a whole page came before it
    mails.receive(worker_of, mail("消したいです", {"Subject": "先の人"}), again=False, now=now)
    assert "ことばに危険" not in squeezed(browser.get("/"))
    mails.receive(worker_of, mail(DANGER, {"Subject": "後の人"}), again=False, now=now)
    page = squeezed(browser.get("/mail/"))
    assert "後の人" in page
    assert "先の人" not in page
    assert page.count("ことばに危険") == 1
    assert "ことばに危険" in squeezed(browser.get("/"))  # on the first page, before it is opened
    (more,) = re.findall(r'href="([^"]*after=[^"]*)"', page)
    assert squeezed(browser.get(f"/mail/{unescape(more)}")).count("先の人") == 1


def test_each_place_where_one_writes_leads_to_what_to_do(office: OfficeCard, now: datetime) -> None:
    case_id = message(office, HARMLESS, now)
    staff: Staff = make_staff(office, "counsellor", "木村", now)
    browser = inside(staff)
    for path in ("/phone/", "/mail/", f"/cases/{case_id}/"):
        assert 'href="/danger/"' in squeezed(browser.get(path)), path
    page = squeezed(browser.get("/danger/"))
    for words in ("電話を切らない", "110", "119", "もう1人", "書いておくこと"):
        assert words in page
    assert "見ています」とは言いません" in page
    assert inside(make_staff(office, "auditor", "監査", now)).get("/danger/").status_code == 404


LATE = "あなたに見えない相談の用事"


@pytest.mark.usefixtures("stopped")
def test_of_hidden_cases_a_supervisor_learns_how_much_is_due_and_with_whom(
    office: OfficeCard, now: datetime
) -> None:
    holder = make_staff(office, "counsellor", "木村", now)
    hers = inside(holder)
    boss, kept_away, officer = (
        make_staff(office, role, name, now)
        for role, name in (("supervisor", "係長"), ("supervisor", "親戚"), ("counsellor", "別の人"))
    )
    case = Case.objects.get(pk=message(office, HARMLESS, now))
    assert do(hers, case, "take").status_code == 303
    for days in ("1", "2", "3"):
        call = {"plan_kind": "call", "plan_days": days, "plan_why": "様子を聞く"}
        assert do(hers, case, "plan", **call).status_code == 303
    assert do(hers, case, "deny", deny_staff=str(kept_away.pk)).status_code == 303
    Due.objects.filter(case_id=case.pk).exclude(kind="call").update(done_at=now)
    calls = Due.objects.filter(case_id=case.pk, kind="call")
    calls.update(on=now.date())
    assert LATE not in squeezed(inside(boss).get("/")), "the case itself is on the list"
    assert do(hers, case, "level", level_to="secret").status_code == 303
    calls.filter(pk=calls[0].pk).update(on=now.date() - timedelta(days=3))
    shown = squeezed(inside(boss).get("/"))
    panel = shown.partition(LATE)[2].partition("</section>")[0]
    assert holder.name in panel
    assert "3件" in panel
    assert "うち過ぎています 1件" in panel
    assert not stand_in(shown, case.short_name)
    assert str(case.pk) not in shown
    for other in (kept_away, officer, holder):
        assert LATE not in squeezed(inside(other).get("/")), other.name
    calls.update(on=now.date() + timedelta(days=1))
    assert LATE not in squeezed(inside(boss).get("/"))
    for kind in ("reopened", "clinic_off", "no_answer"):  # no promises, and nobody else sees them
        one = calls.first()
        assert one
        Due.objects.filter(pk=one.pk).update(on=now.date(), kind=kind)
        assert LATE in squeezed(inside(boss).get("/")), kind
        Due.objects.filter(pk=one.pk).update(kind="call")
