"""Bring both databases to the newest tables."""

import argparse

from madoguchi.ops import start

HELP = "データベースの表を、このプログラムの版にする"


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(_args: argparse.Namespace) -> int:
    """Migrate `default` and `staff`."""
    start.django("desk")
    from madoguchi.ops import prepare

    prepare.databases()
    return 0
