"""What a mail's words seem to say of the person (聴取項目の候補): proposals, never answers.

Somebody looks at each and takes it or leaves it. A proposal has the line in which it was found, and
is sure if it followed its label (氏名：). Quoted lines (>) are another's words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from madoguchi.rules.koyomi.wareki import NotADate, read_date

ORDER = ("name", "kana", "phone", "email", "age", "age_band", "residence", "town", "urls")
MOST_LINES, MOST_SIGNS = 3_000, 2_000  # of a text, of a line; what lies beyond is not looked at
MOST_OF_ONE, MOST_URLS = 5, 20
OLDEST = 120
LONGEST = {"name": 40, "kana": 60, "town": 60}
QUOTED = (">", "|")

# One sign for each, so that what is found in the plain line is taken from the written one: names
# hold signs that no folding may touch (髙, 﨑, 神).
_WIDTH = {0xFF01 + at: chr(0x21 + at) for at in range(94)} | {0x3000: " ", 0xFFE5: "¥"}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－ーｰ〜～"), "-")
_LABELS: tuple[tuple[str, str], ...] = (
    ("kana", "ふりがな|フリガナ|ﾌﾘｶﾞﾅ|よみがな|ヨミガナ|読み仮名|読みがな|カナ"),
    ("name", "お?名前|ご?氏名|姓名|本名"),
    ("age", "ご?年齢|年令|歳"),
    ("birth", "生年月日|誕生日"),
    (
        "phone",
        r"(?:お?電話|携帯|ケータイ)(?:電話)?(?:番号)?|ご?連絡先(?:電話(?:番号)?)?|(?i:TEL|phone)",
    ),
    ("email", r"メール(?:アドレス)?|メアド|(?i:e-?mail)"),
    ("town", "ご?住所|居住地|お?住まい|お?すまい|住んでいる(?:ところ|所|場所|町|市)|市区?町村"),
)
_LABELLED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (
        name,
        re.compile(rf"[\s■□●○◆◇・*【\[(\d.]*(?:{label})(?:\([^)]*\))?[】\])]*(?:\s*[:=]\s*|\s+|$)"),
    )
    for name, label in _LABELS
)
_PHONE = re.compile(
    r"(?<![\d-])(?:\+81[ -]?(?:\(0\))?|\(0|0)\d{1,4}[) -]{0,2}\d{1,4}[) -]{0,2}\d{3,4}(?![\d-])"
    r"|(?<![\d-])\+(?!81)\d{1,3}(?:[ -]?\d{2,4}){2,4}(?![\d-])"
)
_DIGITS = {"0": range(10, 12), "+": range(9, 16)}  # of a number at home, with its country
_EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}", re.ASCII
)
_URL = re.compile(r"(?:h?ttps?://|(?<![\w.@/])www\.)[!-~]+")
_URL_ENDS = ".,;:!?\"'>)]}"
_AGE = re.compile(r"(?<![\d.])(\d{1,3})\s*(?:歳|才|さい)(?![以未児])")
_BARE_AGE = re.compile(r"(?:満|約)?\s*(\d{1,3})(?![\d-])")
_BAND = re.compile(r"(?<!\d)([1-9])0\s*(?:歳|才)?代")
_BANDS = {"2": "18_29", "3": "30_39", "4": "40_49"}  # 10代, 50代 and 60代 lie in two bands each
_SAYS_NAME = re.compile(
    r"(?:私|わたし|わたくし|僕|俺|名前|氏名)[はがを、, ]{0,2}([^\s、。,は]{2,15}?)"
    r"(?:と(?:申し|いい|言い)ます|です(?:。|\s|$))"
)
_SAYS_TOWN = re.compile(  # what lies outside, near or beside a town is no address there
    r"([^\s、。,はがの]{1,12}?[市区町村](?:(?!外|以外|近|付近|周辺|役|民)[^\s、。,はがの内に在]{1,12}+)?+)"
    r"内?(?:に(?:住|在住|すん)|在住)"
)
_ELSEWHERE = re.compile(r"[^\s0-9]{1,10}?[都道府県市]")  # a town's or ward's name may be ours
_POSTAL = re.compile(r"〒?\s*\d{3}-\d{4}\s+(\S.*)")


@dataclass(frozen=True)
class Proposal:
    """One possible answer. `sure`: it followed its label; still only a proposal.

    `found`: the line that holds it, as it was written.
    """

    asked: str
    value: str = field(repr=False)
    found: str = field(repr=False)
    sure: bool


def propose(text: str, on: date, city: str = "", prefecture: str = "") -> tuple[Proposal, ...]:
    r"""What the words seem to say, in the order of the questions, the labelled ones first.

    `on`: the day for which an age is counted from a birthday. `city`, with its `prefecture`: whose
    desk it is, to tell who lives there; of a place there the town is proposed without them.

    >>> from datetime import date
    >>> text = "氏名：髙橋　花子\n生年月日　平成元年１月８日\n電話 ０９０ー１２３４ー５６７８"
    >>> [(each.asked, each.value, each.sure) for each in propose(text, date(2026, 11, 30))]
    [('name', '髙橋　花子', True), ('phone', '090-1234-5678', True), ('age', '37', True)]
    """
    found: dict[tuple[str, str], Proposal] = {}
    for proposal in _placed(_in_text(text, on), city, prefecture):
        before = found.get((proposal.asked, proposal.value))
        if before is None or (proposal.sure and not before.sure):
            found[proposal.asked, proposal.value] = proposal
    chosen: list[Proposal] = []
    for asked in ORDER:
        own = [proposal for proposal in found.values() if proposal.asked == asked]
        own.sort(key=lambda proposal: not proposal.sure)
        chosen += own[: MOST_URLS if asked == "urls" else MOST_OF_ONE]
    return tuple(chosen)


def _placed(proposals: Iterable[Proposal], city: str, prefecture: str) -> Iterator[Proposal]:
    """The proposals, those of a place told apart: in the city or elsewhere, and the town's name."""
    for each in proposals:
        if each.asked != "town" or not city:
            yield each
            continue
        place = each.value.removeprefix(prefecture).strip()
        if place.startswith(city):
            yield replace(each, asked="residence", value="inside")
            place = place.removeprefix(city).strip()
        elif _ELSEWHERE.match(place):
            yield replace(each, asked="residence", value="outside")
        if place:
            yield replace(each, value=place)


def _in_text(text: str, on: date) -> Iterator[Proposal]:
    awaited: str | None = None  # a label that stood alone: its value is on the next line
    for line in text.splitlines()[:MOST_LINES]:
        written = line[:MOST_SIGNS].strip()
        plain = written.translate(_WIDTH)
        if not written or plain.startswith(QUOTED):
            continue
        label, begins = _label(plain)
        if label is None and awaited is not None:
            label, begins = awaited, 0
        alone = label is not None and begins == len(plain)
        if label is not None and not alone:
            yield from _labelled(label, written, begins, on)
        awaited = label if alone else None
        yield from _anywhere(written, plain)


def _label(plain: str) -> tuple[str | None, int]:
    """The label that a line begins with, and where its value begins."""
    for name, pattern in _LABELLED:
        if match := pattern.match(plain):
            return name, match.end()
    return None, 0


def _labelled(label: str, written: str, begins: int, on: date) -> Iterator[Proposal]:
    """The answer that follows a label on its line."""
    value, plain = written[begins:].strip(), written.translate(_WIDTH)[begins:].strip()
    match label:
        case "name" | "kana" | "town":
            postal = _POSTAL.match(plain.translate(_DASHES)) if label == "town" else None
            value = value[postal.start(1) :] if postal else value
            if value and len(value) <= LONGEST[label] and not _URL.search(plain):
                yield Proposal(label, value, written, sure=True)
        case "age":
            yield from _ages(_BARE_AGE.match(plain), written, sure=True)
        case "birth":
            yield from _age_from_birthday(plain, written, on)
        case "phone" | "email":
            for proposal in _anywhere(written, plain):
                if proposal.asked == label:
                    yield Proposal(label, proposal.value, written, sure=True)


def _anywhere(written: str, plain: str) -> Iterator[Proposal]:
    """Whatever in a line looks like an answer, without a label."""
    for match in _URL.finditer(plain):
        yield Proposal("urls", match[0].rstrip(_URL_ENDS), written, sure=False)
    rest = _URL.sub(lambda match: " " * len(match[0]), plain)
    for match in _PHONE.finditer(rest.translate(_DASHES)):
        digits = sum(sign.isdigit() for sign in match[0])
        if digits in _DIGITS["+" if match[0].startswith("+") else "0"]:
            yield Proposal("phone", match[0].strip(), written, sure=False)
    for match in _EMAIL.finditer(rest):
        yield Proposal("email", match[0], written, sure=False)
    for match in _AGE.finditer(rest):
        yield from _ages(match, written, sure=False)
    for match in _BAND.finditer(rest):
        if match[1] in _BANDS:
            yield Proposal("age_band", _BANDS[match[1]], written, sure=False)
    for asked, pattern in (("name", _SAYS_NAME), ("town", _SAYS_TOWN)):
        for match in pattern.finditer(rest):
            yield Proposal(asked, written[match.start(1) : match.end(1)], written, sure=False)


def _ages(match: re.Match[str] | None, written: str, *, sure: bool) -> Iterator[Proposal]:
    if match is not None and int(match[1]) <= OLDEST:
        yield Proposal("age", str(int(match[1])), written, sure=sure)


def _age_from_birthday(plain: str, written: str, on: date) -> Iterator[Proposal]:
    """The age that a birthday makes; of the birthday itself nothing is kept."""
    try:
        born = read_date(plain).day
    except NotADate:
        return
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if 0 <= age <= OLDEST:
        yield Proposal("age", str(age), written, sure=True)
