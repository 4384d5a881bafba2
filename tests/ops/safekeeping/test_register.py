"""Cases that the record kept outside names are forgotten again when an older backup is put back."""

from datetime import datetime
from pathlib import Path

import pytest

from madoguchi.ops.safekeeping import artefact, put_back
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import receipt
from tests.redteam.house import Asked, asked_with_file
from tests.redteam.kept import Places

pytestmark = pytest.mark.race  # a snapshot is read beside the test's own connection

BOTH = {"person": True, "office": True}
NOBODY = {"person": False, "office": False}
UNKNOWN = "1234-5678-90128"


def record(places: Places, *lines: str, encoding: str = "utf-8") -> Path:
    path = places.root / "record.txt"
    path.write_text("\n".join(lines) + "\n", encoding)
    return path


def test_what_was_forgotten_after_the_last_backup_stays_forgotten(
    office: OfficeCard, places: Places, now: datetime
) -> None:
    stays, gone = asked_with_file(office, now), asked_with_file(office, now)
    taken = places.back_up(now)
    path = record(places, receipt.grouped(gone.number), "", UNKNOWN)
    code, said = places.restore(taken.data, taken.keys, "told", "--forgotten", str(path))
    assert code == 0, said
    assert "ここに鍵のある相談は 1 件" in said
    assert "この控えのあとに廃棄された相談：1 件" in said
    assert places.tried("told", stays, gone) == [BOTH, NOBODY]
    assert len(list((places.root / "told/files").glob("*/*"))) == 1
    places.restore(taken.data, taken.keys, "untold")  # the control: nobody named it
    assert places.tried("untold", gone) == [BOTH]


def asked_and_kept(office: OfficeCard, places: Places, now: datetime) -> tuple[Asked, Path]:
    asked = asked_with_file(office, now)
    return asked, places.back_up(now).keys


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_number_is_read_as_people_write_it(
    office: OfficeCard, places: Places, now: datetime, encoding: str
) -> None:
    asked, keys = asked_and_kept(office, places, now)
    wide = asked.number.translate({ord("0") + n: ord("０") + n for n in range(10)})
    found = put_back.listed_cases(
        record(places, "", wide, "\u3000 ", encoding=encoding), artefact.opened(keys, "keys")
    )
    assert found == {str(asked.case_id)}


@pytest.mark.parametrize(
    ("lines", "encoding", "words"),
    [
        ((UNKNOWN, "1234-5678-90182"), "utf-8", "2 行めが受付番号ではありません"),
        ((f"{UNKNOWN} 2026-11-25",), "utf-8", "1 行めが受付番号ではありません"),
        (("廃棄",), "utf-8", "1 行めが受付番号ではありません"),
        (("廃棄",), "shift-jis", "読めません"),
    ],
)
def test_a_line_that_cannot_be_meant_stops_everything(
    office: OfficeCard,
    places: Places,
    now: datetime,
    lines: tuple[str, ...],
    encoding: str,
    words: str,
) -> None:
    """A case that comes back because of a slip of the pen would come back unseen."""
    _, keys = asked_and_kept(office, places, now)
    path = record(places, *lines, encoding=encoding)
    with pytest.raises(Misconfigured, match=words) as no:
        put_back.listed_cases(path, artefact.opened(keys, "keys"))
    assert not any(line in str(no.value) for line in lines)
