"""A program of a house that stands by: loaded once, each time it is told something a copy does it.

Run as `python -m tests.proof.standing MODULE`; each line of its input is the words of one telling.
"""

import json
import os
import runpy
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import BinaryIO, Protocol

from tests.proof.house import House, kill


class Say(Protocol):
    """Tells a standing program some words and gives back what it printed."""

    def __call__(self, *words: str) -> str: ...


@contextmanager
def standing(house: House, module: str, window: str = "desk") -> Iterator[Say]:
    """What tells the module something, as `-m MODULE WORDS` does, and gives back what it prints."""
    program = house.start("-m", "tests.proof.standing", module, window=window)
    ear, mouth = program.stdin, program.stdout
    assert ear is not None
    assert mouth is not None

    def say(*words: str) -> str:
        ear.write(json.dumps(words) + "\n")
        ear.flush()
        line = mouth.readline()
        assert line.startswith("["), line + kill(program)
        well, printed = json.loads(line)
        assert well, printed
        return str(printed).strip()

    try:
        yield say
    finally:
        kill(program)


def main(module: str) -> None:
    """Load all that the module needs, then do what it is told until nobody listens."""
    from django.db import connections

    import_module(module)
    del sys.modules[module]  # it begins anew each time, with a clock of its own
    connections.close_all()
    for line in sys.stdin:
        print(json.dumps(told(module, json.loads(line))), flush=True)


def told(module: str, words: list[str]) -> tuple[bool, str]:
    """Whether a copy of this process ended well, and what it printed."""
    with tempfile.TemporaryFile() as printed:
        copy = os.fork()
        if not copy:
            os._exit(_do(module, words, printed))
        _, status = os.waitpid(copy, 0)
        printed.seek(0)
        return status == 0, printed.read().decode()


def _do(module: str, words: list[str], printed: BinaryIO) -> int:
    for stream in (1, 2):
        os.dup2(printed.fileno(), stream)
    sys.argv = [module, *words]
    try:
        runpy.run_module(module, run_name="__main__")
    except BaseException:  # noqa: BLE001 - a copy ends here, whatever it was
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    main(sys.argv[1])
