"""A sealed value opens at its own address with its own key, and nowhere else."""

from itertools import permutations
from uuid import UUID, uuid4

import pytest

from madoguchi.tools.audit import chain, opening
from madoguchi.tools.vault import cipher
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.tools.vault.seal import Drawer

KEY = bytes(range(32))
NEAR = (
    cipher.Address(UUID(int=1), "shared/entry", UUID(int=1), UUID(int=1), version=2),
    cipher.Address(UUID(int=1), "shared/entry", UUID(int=1), None),
)
ADDRESSES = NEAR + tuple(
    cipher.Address(UUID(int=office), label, UUID(int=row), UUID(int=case))
    for office in (1, 2)
    for label in ("shared/entry", "staff/entry")
    for case in (1, 2, 3)
    for row in (1, 2, 3, 4)
)


def opens(key: bytes, address: cipher.Address, blob: bytes) -> bool:
    try:
        cipher.unlock(key, address, blob)
    except cipher.Unreadable:
        return False
    return True


def test_fifty_values_swapped_in_every_way_are_all_refused() -> None:
    """Across rows, labels, cases, offices and versions, under one and the same key."""
    blobs = [cipher.seal(KEY, address, str(address).encode()) for address in ADDRESSES]
    assert len(ADDRESSES) == 50
    assert all(opens(KEY, *pair) for pair in zip(ADDRESSES, blobs, strict=True))  # the control
    moved = permutations(range(50), 2)
    assert not [pair for pair in moved if opens(KEY, ADDRESSES[pair[0]], blobs[pair[1]])]


def test_every_changed_byte_and_every_cut_is_noticed() -> None:
    blob = cipher.seal(KEY, ADDRESSES[0], "ここだけの話".encode())
    for place in range(len(blob)):
        changed = bytearray(blob)
        changed[place] ^= 1 << place % 8
        assert not opens(KEY, ADDRESSES[0], bytes(changed))
        assert not opens(KEY, ADDRESSES[0], blob[:place])


def test_another_key_does_not_open_even_under_the_same_name() -> None:
    blob = cipher.seal(KEY, ADDRESSES[0], b"x")
    wrong = cipher.new_key()
    assert not opens(wrong, ADDRESSES[0], blob)
    assert not opens(wrong, ADDRESSES[0], blob[:1] + cipher.key_name(wrong) + blob[5:])


def test_the_length_says_little() -> None:
    lengths = {len(cipher.seal(KEY, ADDRESSES[0], b"x" * count)) for count in range(252)}
    assert len(lengths) == 1


def test_the_same_value_never_looks_the_same() -> None:
    assert len({cipher.seal(KEY, ADDRESSES[0], b"yes") for _ in range(20)}) == 20


def test_a_wrap_opens_only_with_its_key_at_its_address() -> None:
    blob = cipher.wrap(KEY, ADDRESSES[0], b"k" * 32)
    assert cipher.unwrap(KEY, ADDRESSES[0], blob) == b"k" * 32
    for key, address, bytes_ in (
        (cipher.new_key(), ADDRESSES[0], blob),
        (KEY, ADDRESSES[1], blob),
        (KEY, ADDRESSES[0], blob[:-1] + bytes([blob[-1] ^ 1])),
    ):
        with pytest.raises(cipher.Unreadable):
            cipher.unwrap(key, address, bytes_)


def test_a_letter_opens_only_for_its_office_and_address() -> None:
    private, public = cipher.new_letterbox()
    stranger, _ = cipher.new_letterbox()
    letter = cipher.post_letter(public, ADDRESSES[0], KEY)
    assert cipher.read_letter(private, ADDRESSES[0], letter) == KEY
    for key, address, blob in (
        (stranger, ADDRESSES[0], letter),
        (private, ADDRESSES[-1], letter),
        (private, ADDRESSES[0], letter[:-1] + bytes([letter[-1] ^ 1])),
    ):
        with pytest.raises(cipher.Unreadable):
            cipher.read_letter(key, address, blob)


def test_a_drawer_opens_only_what_the_audit_line_holds() -> None:
    row = uuid4()
    with chain.seals() as known:
        said = chain.Hashes.of(known)
        drawer = Drawer(UUID(int=1), UUID(int=2), "shared", KEY, said, opening.OWN)
        old = drawer.seal("told", row, {"contact_rule": "phone"})
        new = drawer.seal("told", row, {"contact_rule": "wait"})
    assert drawer.open("told", row, new) == {"contact_rule": "wait"}
    with pytest.raises(Tampered):
        drawer.open("told", row, old)  # yesterday's "you may phone" does not come back
    with pytest.raises(Tampered):
        drawer.open("told", uuid4(), new)
    assert str(KEY) not in repr(drawer)
