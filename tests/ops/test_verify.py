"""`madoguchi verify` names what was changed, taken away or put in behind the program's back."""

import argparse
import json
import re
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.ops import checkpoints, notes
from madoguchi.ops.commands import verify
from madoguchi.ops.findings import KINDS, Finding
from madoguchi.ops.soundness import SEALED, findings, forgotten
from madoguchi.rules.programme.load import programme
from madoguchi.rules.steps.referral import Verb
from madoguchi.tools.audit.models import Line
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import by_id
from madoguchi.tools.vault import forget
from madoguchi.tools.vault.models import DrawerKey, Receipt
from madoguchi.work.cases import actions, jobs, queries
from madoguchi.work.cases.models import Case, Wish
from madoguchi.work.cases.public import Holding, consultee
from madoguchi.work.clinic.briefs import actions as briefs
from madoguchi.work.clinic.briefs.queries import BriefText
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.waiting import public as waiting
from madoguchi.work.evidence.models import Item
from madoguchi.work.intake.mail import jobs as mails
from madoguchi.work.intake.mail.models import Mail
from madoguchi.work.interviews import actions as interviews
from madoguchi.work.interviews.public import Wanted, When
from madoguchi.work.issued import actions as issued
from madoguchi.work.issued.models import Issued
from madoguchi.work.record import actions as record
from madoguchi.work.referrals.actions import Consent, Move, NewReferral, move, refer
from madoguchi.work.referrals.public import Summary
from madoguchi.work.subsidy.applying import public as applying
from tests import looking, lying
from tests.house.source import ROOT
from tests.web.portal import browsing
from tests.work.cases import clinic_acts as clinics
from tests.work.cases import staff_acts
from tests.work.clinic import coming
from tests.work.intake.mail.writing import mail
from tests.work.subsidy import granting

HERE = (Mail, "mail", "about")  # a loose thing that waits


@pytest.fixture
def office_row(portal: Client, now: datetime, tmp_path: Path, settings: Settings) -> Office:
    """An office whose one case has every kind of sealed row and a file."""
    settings.CHECKPOINTS = tmp_path
    browsing.fill(portal, files=[browsing.file()])
    browsing.send(portal)
    case = Case.objects.get()
    actor = Actor(case.office_id, "counsellor", case.id)
    queries.open_case(actor, case.id, now=now)
    actions.take(actor, case, now=now)
    record.note(actor, case, "電話した", now=now)
    agreed = NewReferral("houterasu", Consent("person"), now.date(), Summary(told="渡す内容"))
    made = refer(actor, case, agreed, now=now)
    move(actor, case, made, Move(Verb.APPROVE, now.date(), "paper"), now=now)
    desk, monday = programme("shibukawa").desk, When(now.date() + timedelta(days=7), time(10, 30))
    interviews.book(actor, Case.objects.get(), desk, (), monday, Wanted(), now=now)
    _waits(case, now)
    clinics.CLINIC_ACTS["clinic.book"](actor, Case.objects.get(), now)
    told = BriefText(agreed=True, how="phone", on=now.date(), happened="要点")
    briefs.write(actor, Case.objects.get(), Booking.objects.get().pk, told, 0, now=now)
    issued.issue(actor, Case.objects.get(), staff_acts.PAPER, now=now)
    _applied_for(case, now)
    mails.receive(case.office_id, mail(), now=now)
    actions.plan(actor, Case.objects.get(), "call", now.date(), "様子を聞く", "chosen", now=now)
    checkpoints.write(now)
    return Office.objects.get(slug="shibukawa")


def _waits(case: Case, now: datetime) -> None:
    """The person waits for any place at the clinic, and says so."""
    shared, _ = looking.drawers(case.office_id, case.id)
    person = consultee(case.office_id)
    town = coming.clinic(waiting=True), programme("shibukawa").desk, coming.PUBLISHED
    waiting.wait(person, Holding(shared), "", *town, now=now)


def _applied_for(case: Case, now: datetime) -> None:
    """A grant of the case, begun, sent, received, and one of its conditions checked."""
    shared, _ = looking.drawers(case.office_id, case.id)
    held = Holding(shared)
    applying.save(consultee(case.office_id), held, "person", {"name": ["山田"]}, 0, now=now)
    desk = granting.sent_in(by_id(case.office_id), case.id, now, granting.APPLIED)
    desk.receive()
    desk.check("resident")


def _file(table: type[Item | Issued]) -> str:
    row = table.objects.get()
    return f"相談 {row.case_id} {row.pk}"


def one(found: list[Finding]) -> tuple[str, str]:
    """Kind and words of the only finding."""
    assert len(found) == 1, found
    return found[0].kind, found[0].what


def test_an_untouched_house_holds(office_row: Office) -> None:
    assert all(table._default_manager.exists() for table, _, _ in SEALED)
    assert findings(office_row) == []


@pytest.mark.parametrize("place", [*SEALED, HERE], ids=lambda place: place[1])
def test_a_changed_value_is_named(office_row: Office, place: tuple[type, str, str]) -> None:
    table, label, column = place
    row = table._default_manager.exclude(**{column: b""}).first()  # type: ignore[attr-defined]
    blob = bytearray(getattr(row, column))
    blob[-1] ^= 1
    table._default_manager.filter(pk=row.pk).update(**{column: bytes(blob)})  # type: ignore[attr-defined]
    assert one(findings(office_row)) == ("changed", f"相談 {row.case_id} {row.pk}/{label}")


def test_yesterdays_wrap_and_receipt_are_named(office_row: Office) -> None:
    key = DrawerKey.objects.filter(by="office", drawer="staff").get()
    DrawerKey.objects.filter(pk=key.pk).update(blob=bytes(key.blob)[:-1] + b"x")
    changed = ("changed", f"相談 {key.case_id} {key.pk}/wrap/staff")
    assert one(findings(office_row, deep=False)) == changed
    assert {finding.kind for finding in findings(office_row)} == {"changed", "key"}
    DrawerKey.objects.filter(pk=key.pk).update(blob=key.blob)
    Receipt.objects.update(salt=bytes(16))
    assert one(findings(office_row))[0] == "changed"


def test_a_row_taken_away_put_in_or_moved_is_named(office_row: Office) -> None:
    wish = Wish.objects.get()
    Wish.objects.create(
        office_id=wish.office_id,
        case_id=wish.case_id,
        number=2,
        wishes=bytes(wish.wishes),
        by="consultee",
        at=wish.at,
    )
    assert one(findings(office_row))[0] == "unwritten"
    Wish.objects.filter(number=2).delete()
    Wish.objects.update(case_id=wish.pk)
    assert {finding.kind for finding in findings(office_row)} == {"missing", "unwritten"}
    Wish.objects.all().delete()
    assert one(findings(office_row))[0] == "missing"


def test_a_file_that_is_cut_or_gone_is_named(office_row: Office) -> None:
    path = lying.place(Item.objects.get().pk)
    path.write_bytes(path.read_bytes()[:-1])
    assert one(findings(office_row))[0] == "file"
    path.unlink()
    assert one(findings(office_row)) == ("file", _file(Item))


@pytest.mark.parametrize("table", [Item, Issued])
def test_other_bytes_of_the_right_length_are_named(
    office_row: Office, table: type[Item | Issued]
) -> None:
    path = lying.place(table.objects.get().pk)
    sealed = bytearray(path.read_bytes())
    sealed[-1] ^= 1
    path.write_bytes(sealed)
    named = ("exchanged", _file(table))
    assert one(findings(office_row)) == named
    assert findings(office_row, deep=False) == []  # --quick looks at lengths only


def test_a_case_without_a_key_is_named(office_row: Office) -> None:
    forget.destroy_keys(Case.objects.get().pk)  # behind the program's back
    assert {finding.kind for finding in findings(office_row)} == {"missing", "key", "file"}


@pytest.mark.race
def test_a_forgotten_case_is_no_finding_but_its_returning_keys_are(
    office_row: Office, now: datetime
) -> None:
    wrap = DrawerKey.objects.get(drawer="shared", by="office")
    case_id = wrap.case_id
    jobs.forget(case_id, now=now)
    jobs.forget(case_id, now=now)  # done already is done
    assert findings(office_row) == []
    assert forgotten(office_row.pk) == {case_id}
    wrap.save(force_insert=True)
    assert one(findings(office_row)) == ("returned", f"相談 {case_id} {wrap.pk}/wrap/shared")


def test_a_changed_line_is_named(office_row: Office) -> None:
    Line.objects.filter(office_id=office_row.pk, seq=2).update(role="auditor")
    first, *others = findings(office_row)
    assert (first.kind, first.what) == ("line", "2")
    assert {finding.kind for finding in others} == {"unwritten"}  # what it held, nobody wrote


def asked(office: str | None, *, as_json: bool) -> int:
    """What the command answers."""
    return verify.run(argparse.Namespace(office=office, json=as_json, quick=False))


def test_the_command_counts_and_ends_with_one(
    office_row: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked("shibukawa", as_json=False) == 0
    said = capsys.readouterr().out
    assert "shibukawa：検証点 1 個と比べました（いちばん新しいもの shibukawa-" in said
    assert said.endswith("shibukawa：すべて合っています\n")
    Wish.objects.all().delete()
    assert asked(None, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["gunma_pref"] == []
    assert [finding["kind"] for finding in told[office_row.slug]] == ["missing"]


def test_what_a_check_of_the_whole_house_came_to_is_noted(office_row: Office) -> None:
    """Kinds and counts, for the doctor; a quick one, or one of an office, is none of the whole."""
    place = checkpoints.folder() / verify.NOTE
    Wish.objects.all().delete()
    asked("shibukawa", as_json=False)
    assert notes.read(place) is None
    assert asked(None, as_json=False) == 1
    last = notes.read(place)
    assert last is not None
    assert last.counts == {"missing": 1}
    assert str(office_row.pk) not in place.read_text("ascii")


def test_each_kind_of_finding_stands_on_the_administrators_page() -> None:
    sources = (ROOT / "madoguchi/ops/soundness.py", ROOT / "madoguchi/tools/audit/chain.py")
    found = "".join(path.read_text("utf-8") for path in sources)
    assert set(KINDS) == set(re.findall(r'(?:Finding\(|Fault\(\w[\w.]*, )"(\w+)"', found)) | {
        "line"
    }
    page = (ROOT / "docs/manual/administrator.md").read_text("utf-8")
    rows = [f"| `{kind}` | {words} | {remedy} |" for kind, (words, remedy) in KINDS.items()]
    assert "\n".join(rows) in page


def test_an_unknown_office_is_named(office_row: Office) -> None:
    with pytest.raises(Misconfigured, match="nowhere"):
        asked("nowhere", as_json=False)
