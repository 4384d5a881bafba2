"""Makes the files of the sixty bad inputs; none is committed (scanners would trip over them)."""

import io
import struct
import zipfile
import zlib

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
ZEROS = b"\0" * 2_000_000
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"


def zipped(**members: bytes) -> bytes:
    """A ZIP of these members; `__` in a name stands for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def png(width: int, height: int, *more: tuple[bytes, bytes]) -> bytes:
    """A PNG that says it is this large, with further chunks."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), *more, (b"IEND", b"")]
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def flat_png(side: int) -> bytes:
    """A whole PNG of one colour, one bit a pixel: small as a file, huge as a picture."""
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + -(-side // 8))
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    whole = png(side, side, (b"IDAT", data))
    return whole.replace(struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0), head, 1)


def jpeg_from(latitude: tuple[int, int, int], *, big_endian: bool = True) -> bytes:
    """The beginning of a JPEG whose EXIF holds a position, as telephones write it."""
    order, mark = (">", b"MM\0*") if big_endian else ("<", b"II*\0")
    gps = struct.pack(f"{order}HHHII", 1, 2, 5, 3, 44)  # GPSLatitude: three fractions at 44
    degrees = b"".join(struct.pack(f"{order}II", part, 1) for part in latitude)
    pointer = struct.pack(f"{order}HHHII", 1, 0x8825, 4, 1, 26)  # GPSInfo lies at 26
    tiff = mark + struct.pack(f"{order}I", 8) + pointer + bytes(4) + gps + bytes(4) + degrees
    exif = b"Exif\0\0" + tiff
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + b"\xff\xd9"


def heic(brand: bytes = b"heic") -> bytes:
    """The head of a picture as an iPhone makes it."""
    return b"\0\0\0\x18ftyp" + brand + bytes(4) + b"mif1" + brand + bytes(64)


def film(length: int, brand: bytes = b"qt  ") -> bytes:
    """A film without its index (moov)."""
    return b"\0\0\0\x14ftyp" + brand + bytes(8) + b"\0\0\0\0mdat" + bytes(length)


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, none of which has to make sense."""
    return b"%PDF-1.7\n" + b"\n".join(objects) + b"\n%%EOF\n"


def animation(frames: int) -> bytes:
    """A GIF with this many frames."""
    return b"GIF89a" + struct.pack("<HH", 1, 1) + b"\x21\xf9\x04\0\0\0\0\0" * frames + b";"
