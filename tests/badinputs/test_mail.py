"""Mails that are too much: each is read as far as it goes, flagged, and its raw bytes stay."""

import time

import pytest

from madoguchi.tools.mail.incoming import read
from tests.tools.mail.making import PICTURE, PLAIN, Inside, mail, of_parts

MEGABYTE = 1024 * 1024
SAID = "①㈱髙のことで、ご相談です"
SEVEN_BIT = bytes.fromhex("1b2442 2d21 2d6a 7c62 1b2842") + SAID.removeprefix("①㈱髙").encode(
    "iso2022_jp"
)
LONGEST_S = 20.0


@pytest.mark.parametrize(
    ("raw", "declared"),
    [
        (SEVEN_BIT, "ISO-2022-JP"),
        (SAID.encode("cp932"), "Shift_JIS"),
        (SAID.encode(), "UTF-8"),
    ],
)
def test_x16_mails_are_read_as_declared(raw: bytes, declared: str) -> None:
    found = read(mail(raw, Content_Type=f"text/plain; charset={declared}"))
    assert (found.text, found.flags) == (SAID, ())


@pytest.mark.parametrize("raw", [SEVEN_BIT, SAID.encode("cp932"), SAID.encode()])
def test_x16_undeclared_mails_are_guessed_and_say_so(raw: bytes) -> None:
    found = read(mail(raw))
    assert (found.text, found.flags) == (SAID, ("charset_guessed",))


def test_x16_mojibake_is_marked() -> None:
    found = read(mail(b"\xe3\x81\x82 \xff\xfe\x80", Content_Type="text/plain; charset=utf-8"))
    assert found.flags == ("mojibake",)
    assert found.text.startswith("あ �")


def test_no_byte_and_no_words() -> None:
    assert read(b"").flags == ("empty",)
    assert read(mail(b"")).flags == ("empty",)
    assert read(bytes(range(256)) * 100).flags == ("unreadable",)


def test_a_thousand_recipients() -> None:
    everybody = ",\r\n ".join(f"=?UTF-8?B?5bGx55Sw?= <p{one}@example.jp>" for one in range(1000))
    found = read(mail(To=everybody))
    assert (found.to_count, len(found.to), found.to[0]) == (1000, 100, "p0@example.jp")
    assert found.flags == ("many_recipients",)


def test_fifty_megabytes() -> None:
    film = Inside("video/mp4", b"0123456789abcdef" * (37 * MEGABYTE // 16), "film.mp4")
    raw = of_parts("mixed", PLAIN, film)
    assert len(raw) > 49 * MEGABYTE
    found = read(raw)
    assert (found.text, found.flags) == ("ご相談", ())
    assert found.attachments[0].content == film.content


def test_an_archive_of_petabytes_is_a_file_like_any_other() -> None:
    bomb = Inside("application/zip", b"PK\x03\x04" + b"\x00" * 100, "42.zip")
    assert read(of_parts("mixed", PLAIN, bomb)).attachments[0].content == bomb.content


def nested(depth: int) -> bytes:
    head = "Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n"
    return "".join(head.format(one) for one in range(depth)).encode()


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        (nested(100_000), "too_deep"),
        (of_parts("mixed", PLAIN) + b"\r\n--b1\r\n\r\nx" * 10, ""),
        (of_parts("mixed", *[b"\r\nx"] * 300_000), "too_many_parts"),
        (b"X-Flood: 1\n" * 2_000_000 + mail(), "headers_cut"),
        (mail(Subject="=?utf-8?b?44GC?= " * 1_000_000), "headers_cut"),
        (mail(To="(" * 200_000), ""),
        (mail(To='"\\' * 100_000), ""),
        (mail(Content_Type="text/plain;" + ";" * 200_000), ""),
        (mail(b"-" * 20_000_000, Content_Type="multipart/mixed; boundary=-"), "empty"),
        (mail(b"<a href='" * 2_000_000, Content_Type="text/html"), "text_cut"),
        (mail(b"<div>" * 2_000_000, Content_Type="text/html"), "text_cut"),
        (mail(b"&#" * 2_000_000, Content_Type="text/html"), "text_cut"),
        (mail("あ".encode() * 5_000_000, Content_Type="text/plain; charset=utf-8"), "text_cut"),
        (mail(Date="Mon, 99 Foo 99999 99:99:99 +9999"), ""),
        (mail(Content_Type="multipart/mixed; boundary*=x'y'%ff%"), ""),
        (mail(Content_Type="multipart/mixed"), ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bombs_cost_little_and_leave_their_flag(raw: bytes, flag: str) -> None:
    begun = time.monotonic()
    found = read(raw)
    assert time.monotonic() - begun < LONGEST_S
    assert "unreadable" not in found.flags
    assert not flag or flag in found.flags


def test_a_page_whose_end_is_not_read_says_so() -> None:
    """Its words would fit; what stands behind two megabytes of signs is not looked at."""
    quoted = b"=3D=3D=3D=3D" * 1_000_000 + b"<p>last"
    page = {"Content_Type": "text/html", "Content_Transfer_Encoding": "quoted-printable"}
    hidden = read(mail(b"<p>first<!-- " + quoted, **page))
    assert (hidden.text, hidden.flags) == ("first", ("html_only", "text_cut"))


def test_a_file_that_was_cut_on_its_way_is_kept_as_far_as_it_came() -> None:
    whole = of_parts("mixed", PLAIN, PICTURE)
    cut = whole[: whole.index(PICTURE.lines()[-40:])]
    found = read(cut)
    assert found.text == "ご相談"
    assert PICTURE.content.startswith(found.attachments[0].content[:100])
