"""Files as one zip archive, piece by piece: what was written is gone before the next piece comes.

Nothing is pressed together, since pictures and PDF are already; the same files give the same bytes.
"""

import io
import zipfile
from collections.abc import Buffer, Callable, Iterable, Iterator
from dataclasses import dataclass, field

BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first moment that an archive can name
READABLE = 0o644 << 16


@dataclass(frozen=True)
class Part:
    """One file of an archive; `pieces` gives its bytes."""

    name: str
    pieces: Callable[[], Iterable[bytes]] = field(repr=False)


class _Pipe(io.RawIOBase):
    """Holds what was written until it is taken; nothing can be read again or sought."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        """It takes bytes."""
        return True

    def write(self, written: Buffer, /) -> int:
        """Hold the bytes."""
        self._held += (taken := bytes(written))
        return len(taken)

    def taken(self) -> bytes:
        """What was written since; it is let go."""
        held = bytes(self._held)
        self._held.clear()
        return held


def archive(parts: Iterable[Part]) -> Iterator[bytes]:
    """The bytes of an archive of these parts, in their order."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as made:
        for part in parts:
            info = zipfile.ZipInfo(part.name, BEGINNING)
            info.external_attr = READABLE
            with made.open(info, "w") as into:
                for piece in part.pieces():
                    into.write(piece)
                    yield pipe.taken()
            yield pipe.taken()
    yield pipe.taken()
