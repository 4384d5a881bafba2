"""What runs in the child: load the parser, shut the door, only then look at the foreign bytes.

Started by `sandbox.run` as a file of its own: `child.py PARSER CONFIG MEMORY SECONDS OUTPUT`.
Foreign bytes come as standard input, the result goes to standard output, both in memory.

Shut in (隔離), the process can compute and write to what is open, nothing else. A filter of the
kernel (seccomp) lets a handful of calls through; every other answers "not permitted": no file,
socket, program, process, signal. The limits hold where the filter would not.
"""

import ctypes
import importlib
import mmap
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

FAILED = 3  # whatever the reason: its words could quote what someone wrote
SHUT = resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_CORE
# read write close fstat lseek mmap mprotect munmap brk mremap madvise futex exit exit_group
# getrandom clock_gettime rt_sigaction rt_sigprocmask rt_sigreturn
X86 = (0, 1, 3, 5, 8, 9, 10, 11, 12, 25, 28, 202, 60, 231, 318, 228, 13, 14, 15)
ARM = (63, 64, 57, 80, 62, 222, 226, 215, 214, 216, 233, 98, 93, 94, 278, 113, 134, 135, 139)
CALLS = {"x86_64": (0xC000003E, X86), "aarch64": (0xC00000B7, ARM)}
NO_NEW_PRIVILEGES, SECCOMP, FILTER, DUMPABLE, DIE_WITH_PARENT = 38, 22, 2, 4, 1
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER, MACHINE = 0, 4  # where they stand in what the kernel shows the filter
ALLOW, NOT_PERMITTED, KILL = 0x7FFF0000, 0x00050001, 0x80000000


class Open(Exception):
    """This machine cannot shut a process in: nothing foreign is read on it."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def main() -> int:
    """Parse standard input; the exit code."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    parser, config, *limits = sys.argv[1:]
    parse = importlib.import_module(parser).parse
    raw = mmap.mmap(0, 0, prot=mmap.PROT_READ)
    memory, seconds, output = map(int, limits)
    shut(memory, seconds, output)
    for piece in parse(raw, config):
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(1, rest) :]
    return 0


def shut(memory_bytes: int, cpu_seconds: int, output_bytes: int) -> None:
    """Shut this process in, for good.

    Raises:
        Open: it cannot be done here.
    """
    kernel = ctypes.CDLL(None, use_errno=True)
    steps = _steps()
    program = _Program(len(steps) // 8, steps)
    _control(kernel, DIE_WITH_PARENT, signal.SIGKILL)
    _control(kernel, DUMPABLE, 0)
    _control(kernel, NO_NEW_PRIVILEGES, 1)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output_bytes, output_bytes))
    for limit in SHUT:
        resource.setrlimit(limit, (0, 0))
    _control(kernel, SECCOMP, FILTER, ctypes.byref(program))


def _control(kernel: ctypes.CDLL, option: int, *values: object) -> None:
    if kernel.prctl(option, *values, *(0,) * (4 - len(values))):
        raise Open


def _steps() -> bytes:
    """The filter: another machine's calls kill, a listed number passes, any other is refused."""
    if platform.machine() not in CALLS:
        raise Open
    machine, numbers = CALLS[platform.machine()]
    steps = [(LOAD, 0, 0, MACHINE), (EQUAL, 1, 0, machine), (RETURN, 0, 0, KILL)]
    steps += [(LOAD, 0, 0, NUMBER)]
    steps += [(EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)]
    steps += [(RETURN, 0, 0, NOT_PERMITTED), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


if __name__ == "__main__":
    try:
        code = main()
    except BaseException:  # noqa: BLE001 - also a full memory or a stack too deep
        code = FAILED
    os._exit(code)
