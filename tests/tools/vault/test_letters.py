"""Every byte of a letter counts, its format byte included."""

from uuid import UUID

import pytest

from madoguchi.tools.vault import cipher

ADDRESS = cipher.Address(UUID(int=1), "letter/shared", UUID(int=2), UUID(int=2))


def test_every_changed_byte_and_every_cut_is_noticed() -> None:
    private, public = cipher.new_letterbox()
    inner = cipher.new_key()
    letter = cipher.post_letter(public, ADDRESS, inner)
    assert cipher.read_letter(private, ADDRESS, letter) == inner  # control
    for place in range(len(letter)):
        changed = bytearray(letter)
        changed[place] ^= 1 << place % 8
        for blob in (bytes(changed), letter[:place]):
            with pytest.raises(cipher.Unreadable):
                cipher.read_letter(private, ADDRESS, blob)
