"""Let foreign bytes be read in a child without key, environment, files, network (隔離した処理)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one reading may take: memory and output in bytes, time in seconds."""

    memory_bytes: int = 512 * MEGABYTE
    seconds: int = 30
    output_bytes: int = 128 * MEGABYTE


class Failed(Exception):
    """The child came to no result: bytes too strange, too many, too slow, or no child here."""


def run_sandboxed(parser: str, raw: bytes, config: str = "", limits: Limits | None = None) -> bytes:
    """What the module `parser` makes of the bytes: it yields pieces from `parse(raw, config)`.

    `config` holds settings, never content: other processes see it. The child could be anybody's
    after it has read foreign bytes: whoever calls believes no more of the result than its form.

    Raises:
        Failed: no result, for whatever reason.
    """
    limits = limits or Limits()
    bounds = (limits.memory_bytes, limits.seconds, limits.output_bytes)
    arguments = (parser, config, *map(str, bounds))
    if not raw:
        raise Failed
    with _in_memory() as given, _in_memory() as result:
        rest = memoryview(raw)
        while rest:
            rest = rest[os.write(given, rest) :]
        try:
            done = subprocess.run(  # noqa: S603 - our own file, and arguments of the caller's code
                (sys.executable, "-I", "-X", "utf8", str(CHILD), *arguments),
                stdin=given,
                stdout=result,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=limits.seconds + 5,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            raise Failed from None
        if done.returncode:
            raise Failed
        with os.fdopen(os.dup(result), "rb") as file:
            file.seek(0)
            return file.read()


@contextmanager
def _in_memory() -> Iterator[int]:
    """A file that lies in memory only and has no name."""
    handle = os.memfd_create("apart")
    try:
        yield handle
    finally:
        os.close(handle)
