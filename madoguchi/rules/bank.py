"""Bank accounts (振込先の口座) as people copy them from a passbook; what is wrong has a code.

Source: ゆうちょ銀行「記号・番号から振込用の店名・預金種目・口座番号への変換の公式」
https://www.jp-bank.japanpost.jp/kojin/sokin/koza/kj_sk_kz_furikomi_ksk.html
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

type Kind = Literal["ordinary", "current", "savings"]
type Wrong = Literal[
    "bank_code_digits",
    "bank_branch_digits",
    "bank_number_empty",
    "bank_number_letters",
    "bank_number_short",
    "bank_number_long",
    "bank_holder_empty",
    "bank_holder_sign",
    "bank_holder_long",
    "bank_yucho_sign",
    "bank_yucho_number_long",
    "bank_yucho_giro_long",
    "bank_yucho_end",
]

YUCHO = "9900"
NUMBER, HOLDER = 7, 30  # digits and signs of a transfer's record (全銀協の総合振込)
YUCHO_NUMBER, YUCHO_GIRO = 8, 6
SHOWN = 3

_DASHES = "‐‑‒–—―−ーｰ-"
_GAPS = re.compile(rf"[\s{_DASHES}]")
_BETWEEN = re.compile(rf"\s*[0-9]\s*[{_DASHES}]")
_SMALL = dict(zip("ァィゥェォッャュョヮヵヶヲヰヱ", "アイウエオツヤユヨワカケオイエ", strict=True))
_KANA = dict(
    zip(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン",
        "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ",
        strict=True,
    )
)
_MARKS = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
_VOICED = frozenset("ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ")
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789().- ")
_ALONE = str.maketrans({"゛": "\u3099", "゜": "\u309a"})
_HIRAGANA = {code: chr(code + 0x60) for code in range(0x3041, 0x3097)}


class NotBank(ValueError):
    """What was written is no account; ``code`` has words under ``form.<code>``.

    ``sign``: the sign that does not fit, where one does not; nothing else of what was written.
    """

    def __init__(self, code: Wrong, sign: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.sign = sign


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """An account (口座) as a transfer names it; its text shows no more than the last digits."""

    bank_code: str
    branch_code: str
    kind: Kind
    number: str
    holder_kana: str

    @property
    def masked(self) -> str:
        """The number as a page may show it.

        >>> Account("0001", "012", "ordinary", "1234567", "ﾔﾏﾀﾞ").masked
        '＊＊＊＊567'
        """
        return "＊" * (len(self.number) - SHOWN) + self.number[-SHOWN:]

    def __repr__(self) -> str:
        """The account without what belongs into no log."""
        return f"Account({self.masked})"


def read_account(
    *, bank_code: str, branch_code: str, kind: Kind, number: str, holder_kana: str
) -> Account:
    """The account that five answers name.

    >>> found = read_account(
    ...     bank_code="０００１", branch_code="012", kind="ordinary",
    ...     number="001-2345", holder_kana="やまだ　はなこ",
    ... )
    >>> found.bank_code, found.number, found.holder_kana
    ('0001', '0012345', 'ﾔﾏﾀﾞ ﾊﾅｺ')

    Raises:
        NotBank: the first answer that is none; each is read alone by the functions below.
    """
    return Account(
        read_bank_code(bank_code),
        read_branch_code(branch_code),
        kind,
        read_number(number),
        read_holder(holder_kana),
    )


def read_bank_code(text: str) -> str:
    """The four digits of a bank (金融機関コード).

    >>> read_bank_code(" ０００１ ")
    '0001'

    Raises:
        NotBank: it is not four digits.
    """
    return _exactly(4, text, "bank_code_digits")


def read_branch_code(text: str) -> str:
    """The three digits of a branch (店番).

    >>> read_branch_code("０１２")
    '012'

    Raises:
        NotBank: it is not three digits.
    """
    return _exactly(3, text, "bank_branch_digits")


def read_number(text: str) -> str:
    """The seven digits of an account (口座番号).

    Fewer are not filled up: a digit may have been forgotten, so the noughts in front are asked for.

    >>> read_number("００１２３４５"), read_number("123-4567")
    ('0012345', '1234567')
    >>> for number in ("12345678", "123456"):
    ...     try:
    ...         read_number(number)
    ...     except NotBank as wrong:
    ...         print(wrong.code)
    bank_number_long
    bank_number_short

    Raises:
        NotBank: no digits, other signs than digits, fewer than seven or more.
    """
    digits = _digits(text)
    if len(digits) != NUMBER:
        raise NotBank("bank_number_long" if len(digits) > NUMBER else "bank_number_short")
    return digits


def read_holder(text: str) -> str:
    """The holder as the passbook says it (通帳の名義): half-width kana, no small ones.

    Hiragana, full width, a long vowel and old signs become what banks write; a company's short
    form stays as it is.

    >>> read_holder("きょうこ　オー"), read_holder("カ）グンマ"), read_holder("ｼﾞｮﾝ")
    ('ｷﾖｳｺ ｵ-', 'ｶ)ｸﾞﾝﾏ', 'ｼﾞﾖﾝ')
    >>> try:
    ...     read_holder("山田ハナコ")
    ... except NotBank as wrong:
    ...     print(wrong.code, wrong.sign)
    bank_holder_sign 山

    Raises:
        NotBank: nothing, a sign that banks do not know, or more than 30 signs.
    """
    wide = unicodedata.normalize("NFKC", text.translate(_ALONE)).upper().translate(_HIRAGANA)
    one_gap = " ".join(wide.split())
    if not one_gap:
        raise NotBank("bank_holder_empty")
    half = "".join(map(_half, one_gap))
    if len(half) > HOLDER:
        raise NotBank("bank_holder_long")
    return half


def bears(holder_kana: str, kana: str) -> bool:
    """Whether an account's holder is the person of that name, as far as kana can say it.

    >>> bears("ﾖｼﾀﾞﾊﾅｺ", "ヨシダ　ハナコ"), bears("ﾖｼﾀﾞ ﾀﾛｳ", "ヨシダ ハナコ"), bears("ﾖｼﾀﾞ", "")
    (True, False, False)
    """
    try:
        written = (read_holder(name).replace(" ", "") for name in (holder_kana, kana))
        return next(written) == next(written)
    except NotBank:
        return False


def from_yucho(sign: str, number: str, holder_kana: str, kind: Kind = "ordinary") -> Account:
    """The account that a post bank's passbook names (ゆうちょ銀行の記号・番号) for a transfer.

    A sign with 1 first: its second and third digit and 8 are the branch, and the number leaves out
    its last digit, a 1. With 0 first it is a giro account (振替口座): 9, the whole number,
    当座. One digit that stands between sign and number is not used.

    ``kind``: ``savings`` for 通常貯蓄貯金; a giro account is always ``current``.

    >>> found = from_yucho("14030", "12345671", "ﾔﾏﾀﾞ")
    >>> found.bank_code, found.branch_code, found.kind, found.number
    ('9900', '408', 'ordinary', '1234567')
    >>> found = from_yucho("00170-3", "123456", "ﾔﾏﾀﾞ")
    >>> found.branch_code, found.kind, found.number
    ('019', 'current', '0123456')

    Raises:
        NotBank: the sign, the number or the holder cannot be that.
    """
    branch, giro = read_sign(sign), is_giro(sign)
    digits = read_yucho_number(number, giro=giro)
    return Account(YUCHO, branch, "current" if giro else kind, digits, read_holder(holder_kana))


def read_sign(text: str) -> str:
    """The branch that a sign means (記号から店番); five digits, 0 or 1 first.

    >>> read_sign("１４０３０"), read_sign("00170-3")
    ('408', '019')

    Raises:
        NotBank: it is no sign.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = re.fullmatch(rf"([01])([0-9]{{2}})[0-9]{{2}}(?:\s*[{_DASHES}]\s*[0-9]?)?", plain)
    if found is None:
        raise NotBank("bank_yucho_sign")
    return found[2] + ("8" if found[1] == "1" else "9")


def is_giro(sign: str) -> bool:
    """Whether a sign is that of a giro account (振替口座): 0 first.

    >>> is_giro(" ００１７０－３"), is_giro("14030")
    (True, False)
    """
    return unicodedata.normalize("NFKC", sign).strip().startswith("0")


def read_yucho_number(text: str, *, giro: bool = False) -> str:
    """The account's seven digits that a post bank's number means.

    >>> read_yucho_number("12345671"), read_yucho_number("2-45671"), read_yucho_number("１１")
    ('1234567', '0004567', '0000001')

    Raises:
        NotBank: it is no number of a post bank.
    """
    plain = unicodedata.normalize("NFKC", text)
    digits = _digits(plain[found.end() :] if (found := _BETWEEN.match(plain)) else plain)
    if giro:
        if len(digits) > YUCHO_GIRO:
            raise NotBank("bank_yucho_giro_long")
        return digits.zfill(NUMBER)
    if len(digits) > YUCHO_NUMBER:
        raise NotBank("bank_yucho_number_long")
    if len(digits) == 1 or not digits.endswith("1"):
        raise NotBank("bank_yucho_end")
    return digits[:-1].zfill(NUMBER)


def _digits(text: str) -> str:
    plain = _GAPS.sub("", unicodedata.normalize("NFKC", text))
    if not plain:
        raise NotBank("bank_number_empty")
    if re.fullmatch(r"[0-9]+", plain) is None:
        raise NotBank("bank_number_letters")
    return plain


def _exactly(most: int, text: str, code: Wrong) -> str:
    plain = _GAPS.sub("", unicodedata.normalize("NFKC", text))
    if re.fullmatch(rf"[0-9]{{{most}}}", plain) is None:
        raise NotBank(code)
    return plain


def _half(sign: str) -> str:
    """A sign as banks write it."""
    if sign in _PLAIN:
        return sign
    if sign in _DASHES:
        return "-"
    plain = _SMALL.get(sign, sign)
    if plain in _VOICED:
        apart = unicodedata.normalize("NFD", plain)
        return _KANA[apart[0]] + _MARKS[apart[1]]
    if plain not in _KANA:
        raise NotBank("bank_holder_sign", sign)
    return _KANA[plain]
