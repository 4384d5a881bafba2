"""What runs in the child: load the parser, shut the door, only then look at the foreign bytes.

Started by `apart.run` as a file of its own: `child.py PARSER TOLD MEMORY SECONDS OUTPUT`.
Foreign bytes come as standard input, the result goes to standard output, both in memory.
"""

import importlib
import mmap
import os
import sys
from pathlib import Path

FAILED = 3  # whatever the reason: its words could quote what someone wrote


def main() -> int:
    """Parse what stands open as standard input; the exit code."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    from madoguchi.tools.apart.shut import shut  # noqa: PLC0415 - the path first

    parser, told, *limits = sys.argv[1:]
    parse = importlib.import_module(parser).parse
    raw = mmap.mmap(0, 0, prot=mmap.PROT_READ)
    memory, seconds, output = map(int, limits)
    shut(memory, seconds, output)
    for piece in parse(raw, told):
        _write(memoryview(piece))
    return 0


def _write(piece: memoryview) -> None:
    while piece:
        piece = piece[os.write(1, piece) :]


if __name__ == "__main__":
    try:
        code = main()
    except BaseException:  # noqa: BLE001 - also a full memory or a stack too deep
        code = FAILED
    os._exit(code)
