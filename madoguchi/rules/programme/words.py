"""Words that a citizen reads, in the columns of the site: Japanese, plain Japanese, English.

Whether they may be found so (ことばの確かめ): no blame, no cheering, short, easy where promised.
"""

import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Self

type Column = Literal["ja", "easy", "en"]
COLUMNS: tuple[Column, ...] = ("ja", "easy", "en")
UNCONFIRMED = "要確認"
PLACEHOLDER = re.compile(
    r"(?:[@./]|^)example\.(?:[a-z.]*(?:jp|com|org|net))|\.(?:invalid|example|test)(?:[/:]|$)|^0+(?:-0+)*-?0*1?$"
)
BANNED = (
    r"がんばって|頑張って",
    r"気を強く|前向きに|早く忘れ|元気を出し|気にしすぎ",
    r"あなたにも(?:悪い|落ち度|原因)",
    r"なぜ(?:すぐに|もっと早く)",
    r"運が悪|みんな(?:同じ|苦し)|泣き寝入り",
    r"不正な(?:値|入力)|無効です|失敗しました",
    r"お客様|こちらをクリック|※必須",
)
NOT_EASY = (
    r"ください(?:ますよう|ませ)",
    r"いただ[きくけ]",
    r"お[^ 、。\n]{1,6}になる",
    r"ございま",
    r"[〜※]",
    r"ないわけではない|ざるを得",
    r"および|ならびに|旨|該当",
)
NEUTRAL = r"誹謗|中傷|被害|弁護士|加害|いじめ|脅"
"""Words that are in no title and no mail: somebody else may be looking at the screen."""
TRANSACTIONS = (
    "safety",
    "consult",
    "follow",
    "leave",
    "book",
    "own_clinic",
    "own_grant",
    "visit",
    "agree",
    "enquiry",
    "apply",
    "check",
)
LIMITS: dict[str, int] = {"ja": 80, "easy": 40}
"""Characters of a sentence that a reader can hold."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words together with the column they came from, so that a gap can be marked as Japanese."""

    words: str
    column: Column


@dataclass(frozen=True, slots=True)
class Words:
    """One saying in up to three columns (``easy``: やさしい日本語); a gap shows Japanese."""

    ja: str
    easy: str | None = None
    en: str | None = None

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Words that exist in Japanese only.

        >>> Words.from_text("渋川市").ja
        '渋川市'
        """
        return cls(text)

    @property
    def confirmed(self) -> "Words | None":
        """The words, or None where they only say 要確認."""
        return None if self.ja == UNCONFIRMED else self

    def each(self, said: Callable[[str], str]) -> "Words":
        """The words of every column as a function says them.

        >>> Words("a", en="b").each(str.upper)
        Words(ja='A', easy=None, en='B')
        """
        easy, en = (words if words is None else said(words) for words in (self.easy, self.en))
        return Words(said(self.ja), easy, en)

    def get(self, column: Column = "ja") -> Text:
        """The words of a column, or the Japanese ones marked as such.

        >>> Words("渋川市", en="Shibukawa City").get("easy")
        Text(words='渋川市', column='ja')
        """
        words = {"ja": self.ja, "easy": self.easy, "en": self.en}[column]
        return Text(self.ja, "ja") if words is None else Text(words, column)


@dataclass(frozen=True, slots=True)
class Fault:
    """What to change in words (直すところ): a code, and the words that it is about."""

    code: str
    found: str
    limit: int = 0


def faults(words: str, column: Column) -> tuple[Fault, ...]:
    """What to change in words of a column; none where they may be shown.

    >>> faults("頑張ってください。", "ja")
    (Fault(code='banned', found='頑張って', limit=0),)
    >>> faults("お電話をいただきます。", "easy")[0].code
    'not_easy'
    """
    rules = [("banned", rule) for rule in BANNED]
    if column == "easy":
        rules += [("not_easy", rule) for rule in NOT_EASY]
    found = [Fault(code, hit.group()) for code, rule in rules if (hit := re.search(rule, words))]
    limit = LIMITS.get(column)
    long = [each for each in sentences(words) if limit and length(each) > limit]
    return (*found, *(Fault("long", each, limit or 0) for each in long))


def is_placeholder(written: str) -> bool:
    """Whether an address or number is one that the template came with, and nobody's.

    >>> [is_placeholder(each) for each in ("https://www.example.lg.jp/", "a@b.invalid")]
    [True, True]
    >>> [is_placeholder(each) for each in ("000-000-0001", "0279-22-2130", "見本市")]
    [True, False, False]
    """
    return PLACEHOLDER.search(written) is not None


def must_be_neutral(key: str) -> bool:
    """Whether the words of a key may not tell what they are about.

    >>> must_be_neutral("mail.subject"), must_be_neutral("consult.title")
    (True, True)
    >>> must_be_neutral("landing.lead")
    False
    """
    title = re.search(r"(?:^|[._])title$", key) is not None
    return key.startswith("mail.") or (key.startswith(TRANSACTIONS) and title)


def variables(words: str) -> frozenset[str]:
    """The names in braces.

    >>> sorted(variables("{city}の{name}です"))
    ['city', 'name']

    Raises:
        ValueError: braces that do not close, or that hold more than a name.
    """
    names: set[str] = set()
    for _, name, spec, conversion in string.Formatter().parse(words):
        if name is not None and (not name.isidentifier() or spec or conversion):
            raise ValueError(name)
        names.update({name} if name else ())
    return frozenset(names)


def named(words: Words) -> frozenset[str]:
    """The names in any column: those that a page has for the words.

    >>> sorted(named(Words("{hour}時", en="{hour12} {half}")))
    ['half', 'hour', 'hour12']
    """
    columns = filter(None, (words.ja, words.easy, words.en))
    return frozenset[str]().union(*map(variables, columns))


def sentences(words: str) -> list[str]:
    """The sentences of a text, without markdown's signs, marks, addresses and table rows.

    >>> sentences("- 一つ目。二つ目。[dv_navi：☎です。]")
    ['一つ目。', '二つ目。', '☎です。']
    """
    plain = re.sub(
        r"\]\([^)]*\)|\[\w+：|^\s*(?:[#>*+-]+|\d+\.)\s|[*`\[\]]", "", words, flags=re.MULTILINE
    )
    lines = [line for line in plain.splitlines() if not line.lstrip().startswith("|")]
    return [
        part.strip() for line in lines for part in re.split(r"(?<=[。！？])", line) if part.strip()
    ]


def length(sentence: str) -> int:
    """Characters a reader reads: a variable counts as four; spaces and addresses not at all.

    >>> length("{city}の 窓口"), length("https://example.jp/ です")
    (7, 2)
    """
    return len(re.sub(r"https?://\S+|\s", "", re.sub(r"\{\w+\}", "○○○○", sentence)))
