"""What must be found nowhere, and how to look for it in every writing."""

import base64
import struct
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote

MAIL = "kanaria-atesaki@mail.example"
CANARIES = {
    "name": "𠮷川カナリア太郎",
    "part of the name": "川カナリア太郎",
    "kana": "ウグイスダニカナリア",
    "phone": "0279555731",
    "mail": MAIL,
    "town": "金糸雀村大字秘密",
    "language": "カナリア語話者",
    "url": "https://board.example/kanaria/8842",
    "when": "先月の金糸雀の日",
    "note": "隠し事の金糸雀ノート",
    "visit": "金糸雀の鳴く午後",
    "file name": "金糸雀の写真",
    "file text": "kanaria-in-the-picture",
    "message": "追伸の金糸雀です",
    "second file": "二枚目の金糸雀",
    "call": "電話で聞いた金糸雀",
    "call written anew": "書き直した金糸雀",
    "why written anew": "聞きちがえた金糸雀",
    "why looked at": "次に尋ねる金糸雀",
    "told later": "あとで聞いた金糸雀",
    "mail subject": "件名の金糸雀",
    "mail words": "手紙の中の金糸雀",
    "mail file": "添付の金糸雀",
    "mail in the file": "kanaria-in-the-attachment",
    "mail in a case": "案件になった金糸雀",
    "mail laid aside": "対象外の金糸雀",
    "sheet": "書きかけの金糸雀",
    "sheet filed": "電話口の金糸雀",
    "danger": "知らせた先の金糸雀",
    "scan": "同封の金糸雀",
    "reason": "開く理由の金糸雀",
    "needs": "付き添いの金糸雀",
    "question": "ページを尋ねる金糸雀",
    "answer to it": "尋ねた人に答える金糸雀",
    "passed on": "ほかへ渡す金糸雀",
    "asked of them": "先方に頼む金糸雀",
    "why unasked": "同意を待てない金糸雀",
    "their answer": "先方が答えた金糸雀",
    "paper": "発行した金糸雀",
    "in the paper": "kanaria-on-the-paper",
    "who said so": "電話で決めた金糸雀",
    "address": "申請する人の金糸雀番地",
    "lawyer": "金糸雀法律事務所",
    "sent to": "郵送先の金糸雀荘",
    "estimate": "見積書の金糸雀",
    "search": "検索した金糸雀",
    "error": "失敗した金糸雀",
    "wrong secret": "4444777799993333",
    "header": "kanaria-browser-header",
    "path": "kanaria-in-the-address",
}
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp932")
POSITION = struct.pack(">6I", 36, 1, 29, 1, 223719, 10000)  # EXIF GPS: degrees, minutes, seconds
JPEG = (
    b"\xff\xd8\xff\xe1\x00\x80Exif\x00\x00MM\x00*"
    + POSITION
    + CANARIES["file text"].encode()
    + b"\xff\xd9"
)
UNSENT = ("search", "error", "wrong secret", "header", "path")


def writings(word: str) -> Iterator[tuple[str, bytes]]:
    """The word in every encoding in which it could lie about."""
    encodings = [name for name in ENCODINGS if name != "cp932" or "𠮷" not in word]
    for encoding in encodings:
        yield encoding, word.encode(encoding)
    yield "percent", quote(word).encode()
    yield "json", word.encode("unicode_escape")
    for encoding, shift in product(encodings, range(3)):
        raw = word.encode(encoding)
        whole = range(-(-4 * shift // 3), 4 * (shift + len(raw)) // 3)  # letters of it alone
        coded = base64.b64encode(bytes(shift) + raw + bytes(3))
        yield f"base64 of {encoding}", coded[whole.start : whole.stop]


def patterns() -> list[tuple[str, bytes]]:
    """Every canary in every writing."""
    found = [
        (f"{name} in {how}", raw) for name, word in CANARIES.items() for how, raw in writings(word)
    ]
    places = ((f"position in base64+{n}", base64.b64encode(bytes(n) + POSITION)) for n in range(3))
    return [*found, ("position", POSITION), *((how, raw[4:-4]) for how, raw in places)]


def found_under(folder: Path) -> list[str]:
    """Which canary lies where; the addressee's line of a mail may name the address."""
    wanted, findings = patterns(), []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        raw = path.read_bytes()
        if path.parent.name == "mail":
            raw = b"\n".join(line for line in raw.splitlines() if not line.startswith(b"To: "))
        names = str(path.relative_to(folder)).encode() + b"\n"
        findings += [f"{path}: {what}" for what, pattern in wanted if pattern in names + raw]
    return findings
