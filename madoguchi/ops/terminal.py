"""What is typed at a command: days and years in its words, lines and secrets that it asks for."""

import argparse
import getpass
import sys
from datetime import date

from madoguchi.rules.koyomi.wareki import NotADate, read_date

FIRST_YEAR, LAST_YEAR = 1950, 2150  # those whose holidays are known
YEARS = "2026 は令和8年度"


def office(parser: argparse.ArgumentParser, name: str = "office") -> None:
    """Take whose office it is, by the name of its programme's folder."""
    told = "窓口の名前（制度のフォルダーの名前）。たとえば shibukawa"
    parser.add_argument(name, help=told)


def fiscal_year(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Take the fiscal year; where none is required, none means the one that runs."""
    told = f"年度（{YEARS}）{'' if required else '。書かなければ、いまの年度'}"
    option = "--fiscal-year"
    parser.add_argument(option, required=required, type=year, metavar="YYYY", help=told)


def json_wished(parser: argparse.ArgumentParser) -> None:
    """Take whether a program reads the answer."""
    parser.add_argument("--json", action="store_true", help="結果を JSON で")


def day(text: str) -> date:
    """The day that was written, in western or era years.

    Raises:
        ArgumentTypeError: no such day.
    """
    try:
        return read_date(text).day
    except NotADate as wrong:
        why = "暦にない日です" if wrong.code == "no_such_day" else "日付ではありません"
        raise argparse.ArgumentTypeError(
            f"{text!r}：{why}。2026-11-30 か 令和8年11月30日 のように書いてください"
        ) from None


def year(text: str) -> int:
    """A fiscal year for which holidays are known.

    Raises:
        ArgumentTypeError: no such year.
    """
    if len(text) == len("2026") and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    raise argparse.ArgumentTypeError(
        f"{text!r}：{FIRST_YEAR}〜{LAST_YEAR} の年度を、始まる年の西暦で書いてください（{YEARS}）"
    )


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
