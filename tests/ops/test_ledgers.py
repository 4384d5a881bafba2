"""A ledger and a bundle from the command line: signed for, readable to their owner alone."""

import io
import stat
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from madoguchi.ops import ledgers
from madoguchi.ops.main import main
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.web.kit import arrival
from tests.offices import actor_of, make_staff
from tests.work.subsidy.drawn import whole
from tests.work.subsidy.filed import YEAR, deny, filed

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
OF_YEAR = ("shibukawa", "--fiscal-year", str(YEAR), "--out")


@pytest.fixture
def say(
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Any:
    """Type a command and a colleague's name and password; how it ended and what was said."""
    monkeypatch.setattr(arrival, "now", lambda: now)
    monkeypatch.setattr("madoguchi.ops.start.django", lambda _window: None)

    def run(row: Staff | None, *words: str) -> tuple[int, str]:
        typed = f"{row.username}\n{row.username}-password-long\n" if row else "x\nx\n"
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(("subsidy", *words))
        told = capsys.readouterr()
        return code, told.out + told.err

    return run


def test_a_ledger_is_written_for_its_owner_alone(
    say: Any, office: OfficeCard, now: datetime, tmp_path: Path
) -> None:
    filed(office, 3, now)
    row, out = make_staff(office, "subsidy_officer", "林", now), tmp_path / "daicho.xlsx"
    assert say(row, "ledger", *OF_YEAR, str(out))[0] == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    (short,) = load_workbook(out).worksheets
    told = str(list(short.iter_rows(values_only=True)))
    assert "令和8年度 補助金台帳" in told
    assert "例 太郎" not in told
    line = Line.objects.latest("seq")
    assert (line.verb, line.staff_id) == ("subsidy.ledger", row.pk)


def test_what_is_there_is_not_written_over(
    say: Any, office: OfficeCard, now: datetime, tmp_path: Path
) -> None:
    row, out = make_staff(office, "subsidy_officer", "林", now), tmp_path / "daicho.xlsx"
    out.write_text("mine", "utf-8")
    before = Line.objects.count()
    code, told = say(row, "ledger", *OF_YEAR, str(out))
    assert (code, "もうあります" in told) == (2, True)
    assert out.read_text("utf-8") == "mine"
    assert Line.objects.count() == before


def test_nobody_reads_without_a_name(
    say: Any, office: OfficeCard, now: datetime, tmp_path: Path
) -> None:
    filed(office, 1, now)
    for row in (None, make_staff(office, "counsellor", "木村", now)):
        for verb in (("ledger",), ("bundle", "--number", "1")):
            out = tmp_path / "out"
            assert say(row, *verb, *OF_YEAR, str(out))[0] == 1
            assert not out.exists()
    assert not Line.objects.filter(verb__in=("subsidy.ledger", "grant.bundle")).exists()


def test_a_bundle_is_that_of_the_desk(
    say: Any, office: OfficeCard, now: datetime, tmp_path: Path
) -> None:
    desk = whole(office, now)
    row, out = make_staff(office, "supervisor", "係長", now), tmp_path / "file.zip"
    assert say(row, "bundle", "--number", "1", *OF_YEAR, str(out))[0] == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with zipfile.ZipFile(out) as found:
        assert found.namelist()[:3] == ["00-index.pdf", "01-file.pdf", "paper-01.pdf"]
        assert found.testzip() is None
    line = Line.objects.get(verb="grant.bundle")
    assert (line.staff_id, line.case_id) == (row.pk, desk.grant.case_id)


def test_a_grant_that_is_not_theirs_is_not_there(
    say: Any, office: OfficeCard, now: datetime, tmp_path: Path
) -> None:
    desk = whole(office, now)
    row, out = make_staff(office, "auditor", "監査", now), str(tmp_path / "file.zip")
    missing = say(row, "bundle", "--number", "2", *OF_YEAR, out)
    undrawn = say(row, "bundle", "--number", "1", *OF_YEAR, out)
    officer = make_staff(office, "subsidy_officer", "林", now)
    deny(actor_of(officer), desk.grant, now)
    denied = say(officer, "bundle", "--number", "1", *OF_YEAR, out)
    assert missing[0] == 1
    assert ledgers.NOTHING in missing[1]
    assert missing == undrawn == denied
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_finished_is_gone(tmp_path: Path) -> None:
    def pieces() -> Any:
        yield b"some"
        raise OSError("the disk is full")

    out = tmp_path / "file.zip"
    with pytest.raises(OSError, match="full"):
        ledgers._write(out, pieces())
    assert not out.exists()
