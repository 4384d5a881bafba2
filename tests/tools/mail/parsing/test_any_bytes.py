"""Whatever bytes come, the parser comes to an end, and what it tells has its form."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.tools.mail.parsing import message
from madoguchi.tools.mail.parsing.charset import CODECS, HIDDEN, euc_jp, iso_2022_jp, words
from madoguchi.tools.mail.parsing.letter import page_words as words_of
from madoguchi.tools.mail.parsing.wire import unpacked
from tests.tools.mail.making import PAGE, PICTURE, PLAIN, alternative, mail, of_parts

TOLD = json.dumps({"server": "mx.example.jp", "gateway": ["X-CDR", "*.exe"]})
WHOLE = [
    of_parts("mixed", alternative(PLAIN, PAGE), PICTURE, To="a <a@example.jp>, b@example.jp"),
    mail(b'\x1b$B$"\x1b(B', Content_Type="text/plain; charset*=iso-2022-jp''iso-2022-jp"),
]
PIECES = [
    b"--b1",
    b"\r\n\r\n",
    b"=?utf-8?b?",
    b"?=",
    b"\x1b$B",
    b"\xff",
    b"\0",
    b";",
    b'"',
    b"*0*=",
]
PIECES += [b"<", b"(", b"@", b":", b"boundary=", b"Content-Type: multipart/mixed", b"=C3"]


def parsed(raw: bytes) -> None:
    told, files = unpacked(b"".join(message.parse(raw, TOLD)))
    assert len(told.to) <= told.to_count
    said = [told.text, told.subject, told.from_name, *(f"{one.name}{one.kind}" for one in files)]
    assert not any(HIDDEN.search(words) for words in said)


@given(st.binary(max_size=500))
@settings(max_examples=200, deadline=None)
def test_any_bytes(raw: bytes) -> None:
    parsed(raw)


@given(st.sampled_from(WHOLE), st.data())
@settings(max_examples=300, deadline=None)
def test_a_mail_that_was_cut_and_mixed(whole: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
        end = min(end, begin + 40)
        whole = whole[:begin] + data.draw(st.sampled_from([b"", *PIECES])) + whole[end:]
    parsed(whole)


@given(st.binary(max_size=300), st.sampled_from(["", "iso-2022-jp", "euc-jp", "sjis", *CODECS]))
@settings(max_examples=300, deadline=None)
def test_any_words(raw: bytes, declared: str) -> None:
    text, flags = words(raw, declared)
    assert text.encode("utf-8").decode() == text
    assert ("�" not in text) or flags


@given(st.text(alphabet="あア漢髙①ｱaZ 、。\n", max_size=60))
@settings(max_examples=200, deadline=None)
def test_japanese_there_and_back(said: str) -> None:
    assert words(said.encode("cp932"), "Shift_JIS")[0] == said
    standard = said.translate(dict.fromkeys(map(ord, "髙①ｱ")))
    assert iso_2022_jp(standard.encode("iso2022_jp")) == standard
    assert euc_jp(said.replace("髙", "").replace("①", "").encode("euc_jp")) == said.replace(
        "髙", ""
    ).replace("①", "")


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_page(page: str) -> None:
    assert "<script" not in words_of(f"<script>{page}")
