"""A mail that waited when the backup was taken is not sent by a restore; the desk is told."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.core import mail as sending

from madoguchi.ops.safekeeping import put_back
from madoguchi.tools.audit.models import Line
from madoguchi.tools.mail import outbox
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import jobs
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import Thing, Wishes
from madoguchi.work.intake.enquiry import public as enquiries
from madoguchi.work.intake.enquiry.actions import answer
from madoguchi.work.intake.enquiry.jobs import send
from madoguchi.work.intake.enquiry.models import Enquiry
from tests.answers import squeezed
from tests.offices import actor_of
from tests.proof.house import House, prepared
from tests.redteam.house import asked_with_file, read_and_answered
from tests.web.desk.colleagues import asked, colleague

FILL = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.tools.office.public import by_host
from madoguchi.web.kit.arrival import now
from tests.redteam.house import asked_with_file, read_and_answered
office = by_host("localhost", "desk")
asked = asked_with_file(office, now())
read_and_answered(office, asked, now())
"""


def mails(house: House) -> int:
    """How many the worker of the house sends, who is started now."""
    house.run("-m", "madoguchi", "worker", "--once", window="worker")
    return len(list((house.home / "mail").glob("*"))) if (house.home / "mail").exists() else 0


def test_the_worker_of_a_house_put_back_sends_none_of_them(tmp_path: Path) -> None:
    old = prepared(tmp_path / "old")
    old.run("-c", FILL)
    places = ("--data", str(tmp_path / "data"), "--keys", str(tmp_path / "keys"))
    old.run("-m", "madoguchi", "backup", *places)
    key = {"MADOGUCHI_MASTER_KEY_FILE": str(old.home / "master.key")}
    new = House(tmp_path / "new", key)
    parts = [str(next((tmp_path / kind).glob(f"{kind}-*"))) for kind in ("data", "keys")]
    said = new.run("-m", "madoguchi", "restore", *parts)
    assert "送らずに止めたメールのある相談：1 件" in said
    assert mails(new) == 0
    with closing(sqlite3.connect(new.home / "cases.sqlite3")) as opened:
        assert opened.execute(
            "SELECT DISTINCT withheld, sent_at FROM mail_outgoing"
        ).fetchall() == [("restored", None)]
        (undone,) = opened.execute(
            "SELECT count(*) FROM later_job WHERE done_at IS NULL"
        ).fetchone()
    assert undone == 0
    new.run("-c", FILL)
    assert mails(new) > 0  # what is new goes out
    assert mails(old) > 0  # the control: in the house itself they only waited


def test_the_case_is_the_desks_again_today(office: OfficeCard, now: datetime) -> None:
    answered = asked_with_file(office, now)
    read_and_answered(office, answered, now)
    assert Case.objects.get().state == "waiting"
    assert put_back.withhold(now) == 1
    case = Case.objects.get()
    assert (case.state, case.next_on) == ("active", now.date())
    assert Due.objects.filter(case_id=case.pk, kind="untold", done_at=None).count() == 1
    assert Line.objects.order_by("-seq")[0].verb == "case.untold"
    assert put_back.withhold(now) == 0


def test_a_closed_case_is_opened_for_it(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    Case.objects.filter(pk=case.pk).update(
        state="closed", closed_at=now, closing="solved", next_on=None
    )
    assert put_back.withhold(now) == 1
    case.refresh_from_db()
    assert (case.state, case.closing, case.next_on) == ("active", "", now.date())


def test_what_was_sent_withheld_or_forgotten_is_left_alone(
    office: OfficeCard, now: datetime
) -> None:
    sent, refused, gone = (asked(office, now) for _ in range(3))
    Outgoing.objects.filter(case_id=sent.pk).update(sent_at=now)
    Outgoing.objects.filter(case_id=refused.pk).update(withheld="refused")
    jobs.destroy(Actor(office.id, "worker"), gone, now=now)
    assert put_back.withhold(now) == 0
    kept = dict(Outgoing.objects.values_list("case_id", "withheld"))
    assert kept == {sent.pk: "", refused.pk: "refused", gone.pk: "restored"}


def test_the_case_says_so_until_another_mail_goes_out(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    put_back.withhold(now)
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "送る前だったメールを止めました" in page
    assert "止めたメールの件を伝えるかどうか、連絡の安全を確かめて決める" in page
    outbox.queue(office.id, case.pk, "answered", now=now.replace(microsecond=1))
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "送る前だったメールを止めました" not in page


def test_an_answer_to_a_question_waits_for_the_desk_again(
    office: OfficeCard, now: datetime
) -> None:
    enquiries.ask(office, enquiries.Question("日はいつ", "toi@example.jp"), "t", "net", now=now)
    row = Enquiry.objects.get()
    staff, browser = colleague(office, "counsellor", now)
    answer(actor_of(staff), Thing(office.id, row.pk), "第3土曜日です。", now=now)
    put_back.withhold(now)
    send(row.pk, now=now)
    assert sending.outbox == []
    page = squeezed(browser.get(f"/enquiries/{row.pk}/"))
    assert "返事が届いたことを確かめられません" in page
    assert "第3土曜日です。" in page
    answer(actor_of(staff), Thing(office.id, row.pk), "第3土曜日です。", now=now)
    send(row.pk, now=now)
    assert len(sending.outbox) == 1  # once somebody decided so


def test_nobody_is_said_to_wait_for_a_mail_that_they_did_not_want(
    office: OfficeCard, now: datetime
) -> None:
    """While the mail server is away, mails wait that will never be sent: wishes are read last."""
    case = asked(office, now, wishes=Wishes("wait", mail=False))
    outbox.queue(office.id, case.pk, "answered", now=now)
    _, browser = colleague(office, "counsellor", now)
    assert put_back.withhold(now) == 1
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "送る前だったメールを止めました" not in page
    assert "伝えるかどうか、連絡の安全を確かめて決める" in page
