"""What to write in a line that is no TOML (読めない行): its number, what stands there, the advice.

    city.toml：TOML として読めません（7行目「published_on = 2026/04/01」）。日付は …

Officers write these files, and the parser says in English where it stopped.
"""

import re
from datetime import date
from tomllib import TOMLDecodeError

GENERAL = (
    '引用符「"」、「=」、かっこを確かめてください。言葉と時刻は引用符で囲み、'
    "日付と数字は囲みません。"
)
DATE = "日付は 2024-04-01 の形で、引用符で囲まずに書いてください。"
HALF_WIDTH = str.maketrans(
    "＝［］｛｝，．：；＃０１２３４５６７８９－＿\u3000“”＂„", '=[]{},.:;#0123456789-_ """"'
)
ADVICE: tuple[tuple[str, str], ...] = (
    (r"=\s*(?:True|TRUE|はい|有|あり)", "true と、小文字で書いてください。"),
    (r"=\s*(?:False|FALSE|いいえ|無|なし)", "false と、小文字で書いてください。"),
    (r"\d{4}[/.年]\d|\d{4}-\d-|\d{4}-\d\d-\d(?!\d)|(?:令和|平成|昭和)", DATE),
    (r"\d{4}-\d\d-\d\d", "こよみにある日を書いてください。" + DATE),
    (r"\d,\d{3}", "金額は 150000 のように、コンマのない数字で書いてください。"),
    (r"\d\s*(?:万|千)?円|\d万", "金額は 150000 のように、円を付けない数字で書いてください。"),
    (r"\d{1,2}:\d\d", '時刻は "8:30-17:15" のように引用符で囲んでください。'),
    (r"=\s*0\d", "数字は、前に 0 を付けずに書いてください。番号は引用符で囲みます。"),
    (r"\[[^\]]*$", "かっこを ] で閉じてください。"),
    (r"^\s*[^\s=\[#]*[^\x00-\x7f][^=]*=", "項目の名前は、見本のとおり英小文字で書いてください。"),
    (r"=\s*[^\s\"'\[{]*[^\x00-\x7f]", '言葉は "…" のように引用符で囲んでください。'),
)
"""What is seen in a line without its quoted words, and what to write."""


def advice(text: str, wrong: TOMLDecodeError) -> str:
    r"""Line, what stands there, and what to write.

    >>> import tomllib
    >>> def said(text):
    ...     try:
    ...         tomllib.loads(text)
    ...     except TOMLDecodeError as wrong:
    ...         return advice(text, wrong)
    >>> said("a = 1\nb = True")
    '2行目「b = True」）。true と、小文字で書いてください。'
    >>> said("hours ＝ 1")
    '1行目「hours ＝ 1」）。全角の「＝」を、半角の「=」に直してください。'
    """
    lines = text.split("\n")
    found = re.search(r"at line (\d+)", str(wrong))
    number = int(found[1]) if found else _open_line(lines)
    line = lines[number - 1].strip()
    return f"{number}行目「{line}」）。{_what_to_write(line, str(wrong))}"


def _open_line(lines: list[str]) -> int:
    """The line on which something begins that never ends; else the last one with words."""
    for number, line in enumerate(lines, start=1):
        plain = _outside(line)
        if plain.count('"') % 2 or plain.count("[") != plain.count("]"):
            return number
    return max((number for number, line in enumerate(lines, start=1) if line.strip()), default=1)


def _outside(line: str) -> str:
    """The line without what stands in quotes, and without its comment."""
    return re.sub(r'"[^"]*"', '""', line).partition("#")[0]


def _what_to_write(line: str, wrong: str) -> str:
    plain = _outside(line)
    if "twice" in wrong or "overwrite" in wrong:
        return "同じ見出しか項目が二度あります。一つにしてください。"
    for sign in plain:
        half = sign.translate(HALF_WIDTH)
        if half != sign:
            called = "空白" if half == " " else half
            shown = "空白" if sign == "\u3000" else sign
            return f"全角の「{shown}」を、半角の「{called}」に直してください。"
    if plain.count('"') % 2:
        return '引用符「"」が一つ足りません。言葉の前と後ろに付けてください。'
    for seen, write in ADVICE:
        if (hit := re.search(seen, plain)) and not _is_a_day(hit[0]):
            return write
    if "\\" in line:
        return "「\\」は書けません。「/」を使うか、消してください。"
    return GENERAL


def _is_a_day(words: str) -> bool:
    try:
        date.fromisoformat(words)
    except ValueError:
        return False
    return True
