"""`madoguchi key`: printed, verified from paper, entered on a bad day; nothing is overwritten."""

import argparse
import os
import re
import stat
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import Settings

from madoguchi.ops.commands import key
from madoguchi.ops.paper import sheet as paper_sheet
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import masterkey
from madoguchi.tools.vault.models import MasterMark
from madoguchi.web.desk.signin.picture import picture


def asked(what: str, file: Path | None = None, to: Path | None = None) -> int:
    return key.run(argparse.Namespace(what=what, file=file, to=to))


@pytest.fixture
def sheet(office: OfficeCard, tmp_path: Path) -> Path:
    """The sheet of the tests' house."""
    assert asked("paper", to=tmp_path / "sheet.html") == 0
    return tmp_path / "sheet.html"


def read(sheet: Path) -> list[str]:
    """The thirteen groups as a person reads them."""
    pairs = re.findall(r"</small>(\w{4})<b>(\w)</b>", sheet.read_text("utf-8"))
    return [group + sign for group, sign in pairs]


def test_the_sheet_says_the_key_and_needs_nothing_else(sheet: Path) -> None:
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    page = sheet.read_text("utf-8")
    master = masterkey.current()
    assert paper_sheet.from_groups(" ".join(read(sheet))) == master
    assert masterkey.check_value(master) in page
    assert not re.findall(r"(?:src|href)=|https?://|@import|url\(", page)
    assert picture("-".join(read(sheet))).path in page
    assert picture("-".join(paper_sheet.as_groups(bytes(32)))).path not in page  # the control


def test_what_is_typed_from_the_sheet_is_verified_and_put_on_record(
    sheet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = tmp_path / "typed"
    typed.write_text(" ".join(read(sheet)).lower())
    assert asked("verify", typed) == 0
    assert "正しい鍵です" in capsys.readouterr().out
    assert MasterMark.objects.get().verified_at is not None


def test_a_mistyped_group_is_named_and_verifies_nothing(
    sheet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = read(sheet)
    written[6] = written[6][1] + written[6][0] + written[6][2:]
    if written[6][0] == written[6][1]:
        written[6] = ("0" if written[6][0] != "0" else "2") + written[6][1:]
    typed = tmp_path / "typed"
    typed.write_text(" ".join(written))
    assert asked("verify", typed) == 1
    assert "7 番の組" in capsys.readouterr().err
    assert MasterMark.objects.get().verified_at is None


def test_another_houses_key_is_refused_by_its_check_value(
    office: OfficeCard, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = tmp_path / "typed"
    typed.write_text(" ".join(paper_sheet.as_groups(bytes(32))))
    assert asked("verify", typed) == 1
    said = capsys.readouterr().err
    assert masterkey.check_value(bytes(32)) in said
    assert masterkey.check_value(masterkey.current()) in said


def test_entered_from_paper_once(
    sheet: Path, tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    master = masterkey.current()
    typed = tmp_path / "typed"
    typed.write_text("\n".join(read(sheet)))
    settings.MASTER_KEY_FILE = tmp_path / "entered.key"
    assert asked("enter", typed) == 0
    assert masterkey.read(settings.MASTER_KEY_FILE) == master
    assert stat.S_IMODE(settings.MASTER_KEY_FILE.stat().st_mode) == 0o400
    assert masterkey.check_value(master) in capsys.readouterr().out
    with pytest.raises(Misconfigured, match="もうあります"):
        asked("enter", typed)


@pytest.mark.parametrize("to", [None, "home", "round", "linked", "there"])
def test_a_sheet_goes_to_a_new_file_outside_the_home(
    office: OfficeCard, tmp_path: Path, to: str | None
) -> None:
    (tmp_path / "there").write_text("kept")
    (tmp_path / "link").symlink_to(settings.HOME)
    places = {
        None: None,
        "home": settings.HOME / "sheet.html",
        "round": tmp_path / os.path.relpath(settings.HOME, tmp_path) / "sheet.html",
        "linked": tmp_path / "link" / "sheet.html",
        "there": tmp_path / "there",
    }
    with pytest.raises(Misconfigured):
        asked("paper", to=places[to])
    assert (tmp_path / "there").read_text() == "kept"
    assert not (settings.HOME / "sheet.html").exists()
