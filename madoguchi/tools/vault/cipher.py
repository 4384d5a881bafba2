"""Seals values and keys: AES-256-GCM, HKDF, HPKE, Argon2id from `cryptography`, nothing else."""

import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FORMAT = b"\x01"
KEY, SALT, NONCE = 32, 32, 12
BLOCK = 256
LETTERBOX = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Unreadable(Exception):
    """The bytes are not what was sealed under this key at this address."""


class Damaged(Unreadable):
    """It opens, but it is no value that the house seals: nothing is read from it."""


class Tampered(Exception):
    """A sealed value is not the one that the audit's line holds, or not with what is beside it."""


class Address(NamedTuple):
    """Where a sealed value lives; a value moved to another address does not open.

    `associated_data`: what stands in the clear beside it there.
    """

    office_id: UUID | str
    label: str
    row_id: UUID | str
    case_id: UUID | str | None = None
    version: int = 1
    associated_data: bytes = b""

    def encode(self) -> bytes:
        """The associated data of the cipher."""
        where = f"{self.office_id}|{self.label}|{self.row_id}|{self.case_id}|{self.version}|1"
        return where.encode() + self.associated_data


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY)


def derive(key: bytes, salt: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HKDF-SHA256)."""
    return HKDF(hashes.SHA256(), KEY, salt, f"madoguchi/{purpose}/v1".encode()).derive(key)


def key_name(key: bytes) -> bytes:
    """Four bytes by which a blob names the key that opens it."""
    return hmac.digest(key, b"madoguchi/name", "sha256")[:4]


def seal(key: bytes, address: Address, plain: bytes) -> bytes:
    """Sealed bytes: format, key name, salt, nonce, ciphertext; padded to 256-byte blocks."""
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    framed = len(plain).to_bytes(4, "big") + plain
    framed += bytes(-len(framed) % BLOCK)
    sealed = AESGCM(derive(key, salt, "value")).encrypt(nonce, framed, address.encode())
    return FORMAT + key_name(key) + salt + nonce + sealed


def unlock(key: bytes, address: Address, blob: bytes, name: bytes = b"") -> bytes:
    """What `seal` was given; who opens many values tells the key's name, made once.

    Raises:
        Unreadable: another key, another address, another format or changed bytes.
    """
    if blob[:1] != FORMAT or blob[1:5] != (name or key_name(key)):
        raise Unreadable
    salt, nonce, sealed = blob[5:37], blob[37:49], blob[49:]
    try:
        framed = AESGCM(derive(key, salt, "value")).decrypt(nonce, sealed, address.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error
    return framed[4 : 4 + int.from_bytes(framed[:4], "big")]


def wrap(outer: bytes, address: Address, inner: bytes) -> bytes:
    """A key sealed under another key."""
    nonce = os.urandom(NONCE)
    sealed = AESGCM(derive(outer, b"", "wrap")).encrypt(nonce, inner, address.encode())
    return FORMAT + key_name(outer) + nonce + sealed


def unwrap(outer: bytes, address: Address, blob: bytes) -> bytes:
    """The key that `wrap` was given.

    Raises:
        Unreadable: another key, address or format.
    """
    return unwrapper(outer)(address, blob)


def unwrapper(outer: bytes) -> Callable[[Address, bytes], bytes]:
    """What unwraps any number of keys under one outer key, which is derived once; see `unwrap`."""
    named, opener = FORMAT + key_name(outer), AESGCM(derive(outer, b"", "wrap"))

    def one(address: Address, blob: bytes) -> bytes:
        if blob[:5] != named:
            raise Unreadable
        try:
            return opener.decrypt(blob[5:17], blob[17:], address.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error

    return one


def post_letter(public: bytes, address: Address, key: bytes) -> bytes:
    """A 32-byte key sealed to the office's public key (HPKE P-256)."""
    recipient = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    return FORMAT + LETTERBOX.encrypt(key, recipient, address.encode())


def read_letter(private: bytes, address: Address, blob: bytes) -> bytes:
    """The key inside a letter.

    Raises:
        Unreadable: sealed to another office, for another address, another format, or changed.
    """
    if blob[:1] != FORMAT:
        raise Unreadable
    recipient = ec.derive_private_key(int.from_bytes(private, "big"), ec.SECP256R1())
    try:
        return LETTERBOX.decrypt(blob[1:], recipient, address.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def new_letterbox() -> tuple[bytes, bytes]:
    """Private number (32 bytes) and public point (65 bytes) of a new office."""
    private = ec.generate_private_key(ec.SECP256R1())
    number = private.private_numbers().private_value.to_bytes(KEY, "big")
    return number, public_point(number)


def public_point(number: bytes) -> bytes:
    """The public point that belongs to a private number."""
    private = ec.derive_private_key(int.from_bytes(number, "big"), ec.SECP256R1())
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass(frozen=True)
class Cost:
    """What one try of a secret costs: Argon2id memory (KiB), passes, lanes."""

    memory_kib: int
    passes: int
    lanes: int = 1


PRODUCTION = Cost(64 * 1024, 3)
TEST = Cost(1024, 1)


def stretch(secret: str, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
    """Two halves of 32 bytes from a short secret: one to verify with, one to unwrap with."""
    argon = Argon2id(
        salt=salt,
        length=2 * KEY,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    both = argon.derive(secret.encode())
    return both[:KEY], both[KEY:]
