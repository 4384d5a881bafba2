"""Add an office: its programme, its two host names, its keys."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from madoguchi.ops import start

if TYPE_CHECKING:
    import argparse

HELP = "add an office with its keys"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Programme and host names."""
    parser.add_argument("what", choices=("add",))
    parser.add_argument("slug", help="the folder of its programme")
    parser.add_argument("--portal-host", required=True, help="host name of the public pages")
    parser.add_argument("--desk-host", required=True, help="host name of the desk")


def run(args: argparse.Namespace) -> int:
    """Make the office and say where its public key was pinned."""
    start.django("desk")
    from django.conf import settings

    from madoguchi.ops import prepare
    from madoguchi.tools.misconfigured import Misconfigured
    from madoguchi.tools.vault.seal import pinned_file

    if args.portal_host == args.desk_host and not settings.DEMO:
        raise Misconfigured("--desk-host", "equals --portal-host", "give the desk its own host")
    prepare.databases()
    made = prepare.office(args.slug, args.portal_host.lower(), args.desk_host.lower())
    sys.stdout.write(f"{made.name}: public key in {pinned_file(made.slug)}\n")
    return 0
