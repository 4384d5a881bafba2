"""What a file's first bytes say it is (中身の種類): a table of signatures, nothing is parsed.

Whoever sends a file names it as they like. The desk is told what it begins like, so that a program
called `.jpg` is not opened by mistake; a browser is never told.
"""

FIRST = 64 * 1024
HEAD = 64
SHORT = 2
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"GIF8", "gif"),
    (8, b"WEBP", "webp"),
    (4, b"ftypheic", "heic"),
    (4, b"ftypheix", "heic"),
    (4, b"ftyphevc", "heic"),
    (4, b"ftypmif1", "heic"),
    (4, b"ftypmsf1", "heic"),
    (4, b"ftypavif", "picture"),
    (4, b"ftypM4A ", "sound"),
    (4, b"ftyp", "film"),
    (0, b"\x1aE\xdf\xa3", "film"),
    (8, b"AVI ", "film"),
    (8, b"WAVE", "sound"),
    (0, b"ID3", "sound"),
    (0, b"OggS", "sound"),
    (0, b"%PDF-", "pdf"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"Rar!", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"\xd0\xcf\x11\xe0", "office"),
    (0, b"{\\rtf", "office"),
    (0, b"MZ", "program"),
    (0, b"\x7fELF", "program"),
    (0, b"#!/", "program"),
    (0, b"\xcf\xfa\xed\xfe", "program"),
    (0, b"8BPS", "picture"),
    (0, b"II*\0", "picture"),
    (0, b"MM\0*", "picture"),
    (0, b"BM", "picture"),
    (0, b"\0\0\1\0", "picture"),
    (0, b"SIMPLE  =", "picture"),
    (0, b"%!PS", "picture"),
    (0, b"\xd7\xcd\xc6\x9a", "picture"),
    (0, b"bplist00", "markup"),
)
MARKUP = (b"<svg", b"<?xml", b"<!doctype", b"<html", b"<head", b"<script", b"mime-version:")
POSITION = (
    b"\x25\x88\x04\x00\x01\x00\x00\x00",  # the tag GPSInfo of EXIF, either way round
    b"\x88\x25\x00\x04\x00\x00\x00\x01",
    b"GPSLatitude",
)


def looks(first: bytes) -> str:
    r"""What a file begins like, as a code: `jpeg`, `pdf`, `program`, …, `text` or `unknown`.

    >>> looks(b"MZ\x90\0"), looks(b"\xff\xd8\xff\xe0"), looks("こんにちは".encode()), looks(b"")
    ('program', 'jpeg', 'text', 'unknown')
    """
    if EICAR in first:
        return "eicar"
    head = first[:HEAD]
    for at, signature, code in SIGNATURES:
        telling = len(signature) > SHORT or b"\0" in head  # a text may begin with MZ or BM
        if telling and head[at : at + len(signature)] == signature:
            return code
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        return "markup"
    return "text" if head and b"\0" not in head else "unknown"


def tells_place(first: bytes) -> bool:
    """Does its beginning hold the mark of a position (位置情報), as telephones write it?

    >>> tells_place(b"Exif MM" + bytes.fromhex("8825000400000001")), tells_place(b"Exif")
    (True, False)
    """
    return any(mark in first for mark in POSITION)
