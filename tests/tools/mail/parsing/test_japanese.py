"""Rows and cells: what the standards have is as they have it, what Windows adds is read too."""

import pytest

from madoguchi.tools.mail.parsing.charset import euc_jp, iso_2022_jp

ADDED = {"2d21": "①", "2d6a": "㈱", "7c62": "髙", "7975": "﨑"}
WAVES = {"〜": "～", "‖": "∥", "−": "－", "¢": "￠", "£": "￡", "¬": "￢"}


def seven_bit(pair: bytes) -> bytes:
    return b"\x1b$B" + pair + b"\x1b(B"


@pytest.mark.parametrize(("pair", "sign"), ADDED.items())
def test_signs_that_windows_added(pair: str, sign: str) -> None:
    raw = bytes.fromhex(pair)
    assert iso_2022_jp(seven_bit(raw)) == sign
    assert euc_jp(bytes(byte | 0x80 for byte in raw)) == sign


def test_every_sign_of_the_standard_is_the_same() -> None:
    different = {}
    for row in range(0x21, 0x7F):
        for cell in range(0x21, 0x7F):
            raw = seven_bit(bytes((row, cell)))
            standard = raw.decode("iso2022_jp", "ignore")
            ours = iso_2022_jp(raw)
            assert ours == euc_jp(bytes((row | 0x80, cell | 0x80)))
            if standard and ours != standard:
                different[standard] = ours
    assert different == WAVES  # code page 932 has them so


def test_half_kana_roman_and_supplement() -> None:
    assert iso_2022_jp(b"\x1b(I12\x1b(Bx\x1b(J\\y\x1b$(D\x22\x2f\x1b(B") == "ｱｲx\\y˘"
    assert euc_jp(bytes.fromhex("8eb1 8fa2af")) == "ｱ˘"


def test_a_line_begins_in_single_bytes() -> None:
    assert iso_2022_jp(b'\x1b$B$"\nabc') == "あ\nabc"


@pytest.mark.parametrize("raw", [b"\x1b$B$", b"\x1b$B\x01\x02", b"\x1b$B~~\x1b(B", b"\xff"])
def test_what_cannot_be_read_is_marked(raw: bytes) -> None:
    assert "�" in iso_2022_jp(raw)
    assert "�" in euc_jp(b"\xa4")
