"""The site's short words and prose: one key, up to three columns, the city's own first."""

import re
import string
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path

from madoguchi.rules.programme.city import Kind
from madoguchi.rules.programme.load import NATIONAL, folder, has_phone, is_free, kind_of
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.read import ProgrammeError, noting, raise_all, read_toml
from madoguchi.rules.programme.words import COLUMNS, Column, Text, Words, variables

BLOCKS = "block."
KINDS: Mapping[Kind, tuple[str, str, str]] = {
    "市": ("市役所", "し", "city"),
    "町": ("町役場", "まち", "town"),
    "村": ("村役場", "むら", "village"),
    "区": ("区役所", "く", "ward"),
    "都": ("都庁", "と", "metropolis"),
    "道": ("道庁", "どう", "prefecture"),
    "府": ("府庁", "ふ", "prefecture"),
    "県": ("県庁", "けん", "prefecture"),
}
"""What the house of each is called, how it is read, and what it is in English."""
CALLED = re.compile(r"\[(市役所|市（し）|市|city|City)\]")
WHERE_SO = re.compile(r"\[(電話|無料)：([^]|]*)\|?([^]]*)\]")
"""What is said where the desk has a telephone, or its clinic costs nothing, and what else."""
NUMBER = "☎"
OF_AGENCY = re.compile(r"\[([a-z0-9_]+)：([^]|｜]*)[|｜]?([^]]*)\]")
"""What is said where an agency has a number to tell, put in for ☎, and what else (| or ｜)."""
ONLY_WHERE = re.compile(
    r"^([ \t]*(?:[-*]|\d+\.|#+)?[ \t]*)"
    r"\[(clinic|clinic_free|clinic_not_free|web|subsidy|before_contract|after_payment|timing)\] ?"
)
"""The mark of a line of prose that is shown only where it is so: `Programme.marks`."""


@dataclass(frozen=True, eq=False)
class Texts:
    """All words of one municipality's windows (文言); the same ones are the same object.

    ``so``: what is so in this city, of what `where_so` knows. ``paragraphs``: page, column, the
    paragraph as it was, the paragraph as it is now. ``numbers``: those of the agencies, by id, once
    they were put in (`telling`); the settings show the words without them.
    """

    words: Mapping[str, Words]
    pages: tuple[Path, ...] = field(default=())
    kind: Kind = "市"
    so: frozenset[str] = frozenset()
    paragraphs: tuple[tuple[str, Column, str, str], ...] = ()
    numbers: Mapping[str, str] | None = None

    def raw(self, key: str, column: Column = "ja") -> Text:
        """The words of a key with their ``{variables}`` still in them.

        Raises:
            KeyError: there is no such key; it names the key.
        """
        try:
            return self.words[key].get(column)
        except KeyError:
            raise KeyError(f"text {key!r} stands in no texts/*.toml") from None

    def get(self, key: str, column: Column = "ja", **values: object) -> Text:
        """The words of a key with the values put in; a missing column gives the Japanese words.

        >>> Texts({"a.b": Words("{name}です")}).get("a.b", "en", name="窓口")
        Text(words='窓口です', column='ja')

        Raises:
            KeyError: the key, or a variable of the words, is missing.
        """
        raw = self.raw(key, column)
        try:
            return Text(raw.words.format(**values), raw.column)
        except KeyError as missing:
            raise KeyError(f"text {key!r} needs the variable {missing}") from None

    def prose(self) -> tuple[str, ...]:
        """The names of the pages of prose, in alphabetical order."""
        return tuple(sorted({each.name for place in self.pages for each in place.glob("*")}))

    def page(self, name: str, column: Column = "ja") -> Text:
        """The Markdown of a prose page in a column, or the Japanese one marked as such.

        Raises:
            KeyError: the page is in no column.
        """
        for wanted in dict.fromkeys((column, "ja")):
            for place in self.pages:
                path = place / name / f"{wanted}.md"
                if path.is_file():
                    prose = where_so(called(_markdown(path), self.kind), self.so)
                    prose = self._with_decided(name, wanted, prose)
                    if self.numbers is not None:
                        prose = with_numbers(prose, self.numbers)
                    return Text(prose, wanted)
        raise KeyError(f"page {name!r} has no ja.md in texts/pages/")

    def _with_decided(self, name: str, column: Column, prose: str) -> str:
        """The prose with the paragraphs that the desk has replaced."""
        current = paragraphs(prose)
        for page, at, was, now in self.paragraphs:
            if (page, at) == (name, column) and variables(now) <= variables(prose):
                current = [now if each == was else each for each in current]
        return "\n\n".join(current) + "\n" if self.paragraphs else prose

    def gaps(self, column: Column) -> tuple[str, ...]:
        """The keys that have no words in a column, without the desk's, which are Japanese only."""
        public = ((key, words) for key, words in self.words.items() if not is_desk(key))
        return tuple(key for key, words in public if getattr(words, column) is None)


def called(words: str, kind: Kind) -> str:
    """The words of a city in those of another kind of municipality.

    >>> called("[市]の職員、[市役所]で。The [city]'s desk", "町")
    "町の職員、町役場で。The town's desk"
    """
    if "[" not in words:
        return words
    house, reading, english = KINDS[kind]
    put = {
        "市": kind,
        "市役所": house,
        "市（し）": f"{kind}（{reading}）",
        "city": english,
        "City": english.capitalize(),
    }
    return CALLED.sub(lambda found: put[found[1]], words)


def where_so(words: str, so: frozenset[str]) -> str:
    """The words as they are said where the desk has a telephone (電話) or a free clinic (無料).

    >>> where_so("USBでお持ち[電話：いただくか、お電話]ください。", frozenset())
    'USBでお持ちください。'
    >>> where_so("[無料：Free talk|Talk] with a lawyer", frozenset({"無料"}))
    'Free talk with a lawyer'
    """
    return WHERE_SO.sub(lambda found: found[2] if found[1] in so else found[3], words)


def with_numbers(words: str, numbers: Mapping[str, str]) -> str:
    """The words with the numbers of those agencies, and without what is said of the others.

    >>> [with_numbers("110[child_189：か☎]", each) for each in ({"child_189": "189"}, {})]
    ['110か189', '110']
    >>> with_numbers("[child_189：, 119 or ☎| or 119]", {})
    ' or 119'
    """

    def said(found: re.Match[str]) -> str:
        number = numbers.get(found[1])
        return found[3] if number is None else found[2].replace(NUMBER, number)

    return OF_AGENCY.sub(said, words)


def unnumbered(words: str, agencies: Collection[str]) -> str | None:
    """What of the words can never become a number: an agency or a ☎ without the other.

    >>> known = {"a"}
    >>> [unnumbered(each, known) for each in ("[a：☎｜110]", "[b：☎]", "[a: ☎]", "[a：℡]")]
    [None, 'b', '☎', 'a']
    """
    marks = OF_AGENCY.finditer(words)
    wrong = (mark[1] for mark in marks if mark[1] not in agencies or NUMBER not in mark[2])
    outside = NUMBER if NUMBER in OF_AGENCY.sub(r"\3", words) else None
    return next(wrong, outside)


def telling(texts: Texts, programme: Programme) -> Texts:
    """The texts with the numbers of the directory; the same numbers give the same object."""
    return _telling(texts, programme.numbers)


@lru_cache(maxsize=64)
def _telling(texts: Texts, numbers: tuple[tuple[str, str], ...]) -> Texts:
    known = dict(numbers)
    words = {
        key: row.each(lambda said: with_numbers(said, known)) for key, row in texts.words.items()
    }
    return replace(texts, words=words, numbers=known)


def only_where(prose: str, marks: frozenset[str]) -> str:
    r"""The prose with the marked lines of what is so, and without those of what is not.

    >>> only_where("- [clinic] 無料相談\n- [subsidy] 補助\n- 窓口\n", frozenset({"clinic"}))
    '- 無料相談\n- 窓口\n'
    """
    lines = []
    for line in prose.splitlines(keepends=True):
        found = ONLY_WHERE.match(line)
        if found is None:
            lines.append(line)
        elif found[2] in marks:
            lines.append(found[1] + line[found.end() :])
    return "".join(lines)


def paragraphs(prose: str) -> list[str]:
    r"""The paragraphs of a page of prose, headings, lists and tables among them.

    >>> paragraphs("## 見出し\n\n一行目\n二行目\n")
    ['## 見出し', '一行目\n二行目']
    """
    return [each.strip("\n") for each in re.split(r"\n[ \t]*\n", prose) if each.strip()]


def texts(slug: str) -> Texts:
    """The words of one municipality, read once and kept.

    Raises:
        ProgrammeError: a file is wrong; the text says which, where and what to do.
    """
    return _texts(folder(slug), folder(NATIONAL))


@cache
def _texts(here: Path, national: Path) -> Texts:
    """The city's words over the national ones.

    A key that no page uses is refused, since it would never be seen. Text blocks (定型文) are
    listed by whatever is there: a city may add its own.
    """
    known, own = _folder(national), _folder(here)
    raise_all(
        [
            ProgrammeError(
                f"{here.name}/texts の {key}：この文言は使われません。"
                f"{NATIONAL}/texts にある名前に直してください。"
            )
            for key in own
            if key not in known and not key.startswith(BLOCKS)
        ]
    )
    places = (here, national)
    raise_all([ProgrammeError(each) for each in _unnumbered({**known, **own}, places)])
    kind = kind_of(here)
    is_so = {"電話": has_phone(here), "無料": is_free(here)}
    so = frozenset(name for name, holds in is_so.items() if holds)
    words = {
        key: row.each(lambda said: where_so(called(said, kind), so))
        for key, row in {**known, **own}.items()
    }
    return Texts(words, tuple(place / "texts" / "pages" for place in places), kind, so)


def _unnumbered(words: Mapping[str, Words], places: tuple[Path, ...]) -> Iterator[str]:
    """Which words and pages name an agency that is in no file, or have a ☎ without one."""
    agencies = {path.stem for place in places for path in (place / "agencies").glob("*.toml")}
    said = [
        (f"{places[0].name}/texts の {key}", each)
        for key, row in words.items()
        for each in (row.ja, row.easy, row.en)
    ]
    said += [
        ("/".join(path.parts[-5:]), _markdown(path))
        for place in places
        for path in sorted((place / "texts" / "pages").glob("*/*.md"))
    ]
    for where, each in said:
        if wrong := unnumbered(each or "", agencies):
            yield (
                f"{where}：「{wrong}」の番号が分かりません。[police_8103：か☎] のように、"
                "agencies/ のファイル名とともに書いてください。"
            )


@cache
def _folder(place: Path) -> dict[str, Words]:
    """The words of one folder by key; what stands in two files is refused."""
    found, wrong = dict[str, Words](), list[ProgrammeError]()
    for path in sorted((place / "texts").glob("*.toml")):
        called = f"{place.name}/texts/{path.name}"
        with noting(wrong):
            for key, value in _leaves(read_toml(path, called)):
                with noting(wrong):
                    if key in found:
                        raise ProgrammeError(
                            f"{called} の {key}：同じ名前が二度あります。一つにしてください。"
                        )
                    found[key] = _words(value, called, key)
    raise_all(wrong)
    return found


def _leaves(table: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        key = f"{above}.{name}" if above else name
        if isinstance(value, Mapping) and not any(column in value for column in COLUMNS):
            yield from _leaves(value, key)
        else:
            yield key, value


def _words(value: object, called: str, key: str) -> Words:
    value = {"ja": value} if isinstance(value, str) else value
    if not isinstance(value, Mapping):
        raise ProgrammeError(f"{called} の {key}：引用符で囲んだ言葉を書いてください。")
    unknown = sorted(set(value) - set(COLUMNS))
    if unknown:
        raise ProgrammeError(
            f"{called} の {key}.{unknown[0]}：列は {'・'.join(COLUMNS)} だけです。"
        )
    if "ja" not in value:
        raise ProgrammeError(f"{called} の {key}：ja（日本語）がありません。書いてください。")
    columns = {
        column: _column_text(each, f"{called} の {key}.{column}") for column, each in value.items()
    }
    return Words(columns["ja"], columns.get("easy"), columns.get("en"))


def _column_text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ProgrammeError(f"{where}：引用符で囲んだ言葉を書いてください。")
    try:
        parts = list(string.Formatter().parse(value))
    except ValueError:
        raise ProgrammeError(f"{where}：かっこ {{ }} の数が合いません。") from None
    for _, name, spec, conversion in parts:
        if name is not None and (not name.isidentifier() or spec or conversion):
            raise ProgrammeError(
                f"{where}：{{{name}}} は使えません。{{name}} のように名前だけを書いてください。"
            )
    return value


def is_desk(key: str) -> bool:
    """Whether the words are for the desk's own windows, in Japanese only.

    >>> is_desk("desk.menu.inbox"), is_desk("desks.lead")
    (True, False)
    """
    return re.match(r"desk[._]", key) is not None


@cache
def _markdown(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")
