"""What is typed at a command, or handed in as lines: a secret does not show."""

import getpass
import sys


def line(prompt: str) -> str:
    """One line.

    Raises:
        EOFError: nothing comes any more; `main` says so.
    """
    sys.stdout.write(prompt)
    sys.stdout.flush()
    typed = sys.stdin.readline()
    if not typed:
        raise EOFError
    return typed.strip()


def secret(prompt: str) -> str:
    """The same, without showing it at a terminal."""
    return getpass.getpass(prompt) if sys.stdin.isatty() else line(prompt)
