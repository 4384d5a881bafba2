"""A city's own PDF of a form wins over ours, as it is; what a folder lacks is the national one."""

from dataclasses import replace
from pathlib import Path

import pytest

from madoguchi.rules.programme.load import NATIONAL
from madoguchi.rules.programme.load import folder as programme_of
from madoguchi.rules.programme.paper import at
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.tools.papers.engine import official, render
from tests.tools.papers import samples
from tests.tools.papers.looking import joined

PAPER = """
title = "補助金交付請求書"
facts = "subsidy.letters.forms.ClaimForm"
form_number = "様式第5号"
article = "第11条関係"
stamp = true
source = "渋安第40号"
"""
OFFICIAL = """
[official]
file = "youshiki-5.pdf"
chosen_by = "危機管理室 係長"
chosen_on = 2027-01-15
"""


def folder(tmp_path: Path, toml: str, content: bytes | None = None) -> Path:
    """A city's folder of the claim form."""
    here = tmp_path / "grant_claim_form"
    here.mkdir()
    (here / "paper.toml").write_text(toml, "utf-8")
    if content is not None:
        (here / "youshiki-5.pdf").write_bytes(content)
    return here


def test_a_number_alone_needs_no_other_file(tmp_path: Path) -> None:
    """And a form to which the city has agreed is no specimen any more."""
    found = at(folder(tmp_path, PAPER))
    assert official(found) is None
    facts = samples.sample(at(programme_of(NATIONAL) / "papers" / "grant_claim_form"))
    said = joined(render(found, facts).content)
    assert "様式第5号（第11条関係）" in said
    ours = replace(found, paper=replace(found.paper, source="要確認"))
    assert joined(render(ours, facts).content).count("見本") == said.count("見本") + 1


def test_its_own_pdf_goes_out_byte_for_byte(tmp_path: Path) -> None:
    content = b"%PDF-1.7 /Type /Page the city's own"
    found = at(folder(tmp_path, PAPER + OFFICIAL, content))
    made = official(found)
    assert made
    assert made.content == content
    assert found.paper.official
    assert found.paper.official.chosen_by == "危機管理室 係長"


@pytest.mark.parametrize(
    ("toml", "content"),
    [
        (PAPER + OFFICIAL, None),
        (PAPER + OFFICIAL, b"PK"),
        (PAPER.replace("様式第5号", "").replace("第11条関係", "") + OFFICIAL, b"%PDF-1.7"),
        (PAPER + OFFICIAL.replace("危機管理室 係長", ""), b"%PDF-1.7"),
        (PAPER + OFFICIAL.replace("youshiki-5", "../youshiki-5"), b"%PDF-1.7"),
        (PAPER.replace("stamp = true", "") + OFFICIAL, b"%PDF-1.7"),
    ],
)
def test_what_is_no_form_of_the_citys_is_said(
    tmp_path: Path, toml: str, content: bytes | None
) -> None:
    with pytest.raises(ProgrammeError):
        at(folder(tmp_path, toml, content))
