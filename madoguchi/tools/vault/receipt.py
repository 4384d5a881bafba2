"""Receipts (受付番号と確認番号): made, written apart, checked in one narrow lane."""

import hmac
import os
import secrets
import unicodedata
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from madoguchi.tools.audit import chain, opening
from madoguchi.tools.vault import cipher
from madoguchi.tools.vault.fairness import RECEIPTS
from madoguchi.tools.vault.models import DrawerKey, Receipt
from madoguchi.tools.vault.seal import SHARED, Drawer, receipt_address

NUMBER, SECRET = 13, 16
NINE = 9
LOOKALIKES = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"})


def cost() -> cipher.Cost:
    """What a try costs now; stored with each receipt."""
    return cipher.TEST if settings.RECEIPT_COST == "test" else cipher.PRODUCTION


def check_digit(digits: str) -> str:
    """The Luhn digit of twelve digits.

    >>> check_digit("123456789012")
    '8'
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - NINE if value > NINE else value
    return str(-total % 10)


def new_number() -> str:
    """Twelve random digits and a check digit: says nothing of order or amount."""
    digits = "".join(str(secrets.randbelow(10)) for _ in range(NUMBER - 1))
    return digits + check_digit(digits)


def new_secret() -> str:
    """Sixteen random digits, for a receipt that the desk gives."""
    return str(secrets.randbelow(10**SECRET)).zfill(SECRET)


def well_formed(number: str) -> bool:
    """Whether these are the digits of a receipt number.

    >>> well_formed("1234567890128"), well_formed("1234567890182"), well_formed("1234")
    (True, False, False)
    """
    return len(number) == NUMBER and check_digit(number[:-1]) == number[-1]


def derive_secret(cookie_key: bytes, salt: bytes) -> str:
    """The sixteen digits that follow from the visitor's cookie: a repeat shows the same."""
    material = cipher.derive(cookie_key, salt, "receipt-secret")
    return str(int.from_bytes(material, "big") % 10**SECRET).zfill(SECRET)


def grouped(digits: str) -> str:
    """4-4-5 for a number, 4-4-4-4 for a secret: to be read aloud and copied.

    >>> grouped("1234567890128"), grouped("1234567812345678")
    ('1234-5678-90128', '1234-5678-1234-5678')
    """
    groups = [digits[:4], digits[4:8], digits[8:]]
    if len(digits) == SECRET:
        groups = [digits[at : at + 4] for at in range(0, SECRET, 4)]
    return "-".join(groups)


def plain_digits(typed: str) -> str:
    """The digits of what was typed: full width, spaces, dashes, O for 0 and I for 1 allowed.

    >>> plain_digits("１２３４ー5678 9O128")
    '1234567890128'
    """
    folded = unicodedata.normalize("NFKC", typed).translate(LOOKALIKES)
    return "".join(letter for letter in folded if letter in "0123456789")


@dataclass(frozen=True)
class Prepared:
    """A receipt made outside the transaction, ready to be filed with a case."""

    number: str
    secret: str = field(repr=False)
    salt: bytes = field(repr=False)
    cost: cipher.Cost
    verify: bytes = field(repr=False)
    key: bytes = field(repr=False)


def prepare(secret: str) -> Prepared:
    """Number, salt and stretched keys for a secret. Slow on purpose: call it in the lane."""
    salt, price = os.urandom(16), cost()
    verify, key = cipher.stretch(secret, salt, price)
    return Prepared(new_number(), secret, salt, price, verify, key)


def file(prepared: Prepared, drawer: Drawer) -> Receipt:
    """Write the receipt of a case, inside the act that opens the case."""
    receipt = Receipt(
        office_id=drawer.office_id,
        case_id=drawer.case_id,
        number=prepared.number,
        salt=prepared.salt,
        memory_kib=prepared.cost.memory_kib,
        passes=prepared.cost.passes,
        verifier=_proof(prepared.verify, b"receipt"),
        commitment=_proof(prepared.verify, drawer.key),
    )
    chain.note(receipt.id, "receipt", bytes(receipt.salt) + bytes(receipt.commitment))
    receipt.save(force_insert=True)
    return receipt


def _proof(verify: bytes, what: bytes) -> bytes:
    return hmac.digest(verify, what, "sha256")


def present(office_id: UUID, number: str, secret: str, network: str) -> Drawer | None:
    """The open shared drawer for the right pair; None for anything else, after the same work.

    Raises:
        Busy: the lane stayed full.
    """
    receipt = Receipt.objects.filter(office_id=office_id, number=plain_digits(number)).first()
    price = cipher.Cost(receipt.memory_kib, receipt.passes) if receipt else cost()
    salt = bytes(receipt.salt) if receipt else bytes(16)
    with RECEIPTS.place(network):
        verify, key = cipher.stretch(plain_digits(secret), salt, price)
    expected = bytes(receipt.verifier) if receipt else bytes(32)
    right = hmac.compare_digest(_proof(verify, b"receipt"), expected)
    if receipt is None or not right:
        return None
    return _unwrap(receipt, verify, key)


def _unwrap(receipt: Receipt, verify: bytes, key: bytes) -> Drawer | None:
    row = DrawerKey.objects.filter(
        office_id=receipt.office_id, case_id=receipt.case_id, drawer=SHARED, by="receipt"
    ).first()
    if row is None:
        return None
    address = receipt_address(receipt.office_id, receipt.case_id)
    try:
        drawer_key = cipher.unwrap(key, address, bytes(row.blob))
    except cipher.Unreadable:
        return None
    if not hmac.compare_digest(_proof(verify, drawer_key), bytes(receipt.commitment)):
        return None
    return reopen(receipt.office_id, receipt.case_id, drawer_key)


def reopen(office_id: UUID, case_id: UUID, key: bytes) -> Drawer | None:
    """The shared drawer from a key that the visit remembered; None for a forgotten case."""
    if not DrawerKey.objects.filter(office_id=office_id, case_id=case_id, by="receipt").exists():
        return None
    known = chain.sealed_hashes(office_id, case_id)
    return Drawer(office_id, case_id, SHARED, key, known, under=opening.OWN)


def number_of(drawer: Drawer) -> str:
    """The number of an open receipt, grouped as it is written; empty for a forgotten case."""
    rows = Receipt.objects.filter(office_id=drawer.office_id, case_id=drawer.case_id)
    return grouped(rows.values_list("number", flat=True).first() or "")
