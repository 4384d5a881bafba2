"""The recovery page is followed word for word, by a program, on an empty machine."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from madoguchi.ops import notes
from madoguchi.ops.commands import rehearse
from madoguchi.ops.paper import sheet
from tests.house.source import ROOT
from tests.ops.following import PAGE, Server, blocks, new_server
from tests.proof.house import House, prepared

FILL = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.ops import checkpoints
from madoguchi.tools.office.public import by_host
from madoguchi.web.kit.arrival import now
from tests.redteam.house import asked_with_file, read_and_answered
office = by_host("localhost", "desk")
read_and_answered(office, asked_with_file(office, now()), now())
asked_with_file(office, now())
checkpoints.write(now())
"""
QUOTED = (
    "書きました。確認値",
    "紙と違います：",
    "マスター鍵（13組）：",
    "戻しました：",
    "すべて合っています",
    "この控えのあとに廃棄された相談",
    "データより古い鍵です",
    "個のファイルが、ないか変わっています",
    "書きかえられたか、作られたものです",
    "別の鍵です",
    "この利用者は、データベースの表を使えません",
    "ここに鍵のある相談は",
    "行めが受付番号ではありません",
    "読めません。UTF-8",
    "送らずに止めたメールのある相談",
    "もう行が入っています",
    "画面から書ける長さを超えています",
    "空ではありません",
    "要対応",
    "戻せます",
)


@pytest.fixture
def lost(tmp_path: Path) -> House:
    """A house with a backup, that is then gone; its key is on paper only."""
    house = prepared(tmp_path / "old")
    house.run("-c", FILL)
    srv = tmp_path / "new/srv"
    places = ("--data", str(srv / "madoguchi-data"), "--keys", str(srv / "madoguchi-keys"))
    house.run("-m", "madoguchi", "backup", *places)
    return house


def test_the_page_leads_to_a_house_that_holds(lost: House, tmp_path: Path) -> None:
    key = bytes.fromhex((lost.home / "master.key").read_text())
    paper = tmp_path / "paper"
    paper.write_text(" ".join(sheet.as_groups(key)))
    (data,) = (tmp_path / "new/srv/madoguchi-data").glob("data-*")
    (keys,) = (tmp_path / "new/srv/madoguchi-keys").glob("keys-*")
    lost.home.rename(tmp_path / "burnt")
    said = new_server(tmp_path / "new").follow(
        "".join(blocks("console")),
        ("data-日付", data.name),
        ("keys-日付", keys.name),
        ("key enter", f"key enter --file {paper}"),
    )
    assert re.search(
        r"戻しました：\d+ 行、2 ファイル\n(送らずに.+\n)?(.+残しません\n)?(.+比べました.*\n)?"
        r"shibukawa：すべて合っています\n",
        said,
    )
    assert "戻せます" in said
    assert len(list(data.parent.glob("data-*"))) == 2
    kept = data.glob("checkpoints/*.txt")
    outside = (tmp_path / "new/srv/madoguchi-checkpoints").glob("*.txt")
    assert set() != {path.name for path in kept} <= {path.name for path in outside}


def test_the_last_name_that_the_page_shows_is_the_newest_backup(tmp_path: Path) -> None:
    """Beside *data* stands the note of the last rehearsal, whose name comes after all."""
    (look,) = (block for block in blocks("console") if block.startswith("ls "))
    for kind in ("data", "keys"):
        place = tmp_path / f"srv/madoguchi-{kind}"
        for day in (24, 25):
            (place / f"{kind}-202611{day}T030000Z").mkdir(parents=True)
        notes.write(place / rehearse.NOTE, notes.Note(datetime.now(UTC), {}))
    said = Server(tmp_path, {}).follow(look).splitlines()
    for kind in ("data", "keys"):
        shown = [line for line in said if f"/madoguchi-{kind}/" in line and line.startswith("/")]
        assert shown[-1].endswith(f"{kind}-20261125T030000Z")
    control = Server(tmp_path, {}).follow("ls /srv/madoguchi-data").splitlines()
    assert control[-1] == rehearse.NOTE


@pytest.mark.parametrize("words", QUOTED)
def test_what_the_page_says_will_appear_is_what_the_program_says(words: str) -> None:
    assert words in PAGE
    package = (ROOT / "madoguchi").rglob("*.py")
    plain = re.compile(re.escape(words))
    assert any(plain.search(path.read_text("utf-8")) for path in package)
