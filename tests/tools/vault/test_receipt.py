"""Receipts: typed in any way, the same work for every wrong pair, opened by the right one."""

import random
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import cipher, receipt, seal
from madoguchi.tools.vault.models import DrawerKey, Receipt

SECRET = "1234567812345678"
WRONG = "1234567812345679"
ROW = UUID(int=7)


@dataclass
class Filed:
    """A case's receipt and a value in its drawer."""

    case_id: UUID
    number: str
    blob: bytes


def file(office: OfficeCard, now: datetime, secret: str = SECRET) -> Filed:
    case_id, prepared = uuid4(), receipt.prepare(secret)
    with chain.seals() as sealed:
        drawer = seal.new_shared(office, case_id, prepared.key)
        receipt.file(prepared, drawer)
        blob = drawer.seal("receipt", ROW, "told")
    chain.append(
        Actor(office.id, "consultee"), "case.open", case_id, outcome="done", now=now, sealed=sealed
    )
    return Filed(case_id, prepared.number, blob)


@pytest.fixture
def filed(office: OfficeCard, now: datetime) -> Filed:
    return file(office, now)


@pytest.fixture
def stretches(monkeypatch: pytest.MonkeyPatch) -> list[cipher.Cost]:
    """The costs of every stretch that was asked for."""
    costs: list[cipher.Cost] = []
    stretch = cipher.stretch

    def counted(secret: str, salt: bytes, cost: cipher.Cost) -> tuple[bytes, bytes]:
        costs.append(cost)
        return stretch(secret, salt, cost)

    monkeypatch.setattr(cipher, "stretch", counted)
    return costs


def test_the_right_pair_opens_what_was_sealed(office: OfficeCard, filed: Filed) -> None:
    drawer = receipt.present(office.id, filed.number, SECRET, "net")
    assert drawer is not None
    assert drawer.case_id == filed.case_id
    assert drawer.open("receipt", ROW, filed.blob) == "told"


TYPED = [
    ("{0}", "1234567812345678"),
    ("{1}", "1234-5678-1234-5678"),
    (" {1} ", "１２３４　５６７８　１２３４　５６７８"),
    ("{2}", "1234ー5678−1234—5678"),
    ("{3}", "I234 5678 l234 567８"),
    ("受付番号：{1}", "|2345678\n1234\t5678"),
]


@pytest.mark.parametrize(("number", "secret"), TYPED)
def test_typed_in_any_way(office: OfficeCard, filed: Filed, number: str, secret: str) -> None:
    digits = filed.number
    wide = digits.translate({ord("0") + n: chr(ord("０") + n) for n in range(10)})
    letters = digits.replace("0", "O").replace("1", "I")
    typed = number.format(digits, receipt.grouped(digits), wide, letters)
    assert receipt.present(office.id, typed, secret, "net") is not None


def test_every_wrong_pair_costs_the_same_and_gets_the_same_answer(
    office: OfficeCard,
    other_office: OfficeCard,
    filed: Filed,
    now: datetime,
    stretches: list[cipher.Cost],
) -> None:
    twin = file(office, now, "9999000099990000")
    stretches.clear()
    wrong = {
        "unknown number": (office.id, "0" * 13, SECRET),
        "wrong secret": (office.id, filed.number, WRONG),
        "another's secret": (office.id, filed.number, "9999000099990000"),
        "another's number": (office.id, twin.number, SECRET),
        "another office": (other_office.id, filed.number, SECRET),
        "no number": (office.id, "", SECRET),
        "no secret": (office.id, filed.number, ""),
        "neither": (office.id, "あ", "い"),
        "endless": (office.id, "1" * 5000, "1" * 5000),
    }
    for name, (where, number, secret) in wrong.items():
        with CaptureQueriesContext(connection) as queries:
            assert receipt.present(where, number, secret, "net") is None, name
        assert len(queries) == 1, name
    assert stretches == [cipher.TEST] * len(wrong)  # one try each, at one price


def test_a_secret_moved_to_another_case_opens_nothing(
    office: OfficeCard, filed: Filed, now: datetime
) -> None:
    """Someone with the database puts the proof of a receipt they hold upon another's case."""
    mine = Receipt.objects.get(case_id=file(office, now, WRONG).case_id)
    Receipt.objects.filter(case_id=filed.case_id).update(
        salt=mine.salt, verifier=mine.verifier, commitment=mine.commitment
    )
    assert receipt.present(office.id, filed.number, WRONG, "net") is None
    assert receipt.present(office.id, filed.number, SECRET, "net") is None


def test_a_wrap_moved_with_its_proof_opens_no_value_of_the_other_case(
    office: OfficeCard, filed: Filed, now: datetime
) -> None:
    own = file(office, now, WRONG)
    mine = Receipt.objects.get(case_id=own.case_id)
    Receipt.objects.filter(case_id=filed.case_id).update(
        salt=mine.salt, verifier=mine.verifier, commitment=mine.commitment
    )
    wrap = DrawerKey.objects.get(case_id=own.case_id, by="receipt")
    DrawerKey.objects.filter(case_id=filed.case_id, by="receipt").update(blob=wrap.blob)
    assert receipt.present(office.id, filed.number, WRONG, "net") is None


def test_another_key_under_the_right_secret_is_noticed(office: OfficeCard, filed: Filed) -> None:
    """The commitment holds the drawer's key: a second key that opens under the secret does not."""
    held = Receipt.objects.get(case_id=filed.case_id)
    _, key = cipher.stretch(SECRET, bytes(held.salt), cipher.TEST)
    address = seal.receipt_address(office.id, filed.case_id)
    forged = cipher.wrap(key, address, cipher.new_key())
    DrawerKey.objects.filter(case_id=filed.case_id, by="receipt").update(blob=forged)
    assert receipt.present(office.id, filed.number, SECRET, "net") is None


def test_the_price_is_that_of_the_record(
    office: OfficeCard, filed: Filed, stretches: list[cipher.Cost]
) -> None:
    Receipt.objects.filter(case_id=filed.case_id).update(memory_kib=2048, passes=2)
    assert receipt.present(office.id, filed.number, SECRET, "net") is None
    assert stretches == [cipher.Cost(2048, 2)]


def test_one_try_at_the_price_of_production(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "RECEIPT_COST", "production")
    filed = file(office, now)
    held = Receipt.objects.get(case_id=filed.case_id)
    assert (held.memory_kib, held.passes) == (65536, 3)
    assert receipt.present(office.id, filed.number, SECRET, "net") is not None
    assert receipt.present(office.id, filed.number, WRONG, "net") is None


def test_the_tables_hold_neither_secret_nor_what_unwraps(office: OfficeCard, filed: Filed) -> None:
    held = Receipt.objects.get(case_id=filed.case_id)
    verify, key = cipher.stretch(SECRET, bytes(held.salt), cipher.TEST)
    stored = b"".join(
        bytes(part) for part in (held.salt, held.verifier, held.commitment)
    ) + b"".join(bytes(row.blob) for row in DrawerKey.objects.all())
    for secret in (SECRET.encode(), verify, key):
        assert secret not in stored
    prepared = receipt.prepare(SECRET)
    assert not any(secret in repr(prepared) for secret in (SECRET, repr(prepared.key)))


def test_a_repeat_shows_the_same_secret_and_another_salt_another() -> None:
    key = cipher.new_key()
    secrets = [receipt.derive_secret(key, salt) for salt in (bytes(16), bytes(16), b"1" * 16)]
    assert secrets[0] == secrets[1] != secrets[2]
    assert all(len(secret) == 16 and secret.isdigit() for secret in secrets)
    assert receipt.derive_secret(cipher.new_key(), bytes(16)) != secrets[0]


def test_numbers_are_grouped_checked_and_say_nothing_of_their_order() -> None:
    numbers = [receipt.new_number() for _ in range(300)]
    assert len(set(numbers)) == 300
    assert numbers != sorted(numbers)
    assert all(receipt.check_digit(number[:-1]) == number[-1] for number in numbers)
    assert [len(group) for group in receipt.grouped(numbers[0]).split("-")] == [4, 4, 5]
    assert [len(group) for group in receipt.grouped(SECRET).split("-")] == [4, 4, 4, 4]


def test_the_check_digit_notices_every_single_wrong_digit_and_most_exchanges() -> None:
    chance = random.Random(7)
    for _ in range(50):
        digits = "".join(str(chance.randrange(10)) for _ in range(12))
        check = receipt.check_digit(digits)
        for place in range(12):
            other = str((int(digits[place]) + chance.randrange(1, 10)) % 10)
            assert receipt.check_digit(digits[:place] + other + digits[place + 1 :]) != check
        for place in range(11):
            one, two = digits[place], digits[place + 1]
            if one != two and {one, two} != {"0", "9"}:
                turned = digits[:place] + two + one + digits[place + 2 :]
                assert receipt.check_digit(turned) != check
