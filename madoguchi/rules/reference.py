"""The reference of the programme files (docs/programme.md), made from the dataclasses."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, Literal, TypeAliasType, Union, get_args, get_origin, get_type_hints

from madoguchi.rules.examples import Example
from madoguchi.rules.koyomi.dates import YearlySpan
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.city import City
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.meaning import Meaning
from madoguchi.rules.programme.people import Person
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.programme import Document, PageDate, Related
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import Subsidy
from madoguchi.rules.programme.words import Words
from madoguchi.rules.subsidy.facts import Facts

_FILES: tuple[tuple[str, type], ...] = (
    ("city.toml", City),
    ("desk.toml", Desk),
    ("clinic.toml", Clinic),
    ("subsidy.toml", Subsidy),
    ("agencies/<id>.toml", Agency),
)
_LISTS: tuple[tuple[str, str, Any], ...] = (
    ("documents.toml", "document", Document),
    ("examples.toml", "example", Example),
    ("related.toml", "page", Related),
    ("dates.toml", "page", PageDate),
    ("people.toml", "person", Person),
    ("search.toml", "meaning", Meaning),
)
_INTRO = """# The programme files

This page is made from the dataclasses in `madoguchi/rules/` by
`madoguchi programme document`; a test compares the two. Change the dataclasses, not this page.

A municipality is a folder: `city.toml`, `desk.toml` and, where it has them, `clinic.toml`,
`subsidy.toml`, `documents.toml`, `examples.toml`, `agencies/` and `texts/`. National agencies, the
emergency strip (`emergency.toml`: `strip`, agencies by file name; its first three that answer day
and night are the large numbers), who is shown which line (`people.toml`) and hand-picked related
pages stand in `_national/`; a city's own file of the same name wins. The days of the pages
(`dates.toml`) are told row by row, the city's own row first. What people type in the search
(`search.toml`) is added to: the city's own go first, danger before all. `MADOGUCHI_PROGRAMMES`
names a folder that is looked into first.

* **Words** are either one Japanese string or a table with `ja`, `easy` and `en`.
* **Numbers** of agencies stand in `agencies/` alone. In texts and pages, `[police_8103：か☎]` or
  `[police_8103：☎|110]` is said where a citizen is shown that agency's first number, which is put
  in for `☎` (none with a `label`); elsewhere what stands after `|`, or nothing. A name that is no
  agency's file and a `☎` outside such a mark are refused.
* **Hours** are written `"mon-fri 8:30-12:00, 13:00-17:15; 3rd sat 9:00-12:00"` or `"24h"`; the end
  itself is closed. An ordinal without a weekday is a day of the month,
  `"10th,20th 8:00-24:00; 31st 9:00-12:00"`; in a month without that day it is none.
* **`source`** says where a fact stands. What nobody has confirmed is `"要確認"`: it is counted by
  `madoguchi programme check`, and no citizen reads it as a fact.
* **Versions** (`since`) stand from old to new; a number is superseded, never edited.
* A file may begin with a byte order mark; it must be UTF-8. An unknown key is refused, with the
  nearest known one.
"""
_FACTS = (
    """## The facts of an application

A file of facts for `madoguchi subsidy quote CITY --facts FILE --on DATE` (a rough answer on what a
person says, 目安) and `madoguchi subsidy judge …` (the decision on what the desk has seen, 判断).
The same keys stand under `[example.given.facts]` of a grant's example. What is not known is left
out, and the answer is then `ask`, never no. `applied_on`, where it is written, goes before `--on`:
an old application keeps the rules of its day. Amounts are whole yen without quotes or commas, days
are written `2024-06-03`.

```toml
# 令和6年6月3日に窓口へ出された申請。契約はまだで、見積書は税込み 330,000円
applied_by = "counter"     # 申請の方法：counter（窓口）、post（郵送）、web（ウェブ）
registered = true          # 住民基本台帳の記録
used_desk = "phone"        # 市の相談窓口を使った方法。使っていなければ "no"
contract = "none"          # 弁護士との契約。結んだなら "signed" と contract_on
engaged = "lawyer"
estimate = true
estimate_on = 2024-05-20
screens_printed = true
other_aid_yen = 0          # ほかの補助や保険。0 は「ない」、書かなければ「分からない」
refunded_yen = 0
recovered_yen = 0
granted = []               # これまでの交付。[] は「ない」、書かなければ「分からない」
tax_arrears = false
gang_ties = false

[[costs]]
act = "disclosure"         # deletion（削除）、disclosure（開示）、other
fee = "retainer"           # retainer（着手金）、other
yen = 330000
tax_yen = 30000            # yen に含まれる消費税
```

With `--json` the answer is one object: `decision` (`yes`, `no`, `ask`), `amount_yen` (null unless
every possible amount is the same), `at_least_yen` and `at_most_yen`, `grounds` (each with `code`,
`held`, `words`, `source`) and `working` (the lines of the calculation).
""",
)


def reference() -> str:
    """The whole page as Markdown.

    >>> reference().splitlines()[0]
    '# The programme files'
    """
    written: set[str] = set()
    parts = [_INTRO]
    for name, kind in _FILES:
        parts.append(f"## `{name}`\n")
        parts.extend(_tables(kind, "", written))
    for name, key, kind in _LISTS:
        parts.append(f"## `{name}`\n")
        parts.extend(_below(kind, f"[[{key}]]", written))
    parts.extend(_FACTS)
    parts.extend(_tables(Facts, "", written))
    return "\n".join(parts)


def _tables(kind: type, heading: str, written: set[str]) -> Iterator[str]:
    """The table of one dataclass, then those of the dataclasses in it, each written once."""
    if kind.__name__ in written:
        return
    written.add(kind.__name__)
    if heading:
        yield f"### `{heading}`\n"
    first_paragraph = (kind.__doc__ or "").split("\n\n")[0]
    yield f"{' '.join(first_paragraph.split())}\n"
    yield "| key | what to write | |"
    yield "|---|---|---|"
    hints = get_type_hints(kind)
    listed = [field for field in fields(kind) if (kind, field.name) != (Agency, "id")]
    for field in listed:
        yield f"| `{field.name}` | {_type_in_words(hints[field.name])} | {_needed(field)} |"
    yield ""
    for field in listed:
        path = heading.partition(" ")[0].strip("[]")
        name = f"{path}.{field.name}" if path else field.name
        below = f"[[{name}]]" if _is_list(hints[field.name]) else f"[{name}]"
        yield from _below(hints[field.name], below, written)


def _below(kind: Any, heading: str, written: set[str]) -> Iterator[str]:  # noqa: ANN401 - any type
    several = list(_dataclasses(kind))
    one_so_far = isinstance(kind, TypeAliasType) and is_dataclass(kind.__value__)  # of a union
    named = len(several) > 1 or one_so_far
    for each in several:
        chosen = f' with is = "{snake(each.__name__)}"' if named else ""
        yield from _tables(each, f"{heading}{chosen}", written)


def _dataclasses(kind: Any) -> Iterator[type]:  # noqa: ANN401 - any type
    if isinstance(kind, TypeAliasType):
        yield from _dataclasses(kind.__value__)
    elif get_origin(kind) in (Union, UnionType, tuple):
        for part in get_args(kind):
            yield from _dataclasses(part)
    elif is_dataclass(kind) and isinstance(kind, type) and not hasattr(kind, "from_text"):
        yield kind


def _is_list(kind: Any) -> bool:  # noqa: ANN401 - any type
    if get_origin(kind) in (Union, UnionType):
        return any(_is_list(part) for part in get_args(kind))
    return get_origin(kind) is tuple


def _type_in_words(kind: Any) -> str:  # noqa: ANN401 - any type
    if isinstance(kind, TypeAliasType):
        return _type_in_words(kind.__value__)
    origin = get_origin(kind)
    if origin is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(kind))
    if origin is tuple:
        return f"list of: {_type_in_words(get_args(kind)[0])}"
    if origin in (Union, UnionType):
        return " or ".join(_type_in_words(part) for part in get_args(kind) if part is not NoneType)
    return _PLAIN.get(kind, f"table: {kind.__name__}")


_PLAIN: dict[type, str] = {
    str: "text",
    int: "whole number",
    bool: "`true` or `false`",
    date: "date, `2024-04-01`",
    datetime: "moment in office time, `2024-04-01T10:00:00`",
    Fraction: 'fraction, `"1/2"`',
    Words: "words",
    Week: 'hours, `"mon-fri 8:30-17:15"`',
    Phone: 'telephone number, `"0279-25-8526"`',
    YearlySpan: 'days of every year, `"12-29..01-03"`',
}


def _needed(field: "Field[Any]") -> str:
    if field.default is MISSING and field.default_factory is MISSING:
        return "required"
    if field.default in (None, ()) or is_dataclass(field.default):
        return "may be left out"
    if isinstance(field.default, tuple):
        return f"may be left out: `{list(field.default)}`".replace("'", '"')
    return f"may be left out: `{str(field.default).lower()}`"
