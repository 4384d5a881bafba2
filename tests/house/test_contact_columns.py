"""How contact is safe is read for lists in one place: nobody else touches the two columns.

The sealed wish and the forms have a field `contact_rule`, too: that one is read from `wishes`, or
is a field of a form.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import PACKAGE, files, name, tree

COLUMNS = {"contact_asked", "contact_rule"}
HOME = PACKAGE / "work" / "cases"
KEEPERS = {
    PACKAGE / "ops" / "town" / "colleague.py",  # whom the invented colleagues may ring
    HOME / "contact.py",
    HOME / "models.py",
    HOME / "public.py",  # the portal's, which writes `contact_asked`
    PACKAGE / "ops" / "town" / "bulk.py",  # rows for measurements
    PACKAGE / "ops" / "roles" / "portal.py",  # what the portal's role may write
}
WISHES = {"wishes"}
QUERIES = {
    *("F", "Q", "annotate", "defer", "exclude", "filter", "get", "only", "order_by", "update"),
    *("values", "values_list", "getattr", "attrgetter", "create", "save"),
}
IN_TEMPLATES = re.compile(
    r"""(?<![\w."'])([\w.]+)\.(contact_asked|contact_rule)\b"""
)  # no text key


def last(node: ast.expr) -> str:
    """The last name of `a.b.wishes`, or of what is called."""
    match node:
        case ast.Attribute(attr=found) | ast.Name(id=found):
            return found
        case ast.Call(func=func):
            return last(func)
    return ""


def touched(source: ast.AST) -> Iterator[int]:
    """The lines of a program that touch a column of a case."""
    for node in ast.walk(source):
        match node:
            case ast.Attribute(value=value, attr="contact_rule") if last(value) not in WISHES:
                yield node.lineno
            case ast.Attribute(attr="contact_asked") | ast.Constant(value="contact_asked"):
                yield node.lineno
            case ast.Call(func=func, args=args, keywords=keywords) if last(func) in QUERIES:
                given = (*args, *(each.value for each in keywords))
                parts = (part for each in given for part in ast.walk(each))
                said = {part.value for part in parts if isinstance(part, ast.Constant)}
                said |= {each.arg for each in keywords}
                if any(str(each).partition("__")[0] in COLUMNS for each in said):
                    yield node.lineno


def in_template(text: str) -> list[str]:
    """Where a template shows a column: anything but a wish's rule or a field of a form."""
    found = ((match[1], match[2], text[: match.start()]) for match in IN_TEMPLATES.finditer(text))
    return [
        f"{base}.{column}"
        for base, column, before in found
        if column == "contact_asked" or not (base.endswith("wishes") or before.endswith("field="))
    ]


def test_nobody_else_reads_or_writes_the_columns() -> None:
    for path in files(PACKAGE, "*.py"):
        lines = [] if path in KEEPERS else list(touched(tree(path)))
        assert not lines, f"{name(path)}: {lines}: take it from work/cases/contact.py"
    for path in files(PACKAGE, "*.html"):
        assert not in_template(path.read_text("utf-8")), name(path)


@pytest.mark.parametrize(
    "way",
    [
        "card.contact_rule",
        "cases.find(actor, case_id).contact_rule",
        "row.contact_asked",
        "cases.values_list('id', 'contact_rule')",
        "Case.of(office).filter(contact_rule='phone')",
        "Case.of(office).filter(contact_rule__in=RULES)",
        "Case.objects.update(contact_asked='phone')",
        "F('contact_rule')",
        "getattr(case, 'contact_rule')",
        "case.save(update_fields=['contact_rule'])",
    ],
)
def test_control_each_way_is_seen(way: str) -> None:
    assert list(touched(ast.parse(way)))


def test_control_in_templates_and_what_is_meant_to_be_read() -> None:
    assert in_template("{{ row.card.contact_rule }}") == ["row.card.contact_rule"]
    assert in_template("{{ case.contact_asked }}")
    assert not in_template("{{ contact.wishes.contact_rule }}")
    assert not in_template("{% include 'kit/field.html' with field=form.card.contact_rule %}")
    assert not list(touched(ast.parse("opened.wishes.contact_rule")))
    assert not list(touched(ast.parse("cases.wishes(held.drawer).contact_rule")))
    assert not list(touched(ast.parse("Choice('contact_rule', required=True)")))
