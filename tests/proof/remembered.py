"""What lies in the memory of a user's processes: every spelling of a word, looked for as root."""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

PIECE, LONGEST = 32 * 2**20, 4096
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "shift_jis")


def spellings(word: str) -> set[bytes]:
    """All that a program may have made of a word."""
    found = {quote(word, safe="").encode(), quote(word, safe="").lower().encode()}
    found.add(json.dumps(word)[1:-1].encode())
    for encoding in ENCODINGS:
        with suppress(UnicodeEncodeError):
            found.add(word.encode(encoding))
    return found


def of_a_key(word: str) -> set[bytes]:
    """The same of a word that is a key in base64: its bytes, and their other names."""
    found = spellings(word)
    with suppress(binascii.Error, ValueError):
        key = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
        found |= {key, key.hex().encode(), base64.b64encode(key).rstrip(b"=")}
    return found


def processes(user: int) -> list[int]:
    """The processes of a user."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            if f"\nUid:\t{user}\t" in status.read_text():
                found.append(int(status.parent.name))
    return found


def memory(pid: int) -> Iterator[bytes]:
    """What a process has written or may write, in pieces that overlap."""
    with suppress(OSError), Path(f"/proc/{pid}/mem").open("rb", buffering=0) as bytes_of:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            (begins, ends), rights = (
                (int(end, 16) for end in line.split()[0].split("-")),
                line.split()[1],
            )
            if "w" not in rights:
                continue
            for at in range(begins, ends, PIECE):
                with suppress(OSError, ValueError):
                    bytes_of.seek(at)
                    yield bytes_of.read(min(ends, at + PIECE + LONGEST) - at)


def found(user: int, words: Mapping[str, set[bytes]]) -> Counter[str]:
    """How often each word lies in the memory of the user's processes, in any spelling."""
    counted: Counter[str] = Counter()
    for pid in processes(user):
        counted += found_in(memory(pid), words)
    return counted


def found_in(pieces: Iterable[bytes], words: Mapping[str, set[bytes]]) -> Counter[str]:
    """The same in these pieces of memory."""
    counted: Counter[str] = Counter()
    for piece in pieces:
        for name, needles in words.items():
            counted[name] += sum(piece.count(needle) for needle in needles)
    return +counted
