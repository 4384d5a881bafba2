"""The record sheet as paper: however much stands on it, its last page says something."""

from dataclasses import replace

import pytest

from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.read import read, read_toml
from madoguchi.tools.papers.engine import Printed, render
from madoguchi.work.record.papers import Entry, RecordSheet
from tests import pdf

TEMPLATE = find("_national", "record_sheet")
BY = Printed("木村 直子", "令和8年11月26日（木） 10時30分")


def sample() -> RecordSheet:
    table = read_toml(TEMPLATE.folder / "sample.toml", "sample.toml")
    return read(RecordSheet, table, "sample.toml")


def of_lines(count: int) -> Entry:
    return replace(sample().entries[0], words="\n".join(["一行の言葉。"] * count))


def pages(entries: tuple[Entry, ...]) -> list[str]:
    made = render(TEMPLATE, replace(sample(), entries=entries, notes=(), internal=0), BY)
    return pdf.pages(made.content)


def test_no_page_holds_the_end_alone() -> None:
    counts = set()
    for lines in range(1, 60, 2):
        made = pages((of_lines(lines),))
        counts.add(len(made))
        assert made[-1].count("以上") == 1
        assert "内容" in made[-1], f"{lines} lines"  # the head of the record, so some of it
    assert len(counts) > 1


@pytest.mark.parametrize("lines", [8, 12, 80])
def test_nothing_is_lost_below_a_page(lines: int) -> None:
    made = "".join(pages((of_lines(lines),) * 40))
    assert made.count("一行の言葉。") == 40 * lines


def test_an_entry_of_some_lines_stays_together() -> None:
    for page in pages((of_lines(6),) * 40)[1:]:
        assert page.count("一行の言葉。") % 6 == 0
