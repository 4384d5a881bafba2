"""`madoguchi demo --build-only` in a home of its own: a whole town, once, nothing in the clear."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from madoguchi.ops.town.people import people
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.web.kit.arrival import now
from tests.house.source import ROOT

LONGEST_S = 60  # fifteen on a quiet machine
LOOK = """
import json, sys
from madoguchi.ops.start import django
django("desk")
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.later.models import Job
from madoguchi.tools.office.models import Office
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.vault import receipt
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.clinic.models import Booking, Brief, Sitting, Waiting
from madoguchi.work.cases.public import Holding, consultee, state
from madoguchi.work.evidence.models import Item
from madoguchi.work.intake.mail.models import Mail
from madoguchi.work.notices.models import Notice
from madoguchi.work.record.models import Entry
from madoguchi.work.subsidy.models import Budget, Grant
office = Office.objects.get()
lines = list(Line.objects.order_by("seq").values_list("at", flat=True))
drawer = receipt.present(office.id, sys.argv[1], sys.argv[2], "net")
print(json.dumps({
    "hosts": [office.portal_host, office.desk_host],
    "faults": chain.faults(office.id),
    "lines": len(lines),
    "in_order": lines == sorted(lines),
    "jobs_left": Job.objects.filter(done_at=None).count(),
    "cases": Case.objects.count(),
    "states": sorted(set(Case.objects.values_list("state", flat=True))),
    "unread_urgent": Case.objects.filter(state="received", urgent=True).count(),
    "levels": sorted(set(Case.objects.values_list("level", flat=True))),
    "denied": Access.objects.filter(kind="deny").count(),
    "files": Item.objects.count(),
    "mails": sorted(Mail.objects.values_list("state", flat=True)),
    "notices": sorted(set(Notice.objects.values_list("kind", flat=True))),
    "staff": sorted(Staff.objects.values_list("username", flat=True)),
    "temporary": Staff.objects.filter(temporary_password=True).count(),
    "booked": sorted(Booking.objects.values_list("state", flat=True)),
    "outcomes": Booking.objects.exclude(outcome_at=None).count(),
    "waits": Waiting.objects.filter(state="waiting").count(),
    "briefs": sorted(Brief.objects.values_list("state", flat=True)),
    "sits": Sitting.objects.exists(),
    "grants": sorted(Grant.objects.values_list("state", flat=True)),
    "channels": sorted(set(Grant.objects.values_list("channel", flat=True))),
    "years": sorted(Budget.objects.values_list("fiscal_year", "terms")),
    "money": sum(year.reserved_yen for year in Budget.objects.all()),
    "spent": sum(year.spent_yen for year in Budget.objects.all()),
    "shown": state(Holding(drawer)),
    "waiting": Entry.of(office.id).filter(
        case_id=drawer.case_id, kind="sent", seen_at=None).count(),
}))
"""


class Demo:
    """The command in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {key: value for key, value in os.environ.items() if not key.startswith("MADOGUCHI_")}
        self.surroundings = {**kept, "MADOGUCHI_HOME": str(home)}

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.surroundings | more,
            capture_output=True,
            text=True,
            check=False,
        )

    def demo(self, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "madoguchi", "demo", *options, **more)

    def look(self, told: str) -> dict[str, object]:
        import json

        seen = self.run("-c", LOOK, *receipt_of(told), MADOGUCHI_RECEIPT_COST="test")
        assert seen.returncode == 0, seen.stderr
        found: dict[str, object] = json.loads(seen.stdout)
        return found


def receipt_of(told: str) -> tuple[str, str]:
    number, secret = re.findall(r"(?:number|secret) ([\d-]+)", told)
    return number, secret


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Demo, str]:
    demo = Demo(tmp_path_factory.mktemp("demo") / "var")
    began = time.monotonic()
    done = demo.demo("--build-only")
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began < LONGEST_S
    return demo, done.stdout


def test_the_town_stands(built: tuple[Demo, str]) -> None:
    demo, told = built
    stories = people().stories
    seen = demo.look(told)
    assert seen["hosts"] == ["127.0.0.1", "localhost"]
    assert seen["faults"] == []
    assert seen["in_order"]
    assert seen["mails"] == ["aside", "waiting", "waiting", "waiting"]
    assert seen["jobs_left"] == 0
    assert seen["cases"] == len(stories) >= 40
    assert seen["states"] == ["active", "closed", "received", "waiting"]
    assert seen["unread_urgent"] == 2
    assert seen["levels"] == ["care", "normal", "secret"]
    assert seen["denied"] == 1
    sent = [name for story in stories for name in story.files]
    sent += [name for story in stories for step in story.then for name in step.files]
    assert seen["files"] == len(sent)
    assert seen["notices"] == ["clinic_year", "news", "year_law"]
    assert seen["booked"] == ["absent", "asked", "booked", "booked", "booked", "came", "kept"]
    assert (seen["outcomes"], seen["waits"]) == (2, 1)
    assert seen["briefs"] == ["ready", "ready"]
    assert seen["sits"]
    assert seen["grants"] == ["claimed", "decided", "drafted", "paid", "returned", "sent"]
    assert seen["channels"] == ["paper", "web"]
    this_year = fiscal_year(now().date())
    assert f"[{this_year}, 'same']" in str(seen["years"])
    assert (seen["money"], seen["spent"]) == (260_000, 137_500)
    assert seen["staff"] == sorted(one.username for one in people().staff)
    assert seen["temporary"] == 0


def test_the_printed_receipt_opens_a_case_with_an_answer_waiting(built: tuple[Demo, str]) -> None:
    seen = built[0].look(built[1])
    assert seen["shown"] == "waiting"
    assert seen["waiting"] == 1


def test_the_officer_of_the_subsidy_has_an_account(built: tuple[Demo, str]) -> None:
    assert re.search(r"^  takai +\S{15,} +subsidy_officer +高井 真理$", built[1], re.MULTILINE)


def test_passwords_are_long_and_new_each_time(built: tuple[Demo, str]) -> None:
    passwords = re.findall(r"^  [a-z]+ +(\S+)", built[1], re.MULTILINE)[: len(people().staff)]
    assert len(set(passwords)) == len(people().staff)
    assert all(len(password) >= 15 for password in passwords)


def test_no_story_lies_in_a_file(built: tuple[Demo, str]) -> None:
    home = built[0].home
    bytes_of = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    marks = [
        story.answers["subject" if story.door == "clinic" else "text"][0][:12]
        for story in people().stories
    ]
    marks += [story.seat.subject for story in people().stories if story.seat and story.seat.subject]
    marks += [story.seat.told[:12] for story in people().stories if story.seat and story.seat.told]
    marks += [story.answers["phone"][0] for story in people().stories if "phone" in story.tell]
    marks += [name for story in people().stories for name in story.files]
    marks += [story.grant.address for story in people().stories if story.grant]
    marks += [story.grant.kana for story in people().stories if story.grant]
    marks += [step.text[:12] for story in people().stories for step in story.then if step.text]
    found = [
        (mark, path.name)
        for mark in marks
        for encoding in ("utf-8", "utf-16-le", "cp932")
        for path, content in bytes_of.items()
        if mark.encode(encoding, "ignore") in content
    ]
    assert found == []
    named = people().staff[0].name.encode()  # the control: a name that stands in the clear
    assert any(named in content for content in bytes_of.values())


def test_a_second_start_changes_nothing(built: tuple[Demo, str]) -> None:
    demo, told = built
    before = demo.look(told)
    again = demo.demo("--build-only")
    assert again.returncode == 0, again.stderr
    assert receipt_of(again.stdout) == receipt_of(told)
    assert demo.look(told) == before


def test_a_port_in_use_is_named_before_anything_is_built(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = Demo(tmp_path / "var").demo("--portal-port", port)
    assert done.returncode == 2
    assert f"ポート {port}" in done.stderr
    assert "--portal-port" in done.stderr
    assert not (tmp_path / "var").exists()


def test_a_house_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    demo = Demo(tmp_path / "var")
    made = (
        demo.run("-m", "madoguchi", "key", "init"),
        demo.run(
            *("-m", "madoguchi", "office", "add", "shibukawa"),
            *("--portal-host", "a.test", "--desk-host", "b.test"),
        ),
    )
    assert [one.returncode for one in made] == [0, 0]
    done = demo.demo("--build-only")
    assert done.returncode == 2
    assert "デモではない窓口があります" in done.stderr
    assert demo.demo("--build-only", MADOGUCHI_MODE="production").returncode == 2
