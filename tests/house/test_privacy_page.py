"""docs/privacy.md names every column that is stored in the clear, and no other."""

import ast
import re

from tests.house.source import PACKAGE, ROOT, dotted, files, tree

PAGE = ROOT / "docs" / "privacy.md"
EVERYWHERE = {"id", "office_id"}  # random ids
ROW = re.compile(r"^\| `(\w+\.\w+)` \|[^|]*\| (.*?) \|$", re.MULTILINE)


def stored_in_the_clear() -> dict[str, set[str]]:
    """`room.Table` → columns that are not bytes, read from every models.py."""
    found: dict[str, set[str]] = {}
    for path in files(PACKAGE, "models.py"):
        for table in tree(path).body:
            if isinstance(table, ast.ClassDef):
                columns = {
                    ast.unparse(line.targets[0])
                    for line in table.body
                    if isinstance(line, ast.Assign)
                    and isinstance(line.value, ast.Call)
                    and dotted(line.value.func).startswith("models.")
                    and dotted(line.value.func).endswith("Field")
                    and dotted(line.value.func) != "models.BinaryField"
                }
                if columns - EVERYWHERE:
                    found[f"{path.parent.name}.{table.name}"] = columns - EVERYWHERE
    return found


def named_on_the_page() -> dict[str, set[str]]:
    """`room.Table` → columns, from the page's table."""
    rows = ROW.findall(PAGE.read_text("utf-8"))
    return {table: set(re.findall(r"\w+", columns)) for table, columns in rows}


def test_the_page_names_exactly_what_is_readable() -> None:
    stored, named = stored_in_the_clear(), named_on_the_page()
    tables = stored.keys() | named.keys()
    differing = [
        f"{table}: stored {sorted(stored.get(table, ()))}, named {sorted(named.get(table, ()))}"
        for table in sorted(tables)
        if stored.get(table) != named.get(table)
    ]
    assert len(stored) > 10
    assert not differing, (
        "seal the column, or say in docs/privacy.md why it is readable:\n" + "\n".join(differing)
    )
