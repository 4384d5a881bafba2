"""Parsers that go wrong, for the tests of what shuts them in."""

import os
import sys
from collections.abc import Callable, Iterator


def echo(told: str) -> Iterator[bytes]:
    yield b"told "
    yield told.encode()


def eat(_told: str) -> Iterator[bytes]:
    yield bytes(8 * 1024**3)


def spin(told: str) -> Iterator[bytes]:
    while told != "never":
        told += ""
    yield b""


def flood(_told: str) -> Iterator[bytes]:
    while True:
        yield b"x" * 1024 * 1024


def stumble(told: str) -> Iterator[bytes]:
    yield b"half"
    raise ValueError(told)


def dive(told: str) -> Iterator[bytes]:
    yield from dive(told)


def die(_told: str) -> Iterator[bytes]:
    yield b"half"
    os.abort()


def parse(raw: bytes, told: str) -> Iterator[bytes]:
    """Go wrong in the way that the bytes name."""
    way: Callable[[str], Iterator[bytes]] = getattr(sys.modules[__name__], bytes(raw[:]).decode())
    return way(told)
