"""A mail that was added to the case of somebody else leaves it, and waits to be read again."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.test import Client

from madoguchi.ops import soundness
from madoguchi.rules.decision import Refused
from madoguchi.tools.audit.models import Line
from madoguchi.tools.later import queue
from madoguchi.tools.later.models import Job
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.models import HeldFile
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import Holding, consultee
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.models import Item
from madoguchi.work.intake.mail import actions, jobs
from madoguchi.work.intake.mail.models import Mail
from madoguchi.work.record import public as record
from madoguchi.work.record.models import Entry
from tests import lying, pdf
from tests.answers import Response, squeezed
from tests.looking import drawers, inside
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, do, hidden
from tests.web.desk.test_mail import come, page, press
from tests.work.intake.mail.writing import PICTURE, mail

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
SENDER = {"From": "藤岡さより <sayori@canary.example>", "Subject": "あの投稿のこと"}
WORDS = "住所を書かれました。今夜、死にたいです。https://canary.example/thread/7"
NAMES = ("藤岡", "さより", "sayori", "あの投稿", "住所を書かれ", "canary", "terebi", "今夜")
RAW = mail(WORDS, SENDER, files=(("terebi.png", PICTURE),))
WHY = {"take_out_why": "番号の下5桁を読みちがえた"}
LEFT = "別の人のメールを誤って入れ、取り出した"


@pytest.fixture
def wrong(browser: Client, office: OfficeCard, now: datetime) -> Case:
    """The case of somebody else, to which the mail is added."""
    case = asked(office, now)
    do(browser, case, "take")
    return case


def misfiled(
    browser: Client, case: Case, office: OfficeCard, now: datetime, whose: str = "person"
) -> Mail:
    row = come(office, now - timedelta(days=2), RAW)
    press(browser, row, "add", case=str(case.pk), whose=whose)
    row.refresh_from_db()
    assert (row.state, row.became_id) == ("added", case.pk)
    return row


def entry_of(case: Case) -> Entry:
    return Entry.objects.filter(case_id=case.pk, kind__in=("received", "note")).latest("number")


def address(case: Case, entry: Entry) -> str:
    return f"/cases/{case.pk}/entries/{entry.pk}/take-out/"


def take_out(browser: Client, case: Case, entry: Entry, **typed: str) -> Response:
    shown = browser.get(address(case, entry))
    assert shown.status_code == 200
    return browser.post(address(case, entry), {**hidden(squeezed(shown)), **WHY, **typed})


def said_anywhere(browser: Client, case: Case, *more: str) -> set[str]:
    """Those of the sender's words that stand on a page or paper of the case, or in its drawers."""
    papers = (
        squeezed(browser.get(f"/cases/{case.pk}/")),
        pdf.text(browser.post(f"/sheets/{case.pk}/", {"notes": "on"}).content),
    )
    with inside():
        shared, staff = drawers(case.office_id, case.pk)
        drawer = {"shared": shared, "staff": staff}
        entries = Entry.objects.filter(case_id=case.pk)
        sealed = [str(drawer[row.drawer].open("entry", row.id, row.words)) for row in entries]
        items = Item.objects.filter(case_id=case.pk)
        sealed += [str(drawer[row.drawer].open("item", row.id, row.about)) for row in items]
    return {name for name in (*NAMES, *more) if any(name in one for one in (*papers, *sealed))}


def persons(case: Case, now: datetime) -> tuple[object, ...]:
    """What the person of the case can read: messages, files."""
    with inside():
        shared, _ = drawers(case.office_id, case.pk)
        read = record.read(consultee(case.office_id), Holding(shared), now=now).rows
        return tuple(one.words for one in read), evidence.cards(shared)


def run_jobs(now: datetime) -> None:
    for job in Job.objects.filter(done_at=None, name="intake.mail.settle"):
        assert queue.run(job, now)


def sound(office: OfficeCard) -> list[str]:
    row = Office.objects.get(pk=office.id)
    return [each.kind for deep in (False, True) for each in soundness.findings(row, deep=deep)]


@pytest.mark.parametrize("whose", ["person", "other"])
def test_it_waits_again_and_the_wrong_case_keeps_none_of_it(
    browser: Client, wrong: Case, office: OfficeCard, now: datetime, whose: str
) -> None:
    before = persons(wrong, now)
    row = misfiled(browser, wrong, office, now, whose)
    entry, was = entry_of(wrong), list(Item.objects.filter(case_id=wrong.pk))
    keys = {drawers(office.id, wrong.pk)[1].open("item", i.id, i.about)["key"] for i in was}
    assert said_anywhere(browser, wrong) == set(NAMES)
    assert address(wrong, entry) in squeezed(browser.get(f"/cases/{wrong.pk}/"))

    done = take_out(browser, wrong, entry)
    (waiting,) = Mail.objects.filter(state="waiting")
    assert (done.status_code, done["Location"]) == (303, f"/mail/{waiting.pk}/")
    assert "メールを案件から取り出しました" in page(browser, waiting)

    assert said_anywhere(browser, wrong, *keys) == set()
    shown = squeezed(browser.get(f"/cases/{wrong.pk}/"))
    assert LEFT in shown
    assert WHY["take_out_why"] in shown
    assert "ことばに危険" not in shown
    assert "届いた連絡に返事をする" not in shown
    assert address(wrong, entry) not in shown
    assert LEFT not in pdf.text(browser.post(f"/sheets/{wrong.pk}/").content)
    assert persons(wrong, now) == before
    assert not Case.objects.get(pk=wrong.pk).urgent
    assert Case.objects.get(pk=wrong.pk).next_on
    for item in was:
        assert browser.post(f"/cases/{wrong.pk}/files/{item.pk}/").status_code == 404

    assert (waiting.arrived_at, waiting.noticed) == (row.arrived_at, True)
    whole = page(browser, waiting)
    for word in (
        "藤岡さより",
        "あの投稿のこと",
        "住所を書かれました",
        "terebi.png",
        "ことばに危険",
    ):
        assert word in whole
    assert sound(office) == []  # also before the worker comes
    run_jobs(now)
    assert not any(lying.place(item.pk).exists() for item in was)
    assert not HeldFile.objects.filter(pk__in=[item.pk for item in was]).exists()
    assert sound(office) == []

    right = asked(office, now, about={"name": "藤岡 さより"})
    opening.open_case(actor_of(colleague(office, "supervisor", now)[0]), right.pk, now=now)
    press(browser, waiting, "add", case=str(right.pk), whose="person")
    there = squeezed(browser.get(f"/cases/{right.pk}/"))
    assert "あの投稿のこと" in there
    assert "terebi.png" in there
    assert Case.objects.get(pk=right.pk).urgent
    assert said_anywhere(browser, wrong, *keys) == set()
    line = Line.objects.get(verb="case.take_out")
    assert (line.case_id, line.outcome) == (wrong.pk, "done")
    told = str(Line.objects.filter(pk=line.pk).values().get())
    assert not any(name in told for name in (*NAMES, WHY["take_out_why"]))


def test_only_its_own_answer_and_mark_end(
    browser: Client, wrong: Case, office: OfficeCard, now: datetime
) -> None:
    """Another message, which means danger too, goes on waiting; the moved answer ends as well."""
    own = come(office, now, mail("消えたいです"))
    press(browser, own, "add", case=str(wrong.pk), whose="person")
    (theirs,) = Due.objects.filter(case_id=wrong.pk, kind="answer", done_at=None)
    misfiled(browser, wrong, office, now)
    entry = entry_of(wrong)
    (due,) = Due.objects.filter(case_id=wrong.pk, kind="answer", done_at=None).exclude(pk=theirs.pk)
    moved = {f"how_{due.pk.hex}": "moved", f"to_{due.pk.hex}": "2026-12-24"}
    assert do(browser, wrong, "settle", **moved).status_code == 303
    assert take_out(browser, wrong, entry).status_code == 303
    answers = Due.objects.filter(case_id=wrong.pk, kind="answer", done_at=None)
    assert [each.pk for each in answers] == [theirs.pk]
    assert Due.objects.filter(case_id=wrong.pk, kind="noticed", done_at=None).exists()


def test_what_the_person_waits_for_on_the_same_day_goes_on(
    browser: Client, wrong: Case, office: OfficeCard, now: datetime
) -> None:
    """The mail's own answer was ended by name; another of that day is not taken for it."""
    misfiled(browser, wrong, office, now)
    entry = entry_of(wrong)
    (due,) = Due.objects.filter(case_id=wrong.pk, kind="answer", done_at=None)
    assert do(browser, wrong, "settle", **{f"how_{due.pk.hex}": "kept"}).status_code == 303
    theirs = Due.objects.create(
        office_id=office.id, case_id=wrong.pk, kind="answer", on=due.on, how="next_opening"
    )
    assert take_out(browser, wrong, entry).status_code == 303
    theirs.refresh_from_db()
    assert theirs.done_at is None


def test_the_mark_stays_where_a_booking_may_mean_danger_too(
    browser: Client, wrong: Case, office: OfficeCard, now: datetime
) -> None:
    misfiled(browser, wrong, office, now)
    Due.objects.create(
        office_id=office.id, case_id=wrong.pk, kind="interview", on=now.date(), how="booked"
    )
    assert take_out(browser, wrong, entry_of(wrong)).status_code == 303
    assert Due.objects.filter(case_id=wrong.pk, kind="noticed", done_at=None).exists()


def test_a_note_and_what_corrects_it_go_together(
    browser: Client, wrong: Case, office: OfficeCard, now: datetime
) -> None:
    misfiled(browser, wrong, office, now, "other")
    entry = entry_of(wrong)
    correct = f"/cases/{wrong.pk}/entries/{entry.pk}/"
    token = re.search(r'name="token" value="(\w+)"', squeezed(browser.get(correct)))
    assert token
    typed = {"token": token[1], "correct_text": f"{WORDS} 藤岡"}
    assert browser.post(correct, typed).status_code == 303
    assert take_out(browser, wrong, entry).status_code == 303
    assert said_anywhere(browser, wrong) == set()


def test_after_an_answer_it_stays_and_it_is_said_what_to_do(
    browser: Client, wrong: Case, office: OfficeCard, now: datetime
) -> None:
    row = misfiled(browser, wrong, office, now)
    entry = entry_of(wrong)
    assert (
        do(browser, wrong, "answer", answer_text="拝見しました", answer_days="5").status_code == 303
    )
    refused = take_out(browser, wrong, entry)
    assert refused.status_code == 422
    for words in (
        "返事を送っているため、取り出せません",
        "責任者に知らせて",
        "添付のメールのファイル",
    ):
        assert words in squeezed(refused)
    row.refresh_from_db()
    assert row.state == "added"
    assert Entry.objects.get(pk=entry.pk).kind == "received"
    assert sound(office) == []


def test_without_a_reason_nothing_moves_and_other_entries_have_no_such_button(
    browser: Client, wrong: Case, office: OfficeCard, now: datetime
) -> None:
    do(browser, wrong, "note", note_text="夫の帰宅は19時")
    note = entry_of(wrong)
    assert browser.get(address(wrong, note)).status_code == 404
    misfiled(browser, wrong, office, now)
    assert take_out(browser, wrong, entry_of(wrong), take_out_why=" ").status_code == 422
    assert not Mail.objects.filter(state="waiting").exists()


def test_twice_and_by_two_it_is_taken_out_once(
    browser: Client, wrong: Case, office: OfficeCard, now: datetime
) -> None:
    misfiled(browser, wrong, office, now)
    entry, other = entry_of(wrong), colleague(office, "supervisor", now)[1]
    shown = hidden(squeezed(browser.get(address(wrong, entry))))
    late = hidden(squeezed(other.get(address(wrong, entry))))
    first = browser.post(address(wrong, entry), {**shown, **WHY})
    again = browser.post(address(wrong, entry), {**shown, **WHY})
    assert (first.status_code, again["Location"]) == (303, first["Location"])
    assert other.post(address(wrong, entry), {**late, **WHY}).status_code == 409
    assert other.get(address(wrong, entry)).status_code == 404
    assert Mail.objects.filter(state="waiting").count() == 1
    assert Entry.objects.filter(kind="misfiled").count() == 1


def test_four_at_the_same_moment_take_it_out_once(
    browser: Client, wrong: Case, office: OfficeCard, now: datetime
) -> None:
    misfiled(browser, wrong, office, now)
    entry, who = entry_of(wrong), actor_of(colleague(office, "supervisor", now)[0])
    rows = [Case.objects.get(pk=wrong.pk) for _ in range(4)]

    def out(place: int) -> bool:
        try:
            actions.take_out(who, rows[place], entry.pk, "x", now=now, idempotency_key=f"{place}")
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(out, range(4))) == 1
    assert Mail.objects.filter(state="waiting").count() == 1
    run_jobs(now)
    assert sound(office) == []


def test_what_a_colleague_handed_in_again_meanwhile_waits_once(
    browser: Client, wrong: Case, office: OfficeCard, now: datetime
) -> None:
    staff, _ = colleague(office, "supervisor", now)
    row = misfiled(browser, wrong, office, now)
    again = actions.receive(actor_of(staff), RAW, again=True, now=now)
    assert take_out(browser, wrong, entry_of(wrong))["Location"] == f"/mail/{again}/"
    assert Mail.objects.filter(mark=row.mark, state="waiting").count() == 1
    assert jobs.receive(office.id, RAW, now=now) == again


def test_control_a_file_that_is_locked_but_was_not_taken_out_is_missed(
    browser: Client, wrong: Case, office: OfficeCard, now: datetime
) -> None:
    misfiled(browser, wrong, office, now)
    items = Item.objects.filter(case_id=wrong.pk)
    HeldFile.objects.filter(pk__in=items.values("pk")).delete()
    items.update(locked=True)
    assert sound(office) == ["file", "file"]
