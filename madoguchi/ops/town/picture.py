"""Small PNG pictures that show nothing: pale stripes, made from a name."""

import struct
import zlib

WIDTH, HEIGHT, STRIPE = 96, 64, 8


def picture(name: str) -> bytes:
    """The bytes of a PNG whose colours follow from the name."""
    mark = zlib.crc32(name.encode())
    colours = [bytes(160 + (mark >> shift & 63) for shift in at) for at in ((0, 6, 12), (18, 3, 9))]
    rows = b"".join(b"\0" + colours[row // STRIPE % 2] * WIDTH for row in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
