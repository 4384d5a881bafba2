"""A frozen dataclass and a Typst source become a tagged PDF."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import typst

from madoguchi.rules.programme.paper import at
from madoguchi.tools.papers.engine import LIBRARY, Printed, render
from madoguchi.tools.papers.wrong import PaperError
from tests.house.source import ROOT
from tests.tools.papers import letters, looking, samples

CANARY = "金糸雀 花子"
NAMES = ("𠮷田", "髙﨑", "葛󠄀城", "渡邉󠄁", "神\ufa19", "Maria dela Cruz", "ｶﾞｷﾞ")


def test_sample_becomes_a_tagged_pdf() -> None:
    made = render(letters.template(), letters.sample())
    pdf = looking.opened(made.content)
    assert made.pages == len(pdf.pages)
    assert str(pdf.Root.Lang) == "ja"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert {"H1", "H2", "H3", "Table", "TH", "L", "Figure"} <= set(looking.tags(pdf))


def test_same_facts_give_the_same_bytes() -> None:
    first, second = (render(letters.template(), letters.sample()) for _ in range(2))
    assert first == second


def test_printer_stands_on_every_page() -> None:
    facts = replace(letters.sample(), entries=letters.sample().entries * 60)
    made = render(letters.template(), facts, Printed("見本 太郎", "令和8年11月26日 10時00分"))
    assert made.pages > 1
    assert looking.text(made.content).count("印刷 見本 太郎") == made.pages


def test_a_case_paper_says_what_geta_is_where_one_stands() -> None:
    by = Printed("見本 太郎", "令和8年11月26日 10時00分")
    for name, said in (("見本 花子😀", True), ("見本 花子", False), ("葛\U000e01ef城", False)):
        made = render(letters.template(), replace(letters.sample(), name=name), by)
        assert ("〓は印刷できない字" in looking.text(made.content)) == said


def test_sample_holds_every_part_of_the_library() -> None:
    """What stands in the head comment of office.typ is used by some paper or by the letter."""
    library = (LIBRARY / "office.typ").read_text("utf-8")
    parts = re.findall(r"^//   #([a-z-]+)", library, re.MULTILINE)
    sources = [each.file("paper.typ").read_text("utf-8") for each in samples.every()]
    assert len(parts) > 12
    for part in parts:
        assert any(re.search(rf"[#\[\s(,:]{part}[(\[\s]", source) for source in sources), part


def test_eight_threads_print_at_once() -> None:
    facts = [replace(letters.sample(), name=f"見本 {n}") for n in range(24)]
    alone = [render(letters.template(), each) for each in facts]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(partial(render, letters.template()), facts))
    assert together == alone


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the letter, to be spoiled; a file beside it that nobody may read."""
    (tmp_path / "secret.txt").write_text("金糸雀", "utf-8")
    return Path(shutil.copytree(letters.FOLDER, tmp_path / "letter"))


@pytest.mark.parametrize(
    "reading",
    [
        '#read("/../secret.txt")',
        '#json("/../secret.txt")',
        '#csv("../secret.txt")',
        '#toml("/etc/hostname")',
        '#xml("paper.toml")',
        '#import "@preview/cetz:0.3.0"',
        '#import "@local/x:1.0.0"',
        '#import "/other.typ"',
        '#include "/other.typ"',
        '#image("/x.png")',
        '#plugin("/x.wasm")',
        '#{ import ("@pre" + "view/cetz:0.3.0") }',
        '#eval("read(\\"/../secret.txt\\")")',
        '#eval("im" + "port \\"@preview/cetz:0.3.0\\"", mode: "code")',
    ],
)
def test_a_paper_reads_its_facts_and_nothing_else(own: Path, reading: str) -> None:
    path = own / "paper.typ"
    path.write_text(path.read_text("utf-8") + reading + "\n", "utf-8")
    with pytest.raises(PaperError, match=r"letter/paper\.typ \d+ 行目"):
        render(at(own), letters.sample())


def test_control_the_root_alone_can_be_read() -> None:
    """The test above would pass, too, if Typst read nothing at all."""
    assert typst.Compiler(b'#let _ = read("/office.typ")', LIBRARY).compile(format="svg")
    with pytest.raises(typst.TypstError):
        typst.Compiler(b'#let _ = read("/../engine.py")', LIBRARY).compile(format="svg")


@pytest.mark.parametrize(
    "wrong",
    ["#int(facts.name)", "#panic(facts.name)", "#facts.at(facts.name)", "#eval(facts.name)"],
)
def test_an_error_quotes_no_fact(own: Path, wrong: str) -> None:
    path = own / "paper.typ"
    path.write_text(path.read_text("utf-8") + wrong + "\n", "utf-8")
    with pytest.raises(PaperError) as said:
        render(at(own), replace(letters.sample(), name=CANARY))
    whole = "".join(traceback.format_exception(said.value))
    assert CANARY not in whole


def test_a_warning_is_an_error(own: Path) -> None:
    path = own / "paper.typ"
    path.write_text(path.read_text("utf-8") + '#text(font: "Nowhere")[x]\n', "utf-8")
    with pytest.raises(PaperError, match="ない書体の名前です"):
        render(at(own), letters.sample())


def test_a_source_that_is_no_utf8_or_not_there(own: Path) -> None:
    (own / "paper.typ").write_bytes("書類".encode("cp932"))
    with pytest.raises(PaperError, match="UTF-8 で保存し"):
        render(at(own), letters.sample())
    (own / "paper.typ").unlink()
    with pytest.raises(PaperError, match=r"paper\.toml の横に"):
        render(at(own), letters.sample())


def test_what_is_too_long_moves_to_a_sheet_of_its_own() -> None:
    story = "長い説明です。" * 120 + "ここで終わり。"
    made = render(letters.template(), replace(letters.sample(), story=story))
    said = looking.joined(made.content)
    assert "別紙1のとおり" in said
    assert said.count("ここで終わり。") == 1
    assert story in said.replace("取扱注意", "")


@pytest.mark.parametrize("name", ["寿限無五劫" * 20, "Maria de los Ángeles " * 5, "W" * 100])
def test_a_name_of_a_hundred_characters_is_whole(name: str) -> None:
    made = render(letters.template(), replace(letters.sample(), name=name))
    assert looking.joined(made.content).count("".join(name.split())) == 3


def test_an_address_is_copied_without_holes() -> None:
    address = "https://example.jp/" + "abcdefghijklmnopqrstuvwxyz0123456789-_~" * 6 + "?q=#x"
    made = render(letters.template(), replace(letters.sample(), address=address))
    assert address in looking.joined(made.content)


def test_direction_and_control_characters_leave_no_trace() -> None:
    facts = replace(letters.sample(), name="見\u202e本\u2066 \x00花\u200b子\ufeff")
    assert render(letters.template(), facts) == render(letters.template(), letters.sample())


def test_what_is_not_in_the_fonts_is_listed_once() -> None:
    facts = replace(letters.sample(), name="שלום", words="שלום 😀 辻\U000e01ef 葛\U000e0100")
    made = render(letters.template(), facts)
    assert set(made.missing) == {"ש", "ל", "ו", "ם", "😀", "辻\U000e01ef"}
    assert "〓〓〓〓" in looking.joined(made.content)
    assert "葛\U000e0100" in looking.text(made.content)


def test_boxes_stamp_and_form_number_come_from_the_paper() -> None:
    said = looking.joined(render(letters.template(), letters.sample()).content)
    for words in ("様式第1号（第5条関係）", "課長係長担当", "受付印"):
        assert words in said


def test_another_process_makes_the_same_bytes() -> None:
    """Nothing hangs on the order of a set: each process orders words anew."""
    print_it = (
        "from tests.tools.papers import letters\n"
        "from madoguchi.tools.papers.engine import render\n"
        "import hashlib\n"
        "print(hashlib.sha256(render(letters.template(), letters.sample()).content).hexdigest())"
    )
    made = render(letters.template(), letters.sample())
    done = subprocess.run(
        [sys.executable, "-c", print_it],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(made.content).hexdigest()
