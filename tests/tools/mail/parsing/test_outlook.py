"""Outlook's files: the properties that a desk needs, in either kind of string, and broken ones."""

import struct
from datetime import UTC, datetime

import pytest

from madoguchi.tools.mail.incoming import Attachment, read
from tests.tools.mail.compound import Tree, compound

BEGIN = datetime(1601, 1, 1, tzinfo=UTC)
SENT = datetime(2026, 11, 24, 1, tzinfo=UTC)


def fixed(code_page: int = 932) -> bytes:
    """The properties of fixed length: when it was submitted, the code page of its strings."""
    ticks = int((SENT - BEGIN).total_seconds()) * 10**7
    lines = ((0x40, 0x0039, 6, ticks), (0x3, 0x3FFD, 6, code_page))
    return bytes(32) + b"".join(struct.pack("<HHIQ", *line) for line in lines)


def wide(**properties: str) -> Tree:
    """Streams of words in UTF-16: `_0037="subject"`."""
    return {
        f"__substg1.0{tag}001F": words.encode("utf-16-le").ljust(4096, b"\0")
        for tag, words in properties.items()
    }


def message(*trees: Tree) -> bytes:
    whole: Tree = {"__properties_version1.0": fixed()}
    for tree in trees:
        whole |= tree
    return compound(whole)


WORDS = wide(
    _0037="①の相談", _1000="山﨑です。\r\n助けて", _0C1A="山﨑, 花子", _5D01="hanako@example.jp"
)
RECIPIENT: Tree = {"__recip_version1.0_#00000000": wide(_39FE="soudan@city.example.jp")}


def test_words_people_and_time() -> None:
    found = read(message(WORDS, wide(_1035="<7@example.jp>", _1042="<6@example.jp>"), RECIPIENT))
    assert (found.subject, found.text) == ("①の相談", "山﨑です。\n助けて")
    assert (found.from_name, found.from_address) == ("山﨑, 花子", "hanako@example.jp")
    assert (found.to, found.at) == (("soudan@city.example.jp",), SENT)
    assert (found.message_id, found.in_reply_to) == ("<7@example.jp>", "<6@example.jp>")
    assert found.flags == ()


def test_strings_of_a_code_page() -> None:
    narrow: Tree = {"__substg1.0_1000001E": "㈱髙のこと".encode("cp932").ljust(4096, b"\0")}
    assert read(message(narrow)).text == "㈱髙のこと"


def test_a_page_gives_its_words() -> None:
    page: Tree = {"__substg1.0_10130102": "<p>相談<img src=x>".encode("cp932").ljust(4096, b" ")}
    found = read(message(page))
    assert (found.text, found.flags) == ("相談", ("html_only",))


def test_words_in_rich_text_alone_are_said_to_be_missing() -> None:
    rich: Tree = {"__substg1.0_10090102": b"LZFu" * 1024}
    found = read(message(rich, wide(_0037="題")))
    assert (found.text, found.flags) == ("", ("text_cut",))


def test_an_enciphered_one_says_so() -> None:
    file: Tree = {"__substg1.0_37010102": b"x" * 4096}
    file |= wide(_3707="smime.p7m", _370E="application/pkcs7-mime")
    found = read(message({"__attach_version1.0_#00000000": file}))
    assert (found.flags, len(found.attachments)) == (("encrypted",), 1)


def test_the_head_that_came_with_it_goes_before() -> None:
    head = "From: taro@example.jp\r\nAuto-Submitted: auto-replied\r\nSubject: 届いた"
    found = read(message(WORDS, wide(_007D=head)))
    assert (found.from_address, found.subject, found.automatic) == (
        "taro@example.jp",
        "届いた",
        True,
    )


def test_files_and_a_message_inside() -> None:
    content = bytes(range(256)) * 16
    file: Tree = {"__substg1.0_37010102": content}
    file |= wide(_3707="①.png", _370E="image/png")
    inside: Tree = {"__substg1.0_3701000D": {"__properties_version1.0": fixed()}}
    found = read(
        message(
            WORDS,
            {"__attach_version1.0_#00000000": file, "__attach_version1.0_#00000001": inside},
        )
    )
    assert found.attachments == (Attachment("①.png", "image/png", content),)
    assert found.flags == ("nested",)


@pytest.mark.parametrize("length", [8, 512, 600, 3000])
def test_a_broken_one_is_unreadable_and_no_more(length: int) -> None:
    assert read(message(WORDS)[:length]).flags == ("unreadable",)


def test_another_container_is_unreadable() -> None:
    """An Excel file of old begins with the same bytes."""
    assert read(compound({"Workbook": b"x" * 4096})).flags == ("unreadable",)
