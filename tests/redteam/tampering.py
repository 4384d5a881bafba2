"""Seeded tampers in sealed files, and whether verification names the file.

Run as `python -m tests.redteam.tampering COUNT` in a house; prints one JSON line.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

type Tamper = Callable[[random.Random, bytes, bytes], bytes]


def cut(sealed: bytes) -> list[bytes]:
    """The header, then each sealed segment."""
    from madoguchi.tools.vault.files import FIRST, REST, TAG  # after Django
    from madoguchi.tools.vault.store import HEADER  # the same

    pieces, at, size = [sealed[:HEADER]], HEADER, FIRST + TAG
    while at < len(sealed):
        pieces.append(sealed[at : at + size])
        at, size = at + size, REST + TAG
    return pieces


def flipped(chance: random.Random, sealed: bytes, _other: bytes) -> bytes:
    """One bit of one segment, or of the header, is another."""
    pieces = cut(sealed)
    place = chance.randrange(len(pieces))
    piece = bytearray(pieces[place])
    piece[chance.randrange(len(piece))] ^= 1 << chance.randrange(8)
    return b"".join([*pieces[:place], bytes(piece), *pieces[place + 1 :]])


def shortened(chance: random.Random, sealed: bytes, _other: bytes) -> bytes:
    """The tail is cut off anywhere."""
    return sealed[: chance.randrange(len(sealed))]


def without_last(_chance: random.Random, sealed: bytes, _other: bytes) -> bytes:
    """The last segment is cut off exactly, and the length made good with nothing."""
    pieces = cut(sealed)
    return b"".join(pieces[:-1]) + bytes(len(pieces[-1]))


def swapped(chance: random.Random, sealed: bytes, other: bytes) -> bytes:
    """Two segments change places; a file of one segment becomes the other file."""
    pieces = cut(sealed)
    if len(pieces) <= 3:
        return other
    one, two = chance.sample(range(1, len(pieces)), 2)
    pieces[one], pieces[two] = pieces[two], pieces[one]
    return b"".join(pieces)


def emptied(_chance: random.Random, _sealed: bytes, _other: bytes) -> bytes:
    """Nothing is left."""
    return b""


def foreign(_chance: random.Random, sealed: bytes, other: bytes) -> bytes:
    """The bytes of another case's file, at this file's length."""
    return (other * (len(sealed) // len(other) + 1))[: len(sealed)]


def longer(chance: random.Random, sealed: bytes, _other: bytes) -> bytes:
    """Bytes are added at the end."""
    return sealed + chance.randbytes(chance.randrange(1, 100))


TAMPERS: tuple[Tamper, ...] = (
    flipped,
    flipped,
    flipped,
    shortened,
    without_last,
    swapped,
    emptied,
    foreign,
    longer,
)


def rounds(
    count: int, paths: list[Path], named: Callable[[], set[str]], seed: int = 20261125
) -> Counter[str]:
    """How often each kind was done, and under `missed …` how often it was not named.

    Between two tampers the file is put back; `clean` counts how often nothing was named then.
    """
    chance, told = random.Random(seed), Counter[str]()
    for number in range(count):
        path = paths[number % len(paths)]
        other = chance.choice([one for one in paths if one != path])
        tamper = TAMPERS[number % len(TAMPERS)]
        sealed = path.read_bytes()
        spoilt = tamper(chance, sealed, other.read_bytes())
        if spoilt == sealed:
            spoilt = flipped(chance, sealed, b"")
        path.write_bytes(spoilt)
        told[tamper.__name__] += 1
        if named() != {path.name}:
            told[f"missed {tamper.__name__}"] += 1
        path.write_bytes(sealed)
        told["clean"] += number % 20 != 0 or not named()
    return told


def main() -> None:
    """Tamper with files of several segments, each of another case, in turn."""
    from madoguchi.ops.start import django

    django("desk")
    from madoguchi.ops.soundness import findings
    from madoguchi.tools.office.models import Office
    from madoguchi.tools.office.public import card
    from madoguchi.tools.vault.models import HeldFile
    from madoguchi.web.kit.arrival import now
    from tests import lying
    from tests.redteam.house import asked_with_file

    office = Office.objects.get()
    for size in (2_500_000, 1_300_000, 700_000, 3_300_000):
        asked_with_file(card(office), now(), content=random.randbytes(size))
    paths = [lying.place(pk) for pk in HeldFile.objects.values_list("pk", flat=True)]

    def named() -> set[str]:
        return {one.what.split()[-1].replace("-", "") for one in findings(office)}

    print(json.dumps(rounds(int(sys.argv[1]), paths, named)))


if __name__ == "__main__":
    main()
