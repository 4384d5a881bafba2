"""What people type, made comparable: the typed words are kept, these copies are for work."""

import re
import unicodedata

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－ー〜~"), "-")
_CONTROL = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080-\u009f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_EXTENSION = re.compile(r"(?:内線|ext\.?|#)", re.IGNORECASE)


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


def one_newline(words: str) -> str:
    """The words with one character for each line break, as browsers count them."""
    return words.replace("\r\n", "\n").replace("\r", "\n")


def phone_digits(words: str) -> str:
    """The digits to dial, with a leading `+` kept and an extension (内線) left out.

    >>> phone_digits("０２７９−２５−８５２６"), phone_digits("(0279) 25 8526 内線12")
    ('0279258526', '0279258526')
    """
    dialled = _EXTENSION.split(plain(words).translate(_DASHES))[0]
    plus = "+" if dialled.startswith("+") else ""
    return plus + "".join(c for c in dialled if c.isascii() and c.isdigit())


def mail_address(words: str) -> str | None:
    """The address, or None when no mail could be sent to it.

    Old carrier addresses with two dots or a dot before the @ are real and accepted.

    >>> mail_address("ｔａｒｏ..x@docomo.ne.jp"), mail_address("taro@"), mail_address("a b@x.jp")
    ('taro..x@docomo.ne.jp', None, None)
    """
    address = plain(words)
    local, at, domain = address.rpartition("@")
    quoted = len(local) > 1 and local.startswith('"') and local.endswith('"')
    if not (at and local and domain) or domain.startswith(".") or domain.endswith("."):
        return None
    if re.search(r"[\s,;<>]", domain) or (not quoted and re.search(r"[\s,;<>@]", local)):
        return None
    return address


def whole_number(words: str) -> int | None:
    """The number written with any digits, commas and 円, 歳, 才 or 人 after it; None if none.

    >>> [whole_number(w) for w in ("３００，０００円", "42歳", "4人", "四十", "-5")]
    [300000, 42, 4, None, -5]
    """
    bare = re.sub(r"(円|歳|才|人)$", "", plain(words).translate(_DASHES))
    digits = re.sub(r"[,、\s]", "", bare)
    return int(digits) if re.fullmatch(r"-?[0-9]{1,12}", digits) else None
