"""The `madoguchi` command: one file a verb in `ops/commands`, found, not listed."""

import argparse
import errno
import importlib
import os
import pkgutil
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Protocol, cast

from madoguchi.config.version import version
from madoguchi.ops import commands
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.tools.misconfigured import Misconfigured, reason

REMEDIES: tuple[tuple[type[OSError], str], ...] = (
    (FileNotFoundError, "作るか、あるものの名前を書いてください"),
    (FileExistsError, "まだない名前を書いてください"),
    (NotADirectoryError, "フォルダーの名前を書いてください"),
    (IsADirectoryError, "ファイルの名前を書いてください"),
    (PermissionError, "持ち主の利用者で行うか、この利用者が使えるようにしてください"),
    (OSError, "直してから、もう一度行ってください"),
)


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
    top = _Parser(prog="madoguchi", description="相談の窓口を動かし、守るための命令です")
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


class _Parser(argparse.ArgumentParser):
    """Python's, whose own words of a `--help` are those of a city hall; its verbs are such, too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(add_help=False, **kwargs)
        self._positionals.title = "書くもの"
        self._optionals.title = "選べること"
        self.add_argument("-h", "--help", action="help", help="この説明を出します")


class _Version(argparse.Action):
    """Works the version out when it is asked for, not at every start."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(nargs=0, help="このプログラムの版とコミットを出します", **kwargs)

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
            remedy = "端末で行うか、答えの行を渡してください"
            return str(Misconfigured("標準入力", "答えの前に終わりました", remedy))
        case UnicodeEncodeError():
            found = f"{error.encoding} では、日本語を出せません"
            remedy = "LC_ALL=C.UTF-8 とし、PYTHONIOENCODING を消してください"
            return str(Misconfigured("標準出力", found, remedy))
        case OSError(errno=errno.ENOSPC, filename=None):
            remedy = "df で場所を確かめ、空けてから、もう一度行ってください"
            return str(Misconfigured("ディスク", reason(error), remedy))
        case OSError(strerror=str()):
            remedy = next(words for kind, words in REMEDIES if isinstance(error, kind))
            about = str(error.filename or "標準出力")
            return str(Misconfigured(about, reason(error), remedy))
        case _:
            return _database_remedy(error)


def _database_remedy(error: Exception) -> str | None:
    """A database that is away, or has not our tables; what contradicts them is a fault of ours."""
    from django.db import Error

    if not isinstance(error, Error):
        return None
    from madoguchi.ops import databases  # it asks them, and needs the settings

    problem = databases.trouble(error)
    return None if problem is None else str(problem)
