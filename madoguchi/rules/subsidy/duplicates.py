"""What two applications have in common (重なり): shown to the officer, never decided.

Of names only the reading of the given name counts, and only together with something else that is
the same: a family name changes with a marriage, and is shared within a household.
"""

import re
from dataclasses import dataclass

from madoguchi.rules import telephone
from madoguchi.rules.decision import Held, Reason
from madoguchi.rules.spelling import DASHES, fold

_POSTCODE = re.compile(r"^〒?\d{3}ー?\d{4}")
_PREFECTURE = re.compile(r"^(?:北海道|東京都|京都府|大阪府|..県|...県)")
_APART = re.compile(r"(?<=\d)\s+(?=\d)")  # else 3 and room 405 would be 3405
_KANJI = "〇一二三四五六七八九"
_TENS = re.compile(rf"([{_KANJI}]?)十([{_KANJI}]?)(?=丁目|番|号)")
_ONES = re.compile(rf"([{_KANJI}]+)(?=丁目|番|号)")
_BLOCKS = re.compile(r"(?<=\d)(?:丁目|番地ノ?|番|号棟|号室|号|ノ)(?=(ー?\d)?)")


@dataclass(frozen=True, slots=True)
class Who:
    """Who applies, in the words of the application; what is not known is "".

    ``born_on`` is written ``2001-04-01``; ``account``: bank, branch, kind and number in a row;
    ``former_name`` as it was given, whole or the family name alone.
    """

    kana: str = ""
    phone: str = ""
    address: str = ""
    born_on: str = ""
    account: str = ""
    name: str = ""
    former_name: str = ""


def alike(one: Who, other: Who) -> tuple[Reason, ...]:
    """What is the same of both, however it is spelled; an unknown value equals nothing.

    >>> before = Who("サトウ ハナコ", "090-1234-5678", "渋川市石原80番地", "2001-04-01")
    >>> after = Who("たなか　はなこ", "+819012345678", "群馬県渋川市石原８０", "2001-04-01")
    >>> [reason.code for reason in alike(before, after)]
    ['grant.alike.phone', 'grant.alike.address', 'grant.alike.birth', 'grant.alike.name']
    """
    same: list[str] = []
    if telephone.same_number(_dialled(one.phone), _dialled(other.phone)):
        same.append("phone")
    if _equal(place(one.address), place(other.address)):
        same.append("address")
    if _equal(_digits(one.account), _digits(other.account)):
        same.append("account")
    if _equal(given(one.kana), given(other.kana)):
        supported = bool(same) or _renamed(one, other) or _renamed(other, one)
        if _equal(one.born_on, other.born_on):
            same.append("birth")
        if supported:
            same.append("name")
    return tuple(Reason(f"grant.alike.{code}", Held.UNKNOWN) for code in same)


def marks(who: Who) -> frozenset[str]:
    """The marks of an application: two that are `alike` share one, whoever came first.

    Who shares one need not be alike: `alike` says so.

    >>> sorted(marks(Who("サトウ ハナコ", "+819012345678", born_on="2001-04-01")))
    ['birth ハナコ 2001-04-01', 'phone 09012345678']
    >>> before = Who("サトウ ハナコ", name="佐藤 花子")
    >>> after = Who("タナカ ハナコ", name="田中 花子", former_name="佐藤")
    >>> marks(before) & marks(after)
    frozenset({'name ハナコ 佐藤'})
    """
    first = given(who.kana)
    called = {_joined(name) for name in (*_names(who), who.former_name)} if first else ()
    found = {
        ("phone", telephone.at_home(_dialled(who.phone))),
        ("address", place(who.address)),
        ("account", _digits(who.account)),
        ("birth", f"{first} {who.born_on}" if first and who.born_on else ""),
        *(("name", f"{first} {name}" if name else "") for name in called),
    }
    return frozenset(f"{kind} {value}" for kind, value in found if value)


def _renamed(one: Who, other: Who) -> bool:
    """Whether somebody was once called what the other is called."""
    return any(_equal(_joined(one.former_name), _joined(name)) for name in _names(other))


def _names(who: Who) -> tuple[str, ...]:
    """What they are called now: the whole name, and the family name alone."""
    return (who.name, *who.name.split()[:1])


def _joined(name: str) -> str:
    return fold("".join(name.split()))


def _equal(one: str, other: str) -> bool:
    return bool(one) and one == other


def given(kana: str) -> str:
    """The reading of the given name, which stays when a family name changes.

    >>> given("サトウ　ハナコ"), given("ﾀﾅｶ ﾊﾅｺ"), given("ハナコ")
    ('ハナコ', 'ハナコ', 'ハナコ')
    """
    parts = kana.split()
    return fold(parts[-1]) if parts else ""


def place(address: str) -> str:
    """An address in one spelling: without postcode and prefecture, numbers with dashes.

    >>> place("〒377-8501 群馬県渋川市石原一丁目２番３号"), place("渋川市石原1の2の3")
    ('渋川市石原1ー2ー3', '渋川市石原1ー2ー3')
    >>> place("渋川市石原80番地コーポ石原１０１号室")
    '渋川市石原80ーコーポ石原101'
    """
    plain = _PREFECTURE.sub("", _POSTCODE.sub("", fold(_APART.sub(DASHES[0], address))), count=1)
    digits = _ONES.sub(_one_by_one, _TENS.sub(_ten, plain))
    dashed = _BLOCKS.sub(DASHES[0], digits.replace("ヶ", "ケ"))
    return re.sub(rf"{DASHES[0]}+", DASHES[0], dashed).strip(DASHES[0])


def _ten(found: re.Match[str]) -> str:
    tens, ones = found.groups()
    return str(10 * (_KANJI.index(tens) if tens else 1) + (_KANJI.index(ones) if ones else 0))


def _one_by_one(found: re.Match[str]) -> str:
    return "".join(str(_KANJI.index(sign)) for sign in found[1])


def _dialled(phone: str) -> str:
    folded = fold(phone)
    plus = "+" if folded.startswith("+") else ""
    return plus + _digits(folded)


def _digits(text: str) -> str:
    return "".join(sign for sign in fold(text) if sign in "0123456789")
