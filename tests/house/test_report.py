"""The tables that a run writes into the documents: one section each, replaced and never doubled."""

from pathlib import Path

from benchmarks.parts.report import Figure, replaced, section, write

PAGE = "# Page\n\nWords.\n\n## first\n\nold\n\n## second\n\nkept\n"


def test_a_section_is_replaced_and_its_neighbours_stay() -> None:
    page = replaced(PAGE, "first", "## first\n\nnew\n")
    assert page == "# Page\n\nWords.\n\n## first\n\nnew\n\n## second\n\nkept\n"


def test_the_last_section_is_replaced_too() -> None:
    assert replaced(PAGE, "second", "## second\n\nnew\n").endswith("old\n\n## second\n\nnew\n")


def test_a_new_section_goes_to_the_end() -> None:
    assert replaced(PAGE, "third", "## third\n").endswith("kept\n\n## third\n")


def test_a_missed_bar_is_said() -> None:
    text = section("web", [Figure("ratio", "0.70", "1.00", "≥ 0.80", met=False)], ["Why."])
    assert "| ratio | 0.70 | 1.00 | ≥ 0.80 | **missed** |" in text
    assert text.endswith("\n\nWhy.\n")


def test_a_run_twice_leaves_one_section(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE, "utf-8")
    for measured in ("1", "2"):
        write(page, "web", [Figure("rate", measured)])
    text = page.read_text("utf-8")
    assert text.count("## web") == 1
    assert "| rate | 2 |" in text
