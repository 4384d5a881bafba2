"""A line alone forgets nobody: whoever holds the portal's role can add one (red team, test 6)."""

from datetime import datetime, timedelta

import pytest

from madoguchi.ops.main import main
from madoguchi.ops.soundness import forgotten, forgotten_but_openable
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault.models import DrawerKey, HeldFile, Receipt
from madoguchi.work.cases import jobs
from tests.redteam.house import Asked, asked_with_file, read_and_answered
from tests.redteam.kept import Places

pytestmark = pytest.mark.race  # a snapshot is read beside the test's own connection

BOTH = {"person": True, "office": True}
NOBODY = {"person": False, "office": False}


def planted(office: OfficeCard, asked: Asked, now: datetime) -> None:
    """A line that nobody's forgetting wrote."""
    with transaction():
        worker = Actor(office.id, "worker")
        chain.append(worker, "case.forget", asked.case_id, outcome="done", now=now)


def left(asked: Asked) -> int:
    """How many rows are there that forgetting destroys."""
    tables = (DrawerKey, Receipt, HeldFile)
    return sum(table.objects.filter(case_id=asked.case_id).count() for table in tables)


def test_a_backup_keeps_the_case_and_says_so(
    office: OfficeCard, places: Places, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    doubted, gone = asked_with_file(office, now), asked_with_file(office, now)
    read_and_answered(office, doubted, now)
    planted(office, doubted, now)
    jobs.forget(gone.case_id, now=now)  # the control: a line and no key
    assert forgotten_but_openable(office.id) == {doubted.case_id}
    assert forgotten(office.id) == {gone.case_id}
    words = ("backup", "--data", str(places.data), "--keys", str(places.keys))
    assert main(words) == 1
    said = capsys.readouterr().err
    assert f"相談 {doubted.case_id}：廃棄した記録があるのに、鍵があります" in said
    assert str(gone.case_id) not in said
    (data,), (keys,) = places.data.glob("data-*"), places.keys.glob("keys-*")
    code, said = places.restore(data, keys, "home")
    assert (code, " returned：" in said) == (1, True), said  # put back, and named
    assert places.tried("home", doubted, gone) == [BOTH, NOBODY]


def test_a_real_forgetting_after_it_destroys_the_keys(
    office: OfficeCard, places: Places, now: datetime
) -> None:
    asked = asked_with_file(office, now)
    planted(office, asked, now)
    before = places.back_up(now)
    jobs.forget(asked.case_id, now=now)
    assert left(asked) == 0
    after = places.back_up(now + timedelta(days=1))
    assert after.contradicted == ()
    code, said = places.restore(before.data, after.keys, "old data")
    assert (code, "廃棄された相談：1 件" in said) == (0, True), said
    assert places.tried("old data", asked) == [NOBODY]
    assert not list((places.root / "old data" / "files").glob("*/*"))
