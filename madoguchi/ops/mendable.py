"""What stops a command and can be mended by who typed it: one sentence, and what to do."""

import errno

from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.tools.misconfigured import Misconfigured

REMEDIES: tuple[tuple[type[OSError], str], ...] = (
    (FileNotFoundError, "make it, or name one that is there"),
    (FileExistsError, "name one that is not there yet"),
    (NotADirectoryError, "name a folder"),
    (IsADirectoryError, "name a file"),
    (PermissionError, "run this as its owner, or let this user in"),
    (OSError, "mend that, then run this again"),
)


def mendable(error: Exception) -> str | None:
    """The sentence, or None for a fault of the program, which needs its traceback."""
    match error:
        case Misconfigured() | ProgrammeError():
            return str(error)
        case EOFError():
            said = "ended before the answer came", "run this in a terminal, or hand in the lines"
            return str(Misconfigured("standard input", *said))
        case UnicodeEncodeError():
            found = f"{error.encoding} cannot write Japanese"
            remedy = "set LC_ALL=C.UTF-8, and no PYTHONIOENCODING"
            return str(Misconfigured("standard output", found, remedy))
        case OSError(errno=errno.ENOSPC, filename=None):
            remedy = "make room (`df` says where there is none), then run this again"
            return str(Misconfigured("disk", error.strerror or "full", remedy))
        case OSError(strerror=str(reason)):
            remedy = next(words for kind, words in REMEDIES if isinstance(error, kind))
            return str(Misconfigured(str(error.filename or "standard output"), reason, remedy))
        case _:
            return _of_database(error)


def _of_database(error: Exception) -> str | None:
    """A database that is away, or has not our tables; what contradicts them is a fault of ours."""
    from django.db import InterfaceError, OperationalError, ProgrammingError

    if not isinstance(error, InterfaceError | OperationalError | ProgrammingError):
        return None
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    lacking = "no such table" in reason or "does not exist" in reason
    remedy = "see that it runs, and MADOGUCHI_DATABASE"
    if lacking:
        remedy = "see that MADOGUCHI_HOME names the house you mean; a new one: `madoguchi migrate`"
    if "disk is full" in reason:
        remedy = "make room on the disk, then run this again"
    return str(Misconfigured("database", reason, remedy))
