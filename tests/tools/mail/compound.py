"""A writer of Outlook's container (MS-CFB), as much of it as a .msg of a few streams needs."""

import struct
from dataclasses import dataclass, field

SECTOR = 512
FREE, END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
NONE = 0xFFFFFFFF


@dataclass
class Entry:
    """A line of the directory: a folder or a stream."""

    name: str
    kind: int
    content: bytes = b""
    inner: list["Entry"] = field(default_factory=list)
    sibling: int = NONE
    child: int = NONE
    start: int = END


type Tree = dict[str, bytes | Tree]


def compound(tree: Tree) -> bytes:
    """The container with these streams; every stream takes whole sectors, none is a short one."""
    root = Entry("Root Entry", ROOT, inner=_entries(tree))
    lines = [root]
    _number(root, lines)
    table: list[int] = []
    body = bytearray()
    for one in lines:
        if one.kind == STREAM:
            one.start = _put(one.content.ljust(4096, b"\0"), body, table)
    directory = _put(b"".join(map(_line, lines)), body, table)
    sectors = -(-(len(table) + 8) // (SECTOR // 4))
    first = len(table)
    table += [FAT_SECTOR] * sectors
    table += [FREE] * (sectors * (SECTOR // 4) - len(table))
    body += struct.pack(f"<{len(table)}I", *table)
    return _head(directory, first, sectors) + bytes(body)


def _entries(tree: Tree) -> list[Entry]:
    return [
        Entry(name, STREAM, value)
        if isinstance(value, bytes)
        else Entry(name, STORAGE, inner=_entries(value))
        for name, value in tree.items()
    ]


def _number(above: Entry, lines: list[Entry]) -> None:
    """Give each entry its line; siblings hang on each other as a chain."""
    begin = len(lines)
    lines += above.inner
    for place, one in enumerate(above.inner, begin):
        one.sibling = place + 1 if place + 1 < begin + len(above.inner) else NONE
    above.child = begin if above.inner else NONE
    for one in above.inner:
        _number(one, lines)


def _put(content: bytes, body: bytearray, table: list[int]) -> int:
    """Append the sectors of a stream; the number of its first."""
    first, count = len(table), -(-len(content) // SECTOR)
    body += content.ljust(count * SECTOR, b"\0")
    table += [*range(first + 1, first + count), END]
    return first


def _line(one: Entry) -> bytes:
    name = one.name.encode("utf-16-le") + b"\0\0"
    head = name.ljust(64, b"\0") + struct.pack("<HBB", len(name), one.kind, 1)
    places = struct.pack("<III", NONE, one.sibling, one.child)
    size = max(4096, len(one.content)) if one.kind == STREAM else 0
    return head + places + bytes(36) + struct.pack("<IQ", one.start, size)


def _head(directory: int, first_table: int, tables: int) -> bytes:
    marks = struct.pack("<8s16xHHHHH6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6)
    places = struct.pack("<IIIIIIIII", 0, tables, directory, 0, 0, END, 0, END, 0)
    difat = [*range(first_table, first_table + tables), *[FREE] * (109 - tables)]
    return marks + places + struct.pack("<109I", *difat)
