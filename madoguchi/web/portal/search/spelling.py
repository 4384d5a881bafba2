"""Words made comparable for search (さがすための形): width, kana, case, marks, one slip."""

import re
import unicodedata

KATAKANA, HIRAGANA = 0x30A1, 0x3041
_KANA = {code: code - KATAKANA + HIRAGANA for code in range(KATAKANA, 0x30F7)}
_MARKS = re.compile(r"[\s、。，．・,.!?！？「」『』（）()\[\]〜~…‥:：;；/／\-‐−]+")
SHORTEST_TYPO = 3


def fold(words: str) -> str:
    """The words in one spelling: usual width, hiragana, lower case, without marks and spaces.

    >>> fold("ﾂｲｯﾀｰ　削除！"), fold("消シたい"), fold("Ｘ（旧Twitter）")
    ('ついったー削除', '消したい', 'x旧twitter')
    """
    usual = unicodedata.normalize("NFKC", words).casefold()
    return _MARKS.sub("", usual).translate(_KANA)


def terms(words: str) -> tuple[str, ...]:
    """What was typed, as folded words, cut at spaces and marks.

    >>> terms("削除　したい、ＸのツイートURL")
    ('削除', 'したい', 'xのついーとurl')
    """
    parts = _MARKS.split(unicodedata.normalize("NFKC", words))
    return tuple(dict.fromkeys(fold(part) for part in parts if fold(part)))


def one_slip(a: str, b: str) -> bool:
    """Do the words differ by one letter put in, left out or changed, or by two swapped?

    >>> one_slip("さくじょ", "さくじよ"), one_slip("しょうこ", "しょこ"), one_slip("削除", "証拠")
    (True, True, False)
    """
    if abs(len(a) - len(b)) > 1 or min(len(a), len(b)) < SHORTEST_TYPO:
        return False
    at = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    rest_a, rest_b = a[at:], b[at:]
    return (
        rest_a[1:] == rest_b[1:]
        or rest_a == rest_b[1:]
        or rest_a[1:] == rest_b
        or (rest_a[:2] == rest_b[:2][::-1] and rest_a[2:] == rest_b[2:])
    )
