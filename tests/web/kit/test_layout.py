"""Templates are indented and wrapped; on the page nothing of that is seen."""

from pathlib import Path

import pytest
from django.template import Context, Engine, Template

from madoguchi.web.kit.indentation import Loader
from tests.answers import squeezed


def shown(template: str, **values: object) -> str:
    return Template(template).render(Context(values))


@pytest.mark.parametrize(
    ("template", "page"),
    [
        ("{% if a %}\n x\n{% endif %}\n{% if b %}\n y\n{% endif %}\n・{{ z }}", "xy・z"),
        ("{% for one in z %}\n {{ one }}\n{% empty %}\n –\n{% endfor %}", "z"),
        ("{% for one in none %}\n x\n{% empty %}\n –\n{% endfor %}", "–"),
        ("{% if none %}\n x\n{% elif a %}\n {{ z }}\n y\n{% else %}\n –\n{% endif %}", "z\n y"),
        ("{% with one=z %}\n {% if a %}\n  {{ one }}\n {% endif %}\n{% endwith %}\n", "z"),
        ("{{ z }}\n{{ z }} x {{ z }}", "z\nz x z"),
        ("{% if a %}\n　x　\n{% endif %}", "　x　"),
        ('<a {% if a %}id="x"{% endif %} {% if b %} rel="y" {% endif %}>', '<a id="x"  rel="y" >'),
        ("{% if a %}\n<i>\n{% endif %}\n<b>\n{% if b %}x{% endif %}", "<i><b>x"),
        ("x\n{% block one %}\n y\n{% endblock %}\n{% block two %}{% endblock %}\n", "x\n y\n"),
    ],
)
def test_what_stands_within_tight_touches(template: str, page: str) -> None:
    tight = f"{{% tight %}}\n  {template}\n{{% endtight %}}"
    assert shown(tight, a=True, b=True, z="z", none=()) == page


def test_outside_tight_every_space_stays() -> None:
    template = "{% if a %}\nx\n{% endif %} {% tight %} {% if a %} y {% endif %} {% endtight %} "
    assert shown(template, a=True) == "\nx\n y "


def test_a_wide_table_is_named_and_reached_by_the_keyboard() -> None:
    table = "<table><caption>x</caption></table>"
    by_key = squeezed(shown("{% scroll 'kit.menu' %}" + table + "{% endscroll %}"))
    box = '<div class="scroll" tabindex="0" role="region" aria-label="メニューと表示の設定">'
    assert by_key == f"{box}{table}</div>"
    by_id = shown('{% scroll by="c" %}' + table + "{% endscroll %}")
    assert 'aria-labelledby="c"' in by_id
    assert "aria-label=" not in by_id


def read(folder: Path, template: str, **values: object) -> str:
    (folder / "a.html").write_text(template, "utf-8")
    return Loader(Engine(dirs=[str(folder)])).get_template("a.html").render(Context(values))


def test_a_page_carries_no_indentation(tmp_path: Path) -> None:
    written = "<p>\n    {{ x }}\n\n\t<b>y</b>  z\n</p>\n"
    assert read(tmp_path, written, x="x\n  x") == "<p>\nx\n  x\n\n<b>y</b>  z\n</p>\n"


@pytest.mark.parametrize(("x", "page"), [(True, "a\nb\nd\n"), (False, "a\nc\nd\n")])
def test_a_line_of_a_control_tag_leaves_no_line(tmp_path: Path, x: bool, page: str) -> None:  # noqa: FBT001 - a case
    written = "a\n{% if x %}\n  b\n{% else %}\n  c\n{% endif %}\nd\n"
    assert read(tmp_path, written, x=x) == page


def test_what_stands_beside_a_control_tag_keeps_its_line_end(tmp_path: Path) -> None:
    written = (
        "{% if x %}a{% endif %}\nb {% if x %}\nc{% endif %}\n{{ x }}\nd\n{% if x %}{% endif %}\n"
    )
    assert read(tmp_path, written, x=1) == "a\nb \nc\n1\nd\n\n"
