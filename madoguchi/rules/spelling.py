"""Japanese words however they are spelled (表記ゆれ): for looking alone.

Text is loosened, which is cheap; a needle knows every spelling of its words and is looked for in
loosened text. `fold` is what both mean: the one spelling to which all others lead.
"""

import re
import unicodedata

# The sign in use today, then the old and the other forms of it that stand in names.
FORMS = (
    "高髙", "崎﨑碕嵜", "斉斎齋齊", "辺邊邉", "浜濵濱", "徳德", "吉𠮷", "沢澤", "広廣", "国國",
    "島嶋嶌", "富冨", "真眞", "恵惠", "桜櫻", "滝瀧", "曽曾", "条條", "寿壽", "竜龍", "関關",
    "桧檜", "槙槇", "遥遙", "薮藪", "鉄鐵", "蔵藏", "瀬瀨", "頼賴", "渕淵渊", "館舘", "柳栁",
    "弥彌", "与與", "万萬", "芦蘆", "鶴靏靍", "峰峯", "桑桒", "松枩", "亀龜", "浅淺", "塩鹽",
    "薫薰", "栄榮", "実實", "岳嶽", "巌巖", "学學", "団團", "検檢", "円圓", "会會", "気氣",
)  # fmt: skip
DASHES = "ー‐‑‒–—―−-─━〜~"
IGNORED = "・\u200b\u200c\u200d\u2060\ufeff" + "".join(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
HIRAGANA, TO_KATAKANA = (*range(0x3041, 0x3097), 0x309D, 0x309E), 0x60
PHRASES = "\ufdfa\ufdfb"  # one sign each, which NFKC writes out: of them a text grows manifold
LEAST_DIGITS = 4  # from which a number is one that may be written with dashes or brackets
_SAME = {sign: forms[0] for forms in FORMS for sign in forms[1:]}
_SAME |= dict.fromkeys(DASHES[1:], DASHES[0])
_SAME |= {chr(kana): chr(kana + TO_KATAKANA) for kana in HIRAGANA}
_TABLE = str.maketrans(_SAME | dict.fromkeys(IGNORED, ""))
_GAP = rf"[\s{IGNORED}]*"
_JOINT = rf"[\s().{IGNORED}{re.escape(DASHES)}]*"
_NUMBER = re.compile(rf"\+?[0-9().{DASHES[0]}]+")


def loosen(text: str) -> str:
    """The text in one width and one case; signs that stand for a whole phrase are a gap.

    >>> loosen("ＡＢＣ ｶﾞ か\u3099")
    'abc ガ が'
    """
    for sign in PHRASES:
        text = text.replace(sign, " ")
    return unicodedata.normalize("NFKC", text).casefold()


def fold(text: str) -> str:
    r"""The text in its one spelling: katakana, today's forms, one dash, no spaces.

    >>> fold("ひろさわ　すーぱー") == fold("ﾋﾛｻﾜ ス―パ−")
    True
    >>> fold("髙﨑 𠮷子"), fold("葛\U000e0100城")
    ('高崎吉子', '葛城')
    """
    return "".join(loosen(text).translate(_TABLE).split())


def needles(words: str) -> tuple[re.Pattern[str], ...]:
    """A pattern for each word, to be looked for in loosened text; none for empty words.

    A telephone number is one word, with spaces too.

    >>> (word,) = needles("渡辺")
    >>> word.search(loosen("ワタナベ（渡 邉）さん")).group()
    '渡 邉'
    >>> (number,) = needles("090 1234 5678")
    >>> bool(number.search(loosen("＋８１（０）90－1234－5678")))
    True
    """
    if _is_number(fold(words)):
        return (_number(fold(words)),)
    folded = [fold(word) for word in loosen(words).split()]
    different = dict.fromkeys(filter(None, folded))
    return tuple(_number(word) if _is_number(word) else _word(word) for word in different)


def _is_number(folded: str) -> bool:
    digits = sum(sign.isdigit() for sign in folded)
    return digits >= LEAST_DIGITS and _NUMBER.fullmatch(folded) is not None


def _word(folded: str) -> re.Pattern[str]:
    """Each sign in all its forms, with gaps between them."""
    forms = ([sign, *(form for form, same in _SAME.items() if same == sign)] for sign in folded)
    return re.compile(_GAP.join(f"[{''.join(map(re.escape, each))}]" for each in forms))


def _number(folded: str) -> re.Pattern[str]:
    """The digits with whatever stands between them; a domestic number also with +81."""
    digits = "".join(sign for sign in folded if sign.isdigit())
    if folded.startswith("+81"):
        digits = "0" + digits[2:].removeprefix("0")
    first, rest = digits[0], digits[1:]
    abroad = rf"(?:0|\+{_JOINT}8{_JOINT}1(?:{_JOINT}0)?)"
    return re.compile(_JOINT.join((abroad if first == "0" else first, *rest)))
