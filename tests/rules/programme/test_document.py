"""Published files: papers of our own making, or files with their kind and size."""

import shutil
from pathlib import Path

import pytest

from madoguchi.rules.programme.load import folder, programme
from madoguchi.rules.programme.programme import Document
from madoguchi.rules.programme.read import ProgrammeError, read

TITLE = {"title": "案内", "source": "要確認"}


def test_shibukawas_files_are_two_papers_and_one_file_of_the_citys_own() -> None:
    listed = programme("shibukawa").documents
    assert [each.paper for each in listed] == ["subsidy_guide", None, "subsidy_application"]
    assert [each.size_kb for each in listed] == [None, 108, None]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "kind と size_kb の両方"),
        ({"kind": "pdf"}, "kind と size_kb の両方"),
        ({"kind": "pdf", "size_kb": 0}, "1 以上の大きさ"),
        ({"paper": "subsidy_guide", "kind": "pdf"}, "kind は要りません"),
        ({"paper": "subsidy_guide", "size_kb": 12}, "size_kb は要りません"),
        ({"paper": "subsidy_guide", "url": "https://example.com/"}, "url は要りません"),
    ],
)
def test_a_file_is_either_made_or_named(more: dict[str, object], said: str) -> None:
    with pytest.raises(ProgrammeError, match=said):
        read(Document, TITLE | more, "documents.toml")


def test_a_paper_that_nobody_wrote_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(folder("shibukawa"), tmp_path / "minami")
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(tmp_path))
    listed = tmp_path / "minami" / "documents.toml"
    listed.write_text(listed.read_text("utf-8").replace("subsidy_guide", "subsidy_gude"), "utf-8")
    with pytest.raises(ProgrammeError, match=r"document\[1\].paper：「subsidy_gude」という様式が"):
        programme("minami")
