"""Print docs/running/roles.sql: PostgreSQL's roles, and what the portal's may write."""

import argparse

from madoguchi.ops.roles import sql

HELP = "データベースの役割（roles.sql）を出す"


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(_args: argparse.Namespace) -> int:
    """Print the file."""
    print(sql.whole(), end="")
    return 0
