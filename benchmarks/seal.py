"""The vault's work on a file, against its own steps done one after the other, each measured alone.

Sealing: SHA-256 of the pieces as they arrive, AES-256-GCM of 1 MiB segments, write + fsync +
rename + fsync of the folders.
"""

import hashlib
import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.parts.command import arguments, finish
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import MIB, OUT, interleaved, rate, ratio

SIZE = 20 * MIB
PIECE = 64 * 1024
SEAL_BAR = 0.80
ROUNDS = 40


def sealed(pieces: list[bytes]) -> float:
    """Seconds to seal what arrives, without the parser before it; it is deleted afterwards."""
    from madoguchi.tools.vault import store
    from madoguchi.tools.vault.upload import SealingHandler

    handler = SealingHandler()
    began = perf_counter()
    handler.new_file("files", "a.png", "image/png", None)
    for piece in pieces:
        handler.receive_data_chunk(piece, 0)
    upload = handler.settled(SIZE)
    taken = perf_counter() - began
    store.delete(upload.file_id)
    return taken


def hashed(pieces: list[bytes]) -> float:
    """Seconds of SHA-256, piece by piece."""
    sha = hashlib.sha256()
    began = perf_counter()
    for piece in pieces:
        sha.update(piece)
    return perf_counter() - began


def encrypted(segments: list[bytes]) -> float:
    """Seconds of AES-256-GCM, segment by segment, into one buffer."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher, into = AESGCM(bytes(32)), bytearray(MIB + 16)
    began = perf_counter()
    for number, segment in enumerate(segments):
        cipher.encrypt_into(number.to_bytes(12, "big"), segment, None, into)
    return perf_counter() - began


def stored(folder: Path, segments: list[bytes]) -> float:
    """Seconds to write the segments and know that they and their place are on disk."""
    part, whole = folder / "a.part", folder / "a"
    began = perf_counter()
    with part.open("wb") as out:
        for segment in segments:
            out.write(segment)
        out.flush()
        os.fsync(out.fileno())
    part.rename(whole)
    for place in (folder, folder.parent):
        handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(handle)
        os.close(handle)
    taken = perf_counter() - began
    whole.unlink()
    return taken


def cut(content: bytes, size: int) -> list[bytes]:
    """The content in pieces."""
    return [content[at : at + size] for at in range(0, len(content), size)]


def sealing(home: Path, rounds: int) -> list[Figure]:
    """Each step, their sum, and the product."""
    content, folder = os.urandom(SIZE), home / "plain"
    pieces, segments = cut(content, PIECE), cut(content, MIB)
    folder.mkdir()
    hash_s, gcm_s, disk_s, ours = interleaved(
        rounds,
        lambda: hashed(pieces),
        lambda: encrypted(segments),
        lambda: stored(folder, segments),
        lambda: sealed(pieces),
    )
    bound = [sum(steps) for steps in zip(hash_s, gcm_s, disk_s, strict=True)]
    near = ratio(bound, ours)
    size = SIZE / MIB
    return [
        Figure("step: SHA-256", f"{rate(size, hash_s):.0f} MiB/s"),
        Figure("step: AES-256-GCM in 1 MiB segments", f"{rate(size, gcm_s):.0f} MiB/s"),
        Figure("step: write, fsync, rename, fsync of folders", f"{rate(size, disk_s):.0f} MiB/s"),
        Figure(
            "sealing 20 MiB",
            f"{rate(size, ours):.0f} MiB/s = {near:.2f} of it",
            f"the three steps in turn {rate(size, bound):.0f} MiB/s",
            f"≥ {SEAL_BAR:.2f}",
            near >= SEAL_BAR,
        ),
    ]


def main() -> int:
    """Measure in a home of its own; 1 when a bar is missed."""
    short = arguments(__doc__).parse_args().short
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT, prefix="bench-") as home:
        os.environ["MADOGUCHI_HOME"] = home
        from madoguchi.ops import start

        start.django("portal")
        figures = sealing(Path(home), 10 if short else ROUNDS)
    return finish("Sealing", figures, [], short=short)


if __name__ == "__main__":
    sys.exit(main())
