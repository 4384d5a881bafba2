"""The `madoguchi` command: one file a verb in `ops/commands`, found, not listed."""

import argparse
import errno
import importlib
import os
import pkgutil
import sys
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol, cast

from madoguchi.ops import commands
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
ROOT = Path(__file__).parents[2]


class Command(Protocol):
    """The functions of a file in `ops/commands`."""

    HELP: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Run the command; the result is the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; whatever a person can mend ends with a sentence and 2, not with a traceback.

    1 where nobody reads on (`| head`), 130 after Ctrl-C.
    """
    _reopen_closed_streams()
    try:
        try:
            args = parser().parse_args(argv)
            return found()[args.verb].run(args)
        finally:
            sys.stdout.flush()  # a pipe or disk that takes no more shows here, not after us
    except BrokenPipeError:
        _drop_unwritten_output()
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        message = remedy_for(error)
        if message is None:
            raise
        _drop_unwritten_output()
        sys.stderr.write(f"{message}\n")
        return 2


def parser() -> argparse.ArgumentParser:
    """All verbs with their options."""
    top = argparse.ArgumentParser(prog="madoguchi", description="窓口: a support desk")
    top.add_argument("--version", action=_Version)
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, command in found().items():
        command.arguments(verbs.add_parser(name, help=command.HELP, description=command.HELP))
    return top


@cache
def found() -> Mapping[str, Command]:
    """Every command by its verb (`key_init.py` would be `key-init`)."""
    names = sorted(module.name for module in pkgutil.iter_modules(commands.__path__))
    return {
        name.replace("_", "-"): cast(
            "Command", importlib.import_module(f"{commands.__name__}.{name}")
        )
        for name in names
    }


class _Version(argparse.Action):
    """Works the version out when it is asked for, not at every start."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(nargs=0, help="say which version this is, and of which commit", **kwargs)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"madoguchi {version()}")
        parser.exit()


def _reopen_closed_streams() -> None:
    """Whoever starts us may have closed a stream (`<&-`), for which Python has None."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - as long as the program


def _drop_unwritten_output() -> None:
    """What could not be printed is not tried again when Python ends."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def remedy_for(error: Exception) -> str | None:
    """The message for what a person can mend; None for a bug, which needs its traceback."""
    match error:
        case Misconfigured() | ProgrammeError():
            return str(error)
        case EOFError():
            found = "ended before the answer came"
            remedy = "run this in a terminal, or hand in the lines"
            return str(Misconfigured("standard input", found, remedy))
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
            return _database_remedy(error)


def _database_remedy(error: Exception) -> str | None:
    """A database that is away, or has not our tables; what contradicts them is a fault of ours."""
    from django.db import InterfaceError, OperationalError, ProgrammingError

    if not isinstance(error, InterfaceError | OperationalError | ProgrammingError):
        return None
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    no_tables = "no such table" in reason or "does not exist" in reason
    remedy = "see that it runs, and MADOGUCHI_DATABASE"
    if no_tables:
        remedy = "see that MADOGUCHI_HOME names the house you mean; a new one: `madoguchi migrate`"
    if "disk is full" in reason:
        remedy = "make room on the disk, then run this again"
    return str(Misconfigured("database", reason, remedy))


def version(root: Path = ROOT) -> str:
    """Such as `0.1.0`; from a checkout `0.1.0 (3dc9ede01f2a)`."""
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    except OSError:  # installed: no checkout around us
        from importlib import metadata  # slow to load, and seldom asked for

        return metadata.version("madoguchi")
    commit = _commit(root / ".git")
    return f"{project['version']} ({commit[:12]})" if commit else str(project["version"])


def _commit(git: Path) -> str:
    """What HEAD is, without the program git; empty where that cannot be told."""
    try:
        if git.is_file():  # a worktree: "gitdir: /…/.git/worktrees/name"
            git = git.parent / git.read_text("utf-8").removeprefix("gitdir:").strip()
        head = (git / "HEAD").read_text("utf-8").strip()
        if not head.startswith("ref: "):
            return head
        name, shared = head.removeprefix("ref: "), git / "commondir"
        places = [git, *([git / shared.read_text("utf-8").strip()] if shared.exists() else [])]
        for place in places:
            if (place / name).is_file():
                return (place / name).read_text("utf-8").strip()
        packed = (places[-1] / "packed-refs").read_text("utf-8").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
    except OSError:
        return ""
