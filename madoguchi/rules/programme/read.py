"""TOML tables into frozen dataclasses, driven by the dataclasses' own types, and back again.

Errors are in Japanese and name file, key, what was expected and what to do, because an officer
edits these files.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeAliasType, Union, cast, get_args, get_origin, get_type_hints

from madoguchi.rules.koyomi.dates import YearlySpan
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme import unreadable
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.words import UNCONFIRMED, Words

_INSTEAD = {
    "until": "終わりの日は書きません。次の版の since の前の日まで続きます。"
    "制度そのものが終わったときは、ended_on を書いてください。",
    "appeal": "教示は、職員の画面の「補助金の予算」で登録します。ここからは消してください。",
}
"""Keys that people write elsewhere, and what to write here instead."""
_EXPECTED: dict[type, str] = {
    str: "引用符で囲んだ言葉",
    int: "整数",
    bool: "true か false",
    date: "引用符のない 2024-04-01 の形の日付",
    datetime: "2024-04-01T10:00:00 の形の日時",
    Fraction: '"1/2" の形の分数',
}


class ProgrammeError(ValueError):
    """A programme file cannot be used (制度の誤り); the text says where, why and what to do.

    One line an error: a file, or a whole folder, is read to its end before its errors are raised.
    """


@dataclass(frozen=True)
class _Place:
    """Where in which file we are, and which keys the tables above know."""

    file: str
    key: str = ""
    above: frozenset[str] = frozenset()

    def into(self, step: str) -> "_Place":
        dot = "" if step.startswith("[") or not self.key else "."
        return _Place(self.file, f"{self.key}{dot}{step}", self.above)

    def error(self, message: str) -> ProgrammeError:
        return ProgrammeError(f"{self.file} の {self.key or '先頭'}：{message}")


@contextmanager
def noting(wrong: list[ProgrammeError]) -> Iterator[None]:
    """Collect the block's ProgrammeError in ``wrong`` instead of raising it."""
    try:
        yield
    except ProgrammeError as error:
        wrong.append(error)


def raise_all(wrong: Sequence[ProgrammeError]) -> None:
    """Raise the collected errors as one; do nothing if there are none.

    Raises:
        ProgrammeError: each different message once, in order.
    """
    if wrong:
        raise ProgrammeError("\n".join(dict.fromkeys(map(str, wrong))))


def read_toml(path: Path, called: str) -> dict[str, Any]:
    """The tables of one file; a byte order mark is accepted (メモ帳の BOM).

    Raises:
        ProgrammeError: the file is missing, not UTF-8 or no TOML.
    """
    try:
        raw = path.read_bytes()
    except OSError:
        there = [each.name for each in path.parent.glob("*") if _is_meant(each.name, path.name)]
        beside = f"「{there[0]}」の名前を、{path.name} に直してください。" if there else ""
        raise ProgrammeError(
            f"{called}：ファイルを開けません。"
            + (beside or "この名前で置き、読めるようにしてください。")
        ) from None
    text = ""
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        return tomllib.loads(text)
    except UnicodeDecodeError:
        raise ProgrammeError(f"{called}：{_encoding(raw)}") from None
    except tomllib.TOMLDecodeError as wrong:
        raise ProgrammeError(
            f"{called}：TOML として読めません（{unreadable.advice(text, wrong)}"
        ) from None


def _is_meant(there: str, name: str) -> bool:
    """Whether a file is that one under another name: `desk.toml.txt`, `Desk.TOML`."""
    return there != name and there.lower().removesuffix(".txt") == name


def _encoding(raw: bytes) -> str:
    try:
        raw.decode("cp932")
    except UnicodeDecodeError:
        return "文字コードが UTF-8 ではありません。UTF-8 で保存し直してください。"
    return "文字コードが Shift_JIS（cp932）です。UTF-8 を選んで保存し直してください。"


def read[T](kind: type[T], table: Mapping[str, object], file: str) -> T:
    """The table as this dataclass; every key must be known and every value fit its type.

    >>> from madoguchi.rules.programme.words import Words
    >>> read(Words, {"ja": "渋川市"}, "x.toml")
    Words(ja='渋川市', easy=None, en=None)

    Raises:
        ProgrammeError: a key or value is wrong.
    """
    return cast("T", _table(kind, table, _Place(file)))


def _table(kind: type[Any], table: Mapping[str, object], at: _Place) -> object:
    hints = get_type_hints(kind)
    known = {field.name: field for field in fields(kind)}
    wrong: list[ProgrammeError] = []
    misspelt: set[str] = set()  # is not called missing besides
    for key in table:
        if key not in known:
            misspelt.update(difflib.get_close_matches(key, known, n=1))
            wrong.append(at.into(key).error(_unknown(key, known, at)))
    below = _Place(at.file, at.key, at.above | frozenset(known))
    values: dict[str, object] = {}
    for name, field in known.items():
        if name in table:
            with noting(wrong):
                values[name] = _value(hints[name], table[name], below.into(name))
        elif field.default is field.default_factory is MISSING and name not in misspelt:
            expected = _expected(hints[name])
            wrong.append(at.into(name).error(f"この項目がありません。{expected}を書いてください。"))
    raise_all(wrong)
    try:
        return kind(**values)
    except ValueError as error:
        raise at.error(str(error)) from None


def _unknown(key: str, known: Mapping[str, object], at: _Place) -> str:
    if key in _INSTEAD:
        return f"知らない項目です。{_INSTEAD[key]}"
    near = difflib.get_close_matches(key, known, n=1)
    if near:
        return f"知らない項目です。「{near[0]}」のことでしたら、その名前に直してください。"
    if key in at.above:
        return f"ここには書けない項目です。見出し [{at.key}] より前に移してください。"
    return f"知らない項目です。使えるのは {'・'.join(known)} です。要らなければ消してください。"


def _value(kind: object, value: object, at: _Place) -> object:
    """The value as the type asks: an alias, a choice, a list, a table or a plain value."""
    if isinstance(kind, TypeAliasType) and is_dataclass(kind.__value__):
        return _named((kind.__value__,), value, at)  # a union that has one member so far
    if isinstance(kind, TypeAliasType):
        return _value(kind.__value__, value, at)
    if get_origin(kind) in (Union, UnionType):
        members = tuple(each for each in get_args(kind) if each is not NoneType)
        if len(members) == 1:
            return _value(members[0], value, at)
        return _named(members, value, at)
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        if value in choices:
            return value
        near = difflib.get_close_matches(str(value), map(str, choices), n=1)
        hint = f"「{near[0]}」のことでしょうか。" if near else ""
        names = "・".join(map(str, choices))
        raise at.error(f"「{value}」は選べません。{hint}{names} から選んでください。")
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise at.error(f"{_expected(kind)}を書いてください。一つだけでも [ ] で囲みます。")
        found, wrong = [], list[ProgrammeError]()
        for place, each in enumerate(value, start=1):
            with noting(wrong):
                found.append(_value(get_args(kind)[0], each, at.into(f"[{place}]")))
        raise_all(wrong)
        return tuple(found)
    return _single(cast("type[Any]", kind), value, at)


def _single(kind: type[Any], value: object, at: _Place) -> object:
    written = hasattr(kind, "from_text") or kind is Fraction
    if isinstance(value, str) and written:
        try:
            return Fraction(value) if kind is Fraction else kind.from_text(value)
        except (ValueError, ZeroDivisionError) as wrong:
            no_fraction = f"「{value}」は分数ではありません。「1/2」のように書いてください。"
            raise at.error(no_fraction if kind is Fraction else str(wrong)) from None
    if is_dataclass(kind) and isinstance(value, Mapping) and (kind is Words or not written):
        return _table(kind, value, at)
    if type(value) is not kind:
        raise at.error(f"「{value}」は使えません。{_expected(kind)}を書いてください。")
    if isinstance(value, str) and not value.strip():
        raise at.error("空です。言葉を書くか、分からなければ「要確認」と書いてください。")
    return value


def _named(kinds: tuple[Any, ...], value: object, at: _Place) -> object:
    """The table as the dataclass that its ``is`` names."""
    names = {snake(kind.__name__): kind for kind in kinds}
    if not isinstance(value, Mapping):
        raise at.error("見出しのある表を書いてください。")
    chosen = value.get("is")
    if str(chosen) not in names:
        any_of = " のどれか" if len(names) > 1 else ""
        choices = f"is には {'・'.join(names)}{any_of}を書いてください。"
        if chosen is None:
            raise at.into("is").error(choices)
        near = difflib.get_close_matches(str(chosen), names, n=1)
        hint = f"「{near[0]}」のことでしたら、その名前に直してください。" if near else ""
        raise at.into("is").error(f"「{chosen}」という種類はありません。{hint}{choices}")
    rest = {key: each for key, each in value.items() if key != "is"}
    return _table(names[str(chosen)], rest, at)


def snake(name: str) -> str:
    """A class's name as the files write it after ``is``.

    >>> snake("NotGrantedBefore")
    'not_granted_before'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _expected(kind: object) -> str:
    if isinstance(kind, TypeAliasType):
        return _expected(kind.__value__)
    origin = get_origin(kind)
    if origin is Literal:
        return "・".join(map(str, get_args(kind))) + " のどれか"
    if origin is tuple:
        return f"[ ] で囲んだ並び（{_expected(get_args(kind)[0])}）"
    if origin in (Union, UnionType):
        return _expected(next(each for each in get_args(kind) if each is not NoneType))
    if hasattr(kind, "from_text"):
        return "引用符で囲んだ言葉"
    return _EXPECTED.get(cast("type", kind), "見出しのある表")


def plain(value: object) -> object:
    """The value in dicts, lists, strings and numbers, written as the programme files write it.

    >>> plain(Week.from_text("mon-fri 8:30-17:15")), plain(Fraction(1, 2)), plain((1, None))
    ('mon-fri 8:30-17:15', '1/2', [1, None])
    """
    if isinstance(value, Week):
        return value.text
    if isinstance(value, (Phone, Fraction, YearlySpan)):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return value


def open_facts(value: object, left_out: tuple[type, ...] = ()) -> Iterator[str]:
    """What is 要確認 in a part of the programme, by the part's name; some kinds are left out.

    >>> from madoguchi.rules.programme.subsidy import NoTaxArrears
    >>> from madoguchi.rules.programme.words import Words
    >>> list(open_facts(NoTaxArrears(Words("市税の滞納がないこと"), "要確認")))
    ['no_tax_arrears.source']
    """
    if isinstance(value, tuple):
        for each in value:
            yield from open_facts(each, left_out)
    elif is_dataclass(value) and not isinstance(value, left_out):
        for field in fields(value):
            inside = getattr(value, field.name)
            if inside == UNCONFIRMED:
                yield f"{snake(type(value).__name__)}.{field.name}"
            else:
                yield from open_facts(inside, left_out)
