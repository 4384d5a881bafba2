"""A wrong word in `paper.toml` is refused with the place and what to write instead."""

from pathlib import Path

import pytest

from madoguchi.rules.programme.paper import at
from madoguchi.rules.programme.read import ProgrammeError

GOOD = {"title": '"案内"', "facts": '"subsidy.Guide"', "source": '"要綱"'}
TOO_MANY = ", ".join(['"課長"'] * 8)


def written(folder: Path, **lines: str) -> Path:
    """A folder with this `paper.toml`."""
    whole = "".join(f"{key} = {value}\n" for key, value in {**GOOD, **lines}.items())
    (folder / "paper.toml").write_text(whole, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("orientation", '"sideways"', "portrait・landscape から選んで"),
        ("seal", '"gold"', "none・printed・blank・omitted から選んで"),
        ("stamp", '"yes"', "true か false"),
        ("stamp", "1", "true か false"),
        ("issued", '"no"', "true か false"),
        ("article", '"第5条関係"', "form_number"),
        ("tittle", '"案内"', "「title」のことでしたら"),
        ("boxes", '"決裁"', "\\[ \\] で囲んだ並び"),
        ("boxes", '[{ name = "決裁", titles = [], source = "x" }]', "1 から 7 まで"),
        ("boxes", f'[{{ name = "決裁", titles = [{TOO_MANY}], source = "x" }}]', "1 から 7 まで"),
        ("form_number", "1", "引用符で囲んだ言葉"),
        ("title", "2", "引用符で囲んだ言葉"),
        ("title", '""', "空です"),
        ("facts", '"../subsidy.Guide"', "「subsidy.Guide」のように"),
        ("facts", '""', "空です"),
        ("title", '"案内', "paper.toml"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(
    tmp_path: Path, key: str, value: str, said: str
) -> None:
    with pytest.raises(ProgrammeError, match=said) as wrong:
        at(written(tmp_path, **{key: value}))
    assert "paper.toml" in str(wrong.value)


def test_control_without_it_the_same_is_read(tmp_path: Path) -> None:
    assert at(written(tmp_path)).paper.title == "案内"
