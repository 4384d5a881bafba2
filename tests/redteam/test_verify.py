"""`madoguchi verify` names every row, line and file that was changed behind its back."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

import pytest

from madoguchi.ops import start
from madoguchi.ops.duties import verify
from madoguchi.tools.audit.models import Line
from madoguchi.tools.vault import files
from madoguchi.tools.vault.models import DrawerKey, HeldFile, Receipt
from madoguchi.work.cases.models import Wish
from madoguchi.work.record.models import Entry
from tests.redteam.house import asked_with_file, read_and_answered

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from madoguchi.tools.office.public import OfficeCard


@pytest.fixture(autouse=True)
def full_house(
    office: OfficeCard, other_office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (office, other_office):
        read_and_answered(place, asked_with_file(place, now), now)
    monkeypatch.setattr(start, "django", lambda _window: None)


def found(capsys: pytest.CaptureFixture[str], office: str | None = None) -> tuple[int, list[str]]:
    capsys.readouterr()
    code = verify.run(argparse.Namespace(office=office, json=True))
    told = json.loads(capsys.readouterr().out)
    return code, sorted(f"{row['office']} {row['kind']}" for row in told["findings"])


def roll_back_a_wish() -> None:
    old = Wish.objects.first()
    assert old is not None
    Wish.objects.filter(pk=old.pk).update(wishes=bytes(old.wishes)[:-1] + b"\0")


def forge_an_entry() -> None:
    old = Entry.objects.first()
    assert old is not None
    Entry.objects.create(
        office_id=old.office_id,
        case_id=old.case_id,
        number=99,
        kind="sent",
        drawer="shared",
        words=b"forged",
        at=old.at,
    )


def cut_a_file() -> None:
    path = files.place(HeldFile.objects.all()[0].pk)
    path.write_bytes(path.read_bytes()[:-1])


DEEDS: dict[str, Callable[[], object]] = {
    "row": roll_back_a_wish,
    "row ": forge_an_entry,
    "row  ": lambda: DrawerKey.objects.filter(by="office").update(blob=b"x" * 60),
    "row   ": lambda: Receipt.objects.update(salt=bytes(16)),
    "gone": lambda: Entry.objects.filter(kind="sent").delete(),
    "line": lambda: Line.objects.filter(seq=2).update(verb="case.burn"),
    "file": cut_a_file,
    "file ": lambda: files.delete(HeldFile.objects.all()[0].pk),
}


def test_an_untouched_house_has_no_findings(capsys: pytest.CaptureFixture[str]) -> None:
    assert found(capsys) == (0, [])
    assert found(capsys, "shibukawa") == (0, [])


@pytest.mark.parametrize("kind", DEEDS)
def test_every_deed_is_named(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    DEEDS[kind]()
    code, named = found(capsys)
    assert code == 1
    assert {one.split()[1] for one in named} == {kind.strip()}


def test_for_people_it_is_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    cut_a_file()
    capsys.readouterr()
    assert verify.run(argparse.Namespace(office=None, json=False)) == 1
    assert "2 office(s), 1 finding(s)" in capsys.readouterr().out
