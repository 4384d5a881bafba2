"""Who must not meet on one clinic day (同席を避ける): the same person, the other party, both's.

What is compared are words as people spelled them, so a meeting is a warning with a reason to give,
never a refusal. Nothing is kept: parties are made, compared and forgotten.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal, Self
from uuid import UUID

from madoguchi.rules.spelling import fold, loosen
from madoguchi.rules.telephone import at_home, numbers_in

type Link = Literal["same_person", "other_party", "same_other"]

LEAST_WITHIN = 3
"""So many signs a name must have to be looked for within longer words."""
LEAST_WORD = 4
"""So many signs a word among others must have to be taken for a name: 「元上司」 is none."""
LEAST_DIGITS = 9
HONORIFICS = tuple(map(fold, ("さん", "さま", "様", "氏", "君", "くん", "ちゃん", "殿")))
_WORD = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff々〆\U00020000-\U0003ffff]+|[ァ-ヺー]+|[a-z0-9_@.-]+"
)
_NOBODY = re.compile(
    r"(相手|アイテ|誰|ダレ|名前)?(ナノカ|カ|ハ|ガ|モ)?"
    r"(不明|匿名|ワカラナイ|分カラナイ|ワカリマセン|分カリマセン|知ラナイ|シラナイ|名無シ|無シ|ナシ|ナイ)"
    r"(ノ?人|ノ?アカウント|デス)?[。.]?"
)
_KIN = re.compile(
    r"(元|前|昔|今|同ジ|ノ|義理|会社|職場|学校|クラス|バイト|先|近所|隣|取引|人"
    r"|夫|妻|旦那|嫁|彼氏|彼女|彼|恋人|交際相手|相手|父|母|兄|弟|姉|妹|息子|娘|家族|親族|親"
    r"|上司|部下|同僚|先輩|後輩|友人|友達|知人|知リ合イ|同級生|メート|担任|教師|先生|生徒|客"
    r"|アカウント|フォロワー|ユーチューバー|インスタグラム|ツイッター|ユーチューブ|エックス)+"
)
"""Somebody's boss is no name: two people may each have one."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who comes for a case, and against whom: in one spelling (`of` makes it).

    ``names``: of the person, with the reading. ``others``: whom it is about, as they were written.
    """

    case_id: UUID
    names: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        case_id: UUID,
        names: Iterable[str] = (),
        phones: Iterable[str] = (),
        others: Iterable[str] = (),
    ) -> Self:
        """The party of what was written down; no words and 「分からない」 count for nothing.

        >>> from uuid import UUID
        >>> Party.of(UUID(int=1), ["山田　花子さん"], ["＋81 90-1234-5678"]).phones
        frozenset({'09012345678'})
        """
        dialled = (number for words in phones for number in numbers_in(words))
        return cls(
            case_id,
            names=frozenset(filter(None, (_bare(fold(name)) for name in names))),
            phones=frozenset(
                digits for digits in map(at_home, dialled) if len(digits) >= LEAST_DIGITS
            ),
            others=frozenset(name for words in others for name in _names_in(words)),
        )


def meets(mine: Party, theirs: Party) -> frozenset[Link]:
    """Why two parties should not meet; empty where nothing speaks against it.

    It reads the same from both sides. A name within longer words counts where one of the two is an
    other party, for those are written as people speak of them.

    >>> from uuid import UUID
    >>> one = Party.of(UUID(int=1), ["山田花子"], others=["元上司の鈴木一郎"])
    >>> two = Party.of(UUID(int=2), ["ｽｽﾞｷ ｲﾁﾛｳ", "鈴木　一郎"])
    >>> sorted(meets(one, two))
    ['other_party']
    """
    same_case = mine.case_id == theirs.case_id
    found: dict[Link, bool] = {
        "same_person": same_case or bool(mine.names & theirs.names or mine.phones & theirs.phones),
        "other_party": _spoken_of(mine.others, theirs.names)
        or _spoken_of(theirs.others, mine.names),
        "same_other": _spoken_of(mine.others, theirs.others),
    }
    return frozenset(link for link, holds in found.items() if holds)


def far_enough(number: int, taken: Iterable[int], apart_slots: int) -> bool:
    """Whether so many slots lie between one slot and each of the others; never the same slot.

    >>> far_enough(3, [1], 1), far_enough(2, [1], 1), far_enough(1, [1], 0)
    (True, False, False)
    """
    return all(abs(number - other) > apart_slots for other in taken)


def _names_in(words: str) -> Iterator[str]:
    """What may be a name in the words about an other party: all of them, and the longer ones."""
    text = "".join(loosen(words).split())
    found = (text, *(each for each in _WORD.findall(text) if len(each) >= LEAST_WORD))
    for each in map(_bare, map(fold, found)):
        if each and not _NOBODY.fullmatch(each) and not _KIN.fullmatch(each):
            yield each


def _bare(name: str) -> str:
    """The name without what is said after it out of politeness."""
    for each in HONORIFICS:
        if len(name) > len(each) and name.endswith(each):
            return name.removesuffix(each)
    return name


def _spoken_of(names: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two names are the same, or one stands within the other."""
    for name, other in product(names, others):
        short, long = sorted((name, other), key=len)
        if short == long or (len(short) >= LEAST_WITHIN and short in long):
            return True
    return False
