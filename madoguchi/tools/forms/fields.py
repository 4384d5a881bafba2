"""The fields a form may have: what each takes, how it is checked, what the page needs to draw it.

A field keeps what was typed as a list of strings and makes one value for work out of it. What is
wrong is a code; its words stand in the texts under `form.<code>`.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from madoguchi.rules import limits
from madoguchi.rules.koyomi.wareki import NotADate, read_date
from madoguchi.rules.numbers import Found, NotYen, numbers, read_yen
from madoguchi.rules.telephone import is_whole, numbers_in, to_dial

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－ー〜~"), "-")
_CONTROL = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080-\u009f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def flaw(words: str, *, lines: bool) -> str | None:
    r"""The code of what makes the words unstorable: `unreadable`, `newline` or None.

    NUL and other control characters cannot be stored everywhere; a lone surrogate cannot be
    encoded; a line break in a single line would split a mail header.

    >>> flaw("渋川", lines=False), flaw("a\x00", lines=False), flaw("a\nb", lines=False)
    (None, 'unreadable', 'newline')
    """
    if _CONTROL.search(words) or _SURROGATE.search(words):
        return "unreadable"
    if not lines and ("\n" in words or "\r" in words):
        return "newline"
    return None


def showable(words: str) -> str:
    """The words without the characters that no page can carry, for showing them again."""
    return _SURROGATE.sub("", _CONTROL.sub("", words))


def plain(words: str) -> str:
    """The words in their usual width (NFKC), without space around.

    >>> plain("　ｶﾞｷﾞ１２ ")
    'ガギ12'
    """
    return unicodedata.normalize("NFKC", words).strip()


def mail_address(words: str) -> str | None:
    """The address, or None when no mail could be sent to it.

    Old carrier addresses with two dots or a dot before the @ are real and accepted, and so are
    letters of any script; no mail reaches a domain without a dot or with numbers at its end.

    >>> mail_address("ｔａｒｏ..x@docomo.ne.jp"), mail_address("taro@"), mail_address("a b@x.jp")
    ('taro..x@docomo.ne.jp', None, None)
    >>> mail_address("aki@exanple"), mail_address("ろう@れい"), mail_address("aki@192.0.2.1")
    (None, None, None)
    """
    address = plain(words)
    local, at, domain = address.rpartition("@")
    quoted = len(local) > 1 and local.startswith('"') and local.endswith('"')
    if not (at and local and domain) or domain.startswith(".") or domain.endswith("."):
        return None
    if not re.search(r"\.[^\W\d_][\w-]*$", domain):
        return None
    if re.search(r"[\s,;<>]", domain) or (not quoted and re.search(r"[\s,;<>@]", local)):
        return None
    return address


_KANJI = str.maketrans("〇一二三四五六七八九", "0123456789")


def whole_number(words: str) -> int | None:
    """The number written with any digits, commas and 円, 歳, 才 or 人 after it; None if none.

    >>> [whole_number(w) for w in ("３００，０００円", "42歳", "12さい", "4人", "-5")]
    [300000, 42, 12, 4, -5]
    >>> [whole_number(w) for w in ("九", "十二", "四十", "百")]
    [9, 12, 40, None]
    """
    bare = re.sub(r"(円|歳|才|さい|人)$", "", plain(words).translate(_DASHES).strip())
    digits = re.sub(r"[,、\s]", "", bare).translate(_KANJI)
    if tens := re.fullmatch(r"([1-9]?)十([1-9]?)", digits):
        return int(tens[1] or 1) * 10 + int(tens[2] or 0)
    return int(digits) if re.fullmatch(r"-?[0-9]{1,12}", digits) else None


type Typed = Sequence[str]
type Value = str | int | date | tuple[str, ...] | None
NO_PHONE = ("なし", "無し", "ない", "none")
"""One's own number: of a mobile or IP telephone, with its area code, or from abroad."""


@dataclass(frozen=True)
class FieldError:
    """What has to be changed in one field (入力の直し): a code and what its words name."""

    name: str
    code: str
    values: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """One question (設問). Its words: `<form>.<name>.label`, and `.hint` if it has one.

    `mark`: the number under which a paper form asks the same (①), drawn before the label.
    `must_if`: some answers of the form make it necessary; `<form>.<name>.must_if` says which.
    `asks`: where its words begin, where several fields or forms ask the same.
    """

    name: str
    required: bool = False
    must_if: bool = False
    hint: bool = False
    mark: str = ""
    asks: str = ""
    kind: ClassVar[str] = "line"
    missing: ClassVar[str] = "required"
    spelling: ClassVar[str] = ""  # the text key of how an answer may be written

    def read(self, given: Typed) -> tuple[Value, FieldError | None]:
        """The value for work, and what is wrong with it."""
        raise NotImplementedError

    def first(self, given: Typed) -> str:
        """The one string that was typed, with one character for each line break; empty if none."""
        return given[0].replace("\r\n", "\n").replace("\r", "\n") if given else ""

    @property
    def in_own_words(self) -> bool:
        """Is it answered in somebody's own words?"""
        return False

    def error(self, code: str, **values: int | str) -> FieldError:
        """An error of this field."""
        return FieldError(self.name, code, values)

    def missing_error(self) -> FieldError | None:
        """The error of an unanswered field, None where an answer may be left out."""
        return self.error(self.missing) if self.required else None


@dataclass(frozen=True)
class Line(Field):
    """A single line of text, kept exactly as typed, unusual forms of characters too.

    `guarded`: a マイナンバー or a card's number is asked about first. What the person says is none
    comes back beside the words, in a field of the same name: `[words, digits, digits]`.
    `or_file`: a record too long for it can be sent as a file beside it.
    """

    limit: int = 200
    autocomplete: str = "off"
    width: str = "wide"
    guarded: bool = False
    or_file: bool = False
    input_type: ClassVar[str] = "text"
    inputmode: ClassVar[str] = ""
    lines: ClassVar[bool] = False

    def read(self, given: Typed) -> tuple[Value, FieldError | None]:
        """The words, or the field error of what cannot be stored, is too long or is missing."""
        words = self.first(given)
        if code := flaw(words, lines=self.lines):
            return None, self.error(code)
        if len(words) > self.limit:
            code = "too_long_record" if self.or_file else "too_long"
            if len(words) > limits.WORDS_A_DRAFT:
                code = "far_too_long"
            return None, self.error(code, limit=self.limit, length=len(words))
        if not words.strip():
            return "", self.missing_error()
        for number in self.numbers(words):
            if number.digits not in given[1:]:
                return None, self.error(number.kind, number=number.masked)
        return self.understand(words)

    @property
    def in_own_words(self) -> bool:
        """A guarded line is; an address, a date or a number is not."""
        return self.guarded

    def numbers(self, words: str) -> tuple[Found, ...]:
        """The numbers that this field asks about."""
        return numbers(words) if self.guarded and len(words) <= self.limit else ()

    def understand(self, words: str) -> tuple[Value, FieldError | None]:
        """The value of words that are storable and not empty."""
        return words.strip(), None


@dataclass(frozen=True)
class Name(Line):
    """A name."""

    limit: int = 100
    autocomplete: str = "name"


@dataclass(frozen=True)
class Tel(Line):
    """A telephone number in any width and with any dashes; its value is what to dial.

    Other words may stand beside it (「夜だけ」). Which of several numbers is rung, an officer
    decides: what a person writes themselves is kept without any number to dial.
    """

    limit: int = 60
    autocomplete: str = "tel"
    or_none: bool = False  # who has none, or cannot use it, may say so
    own: bool = False  # a person's whole number, no service like 110
    several: bool = False  # the person may write more than one: none is dialled then
    width: str = "middle"
    input_type: ClassVar[str] = "tel"
    inputmode: ClassVar[str] = "tel"

    def understand(self, words: str) -> tuple[Value, FieldError | None]:
        """The digits, if they can be dialled; a number from abroad begins with +."""
        digits, found = to_dial(words), numbers_in(words)
        if self.or_none and plain(words).casefold() in NO_PHONE:
            return "", None
        if len(found) > 1:
            return ("", None) if self.several else (None, self.error("tel_several"))
        if digits and (not self.own or is_whole(digits)):
            return digits, None
        return None, self.error("tel_own" if found or self.own else "tel")


@dataclass(frozen=True)
class Email(Line):
    """A mail address, asked once."""

    limit: int = 320
    autocomplete: str = "email"
    input_type: ClassVar[str] = "email"
    inputmode: ClassVar[str] = "email"

    def understand(self, words: str) -> tuple[Value, FieldError | None]:
        address = mail_address(words)
        return (address, None) if address else (None, self.error("email"))


@dataclass(frozen=True)
class Whole(Line):
    """A whole number between `least` and `most`; its unit stands in the label."""

    limit: int = 20
    least: int = 0
    most: int = 999_999_999
    year: bool = False  # years have no commas
    width: str = "narrow"
    inputmode: ClassVar[str] = "numeric"

    def understand(self, words: str) -> tuple[Value, FieldError | None]:
        number = whole_number(words)
        if number is None:
            return None, self.error("whole")
        if not self.least <= number <= self.most:
            write = str if self.year else int
            return None, self.error("range", least=write(self.least), most=write(self.most))
        return number, None


@dataclass(frozen=True)
class Yen(Line):
    """An amount of whole yen, as people write it: 15万円 and １５０，０００ too."""

    limit: int = 40
    width: str = "narrow"
    inputmode: ClassVar[str] = "numeric"

    def understand(self, words: str) -> tuple[Value, FieldError | None]:
        try:
            return read_yen(words), None
        except NotYen as wrong:
            return None, self.error(f"yen_{wrong.code}")


@dataclass(frozen=True)
class Story(Line):
    """Several lines in the person's own words, kept exactly."""

    limit: int = limits.WORDS_A_FIELD
    rows: int = 8
    kind: ClassVar[str] = "story"
    lines: ClassVar[bool] = True

    def understand(self, words: str) -> tuple[Value, FieldError | None]:
        """The words as they were written."""
        return words, None


@dataclass(frozen=True)
class Choice(Field):
    """One answer of several (ラジオボタン). Words of an answer: `<form>.<name>.<option>`."""

    options: tuple[str, ...] = ()
    kind: ClassVar[str] = "choice"
    missing: ClassVar[str] = "choose"

    def read(self, given: Typed) -> tuple[Value, FieldError | None]:
        """The chosen answer; an answer that was not offered counts as none."""
        chosen = [g for g in given if g in self.options][:1]
        return (chosen[0], None) if chosen else ("", self.missing_error())


@dataclass(frozen=True)
class Choices(Field):
    """Any number of answers (チェックボックス). Words of an answer: `<form>.<name>.<option>`."""

    options: tuple[str, ...] = ()
    kind: ClassVar[str] = "choices"
    missing: ClassVar[str] = "choose_some"

    def read(self, given: Typed) -> tuple[Value, FieldError | None]:
        """The chosen answers in the order of the page."""
        chosen = tuple(o for o in self.options if o in given)
        return chosen, None if chosen else self.missing_error()


@dataclass(frozen=True)
class Day(Field):
    """A date in three boxes, era years too: 令和6, R6 or 2024 in the first (年月日)."""

    kind: ClassVar[str] = "day"
    missing: ClassVar[str] = "date"

    def read(self, given: Typed) -> tuple[Value, FieldError | None]:
        """The day; a box left empty counts as not written unless all three are."""
        boxes = [plain(box) for box in given]
        if not any(boxes):
            return None, self.missing_error()
        year, month, day = (*boxes, "", "", "")[:3]
        try:
            return read_date(f"{year.removesuffix('年')}年{month}月{day}日").day, None
        except NotADate as wrong:
            return None, self.error("date" if wrong.code == "unreadable" else "no_such_day")


@dataclass(frozen=True)
class Files(Field):
    """Files sent with the form. Their bytes are held elsewhere; the page lists those held."""

    kind: ClassVar[str] = "files"

    def read(self, given: Typed) -> tuple[Value, FieldError | None]:  # noqa: ARG002 - files are not typed
        """Nothing: whether a file is missing is for the errand to say, with `Filled.refuse`."""
        return None, None
